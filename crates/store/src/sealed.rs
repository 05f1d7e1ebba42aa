//! Sealed columns: what people wrote is encrypted value by value, and opens in its own place alone. Ids, codes, counts, days
//! and sizes stay readable, so that SQLite goes on finding rows (`docs/adr/0009-sealed-columns.md`).
//!
//! A value that is empty or absent is left as it is: there is nothing to hide in it. Text in a text column is the sealed
//! bytes in Base64.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::BASE64_NOPAD;
use lianhu_crypto::{NONCE_BYTES, Nonce, Purpose, Suite, SymmetricKey};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, params_from_iter};

use crate::error::{StoreError, unreadable};

/// A column whose values are sealed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    table: &'static str,
    name: &'static str,
    /// The columns that name a row; they are part of the place.
    row: &'static [&'static str],
}

impl Column {
    pub(crate) const fn new(table: &'static str, name: &'static str, row: &'static [&'static str]) -> Self {
        Column { table, name, row }
    }

    /// The place of one value of it.
    pub(crate) fn of(&self, row: &[&[u8]]) -> Place {
        let mut place = [self.table.as_bytes(), b".", self.name.as_bytes(), b"\0"].concat();
        row.iter().for_each(|part| place.extend_from_slice(part));
        Place(place)
    }

    /// The place of one value of it in a row that a number names.
    pub(crate) fn at(&self, number: i64) -> Place {
        self.of(&[&number.to_be_bytes()])
    }
}

/// Where a sealed value stands. In another place it does not open.
pub(crate) struct Place(Vec<u8>);

/// Seals and opens the values of one store. A plain store's leaves them as they are.
pub(crate) struct Sealer(Option<Keys>);

struct Keys {
    suite: Suite,
    values: SymmetricKey,
    /// For values that are found by being equal.
    words: SymmetricKey,
    /// Sixteen random bytes of this opening, and a count: no nonce comes twice.
    opening: [u8; 16],
    sealed: AtomicU64,
    overhead: usize,
}

impl Sealer {
    /// The sealer of a store without a key.
    pub(crate) const PLAIN: Sealer = Sealer(None);

    /// A sealer by a store's key; `opening` are random bytes that no other opening of the store has had.
    pub(crate) fn new(suite: Suite, key: &SymmetricKey, opening: [u8; 16]) -> Result<Self, StoreError> {
        let values = suite.derive(key, Purpose::Store, b"values");
        let words = suite.derive(key, Purpose::Store, b"words");
        let nothing = suite.seal(&values, &[0; NONCE_BYTES], b"size", b"").map_err(|_| unreadable("key"))?;
        let (overhead, sealed) = (nothing.len(), AtomicU64::new(0));
        Ok(Sealer(Some(Keys { suite, values, words, opening, sealed, overhead })))
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.0.is_none()
    }

    /// How many bytes longer a sealed value is than what is in it.
    pub(crate) fn overhead(&self) -> i64 {
        self.0.as_ref().map_or(0, |keys| keys.overhead as i64)
    }

    /// The bytes to store for a value.
    pub(crate) fn seal<'v>(&self, place: &Place, value: &'v [u8]) -> Result<Cow<'v, [u8]>, StoreError> {
        match &self.0 {
            Some(keys) if !value.is_empty() => {
                Ok(Cow::Owned(keys.seal(&keys.values, &keys.nonce(), &place.0, value)?))
            }
            _ => Ok(Cow::Borrowed(value)),
        }
    }

    /// The value in stored bytes. Damaged ones, and those of another place or store, are an error.
    pub(crate) fn open(&self, place: &Place, stored: &[u8]) -> Result<Vec<u8>, StoreError> {
        match &self.0 {
            Some(keys) if !stored.is_empty() => keys.open(&keys.values, &place.0, stored),
            _ => Ok(stored.to_vec()),
        }
    }

    /// The text to store for a text.
    pub(crate) fn seal_text<'v>(&self, place: &Place, text: &'v str) -> Result<Cow<'v, str>, StoreError> {
        if self.is_plain() || text.is_empty() {
            return Ok(Cow::Borrowed(text));
        }
        Ok(Cow::Owned(BASE64_NOPAD.encode(&self.seal(place, text.as_bytes())?)))
    }

    /// The text in a stored text.
    pub(crate) fn open_text(&self, place: &Place, stored: &str) -> Result<String, StoreError> {
        if self.is_plain() || stored.is_empty() {
            return Ok(stored.to_owned());
        }
        let sealed = BASE64_NOPAD.decode(stored.as_bytes()).map_err(|_| unreadable("sealed text"))?;
        String::from_utf8(self.open(place, &sealed)?).map_err(|_| unreadable("sealed text"))
    }

    /// A word of a column in which equal words are equal bytes, so that they can be looked for: the nonce follows from the
    /// word. Whoever reads the file sees which rows have the same word, and not which word. `None` in a plain store.
    pub(crate) fn seal_word(&self, column: &str, word: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(keys) = self.0.as_ref().filter(|_| !word.is_empty()) else { return Ok(None) };
        let hash = keys.suite.authenticate(&keys.words, Purpose::Store, &[column.as_bytes(), &[0], word.as_bytes()]);
        let nonce: Nonce = std::array::from_fn(|place| hash.get(place).copied().unwrap_or_default());
        keys.seal(&keys.words, &nonce, column.as_bytes(), word.as_bytes()).map(Some)
    }

    /// The word in such bytes.
    pub(crate) fn open_word(&self, column: &str, stored: &[u8]) -> Result<String, StoreError> {
        let keys = self.0.as_ref().ok_or_else(|| unreadable("sealed word"))?;
        let word = keys.open(&keys.words, column.as_bytes(), stored)?;
        String::from_utf8(word).map_err(|_| unreadable("sealed word"))
    }
}

impl Keys {
    fn nonce(&self) -> Nonce {
        let mut nonce = [0; NONCE_BYTES];
        let count = self.sealed.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        nonce.iter_mut().zip(self.opening.iter().chain(&count)).for_each(|(to, from)| *to = *from);
        nonce
    }

    fn seal(&self, key: &SymmetricKey, nonce: &Nonce, place: &[u8], value: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.suite.seal(key, nonce, place, value).map_err(|why| StoreError::Database(why.to_string()))
    }

    fn open(&self, key: &SymmetricKey, place: &[u8], stored: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.suite.open(key, place, stored).map_err(|_| unreadable("sealed value"))
    }
}

/// Reads sealed columns of a row.
pub(crate) trait Opened {
    /// The bytes in a column.
    fn opened(&self, column: usize, sealer: &Sealer, place: &Place) -> Result<Vec<u8>, StoreError>;
    /// The text in a column, if there is any.
    fn opened_text(&self, column: usize, sealer: &Sealer, place: &Place) -> Result<Option<String>, StoreError>;
}

impl Opened for Row<'_> {
    fn opened(&self, column: usize, sealer: &Sealer, place: &Place) -> Result<Vec<u8>, StoreError> {
        match self.get_ref(column)? {
            ValueRef::Blob(stored) => sealer.open(place, stored),
            _ => Err(unreadable("sealed value")),
        }
    }

    fn opened_text(&self, column: usize, sealer: &Sealer, place: &Place) -> Result<Option<String>, StoreError> {
        match self.get_ref(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(stored) => {
                let stored = std::str::from_utf8(stored).map_err(|_| unreadable("sealed text"))?;
                sealer.open_text(place, stored).map(Some)
            }
            _ => Err(unreadable("sealed text")),
        }
    }
}

/// Stores every value of these columns anew, as `to` has it; `from` opens what is there. Belongs into a transaction.
pub(crate) fn convert(
    connection: &Connection,
    columns: &[Column],
    from: &Sealer,
    to: &Sealer,
) -> Result<(), StoreError> {
    for column in columns {
        for row in rows_with(connection, column)? {
            let place = column.of(&[&row.iter().flat_map(bytes_of).collect::<Vec<_>>()]);
            let held = connection
                .prepare_cached(&format!("SELECT {} FROM {}{}", column.name, column.table, filter(column)))?
                .query_row(params_from_iter(&row), |found| found.get::<_, Value>(0))?;
            let stored = match held {
                Value::Blob(bytes) => Value::Blob(to.seal(&place, &from.open(&place, &bytes)?)?.into_owned()),
                Value::Text(text) => Value::Text(to.seal_text(&place, &from.open_text(&place, &text)?)?.into_owned()),
                other => other,
            };
            let parameters = row.iter().chain([&stored]);
            connection
                .prepare_cached(&format!(
                    "UPDATE {} SET {} = ?{}{}",
                    column.table,
                    column.name,
                    row.len() + 1,
                    filter(column)
                ))?
                .execute(params_from_iter(parameters))?;
        }
    }
    Ok(())
}

/// What names each row that holds something in the column.
fn rows_with(connection: &Connection, column: &Column) -> Result<Vec<Vec<Value>>, StoreError> {
    let named = if column.row.is_empty() { "1".to_owned() } else { column.row.join(", ") };
    let sql = format!("SELECT {named} FROM {} WHERE length({}) > 0", column.table, column.name);
    let mut statement = connection.prepare(&sql)?;
    let read = |row: &Row<'_>| (0..column.row.len()).map(|place| row.get(place)).collect::<Result<Vec<Value>, _>>();
    Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
}

fn filter(column: &Column) -> String {
    let mut sql = String::new();
    for (number, name) in column.row.iter().enumerate() {
        sql.push_str(if number == 0 { " WHERE " } else { " AND " });
        sql.push_str(&format!("{name} = ?{}", number + 1));
    }
    sql
}

fn bytes_of(value: &Value) -> Vec<u8> {
    match value {
        Value::Blob(bytes) => bytes.clone(),
        Value::Integer(number) => number.to_be_bytes().to_vec(),
        Value::Null | Value::Real(_) | Value::Text(_) => Vec::new(),
    }
}
