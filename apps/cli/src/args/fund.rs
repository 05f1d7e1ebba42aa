//! What can be said about care funds.

use clap::{Args, Subcommand};

use super::DeskArgs;

/// Care funds.
#[derive(Debug, Args)]
pub struct FundArgs {
    /// Where to work
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What to do
    #[command(subcommand)]
    pub action: FundAction,
}

/// What can be done with funds. Amounts are yuan, like 3000 or 3,000.50. Days are written like 2026-11-03; one that is left
/// out is today.
#[derive(Debug, Subcommand)]
pub enum FundAction {
    /// List the funds, with what is left in each
    List,
    /// Open a fund's ledger; prints its id
    Open {
        /// What it is called, in public too
        name: String,
        /// What is in it
        #[arg(long, value_name = "YUAN")]
        opening: String,
        /// The day its ledger begins
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
        /// The village; needed at a township that has several
        #[arg(long, value_name = "NAME")]
        village: Option<String>,
        /// It is the town's own: the office alone writes and reads it
        #[arg(long, conflicts_with = "village")]
        of_the_town: bool,
    },
    /// Call a fund something else
    Rename {
        /// The fund: its id from the list
        fund: String,
        /// The new name
        name: String,
    },
    /// Enter what came in
    In {
        /// The fund: its id from the list
        fund: String,
        /// How much
        amount: String,
        /// Where it is from; shown in public
        source: String,
        /// Who gave it; never shown in public
        #[arg(long, value_name = "NAME", default_value = "")]
        donor: String,
        /// The number of the paper that proves it
        #[arg(long, value_name = "NUMBER", default_value = "")]
        receipt: String,
        /// The day
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Enter what went out; an application is paid with `lianhu aid pay`
    Out {
        /// The fund: its id from the list
        fund: String,
        /// How much
        amount: String,
        /// What it is for; shown in public, so it names nobody
        purpose: String,
        /// The number of the paper that proves it
        #[arg(long, value_name = "NUMBER", default_value = "")]
        receipt: String,
        /// The day
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Take a wrong entry back with another that names it; nothing is written over
    Reverse {
        /// The fund: its id from the list
        fund: String,
        /// The wrong entry: its id from the statement
        #[arg(allow_hyphen_values = true)]
        entry: String,
        /// Why; shown in public
        reason: String,
        /// The day
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Print the opening balance, the entries and the closing balance, and check that they agree to the fen
    Statement {
        /// The fund: its id from the list
        fund: String,
        /// The first day; from the beginning unless named
        #[arg(long, value_name = "DATE")]
        from: Option<chrono::NaiveDate>,
        /// The last day; to the end unless named
        #[arg(long, value_name = "DATE")]
        to: Option<chrono::NaiveDate>,
    },
    /// Print what came in and went out, year by year
    Totals {
        /// The fund: its id from the list; all of them unless named
        fund: Option<String>,
    },
    /// Print what the public board shows of a fund: no donor, no receipt
    Public {
        /// The fund: its id from the list
        fund: String,
    },
}
