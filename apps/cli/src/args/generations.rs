//! What can be typed after `lianhu compact` and `lianhu erase`.

use clap::Args;

use super::TownshipArgs;

/// What to trim.
#[derive(Debug, Args)]
pub struct CompactArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// Documents with more changes than this
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub over: u64,
    /// Trim nothing: only keep what rests in less room, with all its history
    #[arg(long, conflicts_with = "over")]
    pub keep_history: bool,
}

/// What to erase.
#[derive(Debug, Args)]
pub struct EraseArgs {
    /// The document's id
    #[arg(value_name = "DOCUMENT")]
    pub doc: String,
    /// The keys to erase, with everything inside them
    #[arg(value_name = "KEY", required_unless_present = "all", conflicts_with = "all")]
    pub keys: Vec<String>,
    /// Everything but what says who may read it
    #[arg(long)]
    pub all: bool,
    /// Why; stays in the log, so do not repeat the words here
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
}
