//! Studios and service teams (党员工作室、志愿服务队、驻村工作室): who serves together, with what skills, when the door is open,
//! and what was served.
//!
//! Card `name`, `kind`, `leader`, `place`, `skills`, `services`, `open_hours`, `phone` and whether it is public,
//! `closed_on`; `member/<worker>`, since and until when; `service/<id>`, one JSON record each, added by members and never
//! rewritten; `step/<id>`, which hangs it on the board and takes it down ([`Posting`]). A record says what was done and in
//! which matter, not for whom. Nobody is ranked by it: the only sums are those of the whole studio.

mod deed;
mod hours;
mod kind;
mod member;
mod service;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use deed::{ServiceForm, StudioDeed, StudioForm};
pub use hours::{OpenLine, open_lines};
pub(crate) use kind::Studios;
pub use member::Membership;
pub use service::Service;

use chrono::NaiveDate;

use crate::board::Posting;
use crate::course::{Course, Step};
use crate::document::{Document, Field};
use crate::draft::{Phone, Prose, ShortText};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::lang::codes;
use crate::value::{Key, KeySpec, Value as _, own, record, typed};

codes! {
    /// What kind of place or group it is.
    StudioKind {
        Studio = "studio", "党员工作室", "studio";
        Team = "team", "志愿服务队", "service team";
        Stationed = "stationed", "驻村工作室", "studio of stationed cadres";
        Station = "station", "服务站点", "service station";
    }
}

/// What may stand under the keys of a studio.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<DocId>("village"),
    own::<WorkerId>("created_by"),
    own::<StudioKind>("kind"),
    own::<ShortText>("name"),
    own::<WorkerId>("leader"),
    own::<ShortText>("place"),
    own::<BTreeSet<ShortText>>("skills"),
    own::<BTreeSet<ShortText>>("services"),
    own::<Prose>("open_hours"),
    own::<Phone>("phone"),
    own::<bool>("phone_public"),
    own::<NaiveDate>("closed_on"),
    record("member", Membership::is_valid),
    record("service", Service::is_valid),
    record("step", Step::<Posting>::is_valid),
];

/// A studio as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Studio {
    /// Its document.
    pub id: DocId,
    /// The roster of its village.
    pub village: Option<Field<DocId>>,
    /// Who entered it.
    pub created_by: Option<Field<WorkerId>>,
    /// What it is.
    pub kind: Option<Field<StudioKind>>,
    /// Its name.
    pub name: Option<Field<ShortText>>,
    /// Who leads it.
    pub leader: Option<Field<WorkerId>>,
    /// Where it is.
    pub place: Option<Field<ShortText>>,
    /// What its people are good at.
    pub skills: Option<Field<BTreeSet<ShortText>>>,
    /// What it offers.
    pub services: Option<Field<BTreeSet<ShortText>>>,
    /// When the door is open, a line each.
    pub open_hours: Option<Field<Prose>>,
    /// Its phone.
    pub phone: Option<Field<Phone>>,
    /// Whether it shows its phone to everybody.
    pub phone_public: Option<Field<bool>>,
    /// The day it was closed.
    pub closed_on: Option<Field<NaiveDate>>,
    /// Everybody who is or was a member.
    pub members: BTreeMap<WorkerId, Membership>,
    /// What was served.
    pub record: BTreeMap<RecordId, Field<Service>>,
    /// Whether it hangs on the board.
    pub course: Course<Posting>,
}

/// What a studio did altogether.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Records.
    pub services: u64,
    /// Tenths of an hour.
    pub hours_tenths: u64,
    /// People served, where it was noted.
    pub served: u64,
    /// Matters it handled.
    pub matters: u64,
}

impl Studio {
    /// Reads a document of the kind studio, in one pass.
    pub fn read(document: &Document) -> Self {
        let mut steps = BTreeMap::new();
        let mut studio = Studio {
            id: document.id(),
            village: None,
            created_by: None,
            kind: None,
            name: None,
            leader: None,
            place: None,
            skills: None,
            services: None,
            open_hours: None,
            phone: None,
            phone_public: None,
            closed_on: None,
            members: BTreeMap::new(),
            record: BTreeMap::new(),
            course: Course::default(),
        };
        for (key, field) in document.list("") {
            match Key::of(&key) {
                Key::Own("village") => studio.village = typed(&field),
                Key::Own("created_by") => studio.created_by = typed(&field),
                Key::Own("kind") => studio.kind = typed(&field),
                Key::Own("name") => studio.name = typed(&field),
                Key::Own("leader") => studio.leader = typed(&field),
                Key::Own("place") => studio.place = typed(&field),
                Key::Own("skills") => studio.skills = typed(&field),
                Key::Own("services") => studio.services = typed(&field),
                Key::Own("open_hours") => studio.open_hours = typed(&field),
                Key::Own("phone") => studio.phone = typed(&field),
                Key::Own("phone_public") => studio.phone_public = typed(&field),
                Key::Own("closed_on") => studio.closed_on = typed(&field),
                Key::Record("member", worker) => {
                    if let (Ok(worker), Some(member)) = (worker.parse(), Membership::from_scalar(&field.value)) {
                        studio.members.insert(worker, member);
                    }
                }
                Key::Record("service", id) => {
                    if let (Ok(id), Some(service)) = (id.parse(), typed(&field)) {
                        studio.record.insert(id, service);
                    }
                }
                Key::Record("step", id) => {
                    if let (Ok(id), Some(step)) = (id.parse(), Step::from_scalar(&field.value)) {
                        steps.insert(id, step);
                    }
                }
                _ => {}
            }
        }
        studio.course = Course::of(&steps);
        studio
    }

    /// Its members now.
    pub fn members_now(&self) -> impl Iterator<Item = WorkerId> {
        self.members.iter().filter(|(_, member)| member.until.is_none()).map(|(worker, _)| *worker)
    }

    /// Whether somebody leads it, or is or ever was a member: what they served then, they may still write down.
    pub fn was_ever_of(&self, worker: WorkerId) -> bool {
        let leads = self.leader.as_ref().is_some_and(|leader| leader.value == worker);
        leads || self.members.contains_key(&worker)
    }

    /// The phone it shows to everybody; nothing unless it chose to, and nothing while people disagree about that.
    pub fn public_phone(&self) -> Option<&Phone> {
        let chosen = self.phone_public.as_ref().is_some_and(|chosen| chosen.value && !chosen.is_conflict());
        self.phone.as_ref().filter(|phone| chosen && !phone.is_conflict()).map(|phone| &phone.value)
    }

    /// What it did altogether.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        let mut matters = BTreeSet::new();
        for service in self.record.values().map(|service| &service.value) {
            totals.services += 1;
            totals.hours_tenths += u64::from(service.hours_tenths.unwrap_or_default());
            totals.served += u64::from(service.served.map_or(0, |served| served.get()));
            matters.extend(service.matter);
        }
        totals.matters = matters.len().try_into().unwrap_or(u64::MAX);
        totals
    }
}
