//! What can be printed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::desk::DeskArgs;

/// What can be printed: one HTML page that loads nothing; a browser prints it.
#[derive(Debug, Subcommand)]
pub enum Print {
    /// A member's workbook on paper: households, visits, diary, open matters, with rows to write in
    ///
    /// From a phone it is the owner's own book, whole. At the township it is what the office may read of a worker: without
    /// the diary, except what was written for the town.
    Workbook(PrintWorkbookArgs),
}

/// A workbook to print.
#[derive(Debug, Args)]
pub struct PrintWorkbookArgs {
    /// Where
    #[command(flatten)]
    pub desk: DeskArgs,
    /// Whose, at the township: name, phone or id
    #[arg(long, value_name = "WORKER")]
    pub worker: Option<String>,
    /// For the pocket (A6) instead of A4
    #[arg(long)]
    pub pocket: bool,
    /// The file to write; an existing one is not written over
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}
