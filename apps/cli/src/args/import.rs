//! What can be typed after `lianhu import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TownshipArgs;

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Areas, members, households and links from the files a clerk keeps (CSV, XLSX)
    ///
    /// What is clear goes in. What is not is listed row by row, with the reason, in a report file next to the input.
    /// Importing the same file again changes nothing.
    Roster(RosterArgs),
}

/// A roster import.
#[derive(Debug, Args)]
pub struct RosterArgs {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The township's folder; made when it is not there
    #[command(flatten)]
    pub township: TownshipArgs,
    /// What the township is called, for its first import when the files do not say it; kept from then on
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Where to write the report; the default is beside each file. An existing file that is no report is left alone
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Say what would go in, and write nothing but the report: not even a township where there is none
    #[arg(long)]
    pub dry_run: bool,
}
