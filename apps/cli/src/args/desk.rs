//! At which desk something is done: on a phone, or at the township.

use std::path::PathBuf;

use clap::Args;

use super::TownshipArgs;

/// Where a command works: on a phone's workbook if one is named, otherwise at the township.
#[derive(Clone, Debug, Args)]
pub struct DeskArgs {
    /// Work on this phone, without a township; the next sync takes it along
    #[arg(long, value_name = "FILE", global = true)]
    pub workbook: Option<PathBuf>,
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// The phone's PIN
    #[command(flatten)]
    pub pin: PinArgs,
}

/// The PIN of a workbook that has one.
#[derive(Clone, Debug, Default, Args)]
pub struct PinArgs {
    /// The file with the workbook's PIN, if it has one (or LIANHU_PIN); otherwise the key beside it opens it
    #[arg(long, value_name = "FILE", global = true)]
    pub pin_file: Option<PathBuf>,
}
