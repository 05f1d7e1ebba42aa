//! Handing households on (转交): from one worker to another for good, or covered by another for some days (代管).
//!
//! Everything is worked out on the roster as it is read, and comes out as one [`Edit`]: the former worker's link ends the
//! day before the new one's begins; a cover's link has a first and a last day and leaves the other as it is. Links are
//! never removed, so that it stays known who had a household and whose late work to expect. Asking for what has already
//! been done writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::document::Edit;
use crate::ids::{DocId, RecordId, WorkerId};
use crate::lang::Lang;
use crate::roster::{Link, Roster};
use crate::value::Value as _;

/// Households one reassignment may move: both links of each fit into one change with room to spare.
pub const MAX_REASSIGNED: usize = 400;

/// Which households are handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All that a worker is linked to; for good, also those where the worker stands in.
    AllOf(WorkerId),
    /// These, of this worker; where nobody is named, of whoever is their one contact.
    These {
        /// Their documents.
        households: BTreeSet<DocId>,
        /// Who has them so far.
        of: Option<WorkerId>,
    },
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reassignment {
    /// Which households.
    pub which: Which,
    /// Who gets them.
    pub to: WorkerId,
    /// The first day they are the new worker's.
    pub first_day: NaiveDate,
    /// The last day of a cover; absent when they are handed on for good.
    pub last_day: Option<NaiveDate>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reassigned {
    /// What to write into the roster; empty when it was done before.
    pub edit: Edit,
    /// The households that change hands by it.
    pub households: BTreeSet<DocId>,
}

macro_rules! reasons {
    ($($variant:ident = $code:literal, $zh:literal, $en:literal;)+) => {
        /// Why nothing is handed on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum NotReassigned { $(#[doc = $en] #[error($en)] $variant,)+ }

        impl NotReassigned {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// A stable code for machines.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// One sentence for people, without personal data.
            pub const fn message(self, lang: Lang) -> &'static str {
                match lang {
                    Lang::Zh => match self { $(Self::$variant => $zh,)+ },
                    Lang::En => match self { $(Self::$variant => $en,)+ },
                }
            }
        }
    };
}

reasons! {
    UnknownWorker = "unknown_worker", "这个村的名册里没有这个人。", "The village's roster does not have this worker.";
    NotActive = "not_active", "接手的人已不在岗。", "Whoever is to have them does not work here any more.";
    SamePerson = "same_person", "转交和接手的是同一个人。", "They would be handed to whoever has them already.";
    DaysInWrongOrder = "days_in_wrong_order", "最后一天早于第一天。", "The last day lies before the first.";
    NothingToHandOn = "nothing_to_hand_on", "这个人从那天起没有联系的户。", "From that day on the worker has no household to hand on.";
    NotLinked = "not_linked", "这户从那天起不由这个人联系。", "From that day on the household is not linked to the worker.";
    SeveralContacts = "several_contacts", "这户有不止一位联户人，请写明转交谁的。", "The household has more than one contact: say whose link is handed on.";
    TooMany = "too_many", "一次最多转交400户，请分几次。", "At most 400 households at a time: hand them on in several parts.";
}

/// Some days in a row; absent ends are open.
#[derive(Clone, Copy)]
struct Span {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl Span {
    fn of(link: &Link) -> Self {
        Span { from: link.from, to: link.to }
    }

    fn is_empty(self) -> bool {
        self.from.zip(self.to).is_some_and(|(from, to)| to < from)
    }

    /// The days both have.
    fn both(self, other: Span) -> Self {
        let to = match (self.to, other.to) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Span { from: self.from.max(other.from), to }
    }

    /// From the first day of either to the last day of either.
    fn joined(self, other: Span) -> Self {
        let from = self.from.zip(other.from).map(|(one, other)| one.min(other));
        Span { from, to: self.to.zip(other.to).map(|(one, other)| one.max(other)) }
    }

    fn holds(self, other: Span) -> bool {
        let begins = self.from.is_none_or(|from| other.from.is_some_and(|first| from <= first));
        begins && self.to.is_none_or(|to| other.to.is_some_and(|last| last <= to))
    }

    /// Whether no day lies between them.
    fn touches(self, other: Span) -> bool {
        let before = |to: Option<NaiveDate>, from: Option<NaiveDate>| {
            to.zip(from).is_none_or(|(to, from)| from <= to.succ_opt().unwrap_or(to))
        };
        before(self.to, other.from) && before(other.to, self.from)
    }
}

/// The links as the reassignment leaves them.
struct Links {
    links: BTreeMap<RecordId, Link>,
    changed: BTreeSet<RecordId>,
}

impl Roster {
    /// Works out a reassignment. Refused, nothing changes.
    pub fn reassign(&self, asked: &Reassignment) -> Result<Reassigned, NotReassigned> {
        let eve = asked.first_day.pred_opt().ok_or(NotReassigned::DaysInWrongOrder)?;
        if asked.last_day.is_some_and(|last| last < asked.first_day) {
            return Err(NotReassigned::DaysInWrongOrder);
        }
        let to = self.workers.get(&asked.to).ok_or(NotReassigned::UnknownWorker)?;
        if !to.is_active() {
            return Err(NotReassigned::NotActive);
        }
        let moved = self.moved(asked)?;
        let links = self.links.iter().map(|(id, link)| (*id, link.value.clone())).collect();
        let mut links = Links { links, changed: BTreeSet::new() };
        let mut households = BTreeSet::new();
        for (id, link) in moved {
            let days = Span { from: Some(asked.first_day), to: asked.last_day }.both(Span::of(&link));
            let Some(household) = link.household.filter(|_| !days.is_empty()) else { continue };
            let changed = match (&asked.which, asked.last_day) {
                (_, Some(_)) => links.give(household, asked.to, days, None),
                (Which::AllOf(of), None) if link.worker != Some(*of) => {
                    links.end(id, &link, days, eve);
                    links.stand_in(household, &link, asked.to, days)
                }
                (_, None) => {
                    links.end(id, &link, days, eve);
                    links.give(household, asked.to, days, link.backup.filter(|backup| *backup != asked.to));
                    true
                }
            };
            if changed {
                households.insert(household);
            }
        }
        if households.len() > MAX_REASSIGNED {
            return Err(NotReassigned::TooMany);
        }
        Ok(Reassigned { edit: links.edit(), households })
    }

    /// The links that are handed on: those that hold on the first day or begin later.
    fn moved(&self, asked: &Reassignment) -> Result<Vec<(RecordId, Link)>, NotReassigned> {
        let days = Span { from: Some(asked.first_day), to: asked.last_day };
        let concerned: Vec<(RecordId, Link)> = self
            .links
            .iter()
            .map(|(id, link)| (*id, link.value.clone()))
            .filter(|(_, link)| !Span::of(link).is_empty() && !Span::of(link).both(days).is_empty())
            .collect();
        let for_good = asked.last_day.is_none();
        match &asked.which {
            Which::AllOf(of) => {
                self.check_giver(*of, asked.to)?;
                let mut moved = concerned;
                moved.retain(|(_, link)| link.worker == Some(*of) || for_good && link.backup == Some(*of));
                if moved.is_empty() && !self.was_done(*of, asked) {
                    return Err(NotReassigned::NothingToHandOn);
                }
                Ok(moved)
            }
            Which::These { households, of } => {
                if let Some(of) = of {
                    self.check_giver(*of, asked.to)?;
                }
                if households.is_empty() {
                    return Err(NotReassigned::NothingToHandOn);
                }
                let mut moved = Vec::new();
                for household in households {
                    let of_it = concerned.iter().filter(|(_, link)| link.household == Some(*household));
                    moved.extend(self.one(*of, asked, of_it.cloned().collect())?);
                }
                Ok(moved)
            }
        }
    }

    /// The links of one household that are handed on; none when that was done before.
    fn one(
        &self,
        of: Option<WorkerId>,
        asked: &Reassignment,
        mut links: Vec<(RecordId, Link)>,
    ) -> Result<Vec<(RecordId, Link)>, NotReassigned> {
        let days = Span { from: Some(asked.first_day), to: asked.last_day.or(Some(asked.first_day)) };
        let there = links.iter().any(|(_, link)| link.worker == Some(asked.to) && Span::of(link).holds(days));
        links.retain(|(_, link)| match of {
            Some(of) => link.worker == Some(of),
            None => link.worker != Some(asked.to),
        });
        let contacts: BTreeSet<_> = links.iter().map(|(_, link)| link.worker).collect();
        match contacts.len() {
            0 if !there => Err(NotReassigned::NotLinked),
            0 | 1 => Ok(links),
            _ => Err(NotReassigned::SeveralContacts),
        }
    }

    fn check_giver(&self, of: WorkerId, to: WorkerId) -> Result<(), NotReassigned> {
        if of == to {
            return Err(NotReassigned::SamePerson);
        }
        // Somebody who has left, or was never listed here, may still have links to hand on.
        let known = self.workers.contains_key(&of) || self.links.values().any(|link| link.value.names(of));
        if known { Ok(()) } else { Err(NotReassigned::UnknownWorker) }
    }

    /// Whether the same was asked before and done: a link of the worker ended on the eve, and the other has the household.
    fn was_done(&self, of: WorkerId, asked: &Reassignment) -> bool {
        let links = || self.links.values().map(|link| &link.value);
        let ended = |link: &&Link| {
            link.worker == Some(of)
                && link.to.is_some_and(|to| to.succ_opt().is_some_and(|next| next >= asked.first_day))
        };
        let has = |household| {
            links().any(|link| {
                link.worker == Some(asked.to) && link.household == household && link.is_active(asked.first_day)
            })
        };
        asked.last_day.is_none() && links().filter(ended).any(|link| has(link.household))
    }
}

impl Links {
    /// Ends a link on the eve. One that would only begin later never holds: its last day is the one before its first.
    fn end(&mut self, id: RecordId, link: &Link, days: Span, eve: NaiveDate) {
        let last = days.from.and_then(|from| from.pred_opt()).map_or(eve, |last| last.max(eve));
        self.set(id, Link { to: Some(last), ..link.clone() });
    }

    /// The same contact goes on under a link in which somebody else stands in.
    fn stand_in(&mut self, household: DocId, former: &Link, to: WorkerId, days: Span) -> bool {
        let backup = Some(to).filter(|to| former.worker != Some(*to));
        let contact = former.worker.unwrap_or(to);
        let id = new_link(b"stand-in", household, contact, days);
        self.set(id, Link { from: days.from, to: days.to, backup, ..former.clone() });
        true
    }

    /// Links a worker and a household for some days, by stretching a link they have where it touches them. Whether
    /// anything changes.
    fn give(&mut self, household: DocId, to: WorkerId, days: Span, backup: Option<WorkerId>) -> bool {
        let theirs = |link: &Link| link.worker == Some(to) && link.household == Some(household);
        let held = |link: &Link| !Span::of(link).is_empty() && Span::of(link).holds(days);
        if self.links.values().any(|link| theirs(link) && held(link)) {
            return false;
        }
        let id = new_link(b"reassigned", household, to, days);
        let touching =
            self.links.iter().find(|(known, link)| theirs(link) && (Span::of(link).touches(days) || **known == id));
        match touching.map(|(id, link)| (*id, link.clone())) {
            Some((id, link)) => {
                let Span { from, to } = Span::of(&link).joined(days);
                self.set(id, Link { from, to, ..link });
            }
            None => {
                let Span { from, to: last } = days;
                let link =
                    Link { worker: Some(to), household: Some(household), from, to: last, backup, ..Link::default() };
                self.set(id, link);
            }
        }
        true
    }

    fn set(&mut self, id: RecordId, link: Link) {
        self.links.insert(id, link);
        self.changed.insert(id);
    }

    fn edit(&self) -> Edit {
        let mut edit = Edit::new();
        for (id, link) in self.changed.iter().filter_map(|id| self.links.get_key_value(id)) {
            edit.put(format!("link/{id}"), link.to_scalar());
        }
        edit
    }
}

/// The name of a link that a reassignment makes: asked twice, it is the same link.
fn new_link(purpose: &[u8], household: DocId, to: WorkerId, days: Span) -> RecordId {
    let from = days.from.map(|from| from.to_string()).unwrap_or_default();
    RecordId::derive(&[purpose, &household.to_bytes(), to.0.as_bytes(), from.as_bytes()])
}
