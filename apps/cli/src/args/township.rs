//! What a township is told about itself.

use clap::{Args, Subcommand, ValueEnum};

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
    /// Seal the township with the key in --key-file, which is made if it is not there
    ///
    /// From then on every command at this township needs the key file. Keep it elsewhere than the township's folder, and a copy of it
    /// in a safe place: nobody reads a sealed township without it. Backups from before stay as they were. Stop the server first.
    Encrypt,
    /// Make a sealed township plain again; --key-file opens it
    Decrypt,
    /// Show its cryptographic suite, or choose it before the first phone is enrolled
    ///
    /// international: Ed25519, SHA-256, XChaCha20-Poly1305. national: SM2, SM3, SM4-GCM. It is chosen once: what was made
    /// under one suite is never taken for the other, so it cannot change once a code has been handed out. The township's
    /// folder is made when there is none.
    Suite {
        /// Choose this one; otherwise the present one is shown
        #[arg(value_enum)]
        suite: Option<SuiteName>,
    },
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

/// The suites, as they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SuiteName {
    /// Ed25519, SHA-256, XChaCha20-Poly1305
    International,
    /// SM2, SM3, SM4-GCM (国密)
    #[value(alias = "sm")]
    National,
}
