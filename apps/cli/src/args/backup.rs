//! Backups, and the keys they are sealed with.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TownshipArgs;

/// A backup to be made.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// With what it is sealed
    #[command(flatten)]
    pub secret: SecretArgs,
    /// Do not seal it: whoever has the file has the whole township
    #[arg(long, conflicts_with_all = ["key", "passphrase_file"])]
    pub plain: bool,
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
}

/// A backup to be put back.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// With what it was sealed
    #[command(flatten)]
    pub secret: SecretArgs,
    /// The list of erasures: the file `lianhu erasures export` wrote, or the township's old folder
    #[arg(long, value_name = "FILE")]
    pub erasures: Option<PathBuf>,
    /// There is no list: nothing was ever erased, or the list is lost
    #[arg(long, conflicts_with = "erasures")]
    pub no_erasures: bool,
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
}

/// What a file is sealed and opened with.
#[derive(Debug, Default, Args)]
pub struct SecretArgs {
    /// The file with the key (made by `lianhu key new`). Keep it away from the backups
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    pub key: Option<PathBuf>,
    /// A file whose first line is the passphrase, 12 characters at least
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Keys for backups and townships.
#[derive(Debug, Args)]
pub struct KeyFileArgs {
    /// What to do
    #[command(subcommand)]
    pub action: KeyFileAction,
}

/// What can be done with a key.
#[derive(Debug, Subcommand)]
pub enum KeyFileAction {
    /// Make a key, and print it as a line to write down on paper
    ///
    /// Without the key nobody opens what was sealed with it, and nobody can make it again: keep the paper in a safe place,
    /// away from what is sealed. The file is readable by its owner alone; a file that is there is never written over.
    New {
        /// The key's file, to be made
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Make the key's file again from its line on paper, typed or piped in
    Restore {
        /// The key's file, to be made
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
