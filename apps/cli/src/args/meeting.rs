//! What can be said about meetings.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lianhu_core::matter::Level;
use lianhu_core::meeting::{Decided, MeetingKind, Paperwork};

use super::DeskArgs;
use super::choices::code_of;

/// A meeting, from the call to what comes of it.
#[derive(Debug, Args)]
pub struct MeetingArgs {
    /// Where to work
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What to do
    #[command(subcommand)]
    pub action: MeetingAction,
}

/// What can be done with meetings.
#[derive(Debug, Subcommand)]
pub enum MeetingAction {
    /// Call a meeting; prints its id
    Call {
        /// Which meeting
        #[arg(value_parser = code_of::<MeetingKind>())]
        kind: String,
        /// The day, yyyy-mm-dd
        date: String,
        /// The village; needed at a township that has several
        #[arg(long, value_name = "NAME")]
        village: Option<String>,
        /// Its number, as the village counts
        #[arg(long, value_name = "TEXT", default_value = "")]
        number: String,
        /// Chair, recorder, hour, place
        #[command(flatten)]
        card: MeetingCard,
        /// Who is called, besides chair and recorder: name, phone or worker id; say it once for each
        #[arg(long = "with", value_name = "WORKER")]
        with: Vec<String>,
    },
    /// Change hour, place, chair or recorder of a meeting that is not over
    Change {
        /// The meeting's id
        meeting: String,
        /// Another day
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
        /// Another number
        #[arg(long, value_name = "TEXT")]
        number: Option<String>,
        /// Chair, recorder, hour, place
        #[command(flatten)]
        card: MeetingCard,
    },
    /// Show or change the agenda
    Agenda {
        /// The meeting's id
        meeting: String,
        /// What to do with it; shown when nothing is said
        #[command(subcommand)]
        action: Option<AgendaAction>,
    },
    /// Say who is called and who came
    Attend {
        /// The meeting's id
        meeting: String,
        /// Workers: name, phone or worker id
        #[arg(value_name = "WORKER", required_unless_present = "guest")]
        workers: Vec<String>,
        /// They are called; without one of these they came
        #[arg(long, conflicts_with_all = ["away", "left_out"])]
        invite: bool,
        /// They cannot come
        #[arg(long, conflicts_with = "left_out")]
        away: bool,
        /// They are not called any more
        #[arg(long)]
        left_out: bool,
        /// Somebody who is no worker, by name (a residents' representative)
        #[arg(long, value_name = "NAME", conflicts_with = "workers")]
        guest: Option<String>,
        /// As what the guest comes
        #[arg(long = "as", value_name = "TEXT", requires = "guest", default_value = "")]
        role: String,
    },
    /// It took place
    Hold {
        /// The meeting's id
        meeting: String,
        /// The day; today unless named
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// Write down what was decided about an item of the agenda
    Decide(DecideArgs),
    /// Write down counts of votes in a review meeting; never who voted how
    Ballot(BallotArgs),
    /// Show the minutes, or write in them; several people may, without a line, and nobody's words are lost
    Minutes {
        /// The meeting's id
        meeting: String,
        /// Add this at the end
        #[arg(long, value_name = "TEXT", conflicts_with = "from")]
        add: Option<String>,
        /// Make them say what is in this file; only what differs is written
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// What they said when you began, as a file: what others wrote since stays
        #[arg(long, value_name = "FILE", requires = "from")]
        since: Option<PathBuf>,
    },
    /// Turn what was decided into steps of the matters
    ///
    /// Each decision becomes a step of its matter, taken by you (or by the office). Again changes nothing. What cannot be
    /// carried out is listed with the reason.
    CarryOut {
        /// The meeting's id
        meeting: String,
        /// What most residents voted becomes the matters' evaluation too
        #[arg(long)]
        evaluate: bool,
    },
    /// Its decisions are on the public board
    Publish {
        /// The meeting's id
        meeting: String,
        /// Since when; today unless named
        #[arg(long, value_name = "DATE", default_value = "")]
        on: String,
    },
    /// It is over, and nothing of it is published
    Close {
        /// The meeting's id
        meeting: String,
    },
    /// It does not take place
    Cancel {
        /// The meeting's id
        meeting: String,
        /// Why
        reason: String,
    },
    /// List meetings
    List,
    /// Show one meeting: people, agenda, decisions, counts
    Show {
        /// The meeting's id
        meeting: String,
    },
    /// Lay a paper of it out to be printed, as HTML
    Print {
        /// The meeting's id
        meeting: String,
        /// Which paper
        #[arg(value_parser = code_of::<Paperwork>(), default_value = "notice")]
        what: String,
        /// For the pocket-size book instead of A4
        #[arg(long)]
        pocket: bool,
        /// Write it to this file instead of stdout
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// The rest of a meeting's card.
#[derive(Debug, Args)]
pub struct MeetingCard {
    /// The hour, as people say it
    #[arg(long, value_name = "TEXT")]
    pub time: Option<String>,
    /// The place
    #[arg(long, value_name = "TEXT")]
    pub place: Option<String>,
    /// Who chairs it: name, phone or worker id
    #[arg(long, value_name = "WORKER")]
    pub chair: Option<String>,
    /// Who records it: name, phone or worker id
    #[arg(long, value_name = "WORKER")]
    pub recorder: Option<String>,
    /// The branch a branch meeting is of
    #[arg(long, value_name = "TEXT")]
    pub branch: Option<String>,
    /// The grid a grid talk is of: its name or id
    #[arg(long, value_name = "GRID", allow_hyphen_values = true)]
    pub grid: Option<String>,
}

/// What can be done with an agenda. Items are named by their number in it.
#[derive(Debug, Subcommand)]
pub enum AgendaAction {
    /// Say what the meeting should talk about, from the matters that are open here
    Propose {
        /// Put all of it on the agenda
        #[arg(long)]
        add: bool,
    },
    /// Put something on it
    Add {
        /// What it is called, fit for the public board; a matter's own title if left out
        #[arg(required_unless_present = "matter")]
        title: Option<String>,
        /// The matter it is about: id, number or temporary code
        #[arg(long, value_name = "MATTER")]
        matter: Option<String>,
        /// Which of the five matters it belongs to
        #[arg(long, value_name = "TEXT", default_value = "")]
        five: String,
        /// Before which item; at the end unless named
        #[arg(long, value_name = "N")]
        before: Option<usize>,
    },
    /// Move an item before another, or to the end
    Move {
        /// The item
        item: usize,
        /// Before which other
        #[arg(long, value_name = "N")]
        before: Option<usize>,
    },
    /// Take an item off; what was decided about it stays
    Drop {
        /// The item
        item: usize,
    },
}

/// A decision.
#[derive(Debug, Args)]
pub struct DecideArgs {
    /// The meeting's id
    pub meeting: String,
    /// The item's number on the agenda
    pub item: usize,
    /// What was decided
    #[arg(value_parser = code_of::<Decided>(), required_unless_present = "take_back")]
    pub decision: Option<String>,
    /// Measures, reason, opinion, or what was agreed
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub text: String,
    /// What is to be reached
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub target: String,
    /// The owner: name, phone or worker id
    #[arg(long, value_name = "WORKER")]
    pub owner: Option<String>,
    /// Who assists; say it once for each
    #[arg(long = "with", value_name = "WORKER")]
    pub with: Vec<String>,
    /// The level that handles it
    #[arg(long, value_parser = code_of::<Level>())]
    pub level: Option<String>,
    /// The day it is due, or looked at again
    #[arg(long, value_name = "DATE", default_value = "")]
    pub due: String,
    /// Take back what was written down as decided
    #[arg(long, conflicts_with = "decision")]
    pub take_back: bool,
}

/// Counts of votes.
#[derive(Debug, Args)]
pub struct BallotArgs {
    /// The meeting's id
    pub meeting: String,
    /// The item's number on the agenda; left out: the contact work as a whole
    pub item: Option<usize>,
    /// How many are satisfied
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub satisfied: i64,
    /// How many are basically satisfied
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub basically: i64,
    /// How many are not satisfied
    #[arg(long = "not-satisfied", value_name = "N", default_value_t = 0)]
    pub not: i64,
    /// How many gave no answer
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub no_answer: i64,
    /// How many say it is solved
    #[arg(long = "solved", value_name = "N", default_value_t = 0)]
    pub yes: i64,
    /// How many say it is partly solved
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub partly: i64,
    /// How many say it is not solved
    #[arg(long = "not-solved", value_name = "N", default_value_t = 0)]
    pub no: i64,
}
