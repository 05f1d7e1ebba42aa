//! What a township is told about itself.

use clap::{Args, Subcommand};

use super::TownshipArgs;

/// A township and what to do with it.
#[derive(Debug, Args)]
pub struct TownshipCommandArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// What to do
    #[command(subcommand)]
    pub action: TownshipAction,
}

/// What can be done with a township itself.
#[derive(Debug, Subcommand)]
pub enum TownshipAction {
    /// Show the fingerprint of the key phones know the township by
    Key {
        /// What to do with it
        #[command(subcommand)]
        action: Option<KeyAction>,
    },
    /// Show or set for how many days a phone may go on without contact before it locks
    Lease {
        /// The days
        #[arg(value_parser = clap::value_parser!(u32).range(1..=400))]
        days: Option<u32>,
    },
}

/// What can be done with a township's key.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum KeyAction {
    /// Make the next key, signed by the last; phones follow at their next sync. Make a backup right after it
    Rotate,
}
