//! Personal data: which groups of it a township keeps.

use clap::{Args, Subcommand};
use lianhu_core::groups::{Group, LegalBasis};

use super::DeskArgs;
use super::choices::one_of;

/// The groups of personal data.
#[derive(Debug, Args)]
pub struct GroupArgs {
    /// At which desk
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What to do (show, if nothing is said)
    #[command(subcommand)]
    pub action: Option<GroupAction>,
}

/// What can be done with the groups.
#[derive(Debug, Subcommand)]
pub enum GroupAction {
    /// Show every group, and whether it is on
    Show,
    /// Switch a group on in every village of the township: residents, care
    On {
        /// The group, as `show` lists it
        #[arg(value_parser = one_of::<Group>())]
        group: Group,
        /// What it is kept for, in the words a household would be told
        #[arg(long)]
        purpose: String,
        /// What makes it lawful: consent, contract, duty, emergency, news, disclosed, other_law
        #[arg(long, value_parser = one_of::<LegalBasis>())]
        basis: LegalBasis,
        /// The day on which somebody decides again
        #[arg(long, value_name = "DAY")]
        review_on: String,
    },
    /// Switch it off: nothing new is written, what is there can be read and erased
    Off {
        /// The group
        #[arg(value_parser = one_of::<Group>())]
        group: Group,
    },
}
