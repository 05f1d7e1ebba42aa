//! What is written as one record: a decision, a count of ballots. Neither says who wrote it or when (the change does), so
//! that two people who write the same agree.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::document::Scalar;
use crate::draft::{FieldId, Prose, ShortText, Title};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::matter::{Level, Satisfaction, Solved};
use crate::meeting::{Decided, Meeting};
use crate::record::Record;
use crate::value::Value;

const DECISION: &[&str] = &["decision", "title", "matter", "text", "target", "owner", "co_owners", "level", "due"];

/// What was decided about an item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// What; `None` for a decision of a newer version, which is shown and has no effect.
    pub decision: Option<Decided>,
    /// What it is about, fit for the public board.
    pub title: Option<Title>,
    /// The matter, if it is one.
    pub matter: Option<DocId>,
    /// The measures of an assignment, the reason of the others, the opinion, what was agreed. Never published.
    pub text: Option<Prose>,
    /// What is to be reached.
    pub target: Option<ShortText>,
    /// The owner.
    pub owner: Option<WorkerId>,
    /// Those who assist.
    pub co_owners: BTreeSet<WorkerId>,
    /// The level that handles it.
    pub level: Option<Level>,
    /// The day it is due; of a parked matter the day it is looked at again.
    pub due: Option<NaiveDate>,
    pub(super) other: Record,
}

impl Decision {
    pub(super) fn is_valid(scalar: &Scalar) -> bool {
        let public = |title: &Title| Title::parse_public(FieldId::Title, title.as_str()).is_ok();
        Decision::from_scalar(scalar).is_some_and(|decision| {
            decision.decision.is_some()
                && decision.title.as_ref().is_some_and(public)
                && decision.other.lacks_all(DECISION)
        })
    }
}

impl Value for Decision {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Decision {
            decision: record.take("decision"),
            title: record.take("title"),
            matter: record.take("matter"),
            text: record.take("text"),
            target: record.take("target"),
            owner: record.take("owner"),
            co_owners: record.take_all("co_owners").into_iter().collect(),
            level: record.take("level"),
            due: record.take("due"),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("decision", self.decision.as_ref());
        record.put("title", self.title.as_ref());
        record.put("matter", self.matter.as_ref());
        record.put("text", self.text.as_ref());
        record.put("target", self.target.as_ref());
        record.put("owner", self.owner.as_ref());
        record.put_all("co_owners", &self.co_owners);
        record.put("level", self.level.as_ref());
        record.put("due", self.due.as_ref());
        record.into_scalar()
    }
}

/// The most votes of one sort.
pub(super) const MAX_VOTES: i64 = 9_999;

const BALLOT: &[&str] = &["matter", "satisfied", "basically", "not", "no_answer", "yes", "partly", "no"];

/// Counts of votes about one matter, or about the contact work as a whole. Who voted how is not known here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ballot {
    /// The matter; `None` for the contact work as a whole.
    pub matter: Option<DocId>,
    /// How many are satisfied.
    pub satisfied: i64,
    /// How many are basically satisfied.
    pub basically: i64,
    /// How many are not satisfied.
    pub not: i64,
    /// How many gave no answer.
    pub no_answer: i64,
    /// How many say it is solved.
    pub yes: i64,
    /// How many say it is partly solved.
    pub partly: i64,
    /// How many say it is not solved.
    pub no: i64,
    pub(super) other: Record,
}

impl Ballot {
    /// The name of the ballot about a matter, or about the contact work as a whole.
    pub fn id_of(matter: Option<DocId>) -> RecordId {
        match matter {
            Some(matter) => RecordId::derive(&[b"ballot", &matter.to_bytes()]),
            None => RecordId::derive(&[b"ballot", b"contact"]),
        }
    }

    /// How many said how satisfied they are.
    pub fn answered(&self) -> i64 {
        self.satisfied.saturating_add(self.basically).saturating_add(self.not)
    }

    /// What most said of how satisfied they are; of two that are level the less favourable. Nobody answered: no answer.
    pub fn satisfaction(&self) -> Satisfaction {
        let counted = [
            (self.not, Satisfaction::Not),
            (self.basically, Satisfaction::Basically),
            (self.satisfied, Satisfaction::Satisfied),
        ];
        most(&counted).unwrap_or(Satisfaction::NoAnswer)
    }

    /// What most said of whether it is solved; of two that are level the less favourable. `None` when nobody said.
    pub fn solved(&self) -> Option<Solved> {
        most(&[(self.no, Solved::No), (self.partly, Solved::Partly), (self.yes, Solved::Yes)])
    }

    fn counts(&self) -> [i64; 7] {
        [self.satisfied, self.basically, self.not, self.no_answer, self.yes, self.partly, self.no]
    }

    pub(super) fn is_valid(scalar: &Scalar) -> bool {
        Ballot::from_scalar(scalar).is_some_and(|ballot| {
            ballot.counts().iter().all(|count| (0..=MAX_VOTES).contains(count)) && ballot.other.lacks_all(BALLOT)
        })
    }
}

/// The first of the greatest counts; `None` where all are nought.
fn most<T: Copy>(counted: &[(i64, T)]) -> Option<T> {
    let greatest = counted.iter().map(|(count, _)| *count).max().filter(|count| *count > 0)?;
    counted.iter().find(|(count, _)| *count == greatest).map(|(_, said)| *said)
}

impl Value for Ballot {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        Some(Ballot {
            matter: record.take("matter"),
            satisfied: record.take("satisfied")?,
            basically: record.take("basically")?,
            not: record.take("not")?,
            no_answer: record.take("no_answer")?,
            yes: record.take("yes").unwrap_or_default(),
            partly: record.take("partly").unwrap_or_default(),
            no: record.take("no").unwrap_or_default(),
            other: record,
        })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        let some = |count: i64| Some(count).filter(|count| *count != 0);
        record.put("matter", self.matter.as_ref());
        record.put("satisfied", Some(&self.satisfied));
        record.put("basically", Some(&self.basically));
        record.put("not", Some(&self.not));
        record.put("no_answer", Some(&self.no_answer));
        record.put("yes", some(self.yes).as_ref());
        record.put("partly", some(self.partly).as_ref());
        record.put("no", some(self.no).as_ref());
        record.into_scalar()
    }
}

impl Meeting {
    /// The counts about a matter, or about the contact work as a whole.
    pub fn ballot(&self, matter: Option<DocId>) -> Option<&crate::Field<Ballot>> {
        self.ballots.get(&Ballot::id_of(matter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_said_is_the_verdict_and_a_draw_is_the_less_favourable() {
        let ballot = |satisfied, basically, not, yes, partly, no| Ballot {
            satisfied,
            basically,
            not,
            yes,
            partly,
            no,
            ..Ballot::default()
        };
        assert_eq!(ballot(9, 3, 1, 9, 0, 0).satisfaction(), Satisfaction::Satisfied);
        assert_eq!(ballot(4, 4, 1, 3, 3, 0).satisfaction(), Satisfaction::Basically);
        assert_eq!(ballot(4, 4, 1, 3, 3, 0).solved(), Some(Solved::Partly));
        assert_eq!(ballot(4, 4, 4, 0, 0, 1).satisfaction(), Satisfaction::Not);
        assert_eq!(Ballot { no_answer: 20, ..Ballot::default() }.satisfaction(), Satisfaction::NoAnswer);
        assert_eq!(Ballot::default().solved(), None);
    }

    #[test]
    fn a_newer_versions_fields_are_written_back() {
        let newer = r#"{"basically":0,"newer":1,"no_answer":0,"not":0,"satisfied":3}"#;
        assert_eq!(Ballot::from_scalar(&newer.into()).unwrap().to_scalar().as_text(), Some(newer));
        let newer = r#"{"decision":"agree","newer":[2],"title":"河道"}"#;
        assert_eq!(Decision::from_scalar(&newer.into()).unwrap().to_scalar().as_text(), Some(newer));
    }

    #[test]
    fn a_count_out_of_bounds_or_a_title_with_a_phone_is_no_record() {
        let ballot = |n: i64| format!(r#"{{"basically":0,"no_answer":0,"not":0,"satisfied":{n}}}"#);
        assert!(Ballot::is_valid(&ballot(MAX_VOTES).into()));
        for bad in [-1, MAX_VOTES + 1] {
            assert!(!Ballot::is_valid(&ballot(bad).into()), "{bad}");
        }
        assert!(!Ballot::is_valid(&r#"{"satisfied":1}"#.into()));
        assert!(!Decision::is_valid(&r#"{"decision":"agree","title":"找张三13800138000"}"#.into()));
        assert!(!Decision::is_valid(&r#"{"decision":"agree","title":"河道","due":7}"#.into()));
        assert!(Decision::is_valid(&r#"{"decision":"agree","title":"河道"}"#.into()));
    }
}
