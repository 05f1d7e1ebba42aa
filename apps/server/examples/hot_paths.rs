//! The hot paths, each as often as asked, for whoever counts the instructions they take (`cargo xtask counts`):
//!
//! ```sh
//! cargo run -p lianhu-server --example hot_paths -- document 10
//! ```
//!
//! `document` opens a household as the gate does, scans and tries a visit on it, and projects its rows; `message` writes and
//! reads a request and a reply of a night; `exchange` answers whole requests, in a township on disk. Everything is the same
//! in every run: what differs between two numbers of times is the path alone.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{Days, NaiveDate};
use lianhu_core::diary::EntryForm;
use lianhu_core::gate::{scan, trial};
use lianhu_core::household::{self, CardForm, HouseholdDraft, VisitDraft, VisitForm};
use lianhu_core::roster::{self, LinkDraft, LinkForm, Role, RosterDraft, RosterForm, WorkerDraft, WorkerForm};
use lianhu_core::{ActorId, DeviceMillis, DocId, DocKind, Document, Edit, RecordId, Stamp, WorkerId, views};
use lianhu_device::{Answer, NewDevice, Outgoing, Owner, Step, Surroundings, Workbook};
use lianhu_server::{ActError, OFFICE, Town};
use lianhu_sync::ids::{DeviceId, Digest, LogId, Position, ReaderId, ServerMillis};
use lianhu_sync::message::{Chunk, DocChanges, Entry, Reply, Request, Verdict};
use lianhu_sync::wire;
use lianhu_testkit::memory::MemoryPhone;

/// An evening in November, in milliseconds.
const EVENING: i64 = 1_795_435_200_000;
/// The most exchanges that can be asked for: each has a phone of its own.
const PHONES: u8 = 16;

fn main() {
    let mut args = std::env::args().skip(1);
    let (path, times) = (args.next().unwrap_or_default(), args.next().and_then(|times| times.parse().ok()));
    match (path.as_str(), times) {
        ("document", Some(times)) => document(times),
        ("message", Some(times)) => message(times),
        ("exchange", Some(times)) if times <= usize::from(PHONES) => exchange(times),
        _ => {
            eprintln!("hot_paths document|message|exchange TIMES (exchange: {PHONES} at most)");
            std::process::exit(2);
        }
    }
}

/// The gate on one document: opened, a visit scanned and tried, its rows projected.
fn document(times: usize) {
    let (document, visit) = household_and_visit(1);
    let (id, snapshot) = (document.id(), document.save().unwrap());
    for _ in 0..times {
        let opened = Document::open(id, Some(black_box(&snapshot)), []).unwrap();
        let tried = trial(&opened, &[scan(black_box(&visit)).unwrap()]);
        black_box(views::project(&tried.document));
    }
}

/// A night's request and its reply, written and read.
fn message(times: usize) {
    let of_household = |number| {
        let (document, visit) = household_and_visit(number);
        DocChanges { doc: sent(document.id()), changes: vec![Chunk(visit.clone()), Chunk(visit)] }
    };
    let changes: Vec<DocChanges> = (1..=3).map(of_household).collect();
    let reply = Reply {
        log: LogId([1; 16]),
        verdicts: vec![Verdict::Recorded; 6],
        entries: changes.iter().take(1).cloned().map(Entry::Changes).collect(),
        position: Position(1_000),
        digest: Digest::EMPTY,
        more: false,
        list_heads: false,
        retry_after_s: None,
        server_time: ServerMillis(EVENING),
        seals: None,
        late: None,
        wanted: None,
        order: None,
        certificate: None,
        keys: None,
    };
    let (device, log, number) = (DeviceId([2; 16]), LogId([1; 16]), Some(1));
    let request = Request { device, log, position: Position(900), changes, number, ..Request::default() };
    for _ in 0..times {
        let body = wire::encode_request(black_box(&request)).unwrap();
        black_box(wire::decode_request(&body).unwrap());
        let body = wire::encode_reply(black_box(&reply)).unwrap();
        black_box(wire::decode_reply(&body).unwrap());
    }
}

/// Whole exchanges: verified, judged, projected, recorded, answered, signed. Every request is prepared in any case, so that
/// preparing does not count.
fn exchange(times: usize) {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(AtomicI64::new(EVENING));
    let town =
        Town::open_by(dir.path(), Arc::new(move || ServerMillis(clock.fetch_add(1, Ordering::Relaxed)))).unwrap();
    found(&town);
    let asked: Vec<Outgoing> = (1..=PHONES).map(|number| day(&town, number)).collect();
    for outgoing in asked.iter().take(times) {
        let answer = town.exchange(&outgoing.body, &outgoing.signature).unwrap();
        let reply = wire::decode_reply(&answer.body).unwrap();
        assert!(reply.verdicts.iter().all(|verdict| *verdict == Verdict::Recorded), "{:?}", reply.verdicts);
    }
}

/// A village where everybody looks after one household.
fn found(town: &Town) {
    let write = |doc, edit: Edit| {
        assert!(town.write(doc, |_| Ok::<_, ActError>(edit.clone())).unwrap());
    };
    let form = RosterForm { name: "火炬村".into(), town: "新塍镇".into(), ..RosterForm::default() };
    let mut edit = roster::create(&RosterDraft::new(&form).unwrap());
    for number in 1..=PHONES {
        let name = "王建国".to_owned().into();
        let form =
            WorkerForm { name, roles: [Role::Member].into(), branch: "第一支部".into(), ..WorkerForm::default() };
        edit.extend(roster::put_worker(worker(number), &WorkerDraft::new(&form).unwrap()));
        let (worker, household) = (Some(worker(number)), Some(home(number)));
        let form = LinkForm { worker, household, from: Some(NaiveDate::default()), ..LinkForm::default() };
        edit.extend(roster::put_link(RecordId([number; 8]), &LinkDraft::new(&form).unwrap()));
    }
    write(village(), edit);
    for number in 1..=PHONES {
        lived(number, OFFICE).into_iter().for_each(|edit| write(home(number), edit));
    }
}

/// A member's day without signal, two visits and three diary entries, as the request that brings them.
fn day(town: &Town, number: u8) -> Outgoing {
    let mut pocket = Pocket { seed: u64::from(number), rolls: 0, clock: Cell::new(EVENING) };
    let device = NewDevice::generate(&mut pocket);
    let code = town.new_code(worker(number), 1).unwrap().unwrap();
    let asked = device.enrolment(&code, "手机").unwrap();
    let (device_id, public_key) = (DeviceId(asked.device.0), asked.public_key.0.to_bytes());
    let new = lianhu_store::NewDevice { device: device_id, name: asked.name, public_key };
    let reader = Some(ReaderId(worker(number).0.into_bytes()));
    town.store().redeem_code(&code, new, reader, town.now()).unwrap();
    let owner = Owner {
        worker: worker(number),
        name: "王建国".to_owned().into(),
        roles: Vec::new(),
        roster: village(),
        township: "新塍镇".into(),
        server: String::new(),
    };
    let mut book = Workbook::create(MemoryPhone::default(), pocket, device, owner).unwrap();
    let mut outgoing = book.begin_sync().unwrap();
    loop {
        let answer = town.exchange(&outgoing.body, &outgoing.signature).unwrap();
        let answer = Answer { body: answer.body, signature: Some(answer.signature) };
        let Step::Send(next) = book.absorb_reply(&answer).unwrap() else { break };
        outgoing = next;
    }
    let on = NaiveDate::default() + Days::new(20_700);
    for _ in 0..2 {
        book.households().visit(home(number), visited(on)).unwrap();
    }
    for _ in 0..3 {
        let text = "桥边路灯不亮，已报电工，明天再去看。".repeat(4);
        book.diary().write(EntryForm { date: Some(on), text: text.into(), ..EntryForm::default() }).unwrap();
    }
    book.begin_sync().unwrap()
}

/// A household with ten visits, and the bytes of one more.
fn household_and_visit(number: u8) -> (Document, Vec<u8>) {
    let mut document = Document::new(home(number));
    for edit in lived(number, worker(number)) {
        document.write(stamp(number), edit).unwrap();
    }
    let visit = document.clone().write(stamp(number), visit(number, worker(number), 11)).unwrap().unwrap();
    (document, visit.bytes)
}

/// A household's card and ten visits, one change for each, as somebody typed them in.
fn lived(number: u8, by: WorkerId) -> Vec<Edit> {
    let form = CardForm {
        head: "张伟".to_owned().into(),
        doorplate: format!("{number}组{number}号").into(),
        phone: "15400001001".into(),
        contact_time: "晚上".into(),
        ..CardForm::default()
    };
    let created = household::create(by, &HouseholdDraft::new(village(), &form).unwrap());
    std::iter::once(created).chain((1..=10).map(|record| visit(number, by, record))).collect()
}

fn visit(number: u8, by: WorkerId, record: u8) -> Edit {
    let on = NaiveDate::default() + Days::new(20_600 + u64::from(record));
    let form = VisitForm { workers: vec![worker(number)], entered_by: Some(by), ..visited(on) };
    household::visit(RecordId([record; 8]), &VisitDraft::new(form).unwrap())
}

fn visited(on: NaiveDate) -> VisitForm {
    let note = "老人身体还好，自来水又小了，请村里派人来看一看水管。".repeat(2);
    VisitForm { date: Some(on), note: note.into(), ..VisitForm::default() }
}

fn stamp(number: u8) -> Stamp {
    Stamp { worker: worker(number), actor: ActorId::new(worker(number), [number; 16], 1), at: DeviceMillis(EVENING) }
}

fn worker(number: u8) -> WorkerId {
    WorkerId(format!("0198{number:04x}-0000-7000-8000-000000000000").parse().unwrap())
}

fn village() -> DocId {
    roster::roster_id("新塍镇", "火炬村")
}

fn home(number: u8) -> DocId {
    DocId::mint(DocKind::Household, [number; 16])
}

fn sent(id: DocId) -> lianhu_sync::ids::DocId {
    lianhu_sync::ids::DocId(id.to_bytes())
}

/// A phone's clock, which moves a second with every look, and dice that fall the same way in every run.
struct Pocket {
    seed: u64,
    rolls: u64,
    clock: Cell<i64>,
}

impl Surroundings for Pocket {
    fn now(&self) -> DeviceMillis {
        self.clock.set(self.clock.get() + 1_000);
        DeviceMillis(self.clock.get())
    }

    fn random(&mut self) -> [u8; 16] {
        self.rolls += 1;
        let mixed = (self.seed << 32 | self.rolls).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (u128::from(mixed) << 64 | u128::from(mixed.rotate_left(29) ^ self.rolls)).to_be_bytes()
    }
}
