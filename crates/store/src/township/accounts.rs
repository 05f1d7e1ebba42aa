//! The office's accounts, their recovery codes and their sessions. What they may do is not known here.

use std::fmt;

use lianhu_sync::ids::ServerMillis;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Reader, Township};
use crate::bytes::Columns;
use crate::error::StoreError;

/// The id of an account.
pub type AccountId = [u8; 16];

/// An account of the office. `Debug` shows its id alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What the person types to sign in.
    pub login: String,
    /// What the person is called.
    pub name: String,
    /// The stable word of its one role.
    pub role: String,
    /// Since when.
    pub created_at: ServerMillis,
    /// Since when nobody signs in with it any more.
    pub disabled_at: Option<ServerMillis>,
    /// The password, as a PHC string; none until the person has set one.
    pub password: Option<String>,
    /// The second factor's secret, sealed; none until the person has shown that it works.
    pub second_factor: Option<Vec<u8>>,
    /// Until when its set-up code is good; none when there is no such code.
    pub set_up_until: Option<ServerMillis>,
    /// From where the person last signed in.
    pub known_address: Option<String>,
    /// Recovery codes that are left.
    pub recovery_codes: u64,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({:02x?})", self.id)
    }
}

/// One thing to change about an account.
#[derive(Clone, PartialEq, Eq)]
pub enum AccountChange {
    /// A new one-time set-up code, as its hash, and until when it is good. Password, second factor and recovery codes go.
    SetUp([u8; 32], ServerMillis),
    /// Password (as a PHC string), second factor (sealed) and recovery codes (hashes), once set up; the code is used up.
    Ready(String, Vec<u8>, Vec<[u8; 32]>),
    /// Another password.
    Password(String),
    /// Other recovery codes, as hashes; the old ones go.
    RecoveryCodes(Vec<[u8; 32]>),
    /// Another role.
    Role(String),
    /// Since when it is disabled, or that it is not.
    Disabled(Option<ServerMillis>),
}

/// A session, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Since when.
    pub created_at: ServerMillis,
    /// When it was last used, to the minute.
    pub last_seen: ServerMillis,
    /// Whose.
    pub account: Account,
}

impl Township {
    /// Adds an account that is yet to be set up. Answers `false` when the login is taken.
    pub fn add_account(&self, account: Account, set_up: [u8; 32]) -> Result<bool, StoreError> {
        self.inner.writer.write(move |connection| {
            let Account { id, login, name, role, created_at, set_up_until, .. } = &account;
            let added = connection
                .prepare_cached(
                    "INSERT INTO accounts (id, login, name, role, created_at, set_up, set_up_until)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (login) DO NOTHING",
                )?
                .execute(params![id, login, name, role, created_at.0, set_up, set_up_until.map(|at| at.0)])?;
            Ok(added == 1)
        })
    }

    /// Changes an account and ends its sessions (other recovery codes alone end none). Answers whether there is one.
    pub fn change_account(&self, id: AccountId, change: AccountChange) -> Result<bool, StoreError> {
        self.inner.writer.write(move |connection| {
            let changed = change_account(connection, id, &change)?;
            if !matches!(change, AccountChange::RecoveryCodes(_)) {
                connection.prepare_cached("DELETE FROM sessions WHERE account = ?1")?.execute([id])?;
            }
            Ok(changed)
        })
    }

    /// Uses up a time step's code. Answers `false` when this step, or a later one, was used before.
    pub fn use_step(&self, id: AccountId, step: i64) -> Result<bool, StoreError> {
        self.inner.writer.write(move |connection| {
            let used = connection
                .prepare_cached("UPDATE accounts SET used_step = ?2 WHERE id = ?1 AND used_step < ?2")?
                .execute(params![id, step])?;
            Ok(used == 1)
        })
    }

    /// Uses up a recovery code. Answers `false` when the account has no such code (any more).
    pub fn use_recovery_code(&self, id: AccountId, hash: [u8; 32]) -> Result<bool, StoreError> {
        self.inner.writer.write(move |connection| {
            let used = connection
                .prepare_cached("DELETE FROM recovery_codes WHERE account = ?1 AND hash = ?2")?
                .execute(params![id, hash])?;
            Ok(used == 1)
        })
    }

    /// Begins a session from an address, and forgets those of anybody that began before `stale`.
    pub fn begin_session(
        &self,
        hash: [u8; 32],
        id: AccountId,
        from: String,
        at: ServerMillis,
        stale: ServerMillis,
    ) -> Result<(), StoreError> {
        self.inner.writer.write(move |connection| {
            connection.prepare_cached("DELETE FROM sessions WHERE created_at < ?1")?.execute([stale.0])?;
            connection
                .prepare_cached("INSERT INTO sessions (hash, account, created_at, last_seen) VALUES (?1, ?2, ?3, ?3)")?
                .execute(params![hash, id, at.0])?;
            connection
                .prepare_cached("UPDATE accounts SET known_address = ?2 WHERE id = ?1")?
                .execute(params![id, from])?;
            Ok(())
        })
    }

    /// Notes that a session is in use. Nobody waits for it.
    pub fn note_session(&self, hash: [u8; 32], at: ServerMillis) -> Result<(), StoreError> {
        self.inner.writer.note(move |connection| {
            connection
                .prepare_cached("UPDATE sessions SET last_seen = ?2 WHERE hash = ?1 AND last_seen < ?2")?
                .execute(params![hash, at.0])?;
            Ok(())
        })
    }

    /// Ends one session.
    pub fn end_session(&self, hash: [u8; 32]) -> Result<(), StoreError> {
        self.inner.writer.write(move |connection| {
            connection.prepare_cached("DELETE FROM sessions WHERE hash = ?1")?.execute([hash])?;
            Ok(())
        })
    }

    /// Ends every session of an account.
    pub fn end_sessions(&self, id: AccountId) -> Result<(), StoreError> {
        self.inner.writer.write(move |connection| {
            connection.prepare_cached("DELETE FROM sessions WHERE account = ?1")?.execute([id])?;
            Ok(())
        })
    }
}

impl Reader {
    /// The secret from which the office's own keys are derived.
    pub fn office_secret(&self) -> Result<[u8; 32], StoreError> {
        self.prepare("SELECT secret FROM office")?.query_row([], |row| Ok(row.bytes(0)))?
    }

    /// Every account, by login.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.collect(&format!("SELECT {COLUMNS} FROM accounts a ORDER BY login"), [], account_of)
    }

    /// One account.
    pub fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE id = ?1");
        self.prepare(&sql)?.query_row([id], |row| Ok(account_of(row))).optional()?.transpose()
    }

    /// The account with a login.
    pub fn account_named(&self, login: &str) -> Result<Option<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE login = ?1");
        self.prepare(&sql)?.query_row([login], |row| Ok(account_of(row))).optional()?.transpose()
    }

    /// The account a set-up code is for, by its hash.
    pub fn account_to_set_up(&self, hash: [u8; 32]) -> Result<Option<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE set_up = ?1");
        self.prepare(&sql)?.query_row([hash], |row| Ok(account_of(row))).optional()?.transpose()
    }

    /// A session, by its token's hash.
    pub fn session(&self, hash: [u8; 32]) -> Result<Option<Session>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, s.created_at, s.last_seen FROM sessions s JOIN accounts a ON a.id = s.account
             WHERE s.hash = ?1"
        );
        let found = self.prepare(&sql)?.query_row([hash], |row| {
            let (created_at, last_seen) = (ServerMillis(row.get(11)?), ServerMillis(row.get(12)?));
            Ok(account_of(row).map(|account| Session { created_at, last_seen, account }))
        });
        found.optional()?.transpose()
    }
}

const COLUMNS: &str = "a.id, a.login, a.name, a.role, a.created_at, a.disabled_at, a.password, a.second_factor,
    a.set_up_until, a.known_address, (SELECT count(*) FROM recovery_codes r WHERE r.account = a.id)";

fn account_of(row: &Row<'_>) -> Result<Account, StoreError> {
    let moment = |column: usize| -> Result<Option<ServerMillis>, StoreError> {
        Ok(row.get::<_, Option<i64>>(column)?.map(ServerMillis))
    };
    Ok(Account {
        id: row.bytes(0)?,
        login: row.get(1)?,
        name: row.get(2)?,
        role: row.get(3)?,
        created_at: ServerMillis(row.get(4)?),
        disabled_at: moment(5)?,
        password: row.get(6)?,
        second_factor: row.get(7)?,
        set_up_until: moment(8)?,
        known_address: row.get(9)?,
        recovery_codes: row.count(10)?,
    })
}

fn change_account(connection: &Connection, id: AccountId, change: &AccountChange) -> Result<bool, StoreError> {
    let change_row = |sql: &str, values: &[&dyn rusqlite::ToSql]| -> Result<bool, StoreError> {
        Ok(connection.prepare_cached(sql)?.execute(values)? == 1)
    };
    match change {
        AccountChange::SetUp(hash, until) => {
            put_recovery_codes(connection, id, &[])?;
            change_row(
                "UPDATE accounts SET set_up = ?2, set_up_until = ?3, password = NULL, second_factor = NULL WHERE id = ?1",
                &[&id, hash, &until.0],
            )
        }
        AccountChange::Ready(password, second_factor, codes) => {
            put_recovery_codes(connection, id, codes)?;
            change_row(
                "UPDATE accounts SET password = ?2, second_factor = ?3, set_up = NULL, set_up_until = NULL WHERE id = ?1",
                &[&id, password, second_factor],
            )
        }
        AccountChange::Password(password) => {
            change_row("UPDATE accounts SET password = ?2 WHERE id = ?1", &[&id, password])
        }
        AccountChange::RecoveryCodes(codes) => {
            put_recovery_codes(connection, id, codes)?;
            Ok(true)
        }
        AccountChange::Role(role) => change_row("UPDATE accounts SET role = ?2 WHERE id = ?1", &[&id, role]),
        AccountChange::Disabled(at) => {
            change_row("UPDATE accounts SET disabled_at = ?2 WHERE id = ?1", &[&id, &at.map(|at| at.0)])
        }
    }
}

fn put_recovery_codes(connection: &Connection, id: AccountId, codes: &[[u8; 32]]) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM recovery_codes WHERE account = ?1")?.execute([id])?;
    for hash in codes {
        connection
            .prepare_cached("INSERT INTO recovery_codes (account, hash) VALUES (?1, ?2)")?
            .execute(params![id, hash])?;
    }
    Ok(())
}
