//! Posting by hand: what follows from no course of its own hangs from one step to the next.

use chrono::NaiveDate;

use crate::course::{Act, Course};
use crate::draft::ShortText;
use crate::record::Record;

/// A step that hangs something on the board or takes it down.
#[derive(Clone, Debug, PartialEq)]
pub enum Posting {
    /// It hangs from a day on.
    Post {
        /// The day.
        on: NaiveDate,
    },
    /// It is taken down.
    Unpost {
        /// The day: it hangs no more on it.
        on: NaiveDate,
        /// Why.
        reason: Option<ShortText>,
    },
}

impl Posting {
    /// The codes its steps are stored with.
    pub const CODES: &[&str] = &["post", "unpost"];
}

impl Act for Posting {
    /// Whether it hangs.
    type State = bool;
    const START: bool = false;

    fn target(&self, posted: bool) -> Option<bool> {
        match self {
            Posting::Post { .. } => (!posted).then_some(true),
            Posting::Unpost { .. } => posted.then_some(false),
        }
    }

    fn take(record: &mut Record) -> Option<Self> {
        let act: String = record.take("act")?;
        let on = record.take("on")?;
        match act.as_str() {
            "post" => Some(Posting::Post { on }),
            "unpost" => Some(Posting::Unpost { on, reason: record.take("reason") }),
            _ => None,
        }
    }

    fn put(&self, record: &mut Record) {
        let (act, on, reason) = match self {
            Posting::Post { on } => ("post", on, None),
            Posting::Unpost { on, reason } => ("unpost", on, reason.as_ref()),
        };
        record.put("act", Some(&act.to_owned()));
        record.put("on", Some(on));
        record.put("reason", reason);
    }
}

impl Course<Posting> {
    /// Since when it hangs; nothing if it does not.
    pub fn posted_on(&self) -> Option<NaiveDate> {
        let last = self.standing().map(|(_, act)| act).last();
        match last {
            Some(Posting::Post { on }) => Some(*on),
            _ => None,
        }
    }
}
