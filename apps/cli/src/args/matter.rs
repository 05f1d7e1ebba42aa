//! What can be done to matters.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use lianhu_core::household::VisitChannel;
use lianhu_core::matter::{Closing, FeedbackWay, Level, MatterKind, Satisfaction, Solved, Urgency};

use super::DeskArgs;
use super::choices::one_of;

/// Matters.
#[derive(Debug, Args)]
pub struct MatterArgs {
    /// At which desk
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What to do
    #[command(subcommand)]
    pub action: MatterAction,
}

/// A matter and some words.
#[derive(Debug, Args)]
pub struct Said {
    /// The matter: its number, its temporary code or its id
    pub matter: String,
    /// The words
    pub text: String,
}

/// A matter.
#[derive(Debug, Args)]
pub struct Which {
    /// The matter: its number, its temporary code or its id
    pub matter: String,
}

/// To whom a matter is handed.
#[derive(Debug, Args)]
pub struct Handed {
    /// The matter: its number, its temporary code or its id
    pub matter: String,
    /// Who has it in hand: name, phone or worker id
    #[arg(long, value_name = "WORKER")]
    pub owner: String,
    /// The day it is due; the village's rule says, if left out. A hard matter needs the day the meeting set
    #[arg(long, value_name = "DATE")]
    pub due: Option<NaiveDate>,
    /// Those who assist
    #[arg(long = "with", value_name = "WORKER")]
    pub with: Vec<String>,
    /// At which level it is handled
    #[arg(long, value_name = "LEVEL", value_parser = one_of::<Level>())]
    pub level: Option<Level>,
    /// What is to be done
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub measures: String,
}

/// What a resident raised.
#[derive(Debug, Args)]
pub struct Raised {
    /// The title, fit for the public board: no phone or ID number
    pub title: String,
    /// What the resident said; never published
    #[arg(default_value = "", hide_default_value = true)]
    pub text: String,
    /// The household that raised it: id, doorplate or the head's name
    #[arg(long, value_name = "HOUSEHOLD")]
    pub household: Option<String>,
    /// The person's name, if somebody else raised it
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub raiser: String,
    /// The person's phone
    #[arg(long, value_name = "PHONE", default_value = "", hide_default_value = true)]
    pub phone: String,
    /// The village, at the township: its name or id
    #[arg(long, value_name = "VILLAGE")]
    pub village: Option<String>,
    /// The day it was told; today unless named
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
    /// One of the township's categories (lianhu rules show)
    #[arg(long, value_name = "CATEGORY", default_value = "", hide_default_value = true)]
    pub category: String,
    /// What sort of thing it is
    #[arg(long, value_name = "KIND", value_parser = one_of::<MatterKind>())]
    pub kind: Option<MatterKind>,
    /// How urgent it is; an emergency is not written down but called in: 110, 119, 120
    #[arg(long, value_name = "URGENCY", value_parser = one_of::<Urgency>())]
    pub urgency: Option<Urgency>,
    /// The channel by which it was taken
    #[arg(long, value_name = "CHANNEL", value_parser = one_of::<VisitChannel>())]
    pub channel: Option<VisitChannel>,
    /// How many people it concerns
    #[arg(long, value_name = "N")]
    pub people: Option<i64>,
    /// Where
    #[arg(long, value_name = "PLACE", default_value = "", hide_default_value = true)]
    pub place: String,
}

/// What can be done to matters, in the order of a matter's life.
#[derive(Debug, Subcommand)]
pub enum MatterAction {
    /// List matters, each with its number, where it stands and when it is due
    List {
        /// Only those that stand here (recorded, submitted, assigned …)
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
    },
    /// Show one matter: its card, its days, every step, and why a step has no effect
    Show(Which),
    /// Write down what a resident raised
    Raise(Box<Raised>),
    /// Mend a matter's card: only what is given changes
    Amend {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// The title, fit for the public board
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        title: String,
        /// One of the township's categories
        #[arg(long, value_name = "CATEGORY", default_value = "", hide_default_value = true)]
        category: String,
        /// What sort of thing it is
        #[arg(long, value_name = "KIND", value_parser = one_of::<MatterKind>())]
        kind: Option<MatterKind>,
        /// How urgent it is
        #[arg(long, value_name = "URGENCY", value_parser = one_of::<Urgency>())]
        urgency: Option<Urgency>,
        /// How many people it concerns
        #[arg(long, value_name = "N")]
        people: Option<i64>,
        /// Where
        #[arg(long, value_name = "PLACE", default_value = "", hide_default_value = true)]
        place: String,
    },
    /// Hand it to the branch
    Submit(Which),
    /// It was solved on the spot: how
    Solve(Said),
    /// Refer it to somebody outside: 110, 12345, the courts, arbitration
    ReferOut {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// To whom
        #[arg(long, value_name = "BODY")]
        to: String,
    },
    /// Note what the analysis meeting or the lead found
    Analyse {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// What was found
        #[arg(default_value = "", hide_default_value = true)]
        text: String,
    },
    /// Hand it to an owner
    Assign(Handed),
    /// Hand it on to another owner
    Transfer(Handed),
    /// Refer it to a studio or a volunteer team, one of whom has it in hand
    Refer {
        /// To whom, and until when
        #[command(flatten)]
        handed: Handed,
        /// What the studio or team is called
        #[arg(long, value_name = "NAME")]
        to: String,
        /// The studio's id, if it is in the township's list
        #[arg(long, value_name = "ID")]
        studio: Option<String>,
    },
    /// One more assists the owner
    Assist {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// Who: name, phone or worker id
        worker: String,
    },
    /// The owner takes it
    Accept(Which),
    /// The owner begins
    Start(Which),
    /// The owner gives it back, once and in time: why it is not theirs
    Return(Said),
    /// The owner asks for more time, once: the reason, which the resident is told
    AskExtension {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// The reason
        text: String,
        /// Until when
        #[arg(long, value_name = "DATE")]
        until: NaiveDate,
    },
    /// Answer such a request
    AnswerExtension {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// What is answered
        #[arg(default_value = "", hide_default_value = true)]
        text: String,
        /// It is not granted
        #[arg(long)]
        refused: bool,
        /// The day the resident was told of it
        #[arg(long, value_name = "DATE")]
        told_on: Option<NaiveDate>,
    },
    /// Pass it up to the town: why
    Escalate(Said),
    /// Put it aside for now: the explanation the resident was given, and when it is looked at again
    Park {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// The explanation
        text: String,
        /// When it is looked at again
        #[arg(long, value_name = "DATE")]
        until: NaiveDate,
    },
    /// It is the same as another matter and is handled there
    Merge {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// The other matter
        into: String,
    },
    /// Part of it goes on as a matter of its own, with this title
    Split(Said),
    /// Note that another matter is much like it
    Similar {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// The other matter
        other: String,
    },
    /// It is not taken up: why
    Decline(Said),
    /// It is done: what was done
    Done(Said),
    /// The resident was told
    Feedback {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// How
        #[arg(long, value_name = "WAY", default_value = "visit", value_parser = one_of::<FeedbackWay>())]
        way: FeedbackWay,
        /// The day; today unless named
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
    },
    /// Write down the residents' verdict; never by, and never collected by, the owner
    Evaluate {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// Whether it is solved
        #[arg(long, value_name = "SOLVED", value_parser = one_of::<Solved>())]
        solved: Solved,
        /// How satisfied they are
        #[arg(long, value_name = "ANSWER", value_parser = one_of::<Satisfaction>())]
        satisfaction: Satisfaction,
        /// Their words
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        words: String,
        /// Who asked them, if another than whoever types this
        #[arg(long, value_name = "WORKER")]
        collected_by: Option<String>,
        /// The day they were asked; today unless named
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
    },
    /// Close it
    Close {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// How it ended, which is never hidden
        #[arg(long, value_name = "KIND", value_parser = one_of::<Closing>())]
        kind: Closing,
    },
    /// Take it up again, because residents are not satisfied: their grounds
    Reopen(Said),
    /// The resident takes it back
    Withdraw(Which),
    /// Watch over it: what is asked for
    Supervise(Said),
    /// It was posted on the public board
    Post {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// The day; today unless named
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
    },
    /// Add a remark
    Note {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// The remark
        text: String,
        /// The day the resident was spoken to, if that is what it tells
        #[arg(long, value_name = "DATE")]
        spoke_on: Option<NaiveDate>,
    },
    /// Where two steps cannot both stand, say which one does
    Settle {
        /// The matter: its number, its temporary code or its id
        matter: String,
        /// The step that stands: the id that `show` gives
        #[arg(allow_hyphen_values = true)]
        step: String,
    },
}
