//! What the rest of the crate asks about meetings.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::board::{Item, Seen};
use crate::card::Card;
use crate::deed::{Deed, NotADeed};
use crate::document::{Document, PROSE_KEY};
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::late::marks;
use crate::meeting::{Attendance, Meeting, MeetingAct, MeetingDeed, MeetingKind, SCHEMA};
use crate::policy::rules::{self, LATE};
use crate::policy::{Judgement, Ruling, Why};
use crate::private::Private;
use crate::roster::{Role, Roster};
use crate::value::{Key, KeySpec};
use crate::views::ColumnType::{Doc, Id, Int, Personal, Text};
use crate::views::{Cell, Row, ViewSpec, row};

/// Meetings (三会、村民说事、网格议事、支部生活会).
pub(crate) struct Meetings;

impl Kind for Meetings {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn steps(&self) -> Vec<&'static str> {
        crate::meeting::StepKind::ALL.iter().map(|step| step.code()).collect()
    }

    fn facts(&self, document: &Document) -> Facts {
        let meeting = Meeting::read(document);
        Facts {
            village: meeting.village.as_ref().map(|village| village.value),
            author: meeting.called_by.as_ref().map(|by| by.value),
            owners: meeting.named(),
            ..Facts::default()
        }
    }

    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        let mut readers = facts.owners.clone();
        readers.extend(facts.author);
        for role in [Role::VillageBoard, Role::Supervisor, Role::BranchLead] {
            readers.extend(by.all(role));
        }
        readers
    }

    fn decides_who_reads(&self, key: &str) -> bool {
        matches!(key, "village" | "called_by" | "chair" | "recorder") || key.starts_with("attendee/")
    }

    fn card(&self, document: &Document) -> Card {
        let meeting = Meeting::read(document);
        let number = meeting.number.as_ref().map(|number| number.value.as_str()).unwrap_or_default();
        let title = meeting.kind().map(|kind| format!("{} {number}", kind.label(Lang::Zh)).trim_end().to_owned());
        Card {
            title: title.map(Private),
            village: meeting.village.as_ref().map(|village| village.value),
            owner: meeting.chair.as_ref().map(|chair| chair.value),
            records: meeting.items.len(),
            last: meeting.held_on().or(meeting.date.as_ref().map(|date| date.value)),
            late: marks(document).len(),
            ..Card::default()
        }
    }

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<MeetingDeed>(json)?))
    }

    #[cfg(test)]
    fn samples(&self) -> &'static [&'static str] {
        crate::meeting::tests::SAMPLES
    }

    #[cfg(test)]
    fn refused(&self) -> &'static [&'static str] {
        crate::meeting::tests::REFUSED
    }

    fn views(&self) -> &'static [ViewSpec] {
        VIEWS
    }

    fn rows(&self, document: &Document) -> Vec<Row> {
        rows_of(&Meeting::read(document))
    }

    fn public(&self, document: &Document, seen: &Seen<'_>) -> Vec<Item> {
        crate::meeting::public::hung(document, seen).into_iter().collect()
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        rules::of_a_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, _settles: bool) -> Result<(), Ruling> {
        match key {
            Key::Own("village") => rules::handed_on(judgement, name),
            Key::Own("called_by") => rules::names_author(judgement, name),
            Key::Own("kind") => {
                rules::stays_unless(judgement, name, &[Role::VillageBoard, Role::TownDesk])?;
                writes(judgement)
            }
            Key::Record("step", _) => {
                // Late or not, nobody rewrites a step or takes one in another's name.
                rules::new_steps::<MeetingAct>(judgement, name)?;
                writes(judgement)
            }
            Key::Own(PROSE_KEY) => writes(judgement).or_else(|otherwise| writes_minutes(judgement, otherwise)),
            _ => writes(judgement),
        }
    }
}

/// Those who were called write the minutes too; who was left out since is late.
fn writes_minutes(judgement: &Judgement<'_>, otherwise: Ruling) -> Result<(), Ruling> {
    let before = Meeting::read(judgement.before);
    match before.attendees.get(&judgement.author.worker).map(|attendance| attendance.value) {
        Some(Attendance::LeftOut) => Err(LATE),
        Some(_) => Ok(()),
        None => Err(otherwise),
    }
}

/// Whether the author writes this meeting: the board and the desk, its chair and recorder, the leads for branch meetings
/// and grid talks, a grid's leader and nodes for the grid's talk. Who was chair or recorder once is late.
fn writes(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    let author = judgement.author;
    if author.has(Role::TownDesk) {
        return Ok(());
    }
    // What a change itself names does not let its author in, but a meeting is called by whoever may hold it.
    let before = Meeting::read(judgement.before);
    let called = before.kind.is_some();
    let meeting = if called { before } else { Meeting::read(judgement.after) };
    let village = meeting.village.as_ref().map(|village| village.value);
    let at_home = village.is_some() && author.village == village;
    let named = |field: &Option<crate::Field<WorkerId>>| {
        field.as_ref().is_some_and(|field| {
            field.value == author.worker || field.rivals.iter().any(|told| told.value == author.worker)
        })
    };
    let by_name = called && (named(&meeting.chair) || named(&meeting.recorder));
    let by_role = at_home && writes_by_role(judgement, &meeting);
    if by_name || by_role {
        Ok(())
    } else if called && meeting.former.contains(&author.worker) {
        Err(LATE)
    } else {
        Err(Why::NotYourMeeting.into())
    }
}

fn writes_by_role(judgement: &Judgement<'_>, meeting: &Meeting) -> bool {
    let author = judgement.author;
    if author.has(Role::VillageBoard) {
        return true;
    }
    match meeting.kind() {
        Some(MeetingKind::Branch) => author.has(Role::BranchLead),
        Some(MeetingKind::Grid) => {
            author.has(Role::BranchLead)
                || judgement.roster.is_some_and(|roster| keeps_grid(roster, author.worker, meeting))
        }
        _ => false,
    }
}

/// Whether a worker leads the grid a talk is of, or is a node of it; of a talk that names no grid, of any.
fn keeps_grid(roster: &Roster, worker: WorkerId, meeting: &Meeting) -> bool {
    let grid = meeting.grid.as_ref().map(|grid| grid.value);
    let leads = roster.grids.iter().any(|(id, known)| {
        grid.is_none_or(|grid| grid == *id) && known.leader.as_ref().is_some_and(|leader| leader.value == worker)
    });
    let entry = roster.workers.get(&worker).filter(|entry| entry.has(Role::Node));
    let node_of = |grids: &BTreeSet<crate::RecordId>| grid.is_none_or(|grid| grids.contains(&grid));
    leads || entry.is_some_and(|entry| entry.grids.as_ref().map_or(grid.is_none(), |grids| node_of(&grids.value)))
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[
    ViewSpec {
        name: "meetings",
        columns: &[
            ("doc", Doc),
            ("village", Id),
            ("kind", Text),
            ("number", Text),
            ("date", Text),
            ("place", Personal),
            ("state", Text),
            ("agenda", Int),
            ("decisions", Int),
            ("published_on", Text),
        ],
        indexes: &[&["village", "date"], &["kind"]],
    },
    ViewSpec {
        name: "meeting_decisions",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("village", Id),
            ("matter", Id),
            ("decision", Text),
            ("owner", Text),
            ("due", Text),
        ],
        indexes: &[&["matter"], &["owner"]],
    },
    ViewSpec {
        name: "meeting_ballots",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("village", Id),
            ("matter", Id),
            ("satisfied", Int),
            ("basically", Int),
            ("not_satisfied", Int),
            ("no_answer", Int),
        ],
        indexes: &[&["matter"]],
    },
];

fn rows_of(meeting: &Meeting) -> Vec<Row> {
    let (doc, village) = (Cell::text(&meeting.id), Cell::field(meeting.village.as_ref()));
    let mut rows = vec![row(
        "meetings",
        vec![
            doc.clone(),
            village.clone(),
            Cell::field(meeting.kind.as_ref()),
            Cell::field(meeting.number.as_ref()),
            Cell::field(meeting.date.as_ref()),
            Cell::field(meeting.place.as_ref()),
            Cell::text(meeting.state().code()),
            Cell::count(meeting.items.len()),
            Cell::count(meeting.decisions.len()),
            Cell::maybe(meeting.published_on()),
        ],
    )];
    rows.extend(meeting.decisions.iter().map(|(id, field)| {
        let decision = &field.value;
        row(
            "meeting_decisions",
            vec![
                doc.clone(),
                Cell::text(id),
                village.clone(),
                Cell::value(decision.matter.as_ref()),
                Cell::value(decision.decision.as_ref()),
                Cell::value(decision.owner.as_ref()),
                Cell::value(decision.due.as_ref()),
            ],
        )
    }));
    rows.extend(meeting.ballots.iter().map(|(id, field)| {
        let ballot = &field.value;
        row(
            "meeting_ballots",
            vec![
                doc.clone(),
                Cell::text(id),
                village.clone(),
                Cell::value(ballot.matter.as_ref()),
                Cell::Int(ballot.satisfied),
                Cell::Int(ballot.basically),
                Cell::Int(ballot.not),
                Cell::Int(ballot.no_answer),
            ],
        )
    }));
    rows
}
