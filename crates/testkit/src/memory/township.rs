//! A township's store in memory: a log, and everything else worked out from it.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lianhu_crypto::Suite;
use lianhu_sync::ids::{ChangeHash, DeviceId, Digest, DocId, Heads, LogId, Position, ReaderId};
use lianhu_sync::limits::MAX_CHANGES;
use lianhu_sync::message::{Chunk, DocChanges, Entry, RefusedCode, Verdict};
use lianhu_sync::ports::{
    AdmittedDoc, Beginning, Caller, Commit, CommitOutcome, Page, RecordedDoc, Standing, Township, TownshipReader,
    ViewRow,
};
use lianhu_sync::seal::SealKey;

/// What a township without a store has for a key.
const NO_KEY: SealKey = SealKey::new(Suite::International, [0; 32]);

/// A township's store in memory, shared by its clones.
#[derive(Clone, Debug)]
pub struct MemoryTownship(Arc<Mutex<Arc<State>>>);

/// What a township held at one moment.
#[derive(Clone, Debug)]
pub struct MemoryReader(Arc<State>);

#[derive(Clone, Debug, Default)]
struct State {
    log: LogId,
    seals: Option<SealKey>,
    /// The entry at index `i` has position `i + 1`.
    entries: Vec<Happened>,
    documents: BTreeMap<DocId, RecordedDoc>,
    rows: BTreeMap<DocId, Vec<ViewRow>>,
    access: BTreeMap<DocId, BTreeSet<ReaderId>>,
    given: BTreeMap<(DocId, ChangeHash), Given>,
}

/// A verdict given, and to whom.
#[derive(Clone, Debug)]
struct Given {
    verdict: Verdict,
    to: Option<Caller>,
}

#[derive(Clone, Debug)]
enum Happened {
    Recorded {
        doc: DocId,
        bytes: Vec<u8>,
        device: Option<DeviceId>,
    },
    Granted {
        doc: DocId,
        reader: ReaderId,
    },
    Withdrawn {
        doc: DocId,
        reader: ReaderId,
    },
    Settled {
        doc: DocId,
        hash: ChangeHash,
        verdict: Verdict,
        to: Caller,
    },
    /// The document was begun anew.
    Begun {
        doc: DocId,
    },
    /// A change was here whose generation is closed.
    Gone,
}

impl MemoryTownship {
    /// An empty township.
    pub fn new(log: LogId) -> Self {
        let mut key = [0x5e; 32];
        key[..16].copy_from_slice(&log.0);
        Self::of(State { log, seals: Some(SealKey::new(Suite::default(), key)), ..State::default() })
    }

    /// A copy of what this township holds now, as a restored backup: everything the same, under a new log id.
    pub fn restored_as(&self, log: LogId) -> Self {
        let mut state = State::clone(&self.lock());
        state.log = log;
        Self::of(state)
    }

    /// The view rows of every document.
    pub fn rows(&self) -> BTreeMap<DocId, Vec<ViewRow>> {
        self.lock().rows.clone()
    }

    fn of(state: State) -> Self {
        MemoryTownship(Arc::new(Mutex::new(Arc::new(state))))
    }

    fn lock(&self) -> MutexGuard<'_, Arc<State>> {
        // A commit checks first and then writes without failing, so even a poisoned state is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Township for MemoryTownship {
    type Error = Infallible;
    type Reader = MemoryReader;

    fn read(&self) -> Result<MemoryReader, Infallible> {
        Ok(MemoryReader(Arc::clone(&self.lock())))
    }

    fn commit(&self, commit: Commit) -> Result<CommitOutcome, Infallible> {
        let mut state = self.lock();
        let heads = |doc: &DocId| state.documents.get(doc).map(|recorded| recorded.heads.clone()).unwrap_or_default();
        // A change that is recorded already was recorded after the commit was judged.
        let recorded =
            |admitted: &AdmittedDoc| admitted.changes.iter().any(|new| state.is_recorded(admitted.doc, new.hash()));
        if commit.based_on.iter().any(|(doc, based_on)| heads(doc) != *based_on)
            || commit.documents.iter().any(recorded)
        {
            return Ok(CommitOutcome::Stale);
        }
        let state = Arc::make_mut(&mut state);
        state.apply(commit);
        Ok(CommitOutcome::Committed { head: state.head() })
    }
}

impl State {
    fn head(&self) -> Position {
        Position(self.entries.len() as u64)
    }

    fn is_recorded(&self, doc: DocId, hash: ChangeHash) -> bool {
        self.given.get(&(doc, hash)).is_some_and(|given| given.verdict == Verdict::Recorded)
    }

    fn apply(&mut self, commit: Commit) {
        // A reader of a blank document needs no grant in the log: every change of it is news to all its readers.
        let (recorded, blank): (Vec<_>, Vec<_>) =
            commit.access.into_iter().partition(|access| self.documents.contains_key(&access.doc));
        for access in blank {
            self.access.insert(access.doc, access.readers.into_iter().collect());
        }
        for admitted in commit.documents {
            self.record(admitted, commit.from);
        }
        for access in recorded {
            let (doc, readers) = (access.doc, access.readers.into_iter().collect::<BTreeSet<_>>());
            let before = self.access.insert(doc, readers.clone()).unwrap_or_default();
            self.entries.extend(before.difference(&readers).map(|reader| Happened::Withdrawn { doc, reader: *reader }));
            self.entries.extend(readers.difference(&before).map(|reader| Happened::Granted { doc, reader: *reader }));
        }
        for closed in commit.closed {
            self.given.insert(closed, Given { verdict: Verdict::Recorded, to: None });
        }
        for held in commit.held {
            let given = Given { verdict: Verdict::Held { reason: held.reason }, to: commit.from };
            self.given.entry((held.doc, held.hash)).or_insert(given);
        }
        for refused in commit.refused {
            if refused.code != RefusedCode::MissingDependency {
                let verdict = Verdict::Refused { code: refused.code, reason: refused.reason };
                self.give(refused.doc, refused.hash, verdict, commit.from);
            }
        }
    }

    fn record(&mut self, admitted: AdmittedDoc, from: Option<Caller>) {
        let doc = admitted.doc;
        if let Some(beginning) = &admitted.begins {
            self.begin(doc, beginning);
        }
        let mut tail = Vec::new();
        for change in &admitted.changes {
            // A change the office admits came from the device it was held from.
            let device = from.or(self.given.get(&(doc, change.hash())).and_then(|given| given.to)).map(|by| by.device);
            let device = device.filter(|_| !change.is_by_township());
            self.entries.push(Happened::Recorded { doc, bytes: change.bytes().to_vec(), device });
            self.give(doc, change.hash(), Verdict::Recorded, from);
            tail.push(change.bytes().to_vec());
        }
        if admitted.begins.is_some() {
            self.entries.push(Happened::Begun { doc });
        }
        let recorded = self.documents.entry(doc).or_insert_with(|| RecordedDoc {
            doc,
            heads: Heads::default(),
            snapshot: None,
            tail: Vec::new(),
            facts: Vec::new(),
            generation: admitted.begins.as_ref().map(|beginning| beginning.generation).unwrap_or_default(),
        });
        recorded.heads = admitted.heads;
        recorded.facts = admitted.facts;
        match admitted.snapshot {
            Some(snapshot) => (recorded.snapshot, recorded.tail) = (Some(snapshot), Vec::new()),
            None => recorded.tail.extend(tail),
        }
        let mut rows = admitted.rows;
        if let Some(records) = &admitted.records {
            let stays = |row: &ViewRow| row.record.is_some_and(|record| !records.contains(&record));
            rows.extend(self.rows.remove(&doc).into_iter().flatten().filter(stays));
            rows.sort_by_key(|row| (row.view, row.record));
        }
        self.rows.insert(doc, rows);
    }

    /// Closes a document's generation: what its changes said goes, that they were recorded stays.
    fn begin(&mut self, doc: DocId, beginning: &Beginning) {
        for happened in &mut self.entries {
            match happened {
                Happened::Recorded { doc: of, .. } if *of == doc => *happened = Happened::Gone,
                Happened::Settled { doc: of, verdict: Verdict::Refused { reason, .. }, .. }
                    if *of == doc && beginning.erases =>
                {
                    reason.clear();
                }
                _ => {}
            }
        }
        self.given.retain(|(of, _), given| *of != doc || !matches!(given.verdict, Verdict::Refused { .. }));
        let held: Vec<ChangeHash> = (self.given.iter())
            .filter(|((of, _), given)| *of == doc && matches!(given.verdict, Verdict::Held { .. }))
            .map(|((_, hash), _)| *hash)
            .collect();
        for hash in held {
            let closed = Verdict::Refused { code: RefusedCode::GenerationClosed, reason: String::new() };
            self.give(doc, hash, closed, None);
        }
        if let Some(recorded) = self.documents.get_mut(&doc) {
            (recorded.generation, recorded.snapshot, recorded.tail) = (beginning.generation, None, Vec::new());
        }
    }

    /// Remembers a verdict; one that replaces *held* is told to the device it was held from, unless it is the one asking.
    fn give(&mut self, doc: DocId, hash: ChangeHash, verdict: Verdict, from: Option<Caller>) {
        let before = self.given.insert((doc, hash), Given { verdict: verdict.clone(), to: from });
        if let Some(Given { verdict: Verdict::Held { .. }, to: Some(to) }) = before
            && from.is_none_or(|from| from.device != to.device)
        {
            self.entries.push(Happened::Settled { doc, hash, verdict, to });
        }
    }

    fn may_read(&self, reader: ReaderId, doc: DocId) -> bool {
        self.access.get(&doc).is_some_and(|readers| readers.contains(&reader))
    }

    fn readable(&self, reader: ReaderId) -> impl Iterator<Item = &RecordedDoc> {
        let recorded = self.documents.values().filter(|recorded| !recorded.heads.is_empty());
        recorded.filter(move |recorded| self.may_read(reader, recorded.doc))
    }

    fn concerns(&self, happened: &Happened, reader: ReaderId) -> bool {
        match happened {
            Happened::Recorded { doc, .. } | Happened::Begun { doc } => self.may_read(reader, *doc),
            Happened::Gone => false,
            Happened::Granted { reader: whom, .. } | Happened::Withdrawn { reader: whom, .. } => *whom == reader,
            Happened::Settled { to, .. } => to.reader == reader,
        }
    }

    fn after(&self, after: Position) -> impl Iterator<Item = (Position, &Happened)> {
        let skip = usize::try_from(after.0).unwrap_or(usize::MAX);
        (1..).map(Position).zip(&self.entries).skip(skip)
    }

    /// How each document that something happened to after a position comes to this device.
    fn ways(&self, reader: ReaderId, device: DeviceId, after: Position) -> BTreeMap<DocId, Way> {
        let began = self.began();
        let mut ways: BTreeMap<DocId, Way> = BTreeMap::new();
        for (position, happened) in self.after(after) {
            match happened {
                Happened::Granted { doc, reader: whom } if *whom == reader => {
                    ways.insert(*doc, Way::Whole(position));
                }
                Happened::Begun { doc } if self.may_read(reader, *doc) => {
                    ways.insert(*doc, Way::Whole(position));
                }
                Happened::Withdrawn { doc, reader: whom } if *whom == reader => {
                    ways.insert(*doc, Way::Withdrawn(position));
                }
                Happened::Recorded { doc, device: from, .. } if self.may_read(reader, *doc) => {
                    // First recorded since: whole, unless this device took part in its beginning.
                    let way = ways.entry(*doc).or_insert_with(|| match began.get(doc) {
                        Some(first) if *first > after => Way::WholeUnlessOwn(*first),
                        _ => Way::Changes,
                    });
                    if matches!(way, Way::WholeUnlessOwn(_)) && *from == Some(device) {
                        *way = Way::Changes;
                    }
                }
                _ => {}
            }
        }
        ways
    }

    /// Where each document was first recorded.
    fn began(&self) -> BTreeMap<DocId, Position> {
        let mut began = BTreeMap::new();
        for (position, happened) in self.after(Position(0)) {
            if let Happened::Recorded { doc, .. } = happened {
                began.entry(*doc).or_insert(position);
            }
        }
        began
    }

    /// What this device is told at this place of the log, if anything.
    fn entry(&self, at: Position, happened: &Happened, device: DeviceId, ways: &BTreeMap<DocId, Way>) -> Option<Entry> {
        let (Happened::Granted { doc, .. }
        | Happened::Withdrawn { doc, .. }
        | Happened::Recorded { doc, .. }
        | Happened::Begun { doc }
        | Happened::Settled { doc, .. }) = happened
        else {
            return None;
        };
        match (happened, ways.get(doc)) {
            (Happened::Settled { doc, hash, verdict, to }, _) if to.device == device => {
                Some(Entry::Settled { doc: *doc, hash: *hash, verdict: verdict.clone() })
            }
            (Happened::Settled { .. }, _) => None,
            (_, Some(Way::Whole(place) | Way::WholeUnlessOwn(place))) if *place == at => {
                self.documents.get(doc).map(whole)
            }
            (_, Some(Way::Withdrawn(place))) if *place == at => Some(Entry::Withdrawn { doc: *doc }),
            (Happened::Recorded { bytes, device: from, .. }, Some(Way::Changes)) if *from != Some(device) => {
                Some(Entry::Changes(DocChanges { doc: *doc, changes: vec![Chunk(bytes.clone())] }))
            }
            _ => None,
        }
    }
}

/// How a document comes to a device, and where in the log.
enum Way {
    Whole(Position),
    WholeUnlessOwn(Position),
    Withdrawn(Position),
    Changes,
}

impl TownshipReader for MemoryReader {
    type Error = Infallible;

    fn standing(&self, reader: ReaderId) -> Result<Standing, Infallible> {
        let State { log, seals, .. } = &*self.0;
        let newest = self.0.after(Position(0)).filter(|(_, happened)| self.0.concerns(happened, reader)).last();
        let digest = self
            .0
            .readable(reader)
            .fold(Digest::EMPTY, |digest, recorded| digest.with(Digest::of(recorded.doc, &recorded.heads)));
        let newest = newest.map(|(at, _)| at).unwrap_or_default();
        Ok(Standing { log: *log, head: self.0.head(), newest, digest, seals: seals.clone().unwrap_or(NO_KEY) })
    }

    fn page(&self, reader: ReaderId, device: DeviceId, after: Position, budget: usize) -> Result<Page, Infallible> {
        let state = &*self.0;
        let ways = state.ways(reader, device, after);
        let mut page = Page { entries: Vec::new(), position: after, more: false };
        let (mut bytes, mut changes) = (0, 0);
        for (position, happened) in state.after(after) {
            if let Some(entry) = state.entry(position, happened, device, &ways) {
                let (entry_bytes, entry_changes) = measure(&entry);
                let full = bytes + entry_bytes > budget || changes + entry_changes > MAX_CHANGES;
                if full && !page.entries.is_empty() {
                    page.more = true;
                    return Ok(page);
                }
                bytes += entry_bytes;
                changes += entry_changes;
                append(&mut page.entries, entry);
            }
            page.position = position;
        }
        Ok(page)
    }

    fn readable(&self, reader: ReaderId) -> Result<Vec<(DocId, Heads)>, Infallible> {
        Ok(self.0.readable(reader).map(|recorded| (recorded.doc, recorded.heads.clone())).collect())
    }

    fn document(&self, doc: DocId) -> Result<Option<RecordedDoc>, Infallible> {
        Ok(self.0.documents.get(&doc).cloned())
    }

    fn heads(&self, doc: DocId) -> Result<Heads, Infallible> {
        Ok(self.0.documents.get(&doc).map(|recorded| recorded.heads.clone()).unwrap_or_default())
    }

    fn verdict(&self, doc: DocId, hash: ChangeHash) -> Result<Option<Verdict>, Infallible> {
        Ok(self.0.given.get(&(doc, hash)).map(|given| given.verdict.clone()))
    }
}

fn whole(recorded: &RecordedDoc) -> Entry {
    Entry::Granted {
        doc: recorded.doc,
        snapshot: recorded.snapshot.clone().map(Chunk),
        changes: recorded.tail.iter().cloned().map(Chunk).collect(),
    }
}

fn measure(entry: &Entry) -> (usize, usize) {
    let (snapshot, changes) = match entry {
        Entry::Changes(sent) => (0, sent.changes.as_slice()),
        Entry::Granted { snapshot, changes, .. } => {
            (snapshot.as_ref().map_or(0, |Chunk(bytes)| bytes.len()), changes.as_slice())
        }
        Entry::Withdrawn { .. } | Entry::Settled { .. } => (0, [].as_slice()),
    };
    (24 + snapshot + changes.iter().map(|Chunk(bytes)| bytes.len() + 4).sum::<usize>(), changes.len())
}

/// Appends an entry; changes of one document that follow each other share one.
fn append(entries: &mut Vec<Entry>, entry: Entry) {
    match (entries.last_mut(), entry) {
        (Some(Entry::Changes(last)), Entry::Changes(next)) if last.doc == next.doc => last.changes.extend(next.changes),
        (_, entry) => entries.push(entry),
    }
}
