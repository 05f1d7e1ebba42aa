//! What a township may set: its rules and its calendar.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::DeskArgs;

/// The rules.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// At which desk
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What to do (show, if nothing is said)
    #[command(subcommand)]
    pub action: Option<RulesAction>,
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub enum RulesAction {
    /// Show every rule with its name
    Show,
    /// Set a rule in every village of the township
    ///
    /// Days are a number. A list (categories, report_days, five_matters) has spaces or commas between its members; quiet_hours
    /// is like 21:00-07:00, preset is 5-10, 5-20 or 10-20.
    Set {
        /// The rule's name, as `show` lists it
        rule: String,
        /// What it says from now on
        value: String,
    },
}

/// The calendar.
#[derive(Debug, Args)]
pub struct CalendarArgs {
    /// At which desk
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What to do (show, if nothing is said)
    #[command(subcommand)]
    pub action: Option<CalendarAction>,
}

/// What can be done with the calendar.
#[derive(Debug, Subcommand)]
pub enum CalendarAction {
    /// Show the years whose holidays are known, and from when on none are
    Show,
    /// Take in the published holidays of a year, for every village of the township
    ///
    /// A JSON file like seeds/calendar/2026.json, or lines `date,off` and `date,work` for days off and weekends that are
    /// worked.
    Import {
        /// The file
        file: PathBuf,
    },
}

/// The desk's digest.
#[derive(Debug, Args)]
pub struct DigestArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: super::TownshipArgs,
    /// Show it in quiet hours too
    #[arg(long)]
    pub anyway: bool,
}
