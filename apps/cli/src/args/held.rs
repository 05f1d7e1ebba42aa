//! What can be typed after `lianhu held`.

use clap::{Args, Subcommand};

use super::TownshipArgs;

/// Work that waits for a person.
#[derive(Debug, Args)]
pub struct HeldArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// What to do with it
    #[command(subcommand)]
    pub action: Option<HeldAction>,
}

/// What can be done with held work.
#[derive(Debug, Subcommand)]
pub enum HeldAction {
    /// List it, with its words and the reason (what happens when nothing is said)
    List,
    /// Record it, with the held work it follows
    Accept {
        /// The number the list shows
        change: String,
    },
    /// Turn it down; the words stay on the phone that wrote them
    Decline {
        /// The number the list shows
        change: String,
        /// Why; its author reads it
        reason: String,
    },
}
