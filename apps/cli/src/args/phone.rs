//! What the office does about members' phones.

use clap::{Args, Subcommand};

use super::TownshipArgs;

/// The phones of a township.
#[derive(Debug, Args)]
pub struct PhoneArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// What to do
    #[command(subcommand)]
    pub action: PhoneAction,
}

/// What can be done about phones. One is named by its id, or by its owner's name, phone number or worker id.
#[derive(Debug, Subcommand)]
pub enum PhoneAction {
    /// List them: whose, how they stand and why, when they last called
    List,
    /// Let a phone sync no more for now
    Suspend(OnePhone),
    /// Let it sync again
    Lift(OnePhone),
    /// Let a phone never sync again; it locks itself when it hears so
    Revoke(OnePhone),
    /// A phone is in wrong hands: at its next contact it brings what it has and destroys everything it holds
    Lost(OnePhone),
}

/// One phone.
#[derive(Debug, Args)]
pub struct OnePhone {
    /// The phone
    #[arg(value_name = "PHONE")]
    pub phone: String,
    /// Why
    #[arg(long, default_value = "")]
    pub reason: String,
}
