//! Pledges, studios and teams, bases, the complaint box, and the public board.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lianhu_core::complaint::About;
use lianhu_core::pledge::{Outcome, Reviewer};
use lianhu_core::studio::StudioKind;

use super::DeskArgs;
use super::choices::one_of;

/// What members pledge.
#[derive(Debug, Args)]
pub struct PledgeArgs {
    /// Where it is done
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What is done
    #[command(subcommand)]
    pub action: PledgeAction,
}

/// What is done with pledges.
#[derive(Debug, Subcommand)]
pub enum PledgeAction {
    /// List the pledges and how far they have come
    List,
    /// Show one with its items, results and reviews
    Show {
        /// The pledge's id
        pledge: String,
    },
    /// Begin somebody's pledge of a year, or go on with it
    Begin {
        /// Whose it is: name, phone or worker id; on a phone its owner's, unless named
        #[arg(long, value_name = "WORKER")]
        worker: Option<String>,
        /// The year; this one unless named
        #[arg(long)]
        year: Option<i32>,
        /// Where it is shown: a stall, a post
        #[arg(long, default_value = "")]
        place: String,
        /// The village, where the township has more than one
        #[arg(long)]
        village: Option<String>,
    },
    /// Add an item to a draft, or write one anew with --item
    Add {
        /// The pledge's id
        pledge: String,
        /// What will be done
        content: String,
        /// How one will see that it was done
        #[arg(long, default_value = "")]
        measure: String,
        /// How it is now
        #[arg(long, default_value = "")]
        baseline: String,
        /// The day it is due
        #[arg(long, default_value = "")]
        due: String,
        /// The item to write anew
        #[arg(long, value_name = "ITEM")]
        item: Option<String>,
    },
    /// Take an item out of a draft
    Remove {
        /// The pledge's id
        pledge: String,
        /// The item's id
        #[arg(allow_hyphen_values = true)]
        item: String,
    },
    /// Agree to a draft (branch lead, village board, town desk)
    Approve {
        /// The pledge's id
        pledge: String,
    },
    /// Send a draft that was agreed to back to its writer
    SendBack {
        /// The pledge's id
        pledge: String,
        /// Why
        reason: String,
    },
    /// Show it to everybody: two to five items, each with its measure, its baseline and its day
    Publish {
        /// The pledge's id
        pledge: String,
        /// The day; today unless named
        #[arg(long, default_value = "")]
        on: String,
    },
    /// Begin to keep it
    Start {
        /// The pledge's id
        pledge: String,
    },
    /// Say what became of one item; never of one's own pledge
    Result {
        /// The pledge's id
        pledge: String,
        /// The item's id
        #[arg(allow_hyphen_values = true)]
        item: String,
        /// What became of it
        #[arg(value_parser = one_of::<Outcome>())]
        outcome: Outcome,
        /// Why it was not kept, or not wholly
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Say what became of the whole; never of one's own pledge
    Close {
        /// The pledge's id
        pledge: String,
        /// What became of it
        #[arg(value_parser = one_of::<Outcome>())]
        outcome: Outcome,
        /// Why it was not kept, or not wholly
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Write down what somebody finds: a verdict and words
    Review {
        /// The pledge's id
        pledge: String,
        /// For whom it speaks
        #[arg(value_parser = one_of::<Reviewer>())]
        reviewer: Reviewer,
        /// What they find
        #[arg(value_parser = one_of::<Outcome>())]
        verdict: Outcome,
        /// In their words
        #[arg(long, default_value = "")]
        text: String,
    },
}

/// Studios and teams.
#[derive(Debug, Args)]
pub struct StudioArgs {
    /// Where it is done
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What is done
    #[command(subcommand)]
    pub action: StudioAction,
}

/// A studio's card.
#[derive(Clone, Debug, Default, Args)]
pub struct StudioCard {
    /// What it is
    #[arg(long, value_name = "KIND", value_parser = one_of::<StudioKind>())]
    pub kind: Option<StudioKind>,
    /// Who leads it: name, phone or worker id
    #[arg(long, value_name = "WORKER")]
    pub leader: Option<String>,
    /// Where it is
    #[arg(long, default_value = "")]
    pub place: String,
    /// What its people are good at: 法律、调解
    #[arg(long, default_value = "")]
    pub skills: String,
    /// What it offers
    #[arg(long, default_value = "")]
    pub services: String,
    /// When the door is open: 周三 8:30-11:30
    #[arg(long, default_value = "")]
    pub open: String,
    /// Its phone
    #[arg(long, default_value = "")]
    pub phone: String,
    /// Whether everybody may see the phone on the board
    #[arg(long, value_name = "true|false")]
    pub phone_public: Option<bool>,
}

/// What is done with studios and teams.
#[derive(Debug, Subcommand)]
pub enum StudioAction {
    /// List the studios and teams
    List,
    /// Show one with its members, open hours and service record
    Show {
        /// The studio's id
        studio: String,
    },
    /// Enter a new one
    Begin {
        /// Its name
        name: String,
        /// Its card
        #[command(flatten)]
        card: StudioCard,
        /// The village, where the township has more than one
        #[arg(long)]
        village: Option<String>,
    },
    /// Change what is named and nothing else
    Change {
        /// The studio's id
        studio: String,
        /// A new name
        #[arg(long, default_value = "")]
        name: String,
        /// Its card
        #[command(flatten)]
        card: StudioCard,
    },
    /// Take somebody in
    Join {
        /// The studio's id
        studio: String,
        /// Who: name, phone or worker id
        worker: String,
    },
    /// Let somebody go; what they served stays
    Leave {
        /// The studio's id
        studio: String,
        /// Who: name, phone or worker id
        worker: String,
    },
    /// Add to the service record
    Serve {
        /// The studio's id
        studio: String,
        /// What was done, without names of those it was done for
        content: String,
        /// The day; today unless named
        #[arg(long, default_value = "")]
        date: String,
        /// How many hours, if it was noted
        #[arg(long, default_value = "")]
        hours: String,
        /// Where
        #[arg(long, default_value = "")]
        place: String,
        /// Who served; whoever writes, unless named
        #[arg(long, value_name = "WORKER")]
        by: Option<String>,
        /// The matter that was handled
        #[arg(long, value_name = "ID")]
        matter: Option<String>,
        /// How many people were served, if it was noted
        #[arg(long)]
        served: Option<i64>,
    },
    /// Hang it on the public board
    Post {
        /// The studio's id
        studio: String,
    },
    /// Take it down from the board
    Unpost {
        /// The studio's id
        studio: String,
        /// Why
        #[arg(default_value = "")]
        reason: String,
    },
    /// Close it; the record stays
    Close {
        /// The studio's id
        studio: String,
    },
}

/// The complaint box.
#[derive(Debug, Args)]
pub struct BoxArgs {
    /// Where it is done
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What is done
    #[command(subcommand)]
    pub action: BoxAction,
}

/// What is done with complaints.
#[derive(Debug, Subcommand)]
pub enum BoxAction {
    /// List the complaints with their words and replies: on a phone its owner's own, at the township all
    List,
    /// Put one in, in one's own name; what is written stays
    Put {
        /// What happened, one sentence will do
        text: String,
        /// What it is about
        #[arg(long, value_parser = one_of::<About>())]
        about: Option<About>,
        /// The village, where the township has more than one
        #[arg(long)]
        village: Option<String>,
    },
    /// Take one's own back
    Withdraw {
        /// The complaint's id
        complaint: String,
    },
    /// Reply to one, at the township
    Reply {
        /// The complaint's id
        complaint: String,
        /// What is said, and what was done about it
        text: String,
    },
}

/// Practice bases.
#[derive(Debug, Args)]
pub struct BaseArgs {
    /// Where it is done
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What is done
    #[command(subcommand)]
    pub action: BaseAction,
}

/// A base's card.
#[derive(Clone, Debug, Default, Args)]
pub struct BaseCard {
    /// Where it is
    #[arg(long, default_value = "")]
    pub place: String,
    /// How many sheds, how much land
    #[arg(long, default_value = "")]
    pub sheds: String,
    /// Who runs it, by name
    #[arg(long, default_value = "")]
    pub host: String,
    /// Who runs it, if it is a worker: name, phone or worker id
    #[arg(long, value_name = "WORKER")]
    pub host_worker: Option<String>,
}

/// What is done with bases.
#[derive(Debug, Subcommand)]
pub enum BaseAction {
    /// List the bases
    List,
    /// Show one with its batches and what came of it
    Show {
        /// The base's id
        base: String,
    },
    /// Enter a new one
    Begin {
        /// Its name
        name: String,
        /// What is taught
        trade: String,
        /// Its card
        #[command(flatten)]
        card: BaseCard,
        /// The village, where the township has more than one
        #[arg(long)]
        village: Option<String>,
    },
    /// Change what is named and nothing else
    Change {
        /// The base's id
        base: String,
        /// A new name
        #[arg(long, default_value = "")]
        name: String,
        /// Another trade
        #[arg(long, default_value = "")]
        trade: String,
        /// Its card
        #[command(flatten)]
        card: BaseCard,
    },
    /// Add a batch of training, or write one anew with --batch
    Batch {
        /// The base's id
        base: String,
        /// What was taught
        topic: String,
        /// Its first day; today unless named
        #[arg(long, default_value = "")]
        from: String,
        /// Its last day, if it was more than one
        #[arg(long, default_value = "")]
        to: String,
        /// How many people took part
        #[arg(long)]
        trained: Option<i64>,
        /// What came of it
        #[arg(long, default_value = "")]
        outcome: String,
        /// How many households came out of hardship by it
        #[arg(long)]
        lifted: Option<i64>,
        /// The batch to write anew
        #[arg(long, value_name = "BATCH", allow_hyphen_values = true)]
        batch: Option<String>,
    },
    /// Write down what came of it
    Outcome {
        /// The base's id
        base: String,
        /// What came of it
        text: String,
        /// The day; today unless named
        #[arg(long, default_value = "")]
        on: String,
    },
    /// Hang it on the public board
    Post {
        /// The base's id
        base: String,
    },
    /// Take it down from the board
    Unpost {
        /// The base's id
        base: String,
        /// Why
        #[arg(default_value = "")]
        reason: String,
    },
}

/// The public board.
#[derive(Debug, Args)]
pub struct BoardArgs {
    /// Where it is read
    #[command(flatten)]
    pub desk: DeskArgs,
    /// The village, where the township has more than one
    #[arg(long, global = true)]
    pub village: Option<String>,
    /// What is done
    #[command(subcommand)]
    pub action: BoardAction,
}

/// What is done with the board.
#[derive(Debug, Subcommand)]
pub enum BoardAction {
    /// Show what hangs there today; with --json the board as phones and pages read it
    Show,
    /// Print it: one HTML file that a browser prints on A4
    Print {
        /// The file; an existing one is left alone
        #[arg(long, value_name = "FILE", default_value = "board.html")]
        out: PathBuf,
    },
}
