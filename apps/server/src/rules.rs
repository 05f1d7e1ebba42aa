//! The rules and the calendar of the township: the desk sets them for all its villages at once, and every phone finds them
//! in its village's roster.

use std::collections::BTreeSet;

use chrono::{NaiveTime, Timelike as _};
use lianhu_core::complaint::{Complaint, ComplaintState};
use lianhu_core::deadline::{self, Digest, Digested, Rule, Seen, Terms, YearPlan};
use lianhu_core::household::Household;
use lianhu_core::matter::{Matter, State};
use lianhu_core::{DocId, DocKind, Document, Edit, Refusal};
use lianhu_store::{Op, Query, Reader};
use lianhu_sync::ports::{Township as _, ViewValue};

use crate::act::ActError;
use crate::projection::doc_of;
use crate::town::{Town, TownError, local};

/// The desk's digest of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskDigest {
    /// What it says.
    pub digest: Digest,
    /// Whether it is a time of day in which nothing should be shown.
    pub quiet: bool,
}

impl Town {
    /// What a village works under, as its roster says; the usual terms where there is no such roster.
    pub fn terms(&self, village: Option<DocId>) -> Result<Terms, TownError> {
        let Some(village) = village else { return Ok(Terms::default()) };
        let reader = self.store.read()?;
        Ok(self.gate.roster(&reader, lianhu_sync::ids::DocId(village.to_bytes()))?.roster.terms.clone())
    }

    /// Sets a rule in every village's roster. Says in how many it was another before.
    pub fn set_rule(&self, rule: Rule, said: &str) -> Result<Result<usize, Refusal>, ActError> {
        match deadline::put_rule(rule, said) {
            Ok(edit) => self.in_every_roster(&edit).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Puts the holidays of a year into every village's roster. Says in how many they were others before.
    pub fn put_calendar(&self, plan: &YearPlan) -> Result<usize, ActError> {
        self.in_every_roster(&deadline::put_calendar(plan))
    }

    pub(crate) fn in_every_roster(&self, edit: &Edit) -> Result<usize, ActError> {
        let mut changed = 0;
        for roster in self.documents_of(DocKind::Roster)? {
            changed += usize::from(self.write(roster, |_| Ok::<_, ActError>(edit.clone()))?);
        }
        Ok(changed)
    }

    /// What the township works under. All villages have the same rules and calendar; of their switches those of a village
    /// where one is to be reviewed.
    fn terms_of_all(&self) -> Result<Terms, TownError> {
        let mut all: Option<Terms> = None;
        for roster in self.documents_of(DocKind::Roster)? {
            let terms = self.terms(Some(roster))?;
            if terms.switches.to_review(self.today()).next().is_some() {
                return Ok(terms);
            }
            all.get_or_insert(terms);
        }
        Ok(all.unwrap_or_default())
    }

    /// What the desk is reminded of today, of all villages: every matter somebody has in hand, or that waits; every request
    /// about personal data that nobody has answered; every complaint that waits for a reply; switches that are to be reviewed.
    pub fn digest(&self) -> Result<DeskDigest, TownError> {
        let over = [State::Closed, State::Withdrawn, State::Merged, State::Recorded];
        let open = State::ALL.iter().filter(|state| !over.contains(state));
        let open = open.map(|state| ViewValue::Text(state.code().to_owned())).collect();
        let reader = self.store.read()?;
        let matters = self.listed(&reader, "matters", ("state", Op::In(open)), Matter::read)?;
        let households = self.listed(&reader, "requests", ("answer", Op::Eq(ViewValue::Null)), Household::read)?;
        let waiting = Op::Eq(ViewValue::Text(ComplaintState::Waiting.code().to_owned()));
        let complaints = self.listed(&reader, "complaints", ("status", waiting), Complaint::read)?;
        let (today, terms) = (self.today(), self.terms_of_all()?);
        let now = local(self.now());
        let time = NaiveTime::from_hms_opt(now.hour(), now.minute(), 0).unwrap_or_default();
        let of = Digested { matters: &matters, households: &households, complaints: &complaints };
        let digest = deadline::digest(Seen::AtTheDesk, today, of, &terms);
        Ok(DeskDigest { digest, quiet: terms.rules.quiet_hours.contains(time) })
    }

    /// Every document of which a row of a view has this in one column, each once, read.
    fn listed<T>(
        &self,
        reader: &Reader,
        view: &str,
        (column, is): (&str, Op),
        read: fn(&Document) -> T,
    ) -> Result<Vec<T>, TownError> {
        let rows = reader.list(view, &Query::default().filter(column, is))?;
        let docs: BTreeSet<_> = rows.iter().filter_map(|row| doc_of(row)).collect();
        docs.into_iter().map(|doc| Ok(read(&self.gate.open(reader, doc)?.document))).collect()
    }
}
