//! How long what is kept, as the township set it, and the traces of phones that go by it.

use lianhu_sync::ids::ServerMillis;
use rusqlite::params;

use super::{Reader, Township};
use crate::bytes::{Columns, number};
use crate::error::StoreError;

impl Township {
    /// Sets for how many years something is kept; `None`: until a person erases it.
    pub fn set_retention(&self, kept: &str, years: Option<u32>) -> Result<(), StoreError> {
        let kept = kept.to_owned();
        self.inner.writer.write(move |connection| {
            connection.execute("DELETE FROM retention WHERE kept = ?1", [&kept])?;
            if let Some(years) = years {
                let sql = "INSERT INTO retention (kept, years) VALUES (?1, ?2)";
                connection.execute(sql, params![kept, number(u64::from(years))])?;
            }
            Ok(())
        })
    }

    /// Forgets traces of phones before a moment: who called when, codes that were used or are good no longer, and answers
    /// to changes that were not taken (the same bytes are judged again should they come again). What waits for a person
    /// stays, however long. Says how many there were.
    pub fn forget_traces_before(&self, before: ServerMillis) -> Result<u64, StoreError> {
        self.inner.writer.write(move |connection| {
            let mut gone = 0;
            for sql in [
                "DELETE FROM contacts WHERE at < ?1",
                "DELETE FROM codes WHERE expires_at < ?1",
                "DELETE FROM refused WHERE at < ?1",
            ] {
                gone += connection.execute(sql, [before.0])? as u64;
            }
            Ok(gone)
        })
    }
}

impl Reader {
    /// What is kept for a time, and for how many years.
    pub fn retention(&self) -> Result<Vec<(String, u32)>, StoreError> {
        self.collect("SELECT kept, years FROM retention ORDER BY kept", [], |row| {
            Ok((row.get(0)?, u32::try_from(row.count(1)?).unwrap_or(u32::MAX)))
        })
    }

    /// How many traces of phones lie before a moment.
    pub fn traces_before(&self, before: ServerMillis) -> Result<u64, StoreError> {
        let sql = "SELECT (SELECT count(*) FROM contacts WHERE at < ?1)
                        + (SELECT count(*) FROM codes WHERE expires_at < ?1)
                        + (SELECT count(*) FROM refused WHERE at < ?1)";
        self.prepare(sql)?.query_row([before.0], |row| Ok(row.count(0)))?
    }
}
