//! What a check reads: everything, compared with what follows from it.

use lianhu_sync::ids::{ChangeHash, DeviceId, Digest, DocId, Generation, Heads, Position, ReaderId, ServerMillis};
use rusqlite::{Row, params};

use super::Reader;
use super::blocks::Changes;
use super::{access, sealed};
use crate::bytes::{Columns, number};
use crate::error::StoreError;
use crate::sealed::{Opened as _, Sealer};

/// A document without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocFacts {
    /// The document.
    pub doc: DocId,
    /// Its heads.
    pub heads: Heads,
    /// What permission depends on, in the gate's own encoding.
    pub facts: Vec<u8>,
    /// The position of its last change.
    pub last_position: Position,
    /// Which generation it is.
    pub generation: Generation,
}

/// A change as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedChange {
    /// Where it stands.
    pub position: Position,
    /// Its name.
    pub hash: ChangeHash,
    /// Who brought it; `None` for the office.
    pub device: Option<DeviceId>,
    /// When.
    pub at: ServerMillis,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A reader whose stored digest is not that of the documents it may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestDifference {
    /// The reader.
    pub reader: ReaderId,
    /// What is stored.
    pub stored: Digest,
    /// What follows from documents and access lists.
    pub computed: Digest,
}

impl Reader {
    /// Every recorded document, without its bytes, in the order of ids.
    pub fn documents(&self) -> Result<Vec<DocFacts>, StoreError> {
        self.collect("SELECT doc, heads, facts, last_position, generation FROM documents ORDER BY doc", [], |row| {
            doc_facts(row, self.sealer())
        })
    }

    /// One recorded document, without its bytes.
    pub fn facts(&self, doc: DocId) -> Result<Option<DocFacts>, StoreError> {
        let found = self.collect(
            "SELECT doc, heads, facts, last_position, generation FROM documents WHERE doc = ?1",
            [doc.0],
            |row| doc_facts(row, self.sealer()),
        )?;
        Ok(found.into_iter().next())
    }

    /// Documents whose first change was recorded from one moment (included) to another (not included), the newest first.
    pub fn documents_begun(&self, from: ServerMillis, until: ServerMillis) -> Result<Vec<DocId>, StoreError> {
        self.collect(
            "SELECT d.doc FROM documents d JOIN log l ON l.position = d.first_position
             WHERE l.at >= ?1 AND l.at < ?2 ORDER BY d.first_position DESC",
            params![from.0, until.0],
            |row| row.doc(0),
        )
    }

    /// Who may read a document, in order.
    pub fn document_readers(&self, doc: DocId) -> Result<Vec<ReaderId>, StoreError> {
        Ok(access::readers_of(self.connection()?, doc)?.into_iter().collect())
    }

    /// Whether `reader` may read a document.
    pub fn may_read(&self, reader: ReaderId, doc: DocId) -> Result<bool, StoreError> {
        Ok(self.prepare("SELECT 1 FROM access WHERE reader = ?1 AND doc = ?2")?.exists(params![reader.0, doc.0])?)
    }

    /// Every reader with its stored digest.
    pub fn readers(&self) -> Result<Vec<(ReaderId, Digest)>, StoreError> {
        self.collect("SELECT reader, digest FROM readers ORDER BY reader", [], |row| {
            Ok((row.reader(0)?, row.digest(1)?))
        })
    }

    /// All changes of a document, from the first on, whatever snapshots there are.
    pub fn history(&self, doc: DocId) -> Result<Vec<LoggedChange>, StoreError> {
        let mut changes = Changes::of(self);
        self.collect(
            "SELECT position, hash, device, at, bytes, block FROM log WHERE kind = 1 AND doc = ?1 ORDER BY position",
            [doc.0],
            |row| {
                Ok(LoggedChange {
                    position: row.position(0)?,
                    hash: row.hash(1)?,
                    device: row.optional_device(2)?,
                    at: ServerMillis(row.get(3)?),
                    bytes: changes.bytes(row, 4, row.get(0)?)?,
                })
            },
        )
    }

    /// How many changes were recorded after a position.
    pub fn changes_after(&self, after: Position) -> Result<u64, StoreError> {
        self.prepare("SELECT count(*) FROM log WHERE position > ?1 AND kind = 1")?
            .query_row([number(after.0)], |row| Ok(row.count(0)))?
    }

    /// Readers whose stored digest is wrong; none in a sound store.
    pub fn digest_differences(&self) -> Result<Vec<DigestDifference>, StoreError> {
        let mut computed = std::collections::BTreeMap::new();
        let mut statement =
            self.prepare("SELECT a.reader, d.doc, d.heads FROM documents d JOIN access a ON a.doc = d.doc")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let digest: &mut Digest = computed.entry(row.reader(0)?).or_default();
            *digest = digest.with(Digest::of(row.doc(1)?, &row.heads(2)?));
        }
        let mut differences = Vec::new();
        for (reader, stored) in self.readers()? {
            let computed = computed.remove(&reader).unwrap_or_default();
            if stored != computed {
                differences.push(DigestDifference { reader, stored, computed });
            }
        }
        differences.extend(
            computed
                .into_iter()
                .filter(|(_, digest)| *digest != Digest::EMPTY)
                .map(|(reader, computed)| DigestDifference { reader, stored: Digest::EMPTY, computed }),
        );
        Ok(differences)
    }

    /// What SQLite finds wrong with the file; nothing in a sound one. Reads every page.
    pub fn integrity_problems(&self) -> Result<Vec<String>, StoreError> {
        let found = self.collect("PRAGMA integrity_check", [], |row| Ok(row.get::<_, String>(0)?))?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }
}

fn doc_facts(row: &Row<'_>, sealer: &Sealer) -> Result<DocFacts, StoreError> {
    let doc = row.doc(0)?;
    Ok(DocFacts {
        doc,
        heads: row.heads(1)?,
        facts: row.opened(2, sealer, &sealed::FACTS.of(&[&doc.0]))?,
        last_position: row.position(3)?,
        generation: Generation(row.get(4)?),
    })
}
