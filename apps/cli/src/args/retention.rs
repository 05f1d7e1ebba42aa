//! `lianhu retention`

use clap::{Args, Subcommand};

use super::TownshipArgs;

/// How long what is kept.
#[derive(Debug, Args)]
pub struct RetentionArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// What to do
    #[command(subcommand)]
    pub action: Option<RetentionAction>,
}

/// What can be done about it.
#[derive(Debug, Subcommand)]
pub enum RetentionAction {
    /// Show every rule, what it counts from, and how much is past it today (what happens when nothing is said)
    Show,
    /// Set how long a kind is kept; `--keep` keeps it until a person erases it, which is how it is unless set
    Set {
        /// The kind: as `lianhu retention show` lists it
        kind: String,
        /// Years after the day it counts from
        #[arg(long, value_name = "N", required_unless_present = "keep", conflicts_with = "keep")]
        years: Option<u32>,
        /// Keep it
        #[arg(long)]
        keep: bool,
    },
    /// Purge what is past its time, now. The server does the same every night
    ///
    /// What is purged is gone like what is erased: out of the history, on phones after their next sync, and listed for
    /// every restore. What says who reads a document stays, and a matter's number. A document with work that waits for a
    /// decision is left alone, and told. A township that is being served is in use (exit code 5).
    Run {
        /// Only say what would go
        #[arg(long)]
        dry_run: bool,
    },
}
