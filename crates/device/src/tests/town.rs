//! A township in memory with core's gate and rules in front of it, and phones that talk to it in bytes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use lianhu_core::access::{Facts, readers};
use lianhu_core::gate::{Refusal, TrialVerdict, scan, trial};
use lianhu_core::policy::{Author, Judgement, RefuseCode, Ruling, judge};
use lianhu_core::roster::{self, LinkDraft, LinkForm, Role, Roster, RosterDraft, RosterForm, WorkerDraft, WorkerForm};
use lianhu_core::{ActorId, DeviceMillis, DocId, DocKind, Document, Edit, Lang, RecordId, Stamp, WorkerId};
use lianhu_sync::ids::{ChangeHash, DeviceId, LogId, ReaderId, ServerMillis};
use lianhu_sync::message::{Chunk, DocChanges, HeldReason, RefusedCode, Verdict};
use lianhu_sync::ports::{
    Admitted, AdmittedDoc, Caller, Commit, DocAccess, HeldChange, Judged, PhoneStore, Received, RecordedDoc,
    RefusedChange, Scanned, SealedDoc, Township, TownshipGate, TownshipReader,
};
use lianhu_sync::{township, wire};
use lianhu_testkit::memory::{MemoryPhone, MemoryReader, MemoryTownship};

use crate::convert::{heads_of, sync_doc, sync_hash};
use crate::{Answer, NewDevice, Owner, Surroundings, SyncReport, Transport, TransportError, Workbook};

pub(super) type Phone = Workbook<MemoryPhone, Scripted>;

/// A clock that moves a second with every look, and dice that never fall the same way twice.
pub(super) struct Scripted {
    pub(super) seed: u64,
    rolls: u64,
    clock: std::cell::Cell<i64>,
}

/// 2026-11-23, nine in the morning in China.
const MORNING: i64 = 1_795_395_600_000;

pub(super) fn scripted(seed: u64) -> Scripted {
    Scripted { seed, rolls: 0, clock: std::cell::Cell::new(MORNING) }
}

impl Surroundings for Scripted {
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

pub(super) fn worker(number: u8) -> WorkerId {
    WorkerId(format!("0198{number:04x}-0000-7000-8000-000000000000").parse().unwrap())
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn village() -> DocId {
    roster::roster_id("新塍镇", "火炬村")
}

/// An owner as enrolment would name them.
pub(super) fn owner(number: u8) -> Owner {
    Owner {
        worker: worker(number),
        name: "王建国".into(),
        roles: vec!["member".to_owned()],
        roster: village(),
        township: "新塍镇".to_owned(),
        server: String::new(),
    }
}

/// A workbook on a new phone.
pub(super) fn phone(number: u8) -> Phone {
    let mut surroundings = scripted(u64::from(number));
    let device = NewDevice::generate(&mut surroundings);
    Workbook::create(MemoryPhone::default(), surroundings, device, owner(number)).unwrap()
}

/// The township: a store, and what its gate knows.
pub(super) struct Town {
    pub(super) store: MemoryTownship,
    on: NaiveDate,
    now: i64,
    desk_writes: u16,
}

const DESK: u8 = 200;

impl Town {
    /// A village with workers 1 to 4; 4 is the branch lead.
    pub(super) fn new() -> Self {
        let mut town =
            Town { store: MemoryTownship::new(LogId([1; 16])), on: day("2026-11-23"), now: MORNING, desk_writes: 0 };
        let form = RosterForm { name: "火炬村".into(), town: "新塍镇".into(), ..RosterForm::default() };
        let mut edit = roster::create(&RosterDraft::new(&form).unwrap());
        for number in 1..=4 {
            let role = if number == 4 { Role::BranchLead } else { Role::Member };
            let form = WorkerForm {
                name: format!("联户员{number}").into(),
                roles: [role].into(),
                branch: "第一支部".into(),
                ..WorkerForm::default()
            };
            edit.extend(roster::put_worker(worker(number), &WorkerDraft::new(&form).unwrap()));
        }
        town.desk(village(), edit);
        town
    }

    /// Links a worker to a household.
    pub(super) fn link(&mut self, number: u8, household: DocId) -> RecordId {
        let id = RecordId([number, 1, 1, 1, 1, 1, household.to_bytes()[14], household.to_bytes()[15]]);
        let form = LinkForm {
            worker: Some(worker(number)),
            household: Some(household),
            from: Some(day("2026-01-01")),
            ..LinkForm::default()
        };
        self.desk(village(), roster::put_link(id, &LinkDraft::new(&form).unwrap()));
        self.access(household);
        id
    }

    /// Ends a link before today.
    pub(super) fn unlink(&mut self, link: RecordId, household: DocId) {
        let read = self.roster().links[&link].value.clone();
        self.desk(village(), roster::end_link(link, &read, day("2026-11-01")));
        self.access(household);
    }

    /// A worker leaves.
    pub(super) fn leave(&mut self, number: u8) {
        self.desk(village(), roster::set_active(worker(number), false));
    }

    pub(super) fn document(&self, doc: DocId) -> Document {
        let recorded = self.store.read().unwrap().document(sync_doc(doc)).unwrap();
        recorded.map_or_else(|| Document::new(doc), |recorded| opened(doc, &recorded))
    }

    fn roster(&self) -> Roster {
        Roster::read(&self.document(village()))
    }

    /// The town desk writes; what is there already needs no writing.
    pub(super) fn desk(&mut self, doc: DocId, edit: Edit) {
        self.desk_writes += 1;
        let actor = ActorId::new(worker(DESK), [DESK; 16], self.desk_writes);
        let mut document = self.document(doc);
        let stamp = Stamp { worker: worker(DESK), actor, at: DeviceMillis(self.now) };
        let Some(change) = document.write(stamp, edit).unwrap() else { return };
        let caller = Caller { device: DeviceId([DESK; 16]), reader: ReaderId(*worker(DESK).0.as_bytes()) };
        let changes = [DocChanges { doc: sync_doc(doc), changes: vec![Chunk(change.bytes)] }];
        let judged = self.judge(&self.store.read().unwrap(), caller, &changes, ServerMillis(self.now)).unwrap();
        assert_eq!(judged.verdicts, [Verdict::Recorded]);
        self.store.commit(judged.commit.unwrap()).unwrap();
    }

    fn access(&mut self, doc: DocId) {
        if self.document(doc).is_blank() {
            return;
        }
        let access = self.access_of(&self.document(doc), &self.roster());
        self.store.commit(Commit { access: vec![access], ..Commit::default() }).unwrap();
    }

    fn access_of(&self, document: &Document, roster: &Roster) -> DocAccess {
        let id = document.id();
        let readers = readers(id.kind(), &Facts::of(document), roster, self.on);
        DocAccess { doc: sync_doc(id), readers: readers.iter().map(|reader| ReaderId(*reader.0.as_bytes())).collect() }
    }

    /// Answers the body of a request by the phone of this worker.
    pub(super) fn answer<S: PhoneStore>(&mut self, phone: &Workbook<S, Scripted>, body: &[u8]) -> Answer {
        let caller =
            Caller { device: DeviceId(phone.device().0), reader: ReaderId(*phone.owner().worker.0.as_bytes()) };
        self.now += 1_000;
        let request = wire::decode_request(body).unwrap();
        let (reply, _) = township::exchange(&self.store, &*self, caller, &request, ServerMillis(self.now)).unwrap();
        Answer { body: wire::encode_reply(&reply).unwrap(), signature: None }
    }

    /// A whole sync over a good line.
    pub(super) fn sync(&mut self, phone: &mut Phone) -> SyncReport {
        let caller =
            Caller { device: DeviceId(phone.device().0), reader: ReaderId(*phone.owner().worker.0.as_bytes()) };
        phone.sync(&mut Line { town: self, caller }).unwrap()
    }
}

struct Line<'a> {
    town: &'a mut Town,
    caller: Caller,
}

impl Transport for Line<'_> {
    fn send(&mut self, body: &[u8], _: &crate::Signature) -> Result<Answer, TransportError> {
        let town = &mut *self.town;
        town.now += 1_000;
        let request = wire::decode_request(body).unwrap();
        let reply = township::exchange(&town.store, &*town, self.caller, &request, ServerMillis(town.now));
        Ok(Answer { body: wire::encode_reply(&reply.unwrap().0).unwrap(), signature: None })
    }
}

fn opened(doc: DocId, recorded: &RecordedDoc) -> Document {
    Document::open(doc, recorded.snapshot.as_deref(), recorded.tail.iter().map(Vec::as_slice)).unwrap()
}

impl TownshipGate<MemoryReader> for Town {
    type Error = std::convert::Infallible;

    fn judge(
        &self,
        reader: &MemoryReader,
        caller: Caller,
        changes: &[DocChanges],
        at: ServerMillis,
    ) -> Result<Judged, Self::Error> {
        let mut judged = Judged::default();
        let mut commit = Commit { from: Some(caller), at, ..Commit::default() };
        for sent in changes {
            judged.documents_loaded += 1;
            self.judge_document(reader, caller, sent, &mut judged.verdicts, &mut commit);
        }
        let writes = !(commit.documents.is_empty() && commit.held.is_empty() && commit.refused.is_empty());
        judged.commit = writes.then_some(commit);
        Ok(judged)
    }

    fn take_back(&self, _: &MemoryReader, _: Caller, _: &[SealedDoc], _: ServerMillis) -> Result<Judged, Self::Error> {
        Ok(Judged::default())
    }
}

impl Town {
    fn judge_document(
        &self,
        reader: &MemoryReader,
        caller: Caller,
        sent: &DocChanges,
        verdicts: &mut Vec<Verdict>,
        commit: &mut Commit,
    ) {
        let doc = DocId::from_bytes(sent.doc.0).unwrap();
        let recorded = reader.document(sent.doc).unwrap();
        let mut document = recorded.as_ref().map_or_else(|| Document::new(doc), |recorded| opened(doc, recorded));
        let mut admitted = Vec::new();
        let mut unsettled: BTreeSet<ChangeHash> = BTreeSet::new();
        for Chunk(bytes) in &sent.changes {
            let Ok(scanned) = scan(bytes) else {
                verdicts.push(refused(RefusedCode::Malformed, "malformed"));
                continue;
            };
            let hash = sync_hash(scanned.hash());
            let verdict = match reader.verdict(sent.doc, hash).unwrap() {
                Some(Verdict::Recorded) => Verdict::Known,
                Some(given) => given,
                None if scanned.deps().iter().any(|dep| unsettled.contains(&sync_hash(*dep))) => {
                    refused(RefusedCode::FollowsRefused, "it follows another")
                }
                None => {
                    let outcome = trial(&document, std::slice::from_ref(&scanned));
                    let keys: Vec<String> = scanned.touches().map(|(key, _)| key.to_owned()).collect();
                    match outcome.verdicts[0] {
                        TrialVerdict::AlreadyHeld => Verdict::Known,
                        TrialVerdict::Refused(Refusal::MissingDependency) => {
                            refused(RefusedCode::MissingDependency, "send what it follows first")
                        }
                        TrialVerdict::Refused(Refusal::Forked) => refused(RefusedCode::Forked, "forked"),
                        TrialVerdict::Refused(_) => refused(RefusedCode::Inconsistent, "inconsistent"),
                        TrialVerdict::Admitted => {
                            let verdict = self.rule(caller, &keys, &document, &outcome.document);
                            if verdict == Verdict::Recorded {
                                document = outcome.document;
                                let scanned = Scanned::by_gate(Received::new(bytes.clone()), hash);
                                admitted.push(Admitted::by_gate(scanned));
                            }
                            verdict
                        }
                    }
                }
            };
            match &verdict {
                Verdict::Held { reason } => {
                    commit.held.push(HeldChange { doc: sent.doc, hash, bytes: bytes.clone(), reason: *reason });
                    unsettled.insert(hash);
                }
                Verdict::Refused { code, reason } if *code != RefusedCode::MissingDependency => {
                    let (code, reason) = (*code, reason.clone());
                    commit.refused.push(RefusedChange { doc: sent.doc, hash, code, reason });
                    unsettled.insert(hash);
                }
                _ => {}
            }
            verdicts.push(verdict);
        }
        if !admitted.is_empty() {
            let heads = recorded.map(|recorded| recorded.heads).unwrap_or_default();
            commit.based_on.push((sent.doc, heads));
            let roster = if doc.kind() == DocKind::Roster { Roster::read(&document) } else { self.roster() };
            commit.access.push(self.access_of(&document, &roster));
            commit.documents.push(AdmittedDoc {
                doc: sent.doc,
                changes: admitted,
                heads: heads_of(&document),
                snapshot: Some(document.save().unwrap()),
                facts: Facts::of(&document).to_bytes(),
                rows: Vec::new(),
                records: None,
                begins: None,
            });
        }
    }

    fn rule(&self, caller: Caller, keys: &[String], before: &Document, after: &Document) -> Verdict {
        let roster = self.roster();
        let author = WorkerId(uuid::Uuid::from_bytes(caller.reader.0));
        let author = match Author::of_roster(author, &roster) {
            Some(author) => author,
            None => Author::town_desk(author),
        };
        let judgement = Judgement { author: &author, keys, before, after, roster: Some(&roster), on: self.on };
        match judge(&judgement) {
            Ruling::Allow | Ruling::AllowLate => Verdict::Recorded,
            Ruling::Hold(_) => Verdict::Held { reason: HeldReason::NoLongerEntitled },
            Ruling::Refuse { code: RefuseCode::NotPermitted, why } => {
                refused(RefusedCode::NotPermitted, why.message(Lang::En))
            }
            Ruling::Refuse { code: RefuseCode::InvalidContent, why } => {
                refused(RefusedCode::InvalidContent, why.message(Lang::En))
            }
        }
    }
}

fn refused(code: RefusedCode, reason: &str) -> Verdict {
    Verdict::Refused { code, reason: reason.to_owned() }
}
