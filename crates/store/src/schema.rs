//! Bringing a database's schema up to date: migrations in their order, each once, in a transaction with the row that says so.
//!
//! The table is that of the tool that did this before, `refinery`, row for row, so that every database there is goes on with
//! it. That tool asks the system's clock, of which a browser has none, and brings more code there than all of SQLite.

use std::hash::{Hash as _, Hasher as _};

use rusqlite::{Connection, TransactionBehavior, params};
use siphasher::sip::SipHasher13;

use crate::error::StoreError;

/// One step from an older schema to a newer one; never edited once it was released.
pub(crate) struct Migration {
    /// Its number; from 1, without gaps.
    pub(crate) version: i32,
    /// What it brings.
    pub(crate) name: &'static str,
    /// Its SQL.
    pub(crate) sql: &'static str,
}

/// The migrations in the files `migrations/<folder>/V<number>__<name>.sql`.
macro_rules! migrations {
    ($folder:literal: $($version:literal $name:literal),+ $(,)?) => {
        &[$($crate::schema::Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $folder, "/V", $version, "__", $name, ".sql")),
        }),+]
    };
}
pub(crate) use migrations;

impl Migration {
    /// What tells an edited migration from the one that was applied.
    fn checksum(&self) -> u64 {
        let mut hasher = SipHasher13::new();
        self.name.hash(&mut hasher);
        self.version.hash(&mut hasher);
        self.sql.hash(&mut hasher);
        hasher.finish()
    }
}

/// The newest schema these migrations lead to.
pub(crate) fn known(migrations: &[Migration]) -> i64 {
    migrations.iter().map(|migration| i64::from(migration.version)).max().unwrap_or(0)
}

/// The schema a database has; nought for one without any.
pub(crate) fn found(connection: &Connection) -> Result<i64, rusqlite::Error> {
    if !connection.table_exists(None, "refinery_schema_history")? {
        return Ok(0);
    }
    connection.query_row("SELECT coalesce(max(version), 0) FROM refinery_schema_history", [], |row| row.get(0))
}

/// Applies what is not applied yet. A migration that was applied in other words than it has here is an error, and nothing is
/// changed.
pub(crate) fn bring_up_to_date(connection: &mut Connection, migrations: &[Migration]) -> Result<(), StoreError> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));",
    )?;
    let applied = found(connection)?;
    for migration in migrations {
        if i64::from(migration.version) <= applied {
            is_as_applied(connection, migration)?;
        } else {
            apply(connection, migration)?;
        }
    }
    Ok(())
}

fn is_as_applied(connection: &Connection, migration: &Migration) -> Result<(), StoreError> {
    let mut statement = connection.prepare("SELECT checksum FROM refinery_schema_history WHERE version = ?1")?;
    let mut rows = statement.query([migration.version])?;
    match rows.next()?.map(|row| row.get::<_, String>(0)).transpose()? {
        Some(checksum) if checksum == migration.checksum().to_string() => Ok(()),
        _ => Err(StoreError::Database(format!("migration {} is not the one that was applied", migration.version))),
    }
}

fn apply(connection: &mut Connection, migration: &Migration) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(migration.sql)?;
    transaction.execute(
        "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
         VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?3)",
        params![migration.version, migration.name, migration.checksum().to_string()],
    )?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Migration] = &[
        Migration { version: 1, name: "one", sql: "CREATE TABLE one (a);" },
        Migration { version: 2, name: "two", sql: "ALTER TABLE one ADD COLUMN b;" },
    ];

    fn version(connection: &Connection) -> i64 {
        found(connection).unwrap()
    }

    #[test]
    fn each_migration_is_applied_once_and_in_order() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!((version(&connection), known(TWO)), (0, 2));
        bring_up_to_date(&mut connection, &TWO[..1]).unwrap();
        assert_eq!(version(&connection), 1);
        for _ in 0..2 {
            bring_up_to_date(&mut connection, TWO).unwrap();
            assert_eq!(version(&connection), 2);
        }
        connection.execute("INSERT INTO one (a, b) VALUES (1, 2)", []).unwrap();
    }

    #[test]
    fn one_that_fails_leaves_the_schema_before_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        let bad = [Migration { version: 1, name: "bad", sql: "CREATE TABLE one (a); CREATE TABLE one (a);" }];
        assert!(bring_up_to_date(&mut connection, &bad).is_err());
        assert_eq!(version(&connection), 0);
        bring_up_to_date(&mut connection, TWO).unwrap();
    }

    #[test]
    fn one_that_was_edited_after_it_was_applied_is_noticed() {
        let mut connection = Connection::open_in_memory().unwrap();
        bring_up_to_date(&mut connection, TWO).unwrap();
        let edited = [Migration { version: 1, name: "one", sql: "CREATE TABLE one (a, z);" }];
        assert!(matches!(bring_up_to_date(&mut connection, &edited), Err(StoreError::Database(_))));
    }

    #[test]
    fn every_file_of_a_folder_is_a_migration() {
        for (folder, listed) in [("phone", crate::phone::MIGRATIONS), ("township", crate::township::MIGRATIONS)] {
            let path = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
            let files = std::fs::read_dir(path).unwrap().count();
            assert_eq!((files, listed.len()), (listed.len(), listed.last().unwrap().version as usize), "{folder}");
        }
    }
}
