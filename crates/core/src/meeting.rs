//! Meetings (三会、村民说事、网格议事、支部生活会): who is called, what is on the agenda, what was decided, how the residents
//! judged.
//!
//! | key | what it is |
//! |---|---|
//! | `kind`, `number`, `date`, `time`, `place`, `chair`, `recorder`, `branch`, `grid` | the card, kept up field by field |
//! | `attendee/<worker>`, `guest/<id>/…` | who was called and who came: workers, and others by name and role |
//! | `item/<id>/…` | the agenda: each item has a position of its own, so that two people who reorder it lose nothing |
//! | `decision/<item>` | what was decided about an item: one record, and two people who wrote it differently disagree |
//! | `ballot/<id>` | counts of votes in a review meeting; never who voted how |
//! | `step/<id>` | called, held, closed or published, cancelled: a [`crate::course`] |
//! | `minutes` | one prose that chair, recorder and those called write together, letter by letter |
//! | `former/<worker>` | who was chair or recorder once: what they wrote then still goes in, as late |
//!
//! The names of items and ballots follow from the matter they are about, so that two people who put the same matter on the
//! agenda, or count the same ballots, write under the same key: what is equal agrees, and what differs is shown with both
//! values. Decisions become steps of their matters by [`carry_out`].

mod agenda;
mod carry;
mod choices;
mod course;
mod deed;
mod kind;
mod proposal;
mod public;
mod records;
mod sheets;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use agenda::{Item, MAX_ITEMS, Position};
pub use carry::{Carried, CarriedOut, Due, Left, NotCarried, carry_out, matters_to_carry_out};
pub use choices::{Attendance, Decided, MeetingKind, MeetingState, Paperwork, StepKind};
pub use course::MeetingAct;
pub use deed::{CallForm, CardForm, Counts, DecideForm, GuestForm, MAX_MINUTES, MeetingDeed};
pub(crate) use kind::Meetings;
pub use proposal::{AgendaProposal, OpenMatter, WhyProposed, propose};
pub use public::{PublicDecision, PublicMeeting, public};
pub use records::{Ballot, Decision};
pub use sheets::sheet;

use chrono::NaiveDate;

use crate::course::{Course, Step};
use crate::document::{Document, Field, PROSE_KEY, Scalar};
use crate::draft::{FieldId, PersonName, ShortText, Title};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::private::Private;
use crate::value::{Key, KeySpec, Value as _, own, part, record, typed};

/// What may stand under the keys of a meeting.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<DocId>("village"),
    own::<WorkerId>("called_by"),
    own::<MeetingKind>("kind"),
    own::<ShortText>("number"),
    own::<NaiveDate>("date"),
    own::<ShortText>("time"),
    own::<ShortText>("place"),
    own::<WorkerId>("chair"),
    own::<WorkerId>("recorder"),
    own::<ShortText>("branch"),
    own::<RecordId>("grid"),
    record("attendee", |scalar| Attendance::from_scalar(scalar).is_some()),
    record("former", |scalar| scalar.as_bool().is_some()),
    part::<PersonName>("guest", "name"),
    part::<ShortText>("guest", "role"),
    part::<Attendance>("guest", "attendance"),
    part::<DocId>("item", "matter"),
    part::<PublicTitle>("item", "title"),
    part::<ShortText>("item", "five"),
    part::<Position>("item", "position"),
    record("decision", Decision::is_valid),
    record("ballot", Ballot::is_valid),
    record("step", Step::<MeetingAct>::is_valid),
    crate::late::SCHEMA_ROW,
];

/// A title that may be posted: the same rule as a matter's.
struct PublicTitle(Title);

impl crate::value::Value for PublicTitle {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        Title::parse_public(FieldId::Title, scalar.as_text()?).ok().map(PublicTitle)
    }
    fn to_scalar(&self) -> Scalar {
        self.0.as_str().into()
    }
}

/// Somebody who was called and is no worker: a member's or residents' representative.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guest {
    /// The name.
    pub name: Option<Field<PersonName>>,
    /// As what they come (居民代表、党员代表).
    pub role: Option<Field<ShortText>>,
    /// Whether they came.
    pub attendance: Option<Field<Attendance>>,
}

impl Guest {
    fn take(&mut self, name: &str, field: &Field<Scalar>) {
        match name {
            "name" => self.name = typed(field),
            "role" => self.role = typed(field),
            "attendance" => self.attendance = typed(field),
            _ => {}
        }
    }
}

/// A meeting as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Meeting {
    /// Its document.
    pub id: DocId,
    /// The roster of its village.
    pub village: Option<Field<DocId>>,
    /// Who called it.
    pub called_by: Option<Field<WorkerId>>,
    /// Which meeting it is.
    pub kind: Option<Field<MeetingKind>>,
    /// Its number, as the village counts.
    pub number: Option<Field<ShortText>>,
    /// The day it is called for.
    pub date: Option<Field<NaiveDate>>,
    /// The hour, as people say it.
    pub time: Option<Field<ShortText>>,
    /// The place.
    pub place: Option<Field<ShortText>>,
    /// Who chairs it.
    pub chair: Option<Field<WorkerId>>,
    /// Who records it.
    pub recorder: Option<Field<WorkerId>>,
    /// The branch a branch meeting is of.
    pub branch: Option<Field<ShortText>>,
    /// The grid a grid talk is of.
    pub grid: Option<Field<RecordId>>,
    /// Workers who were called, and whether they came.
    pub attendees: BTreeMap<WorkerId, Field<Attendance>>,
    /// Others who were called.
    pub guests: BTreeMap<RecordId, Guest>,
    /// Workers who were chair or recorder once.
    pub former: BTreeSet<WorkerId>,
    /// The agenda by id; in its order: [`Meeting::agenda`].
    pub items: BTreeMap<RecordId, Item>,
    /// What was decided, by the item it is about.
    pub decisions: BTreeMap<RecordId, Field<Decision>>,
    /// Counts of votes, by what they are about ([`Ballot::id_of`]).
    pub ballots: BTreeMap<RecordId, Field<Ballot>>,
    /// The minutes, as all who wrote them left them.
    pub minutes: Private<String>,
    /// What became of it.
    pub course: Course<MeetingAct>,
}

impl Meeting {
    /// Reads a document of the kind meeting, in one pass.
    pub fn read(document: &Document) -> Self {
        let mut meeting = Meeting::nothing(document.id());
        let mut steps = BTreeMap::new();
        for (key, field) in document.list("") {
            match Key::of(&key) {
                Key::Record("step", id) => {
                    if let (Ok(id), Some(step)) = (id.parse(), Step::from_scalar(&field.value)) {
                        steps.insert(id, step);
                    }
                }
                key => meeting.take(key, &field),
            }
        }
        meeting.items.retain(|_, item| item.is_one());
        meeting.course = Course::of(&steps);
        meeting.minutes = document.prose(PROSE_KEY).unwrap_or_default().into();
        meeting
    }

    fn nothing(id: DocId) -> Self {
        Meeting {
            id,
            village: None,
            called_by: None,
            kind: None,
            number: None,
            date: None,
            time: None,
            place: None,
            chair: None,
            recorder: None,
            branch: None,
            grid: None,
            attendees: BTreeMap::new(),
            guests: BTreeMap::new(),
            former: BTreeSet::new(),
            items: BTreeMap::new(),
            decisions: BTreeMap::new(),
            ballots: BTreeMap::new(),
            minutes: Private::default(),
            course: Course::default(),
        }
    }

    fn take(&mut self, key: Key<'_>, field: &Field<Scalar>) {
        match key {
            Key::Own("village") => self.village = typed(field),
            Key::Own("called_by") => self.called_by = typed(field),
            Key::Own("kind") => self.kind = typed(field),
            Key::Own("number") => self.number = typed(field),
            Key::Own("date") => self.date = typed(field),
            Key::Own("time") => self.time = typed(field),
            Key::Own("place") => self.place = typed(field),
            Key::Own("chair") => self.chair = typed(field),
            Key::Own("recorder") => self.recorder = typed(field),
            Key::Own("branch") => self.branch = typed(field),
            Key::Own("grid") => self.grid = typed(field),
            Key::Record(collection, id) => self.take_record(collection, id, field),
            Key::Part("guest", id, name) => {
                if let Ok(id) = id.parse() {
                    self.guests.entry(id).or_default().take(name, field);
                }
            }
            Key::Part("item", id, name) => {
                if let Ok(id) = id.parse() {
                    self.items.entry(id).or_default().take(name, field);
                }
            }
            _ => {}
        }
    }

    fn take_record(&mut self, collection: &str, id: &str, field: &Field<Scalar>) {
        match collection {
            "attendee" => {
                if let (Ok(worker), Some(attendance)) = (id.parse(), typed(field)) {
                    self.attendees.insert(worker, attendance);
                }
            }
            "former" => {
                let was = field.value.as_bool() == Some(true);
                self.former.extend(id.parse::<WorkerId>().ok().filter(|_| was));
            }
            "decision" => {
                if let (Ok(id), Some(decision)) = (id.parse(), typed(field)) {
                    self.decisions.insert(id, decision);
                }
            }
            "ballot" => {
                if let (Ok(id), Some(ballot)) = (id.parse(), typed(field)) {
                    self.ballots.insert(id, ballot);
                }
            }
            _ => {}
        }
    }

    /// Where it stands.
    pub fn state(&self) -> MeetingState {
        self.course.state
    }

    /// Which meeting it is; `None` for one of a newer version.
    pub fn kind(&self) -> Option<MeetingKind> {
        self.kind.as_ref().map(|kind| kind.value)
    }

    /// The day it was held, as whoever said so named it.
    pub fn held_on(&self) -> Option<NaiveDate> {
        self.course.standing().find_map(|(_, act)| match act {
            MeetingAct::Hold { on } => Some(*on),
            _ => None,
        })
    }

    /// The day its decisions were published.
    pub fn published_on(&self) -> Option<NaiveDate> {
        self.course.standing().find_map(|(_, act)| match act {
            MeetingAct::Publish { on } => Some(*on),
            _ => None,
        })
    }

    /// The workers who were called and were not left out since.
    pub fn called(&self) -> impl Iterator<Item = WorkerId> {
        let called = self.attendees.iter().filter(|(_, attendance)| attendance.value != Attendance::LeftOut);
        called.map(|(worker, _)| *worker)
    }

    /// Everybody the meeting names: chair, recorder, those called, the owners its decisions name.
    pub fn named(&self) -> BTreeSet<WorkerId> {
        let mut named: BTreeSet<WorkerId> = self.called().collect();
        named.extend(self.chair.iter().chain(&self.recorder).map(|field| field.value));
        for decision in self.decisions.values() {
            named.extend(decision.value.owner);
            named.extend(&decision.value.co_owners);
        }
        named
    }
}
