//! What can be typed after `lianhu conflicts`.

use clap::{Args, Subcommand};

use super::TownshipArgs;

/// What people disagree about.
#[derive(Debug, Args)]
pub struct ConflictsArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// What to do about it
    #[command(subcommand)]
    pub action: Option<ConflictsAction>,
}

/// What can be done about a disagreement.
#[derive(Debug, Subcommand)]
pub enum ConflictsAction {
    /// List them (what happens when nothing is said)
    List,
    /// Say which value holds
    Settle {
        /// The number of the disagreement in the list
        number: usize,
        /// The number of the value
        choice: usize,
    },
}
