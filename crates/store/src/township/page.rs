//! A page of the log as one reader sees it. Costs one look-up per document the reader holds, however long the log is.

use std::collections::BTreeMap;

use lianhu_sync::ids::{ChangeHash, DeviceId, DocId, Position, ReaderId};
use lianhu_sync::limits::MAX_CHANGES;
use lianhu_sync::message::{Chunk, DocChanges, Entry, RefusedCode, Verdict};
use lianhu_sync::ports::Page;
use rusqlite::params;

use super::Reader;
use super::blocks::Changes;
use super::commit::WITHDRAWAL;
use super::reader::Loaded;
use super::sealed;
use crate::bytes::{Columns, number};
use crate::error::StoreError;
use crate::limits::ENTRY_OVERHEAD;
use crate::sealed::Opened as _;

/// Something to send, not loaded yet.
struct Piece {
    position: u64,
    bytes: usize,
    changes: usize,
    what: What,
}

enum What {
    Change(DocId),
    Whole(DocId),
    Withdrawn(DocId),
    Settled { doc: DocId, hash: ChangeHash, verdict: Verdict },
}

/// A document the reader may read in which something happened.
struct Moved {
    doc: DocId,
    granted_at: u64,
    first_position: u64,
    bytes: u64,
}

/// What became of a reader's access to a document.
struct Moves {
    /// The first thing that happened was a withdrawal.
    held_before: bool,
    /// The last thing that happened was a withdrawal.
    withdrawn: bool,
    /// Where the last thing is.
    position: u64,
}

pub(super) fn page(
    from: &Reader,
    reader: ReaderId,
    device: DeviceId,
    after: Position,
    budget: usize,
) -> Result<Page, StoreError> {
    let mut pieces = withdrawals(from, reader, after)?;
    pieces.extend(settlements(from, device, after)?);
    for moved in moved_documents(from, reader, after)? {
        pieces.extend(pieces_of(from, &moved, device, after)?);
    }
    pieces.sort_by_key(|piece| piece.position);
    let taken = take(&pieces, budget);
    let more = taken < pieces.len();
    let position = match pieces.iter().take(taken).next_back() {
        Some(last) if more => Position(last.position),
        _ => from.head().max(after),
    };
    pieces.truncate(taken);
    Ok(Page { entries: load(from, pieces)?, position, more })
}

/// How many pieces fit; one always does.
fn take(pieces: &[Piece], budget: usize) -> usize {
    let (mut bytes, mut changes) = (0_usize, 0_usize);
    for (taken, piece) in pieces.iter().enumerate() {
        bytes = bytes.saturating_add(piece.bytes + ENTRY_OVERHEAD);
        changes = changes.saturating_add(piece.changes);
        if taken > 0 && (bytes > budget || changes > MAX_CHANGES) {
            return taken;
        }
    }
    pieces.len()
}

fn moved_documents(from: &Reader, reader: ReaderId, after: Position) -> Result<Vec<Moved>, StoreError> {
    let mut statement = from.prepare(
        "SELECT a.doc, a.granted_at, d.first_position, d.snapshot_bytes + d.tail_bytes
         FROM access a JOIN documents d ON d.doc = a.doc
         WHERE a.reader = ?1 AND (d.last_position > ?2 OR a.granted_at > ?2)",
    )?;
    let mut rows = statement.query(params![reader.0, number(after.0)])?;
    let mut moved = Vec::new();
    while let Some(row) = rows.next()? {
        moved.push(Moved {
            doc: row.doc(0)?,
            granted_at: row.count(1)?,
            first_position: row.count(2)?,
            bytes: row.count(3)?,
        });
    }
    Ok(moved)
}

/// A document granted since comes whole, where it was granted. One that was blank before comes whole where it was first
/// recorded, unless the device began it: then it holds it, and takes only what others added.
fn pieces_of(from: &Reader, moved: &Moved, device: DeviceId, after: Position) -> Result<Vec<Piece>, StoreError> {
    if moved.granted_at > after.0 {
        return Ok(vec![whole(from, moved, moved.granted_at)?]);
    }
    let mut statement = from.prepare(
        "SELECT position, device, coalesce(size, length(bytes) - ?3) FROM log
         WHERE kind = 1 AND doc = ?1 AND position > ?2 ORDER BY position",
    )?;
    let mut rows = statement.query(params![moved.doc.0, number(after.0), from.sealer().overhead()])?;
    let mut pieces = Vec::new();
    let mut own = false;
    while let Some(row) = rows.next()? {
        if row.optional_device(1)? == Some(device) {
            own = true;
            continue;
        }
        let bytes = size(row.count(2)?);
        pieces.push(Piece { position: row.count(0)?, bytes, changes: 1, what: What::Change(moved.doc) });
    }
    if moved.first_position > after.0 && !own {
        return Ok(vec![whole(from, moved, moved.first_position)?]);
    }
    Ok(pieces)
}

fn whole(from: &Reader, moved: &Moved, position: u64) -> Result<Piece, StoreError> {
    let changes: u64 = from
        .prepare(
            "SELECT count(*) FROM log
             WHERE kind = 1 AND doc = ?1 AND position > (SELECT snapshot_position FROM documents WHERE doc = ?1)",
        )?
        .query_row([moved.doc.0], |row| Ok(row.count(0)))??;
    Ok(Piece { position, bytes: size(moved.bytes), changes: size(changes), what: What::Whole(moved.doc) })
}

/// Withdrawals that still stand. One that was followed by a new grant comes as the grant, and a document that was granted
/// and withdrawn since was never on the phone.
fn withdrawals(from: &Reader, reader: ReaderId, after: Position) -> Result<Vec<Piece>, StoreError> {
    let mut statement = from.prepare(
        "SELECT position, kind, doc FROM log
         WHERE kind IN (2, 3) AND reader = ?1 AND position > ?2 ORDER BY position",
    )?;
    let mut rows = statement.query(params![reader.0, number(after.0)])?;
    let mut moves: BTreeMap<DocId, Moves> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let withdrawn = row.get::<_, i64>(1)? == WITHDRAWAL;
        let moved = moves.entry(row.doc(2)?).or_insert(Moves { held_before: withdrawn, withdrawn, position: 0 });
        (moved.withdrawn, moved.position) = (withdrawn, row.count(0)?);
    }
    let standing = moves.into_iter().filter(|(_, moved)| moved.held_before && moved.withdrawn);
    let piece = |(doc, moved): (DocId, Moves)| Piece {
        position: moved.position,
        bytes: 0,
        changes: 0,
        what: What::Withdrawn(doc),
    };
    Ok(standing.map(piece).collect())
}

fn settlements(from: &Reader, device: DeviceId, after: Position) -> Result<Vec<Piece>, StoreError> {
    let mut statement = from
        .prepare("SELECT position, doc, hash, code, words FROM log WHERE kind = 4 AND device = ?1 AND position > ?2")?;
    let mut rows = statement.query(params![device.0, number(after.0)])?;
    let mut pieces = Vec::new();
    while let Some(row) = rows.next()? {
        let reason = row.opened_text(4, from.sealer(), &sealed::LOG_WORDS.at(row.get(0)?))?;
        let verdict = match row.get::<_, Option<u8>>(3)? {
            None => Verdict::Recorded,
            Some(code) => Verdict::Refused { code: RefusedCode::from_u8(code), reason: reason.unwrap_or_default() },
        };
        let what = What::Settled { doc: row.doc(1)?, hash: row.hash(2)?, verdict };
        pieces.push(Piece { position: row.count(0)?, bytes: 0, changes: 0, what });
    }
    Ok(pieces)
}

fn load(from: &Reader, pieces: Vec<Piece>) -> Result<Vec<Entry>, StoreError> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut changes = Changes::of(from);
    for piece in pieces {
        match piece.what {
            What::Change(doc) => {
                let chunk = Chunk(from.change_at(&mut changes, piece.position)?);
                match entries.last_mut() {
                    Some(Entry::Changes(last)) if last.doc == doc => last.changes.push(chunk),
                    _ => entries.push(Entry::Changes(DocChanges { doc, changes: vec![chunk] })),
                }
            }
            What::Whole(doc) => {
                let Loaded { snapshot, tail } = from.load(doc)?;
                let changes = tail.into_iter().map(Chunk).collect();
                entries.push(Entry::Granted { doc, snapshot: snapshot.map(Chunk), changes });
            }
            What::Withdrawn(doc) => entries.push(Entry::Withdrawn { doc }),
            What::Settled { doc, hash, verdict } => entries.push(Entry::Settled { doc, hash, verdict }),
        }
    }
    Ok(entries)
}

fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
