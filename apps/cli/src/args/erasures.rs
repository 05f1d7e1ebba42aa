//! `lianhu erasures`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TownshipArgs;

/// The list of erasures.
#[derive(Debug, Args)]
pub struct ErasuresArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// What to do with it
    #[command(subcommand)]
    pub action: Option<ErasuresAction>,
}

/// What can be done with the list.
#[derive(Debug, Subcommand)]
pub enum ErasuresAction {
    /// Show it: which document and keys, when, why (what happens when nothing is said)
    List,
    /// Copy it to where the backups are kept; one that is there is written over by the newer one
    ///
    /// The same bytes lie in the township's folder as erasures.list. Take them along whenever you take a backup, and
    /// whenever something was erased: without them a restored backup brings back what was erased after it.
    Export {
        /// Where to
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
