//! What the rest of the crate asks about complaints.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::card::Card;
use crate::complaint::{Complaint, ComplaintDeed, Reply, SCHEMA};
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::ids::WorkerId;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::policy::rules;
use crate::policy::{Judgement, Ruling, Why};
use crate::private::Private;
use crate::roster::Role;
use crate::value::{Key, KeySpec, shown};
use crate::views::ColumnType::{Doc, Id, Int, Personal, Text};
use crate::views::{Cell, Row, ViewSpec, row};

/// Complaints.
pub(crate) struct Complaints;

impl Kind for Complaints {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn facts(&self, document: &Document) -> Facts {
        let complaint = Complaint::read(document);
        Facts {
            village: complaint.village.map(|village| village.value),
            author: complaint.created_by.map(|author| author.value),
            ..Facts::default()
        }
    }

    /// Its author alone; the town desk reads it in the office. It is often the own lead or board that asks for too much.
    fn readers(&self, facts: &Facts, _by: &Relations<'_>) -> BTreeSet<WorkerId> {
        facts.author.into_iter().collect()
    }

    fn decides_who_reads(&self, key: &str) -> bool {
        matches!(key, "village" | "created_by")
    }

    fn card(&self, document: &Document) -> Card {
        let complaint = Complaint::read(document);
        let about = complaint.about.as_ref().map(|about| about.value.label(Lang::Zh));
        Card {
            title: about.map(|about| Private(format!("意见：{about}"))),
            village: complaint.village.as_ref().map(|village| village.value),
            owner: complaint.created_by.as_ref().map(|author| author.value),
            records: complaint.replies.len(),
            last: complaint.replied_on().or(complaint.date.as_ref().map(|date| date.value)),
            ..Card::default()
        }
    }

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<ComplaintDeed>(json)?))
    }

    #[cfg(test)]
    fn samples(&self) -> &'static [&'static str] {
        super::tests::SAMPLES
    }

    #[cfg(test)]
    fn refused(&self) -> &'static [&'static str] {
        super::tests::REFUSED
    }

    fn views(&self) -> &'static [ViewSpec] {
        VIEWS
    }

    /// One whose words are erased is in no list: it does not wait for a reply again.
    fn rows(&self, document: &Document) -> Vec<Row> {
        let complaint = Complaint::read(document);
        complaint.text.is_some().then(|| row_of(&complaint)).into_iter().collect()
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        rules::of_a_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, _settles: bool) -> Result<(), Ruling> {
        match key {
            Key::Own("created_by") => rules::names_author(judgement, name),
            Key::Own("village") => {
                authors_or_the_desks(judgement)?;
                rules::stays_unless(judgement, name, &[Role::TownDesk])
            }
            Key::Own("date" | "about" | "text") => {
                authors_or_the_desks(judgement)?;
                rules::stays_unless(judgement, name, &[]).map_err(|_| Why::ComplaintStays.into())
            }
            Key::Own("withdrawn_on") => authors(judgement),
            Key::Record("reply", _) => {
                rules::only_the_desk(judgement, Why::TownReplies)?;
                rules::new_records::<Reply>(judgement, name, |reply| reply.by).map(drop)
            }
            _ => authors_or_the_desks(judgement),
        }
    }
}

/// Whether whoever writes is who complains.
fn authors(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    let author: Option<WorkerId> = shown(judgement.after, "created_by");
    if author == Some(judgement.author.worker) { Ok(()) } else { Err(Why::NotYours.into()) }
}

/// The same, or the desk, to which somebody told it.
fn authors_or_the_desks(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    if judgement.author.has(Role::TownDesk) { Ok(()) } else { authors(judgement) }
}

/// Its table. It does not say whose a complaint is: lists are for counting what is asked for, never who complains.
const VIEWS: &[ViewSpec] = &[ViewSpec {
    name: "complaints",
    columns: &[
        ("doc", Doc),
        ("village", Id),
        ("date", Text),
        ("about", Text),
        ("text", Personal),
        ("status", Text),
        ("replies", Int),
        ("replied_on", Text),
        ("withdrawn_on", Text),
    ],
    indexes: &[&["village", "about"], &["status"]],
}];

fn row_of(complaint: &Complaint) -> Row {
    row(
        "complaints",
        vec![
            Cell::text(&complaint.id),
            Cell::field(complaint.village.as_ref()),
            Cell::field(complaint.date.as_ref()),
            Cell::field(complaint.about.as_ref()),
            Cell::field(complaint.text.as_ref()),
            Cell::text(complaint.state().code()),
            Cell::count(complaint.replies.len()),
            Cell::value(complaint.replied_on().as_ref()),
            Cell::field(complaint.withdrawn_on.as_ref()),
        ],
    )
}
