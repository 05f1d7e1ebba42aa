//! A phone of the toy world and what its owner does.

use std::collections::BTreeMap;

use lianhu_sync::ids::{ChangeHash, DeviceId, DocId, ReaderId};
use lianhu_sync::phone::Session;
use lianhu_sync::ports::{Caller, PendingChange, PendingState, PhoneStore, PhoneWrite};

use super::toy::{self, Toy, ToyPhoneGate};
use crate::memory::MemoryPhone;

/// A phone.
#[derive(Clone, Debug)]
pub struct Phone {
    device: DeviceId,
    reader: ReaderId,
    /// Its store.
    pub store: MemoryPhone,
    /// Its gate.
    pub gate: ToyPhoneGate,
}

impl Phone {
    pub(super) fn new(device: DeviceId, reader: ReaderId) -> Self {
        Phone { device, reader, store: MemoryPhone::default(), gate: ToyPhoneGate::default() }
    }

    /// Who it is to the township.
    pub fn caller(&self) -> Caller {
        Caller { device: self.device, reader: self.reader }
    }

    /// A sync that has not begun.
    pub fn session(&self) -> Session {
        Session::new(self.device)
    }

    /// Writes a word, on top of everything the phone has of the document.
    pub fn write(&mut self, doc: DocId, word: &str) -> Toy {
        let mut pile = self.store.base(doc).expect("memory").map(|base| toy::base(&base)).unwrap_or_default();
        for change in self.store.pending(Some(doc)).expect("memory") {
            if !matches!(change.state, PendingState::Refused(..)) {
                let toy = Toy::read(&change.bytes).expect("a phone's own change");
                pile.insert(toy.hash, toy);
            }
        }
        let toy = Toy::write(self.device, &toy::heads(&pile), word);
        let (hash, bytes) = (toy.hash, toy.bytes.clone());
        let pending =
            PendingChange { doc, hash, bytes, touches: vec![format!("word/{word}")], state: PendingState::Kept };
        self.store.commit(vec![PhoneWrite::Pending(pending)]).expect("memory");
        toy
    }

    /// Where one of its own changes is; `None` once it is recorded.
    pub fn state(&self, hash: ChangeHash) -> Option<PendingState> {
        let pending = self.store.pending(None).expect("memory");
        pending.into_iter().find(|change| change.hash == hash).map(|change| change.state)
    }

    /// The recorded words of a document, sorted.
    pub fn words(&self, doc: DocId) -> Vec<String> {
        self.store.base(doc).expect("memory").map(|base| toy::words(&toy::base(&base))).unwrap_or_default()
    }

    /// The recorded words of every document that was not withdrawn.
    pub fn readable(&self) -> BTreeMap<DocId, Vec<String>> {
        let documents = self.store.documents().expect("memory").into_iter();
        let readable = documents.filter(|doc| !doc.withdrawn && !doc.heads.is_empty());
        readable.map(|doc| (doc.doc, self.words(doc.doc))).collect()
    }
}
