//! `lianhu audit`

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::TownshipArgs;

/// The audit log.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// What to do
    #[command(subcommand)]
    pub action: AuditAction,
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
}

/// What can be done with it. Nothing of it changes a line.
#[derive(Debug, Subcommand)]
pub enum AuditAction {
    /// Show lines
    List(AuditListArgs),
    /// Look for lines that were altered, taken out, put in or moved (exit code 4 when there are any)
    Verify {
        /// A head that was noted elsewhere, as `head` printed it: the chain must pass through it
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
        /// The fingerprint of the township's first key, noted elsewhere as `township key` showed it: what was trimmed must be
        /// signed by it or by one that follows from it
        #[arg(long, value_name = "FINGERPRINT")]
        key: Option<String>,
    },
    /// Print where the chain ends. Note it on paper: whoever rewrites the whole database cannot rewrite that
    Head,
    /// Write all lines to a file, one JSON object each; the export is a line itself
    Export {
        /// The file; an existing one is never written over
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Show what stands for lines that were trimmed, and with --json what was signed, by which key, and the signature
    Summaries,
    /// Take old lines away and leave a signed summary that the chain goes on from; a broken chain is left as it is
    Trim {
        /// Keep the lines of so many months, six at least
        #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(6..=1200))]
        keep_months: u32,
        /// Trim although the chain is broken: what shows that it was tampered with goes, and the summary says so
        #[arg(long)]
        although_broken: bool,
    },
}

/// Which lines.
#[derive(Debug, Args)]
pub struct AuditListArgs {
    /// From this day on
    #[arg(long, value_name = "DAY")]
    pub from: Option<NaiveDate>,
    /// Up to this day
    #[arg(long, value_name = "DAY")]
    pub to: Option<NaiveDate>,
    /// With this action only, such as `erased`
    #[arg(long, value_name = "ACTION")]
    pub action: Option<String>,
    /// By this actor only, as the list shows it
    #[arg(long, value_name = "ACTOR")]
    pub actor: Option<String>,
    /// The last so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: u64,
}
