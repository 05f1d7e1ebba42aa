//! The pre-scan: what a change chunk may look like, decided from its bytes alone.
//!
//! Work and memory are bounded by the chunk's own size and by [`limits`](super::limits): run lengths are summed before
//! anything is built from them, and automerge is not asked.

use std::collections::BTreeMap;
use std::fmt;

use super::columns::{Bytes, ChunkError, Column, ColumnError, chunk, cut, find, layout};
use super::limits::{COUNTER_LIMIT, MAX_CHANGE_BYTES, MAX_DEPS, MAX_KEY_BYTES, MAX_OTHER_ACTORS, TIME_LIMIT_MILLIS};
use super::prose::{PROSE, ProseOp, ProseRow, words_of};
use super::rows::{Actors, COLUMNS, Rows, VALUE, check_preds};
use crate::document::{CharId, OpId, PROSE_KEY, Scalar, is_genesis_key};
use crate::ids::{ActorId, ChangeHash, DeviceMillis};

/// Why a chunk is refused before automerge sees it. Each names a rule, never the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// More bytes than [`MAX_CHANGE_BYTES`].
    #[error("the change is too large")]
    TooLarge,
    /// Not one chunk from its first byte to its last.
    #[error("the bytes are not one chunk")]
    Frame,
    /// A document, a bundle, or a deflated change: only plain change chunks travel.
    #[error("the chunk is not a plain change")]
    OtherType,
    /// The checksum does not hold.
    #[error("the checksum does not hold")]
    Checksum,
    /// Numbers, runs or lengths that automerge would not write, or a cut end.
    #[error("the change is not spelled as automerge writes it")]
    Spelling,
    /// An actor that is not 16 bytes, or the genesis's, which nobody may use.
    #[error("the actor is not a device's")]
    Actor,
    /// None (only the genesis follows nothing), too many, unsorted or repeated.
    #[error("the dependencies are missing, too many or out of order")]
    Dependencies,
    /// A sequence number, operation counter or reference outside its bounds.
    #[error("a counter is out of bounds")]
    Counter,
    /// A clock that claims an absurd time.
    #[error("the time is out of bounds")]
    Time,
    /// A message or trailing bytes, which no honest change of ours carries.
    #[error("the change carries extra matter")]
    Extra,
    /// Other actors that are not 16 bytes, repeated, out of order, unused or too many.
    #[error("the other actors are not as automerge lists them")]
    OtherActors,
    /// A column for marks or messages, or one nobody knows; or a compressed one.
    #[error("a column is not one of ours")]
    Columns,
    /// An operation on an object that is neither the document itself nor its prose.
    #[error("an operation is on an object that no document has")]
    Object,
    /// Prose put or removed as a value, marked, overwritten, or changed otherwise than by inserting single characters and
    /// deleting single characters.
    #[error("prose is changed otherwise than character by character")]
    Prose,
    /// No operation at all.
    #[error("the change does nothing")]
    Empty,
    /// More operations or overwritten values than a change may have.
    #[error("the change does too much")]
    TooManyOps,
    /// An empty, missing or overlong key.
    #[error("a key is empty or too long")]
    Key,
    /// A key that the genesis alone may write.
    #[error("the key is written by the genesis alone")]
    GenesisKey,
    /// Something else than putting and deleting, a deletion of nothing, or an insertion into the map.
    #[error("only putting and deleting are allowed")]
    Action,
    /// A value that is not null, yes or no, a whole number, text or bytes, or whose length does not add up.
    #[error("a value is not a plain scalar")]
    Value,
}

impl From<ChunkError> for ScanError {
    fn from(error: ChunkError) -> Self {
        match error {
            ChunkError::Frame => ScanError::Frame,
            ChunkError::OtherType => ScanError::OtherType,
            ChunkError::Checksum => ScanError::Checksum,
        }
    }
}

impl From<ColumnError> for ScanError {
    fn from(error: ColumnError) -> Self {
        match error {
            ColumnError::Spelling => ScanError::Spelling,
            ColumnError::TooMany => ScanError::TooManyOps,
        }
    }
}

/// What a change does to a key, all its operations taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// It writes a value.
    Put,
    /// It removes the key.
    Delete,
}

/// A change that passed the pre-scan. Only [`scan`] makes one: whoever holds a `Scan` holds bytes that automerge can
/// parse in bounded time and memory. It is still nobody's word that the change fits its document.
#[derive(Clone, PartialEq, Eq)]
pub struct Scan {
    bytes: Vec<u8>,
    hash: ChangeHash,
    actor: ActorId,
    seq: u64,
    start_op: u64,
    ops: usize,
    deps: Vec<ChangeHash>,
    time: DeviceMillis,
    touches: BTreeMap<String, Touch>,
}

impl Scan {
    /// The chunk, as received.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The chunk, as received.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The change's name.
    pub fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// Whose hand wrote it, by its own word; the caller compares it with whom it authenticated.
    pub fn actor(&self) -> ActorId {
        self.actor
    }

    /// Its number among the actor's changes of this document, from 1.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The counter of its first operation.
    pub fn start_op(&self) -> u64 {
        self.start_op
    }

    /// How many operations it has.
    pub fn ops(&self) -> usize {
        self.ops
    }

    /// The counter of its last operation.
    pub fn max_op(&self) -> u64 {
        self.start_op + self.ops as u64 - 1
    }

    /// The changes it follows directly, sorted.
    pub fn deps(&self) -> &[ChangeHash] {
        &self.deps
    }

    /// The author's clock.
    pub fn time(&self) -> DeviceMillis {
        self.time
    }

    /// The keys it writes, in key order, each with what becomes of it.
    pub fn touches(&self) -> impl Iterator<Item = (&str, Touch)> {
        self.touches.iter().map(|(key, touch)| (key.as_str(), *touch))
    }

    /// The words themselves: every operation on a key in order, as the key and the value written (nothing for a
    /// deletion), then what was done to prose: each passage that was inserted, and nothing if characters were deleted.
    /// This is how a change that was not taken is shown to its author and written again ([`crate::Edit::again`]).
    pub fn words(&self) -> Vec<(String, Option<Scalar>)> {
        let mut words = Vec::new();
        self.visit_again(|op| {
            if let Op::Map(key, written, _) = op {
                words.push((key.to_owned(), written.map(|value| value.to_scalar())));
            }
        });
        words.extend(words_of(&self.prose_ops()).map(|said| (PROSE_KEY.to_owned(), said)));
        words
    }

    /// What it does to keys, in order; none where it changes prose.
    pub(super) fn map_ops(&self) -> Option<Vec<MapOp>> {
        if self.touches_prose() {
            return None;
        }
        let mut ops = Vec::with_capacity(self.ops);
        self.visit_again(|op| {
            if let Op::Map(key, written, overwrites) = op {
                let value = written.map(|value| value.to_scalar());
                ops.push(MapOp { key: key.to_owned(), value, overwrites });
            }
        });
        (ops.len() == self.ops).then_some(ops)
    }

    /// Whether it changes prose.
    pub(super) fn touches_prose(&self) -> bool {
        self.touches.contains_key(PROSE_KEY)
    }

    /// What it does to prose, in order.
    pub(super) fn prose_ops(&self) -> Vec<ProseOp> {
        let mut ops = Vec::new();
        if self.touches_prose() {
            self.visit_again(|op| {
                if let Op::Prose(op) = op {
                    ops.push(op);
                }
            });
        }
        ops
    }

    /// The characters of prose it deletes.
    #[cfg(test)]
    pub(crate) fn deleted_characters(&self) -> Vec<CharId> {
        let gone = |op| match op {
            ProseOp::Delete(gone) => Some(gone),
            ProseOp::Insert { .. } => None,
        };
        self.prose_ops().into_iter().filter_map(gone).collect()
    }

    fn visit_again(&self, visit: impl FnMut(Op<'_>)) {
        let read = Parts::of(&self.bytes).and_then(|parts| parts.visit_ops(visit));
        debug_assert!(read.is_ok(), "the same bytes passed before");
    }
}

impl fmt::Debug for Scan {
    /// Says which change it is, not what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scan({:?}, {:?} seq {}, {} ops)", self.hash, self.actor, self.seq, self.ops)
    }
}

const CHANGE_CHUNK: u8 = 1;

pub(super) const PUT: u64 = 1;
pub(super) const DELETE: u64 = 3;

/// One operation.
enum Op<'a> {
    /// A key is written, or removed; and the operations that are overwritten with it.
    Map(&'a str, Option<PlainValue<'a>>, Vec<OpId>),
    /// A character of prose comes or goes.
    Prose(ProseOp),
}

/// What one operation does to a key.
pub(super) struct MapOp {
    pub(super) key: String,
    /// The value written; none for a removal.
    pub(super) value: Option<Scalar>,
    /// The operations it overwrites, as it names them.
    pub(super) overwrites: Vec<OpId>,
}

/// Scans one uncompressed change chunk. Time and memory are linear in the bytes, whatever they are.
pub fn scan(bytes: &[u8]) -> Result<Scan, ScanError> {
    let parts = Parts::of(bytes)?;
    let mut ops = 0;
    let mut touches = BTreeMap::new();
    parts.visit_ops(|op| {
        ops += 1;
        match op {
            Op::Map(key, written, _) => {
                touches.insert(key.to_owned(), if written.is_some() { Touch::Put } else { Touch::Delete });
            }
            Op::Prose(_) if touches.contains_key(PROSE_KEY) => {}
            Op::Prose(_) => _ = touches.insert(PROSE_KEY.to_owned(), Touch::Put),
        }
    })?;
    let Parts { hash, deps, actor, seq, start_op, time, .. } = parts;
    Ok(Scan { bytes: bytes.to_vec(), hash, actor, seq, start_op, ops, deps, time, touches })
}

/// A chunk taken apart as far as its columns.
struct Parts<'a> {
    hash: ChangeHash,
    deps: Vec<ChangeHash>,
    actor: ActorId,
    seq: u64,
    start_op: u64,
    time: DeviceMillis,
    other_actors: Vec<ActorId>,
    columns: Vec<Column<'a>>,
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, ScanError> {
        if bytes.len() > MAX_CHANGE_BYTES {
            return Err(ScanError::TooLarge);
        }
        let opened = chunk(bytes, CHANGE_CHUNK)?;
        let mut body = opened.body;
        let deps = read_deps(&mut body)?;
        let actor = read_actor(&mut body, ScanError::Actor)?;
        if actor == ActorId::GENESIS {
            return Err(ScanError::Actor);
        }
        let seq = body.unsigned()?;
        let start_op = body.unsigned()?;
        if !(1..COUNTER_LIMIT).contains(&seq) || !(1..COUNTER_LIMIT).contains(&start_op) {
            return Err(ScanError::Counter);
        }
        let time = body.signed()?;
        if !(-TIME_LIMIT_MILLIS..=TIME_LIMIT_MILLIS).contains(&time) {
            return Err(ScanError::Time);
        }
        if body.unsigned()? != 0 {
            return Err(ScanError::Extra);
        }
        let other_actors = read_other_actors(&mut body, actor)?;
        let described = layout(&mut body, COLUMNS.len()).map_err(|error| match error {
            ColumnError::Spelling => ScanError::Spelling,
            ColumnError::TooMany => ScanError::Columns,
        })?;
        if described.iter().any(|(number, _)| !COLUMNS.contains(number)) {
            return Err(ScanError::Columns);
        }
        let columns = cut(&mut body, &described)?;
        if !body.is_empty() {
            return Err(ScanError::Extra);
        }
        let (hash, time) = (ChangeHash(opened.hash), DeviceMillis(time));
        Ok(Parts { hash, deps, actor, seq, start_op, time, other_actors, columns })
    }

    /// Visits every operation, checking all of it; at most [`MAX_CHANGE_OPS`](super::limits::MAX_CHANGE_OPS) rows exist, and boundedly many
    /// predecessors. On an error some rows may have been visited.
    fn visit_ops(&self, mut visit: impl FnMut(Op<'a>)) -> Result<(), ScanError> {
        let Rows { actions, keys, inserts, metas, pred_counts, objects, elements } = Rows::of(&self.columns)?;
        if self.start_op + actions.len() as u64 > COUNTER_LIMIT {
            return Err(ScanError::Counter);
        }
        let mut actors = Actors::new(self.actor, &self.other_actors);
        let preds = check_preds(&self.columns, &pred_counts, &mut actors, self.start_op)?;
        let mut preds = preds.into_iter();
        let mut raw = Bytes(find(&self.columns, VALUE));
        let refs = objects.into_iter().zip(elements).zip(inserts);
        let ops = actions.into_iter().zip(keys).zip(metas).zip(pred_counts).zip(refs);
        for (counter, ((((action, key), meta), preds_here), ((object, element), inserts))) in (self.start_op..).zip(ops)
        {
            let overwritten = preds.by_ref().take(usize::try_from(preds_here).unwrap_or(0));
            if object == (None, None) {
                let overwrites = overwritten.map(|CharId { actor, counter }| OpId { counter, actor }).collect();
                if inserts || element != (None, None) {
                    return Err(ScanError::Action);
                }
                visit(map_op(action, key, meta, &mut raw, overwrites)?);
                continue;
            }
            let overwritten = overwritten.collect();
            if actors.name(object)? != PROSE {
                return Err(ScanError::Object);
            }
            let row = ProseRow { counter, action, key, inserts, overwritten };
            let value = PlainValue::read(meta, &mut raw).ok_or(ScanError::Value)?;
            let character = match (&value, meta) {
                (PlainValue::Text(text), _) => Some(*text),
                (_, 0) => None,
                _ => return Err(ScanError::Prose),
            };
            let element = actors.element(element, counter)?;
            visit(Op::Prose(row.read(self.actor, element, character)?));
        }
        if !raw.is_empty() {
            return Err(ScanError::Value);
        }
        actors.all_named()
    }
}

/// One operation on a key.
fn map_op<'a>(
    action: u64,
    key: Option<&'a str>,
    meta: u64,
    raw: &mut Bytes<'a>,
    overwrites: Vec<OpId>,
) -> Result<Op<'a>, ScanError> {
    let key = key.filter(|key| !key.is_empty() && key.len() <= MAX_KEY_BYTES).ok_or(ScanError::Key)?;
    if is_genesis_key(key) {
        return Err(ScanError::GenesisKey);
    }
    if key == PROSE_KEY {
        return Err(ScanError::Prose);
    }
    let written = match action {
        PUT => Some(PlainValue::read(meta, raw).ok_or(ScanError::Value)?),
        DELETE if overwrites.is_empty() => return Err(ScanError::Action),
        DELETE if meta != 0 => return Err(ScanError::Value),
        DELETE => None,
        _ => return Err(ScanError::Action),
    };
    Ok(Op::Map(key, written, overwrites))
}

/// A plain scalar in its one spelling, still in the chunk.
pub(super) enum PlainValue<'a> {
    Null,
    Flag(bool),
    Unsigned(u64),
    Signed(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl<'a> PlainValue<'a> {
    /// Consumes one value from the raw bytes; `None` unless it is a plain scalar.
    pub(super) fn read(meta: u64, raw: &mut Bytes<'a>) -> Option<Self> {
        let bytes = raw.take(usize::try_from(meta >> 4).ok()?).ok()?;
        let mut number = Bytes(bytes);
        match meta & 0xf {
            0 => bytes.is_empty().then_some(PlainValue::Null),
            1 => bytes.is_empty().then_some(PlainValue::Flag(false)),
            2 => bytes.is_empty().then_some(PlainValue::Flag(true)),
            3 => number.unsigned().ok().filter(|_| number.is_empty()).map(PlainValue::Unsigned),
            4 => number.signed().ok().filter(|_| number.is_empty()).map(PlainValue::Signed),
            6 => std::str::from_utf8(bytes).ok().map(PlainValue::Text),
            7 => Some(PlainValue::Bytes(bytes)),
            // Floats, counters, timestamps, and types nobody knows.
            _ => None,
        }
    }

    pub(super) fn to_scalar(&self) -> Scalar {
        match *self {
            PlainValue::Null => Scalar::Unknown,
            PlainValue::Flag(yes) => yes.into(),
            PlainValue::Unsigned(number) => i64::try_from(number).map_or(Scalar::Unknown, Scalar::Int),
            PlainValue::Signed(number) => number.into(),
            PlainValue::Text(text) => text.into(),
            PlainValue::Bytes(bytes) => Scalar::Bytes(bytes.to_vec()),
        }
    }
}

fn read_deps(body: &mut Bytes<'_>) -> Result<Vec<ChangeHash>, ScanError> {
    let count = body.unsigned()?;
    if !(1..=MAX_DEPS as u64).contains(&count) {
        return Err(ScanError::Dependencies);
    }
    let mut deps: Vec<ChangeHash> = Vec::new();
    for _ in 0..count {
        let dep = ChangeHash(body.array()?);
        if deps.last().is_some_and(|before| *before >= dep) {
            return Err(ScanError::Dependencies);
        }
        deps.push(dep);
    }
    Ok(deps)
}

fn read_actor(body: &mut Bytes<'_>, error: ScanError) -> Result<ActorId, ScanError> {
    if body.unsigned()? != 16 {
        return Err(error);
    }
    ActorId::from_bytes(body.take(16)?).ok_or(error)
}

/// The other actors; they are named in order, each once, and never the author.
fn read_other_actors(body: &mut Bytes<'_>, author: ActorId) -> Result<Vec<ActorId>, ScanError> {
    let count = body.unsigned()?;
    if count > MAX_OTHER_ACTORS as u64 {
        return Err(ScanError::OtherActors);
    }
    let mut actors: Vec<ActorId> = Vec::new();
    for _ in 0..count {
        let actor = read_actor(body, ScanError::OtherActors)?;
        if actor == author || actors.last().is_some_and(|before| *before >= actor) {
            return Err(ScanError::OtherActors);
        }
        actors.push(actor);
    }
    Ok(actors)
}
