//! Between the exchange's names and the bytes in a column. Column bytes come from disk and are checked.

use lianhu_sync::ids::{ChangeHash, DeviceId, Digest, DocId, Heads, LogId, Position, ReaderId};
use rusqlite::Row;
use rusqlite::types::ValueRef;
use uuid::Uuid;

use crate::error::{StoreError, unreadable};

/// The bytes of heads: the hashes one after another.
pub(crate) fn heads_to_bytes(heads: &Heads) -> Vec<u8> {
    heads.hashes().iter().flat_map(|hash| hash.0).collect()
}

/// Reads a column; the name of each method says what it must hold.
pub(crate) trait Columns {
    fn bytes<const N: usize>(&self, column: usize) -> Result<[u8; N], StoreError>;
    fn optional_bytes<const N: usize>(&self, column: usize) -> Result<Option<[u8; N]>, StoreError>;

    fn doc(&self, column: usize) -> Result<DocId, StoreError> {
        self.bytes(column).map(DocId)
    }
    fn reader(&self, column: usize) -> Result<ReaderId, StoreError> {
        self.bytes(column).map(ReaderId)
    }
    fn device(&self, column: usize) -> Result<DeviceId, StoreError> {
        self.bytes(column).map(DeviceId)
    }
    fn optional_device(&self, column: usize) -> Result<Option<DeviceId>, StoreError> {
        Ok(self.optional_bytes(column)?.map(DeviceId))
    }
    fn log_id(&self, column: usize) -> Result<LogId, StoreError> {
        self.bytes(column).map(LogId)
    }
    fn hash(&self, column: usize) -> Result<ChangeHash, StoreError> {
        self.bytes(column).map(ChangeHash)
    }
    fn digest(&self, column: usize) -> Result<Digest, StoreError> {
        self.bytes(column).map(Digest::from_bytes)
    }
    fn heads(&self, column: usize) -> Result<Heads, StoreError>;
    fn position(&self, column: usize) -> Result<Position, StoreError>;
    fn count(&self, column: usize) -> Result<u64, StoreError>;
    fn code(&self, column: usize) -> Result<u8, StoreError>;
}

impl Columns for Row<'_> {
    fn bytes<const N: usize>(&self, column: usize) -> Result<[u8; N], StoreError> {
        self.optional_bytes(column)?.ok_or_else(|| unreadable("id"))
    }

    fn optional_bytes<const N: usize>(&self, column: usize) -> Result<Option<[u8; N]>, StoreError> {
        match self.get_ref(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => bytes.try_into().map(Some).map_err(|_| unreadable("id")),
            _ => Err(unreadable("id")),
        }
    }

    fn heads(&self, column: usize) -> Result<Heads, StoreError> {
        let ValueRef::Blob(bytes) = self.get_ref(column)? else { return Err(unreadable("list of heads")) };
        let (hashes, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() {
            return Err(unreadable("list of heads"));
        }
        Ok(Heads::new(hashes.iter().map(|hash| ChangeHash(*hash)).collect()))
    }

    fn position(&self, column: usize) -> Result<Position, StoreError> {
        self.count(column).map(Position)
    }

    fn count(&self, column: usize) -> Result<u64, StoreError> {
        let number: i64 = self.get(column)?;
        u64::try_from(number).map_err(|_| unreadable("count"))
    }

    fn code(&self, column: usize) -> Result<u8, StoreError> {
        let number: i64 = self.get(column)?;
        u8::try_from(number).map_err(|_| unreadable("code"))
    }
}

/// A position or count as SQLite keeps it. Beyond 2^63 there is nothing to find.
pub(crate) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The sixteen bytes of an id as it is written everywhere (8-4-4-4-12 small hexadecimal digits). Any other text is none.
pub(crate) fn id_of(text: &str) -> Option<[u8; 16]> {
    let id = Uuid::try_parse(text).ok()?;
    let written = id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text;
    written.then(|| id.into_bytes())
}

/// The text of such an id.
pub(crate) fn id_text(id: [u8; 16]) -> String {
    Uuid::from_bytes(id).as_hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

/// The same text as SQL makes it, from a column with sixteen bytes.
pub(crate) fn id_text_in_sql(column: &str) -> String {
    let part = |from: usize, digits: usize| format!("substr(hex({column}), {from}, {digits})");
    let parts = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)];
    format!("lower({})", parts.join(" || '-' || "))
}
