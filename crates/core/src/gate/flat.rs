//! A flat document read from its bytes, without automerge: what its keys hold, and as much of its history as the next change
//! has to fit.
//!
//! automerge opens a document whole, makes every change of its history again, and finds each key by a search; a night asks of
//! most documents only whether a change fits and what a few keys hold. This reading answers both from the columns of the
//! snapshot and the operations of the changes after it. It never refuses anything: what it cannot read, and a change it does
//! not find fit in every respect, are left to automerge and the full trial (`docs/adr/0014-flat-reading.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::columns::{Delta, Text, Unsigned, chunk, cut, find, flags};
use super::limits::{
    MAX_DOCUMENT_ACTORS, MAX_DOCUMENT_CHANGES, MAX_DOCUMENT_LINKS, MAX_DOCUMENT_OPS, MAX_HEADS, MAX_SNAPSHOT_BYTES,
};
use super::rows::{expand, summed};
use super::scan::{MapOp, PUT, PlainValue, Scan};
use super::snapshot::{
    ACTION, CHANGE_ACTOR, CHANGE_COLUMNS, CHANGE_MAX_OP, CHANGE_SEQ, CHANGE_TIME, DEPS_COUNT, DOCUMENT_CHUNK, ID_ACTOR,
    ID_COUNTER, INSERT, KEY, OP_COLUMNS, SUCC_COUNT, VALUE, VALUE_META, known_columns,
};
use super::trial::Entry;
use crate::document::{
    GENERATION_KEY, ID_KEY, OpId, Row, SCHEMA, SCHEMA_KEY, Scalar, Written, genesis_heads, has_prose,
};
use crate::ids::{ActorId, ChangeHash, DeviceMillis, DocId, Generation};

/// What a flat document holds.
#[derive(Clone, Debug)]
pub(crate) struct Flat {
    /// Every key that was ever written, in key order.
    rows: Vec<Arc<Row>>,
    hands: BTreeMap<ActorId, Arc<Hand>>,
    /// The changes a next one may follow, as far as their names are known: a snapshot names only its heads.
    known: BTreeMap<ChangeHash, Entry>,
    heads: BTreeSet<ChangeHash>,
    size: Size,
}

/// What one actor has written.
#[derive(Clone, Debug, Default)]
struct Hand {
    last_seq: u64,
    /// Of each change its last operation's counter and the author's clock, in order.
    changes: Vec<(u64, DeviceMillis)>,
}

/// How large the document is, or more than that: close to the limits automerge is asked.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    bytes: usize,
    changes: usize,
    ops: usize,
    links: usize,
}

impl Size {
    fn is_within(&self) -> bool {
        self.bytes <= MAX_SNAPSHOT_BYTES
            && self.changes <= MAX_DOCUMENT_CHANGES
            && self.ops <= MAX_DOCUMENT_OPS
            && self.links <= MAX_DOCUMENT_LINKS
    }
}

impl Flat {
    /// A document of which the genesis alone is written; none for a kind that is not flat.
    pub(crate) fn blank(id: DocId, generation: Generation) -> Option<Self> {
        let own = [
            (ID_KEY, Scalar::Bytes(id.to_bytes().to_vec())),
            (SCHEMA_KEY, Scalar::Int(SCHEMA)),
            (GENERATION_KEY, Scalar::Int(i64::from(generation.0))),
        ];
        let written = if generation == Generation::FIRST { 2 } else { 3 };
        let rows = own.into_iter().zip(1..).take(written).map(|((key, value), counter)| {
            let values = vec![Written { id: OpId { counter, actor: ActorId::GENESIS }, value }];
            Arc::new(Row { key: key.to_owned(), values, gone: Vec::new() })
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by(|one, other| one.key.cmp(&other.key));
        let max_op = rows.len() as u64;
        let heads =
            BTreeSet::from([(!has_prose(id.kind())).then(|| genesis_heads(id, generation))?.first().copied()?]);
        let entry = Entry { actor: ActorId::GENESIS, seq: 1, max_op };
        let hand = Hand { last_seq: 1, changes: vec![(max_op, DeviceMillis(0))] };
        Some(Flat {
            rows,
            hands: BTreeMap::from([(ActorId::GENESIS, Arc::new(hand))]),
            known: heads.iter().map(|hash| (*hash, entry)).collect(),
            heads,
            size: Size { bytes: 0, changes: 1, ops: written, links: 0 },
        })
    }

    /// The document a snapshot of this replica's own holds ([`crate::Document::save`]); none for what it cannot read: another
    /// spelling, a damaged chunk, a value of a newer version, a kind that is not flat, another document.
    pub(crate) fn read(id: DocId, snapshot: &[u8]) -> Option<Self> {
        if has_prose(id.kind()) || snapshot.len() > MAX_SNAPSHOT_BYTES {
            return None;
        }
        let mut body = chunk(snapshot, DOCUMENT_CHUNK).ok()?.body;
        let count = body.size().ok().filter(|actors| *actors <= MAX_DOCUMENT_ACTORS)?;
        let mut actors = Vec::with_capacity(count);
        for _ in 0..count {
            body.size().ok().filter(|length| *length == 16)?;
            actors.push(ActorId::from_bytes(body.take(16).ok()?)?);
        }
        let count = body.size().ok().filter(|heads| *heads <= MAX_HEADS)?;
        let heads: Option<Vec<_>> = (0..count).map(|_| body.array().ok().map(ChangeHash)).collect();
        let heads = heads?;
        let changes = known_columns(&mut body, &CHANGE_COLUMNS).ok()?;
        let ops = known_columns(&mut body, &OP_COLUMNS).ok()?;
        let (changes, ops) = (cut(&mut body, &changes).ok()?, cut(&mut body, &ops).ok()?);

        let mut size = Size { bytes: snapshot.len(), ..Size::default() };
        let entries = read_changes(&changes, &actors, &mut size)?;
        let mut hands: BTreeMap<ActorId, Hand> = BTreeMap::new();
        for (entry, at) in &entries {
            let hand = hands.entry(entry.actor).or_default();
            let follows = hand.changes.last().is_none_or(|(max_op, _)| *max_op < entry.max_op);
            if entry.seq != hand.last_seq + 1 || !follows {
                return None;
            }
            hand.last_seq = entry.seq;
            hand.changes.push((entry.max_op, *at));
        }
        let mut known = BTreeMap::new();
        for head in &heads {
            let (entry, _) = entries.get(body.size().ok()?)?;
            known.insert(*head, *entry);
        }
        let rows = read_rows(&ops, &actors, &mut size)?;
        let hands = hands.into_iter().map(|(actor, hand)| (actor, Arc::new(hand))).collect();
        let flat = Flat { rows, hands, known, heads: heads.into_iter().collect(), size };
        let is_this = flat.row(ID_KEY).and_then(|row| row.values.last()).is_some_and(|written| {
            written.id == OpId { counter: 1, actor: ActorId::GENESIS }
                && written.value == Scalar::Bytes(id.to_bytes().to_vec())
        });
        (body.is_empty() && is_this).then_some(flat)
    }

    /// Adds a change, if it fits: names, numbers and clocks that follow on what is here, and only values overwritten that are
    /// or were under the same key. Otherwise nothing is changed, and nothing is said against it.
    pub(crate) fn admit(&mut self, change: &Scan) -> bool {
        let Some((ops, size)) = self.fitting(change) else { return false };
        let actor = change.actor();
        for (counter, op) in (change.start_op()..).zip(ops) {
            self.write(OpId { counter, actor }, op);
        }
        let hand = Arc::make_mut(self.hands.entry(actor).or_default());
        hand.last_seq = change.seq();
        hand.changes.push((change.max_op(), change.time()));
        for dep in change.deps() {
            self.heads.remove(dep);
        }
        self.heads.insert(change.hash());
        self.known.insert(change.hash(), Entry { actor, seq: change.seq(), max_op: change.max_op() });
        self.size = size;
        true
    }

    /// The operations of a change that fits, and how large the document is with it.
    fn fitting(&self, change: &Scan) -> Option<(Vec<MapOp>, Size)> {
        let deps: Option<Vec<_>> = change.deps().iter().map(|dep| self.known.get(dep)).collect();
        let deps = deps?;
        let last = self.hands.get(&change.actor()).map_or(0, |hand| hand.last_seq);
        let follows_own = last == 0 || deps.iter().any(|dep| dep.actor == change.actor() && dep.seq == last);
        let highest = deps.iter().map(|dep| dep.max_op).max()?;
        let is_new = !self.known.contains_key(&change.hash());
        if !is_new || change.seq() != last + 1 || !follows_own || change.start_op() != highest + 1 {
            return None;
        }
        let replaced = change.deps().iter().filter(|dep| self.heads.contains(*dep)).count();
        let actors = self.hands.len() + usize::from(last == 0);
        if self.heads.len() - replaced + 1 > MAX_HEADS || actors > MAX_DOCUMENT_ACTORS {
            return None;
        }
        let ops = change.map_ops()?;
        let preds: usize = ops.iter().map(|op| op.overwrites.len()).sum();
        let size = Size {
            bytes: self.size.bytes + change.bytes().len(),
            changes: self.size.changes + 1,
            ops: self.size.ops + ops.len(),
            links: self.size.links + change.deps().len() + preds,
        };
        let mut keys = BTreeSet::new();
        // A key that one change writes twice is left to automerge: what is overwritten is then in the change itself.
        let fits = ops.iter().all(|op| keys.insert(op.key.as_str()) && self.overwrites_what_is_there(op));
        (fits && size.is_within()).then_some((ops, size))
    }

    /// Whether an operation names what it overwrites as automerge would: each once, in order, and written under the same key.
    fn overwrites_what_is_there(&self, op: &MapOp) -> bool {
        let rising = op.overwrites.iter().zip(op.overwrites.iter().skip(1)).all(|(one, next)| one < next);
        let row = self.row(&op.key);
        let is_there = |id: &OpId| {
            row.is_some_and(|row| row.gone.contains(id) || row.values.iter().any(|written| written.id == *id))
        };
        rising && op.overwrites.iter().all(is_there)
    }

    fn write(&mut self, id: OpId, op: MapOp) {
        let at = match self.place(&op.key) {
            Ok(at) => at,
            Err(at) => {
                self.rows.insert(at, Arc::new(Row { key: op.key, values: Vec::new(), gone: Vec::new() }));
                at
            }
        };
        let Some(row) = self.rows.get_mut(at).map(Arc::make_mut) else { return };
        let Row { values, gone, .. } = row;
        values.retain(|written| {
            let stays = !op.overwrites.contains(&written.id);
            if !stays {
                gone.push(written.id);
            }
            stays
        });
        if let Some(value) = op.value {
            values.push(Written { id, value });
            values.sort_by_key(|written| written.id);
        }
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.rows.binary_search_by(|row| row.key.as_str().cmp(key))
    }

    fn row(&self, key: &str) -> Option<&Row> {
        self.place(key).ok().and_then(|at| self.rows.get(at)).map(AsRef::as_ref)
    }

    /// Every key that was ever written, in key order.
    pub(crate) fn rows(&self) -> &[Arc<Row>] {
        &self.rows
    }

    /// The heads, sorted.
    pub(crate) fn heads(&self) -> impl Iterator<Item = ChangeHash> {
        self.heads.iter().copied()
    }

    /// Whether a change is part of this document, as far as its name is known here.
    pub(crate) fn knows(&self, hash: ChangeHash) -> bool {
        self.known.contains_key(&hash)
    }

    /// What an operation's author's clock said.
    pub(crate) fn time_of(&self, id: OpId) -> Option<DeviceMillis> {
        let changes = &self.hands.get(&id.actor)?.changes;
        let at = changes.partition_point(|(max_op, _)| *max_op < id.counter);
        changes.get(at).map(|(_, at)| *at)
    }

    /// Which generation it is.
    pub(crate) fn generation(&self) -> Option<Generation> {
        match self.row(GENERATION_KEY).and_then(|row| row.values.last()) {
            None => Some(Generation::FIRST),
            Some(written) => u32::try_from(written.value.as_int()?).ok().map(Generation),
        }
    }
}

/// The changes of a snapshot, in its order.
fn read_changes(columns: &[(u32, &[u8])], actors: &[ActorId], size: &mut Size) -> Option<Vec<(Entry, DeviceMillis)>> {
    let limit = MAX_DOCUMENT_CHANGES;
    let by = expand::<Unsigned>(find(columns, CHANGE_ACTOR), limit).ok()?;
    let added = |number| summed(expand::<Delta>(find(columns, number), limit)?.into_iter().map(Some).collect());
    let [seqs, max_ops, times] = [CHANGE_SEQ, CHANGE_MAX_OP, CHANGE_TIME].map(|number| added(number).ok());
    let (seqs, max_ops, times) = (seqs?, max_ops?, times?);
    let links = expand::<Unsigned>(find(columns, DEPS_COUNT), limit).ok()?;
    if [seqs.len(), max_ops.len(), times.len(), links.len()].iter().any(|count| *count != by.len()) {
        return None;
    }
    size.changes = by.len();
    size.links = links.iter().try_fold(0_usize, |sum, links| sum.checked_add(usize::try_from(*links).ok()?))?;
    let numbers = seqs.into_iter().zip(max_ops).zip(times);
    let read = by.into_iter().zip(numbers).map(|(by, ((seq, max_op), time))| {
        let actor = *actors.get(usize::try_from(by).ok()?)?;
        let (seq, max_op) = (u64::try_from(seq?).ok()?, u64::try_from(max_op?).ok()?);
        Some((Entry { actor, seq, max_op }, DeviceMillis(time?)))
    });
    read.collect()
}

/// What a snapshot's keys hold: its operations lie key by key, each with how many others have overwritten it.
fn read_rows(columns: &[(u32, &[u8])], actors: &[ActorId], size: &mut Size) -> Option<Vec<Arc<Row>>> {
    let limit = MAX_DOCUMENT_OPS;
    let keys = expand::<Text>(find(columns, KEY), limit).ok()?;
    let by = expand::<Unsigned>(find(columns, ID_ACTOR), limit).ok()?;
    let counters =
        summed(expand::<Delta>(find(columns, ID_COUNTER), limit).ok()?.into_iter().map(Some).collect()).ok()?;
    let actions = expand::<Unsigned>(find(columns, ACTION), limit).ok()?;
    let metas = expand::<Unsigned>(find(columns, VALUE_META), limit).ok()?;
    let overwritten = expand::<Unsigned>(find(columns, SUCC_COUNT), limit).ok()?;
    let mut inserts = false;
    let flagged = flags(find(columns, INSERT), limit, |yes, _| {
        inserts |= yes;
        Ok(())
    });
    let all = [by.len(), counters.len(), actions.len(), metas.len(), overwritten.len(), flagged.ok()?];
    if inserts || all.iter().any(|count| *count != keys.len()) || actions.iter().any(|action| *action != PUT) {
        return None;
    }
    size.ops = keys.len();
    let mut raw = super::columns::Bytes(find(columns, VALUE));
    let mut rows: Vec<Row> = Vec::new();
    let ops = by.into_iter().zip(counters).zip(metas).zip(overwritten);
    for (key, (((by, counter), meta), overwritten)) in keys.into_iter().zip(ops) {
        let id = OpId { counter: u64::try_from(counter?).ok()?, actor: *actors.get(usize::try_from(by).ok()?)? };
        let value = PlainValue::read(meta, &mut raw)?;
        size.links = size.links.checked_add(usize::try_from(overwritten).ok()?)?;
        match rows.last().map(|last| last.key.as_str().cmp(key)) {
            Some(std::cmp::Ordering::Equal) => {}
            Some(std::cmp::Ordering::Greater) => return None,
            _ => rows.push(Row { key: key.to_owned(), values: Vec::new(), gone: Vec::new() }),
        }
        let row = rows.last_mut()?;
        match overwritten {
            0 => row.values.push(Written { id, value: value.to_scalar() }),
            _ => row.gone.push(id),
        }
    }
    for row in &mut rows {
        row.values.sort_by_key(|written| written.id);
    }
    raw.is_empty().then(|| rows.into_iter().map(Arc::new).collect())
}
