//! What a night's commits cost: `cargo run --release --example commit -p lianhu-store -- [devices] [nights] [parallel]`.
//!
//! Every device has a diary and seven households. A night of it is one commit: three diary entries, a visit to each of two
//! households, and a corrected card; all rows of the three documents are given, as a gate gives them. Processor time is
//! the writer thread's own (Linux), so that neither the making of the commits nor other people's work is in it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

use ColumnType::{Int, Personal, Text};
use lianhu_store::{ColumnType, Contact, NewDevice, Township, TownshipOptions, ViewSpec};
use lianhu_sync::ids::{DeviceId, DocId, Heads, ReaderId, ServerMillis};
use lianhu_sync::ports::{AdmittedDoc, Caller, Commit, CommitOutcome, DocAccess, Township as _, ViewRow, ViewValue};
use lianhu_testkit::contract::{admitted, hash};

/// Bytes of a change, and of a document's facts.
const CHANGE: usize = 395;
const FACTS: usize = 163;
/// Changes after which a gate takes a snapshot.
const SNAPSHOT_EVERY: usize = 16;

fn main() {
    let asked: Vec<u64> = std::env::args().skip(1).map(|number| number.parse().unwrap()).collect();
    let [devices, nights, parallel] = [(0, 300), (1, 5), (2, 16)].map(|(place, or)| *asked.get(place).unwrap_or(&or));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("township.db");
    let town = Township::open(&path, &views(), TownshipOptions::default()).unwrap();
    let mut district = District { documents: HashMap::new(), changes: 0 };
    for device in 0..devices {
        town.enrol_device(named(device), caller(device).reader, ServerMillis(1)).unwrap();
        town.commit(district.beginning(device)).unwrap();
    }
    for night in 0..nights {
        let commits: Vec<_> = (0..devices).map(|device| (device, district.night(device, night))).collect();
        let before = (writer_ms(), written());
        let waiting = Mutex::new(commits);
        let started = std::time::Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..parallel {
                scope.spawn(|| send(&town, &waiting));
            }
        });
        town.flush().unwrap();
        println!(
            "night {night}: writer {:.3} ms, written {:.1} KiB for a device; {:.2} s, journal {} KiB, database {} KiB",
            (writer_ms() - before.0) / devices as f64,
            (written() - before.1) / 1024.0 / devices as f64,
            started.elapsed().as_secs_f64(),
            size(&path.with_extension("db-wal")),
            size(&path),
        );
    }
    println!("peak memory {}", status("VmHWM:"));
    drop(town);
    println!("closed: {} KiB", size(&path));
    if let Ok(keep) = std::env::var("KEEP") {
        std::fs::copy(&path, keep).unwrap();
    }
}

fn send(town: &Township, waiting: &Mutex<Vec<(u64, Commit)>>) {
    loop {
        let next = waiting.lock().unwrap().pop();
        let Some((device, commit)) = next else { return };
        assert!(matches!(town.commit(commit).unwrap(), CommitOutcome::Committed { .. }));
        let device = caller(device).device;
        let outcome = "ok".to_owned();
        let contact = Contact {
            at: ServerMillis(9),
            device,
            outcome,
            recorded: 6,
            held: 0,
            refused: 0,
            sent: 1,
            bytes_in: 900,
            bytes_out: 250,
        };
        town.note_contact(contact, Some(7)).unwrap();
    }
}

/// The processor time of the thread that writes, in milliseconds.
fn writer_ms() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let writer =
        |task: &Path| std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "township-writer");
    let writer = tasks.into_iter().find(|task| writer(task)).unwrap();
    let told = std::fs::read_to_string(writer.join("schedstat")).unwrap();
    told.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
}

/// The bytes this process has written so far.
fn written() -> f64 {
    let told = std::fs::read_to_string("/proc/self/io").unwrap();
    told.lines().find_map(|line| line.strip_prefix("wchar: ")).unwrap().parse().unwrap()
}

fn status(name: &str) -> String {
    let told = std::fs::read_to_string("/proc/self/status").unwrap();
    told.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned()
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len() / 1024)
}

/// Documents as they stand: their rows in the order of their ids, which have nothing to do with time.
struct District {
    documents: HashMap<DocId, Document>,
    changes: u64,
}

#[derive(Default)]
struct Document {
    heads: Heads,
    recorded: usize,
    card: u64,
    rows: Vec<ViewRow>,
}

impl District {
    fn beginning(&mut self, device: u64) -> Commit {
        let mut commit = Commit { from: Some(caller(device)), at: ServerMillis(5), ..Commit::default() };
        for place in 0..=7 {
            let doc = doc(device, place);
            let rows = if place == 0 { 12 } else { 10 };
            let document = self.grow(doc, place == 0, rows, true);
            commit.documents.push(document);
            let readers = vec![caller(device).reader, reader(device / 62), reader(device / 8 + 100_000)];
            commit.access.push(DocAccess { doc, readers });
        }
        commit
    }

    fn night(&mut self, device: u64, night: u64) -> Commit {
        let docs = [(0, 3), (1 + night % 7, 1), (1 + (night + 1) % 7, 1)];
        let based_on =
            docs.iter().map(|(place, _)| (doc(device, *place), self.documents[&doc(device, *place)].heads.clone()));
        let mut commit = Commit { based_on: based_on.collect(), at: ServerMillis(6), ..Commit::default() };
        commit.from = Some(caller(device));
        for (number, (place, new)) in docs.into_iter().enumerate() {
            commit.documents.push(self.grow(doc(device, place), place == 0, new, number == 1));
        }
        commit
    }

    /// A document with so many new entries or visits, each one change, and perhaps its card changed.
    fn grow(&mut self, doc: DocId, is_diary: bool, new: u64, card: bool) -> AdmittedDoc {
        let document = self.documents.entry(doc).or_default();
        let mut changes = Vec::new();
        for _ in 0..new + u64::from(card && !is_diary) {
            self.changes += 1;
            changes.push(admitted(self.changes, CHANGE));
        }
        let day = format!("2026-{:02}-{:02}", self.changes / 28_000 % 12 + 1, self.changes / 1_000 % 28 + 1);
        for number in 0..new {
            let id = mixed(self.changes * 16 + number);
            document.rows.push(if is_diary { entry(doc, id, &day) } else { visit(doc, id, &day) });
        }
        if !is_diary {
            document.card += u64::from(card);
            document.rows.retain(|row| row.view != "households" && row.view != "residents");
            document.rows.extend((0..3).map(|number| resident(doc, number)));
            document.rows.push(household(doc, document.card, document.rows.len() as i64));
        }
        document.rows.sort_by(|one, other| (one.view, &one.values[1]).cmp(&(other.view, &other.values[1])));
        let before = document.recorded;
        document.recorded += changes.len();
        document.heads = Heads::new(vec![hash(self.changes)]);
        let snapshot = document.recorded / SNAPSHOT_EVERY > before / SNAPSHOT_EVERY;
        let snapshot = snapshot.then(|| vec![0x55; 300 * document.recorded]);
        let (heads, rows) = (document.heads.clone(), document.rows.clone());
        AdmittedDoc { doc, changes, heads, snapshot, facts: vec![7; FACTS], rows, records: None, begins: None }
    }
}

fn caller(device: u64) -> Caller {
    let mut bytes = [9; 16];
    bytes[..8].copy_from_slice(&mixed(device + 1_000_000).to_be_bytes());
    Caller { device: DeviceId(bytes), reader: reader(device + 1_000_000) }
}

fn reader(number: u64) -> ReaderId {
    let mut bytes = [8; 16];
    bytes[..8].copy_from_slice(&mixed(number).to_be_bytes());
    ReaderId(bytes)
}

fn named(device: u64) -> NewDevice {
    NewDevice { device: caller(device).device, name: format!("phone {device}"), public_key: vec![1; 33] }
}

fn doc(device: u64, place: u64) -> DocId {
    let mut bytes = [if place == 0 { 3 } else { 2 }; 16];
    bytes[1..9].copy_from_slice(&mixed(device * 8 + place).to_be_bytes());
    DocId(bytes)
}

/// Numbers in no order, the same ones each time.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (number ^ (number >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

fn text(text: impl Into<String>) -> ViewValue {
    ViewValue::Text(text.into())
}

/// An id as views have it.
fn uuid(number: u64) -> ViewValue {
    let digits = format!("{:016x}{:016x}", mixed(number), mixed(number + 1));
    text(format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]))
}

fn of(doc: DocId) -> u64 {
    u64::from_be_bytes(doc.0[1..9].try_into().unwrap())
}

fn record(id: u64) -> ViewValue {
    text(format!("{id:011x}").chars().rev().take(11).collect::<String>())
}

const NOTE: &str = "在文化礼堂遇见王家身体还好说有事会打电话来王家租住的小两口想给孩子报幼儿园告诉他们居住证在哪里办理已经记下来了下次再问问有没有办好";

fn entry(doc: DocId, id: u64, day: &str) -> ViewRow {
    let empty = || ViewValue::Null;
    let mut values =
        vec![uuid(of(doc)), record(id), uuid(of(doc) / 7), uuid(of(doc) % 7), text(&day[..7]), text("branch")];
    values.extend([
        text(day),
        empty(),
        empty(),
        empty(),
        empty(),
        empty(),
        empty(),
        ViewValue::Int(0),
        ViewValue::Int(0),
    ]);
    values.extend([ViewValue::Int(1_795_752_990_670), ViewValue::Int(1_795_752_990_670), empty()]);
    ViewRow { view: "diary_entries", record: None, values }
}

fn visit(doc: DocId, id: u64, day: &str) -> ViewRow {
    let mut values = vec![uuid(of(doc)), record(id), uuid(of(doc) % 7), text(day), ViewValue::Null, text("home")];
    values.extend([ViewValue::Null, text("family"), uuid(of(doc) / 9), text(NOTE), ViewValue::Int(0), ViewValue::Null]);
    values.extend([ViewValue::Null, uuid(of(doc) / 9), ViewValue::Int(1_795_752_990_670)]);
    ViewRow { view: "visits", record: None, values }
}

fn resident(doc: DocId, number: u64) -> ViewRow {
    let values = vec![
        uuid(of(doc)),
        record(mixed(number)),
        text("王小明"),
        text("子女"),
        ViewValue::Int(1990),
        text("男"),
        ViewValue::Int(0),
    ];
    ViewRow { view: "residents", record: None, values }
}

fn household(doc: DocId, card: u64, visits: i64) -> ViewRow {
    let mut values =
        vec![uuid(of(doc)), uuid(of(doc) % 7), uuid(of(doc) % 50), text("H1"), text("3组7号"), text("王桂兰")];
    values.extend([
        text("15400000000"),
        ViewValue::Int(4),
        text("常住"),
        ViewValue::Null,
        text(format!("晚上{card}点")),
    ]);
    values.extend((0..7).map(|_| ViewValue::Null));
    values.extend([ViewValue::Int(visits), text("2026-11-26"), text("第3组"), ViewValue::Null]);
    ViewRow { view: "households", record: None, values }
}

/// The tables those rows are of, and as many others as a township has, in which these documents have none.
fn views() -> Vec<ViewSpec> {
    let spec = |name, columns: &[(&'static str, ColumnType)], indexes: &[&[&'static str]]| ViewSpec {
        name,
        columns: columns.to_vec(),
        indexes: indexes.iter().map(|index| index.to_vec()).collect(),
        by_record: false,
    };
    let mut views = vec![
        spec(
            "diary_entries",
            &[
                ("doc", Text),
                ("id", Text),
                ("author", Text),
                ("village", Text),
                ("month", Text),
                ("audience", Text),
                ("date", Text),
                ("weather", Text),
                ("place", Personal),
                ("title", Personal),
                ("text", Personal),
                ("reflection", Personal),
                ("tags", Text),
                ("households", Int),
                ("matters", Int),
                ("recorded_at", Int),
                ("entered_at", Int),
                ("entered_by", Text),
            ],
            &[&["author", "month"], &["date"]],
        ),
        spec(
            "visits",
            &[
                ("doc", Text),
                ("id", Text),
                ("village", Text),
                ("date", Text),
                ("time", Text),
                ("mode", Text),
                ("channel", Text),
                ("met", Text),
                ("workers", Text),
                ("note", Personal),
                ("matters", Int),
                ("next_on", Text),
                ("recorded_at", Int),
                ("entered_by", Text),
                ("entered_at", Int),
            ],
            &[&["date"], &["village", "date"]],
        ),
        spec(
            "residents",
            &[
                ("doc", Text),
                ("id", Text),
                ("name", Personal),
                ("relation", Personal),
                ("born", Int),
                ("sex", Personal),
                ("away", Int),
            ],
            &[],
        ),
        spec(
            "households",
            &[
                ("doc", Text),
                ("village", Text),
                ("grid", Text),
                ("code", Text),
                ("doorplate", Personal),
                ("head", Personal),
                ("phone", Personal),
                ("members", Int),
                ("residence", Text),
                ("contact_by", Text),
                ("contact_time", Personal),
                ("basis", Text),
                ("noticed_on", Text),
                ("consented_on", Text),
                ("review_by", Text),
                ("care", Text),
                ("residents", Int),
                ("unnoticed", Text),
                ("visits", Int),
                ("last_visit", Text),
                ("village_group", Text),
                ("told", Text),
            ],
            &[&["village"]],
        ),
    ];
    views.extend(OTHERS.iter().map(|name| spec(name, &[("doc", Text), ("by", Text)], &[&["by"]])));
    views
}

const OTHERS: &[&str] = &[
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w",
    "x", "y", "z", "aa", "ab", "ac", "ad", "ae", "af", "ag", "ah", "ai", "aj",
];
