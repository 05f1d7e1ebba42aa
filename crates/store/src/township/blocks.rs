//! Blocks: changes that rest, many of one document packed together, and how they are read. `pack` makes them.
//!
//! A block holds, for each change, its position (8 bytes) and its length (4 bytes), both with the greatest byte first, and
//! then its bytes. To read one change its block is opened, which is at most some 64 KiB; whoever reads many in order opens
//! each block once.

use std::collections::BTreeMap;
use std::ops::Range;

use lianhu_sync::dictionary::DICTIONARY_V1;
use lianhu_sync::ids::DocId;
use lianhu_sync::pack::unpack;
use rusqlite::{OptionalExtension, Row};

use super::{Reader, sealed};
use crate::bytes::{Columns, number};
use crate::error::{StoreError, unreadable};
use crate::sealed::Opened as _;

/// The dictionary new blocks are packed against, by its version.
pub(super) const DICTIONARY: u8 = 1;

/// A block, opened.
#[derive(Default)]
pub(super) struct Block {
    /// As it was before it was packed.
    pub(super) raw: Vec<u8>,
    places: BTreeMap<i64, Range<usize>>,
}

impl Block {
    fn read(raw: Vec<u8>) -> Result<Self, StoreError> {
        let (mut places, mut at) = (BTreeMap::new(), 0);
        while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
            let (position, rest) = rest.split_first_chunk::<8>().ok_or_else(|| unreadable("block"))?;
            let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(|| unreadable("block"))?;
            let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| unreadable("block"))?;
            if length > rest.len() {
                return Err(unreadable("block"));
            }
            places.insert(i64::from_be_bytes(*position), at + 12..at + 12 + length);
            at += 12 + length;
        }
        Ok(Block { raw, places })
    }

    /// Adds a change; its position is beyond those there are.
    pub(super) fn push(&mut self, position: i64, change: &[u8]) -> Result<(), StoreError> {
        let length = u32::try_from(change.len()).map_err(|_| unreadable("change"))?;
        self.raw.extend(position.to_be_bytes());
        self.raw.extend(length.to_be_bytes());
        let at = self.raw.len();
        self.raw.extend(change);
        self.places.insert(position, at..self.raw.len());
        Ok(())
    }

    /// The position of its first change, which is its name; nothing while it is empty.
    pub(super) fn name(&self) -> Option<i64> {
        self.places.keys().next().copied()
    }

    fn change(&self, position: i64) -> Result<&[u8], StoreError> {
        let place = self.places.get(&position).cloned();
        place.and_then(|place| self.raw.get(place)).ok_or_else(|| unreadable("change in a block"))
    }
}

/// Reads the bytes of changes and snapshots, wherever they are, and keeps the block it opened last.
pub(super) struct Changes<'r> {
    reader: &'r Reader,
    open: Option<(i64, Block)>,
}

impl<'r> Changes<'r> {
    pub(super) fn of(reader: &'r Reader) -> Self {
        Changes { reader, open: None }
    }

    /// The bytes of the change at `position`, of whose row the columns `bytes` and `bytes + 1` are its bytes and its block.
    pub(super) fn bytes(&mut self, row: &Row<'_>, bytes: usize, position: i64) -> Result<Vec<u8>, StoreError> {
        match row.get(bytes + 1)? {
            Some(block) => Ok(self.block(block)?.change(position)?.to_vec()),
            None => row.opened(bytes, self.reader.sealer(), &sealed::CHANGE.at(position)),
        }
    }

    /// A document's snapshot, as it was saved.
    pub(super) fn snapshot(&mut self, doc: DocId) -> Result<Option<Vec<u8>>, StoreError> {
        let reader = self.reader;
        let mut read = |row: &Row<'_>| {
            let stored = row.opened(0, reader.sealer(), &sealed::SNAPSHOT.of(&[&doc.0]))?;
            let Some(block) = row.get(1)? else { return Ok(stored) };
            unpack(&stored, &self.block(block)?.raw, length(row, 2)?).ok_or_else(|| unreadable("snapshot"))
        };
        reader
            .prepare(
                "SELECT s.bytes, s.block, d.snapshot_bytes FROM snapshots s JOIN documents d ON d.doc = s.doc
                 WHERE s.doc = ?1",
            )?
            .query_row([doc.0], |row| Ok(read(row)))
            .optional()?
            .transpose()
    }

    fn block(&mut self, name: i64) -> Result<&Block, StoreError> {
        let held = self.open.take().filter(|(open, _)| *open == name);
        let held = held.map_or_else(|| Ok((name, self.reader.block(name)?)), Ok::<_, StoreError>)?;
        Ok(&self.open.insert(held).1)
    }
}

impl Reader {
    /// A block by its name.
    pub(super) fn block(&self, block: i64) -> Result<Block, StoreError> {
        let read = |row: &Row<'_>| {
            let size = length(row, 1)?;
            let stored = row.opened(2, self.sealer(), &sealed::BLOCK.at(block))?;
            match row.code(0)? {
                0 if stored.len() == size => Ok(stored),
                1 => unpack(&stored, DICTIONARY_V1, size).ok_or_else(|| unreadable("block")),
                _ => Err(unreadable("block")),
            }
        };
        let found = self
            .prepare("SELECT dictionary, size, bytes FROM blocks WHERE block = ?1")?
            .query_row([block], |row| Ok(read(row)))
            .optional()?;
        Block::read(found.ok_or_else(|| unreadable("block"))??)
    }

    /// The change at a position of the log.
    pub(super) fn change_at(&self, changes: &mut Changes<'_>, position: u64) -> Result<Vec<u8>, StoreError> {
        let position = number(position);
        self.prepare("SELECT bytes, block FROM log WHERE position = ?1 AND kind = 1")?
            .query_row([position], |row| Ok(changes.bytes(row, 0, position)))
            .optional()?
            .ok_or_else(|| unreadable("change"))?
    }
}

fn length(row: &Row<'_>, column: usize) -> Result<usize, StoreError> {
    usize::try_from(row.count(column)?).map_err(|_| unreadable("size"))
}
