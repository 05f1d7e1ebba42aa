//! What can be said about applications for aid.

use clap::{Args, Subcommand};
use lianhu_core::aid::{InterestRule, Scheme};

use super::DeskArgs;
use super::choices::code_of;

/// Applications for aid.
#[derive(Debug, Args)]
pub struct AidArgs {
    /// Where to work
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What to do
    #[command(subcommand)]
    pub action: AidAction,
}

/// A loan whose interest is to be borne.
#[derive(Clone, Debug, Default, Args)]
pub struct LoanArgs {
    /// How much was lent, in yuan
    #[arg(long, value_name = "YUAN", requires_all = ["rate", "loan_from", "loan_to"])]
    pub principal: Option<String>,
    /// Per cent a year, like 4.35
    #[arg(long, value_name = "PERCENT", default_value = "")]
    pub rate: String,
    /// From when interest is borne
    #[arg(long, value_name = "DATE", default_value = "")]
    pub loan_from: String,
    /// Until when; this day bears none
    #[arg(long, value_name = "DATE", default_value = "")]
    pub loan_to: String,
    /// Who lends
    #[arg(long, value_name = "NAME", default_value = "")]
    pub lender: String,
    /// How the interest is reckoned; the township's rule (lianhu rules show), if left out
    #[arg(long, value_name = "RULE", value_parser = code_of::<InterestRule>())]
    pub rule: Option<String>,
    /// The figure the bank reckoned, where that is to hold
    #[arg(long, value_name = "YUAN", default_value = "")]
    pub interest: String,
}

/// What can be done with applications. Amounts are yuan, like 3000 or 3,000.50. Days are written like 2026-11-03; one that
/// is left out is today.
#[derive(Debug, Subcommand)]
pub enum AidAction {
    /// List the applications, with where each stands
    List,
    /// Show one application: what is asked for, loans, steps
    Show {
        /// The application: its id from the list
        application: String,
    },
    /// Write down that a household applies; prints the application's id
    Apply {
        /// The household: id, doorplate or the head's name
        household: String,
        /// The name it applies under; published with scheme and amount
        applicant: String,
        /// Why; never published
        reason: String,
        /// Under which scheme
        #[arg(long, value_name = "SCHEME", value_parser = code_of::<Scheme>())]
        scheme: String,
        /// What another scheme is called, with `--scheme other`
        #[arg(long, value_name = "NAME", default_value = "")]
        scheme_other: String,
        /// How much is asked for, in yuan; with a loan, its interest unless named
        #[arg(long, value_name = "YUAN", default_value = "")]
        asked: String,
        /// The day
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
        /// The village; needed at a township that has several
        #[arg(long, value_name = "NAME")]
        village: Option<String>,
        /// The loan, for an interest subsidy
        #[command(flatten)]
        loan: LoanArgs,
    },
    /// Change an application that the branch has not spoken about yet; what is left out stays
    Change {
        /// The application: its id from the list
        application: String,
        /// The name it applies under
        #[arg(long, value_name = "NAME")]
        applicant: Option<String>,
        /// How much is asked for, in yuan
        #[arg(long, value_name = "YUAN")]
        asked: Option<String>,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Add a loan whose interest is to be borne; prints the interest
    Loan {
        /// The application: its id from the list
        application: String,
        /// The loan
        #[command(flatten)]
        loan: LoanArgs,
    },
    /// Write down what was paid back of a loan
    Repay {
        /// The application: its id from the list
        application: String,
        /// The loan: its id from `show`
        #[arg(allow_hyphen_values = true)]
        loan: String,
        /// How much, in yuan
        amount: String,
        /// The day
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Take a wrong repayment back
    ReverseRepayment {
        /// The application: its id from the list
        application: String,
        /// The repayment: its id from `show`
        #[arg(allow_hyphen_values = true)]
        repayment: String,
        /// The day
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Say what the branch thinks; the application goes up to the town
    Opinion {
        /// The application: its id from the list
        application: String,
        /// Its words
        text: String,
        /// It does not support the application
        #[arg(long)]
        against: bool,
    },
    /// The town's review: the amount it comes to
    Review {
        /// The application: its id from the list
        application: String,
        /// How much, in yuan
        amount: String,
        /// Its words
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
    },
    /// Put it on the board, until a day
    Publish {
        /// The application: its id from the list
        application: String,
        /// The last day
        #[arg(long, value_name = "DATE")]
        to: String,
        /// The first day
        #[arg(long, value_name = "DATE", default_value = "")]
        from: String,
    },
    /// Write an objection down; the application goes back to the town's review
    Object {
        /// The application: its id from the list
        application: String,
        /// What was said; never published
        text: String,
    },
    /// Grant it, after the last day of the publication
    Grant {
        /// The application: its id from the list
        application: String,
        /// How much, in yuan; no more than was published
        amount: String,
        /// The day
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Decline it, with the reason the household is told
    Decline {
        /// The application: its id from the list
        application: String,
        /// Why
        reason: String,
        /// The day
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Pay what was granted out of a fund: one entry there, one step here. Doing it again changes nothing
    Pay {
        /// The application: its id from the list
        application: String,
        /// The fund: its id from `lianhu fund list`
        #[arg(long, value_name = "FUND")]
        fund: String,
        /// The number of the paper that proves it
        #[arg(long, value_name = "NUMBER", default_value = "")]
        receipt: String,
        /// The day
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Say that the household has it
    Finish {
        /// The application: its id from the list
        application: String,
        /// What is to be said
        #[arg(default_value = "")]
        text: String,
    },
    /// The household takes it back; any time before the payment
    Withdraw {
        /// The application: its id from the list
        application: String,
        /// Why, if it says
        #[arg(default_value = "")]
        text: String,
    },
    /// Write a note on it
    Note {
        /// The application: its id from the list
        application: String,
        /// The note
        text: String,
    },
    /// Print what the public board shows: name, scheme and amount of those published, granted or paid
    Public,
    /// Print how many were made, granted and paid, and how much, by scheme and year
    Totals,
}
