//! Access lists: who may read which document, and what it takes to replace one.

use std::collections::BTreeSet;

use lianhu_sync::ids::{Digest, DocId, ReaderId};
use lianhu_sync::ports::DocAccess;
use rusqlite::{Connection, OptionalExtension, params};

use super::commit::{GRANT, WITHDRAWAL, Writing, heads_of};
use crate::bytes::{Columns, number};
use crate::error::StoreError;

/// Replaces the readers of a document that has recorded changes: the difference goes into the log and the digests.
pub(super) fn replace(writing: &mut Writing<'_>, list: &DocAccess) -> Result<(), StoreError> {
    let connection = writing.connection;
    let part = Digest::of(list.doc, &heads_of(connection, list.doc)?);
    let (gone, new) = difference(connection, list)?;
    for reader in gone {
        writing.append_access(WITHDRAWAL, list.doc, reader)?;
        remove(connection, list.doc, reader)?;
        writing.moved(reader, Digest::EMPTY.without(part));
    }
    for reader in new {
        let position = writing.append_access(GRANT, list.doc, reader)?;
        insert(connection, list.doc, reader, position)?;
        writing.moved(reader, part);
    }
    Ok(())
}

/// Replaces the readers of a blank document: nobody holds anything of it, so nobody has to be told.
pub(super) fn replace_of_blank(connection: &Connection, list: &DocAccess) -> Result<(), StoreError> {
    let (gone, new) = difference(connection, list)?;
    for reader in gone {
        remove(connection, list.doc, reader)?;
    }
    for reader in new {
        insert(connection, list.doc, reader, 0)?;
    }
    Ok(())
}

/// Everybody who may read a document gets it whole, from a position on: it was begun anew there.
pub(super) fn grant_anew(connection: &Connection, doc: DocId, position: u64) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE access SET granted_at = ?2 WHERE doc = ?1")?
        .execute(params![doc.0, number(position)])?;
    Ok(())
}

/// Who may read a document, in order.
pub(super) fn readers_of(connection: &Connection, doc: DocId) -> Result<BTreeSet<ReaderId>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT reader FROM access WHERE doc = ?1")?;
    let mut rows = statement.query([doc.0])?;
    let mut readers = BTreeSet::new();
    while let Some(row) = rows.next()? {
        readers.insert(row.reader(0)?);
    }
    Ok(readers)
}

/// The stored digest of a reader.
pub(super) fn digest_of(connection: &Connection, reader: ReaderId) -> Result<Digest, StoreError> {
    let found = connection
        .prepare_cached("SELECT digest FROM readers WHERE reader = ?1")?
        .query_row([reader.0], |row| Ok(row.digest(0)))
        .optional()?;
    found.unwrap_or(Ok(Digest::EMPTY))
}

fn difference(connection: &Connection, list: &DocAccess) -> Result<(Vec<ReaderId>, Vec<ReaderId>), StoreError> {
    let old = readers_of(connection, list.doc)?;
    let new: BTreeSet<ReaderId> = list.readers.iter().copied().collect();
    Ok((old.difference(&new).copied().collect(), new.difference(&old).copied().collect()))
}

fn insert(connection: &Connection, doc: DocId, reader: ReaderId, granted_at: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO access (reader, doc, granted_at) VALUES (?1, ?2, ?3)")?
        .execute(params![reader.0, doc.0, granted_at])?;
    Ok(())
}

fn remove(connection: &Connection, doc: DocId, reader: ReaderId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM access WHERE reader = ?1 AND doc = ?2")?
        .execute(params![reader.0, doc.0])?;
    Ok(())
}
