//! The writes of a phone's commit, one by one, inside its transaction.

use lianhu_sync::ids::{ChangeHash, DocId, Heads};
use lianhu_sync::ports::{Admitted, PendingChange, PendingState, PhoneStanding, PhoneWrite};
use lianhu_sync::seal::Seal;
use rusqlite::{Connection, params};

use crate::bytes::{heads_to_bytes, number};
use crate::error::StoreError;
use crate::sealed::Sealer;

use super::{CARD, HOST, PENDING, SNAPSHOT, TAIL, TOUCHES, WORDS};

pub(super) const KEPT: u8 = 0;
pub(super) const CARRIED: u8 = 1;
pub(super) const HELD: u8 = 2;
pub(super) const REFUSED: u8 = 3;

/// Applies one write. Says whether recorded words went by it: a document was replaced or forgotten.
pub(super) fn apply(connection: &Connection, sealer: &Sealer, write: &PhoneWrite) -> Result<bool, StoreError> {
    match write {
        PhoneWrite::Base { doc, snapshot: Some(_), .. } | PhoneWrite::Forget { doc } => {
            let held = connection
                .prepare_cached("SELECT 1 FROM snapshots WHERE doc = ?1 UNION ALL SELECT 1 FROM tail WHERE doc = ?1")?
                .exists([doc.0])?;
            write_one(connection, sealer, write)?;
            Ok(held)
        }
        _ => write_one(connection, sealer, write).map(|()| false),
    }
}

fn write_one(connection: &Connection, sealer: &Sealer, write: &PhoneWrite) -> Result<(), StoreError> {
    match write {
        PhoneWrite::Standing(standing) => set_standing(connection, sealer, standing),
        PhoneWrite::Base { doc, heads, snapshot, tail } => {
            set_base(connection, sealer, *doc, heads, snapshot.as_deref(), tail)
        }
        PhoneWrite::Seal { doc, heads, seal } => keep_seal(connection, *doc, heads, seal),
        PhoneWrite::Card { doc, card } => set_card(connection, sealer, *doc, card),
        PhoneWrite::Withdrawn { doc, withdrawn } => set_withdrawn(connection, *doc, *withdrawn),
        PhoneWrite::Forget { doc } => forget(connection, *doc),
        PhoneWrite::Pending(change) => add_pending(connection, sealer, change),
        PhoneWrite::PendingState { doc, hash, state } => move_pending(connection, sealer, *doc, *hash, state),
        PhoneWrite::Settled { doc, hash } => settle(connection, *doc, *hash),
    }
}

fn set_standing(connection: &Connection, sealer: &Sealer, standing: &PhoneStanding) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE standing SET log_id = ?1, position = ?2, digest = ?3, list_heads = ?4, host = ?5")?
        .execute(params![
            standing.log.0,
            number(standing.position.0),
            standing.digest.to_bytes(),
            standing.list_heads,
            sealer.seal(&HOST.of(&[]), &standing.host)?,
        ])?;
    Ok(())
}

fn set_base(
    connection: &Connection,
    sealer: &Sealer,
    doc: DocId,
    heads: &Heads,
    snapshot: Option<&[u8]>,
    tail: &[Admitted],
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO documents (doc, based, withdrawn, heads, card) VALUES (?1, 1, 0, ?2, x'')
             ON CONFLICT (doc) DO UPDATE SET based = 1, heads = ?2",
        )?
        .execute(params![doc.0, heads_to_bytes(heads)])?;
    if let Some(snapshot) = snapshot {
        connection.prepare_cached("DELETE FROM tail WHERE doc = ?1")?.execute([doc.0])?;
        connection
            .prepare_cached(
                "INSERT INTO snapshots (doc, bytes) VALUES (?1, ?2) ON CONFLICT (doc) DO UPDATE SET bytes = ?2",
            )?
            .execute(params![doc.0, sealer.seal(&SNAPSHOT.of(&[&doc.0]), snapshot)?])?;
    }
    let mut append = connection.prepare_cached("INSERT INTO tail (doc, hash, bytes) VALUES (?1, ?2, ?3)")?;
    for change in tail {
        let hash = change.hash().0;
        append.execute(params![doc.0, hash, sealer.seal(&TAIL.of(&[&doc.0, &hash]), change.bytes())?])?;
    }
    Ok(())
}

fn keep_seal(connection: &Connection, doc: DocId, heads: &Heads, seal: &Seal) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE documents SET sealed_heads = ?2, seal = ?3 WHERE doc = ?1 AND based")?
        .execute(params![doc.0, heads_to_bytes(heads), seal.0])?;
    Ok(())
}

fn set_card(connection: &Connection, sealer: &Sealer, doc: DocId, card: &[u8]) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO documents (doc, based, withdrawn, heads, card) VALUES (?1, 0, 0, x'', ?2)
             ON CONFLICT (doc) DO UPDATE SET card = ?2",
        )?
        .execute(params![doc.0, sealer.seal(&CARD.of(&[&doc.0]), card)?])?;
    Ok(())
}

fn set_withdrawn(connection: &Connection, doc: DocId, withdrawn: bool) -> Result<(), StoreError> {
    let sql = if withdrawn {
        // A document of which only own changes are here is marked too.
        "INSERT INTO documents (doc, based, withdrawn, heads, card) VALUES (?1, 0, 1, x'', x'')
         ON CONFLICT (doc) DO UPDATE SET withdrawn = 1"
    } else {
        "UPDATE documents SET withdrawn = 0 WHERE doc = ?1"
    };
    connection.prepare_cached(sql)?.execute([doc.0])?;
    Ok(())
}

fn forget(connection: &Connection, doc: DocId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM tail WHERE doc = ?1",
        "DELETE FROM snapshots WHERE doc = ?1",
        "DELETE FROM documents WHERE doc = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([doc.0])?;
    }
    Ok(())
}

fn add_pending(connection: &Connection, sealer: &Sealer, change: &PendingChange) -> Result<(), StoreError> {
    let (state, code, words) = columns_of(&change.state);
    let key: &[&[u8]] = &[&change.doc.0, &change.hash.0];
    // Keys of records have no line breaks.
    let touches = change.touches.join("\n");
    connection
        .prepare_cached(
            "INSERT INTO pending (doc, hash, state, code, words, touches, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (doc, hash) DO NOTHING",
        )?
        .execute(params![
            change.doc.0,
            change.hash.0,
            state,
            code,
            words.map(|words| sealer.seal_text(&WORDS.of(key), words)).transpose()?,
            sealer.seal_text(&TOUCHES.of(key), &touches)?,
            sealer.seal(&PENDING.of(key), &change.bytes)?,
        ])?;
    Ok(())
}

fn move_pending(
    connection: &Connection,
    sealer: &Sealer,
    doc: DocId,
    hash: ChangeHash,
    state: &PendingState,
) -> Result<(), StoreError> {
    let (state, code, words) = columns_of(state);
    let words = words.map(|words| sealer.seal_text(&WORDS.of(&[&doc.0, &hash.0]), words)).transpose()?;
    connection
        .prepare_cached("UPDATE pending SET state = ?3, code = ?4, words = ?5 WHERE doc = ?1 AND hash = ?2")?
        .execute(params![doc.0, hash.0, state, code, words])?;
    Ok(())
}

fn settle(connection: &Connection, doc: DocId, hash: ChangeHash) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM pending WHERE doc = ?1 AND hash = ?2")?.execute(params![doc.0, hash.0])?;
    Ok(())
}

fn columns_of(state: &PendingState) -> (u8, Option<u8>, Option<&str>) {
    match state {
        PendingState::Kept => (KEPT, None, None),
        PendingState::Carried => (CARRIED, None, None),
        PendingState::Held(reason) => (HELD, Some(reason.to_u8()), None),
        PendingState::Refused(code, reason) => (REFUSED, Some(code.to_u8()), Some(reason)),
    }
}
