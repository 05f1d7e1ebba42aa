//! Packing: what a township has recorded takes a third of its room once it rests. Nothing is left out: the log keeps every
//! row, a block holds the bytes of the changes as they came, and a snapshot is packed against the changes it was made from.
//!
//! Documents are read and packed beside whoever else uses the store, and each is written only if it is still what was read.

use std::sync::Arc;

use lianhu_sync::dictionary::DICTIONARY_V1;
use lianhu_sync::ids::DocId;
use lianhu_sync::pack::pack;
use lianhu_sync::ports::Township as _;
use rusqlite::{Connection, OptionalExtension, params};

use super::blocks::{Block, Changes, DICTIONARY};
use super::{Reader, Township, sealed};
use crate::bytes::{Columns, number};
use crate::error::StoreError;
use crate::limits::{BLOCK_BYTES, PACKED_TOGETHER};
use crate::sealed::{Opened as _, Sealer};

/// A document with what of it is to be packed, as it was read.
struct Packed {
    doc: DocId,
    standing: Standing,
    /// How many of its changes were loose.
    loose: u64,
    blocks: Vec<PackedBlock>,
    /// Its snapshot, and the name of the block it is packed against; without a name it is as it was saved.
    snapshot: Option<(Option<i64>, Vec<u8>)>,
}

/// What tells that nobody has written a document since.
#[derive(PartialEq, Eq)]
struct Standing {
    last_position: i64,
    snapshot_position: i64,
    generation: i64,
}

struct PackedBlock {
    name: i64,
    dictionary: u8,
    size: usize,
    bytes: Vec<u8>,
    /// The changes that are new in it, and their sizes.
    changes: Vec<(i64, usize)>,
}

impl Township {
    /// Packs all changes and snapshots that are not packed, and says of how many documents. `step` hears how many documents
    /// of how many were looked at. Others may read and write meanwhile; a document that was written meanwhile waits for the
    /// next time. The file becomes shorter with [`Township::sweep`].
    pub fn pack(&self, mut step: impl FnMut(u64, u64)) -> Result<u64, StoreError> {
        let waiting = self.read()?.unpacked()?;
        let (mut packed, mut done) = (0, 0);
        for some in waiting.chunks(PACKED_TOGETHER) {
            let reader = self.read()?;
            let documents = some.iter().map(|doc| reader.pack(*doc)).collect::<Result<Vec<_>, _>>()?;
            drop(reader);
            let sealer = Arc::clone(&self.inner.sealer);
            packed += self.inner.writer.write(move |connection| write(connection, &sealer, &documents))?;
            done += some.len() as u64;
            step(done, waiting.len() as u64);
        }
        Ok(packed)
    }
}

impl Reader {
    /// Documents with something that is not packed.
    fn unpacked(&self) -> Result<Vec<DocId>, StoreError> {
        self.collect(
            "SELECT doc FROM log WHERE kind = 1 AND block IS NULL UNION SELECT doc FROM snapshots WHERE block IS NULL",
            [],
            |row| row.doc(0),
        )
    }

    fn pack(&self, doc: DocId) -> Result<Option<Packed>, StoreError> {
        let Some(standing) = standing(self.connection()?, doc)? else { return Ok(None) };
        let mut last = match self.last_block(doc)? {
            Some(name) => self.block(name)?,
            None => Block::default(),
        };
        let (mut blocks, mut new, mut loose) = (Vec::new(), Vec::new(), 0);
        for (position, change) in self.loose(doc)? {
            if last.raw.len() >= BLOCK_BYTES {
                blocks.extend(packed(&std::mem::take(&mut last), std::mem::take(&mut new)));
            }
            last.push(position, &change)?;
            new.push((position, change.len()));
            loose += 1;
        }
        blocks.extend(packed(&last, new));
        let snapshot =
            Changes::of(self).snapshot(doc)?.map(|snapshot| match last.name().zip(pack(&snapshot, &last.raw)) {
                Some((block, bytes)) => (Some(block), bytes),
                None => (None, snapshot),
            });
        Ok(Some(Packed { doc, standing, loose, blocks, snapshot }))
    }

    fn last_block(&self, doc: DocId) -> Result<Option<i64>, StoreError> {
        let found = self
            .prepare("SELECT block FROM log WHERE kind = 1 AND doc = ?1 AND block IS NOT NULL ORDER BY position DESC LIMIT 1")?
            .query_row([doc.0], |row| row.get(0))
            .optional()?;
        Ok(found)
    }

    /// The changes of a document with bytes of their own.
    fn loose(&self, doc: DocId) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        self.collect(
            "SELECT position, bytes FROM log WHERE kind = 1 AND doc = ?1 AND block IS NULL ORDER BY position",
            [doc.0],
            |row| {
                let position = row.get(0)?;
                Ok((position, row.opened(1, self.sealer(), &sealed::CHANGE.at(position))?))
            },
        )
    }
}

/// The block with new changes in it; nothing when there are none.
fn packed(block: &Block, changes: Vec<(i64, usize)>) -> Option<PackedBlock> {
    let name = block.name().filter(|_| !changes.is_empty())?;
    let size = block.raw.len();
    let (dictionary, bytes) = match pack(&block.raw, DICTIONARY_V1) {
        Some(bytes) => (DICTIONARY, bytes),
        None => (0, block.raw.clone()),
    };
    Some(PackedBlock { name, dictionary, size, bytes, changes })
}

fn standing(connection: &Connection, doc: DocId) -> Result<Option<Standing>, StoreError> {
    let found = connection
        .prepare_cached("SELECT last_position, snapshot_position, generation FROM documents WHERE doc = ?1")?
        .query_row([doc.0], |row| {
            Ok(Standing { last_position: row.get(0)?, snapshot_position: row.get(1)?, generation: row.get(2)? })
        })
        .optional()?;
    Ok(found)
}

/// Writes what is still as it was read, and says of how many documents.
fn write(connection: &Connection, sealer: &Sealer, documents: &[Option<Packed>]) -> Result<u64, StoreError> {
    let mut written = 0;
    for document in documents.iter().flatten() {
        if is_as_read(connection, document)? {
            write_one(connection, sealer, document)?;
            written += 1;
        }
    }
    Ok(written)
}

fn is_as_read(connection: &Connection, document: &Packed) -> Result<bool, StoreError> {
    if standing(connection, document.doc)?.as_ref() != Some(&document.standing) {
        return Ok(false);
    }
    let loose = connection
        .prepare_cached("SELECT count(*) FROM log WHERE kind = 1 AND doc = ?1 AND block IS NULL")?
        .query_row([document.doc.0], |row| Ok(row.count(0)))??;
    Ok(loose == document.loose)
}

fn write_one(connection: &Connection, sealer: &Sealer, document: &Packed) -> Result<(), StoreError> {
    for block in &document.blocks {
        connection
            .prepare_cached("INSERT OR REPLACE INTO blocks (block, dictionary, size, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                block.name,
                block.dictionary,
                number(block.size as u64),
                sealer.seal(&sealed::BLOCK.at(block.name), &block.bytes)?
            ])?;
        for (position, size) in &block.changes {
            connection
                .prepare_cached("UPDATE log SET bytes = NULL, block = ?2, size = ?3 WHERE position = ?1")?
                .execute(params![position, block.name, number(*size as u64)])?;
        }
    }
    if let Some((block, bytes)) = &document.snapshot {
        connection.prepare_cached("UPDATE snapshots SET bytes = ?2, block = ?3 WHERE doc = ?1")?.execute(params![
            document.doc.0,
            sealer.seal(&sealed::SNAPSHOT.of(&[&document.doc.0]), bytes)?,
            block
        ])?;
    }
    Ok(())
}
