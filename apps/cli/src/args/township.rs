//! What is set for a whole township, by whoever runs it.

use clap::{Args, Subcommand, ValueEnum};

use super::TownshipArgs;

/// A township, and what to set or show of it.
#[derive(Debug, Args)]
pub struct TownshipSetArgs {
    /// What
    #[command(subcommand)]
    pub action: TownshipAction,
}

/// What is set for a whole township.
#[derive(Debug, Subcommand)]
pub enum TownshipAction {
    /// Show its cryptographic suite, or choose it before the first phone is enrolled
    ///
    /// international: Ed25519, SHA-256, XChaCha20-Poly1305. national: SM2, SM3, SM4-GCM. It is chosen once: what was made
    /// under one suite is never taken for the other, so it cannot change once a code has been handed out.
    Suite(SuiteArgs),
}

/// A township's suite.
#[derive(Debug, Args)]
pub struct SuiteArgs {
    /// Choose this one; otherwise the present one is shown
    #[arg(value_enum)]
    pub suite: Option<SuiteName>,
    /// The township's folder; made when a suite is chosen and there is none
    #[command(flatten)]
    pub township: TownshipArgs,
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
