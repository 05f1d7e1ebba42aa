//! Whole documents from the network: a snapshot, then changes after it.
//!
//! Snapshots travel with their columns uncompressed ([`Document::save`] writes them so): a deflated column would have
//! to be inflated before anything is known of it, and the exchange compresses the whole body anyway.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::careful::{on_large_stack, quietly};
use super::columns::{
    Bytes, ChunkError, Column, ColumnError, Delta, Text, Unsigned, chunk, cut, find, flags, frame, kind, layout, runs,
    spec,
};
use super::limits::{
    MAX_DEPS, MAX_DOCUMENT_ACTORS, MAX_DOCUMENT_CHANGES, MAX_DOCUMENT_LINKS, MAX_DOCUMENT_OPS, MAX_HEADS,
    MAX_SNAPSHOT_BYTES,
};
use super::scan::{ScanError, scan};
use super::trial::{Ledger, Refusal, TrialVerdict, load, trial};
use crate::document::{Document, has_prose};
use crate::ids::{ChangeHash, DocId, DocKind};

/// Why a document from the network is not taken. Each names a rule, never the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// More bytes, changes, operations, actors or heads than a document may have.
    #[error("the document is too large")]
    TooLarge,
    /// Not one chunk from its first byte to its last.
    #[error("the bytes are not one chunk")]
    Frame,
    /// Not a document chunk.
    #[error("the chunk is not a document")]
    OtherType,
    /// The checksum does not hold.
    #[error("the checksum does not hold")]
    Checksum,
    /// Numbers, runs or lengths that automerge would not write, or a cut end.
    #[error("the document is not spelled as automerge writes it")]
    Spelling,
    /// A column for marks or messages, for objects in a kind that has none, one nobody knows, or a deflated one.
    #[error("a column is not one of such a document's")]
    Columns,
    /// It passes the pre-scan, but does not open, or opens as something else.
    #[error("the document does not open")]
    Broken,
    /// It holds a document with another id, or none of ours.
    #[error("the document has another id")]
    OtherDocument,
    /// A change in its history, or after it, is not one the gate would have let in.
    #[error("a change of the document is refused: {0}")]
    Change(#[from] ScanError),
    /// A change in its history, or after it, does not fit.
    #[error("a change does not fit the document: {0}")]
    Misfit(#[from] Refusal),
}

impl From<ChunkError> for SnapshotError {
    fn from(error: ChunkError) -> Self {
        match error {
            ChunkError::Frame => SnapshotError::Frame,
            ChunkError::OtherType => SnapshotError::OtherType,
            ChunkError::Checksum => SnapshotError::Checksum,
        }
    }
}

impl From<ColumnError> for SnapshotError {
    fn from(error: ColumnError) -> Self {
        match error {
            ColumnError::Spelling => SnapshotError::Spelling,
            ColumnError::TooMany => SnapshotError::TooLarge,
        }
    }
}

/// Opens a document from the network: `snapshot` ([`Document::save`], none for a document without one), then
/// `changes` in an order in which each follows what it depends on.
///
/// What comes back is as good as a document every change of which passed [`scan`](super::scan()) and
/// [`trial`](super::trial()) here: the genesis of `id` is in it, and no change of its history breaks a rule of either.
pub fn open_snapshot<'a>(
    id: DocId,
    snapshot: Option<&[u8]>,
    changes: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Document, SnapshotError> {
    let document = match snapshot {
        None => Document::new(id),
        Some(bytes) => {
            prescan(bytes, id.kind())?;
            let opened = on_large_stack(|| quietly(|| open_scanned(id, bytes)));
            opened.unwrap_or(Err(SnapshotError::Broken))?
        }
    };
    let changes = changes.into_iter().map(scan).collect::<Result<Vec<_>, _>>()?;
    if changes.is_empty() {
        return Ok(document);
    }
    let trial = trial(&document, &changes);
    for verdict in trial.verdicts {
        if let TrialVerdict::Refused(reason) = verdict {
            return Err(reason.into());
        }
    }
    Ok(trial.document)
}

/// `document` with the changes that `other`, this replica's own copy of it, holds beyond it: what a township restored
/// from an old copy has lost is not lost to the phones. A change that does not fit is left out.
///
/// Generations do not mix. A later one takes the place of this replica's copy, for what is not in it was trimmed or erased
/// on purpose; an earlier one comes from a township that has lost the later, and this replica's copy stays.
pub fn keep_beyond(document: &Document, other: &Document) -> Document {
    match document.generation().cmp(&other.generation()) {
        Ordering::Greater => return document.clone(),
        Ordering::Less => return other.clone(),
        Ordering::Equal => {}
    }
    // Not automerge's `get_changes_added`: it does not promise each change after those it follows, and a change that
    // comes too early would be left out.
    let changes = other.whole().map(|whole| quietly(|| whole.get_changes(&[])).unwrap_or_default()).unwrap_or_default();
    let beyond = changes.iter().filter(|change| !document.holds(ChangeHash(change.hash().0)));
    let scans: Vec<_> = beyond.filter_map(|change| scan(change.raw_bytes()).ok()).collect();
    if scans.is_empty() { document.clone() } else { trial(document, &scans).document }
}

fn open_scanned(id: DocId, bytes: &[u8]) -> Result<Document, SnapshotError> {
    let document = Document::from_inner(id, load(bytes).ok_or(SnapshotError::Broken)?);
    let blank = Document::of_generation(id, document.generation());
    let genesis = blank.heads();
    let mut ledger = Ledger::of_blank(&blank);
    let mut refused = BTreeSet::new();
    let mut has_genesis = false;
    for change in document.whole().map_err(|_| SnapshotError::Broken)?.get_changes(&[]) {
        if genesis.contains(&ChangeHash(change.hash().0)) {
            has_genesis = true;
            continue;
        }
        if !has_genesis {
            // Everything of ours follows our genesis, so whatever comes before it is another document's.
            return Err(SnapshotError::OtherDocument);
        }
        let scanned = scan(change.raw_bytes())?;
        if let TrialVerdict::Refused(reason) = ledger.judge(&scanned, &mut refused) {
            return Err(reason.into());
        }
    }
    if !has_genesis {
        return Err(SnapshotError::OtherDocument);
    }
    document.read_through();
    Ok(document)
}

pub(super) const DOCUMENT_CHUNK: u8 = 0;

pub(super) const CHANGE_ACTOR: u32 = spec(0, kind::ACTOR);
pub(super) const CHANGE_SEQ: u32 = spec(0, kind::DELTA);
pub(super) const CHANGE_MAX_OP: u32 = spec(1, kind::DELTA);
pub(super) const CHANGE_TIME: u32 = spec(2, kind::DELTA);
pub(super) const DEPS_COUNT: u32 = spec(4, kind::GROUP);
const DEPS_INDEX: u32 = spec(4, kind::DELTA);
const EXTRA_META: u32 = spec(5, kind::VALUE_META);

const OBJECT_ACTOR: u32 = spec(0, kind::ACTOR);
const OBJECT_COUNTER: u32 = spec(0, kind::INTEGER);
const ELEMENT_ACTOR: u32 = spec(1, kind::ACTOR);
const ELEMENT_COUNTER: u32 = spec(1, kind::DELTA);
pub(super) const KEY: u32 = spec(1, kind::TEXT);
pub(super) const ID_ACTOR: u32 = spec(2, kind::ACTOR);
pub(super) const ID_COUNTER: u32 = spec(2, kind::DELTA);
pub(super) const INSERT: u32 = spec(3, kind::FLAG);
pub(super) const ACTION: u32 = spec(4, kind::INTEGER);
pub(super) const VALUE_META: u32 = spec(5, kind::VALUE_META);
pub(super) const VALUE: u32 = spec(5, kind::VALUE);
pub(super) const SUCC_COUNT: u32 = spec(8, kind::GROUP);
const SUCC_ACTOR: u32 = spec(8, kind::ACTOR);
const SUCC_COUNTER: u32 = spec(8, kind::DELTA);

/// The columns of a flat document's history and of its operations; no messages, no extra bytes, no objects, no marks.
pub(super) const CHANGE_COLUMNS: [u32; 7] =
    [CHANGE_ACTOR, CHANGE_SEQ, CHANGE_MAX_OP, CHANGE_TIME, DEPS_COUNT, DEPS_INDEX, EXTRA_META];
pub(super) const OP_COLUMNS: [u32; 10] =
    [KEY, ID_ACTOR, ID_COUNTER, INSERT, ACTION, VALUE_META, VALUE, SUCC_COUNT, SUCC_ACTOR, SUCC_COUNTER];

/// The columns of prose besides, in the kinds that have any: which object, and after which character.
const PROSE_COLUMNS: [u32; 4] = [OBJECT_ACTOR, OBJECT_COUNTER, ELEMENT_ACTOR, ELEMENT_COUNTER];

/// Bounds a document chunk from its bytes alone: sizes, checksum, columns, and the sum of every column's runs.
pub(super) fn prescan(bytes: &[u8], of: DocKind) -> Result<(), SnapshotError> {
    if bytes.len() > MAX_SNAPSHOT_BYTES {
        return Err(SnapshotError::TooLarge);
    }
    bound(chunk(bytes, DOCUMENT_CHUNK)?.body, of)
}

/// The same for bytes this process has just saved, but for the checksum: whoever opens them compares it.
pub(super) fn within_bounds(saved: &[u8], of: DocKind) -> Result<(), SnapshotError> {
    if saved.len() > MAX_SNAPSHOT_BYTES {
        return Err(SnapshotError::TooLarge);
    }
    bound(frame(saved, DOCUMENT_CHUNK)?.body, of)
}

fn bound(mut body: Bytes<'_>, of: DocKind) -> Result<(), SnapshotError> {
    let actors = body.size()?;
    if actors > MAX_DOCUMENT_ACTORS {
        return Err(SnapshotError::TooLarge);
    }
    for _ in 0..actors {
        if body.size()? != 16 {
            return Err(SnapshotError::Spelling);
        }
        body.take(16)?;
    }
    let heads = body.size()?;
    if heads > MAX_HEADS {
        return Err(SnapshotError::TooLarge);
    }
    for _ in 0..heads {
        body.take(32)?;
    }
    let changes = known_columns(&mut body, &CHANGE_COLUMNS)?;
    let prose = if has_prose(of) { &PROSE_COLUMNS[..] } else { &[] };
    let ops = known_columns(&mut body, &[prose, &OP_COLUMNS].concat())?;
    let changes = cut(&mut body, &changes)?;
    let ops = cut(&mut body, &ops)?;
    for _ in 0..heads {
        body.unsigned()?;
    }
    if !body.is_empty() {
        return Err(SnapshotError::Spelling);
    }
    bound_changes(&changes)?;
    bound_ops(&ops)
}

pub(super) fn known_columns(body: &mut Bytes<'_>, known: &[u32]) -> Result<Vec<(u32, usize)>, SnapshotError> {
    let described = layout(body, known.len()).map_err(|error| match error {
        ColumnError::Spelling => SnapshotError::Spelling,
        ColumnError::TooMany => SnapshotError::Columns,
    })?;
    if described.iter().all(|(number, _)| known.contains(number)) { Ok(described) } else { Err(SnapshotError::Columns) }
}

fn bound_changes(columns: &[Column<'_>]) -> Result<(), SnapshotError> {
    let limit = MAX_DOCUMENT_CHANGES;
    let count = runs::<Unsigned>(find(columns, CHANGE_ACTOR), limit, |_, _| Ok(()))?;
    for number in [CHANGE_SEQ, CHANGE_MAX_OP, CHANGE_TIME] {
        runs::<Delta>(find(columns, number), limit, |_, _| Ok(()))?;
    }
    let links = bound_links(columns, DEPS_COUNT, MAX_DEPS as u64, limit)?;
    let listed = runs::<Delta>(find(columns, DEPS_INDEX), MAX_DOCUMENT_LINKS, |_, _| Ok(()))?;
    // Every change's extra bytes have length nought (type 7, bytes).
    let mut extra = false;
    runs::<Unsigned>(find(columns, EXTRA_META), limit, |meta, _| {
        extra |= meta.is_none_or(|meta| meta >> 4 != 0);
        Ok(())
    })?;
    if count == 0 || links != listed || extra {
        return Err(SnapshotError::Spelling);
    }
    Ok(())
}

/// Sums a column that says how many entries of another column each row has.
fn bound_links(columns: &[Column<'_>], number: u32, most: u64, limit: usize) -> Result<usize, SnapshotError> {
    let mut links = 0_u64;
    runs::<Unsigned>(find(columns, number), limit, |each, rows| {
        let each = each.ok_or(ColumnError::Spelling)?;
        if each > most {
            return Err(ColumnError::TooMany);
        }
        links = links.saturating_add(each.saturating_mul(rows as u64));
        Ok(())
    })?;
    match usize::try_from(links) {
        Ok(links) if links <= MAX_DOCUMENT_LINKS => Ok(links),
        _ => Err(SnapshotError::TooLarge),
    }
}

fn bound_ops(columns: &[Column<'_>]) -> Result<(), SnapshotError> {
    let limit = MAX_DOCUMENT_OPS;
    let ignore = |_, _| Ok(());
    runs::<Text>(find(columns, KEY), limit, |_, _| Ok(()))?;
    for number in [OBJECT_ACTOR, OBJECT_COUNTER, ELEMENT_ACTOR, ID_ACTOR, ACTION] {
        runs::<Unsigned>(find(columns, number), limit, ignore)?;
    }
    for number in [ELEMENT_COUNTER, ID_COUNTER] {
        runs::<Delta>(find(columns, number), limit, |_, _| Ok(()))?;
    }
    flags(find(columns, INSERT), limit, |_, _| Ok(()))?;
    let mut raw = 0_u64;
    runs::<Unsigned>(find(columns, VALUE_META), limit, |meta, rows| {
        raw = raw.saturating_add((meta.unwrap_or(0) >> 4).saturating_mul(rows as u64));
        Ok(())
    })?;
    if raw != find(columns, VALUE).len() as u64 {
        return Err(SnapshotError::Spelling);
    }
    let links = bound_links(columns, SUCC_COUNT, MAX_DOCUMENT_LINKS as u64, limit)?;
    let actors = runs::<Unsigned>(find(columns, SUCC_ACTOR), MAX_DOCUMENT_LINKS, ignore)?;
    let counters = runs::<Delta>(find(columns, SUCC_COUNTER), MAX_DOCUMENT_LINKS, |_, _| Ok(()))?;
    if actors != links || counters != links {
        return Err(SnapshotError::Spelling);
    }
    Ok(())
}
