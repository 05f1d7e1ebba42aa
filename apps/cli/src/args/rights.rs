//! What a household was told about its data, what its people ask, and what is known of its children.

use clap::{Args, Subcommand};
use lianhu_core::groups::{Group, LegalBasis};
use lianhu_core::household::{Answered, NoticeWay, RequestKind, SpokenBy};

use super::choices::one_of;
use super::desk::DeskArgs;

/// What can be done about a person's rights.
#[derive(Debug, Subcommand)]
pub enum RightsAction {
    /// Write down what a household was told about a group of its data, and agreed to
    Notice(NoticeArgs),
    /// List the households that were not told about something that is kept about them
    Unnoticed(DeskArgs),
    /// Write down what somebody asks about their own data
    Ask(AskArgs),
    /// Answer it; what is not done in full needs a reason, and a lead, the board or the desk
    Answer(AnswerArgs),
    /// List what was asked, with the day by which it is to be answered
    Requests(DeskArgs),
    /// Read what is known of a child under 14, for a reason that is written down first
    Minor(MinorArgs),
}

/// A notice.
#[derive(Debug, Args)]
pub struct NoticeArgs {
    /// The household: id, doorplate or the head's name
    pub household: String,
    /// Which group; the basic card, the phone and what is said on visits if left out
    #[arg(long, value_parser = one_of::<Group>())]
    pub group: Option<Group>,
    /// What makes it lawful: consent, contract, duty, emergency, news, disclosed, other_law
    #[arg(long, value_parser = one_of::<LegalBasis>())]
    pub basis: LegalBasis,
    /// The day they were told; today unless named
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub on: String,
    /// How: spoken, paper, phone, message
    #[arg(long, value_parser = one_of::<NoticeWay>())]
    pub how: Option<NoticeWay>,
    /// The day they agreed; needed where consent is the basis
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub consented_on: String,
    /// Who agreed: person, head, guardian (for children)
    #[arg(long, value_parser = one_of::<SpokenBy>())]
    pub agreed_by: Option<SpokenBy>,
    /// Who told them, if it was somebody else
    #[arg(long, value_name = "WORKER")]
    pub told_by: Option<String>,
    /// The last day it holds
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub until: String,
    /// Where
    #[command(flatten)]
    pub desk: DeskArgs,
}

/// A request.
#[derive(Debug, Args)]
pub struct AskArgs {
    /// The household: id, doorplate or the head's name
    pub household: String,
    /// What is asked: access, copy, correct, delete, withdraw
    #[arg(value_parser = one_of::<RequestKind>())]
    pub kind: RequestKind,
    /// In their words
    #[arg(default_value = "")]
    pub words: String,
    /// Who asks: person, head, guardian
    #[arg(long, value_parser = one_of::<SpokenBy>())]
    pub asked_by: Option<SpokenBy>,
    /// The day it was asked; today unless named
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub on: String,
    /// Where
    #[command(flatten)]
    pub desk: DeskArgs,
}

/// An answer.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// The household: id, doorplate or the head's name
    pub household: String,
    /// The request's id, as `requests` shows it
    #[arg(allow_hyphen_values = true)]
    pub request: String,
    /// What became of it: done, partly, refused
    #[arg(value_parser = one_of::<Answered>())]
    pub answer: Answered,
    /// Why, as the household is told
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// The day; today unless named
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub on: String,
    /// Where
    #[command(flatten)]
    pub desk: DeskArgs,
}

/// A child whose data is read.
#[derive(Debug, Args)]
pub struct MinorArgs {
    /// The household: id, doorplate or the head's name
    pub household: String,
    /// The resident's id
    #[arg(allow_hyphen_values = true)]
    pub resident: String,
    /// Why; it stays in the household's document and in the audit log
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Where
    #[command(flatten)]
    pub desk: DeskArgs,
}
