//! A small scripted world for the exchange: a township and phones in memory, documents that are piles of words, and a
//! line on which requests and replies can be lost, kept and delivered again.
//!
//! Messages always travel as bytes, so every script is a test of the wire format too.

mod phone;
pub mod toy;

use std::collections::BTreeMap;

use lianhu_sync::ids::{ChangeHash, DeviceId, DocId, LogId, ReaderId, ServerMillis};
use lianhu_sync::message::{Chunk, DocChanges, RefusedCode};
use lianhu_sync::phone::{Next, Session, Summary};
use lianhu_sync::ports::{Commit, CommitOutcome, DocAccess, RefusedChange, Township, TownshipReader};
use lianhu_sync::township::{Counters, exchange};
use lianhu_sync::{limits, wire};

pub use phone::Phone;

use crate::memory::MemoryTownship;
use toy::ToyGate;

/// A township, its gate and its clock.
pub struct World {
    /// The store.
    pub township: MemoryTownship,
    /// The judge.
    pub gate: ToyGate,
    now: i64,
    phones: u8,
    logs: u8,
}

/// What one sync was and cost.
#[derive(Clone, Debug, Default)]
pub struct Synced {
    /// What the phone says it did.
    pub summary: Summary,
    /// Bytes of all requests.
    pub bytes_up: usize,
    /// Bytes of all replies.
    pub bytes_down: usize,
    /// Documents the township loaded for it.
    pub documents_loaded: u32,
}

/// A document of the toy world.
pub fn doc(number: u8) -> DocId {
    DocId([number; 16])
}

/// A reader of the toy world.
pub fn reader(number: u8) -> ReaderId {
    ReaderId([number; 16])
}

fn log(number: u8) -> LogId {
    LogId([number; 16])
}

impl Default for World {
    fn default() -> Self {
        World::new()
    }
}

impl World {
    /// An empty township.
    pub fn new() -> Self {
        let township = MemoryTownship::new(log(1));
        World { township, gate: ToyGate::default(), now: 1_700_000_000_000, phones: 0, logs: 1 }
    }

    /// A new phone of this reader.
    pub fn phone(&mut self, number: u8) -> Phone {
        self.phones += 1;
        let mut device = [0xd0; 16];
        device[0] = self.phones;
        Phone::new(DeviceId(device), reader(number))
    }

    /// Answers the body of a request with the body of a reply.
    pub fn answer(&mut self, phone: &Phone, request: &[u8]) -> (Vec<u8>, Counters) {
        self.now += 1000;
        let request = wire::decode_request(request).expect("a phone's request decodes");
        let (reply, counters) = exchange(&self.township, &self.gate, phone.caller(), &request, ServerMillis(self.now))
            .expect("an exchange");
        (wire::encode_reply(&reply).expect("a township's reply encodes"), counters)
    }

    /// A whole sync over a good line.
    pub fn sync(&mut self, phone: &mut Phone) -> Synced {
        let session = phone.session();
        self.sync_with(phone, session)
    }

    /// A whole sync of a session that has been prepared (a small budget, a beginning made).
    pub fn sync_with(&mut self, phone: &mut Phone, mut session: Session) -> Synced {
        let mut synced = Synced::default();
        let mut request = session.begin(&phone.store).expect("a first request");
        for _ in 0..=limits::MAX_ROUND_TRIPS {
            let body = wire::encode_request(&request).expect("a phone's request encodes");
            let (reply, counters) = self.answer(phone, &body);
            synced.bytes_up += body.len();
            synced.bytes_down += reply.len();
            synced.documents_loaded += counters.documents_loaded;
            let reply = wire::decode_reply(&reply).expect("a township's reply decodes");
            match session.absorb(&mut phone.store, &mut phone.gate, &request, reply).expect("the reply fits") {
                Next::Send(next) => request = next,
                Next::Done(summary) => {
                    synced.summary = summary;
                    return synced;
                }
            }
        }
        panic!("a session has an end");
    }

    /// The office decides who reads a document.
    pub fn assign(&mut self, doc: DocId, readers: &[u8]) {
        let readers: Vec<ReaderId> = readers.iter().map(|number| reader(*number)).collect();
        self.gate.readers.insert(doc, readers.clone());
        self.office(Commit { access: vec![DocAccess { doc, readers }], ..Commit::default() });
    }

    /// The office takes a held change in.
    pub fn accept(&mut self, doc: DocId, bytes: &[u8]) {
        let reader = self.township.read().expect("memory");
        let admitted = toy::admit(&reader, &DocChanges { doc, changes: vec![Chunk(bytes.to_vec())] });
        let based_on = reader.document(doc).expect("memory").map(|recorded| recorded.heads).unwrap_or_default();
        self.office(Commit { based_on: vec![(doc, based_on)], documents: vec![admitted], ..Commit::default() });
    }

    /// The office declines a held change.
    pub fn decline(&mut self, doc: DocId, hash: ChangeHash) {
        let refused = RefusedChange { doc, hash, code: RefusedCode::NotPermitted, reason: "declined".into() };
        self.office(Commit { refused: vec![refused], ..Commit::default() });
    }

    /// The township's store is replaced by this one (a backup, an empty one) and begins a new life.
    pub fn restore(&mut self, from: &MemoryTownship) {
        self.logs += 1;
        self.township = from.restored_as(log(self.logs));
    }

    /// The words the township has recorded of a document, sorted.
    pub fn words(&self, doc: DocId) -> Vec<String> {
        let recorded = self.township.read().expect("memory").document(doc).expect("memory");
        recorded.map(|recorded| toy::words(&toy::recorded(&recorded))).unwrap_or_default()
    }

    /// What each reader's documents are according to the township.
    pub fn readable(&self, number: u8) -> BTreeMap<DocId, Vec<String>> {
        let reader_ = self.township.read().expect("memory");
        let docs = reader_.readable(reader(number)).expect("memory");
        docs.into_iter().map(|(doc, _)| (doc, self.words(doc))).collect()
    }

    fn office(&mut self, commit: Commit) {
        let outcome = self.township.commit(commit).expect("memory");
        assert!(matches!(outcome, CommitOutcome::Committed { .. }), "the office works on what is there");
    }
}
