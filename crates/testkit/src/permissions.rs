//! The table of permissions: who × kind × action, of a village that is made up for it.
//!
//! Its rows are every key of every schema and every step of every course ([`lianhu_core::policy::table`]), its columns the
//! people of [`Who`], its cells what [`judge`] and [`readers`] say. Nothing here decides anything: a cell is computed, printed
//! in `docs/permissions.md`, and tried at every door by the tests of whoever keeps that door.

mod page;
mod people;
mod samples;
mod steps;
mod village;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use lianhu_core::access::{Facts, readers, town_reads};
use lianhu_core::policy::{Author, Judgement, Ruling, judge, table};
use lianhu_core::roster::Roster;
use lianhu_core::{ActorId, DeviceMillis, DocId, DocKind, Document, Edit, Stamp};

pub use page::page;
pub use people::{Who, worker};
pub use village::{ELSEWHERE, SUBJECTS, Subject, VILLAGE, document, founding, id_of};

use samples::{Sample, samples};

/// The day on which the table is read.
pub const ON: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();

/// One thing that may be done to a document.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is done to.
    pub subject: Subject,
    /// The key, the step, or another word for it.
    pub name: String,
    /// Whether it changes who may do the rest: a test of a door does it to a document of its own.
    pub copy: u8,
    sample: Sample,
    removes: bool,
}

/// Everything that may be done to a subject.
pub fn rows(subject: Subject) -> Vec<Row> {
    let mut copies = 0;
    let mut rows = Vec::new();
    for sample in samples(subject) {
        if sample.decides {
            copies += 1;
        }
        let copy = if sample.decides { copies } else { 0 };
        rows.push(Row { subject, name: sample.name.clone(), copy, sample: sample.clone(), removes: false });
        if sample.was.is_some() {
            let name = format!("{} −", sample.name);
            rows.push(Row { subject, name, copy, sample, removes: true });
        }
    }
    rows
}

/// How many copies of a subject its rows need, beside the first.
pub fn copies(subject: Subject) -> u8 {
    rows(subject).iter().map(|row| row.copy).max().unwrap_or_default()
}

impl Row {
    /// The document it is done to; one that is not there yet, if it begins one.
    pub fn doc(&self, who: Who) -> DocId {
        match self.sample.begins {
            Some(begun) => begun.doc(self.subject, who),
            None => id_of(self.subject, self.copy),
        }
    }

    /// Whether it begins a document.
    pub fn begins(&self) -> bool {
        self.sample.begins.is_some()
    }

    /// What somebody writes.
    pub fn edit(&self, who: Who) -> Edit {
        match (&self.sample.was, self.removes) {
            (Some(was), true) => {
                let mut edit = Edit::new();
                edit.remove(was.as_str());
                edit
            }
            _ => self.sample.edit(who, who),
        }
    }

    /// The same naming somebody else as whoever wrote it; `None` where nobody is named.
    pub fn forged(&self, who: Who, named: Who) -> Option<Edit> {
        (self.sample.names_author && !self.removes).then(|| self.sample.edit(who, named))
    }
}

/// A phone of somebody at the table.
pub fn stamp(who: Who) -> Stamp {
    let worker = worker(who);
    Stamp { worker, actor: ActorId::new(worker, [who as u8 + 1; 16], 0), at: DeviceMillis(1_795_392_000_000) }
}

/// The table: what is judged is made once.
pub struct Table {
    roster: Roster,
    elsewhere: Roster,
    documents: BTreeMap<DocId, Document>,
}

impl Default for Table {
    fn default() -> Self {
        Table::new()
    }
}

impl Table {
    /// The table of the village as it was founded.
    pub fn new() -> Self {
        let [roster, elsewhere] = [VILLAGE, ELSEWHERE].map(|place| Roster::read(&village::roster(place)));
        let all = SUBJECTS.iter().flat_map(|subject| (0..=copies(*subject)).map(|copy| document(*subject, copy)));
        Table { roster, elsewhere, documents: all.map(|document| (document.id(), document)).collect() }
    }

    /// The same rosters, and one document as somebody has it.
    pub fn with(document: Document) -> Self {
        let [roster, elsewhere] = [VILLAGE, ELSEWHERE].map(|place| Roster::read(&village::roster(place)));
        Table { roster, elsewhere, documents: [(document.id(), document)].into() }
    }

    /// A document as it was founded; a blank one where none was.
    pub fn document(&self, doc: DocId) -> Document {
        self.documents.get(&doc).cloned().unwrap_or_else(|| Document::new(doc))
    }

    /// Who somebody is, by the rosters of both villages, to the documents of the first.
    pub fn author(&self, who: Who) -> Author {
        let worker = worker(who);
        let listed = [&self.roster, &self.elsewhere].into_iter().find_map(|roster| Author::of_roster(worker, roster));
        listed.map_or_else(|| Author::unknown(worker), |author| author.within(Some(&self.roster)))
    }

    /// What becomes of a row done by somebody: a cell.
    pub fn cell(&self, row: &Row, who: Who) -> Ruling {
        self.ruling(row.doc(who), who, row.edit(who))
    }

    /// What becomes of any edit by somebody.
    pub fn ruling(&self, doc: DocId, who: Who, edit: Edit) -> Ruling {
        let before = self.document(doc);
        let keys: Vec<String> = edit.keys().map(str::to_owned).collect();
        let mut after = before.clone();
        after.write(stamp(who), edit).unwrap().unwrap_or_else(|| panic!("nothing changes: {keys:?}"));
        let (author, roster) = (self.author(who), Some(&self.roster));
        judge(&Judgement { author: &author, keys: &keys, before: &before, after: &after, roster, on: ON })
    }

    /// Whether and how somebody reads a subject.
    pub fn reads(&self, subject: Subject, who: Who) -> Reads {
        let document = self.document(id_of(subject, 0));
        if readers(subject.kind, &Facts::of(&document), &self.roster, ON).contains(&worker(who)) {
            Reads::OnThePhone
        } else if who == Who::Desk && town_reads(&document) {
            Reads::InTheOffice
        } else {
            Reads::Not
        }
    }
}

/// How somebody reads a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// It is on their phone.
    OnThePhone,
    /// At the desk, in the office.
    InTheOffice,
    /// Not at all.
    Not,
}

/// Every name a kind's rows must have: its keys, and its steps one by one.
pub fn wanted(kind: DocKind) -> Vec<String> {
    let keys = table::keys(kind).into_iter().filter(|name| name != "step");
    keys.chain(table::steps(kind).into_iter().map(|step| format!("step {step}"))).collect()
}
