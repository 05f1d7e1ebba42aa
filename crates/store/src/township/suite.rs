//! Which suite a township has: chosen once, before anybody holds anything that was made by it.

use lianhu_crypto::{Suite, SymmetricKey};
use rusqlite::Connection;

use super::{Reader, Township, sealed};
use crate::bytes::Columns;
use crate::error::{StoreError, unreadable};
use crate::sealed::{Opened as _, Sealer};

/// What became of the choice of a suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChosenSuite {
    /// It is this one now.
    Chosen,
    /// It was this one already.
    AsBefore,
    /// It is another one for ever: codes have been handed out, phones enrolled or words erased under it.
    TooLate(Suite),
    /// It is another one as long as the township is sealed: its columns are sealed under that one.
    Sealed(Suite),
}

impl Reader {
    /// The township's suite.
    pub fn suite(&self) -> Suite {
        self.suite
    }
}

impl Township {
    /// Chooses the suite, unless the store is sealed, or a code, a device, an erasure or a line of the audit log is there: what
    /// they hold was made under the one before.
    pub fn choose_suite(&self, suite: Suite) -> Result<ChosenSuite, StoreError> {
        self.inner.writer.write(move |connection| {
            let (number, sealed, used): (u8, bool, bool) = connection.query_row(
                "SELECT suite, EXISTS (SELECT 1 FROM lock),
                            EXISTS (SELECT 1 FROM devices) OR EXISTS (SELECT 1 FROM codes)
                            OR EXISTS (SELECT 1 FROM erasures) OR EXISTS (SELECT 1 FROM audit)
                            OR EXISTS (SELECT 1 FROM audit_summaries)
                 FROM meta",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )?;
            let present = suite_numbered(number)?;
            if present == suite {
                return Ok(ChosenSuite::AsBefore);
            }
            if sealed {
                return Ok(ChosenSuite::Sealed(present));
            }
            if used {
                return Ok(ChosenSuite::TooLate(present));
            }
            connection.execute("UPDATE meta SET suite = ?1", [suite.number()])?;
            Ok(ChosenSuite::Chosen)
        })
    }
}

/// The township's suite, and its key under it: what everything that a township authenticates follows from.
pub(super) fn key_of(connection: &Connection, sealer: &Sealer) -> Result<(Suite, SymmetricKey), StoreError> {
    let (suite, key) = connection
        .prepare_cached("SELECT suite, seal_key FROM meta")?
        .query_row([], |row| Ok((row.code(0), row.opened(1, sealer, &sealed::SEAL_KEY.of(&[])))))?;
    Ok((suite_numbered(suite?)?, SymmetricKey(key?.try_into().map_err(|_| unreadable("key"))?)))
}

/// The suite a store names.
pub(super) fn suite_numbered(number: u8) -> Result<Suite, StoreError> {
    Suite::from_number(number).map_err(|_| unreadable("suite"))
}
