//! A household: its card, its residents and the visits paid to it.

use std::collections::BTreeMap;

use lianhu_core::groups::Group;
use lianhu_core::household::{Household, ResidentFields, Shown as Known, Visit};
use lianhu_core::matter::Matter;
use lianhu_core::plan::HelpPlan;
use lianhu_core::{DocId, DocKind, Document, Field, RecordId};
use lianhu_device::{Listed, Place, Places, Surroundings};
use serde_json::{Map, Value, json};

use super::{Look, Outcome, Shown as _, place};

/// Visits a household's page shows unless it is asked for more.
const VISITS: usize = 50;

/// The fields of a card.
const CARD: &[&str] = &[
    "doorplate",
    "head",
    "phone",
    "code",
    "group",
    "members",
    "residence",
    "contact_by",
    "contact_time",
    "basis",
    "noticed_on",
    "consented_on",
    "review_by",
    "grid",
];

impl<X: Surroundings> Look<'_, X> {
    pub(crate) fn household(&mut self, id: DocId, visits: Option<usize>) -> Outcome {
        let page = self.book.read(id, |document| (Household::read(document), disputed(document)))?;
        let (home, disputed) = &page.content;
        let newest = newest(home, visits.unwrap_or(VISITS));
        let shown =
            newest.iter().map(|(id, visit)| self.visit(*id, visit, &page.places)).collect::<Result<Vec<_>, _>>()?;
        let roster = self.book.village(home.village.as_ref().map(|village| village.value))?;
        let links = roster.as_ref().map(|roster| roster.linked_to(id, self.today)).unwrap_or_default();
        let switches = roster.as_ref().map(|roster| roster.terms.switches.clone());
        let may_keep = |group| switches.as_ref().is_none_or(|switches| switches.is_on(group));
        let residents = home.residents.iter().map(|(resident, fields)| {
            let known = match fields.shown(self.today) {
                Known::Open(fields) => Some(fields),
                Known::KeptBack => None,
            };
            resident_view(*resident, known, &page.places)
        });
        Ok(json!({
            "id": id, "title": self.title(id)?, "where": place(&page.places.whole()),
            "card": self.card_of(home), "card_where": card_where(&page.places), "disputed": disputed,
            "care": home.care.iter().map(|tag| tag.code()).collect::<Vec<_>>(),
            "may_keep": { "residents": may_keep(Group::Residents), "care": may_keep(Group::Care) },
            "residents": residents.collect::<Vec<_>>(),
            "visits": shown, "visits_total": home.visits.len(),
            "links": links.into_iter().map(|worker| self.person(worker)).collect::<Vec<_>>(),
            "matters": self.about(id, DocKind::Matter, |document| {
                Matter::read(document).household.map(|household| household.value)
            })?,
            "plans": self.about(id, DocKind::HelpPlan, |document| {
                HelpPlan::read(document).household.map(|household| household.value)
            })?,
        }))
    }

    fn card_of(&self, home: &Household) -> Value {
        let grid = home.grid.as_ref().map(|grid| {
            let known = self.roster.as_ref().and_then(|roster| roster.grids.get(&grid.value)?.name.clone());
            json!({ "id": grid.value, "name": known.shown() })
        });
        json!({
            "doorplate": home.doorplate.shown(), "head": home.head.shown(), "phone": home.phone.shown(),
            "code": home.code.shown(), "group": home.group.shown(), "members": home.members.shown(),
            "residence": home.residence.shown(), "contact_by": home.contact_by.shown(),
            "contact_time": home.contact_time.shown(), "basis": home.basis.shown(), "noticed_on": home.noticed_on.shown(),
            "consented_on": home.consented_on.shown(), "review_by": home.review_by.shown(), "grid": grid,
        })
    }

    fn visit(&self, id: RecordId, visit: &Field<Visit>, places: &Places) -> Outcome {
        let Field { value, .. } = visit;
        Ok(json!({
            "id": id, "date": value.date, "time": value.time.map(|time| time.format("%H:%M").to_string()),
            "mode": value.mode, "channel": value.channel, "met": value.met, "note": value.note.shown(),
            "next_on": value.next_on, "matters": self.all_named(&value.matters)?,
            "workers": value.workers.iter().map(|worker| self.person(*worker)).collect::<Vec<_>>(),
            "entered_by": self.maybe_person(value.entered_by), "recorded_at": value.recorded_at,
            "entered_at": value.entered_at, "where": place(&places.record("visit", id)), "conflict": visit.is_conflict(),
        }))
    }

    /// Documents of a kind that are about a household.
    fn about(&mut self, id: DocId, kind: DocKind, of: fn(&Document) -> Option<DocId>) -> Outcome {
        let mut about: Vec<Listed> = Vec::new();
        for listed in self.book.documents(kind)? {
            let is_about = match listed.card.is_current() {
                true => listed.card.household == Some(id),
                false => self.book.read(listed.id, of).is_ok_and(|page| page.content == Some(id)),
            };
            if is_about {
                about.push(listed);
            }
        }
        self.by_urgency(&mut about);
        Ok(self.rows_of(&about))
    }

    /// What is known of a child, after the reason was written down.
    pub(crate) fn open_minor(&mut self, home: DocId, resident: RecordId, reason: &str) -> Outcome {
        let fields = self.book.households().minor(home, resident, reason)?;
        let places = self.book.households().get(home)?.places;
        Ok(resident_view(resident, Some(&fields), &places))
    }
}

fn resident_view(id: RecordId, known: Option<&ResidentFields>, places: &Places) -> Value {
    json!({
        "id": id, "kept_back": known.is_none(),
        "name": known.map(|fields| fields.name.shown()), "relation": known.map(|fields| fields.relation.shown()),
        "born": known.map(|fields| fields.born.shown()), "sex": known.map(|fields| fields.sex.shown()),
        "away": known.map(|fields| fields.away.shown()), "where": place(&places.record("resident", id)),
    })
}

/// The latest visits, by their own day and then by when they were written down.
fn newest(home: &Household, count: usize) -> Vec<(RecordId, &Field<Visit>)> {
    let mut visits: Vec<_> = home.visits.iter().map(|(id, visit)| (*id, visit)).collect();
    visits.sort_by_key(|(id, visit)| std::cmp::Reverse((visit.value.date, visit.value.recorded_at, *id)));
    visits.truncate(count);
    visits
}

/// The keys people disagree about.
pub(super) fn disputed(document: &Document) -> Vec<String> {
    document.conflicts().into_iter().map(|(key, _)| key).collect()
}

/// Where the fields of the card are that are not recorded yet.
fn card_where(places: &Places) -> Map<String, Value> {
    let unsettled: BTreeMap<&str, Place> =
        CARD.iter().map(|key| (*key, places.key(key))).filter(|(_, place)| *place != Place::Recorded).collect();
    unsettled.into_iter().map(|(key, at)| (key.to_owned(), place(&at))).collect()
}
