//! `lianhu person`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TownshipArgs;
use super::rights::RightsAction;

/// A household or a resident, and what is held about them.
#[derive(Debug, Args)]
pub struct PersonArgs {
    /// What to do
    #[command(subcommand)]
    pub action: PersonAction,
}

/// What can be done for a person.
#[derive(Debug, Subcommand)]
pub enum PersonAction {
    /// Write down everything that is held about a household or one resident, as one file
    ///
    /// The card with who wrote what, visits, matters with their story, plans, applications, what diaries and meetings say
    /// of it, requests, who may read it, on which phones it lies, and how long it is kept. What is other people's own is
    /// left out or masked. Written as JSON and, beside it, as a page that a browser prints.
    File(PersonFileArgs),
    /// What they were told, what they ask, and what is kept back of children
    #[command(flatten)]
    Rights(RightsAction),
}

/// Whose file, and why.
#[derive(Debug, Args)]
pub struct PersonFileArgs {
    /// The household: id, doorplate or the head's name
    #[arg(value_name = "HOUSEHOLD")]
    pub household: String,
    /// One resident of it only: the record's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub resident: Option<String>,
    /// Where to write the JSON; the page lies beside it as .html. An existing file is never written over
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Who asked and why; it is kept in the audit log
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
}
