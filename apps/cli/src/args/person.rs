//! `lianhu person`

use clap::{Args, Subcommand};

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
    /// What they were told, what they ask, and what is kept back of children
    #[command(flatten)]
    Rights(RightsAction),
}
