//! What can be said about visits.

use clap::{Args, Subcommand};
use lianhu_core::household::{Met, VisitChannel, VisitMode};

use super::choices::one_of;
use super::desk::DeskArgs;

/// Visits, at a desk.
#[derive(Debug, Args)]
pub struct VisitArgs {
    /// Where
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What to do
    #[command(subcommand)]
    pub action: VisitAction,
}

/// What can be done with visits.
#[derive(Debug, Subcommand)]
pub enum VisitAction {
    /// Record a visit
    Record {
        /// The household: id, doorplate or the head's name
        household: String,
        /// What was said; empty if there is nothing to say
        #[arg(default_value = "")]
        note: String,
        /// How it went
        #[command(flatten)]
        how: VisitHow,
    },
    /// Write a visit anew
    Rewrite {
        /// The household
        household: String,
        /// The visit's id, as `list` shows it
        #[arg(allow_hyphen_values = true)]
        visit: String,
        /// What was said
        note: String,
        /// How it went
        #[command(flatten)]
        how: VisitHow,
    },
    /// List the visits of a household, or of all that are here
    List {
        /// The household: id, doorplate or the head's name
        household: Option<String>,
    },
    /// List the households whose next visit has come, with the day that was said
    Next,
}

/// How a visit went. Everything may be left out.
#[derive(Clone, Debug, Default, Args)]
pub struct VisitHow {
    /// The day; today unless named
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub on: String,
    /// The time of day, any hour: 21:30
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    pub time: String,
    /// How: home, phone, road, field, studio, wechat (or in Chinese)
    #[arg(long, value_parser = one_of::<VisitMode>())]
    pub mode: Option<VisitMode>,
    /// On which occasion: overnight, regular, off_hours, village_week, on_request (五承办), everyday, festival
    #[arg(long, value_parser = one_of::<VisitChannel>())]
    pub channel: Option<VisitChannel>,
    /// Who was met: head, family, nobody
    #[arg(long, value_parser = one_of::<Met>())]
    pub met: Option<Met>,
    /// When to come again
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub next: String,
    /// Who paid it, where you type in what others tell; may be given several times
    #[arg(long = "for", value_name = "WORKER")]
    pub workers: Vec<String>,
    /// The day it was written down on paper
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub written_on: String,
    /// A matter that came of it, by id; may be given several times
    #[arg(long = "matter", value_name = "MATTER")]
    pub matters: Vec<String>,
    /// Raise a matter with the visit, on a phone: its title, fit for the public board
    #[arg(long, value_name = "TITLE")]
    pub raise: Option<String>,
    /// The raised matter was solved on the spot, like this
    #[arg(long, value_name = "TEXT", requires = "raise")]
    pub solved: Option<String>,
}
