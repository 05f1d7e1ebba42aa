//! A document's rows.

use crate::diary::{Audience, Diary};
use crate::document::Document;
use crate::household::Household;
use crate::ids::{DocId, DocKind, RecordId};
use crate::late::{LateMark, marks};
use crate::matter::{Matter, temporary_code};
use crate::roster::Roster;
use crate::value::shown;
use crate::views::{Cell, Row};

/// The rows of one document, all of them. A kind of a newer version has only its conflicts.
pub fn project(document: &Document) -> Vec<Row> {
    let mut rows = match document.id().kind() {
        DocKind::Household => household(&Household::read(document)),
        DocKind::Diary => diary(&Diary::read(document)),
        DocKind::Matter => matter(&Matter::read(document)),
        DocKind::Roster => roster(&Roster::read(document)),
        DocKind::Other(_) => Vec::new(),
    };
    rows.extend(late_entries(document));
    rows.extend(conflicts(document));
    rows
}

fn row(view: &'static str, values: Vec<Cell>) -> Row {
    Row { view, values }
}

fn joined<T: ToString>(members: impl IntoIterator<Item = T>) -> Cell {
    let members: Vec<_> = members.into_iter().map(|member| member.to_string()).collect();
    if members.is_empty() { Cell::Null } else { Cell::text(&members.join(",")) }
}

fn household(home: &Household) -> Vec<Row> {
    let doc = Cell::text(&home.id);
    let mut rows = vec![row(
        "households",
        vec![
            doc.clone(),
            Cell::field(home.village.as_ref()),
            Cell::field(home.grid.as_ref()),
            Cell::field(home.code.as_ref()),
            Cell::field(home.doorplate.as_ref()),
            Cell::field(home.head.as_ref()),
            Cell::field(home.phone.as_ref()),
            Cell::field(home.members.as_ref()),
            Cell::field(home.residence.as_ref()),
            Cell::field(home.contact_by.as_ref()),
            Cell::field(home.contact_time.as_ref()),
            Cell::field(home.basis.as_ref()),
            Cell::field(home.noticed_on.as_ref()),
            Cell::field(home.consented_on.as_ref()),
            Cell::field(home.review_by.as_ref()),
            joined(home.care.iter().map(|tag| tag.code())),
            Cell::count(home.residents.len()),
            Cell::count(home.visits.len()),
            Cell::maybe(home.last_visit()),
        ],
    )];
    rows.extend(home.residents.iter().map(|(id, resident)| {
        row(
            "residents",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::field(resident.name.as_ref()),
                Cell::field(resident.relation.as_ref()),
                Cell::field(resident.born.as_ref()),
                Cell::field(resident.sex.as_ref()),
                Cell::field(resident.away.as_ref()),
            ],
        )
    }));
    rows.extend(home.visits.iter().map(|(id, visit)| {
        let visit = &visit.value;
        row(
            "visits",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::field(home.village.as_ref()),
                Cell::value(visit.date.as_ref()),
                Cell::value(visit.time.as_ref()),
                Cell::value(visit.mode.as_ref()),
                Cell::value(visit.channel.as_ref()),
                Cell::value(visit.met.as_ref()),
                joined(&visit.workers),
                Cell::value(visit.note.as_ref()),
                Cell::count(visit.matters.len()),
                Cell::value(visit.next_on.as_ref()),
                Cell::value(visit.recorded_at.as_ref()),
                Cell::value(visit.entered_by.as_ref()),
            ],
        )
    }));
    rows
}

/// An entry's words are the town's to read only when it was written for the town; of one for the branch or the village
/// the office sees that it was written, of one for its author alone nothing at all (domain §4, audience).
fn diary(diary: &Diary) -> Vec<Row> {
    let for_town = diary.audience == Some(Audience::Town);
    if !diary.is_named_right() || diary.audience == Some(Audience::OnlyMe) {
        return Vec::new();
    }
    let words = |cell: Cell| if for_town { cell } else { Cell::Null };
    let rows = diary.entries.iter().map(|(id, entry)| {
        let entry = &entry.value;
        row(
            "diary_entries",
            vec![
                Cell::text(&diary.id),
                Cell::text(id),
                Cell::value(diary.author.as_ref()),
                Cell::field(diary.village.as_ref()),
                Cell::value(diary.month.as_ref()),
                Cell::value(diary.audience.as_ref()),
                Cell::value(entry.date.as_ref()),
                Cell::value(entry.weather.as_ref()),
                words(Cell::value(entry.place.as_ref())),
                words(Cell::value(entry.title.as_ref())),
                words(Cell::value(entry.text.as_ref())),
                words(Cell::value(entry.reflection.as_ref())),
                words(joined(entry.tags.iter().map(crate::draft::ShortText::as_str))),
                Cell::count(entry.households.len()),
                Cell::count(entry.matters.len()),
                Cell::value(entry.recorded_at.as_ref()),
            ],
        )
    });
    rows.collect()
}

fn matter(matter: &Matter) -> Vec<Row> {
    let doc = Cell::text(&matter.id);
    let story = &matter.story;
    let mut rows = vec![row(
        "matters",
        vec![
            doc.clone(),
            Cell::field(matter.village.as_ref()),
            Cell::field(matter.number.as_ref()),
            Cell::text(&temporary_code(matter.id)),
            Cell::field(matter.title.as_ref()),
            Cell::field(matter.text.as_ref()),
            Cell::text(story.state.code()),
            Cell::field(matter.household.as_ref()),
            Cell::field(matter.raised.as_ref()),
            Cell::field(matter.raiser.as_ref()),
            Cell::field(matter.phone.as_ref()),
            Cell::field(matter.headcount.as_ref()),
            Cell::field(matter.category.as_ref()),
            Cell::field(matter.kind.as_ref()),
            Cell::field(matter.urgency.as_ref()),
            Cell::field(matter.place.as_ref()),
            Cell::field(matter.recorded_by.as_ref()),
            Cell::field(matter.recorded_on.as_ref()),
            Cell::value(story.level.as_ref()),
            Cell::value(story.owner.as_ref()),
            joined(&story.co_owners),
            Cell::value(story.due.as_ref()),
            Cell::value(story.recheck_on.as_ref()),
            Cell::maybe(story.conclusion.map(|conclusion| conclusion.closing.code())),
            Cell::maybe(story.feedback.map(|(_, on)| on)),
            Cell::maybe(story.evaluation.map(|(solved, _)| solved.code())),
            Cell::maybe(story.evaluation.map(|(_, satisfaction)| satisfaction.code())),
            Cell::value(story.posted_on.as_ref()),
            Cell::Int(i64::from(story.reopened)),
            Cell::count(story.steps.len()),
            Cell::Int(i64::from(story.is_disputed())),
        ],
    )];
    rows.extend(story.steps.iter().enumerate().map(|(place, told)| {
        row(
            "matter_steps",
            vec![
                doc.clone(),
                Cell::text(&told.id),
                Cell::count(place + 1),
                Cell::maybe(told.step.act.kind().map(|kind| kind.code())),
                Cell::value(told.step.by.as_ref()),
                Cell::value(told.step.at.as_ref()),
                Cell::maybe(told.not_standing.map(|why| why.code())),
            ],
        )
    }));
    rows
}

fn roster(roster: &Roster) -> Vec<Row> {
    let doc = Cell::text(&roster.id);
    let mut rows = vec![row(
        "villages",
        vec![
            doc.clone(),
            Cell::field(roster.name.as_ref()),
            Cell::field(roster.town.as_ref()),
            Cell::field(roster.area.as_ref()),
            Cell::count(roster.active_workers().count()),
            Cell::count(roster.grids.len()),
            Cell::count(roster.links.len()),
        ],
    )];
    rows.extend(roster.grids.iter().map(|(id, grid)| {
        row(
            "grids",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::field(grid.name.as_ref()),
                Cell::field(grid.kind.as_ref()),
                Cell::field(grid.branch.as_ref()),
                Cell::field(grid.leader.as_ref()),
                Cell::field(grid.node.as_ref()),
            ],
        )
    }));
    rows.extend(roster.workers.iter().map(|(id, worker)| {
        row(
            "workers",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::field(worker.name.as_ref()),
                Cell::field(worker.phone.as_ref()),
                Cell::field(worker.roles.as_ref()),
                Cell::field(worker.branch.as_ref()),
                Cell::field(worker.grids.as_ref()),
                Cell::field(worker.exempt.as_ref()),
                Cell::Int(i64::from(worker.is_active())),
            ],
        )
    }));
    rows.extend(roster.links.iter().map(|(id, link)| {
        let link = &link.value;
        row(
            "links",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::value(link.worker.as_ref()),
                Cell::value(link.household.as_ref()),
                Cell::value(link.from.as_ref()),
                Cell::value(link.to.as_ref()),
                Cell::value(link.chosen.as_ref()),
                Cell::value(link.confirmed_on.as_ref()),
                Cell::value(link.published_on.as_ref()),
                Cell::value(link.backup.as_ref()),
            ],
        )
    }));
    rows
}

/// What came late: whose it is, when the township took it in, and what it wrote.
fn late_entries(document: &Document) -> Vec<Row> {
    let village: Option<DocId> = shown(document, "village");
    let row = |(id, mark): (RecordId, LateMark)| {
        row(
            "late_entries",
            vec![
                Cell::text(&document.id()),
                Cell::text(&id),
                Cell::value(village.as_ref()),
                Cell::text(&mark.by),
                Cell::Int(mark.at.0),
                joined(mark.keys),
            ],
        )
    };
    marks(document).into_iter().map(row).collect()
}

/// Where people disagree: the key, how many values, and who wrote the first and the last of them by their own clocks.
/// The values stay in the document.
fn conflicts(document: &Document) -> Vec<Row> {
    let disputed = document.conflicts().into_iter().map(|(key, field)| {
        let mut rivals: Vec<_> = field.rivals.iter().map(|told| (told.at, told.by)).collect();
        rivals.sort_unstable();
        let by =
            |rival: Option<&(crate::DeviceMillis, crate::ActorId)>| Cell::maybe(rival.map(|(_, by)| format!("{by:?}")));
        let at =
            |rival: Option<&(crate::DeviceMillis, crate::ActorId)>| rival.map_or(Cell::Null, |(at, _)| Cell::Int(at.0));
        row(
            "conflicts",
            vec![
                Cell::text(&document.id()),
                Cell::text(&key),
                Cell::count(rivals.len()),
                by(rivals.first()),
                at(rivals.first()),
                by(rivals.last()),
                at(rivals.last()),
            ],
        )
    });
    disputed.collect()
}
