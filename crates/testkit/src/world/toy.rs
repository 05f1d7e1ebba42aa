//! Documents without automerge: a document is a pile of words, a change is one word and the hashes it follows.
//!
//! A change's bytes are the writing device (16), the number of hashes it follows (1), the hashes (32 each), and the word.
//! A word that begins with `!` is refused.

use std::collections::{BTreeMap, BTreeSet};

use lianhu_sync::ids::{ChangeHash, DeviceId, DocId, Heads, ReaderId, ServerMillis};
use lianhu_sync::message::{Chunk, DocChanges, HeldReason, RefusedCode, Verdict};
use lianhu_sync::ports::{
    Admitted, AdmittedDoc, Caller, Commit, DocAccess, ExtendedDoc, GateRefusal, HeldChange, Judged, OpenedDoc,
    PendingChange, PhoneBase, PhoneGate, Received, RecordedDoc, RefusedChange, Scanned, SealedDoc, TownshipGate,
    TownshipReader,
};
use sha2::{Digest as _, Sha256};

/// A change, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toy {
    /// Its name.
    pub hash: ChangeHash,
    /// What it follows.
    pub follows: Vec<ChangeHash>,
    /// What it says.
    pub word: String,
    /// As it travels.
    pub bytes: Vec<u8>,
}

/// A document: its changes by name.
pub type Pile = BTreeMap<ChangeHash, Toy>;

impl Toy {
    /// Writes a word on top of `follows`.
    pub fn write(device: DeviceId, follows: &Heads, word: &str) -> Self {
        let mut bytes = device.0.to_vec();
        bytes.push(follows.hashes().len() as u8);
        follows.hashes().iter().for_each(|hash| bytes.extend(hash.0));
        bytes.extend(word.as_bytes());
        Self::read(&bytes).expect("what was written can be read")
    }

    /// Reads a change; `None` when the bytes are none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (count, rest) = bytes.get(16..)?.split_first()?;
        let (hashes, word) = rest.split_at_checked(usize::from(*count) * 32)?;
        let follows = hashes.as_chunks::<32>().0.iter().map(|hash| ChangeHash(*hash)).collect();
        let word = String::from_utf8(word.to_vec()).ok()?;
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        Some(Toy { hash: ChangeHash(hash), follows, word, bytes: bytes.to_vec() })
    }

    fn admitted(&self) -> Admitted {
        Admitted::by_gate(Scanned::by_gate(Received::new(self.bytes.clone()), self.hash))
    }
}

/// The heads of a pile.
pub fn heads(pile: &Pile) -> Heads {
    let followed: BTreeSet<_> = pile.values().flat_map(|toy| toy.follows.iter().copied()).collect();
    Heads::new(pile.keys().filter(|hash| !followed.contains(hash)).copied().collect())
}

/// The words of a pile, sorted.
pub fn words(pile: &Pile) -> Vec<String> {
    let mut words: Vec<String> = pile.values().map(|toy| toy.word.clone()).collect();
    words.sort();
    words
}

/// A pile as one snapshot.
pub fn snapshot(pile: &Pile) -> Vec<u8> {
    let mut bytes = Vec::new();
    for toy in pile.values() {
        bytes.extend((toy.bytes.len() as u32).to_be_bytes());
        bytes.extend(&toy.bytes);
    }
    bytes
}

fn unpack(mut snapshot: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut parts = Vec::new();
    while let Some((length, rest)) = snapshot.split_first_chunk::<4>() {
        let (part, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        parts.push(part.to_vec());
        snapshot = rest;
    }
    snapshot.is_empty().then_some(parts)
}

/// Adds changes in an order in which each follows what it depends on; `None` when one cannot be added.
fn add<'b>(pile: &mut Pile, changes: impl IntoIterator<Item = &'b [u8]>) -> Option<Vec<Toy>> {
    let mut new = Vec::new();
    for bytes in changes {
        let toy = Toy::read(bytes)?;
        if toy.follows.iter().any(|hash| !pile.contains_key(hash)) {
            return None;
        }
        if pile.insert(toy.hash, toy.clone()).is_none() {
            new.push(toy);
        }
    }
    Some(new)
}

/// A snapshot is sorted by name, not by what follows what.
fn load(snapshot: Option<&[u8]>, tail: &[Vec<u8>]) -> Option<Pile> {
    let mut pile: Pile = unpack(snapshot.unwrap_or_default())?
        .iter()
        .map(|bytes| Toy::read(bytes).map(|toy| (toy.hash, toy)))
        .collect::<Option<_>>()?;
    add(&mut pile, tail.iter().map(Vec::as_slice))?;
    pile.values().all(|toy| toy.follows.iter().all(|hash| pile.contains_key(hash))).then_some(pile)
}

/// What a township recorded of a document.
pub fn recorded(recorded: &RecordedDoc) -> Pile {
    load(recorded.snapshot.as_deref(), &recorded.tail).expect("a township records whole documents")
}

/// A phone's base.
pub fn base(base: &PhoneBase) -> Pile {
    load(base.snapshot.as_deref(), &base.tail).expect("a phone's base is whole")
}

/// What is to be committed when these changes are taken in, whoever wrote them.
pub fn admit<R: TownshipReader>(reader: &R, changes: &DocChanges) -> AdmittedDoc {
    let before = reader.document(changes.doc).ok().flatten();
    let mut pile = before.as_ref().map(recorded).unwrap_or_default();
    let new = add(&mut pile, changes.changes.iter().map(|chunk| chunk.0.as_slice())).expect("admissible changes");
    let tail = before.map_or(0, |recorded| recorded.tail.len()) + new.len();
    AdmittedDoc {
        doc: changes.doc,
        changes: new.iter().map(Toy::admitted).collect(),
        heads: heads(&pile),
        snapshot: (tail > 4).then(|| snapshot(&pile)),
        facts: Vec::new(),
        rows: Vec::new(),
        records: None,
        begins: None,
    }
}

/// The township's judge in the toy world.
#[derive(Clone, Debug, Default)]
pub struct ToyGate {
    /// Who reads a document once it is recorded; its author alone if it is not named here.
    pub readers: BTreeMap<DocId, Vec<ReaderId>>,
    /// Devices whose work waits for a person.
    pub suspended: BTreeSet<DeviceId>,
}

impl<R: TownshipReader> TownshipGate<R> for ToyGate {
    type Error = R::Error;

    fn judge(
        &self,
        reader: &R,
        caller: Caller,
        changes: &[DocChanges],
        at: ServerMillis,
    ) -> Result<Judged, Self::Error> {
        let mut judged = Judged::default();
        let mut commit = Commit { from: Some(caller), at, ..Commit::default() };
        let readable: BTreeSet<DocId> = reader.readable(caller.reader)?.into_iter().map(|(doc, _)| doc).collect();
        for sent in changes {
            let before = reader.document(sent.doc)?;
            judged.documents_loaded += u32::from(before.is_some());
            let mut pile = before.as_ref().map(recorded).unwrap_or_default();
            let mut verdicts: BTreeMap<ChangeHash, Verdict> = BTreeMap::new();
            let mut admitted = Vec::new();
            for chunk in &sent.changes {
                let Some(toy) = Toy::read(&chunk.0) else {
                    judged.verdicts.push(refused(RefusedCode::Malformed));
                    continue;
                };
                let given = match reader.verdict(sent.doc, toy.hash)? {
                    Some(Verdict::Recorded) => Some(Verdict::Known),
                    other => other,
                };
                let new = given.is_none();
                let verdict_of = |hash: &ChangeHash| match verdicts.get(hash) {
                    Some(verdict) => Ok(Some(verdict.clone())),
                    None => reader.verdict(sent.doc, *hash),
                };
                let mut followed = Vec::new();
                for hash in toy.follows.iter().filter(|hash| !pile.contains_key(hash)) {
                    followed.push(verdict_of(hash)?);
                }
                let entitled = before.is_none() || readable.contains(&sent.doc);
                let own = toy.bytes.starts_with(&caller.device.0);
                let verdict = given.unwrap_or_else(|| match own {
                    true => decide(&toy, &followed, entitled, self.suspended.contains(&caller.device)),
                    false => refused(RefusedCode::ForeignActor),
                });
                if new {
                    match &verdict {
                        Verdict::Recorded => {
                            pile.insert(toy.hash, toy.clone());
                            admitted.push(chunk.clone());
                        }
                        Verdict::Held { reason } => commit.held.push(HeldChange {
                            doc: sent.doc,
                            hash: toy.hash,
                            bytes: toy.bytes.clone(),
                            reason: *reason,
                        }),
                        Verdict::Refused { code, reason }
                            if !matches!(
                                code,
                                RefusedCode::MissingDependency
                                    | RefusedCode::ForeignActor
                                    | RefusedCode::FollowsRefused
                            ) =>
                        {
                            commit.refused.push(RefusedChange {
                                doc: sent.doc,
                                hash: toy.hash,
                                code: *code,
                                reason: reason.clone(),
                            });
                        }
                        Verdict::Refused { .. } | Verdict::Known => {}
                    }
                }
                // What is not this device's to bring may still come from whose it is.
                if own {
                    verdicts.insert(toy.hash, verdict.clone());
                }
                judged.verdicts.push(verdict);
            }
            if !admitted.is_empty() {
                commit.based_on.push((sent.doc, before.as_ref().map(|doc| doc.heads.clone()).unwrap_or_default()));
                commit.documents.push(admit(reader, &DocChanges { doc: sent.doc, changes: admitted }));
                if before.is_none() {
                    let readers = self.readers.get(&sent.doc).cloned().unwrap_or_else(|| vec![caller.reader]);
                    commit.access.push(DocAccess { doc: sent.doc, readers });
                }
            }
        }
        let writes = !(commit.documents.is_empty() && commit.held.is_empty() && commit.refused.is_empty());
        judged.commit = writes.then_some(commit);
        Ok(judged)
    }

    fn take_back(
        &self,
        reader: &R,
        caller: Caller,
        documents: &[SealedDoc],
        at: ServerMillis,
    ) -> Result<Judged, Self::Error> {
        let mut commit = Commit { from: Some(caller), at, ..Commit::default() };
        for sealed in documents {
            let before = reader.document(sealed.doc())?;
            let mut pile = before.as_ref().map(recorded).unwrap_or_default();
            let toys: Vec<Toy> = sealed.changes().iter().filter_map(|received| Toy::read(received.bytes())).collect();
            let mut under: BTreeSet<ChangeHash> = sealed.heads().hashes().iter().copied().collect();
            for toy in toys.iter().rev().filter(|toy| under.contains(&toy.hash)).cloned().collect::<Vec<_>>() {
                under.extend(toy.follows);
            }
            let mut taken = Vec::new();
            for toy in toys.into_iter().filter(|toy| under.contains(&toy.hash)) {
                if toy.follows.iter().all(|hash| pile.contains_key(hash)) && !pile.contains_key(&toy.hash) {
                    taken.push(Chunk(toy.bytes.clone()));
                    pile.insert(toy.hash, toy);
                }
            }
            if taken.is_empty() {
                continue;
            }
            commit.based_on.push((sealed.doc(), before.as_ref().map(|doc| doc.heads.clone()).unwrap_or_default()));
            commit.documents.push(admit(reader, &DocChanges { doc: sealed.doc(), changes: taken }));
            if let (None, Some(readers)) = (before, self.readers.get(&sealed.doc())) {
                commit.access.push(DocAccess { doc: sealed.doc(), readers: readers.clone() });
            }
        }
        let commit = (!commit.documents.is_empty()).then_some(commit);
        Ok(Judged { commit, ..Judged::default() })
    }
}

fn decide(toy: &Toy, followed: &[Option<Verdict>], entitled: bool, suspended: bool) -> Verdict {
    if toy.word.starts_with('!') {
        refused(RefusedCode::InvalidContent)
    } else if followed.iter().any(|verdict| matches!(verdict, Some(Verdict::Refused { .. }))) {
        refused(RefusedCode::FollowsRefused)
    } else if followed.iter().any(Option::is_none) {
        refused(RefusedCode::MissingDependency)
    } else if !followed.is_empty() {
        Verdict::Held { reason: HeldReason::FollowsHeld }
    } else if suspended {
        Verdict::Held { reason: HeldReason::DeviceSuspended }
    } else if !entitled {
        Verdict::Held { reason: HeldReason::NoLongerEntitled }
    } else {
        Verdict::Recorded
    }
}

fn refused(code: RefusedCode) -> Verdict {
    Verdict::Refused { code, reason: code.as_str().to_owned() }
}

/// The phone's gate in the toy world.
#[derive(Clone, Debug, Default)]
pub struct ToyPhoneGate {
    /// Documents it does not let in.
    pub refuses: BTreeSet<DocId>,
    /// How many documents it was asked to look at.
    pub asked: u32,
}

impl ToyPhoneGate {
    fn look(&mut self, doc: DocId) -> Result<(), GateRefusal> {
        self.asked += 1;
        if self.refuses.contains(&doc) { Err(GateRefusal("told to".to_owned())) } else { Ok(()) }
    }
}

impl PhoneGate for ToyPhoneGate {
    fn open(
        &mut self,
        doc: DocId,
        base: Option<&PhoneBase>,
        snapshot: Option<&[u8]>,
        changes: Vec<Received>,
    ) -> Result<OpenedDoc, GateRefusal> {
        self.look(doc)?;
        let tail: Vec<Vec<u8>> = changes.iter().map(|change| change.bytes().to_vec()).collect();
        let mut pile = load(snapshot, &tail).ok_or_else(|| GateRefusal("not whole".to_owned()))?;
        pile.extend(base.and_then(|base| load(base.snapshot.as_deref(), &base.tail)).unwrap_or_default());
        Ok(OpenedDoc { heads: heads(&pile), snapshot: self::snapshot(&pile) })
    }

    fn extend(&mut self, doc: DocId, base: &PhoneBase, changes: Vec<Received>) -> Result<ExtendedDoc, GateRefusal> {
        self.look(doc)?;
        let whole = || GateRefusal("not whole".to_owned());
        let mut pile = load(base.snapshot.as_deref(), &base.tail).ok_or_else(whole)?;
        let new = add(&mut pile, changes.iter().map(Received::bytes)).ok_or_else(whole)?;
        let long = base.tail.len() + new.len() > 6;
        Ok(ExtendedDoc {
            heads: heads(&pile),
            changes: new.iter().map(Toy::admitted).collect(),
            snapshot: long.then(|| snapshot(&pile)),
        })
    }

    fn beyond(&mut self, _: DocId, base: &PhoneBase, theirs: &Heads) -> Result<Vec<Vec<u8>>, GateRefusal> {
        let whole = || GateRefusal("not whole".to_owned());
        let mut pile = load(base.snapshot.as_deref(), &base.tail).ok_or_else(whole)?;
        let mut known: Vec<ChangeHash> = theirs.hashes().to_vec();
        while let Some(hash) = known.pop() {
            known.extend(pile.remove(&hash).into_iter().flat_map(|toy| toy.follows));
        }
        // Each after what it depends on: what follows nothing that is left comes next.
        let mut ordered = Vec::new();
        while let Some(next) = pile.values().find(|toy| toy.follows.iter().all(|hash| !pile.contains_key(hash))) {
            let (hash, bytes) = (next.hash, next.bytes.clone());
            ordered.push(bytes);
            pile.remove(&hash);
        }
        Ok(ordered)
    }

    fn left_behind(&mut self, doc: DocId, _: &PhoneBase, _: &[Received]) -> Result<Vec<Received>, GateRefusal> {
        // A pile of words has no generations.
        self.look(doc)?;
        Ok(Vec::new())
    }

    fn card(&mut self, doc: DocId, base: &PhoneBase, pending: &[PendingChange]) -> Result<Vec<u8>, GateRefusal> {
        self.look(doc)?;
        let pile = load(base.snapshot.as_deref(), &base.tail).ok_or_else(|| GateRefusal("not whole".to_owned()))?;
        Ok(format!("{} recorded, {} pending", pile.len(), pending.len()).into_bytes())
    }
}
