//! A village in a township on disk, on an evening in November, and the people who write there.

use std::borrow::Borrow;
use std::cell::Cell;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use chrono::NaiveDate;
use lianhu_core::diary::EntryForm;
use lianhu_core::groups::{Group, LegalBasis, SwitchTyped};
use lianhu_core::household::{self, CardForm, HouseholdDraft, VisitDraft, VisitForm};
use lianhu_core::roster::{self, LinkDraft, LinkForm, Role, Roster, RosterDraft, RosterForm, WorkerDraft, WorkerForm};
use lianhu_core::{ActorId, DeviceMillis, DocId, DocKind, Edit, RecordId, Stamp, WorkerId};
use lianhu_crypto::{Purpose, SecretKey, Suite};
use lianhu_device::{
    Answer, NewDevice, Owner, Signature, Surroundings, SyncError, SyncReport, Transport, TransportError, Workbook,
};
use lianhu_store::{Counters, Query, Redeemed};
use lianhu_sync::ids::{DeviceId, Digest, LogId, Position, ServerMillis};
use lianhu_sync::message::{Chunk, DocChanges, Reply, Request, Verdict};
use lianhu_sync::ports::{PhoneStore, Township as _, ViewValue};
use lianhu_sync::wire;
use lianhu_testkit::memory::MemoryPhone;

use crate::ExchangeFailure;
use crate::act::ActError;
use crate::audit::Actor;
use crate::gate::OFFICE;
use crate::town::{Town, reader_of};
use crate::{Clock, Findings, verify};

/// Somebody's workbook.
pub(super) type Phone = Workbook<MemoryPhone, Pocket>;

/// 2026-11-23, eight in the evening in China.
pub(super) const EVENING: i64 = 1_795_435_200_000;
pub(super) const HOUR: i64 = 3_600_000;
pub(super) const DAY: i64 = 24 * HOUR;

/// Members of the first branch.
pub(super) const WANG: u8 = 1;
pub(super) const LI: u8 = 2;
pub(super) const ZHAO: u8 = 3;
/// Leads the second branch, where nobody is linked.
pub(super) const LEAD: u8 = 4;
pub(super) const BOARD: u8 = 5;

pub(super) fn worker(number: u8) -> WorkerId {
    WorkerId(format!("0198{number:04x}-0000-7000-8000-000000000000").parse().unwrap())
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn village() -> DocId {
    roster::roster_id("新塍镇", "火炬村")
}

/// The township's id of a document, as the exchange says it.
pub(super) fn sent(id: DocId) -> lianhu_sync::ids::DocId {
    lianhu_sync::ids::DocId(id.to_bytes())
}

/// A phone's clock, which moves a second with every look, and dice that never fall the same way twice.
pub(super) struct Pocket {
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

/// The township and its folder.
pub(super) struct World {
    pub(super) town: Arc<Town>,
    clock: Arc<AtomicI64>,
    dir: Arc<tempfile::TempDir>,
    check_at_end: AtomicBool,
}

impl World {
    /// A village of five workers and two households: Wang and Li look after the first, Wang alone after the second.
    pub(super) fn new() -> Self {
        let world = World::bare();
        world.found();
        world
    }

    /// A township nobody has founded.
    pub(super) fn bare() -> Self {
        World::open(Arc::new(AtomicI64::new(EVENING)), Arc::new(tempfile::tempdir().unwrap()))
    }

    fn open(clock: Arc<AtomicI64>, dir: Arc<tempfile::TempDir>) -> Self {
        let town = Arc::new(Town::open_by(dir.path(), clock_of(&clock)).unwrap());
        World { town, clock, dir, check_at_end: AtomicBool::new(true) }
    }

    fn found(&self) {
        let form = RosterForm { name: "火炬村".into(), town: "新塍镇".into(), ..RosterForm::default() };
        let mut edit = roster::create(&RosterDraft::new(&form).unwrap());
        let people = [
            (WANG, "王建国", Role::Member, "第一支部"),
            (LI, "李秀英", Role::Member, "第一支部"),
            (ZHAO, "赵敏", Role::Member, "第一支部"),
            (LEAD, "钱卫东", Role::BranchLead, "第二支部"),
            (BOARD, "孙丽华", Role::VillageBoard, "第二支部"),
        ];
        for (number, name, role, branch) in people {
            let form = WorkerForm {
                name: name.to_owned().into(),
                roles: [role].into(),
                branch: branch.into(),
                ..WorkerForm::default()
            };
            edit.extend(roster::put_worker(worker(number), &WorkerDraft::new(&form).unwrap()));
        }
        self.office(village(), edit);
        for number in 1..=2 {
            let head = ["张伟", "陈芳"][number as usize - 1];
            let form = CardForm {
                head: head.to_owned().into(),
                doorplate: format!("{number}组{number}号").into(),
                ..CardForm::default()
            };
            let draft = HouseholdDraft::new(village(), &form).unwrap();
            self.office(home(number), household::create(OFFICE, &draft));
        }
        self.link(WANG, home(1));
        self.link(LI, home(1));
        self.link(WANG, home(2));
    }

    /// The office writes.
    pub(super) fn office(&self, doc: DocId, edit: impl Borrow<Edit>) {
        assert!(self.town.write(doc, |_| Ok::<_, ActError>(edit.borrow().clone())).unwrap());
    }

    /// The township keeps a group of personal data, as one that needs it does.
    pub(super) fn keeps(&self, group: Group) {
        let (purpose, review_on) = ("核对困难户".to_owned(), "2099-01-01".to_owned());
        let typed =
            SwitchTyped { group: Some(group), on: Some(true), purpose, basis: Some(LegalBasis::Duty), review_on };
        self.town.set_group(Actor::Machine, &typed).unwrap().unwrap();
    }

    /// The office links a worker and a household.
    pub(super) fn link(&self, number: u8, household: DocId) {
        self.office(village(), link_from(number, household, "2026-01-01"));
    }

    /// The township's folder.
    pub(super) fn folder(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// Moves the township's clock.
    pub(super) fn later(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::Relaxed);
    }

    /// A member's phone, enrolled by a code.
    pub(super) fn phone(&self, number: u8) -> Phone {
        self.second_phone(number, number)
    }

    /// One more phone of a member, with dice of its own.
    pub(super) fn second_phone(&self, number: u8, dice: u8) -> Phone {
        let (device, pocket) = self.new_device(dice);
        let code = self.town.new_code(worker(number), 1).unwrap().unwrap();
        let asked = device.enrolment(&code, "手机").unwrap();
        let new = lianhu_store::NewDevice {
            device: DeviceId(asked.device.0),
            name: asked.name,
            public_key: asked.public_key.0.to_bytes(),
        };
        let redeemed = self.town.store().redeem_code(&code, new, None, self.town.now()).unwrap();
        assert_eq!(redeemed, Redeemed::Enrolled(reader_of(worker(number))));
        Workbook::create(MemoryPhone::default(), pocket, device, owner(number)).unwrap()
    }

    /// A device that is nobody's yet, and its surroundings.
    pub(super) fn new_device(&self, number: u8) -> (NewDevice, Pocket) {
        let clock = Cell::new(self.town.now().0 - HOUR);
        let mut pocket = Pocket { seed: u64::from(number), rolls: 0, clock };
        (NewDevice::generate(&mut pocket), pocket)
    }

    /// Surroundings for a phone that is started again.
    pub(super) fn pocket(&self, seed: u64) -> Pocket {
        Pocket { seed: 1_000 + seed, rolls: 0, clock: Cell::new(self.town.now().0) }
    }

    /// A whole sync, without HTTP.
    pub(super) fn sync<S: PhoneStore>(&self, phone: &mut Workbook<S, Pocket>) -> SyncReport
    where
        S::Error: std::fmt::Debug,
    {
        phone.sync(&mut Direct(&self.town)).unwrap()
    }

    /// The same, for one that may be turned away.
    pub(super) fn try_sync(&self, phone: &mut Phone) -> Result<SyncReport, SyncError<Infallible>> {
        phone.sync(&mut Direct(&self.town))
    }

    /// A hand that writes what it likes, enrolled as one more device of a worker.
    pub(super) fn hand(&self, number: u8, device: u8) -> Hand {
        self.hand_of(worker(number), device)
    }

    /// The same of any worker.
    pub(super) fn hand_of(&self, worker: WorkerId, device: u8) -> Hand {
        let hand = Hand {
            worker,
            device: [device; 16],
            key: SecretKey::from_seed(Suite::International, &[device; 32]).unwrap(),
            asked: AtomicU64::new(0),
            town: Arc::clone(&self.town),
        };
        let new = lianhu_store::NewDevice {
            device: DeviceId(hand.device),
            name: "手".into(),
            public_key: hand.key.public().to_bytes(),
        };
        assert!(self.town.store().enrol_device(new, reader_of(hand.worker), self.town.now()).unwrap());
        hand
    }

    pub(super) fn roster(&self) -> Roster {
        Roster::read(&self.town.document(village()).unwrap())
    }

    /// The id of the link between a worker and a household.
    pub(super) fn link_id(&self, number: u8, household: DocId) -> RecordId {
        let roster = self.roster();
        let wanted = |link: &roster::Link| link.worker == Some(worker(number)) && link.household == Some(household);
        *roster.links.iter().find(|(_, link)| wanted(&link.value)).unwrap().0
    }

    /// One column of a view, in the order of documents.
    pub(super) fn column(&self, view: &str, column: &str) -> Vec<String> {
        let spec = lianhu_core::views::find(view).unwrap();
        let place = spec.columns.iter().position(|(name, _)| *name == column).unwrap();
        let rows = self.town.store().read().unwrap().list(view, &Query::default()).unwrap();
        rows.iter()
            .map(|row| match &row[place] {
                ViewValue::Text(text) => text.clone(),
                ViewValue::Int(number) => number.to_string(),
                ViewValue::Null => String::new(),
            })
            .collect()
    }

    pub(super) fn may_read(&self, number: u8, doc: DocId) -> bool {
        self.town.store().read().unwrap().may_read(reader_of(worker(number)), sent(doc)).unwrap()
    }

    pub(super) fn counters(&self) -> Counters {
        self.town.store().read().unwrap().counters().unwrap()
    }

    pub(super) fn findings(&self) -> Findings {
        verify(&self.town, |_, _| {}).unwrap()
    }

    /// A copy of the store as it is now.
    pub(super) fn backup(&self) -> std::path::PathBuf {
        let path = self.dir.path().join("backup");
        self.town.store().backup_to(&path).unwrap();
        path
    }

    /// A township of the same clock in another folder, from a copy of the store.
    pub(super) fn reopened_from(&self, copy: &std::path::Path) -> Self {
        self.reopened_with(copy, |_| ())
    }

    /// A township from a copy of the store, whose views nobody looks at in the end.
    pub(super) fn unchecked_from(copy: &std::path::Path) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        std::fs::copy(copy, crate::store_file(dir.path())).unwrap();
        let world = World::open(Arc::new(AtomicI64::new(EVENING)), dir);
        world.check_at_end.store(false, Ordering::Relaxed);
        world
    }

    /// The same with more in its folder.
    pub(super) fn reopened_with(&self, copy: &std::path::Path, put: impl FnOnce(&std::path::Path)) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        std::fs::copy(copy, crate::store_file(dir.path())).unwrap();
        put(dir.path());
        World::open(Arc::clone(&self.clock), dir)
    }

    /// The township closed and opened again.
    pub(super) fn reopened(self) -> Self {
        let (clock, dir) = (Arc::clone(&self.clock), Arc::clone(&self.dir));
        assert_eq!(Arc::strong_count(&self.town), 1, "somebody still holds the township");
        self.check_at_end.store(false, Ordering::Relaxed);
        drop(self);
        World::open(clock, dir)
    }
}

impl Drop for World {
    /// However a story ends, what lies beside the log is what follows from it.
    fn drop(&mut self) {
        if self.check_at_end.load(Ordering::Relaxed) && !std::thread::panicking() {
            assert_eq!(self.findings().problems, Vec::<String>::new());
        }
    }
}

fn clock_of(clock: &Arc<AtomicI64>) -> Clock {
    let clock = Arc::clone(clock);
    Arc::new(move || ServerMillis(clock.fetch_add(1, Ordering::Relaxed)))
}

/// The first or second household.
pub(super) fn home(number: u8) -> DocId {
    DocId::mint(DocKind::Household, [number; 16])
}

/// An edit that links a worker and a household from a day on.
pub(super) fn link_from(number: u8, household: DocId, from: &str) -> Edit {
    let form = LinkForm {
        worker: Some(worker(number)),
        household: Some(household),
        from: Some(day(from)),
        ..LinkForm::default()
    };
    let id = RecordId::derive(&[&[number], &household.to_bytes()]);
    roster::put_link(id, &LinkDraft::new(&form).unwrap())
}

pub(super) fn owner(number: u8) -> Owner {
    Owner {
        worker: worker(number),
        name: "某某".to_owned().into(),
        roles: Vec::new(),
        roster: village(),
        township: "新塍镇".into(),
        server: String::new(),
    }
}

/// A visit on the day before.
pub(super) fn visit(note: &str) -> VisitForm {
    VisitForm { date: Some(day("2026-11-22")), note: note.to_owned().into(), ..VisitForm::default() }
}

/// A diary entry of the day before.
pub(super) fn entry(text: &str) -> EntryForm {
    EntryForm { date: Some(day("2026-11-22")), text: text.to_owned().into(), ..EntryForm::default() }
}

/// The township, without HTTP in between.
struct Direct<'a>(&'a Town);

impl Transport for Direct<'_> {
    fn send(&mut self, body: &[u8], signature: &Signature) -> Result<Answer, TransportError> {
        self.0.exchange(body, signature).map(answer_of).map_err(|why| {
            let refusal = self.0.refusal(body, &why, "").unwrap_or_else(|| panic!("{why:?}"));
            let status = if matches!(why, ExchangeFailure::Replayed(_)) { 409 } else { 403 };
            let code = why.signed_code().unwrap().to_owned();
            TransportError::Answered { status, code, signed: Some(answer_of(refusal)) }
        })
    }
}

/// An answer as a phone takes it.
pub(super) fn answer_of(answer: crate::Answer) -> Answer {
    Answer { body: answer.body, signature: Some(answer.signature) }
}

/// An enrolled device that keeps no store and obeys no rule.
pub(super) struct Hand {
    pub(super) worker: WorkerId,
    pub(super) device: [u8; 16],
    pub(super) key: SecretKey,
    /// The number of its last request.
    pub(super) asked: AtomicU64,
    pub(super) town: Arc<Town>,
}

impl Hand {
    /// Its own honest stamp.
    pub(super) fn stamp(&self) -> Stamp {
        let actor = ActorId::new(self.worker, self.device, 1);
        Stamp { worker: self.worker, actor, at: DeviceMillis(self.town.now().0) }
    }

    /// A change on top of what is recorded.
    pub(super) fn write(&self, doc: DocId, edit: Edit) -> Vec<u8> {
        self.write_as(self.stamp(), doc, edit)
    }

    /// The same under any stamp.
    pub(super) fn write_as(&self, stamp: Stamp, doc: DocId, edit: Edit) -> Vec<u8> {
        self.town.document(doc).unwrap().write(stamp, edit).unwrap().unwrap().bytes
    }

    /// A visit of its own.
    pub(super) fn visit(&self, record: u64, note: &str) -> Edit {
        let form = VisitForm {
            workers: vec![self.worker],
            entered_by: Some(self.worker),
            recorded_at: Some(DeviceMillis(EVENING)),
            ..visit(note)
        };
        household::visit(RecordId(record.to_be_bytes()), &VisitDraft::new(form).unwrap())
    }

    /// A request that carries changes and asks for what is new since the end of the log.
    pub(super) fn request(&self, changes: Vec<(DocId, Vec<Vec<u8>>)>) -> Request {
        let reader = self.town.store().read().unwrap();
        let changes = changes
            .into_iter()
            .map(|(doc, bytes)| DocChanges { doc: sent(doc), changes: bytes.into_iter().map(Chunk).collect() });
        Request {
            device: DeviceId(self.device),
            log: LogId(reader.log().0),
            position: Position(reader.head().0),
            digest: Digest::EMPTY,
            changes: changes.collect(),
            number: Some(self.next_number()),
            ..Request::default()
        }
    }

    /// The signature over a body.
    pub(super) fn sign(&self, body: &[u8]) -> Signature {
        Signature::by(&self.key, Purpose::Request, body)
    }

    /// A number no request of it had before.
    pub(super) fn next_number(&self) -> u64 {
        self.asked.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The reply to a request.
    pub(super) fn ask(&self, request: &Request) -> Reply {
        // Asked again, it is another request.
        let request = Request { number: Some(self.next_number()), ..request.clone() };
        let body = wire::encode_request(&request).unwrap();
        wire::decode_reply(&self.town.exchange(&body, &self.sign(&body)).unwrap().body).unwrap()
    }

    /// What becomes of changes.
    pub(super) fn send(&self, changes: Vec<(DocId, Vec<Vec<u8>>)>) -> Vec<Verdict> {
        self.ask(&self.request(changes)).verdicts
    }
}
