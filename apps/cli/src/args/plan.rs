//! What can be said about help plans.

use clap::{Args, Subcommand};
use lianhu_core::plan::Cause;

use super::DeskArgs;
use super::choices::code_of;

/// Help plans.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Where to work
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What to do
    #[command(subcommand)]
    pub action: PlanAction,
}

/// What can be done with help plans. Days are written like 2026-11-03; one that is left out is today.
#[derive(Debug, Subcommand)]
pub enum PlanAction {
    /// List the help plans, with where each stands
    List,
    /// Show one plan: helpers, measures, steps
    Show {
        /// The plan: its id from the list
        plan: String,
    },
    /// Draw up a plan for a household; prints its id
    Draft {
        /// The household: id, doorplate or the head's name
        household: String,
        /// What the help is to reach
        goal: String,
        /// Why the household is in need; two at most
        #[arg(long, value_name = "CAUSE", value_parser = code_of::<Cause>())]
        cause: Vec<String>,
        /// The cause in words, with `--cause other`
        #[arg(long, value_name = "TEXT", default_value = "")]
        cause_other: String,
        /// Who helps: name, phone or worker id; may be given several times
        #[arg(long, value_name = "WORKER")]
        helper: Vec<String>,
        /// When the plan is looked at again
        #[arg(long, value_name = "DATE", default_value = "")]
        review_on: String,
        /// The village; needed at a township that has several
        #[arg(long, value_name = "NAME")]
        village: Option<String>,
    },
    /// Change what a plan says; what is left out stays
    Change {
        /// The plan: its id from the list
        plan: String,
        /// What the help is to reach
        #[arg(long, value_name = "TEXT")]
        goal: Option<String>,
        /// What it has reached
        #[arg(long, value_name = "TEXT")]
        effect: Option<String>,
        /// Why the household is in need; all causes anew
        #[arg(long, value_name = "CAUSE", value_parser = code_of::<Cause>())]
        cause: Vec<String>,
        /// The cause in words
        #[arg(long, value_name = "TEXT")]
        cause_other: Option<String>,
        /// When the plan is looked at again
        #[arg(long, value_name = "DATE")]
        review_on: Option<String>,
    },
    /// Add a measure: two looms, a buyer for what is woven on them
    Measure {
        /// The plan: its id from the list
        plan: String,
        /// What is done
        content: String,
        /// By when
        #[arg(long, value_name = "DATE")]
        due: String,
        /// What sort of thing, in the township's own words
        #[arg(long, value_name = "TEXT", default_value = "")]
        kind: String,
        /// Who provides it
        #[arg(long, value_name = "TEXT", default_value = "")]
        provider: String,
        /// What it is worth, in yuan
        #[arg(long, value_name = "YUAN", default_value = "")]
        amount: String,
    },
    /// Say that a measure is done
    MeasureDone {
        /// The plan: its id from the list
        plan: String,
        /// The measure: its id from `show`
        #[arg(allow_hyphen_values = true)]
        measure: String,
        /// What came of it
        #[arg(long, value_name = "TEXT", default_value = "")]
        result: String,
        /// When
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Somebody helps from a day on
    Join {
        /// The plan: its id from the list
        plan: String,
        /// Who: name, phone or worker id
        worker: String,
        /// From when
        #[arg(long, value_name = "DATE", default_value = "")]
        from: String,
    },
    /// Somebody helps no more after a day, and reads the plan no more
    Leave {
        /// The plan: its id from the list
        plan: String,
        /// Who: name, phone or worker id
        worker: String,
        /// The last day
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Begin to help
    Begin {
        /// The plan: its id from the list
        plan: String,
        /// When
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Report that what was planned is done
    Report {
        /// The plan: its id from the list
        plan: String,
        /// What came of it
        #[arg(default_value = "")]
        effect: String,
        /// When
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Write down whether the household says the help arrived
    ///
    /// Somebody who helps, or did, does not collect this: another worker does.
    Confirm {
        /// The plan: its id from the list
        plan: String,
        /// The household's words; needed when they say no
        #[arg(default_value = "")]
        words: String,
        /// They say no: the plan goes back to work
        #[arg(long)]
        no: bool,
        /// When they said so
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Say that the household stands by itself, once it has confirmed
    Stabilise {
        /// The plan: its id from the list
        plan: String,
        /// When
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// End a plan whose household stands by itself; any other with --early and the reason
    End {
        /// The plan: its id from the list
        plan: String,
        /// It ends before it reached its goal; say why
        #[arg(long, value_name = "REASON")]
        early: Option<String>,
        /// When
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Help again, because the household is in need again
    Resume {
        /// The plan: its id from the list
        plan: String,
        /// Why
        reason: String,
        /// When
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Write down what was found when the plan was looked at
    Review {
        /// The plan: its id from the list
        plan: String,
        /// What was found
        words: String,
        /// When it is looked at next
        #[arg(long, value_name = "DATE", default_value = "")]
        next: String,
        /// When
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
}
