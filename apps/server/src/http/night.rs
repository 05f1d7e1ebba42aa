//! Last night, as the office wants to see it in the morning.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveTime};
use lianhu_core::matter::State;
use lianhu_core::views::{find, key_label};
use lianhu_core::{DocKind, Lang};
use lianhu_store::{DeviceStanding, Op, Query, Reader, StoreError};
use lianhu_sync::ids::{DeviceId, ServerMillis};
use lianhu_sync::ports::{Township as _, ViewValue};
use serde::Serialize;

use crate::limits::SHOWN_PER_LIST;
use crate::town::{Town, local};

/// The whole page.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Night {
    township: String,
    from: i64,
    to: i64,
    devices: Devices,
    changes: Changes,
    bytes: Bytes,
    new_matters_total: u64,
    new_matters: Vec<NewMatter>,
    conflicts_total: u64,
    conflicts: Vec<Conflict>,
    missing: Vec<Missing>,
    villages: Vec<Village>,
}

#[derive(Debug, Default, Serialize)]
struct Devices {
    enrolled: usize,
    synced: usize,
    missing: usize,
}

#[derive(Debug, Default, Serialize)]
struct Changes {
    recorded: u64,
    held: u64,
    refused: u64,
    sent: u64,
}

#[derive(Debug, Default, Serialize)]
struct Bytes {
    up: u64,
    down: u64,
}

#[derive(Debug, Serialize)]
struct NewMatter {
    doc: String,
    title: String,
    village: String,
    category: String,
    state: String,
    recorded_by: String,
}

#[derive(Debug, Serialize)]
struct Conflict {
    doc: String,
    document: String,
    village: String,
    item: String,
    values: i64,
}

#[derive(Debug, Serialize)]
struct Missing {
    name: String,
    village: String,
    last_contact: Option<i64>,
}

#[derive(Debug, Default, Serialize)]
struct Village {
    village: String,
    enrolled: usize,
    synced: usize,
    missing: usize,
}

/// The night that `now` belongs to: from noon to noon by the township's wall clock, so that phones that sync before and
/// after midnight stand on one page.
fn span(now: ServerMillis) -> (ServerMillis, ServerMillis) {
    let wall = local(now);
    let noon = wall.with_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()).single().unwrap_or(wall);
    let from = if wall < noon { noon - Duration::days(1) } else { noon };
    (ServerMillis(from.timestamp_millis()), ServerMillis((from + Duration::days(1)).timestamp_millis()))
}

/// What the views say, by the names of their columns.
struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<ViewValue>>,
}

impl Table {
    fn read(reader: &Reader, view: &str, query: &Query) -> Result<Self, StoreError> {
        let spec = find(view);
        let columns = spec.map(|spec| spec.columns.iter().map(|(name, _)| *name).collect()).unwrap_or_default();
        Ok(Table { columns, rows: reader.list(view, query)? })
    }

    fn text(&self, row: &[ViewValue], column: &str) -> String {
        let place = self.columns.iter().position(|name| *name == column);
        match place.and_then(|place| row.get(place)) {
            Some(ViewValue::Text(text)) => text.clone(),
            Some(ViewValue::Int(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// One column by another.
    fn lookup(&self, key: &str, value: &str) -> BTreeMap<String, String> {
        self.rows.iter().map(|row| (self.text(row, key), self.text(row, value))).collect()
    }
}

impl Night {
    /// Reads everything from one snapshot of the store.
    pub(crate) fn of(town: &Town) -> Result<Night, StoreError> {
        let (from, to) = span(town.now());
        // Where there is no room to write the last contacts down, everything else is shown all the same.
        match town.store.flush() {
            Ok(()) | Err(StoreError::DiskFull) => {}
            Err(why) => return Err(why),
        }
        let reader = town.store.read()?;
        let everything = Query::default();
        let villages = Table::read(&reader, "villages", &everything)?;
        let workers = Table::read(&reader, "workers", &everything)?;
        let names = Names {
            villages: villages.lookup("doc", "name"),
            workers: workers.lookup("id", "name"),
            homes: workers.lookup("id", "doc"),
        };
        let mut night = Night { from: from.0, to: to.0, ..Night::default() };
        night.township = villages.rows.first().map(|row| villages.text(row, "town")).unwrap_or_default();
        night.contacts(&reader, &names, from, to)?;
        night.matters(&reader, &names, from, to)?;
        night.conflicts(&reader, &names)?;
        Ok(night)
    }

    fn contacts(
        &mut self,
        reader: &Reader,
        names: &Names,
        from: ServerMillis,
        to: ServerMillis,
    ) -> Result<(), StoreError> {
        let mut synced = BTreeSet::<DeviceId>::new();
        for device in reader.night(from, to)? {
            synced.insert(device.device);
            self.changes.recorded += device.total.recorded;
            self.changes.held += device.total.held;
            self.changes.refused += device.total.refused;
            self.changes.sent += device.total.sent;
            self.bytes.up += device.total.bytes_in;
            self.bytes.down += device.total.bytes_out;
        }
        let mut villages = BTreeMap::<String, Village>::new();
        for device in reader.devices()?.into_iter().filter(|device| device.standing == DeviceStanding::Active) {
            let worker = uuid::Uuid::from_bytes(device.reader.0).to_string();
            let village = names.village_of(&worker);
            let line = villages.entry(village.clone()).or_default();
            line.enrolled += 1;
            self.devices.enrolled += 1;
            if synced.contains(&device.device) {
                line.synced += 1;
                self.devices.synced += 1;
            } else {
                line.missing += 1;
                self.devices.missing += 1;
                let name = names.workers.get(&worker).cloned().unwrap_or_default();
                let last_contact = device.last_contact.map(|(at, _)| at.0);
                self.missing.push(Missing { name, village, last_contact });
            }
        }
        self.missing.truncate(SHOWN_PER_LIST as usize);
        self.villages = villages.into_iter().map(|(village, line)| Village { village, ..line }).collect();
        Ok(())
    }

    fn matters(
        &mut self,
        reader: &Reader,
        names: &Names,
        from: ServerMillis,
        to: ServerMillis,
    ) -> Result<(), StoreError> {
        let begun = reader.documents_begun(from, to)?;
        let begun = begun.into_iter().filter(|doc| doc.0[0] == DocKind::Matter.code());
        let docs: Vec<ViewValue> =
            begun.map(|doc| ViewValue::Text(uuid::Uuid::from_bytes(doc.0).to_string())).collect();
        self.new_matters_total = docs.len() as u64;
        let newest = docs.into_iter().take(SHOWN_PER_LIST as usize).collect();
        let matters = Table::read(reader, "matters", &Query::default().filter("doc", Op::In(newest)))?;
        for row in &matters.rows {
            let shown = |column: &str| matters.text(row, column);
            self.new_matters.push(NewMatter {
                doc: shown("doc"),
                title: shown("title"),
                village: names.villages.get(&shown("village")).cloned().unwrap_or_default(),
                category: shown("category"),
                state: State::parse(&shown("state")).map(|state| state.label(Lang::Zh).to_owned()).unwrap_or_default(),
                recorded_by: names.workers.get(&shown("recorded_by")).cloned().unwrap_or_default(),
            });
        }
        Ok(())
    }

    fn conflicts(&mut self, reader: &Reader, names: &Names) -> Result<(), StoreError> {
        self.conflicts_total = reader.count("conflicts", &[])?;
        let query = Query { limit: Some(SHOWN_PER_LIST), ..Query::default() };
        let conflicts = Table::read(reader, "conflicts", &query)?;
        for row in &conflicts.rows {
            let doc = conflicts.text(row, "doc");
            let (document, village) = document_name(reader, &doc)?;
            self.conflicts.push(Conflict {
                document,
                village: names.villages.get(&village).cloned().unwrap_or_default(),
                item: key_label(&conflicts.text(row, "key"), Lang::Zh),
                values: conflicts.text(row, "count").parse().unwrap_or_default(),
                doc,
            });
        }
        Ok(())
    }
}

/// The name of every worker of the township, by id.
pub(crate) fn names_of_workers(town: &Town) -> Result<BTreeMap<String, String>, StoreError> {
    Ok(Table::read(&town.store.read()?, "workers", &Query::default())?.lookup("id", "name"))
}

/// Names the page shows for ids.
struct Names {
    villages: BTreeMap<String, String>,
    workers: BTreeMap<String, String>,
    homes: BTreeMap<String, String>,
}

impl Names {
    fn village_of(&self, worker: &str) -> String {
        let home = self.homes.get(worker);
        home.and_then(|home| self.villages.get(home)).cloned().unwrap_or_default()
    }
}

/// What people call a document, and its village's roster.
fn document_name(reader: &Reader, doc: &str) -> Result<(String, String), StoreError> {
    for (view, column) in [("households", "doorplate"), ("matters", "title"), ("villages", "name")] {
        let query = Query::default().filter("doc", Op::Eq(ViewValue::Text(doc.to_owned())));
        let found = Table::read(reader, view, &query)?;
        if let Some(row) = found.rows.first() {
            return Ok((found.text(row, column), found.text(row, "village")));
        }
    }
    Ok((doc.to_owned(), String::new()))
}
