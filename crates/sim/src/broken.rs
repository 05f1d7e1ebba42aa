//! Rules broken on purpose, to see that a judge notices. Nothing of the product is changed: the harness lies to it about
//! its disk, or puts a trigger into its database.

use rusqlite::{Connection, OpenFlags};

use crate::failure::{Failure, Held};
use crate::world::VFS;
use crate::world::phone::Handset;
use crate::world::town::TownMachine;

/// A rule to break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Disks say that they have synced, and have not.
    SkipTheFsync,
    /// The township forgets its verdicts on what it did not record.
    DropTheVerdictTable,
    /// A phone that was copied goes on under the name it had.
    ReuseAnActor,
    /// A phone's place in the log moves, and one in three of the changes that came with it is not written.
    CheckpointApartFromRows,
    /// Whoever may read a document no longer stays on its access list.
    ServeAWithdrawnDocument,
    /// One in three rows of the office's tables is not written.
    ForgetRowsOfAView,
}

impl Break {
    /// All of them.
    pub const ALL: &[Break] = &[
        Break::SkipTheFsync,
        Break::DropTheVerdictTable,
        Break::ReuseAnActor,
        Break::CheckpointApartFromRows,
        Break::ServeAWithdrawnDocument,
        Break::ForgetRowsOfAView,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Break::SkipTheFsync => "skip-the-fsync",
            Break::DropTheVerdictTable => "drop-the-verdict-table",
            Break::ReuseAnActor => "reuse-an-actor",
            Break::CheckpointApartFromRows => "checkpoint-apart-from-rows",
            Break::ServeAWithdrawnDocument => "serve-a-withdrawn-document",
            Break::ForgetRowsOfAView => "forget-rows-of-a-view",
        }
    }

    /// The rule of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|broken| broken.name() == name)
    }

    /// Breaks the township's part.
    pub(crate) fn of_the_township(self, town: &TownMachine) -> Held {
        let sql = match self {
            Break::SkipTheFsync => {
                town.disk.ignore_syncs();
                return Ok(());
            }
            Break::DropTheVerdictTable => {
                "CREATE TRIGGER broken_held AFTER INSERT ON held BEGIN DELETE FROM held WHERE rowid = NEW.rowid; END;
                 CREATE TRIGGER broken_refused AFTER INSERT ON refused BEGIN
                   DELETE FROM refused WHERE doc = NEW.doc AND hash = NEW.hash; END;"
            }
            Break::ServeAWithdrawnDocument => {
                "CREATE TRIGGER broken BEFORE DELETE ON access BEGIN SELECT RAISE(IGNORE); END;"
            }
            Break::ForgetRowsOfAView => {
                "CREATE TRIGGER broken BEFORE INSERT ON view_visits WHEN (SELECT count(*) FROM log) % 3 = 0
                 BEGIN SELECT RAISE(IGNORE); END;"
            }
            Break::ReuseAnActor | Break::CheckpointApartFromRows => return Ok(()),
        };
        execute(&town.database().to_string_lossy(), sql)
    }

    /// Breaks a phone's part.
    pub(crate) fn of_a_phone(self, handset: &Handset) -> Held {
        let sql = match self {
            Break::SkipTheFsync => {
                handset.disk.ignore_syncs();
                return Ok(());
            }
            Break::ReuseAnActor => {
                // What the host keeps stays as it was when it enrolled: the name it writes under, too.
                "CREATE TRIGGER broken AFTER UPDATE OF host ON standing WHEN length(OLD.host) > 0 BEGIN
                   UPDATE standing SET host = OLD.host; END;"
            }
            Break::CheckpointApartFromRows => {
                "CREATE TRIGGER broken BEFORE INSERT ON tail WHEN (SELECT commits FROM copy) % 3 = 0
                 BEGIN SELECT RAISE(IGNORE); END;"
            }
            _ => return Ok(()),
        };
        execute(&handset.database(), sql)
    }
}

impl Break {
    /// The same for a township on a new disk, whose backup has the triggers.
    pub(crate) fn of_the_same_township(self, town: &TownMachine) {
        if self == Break::SkipTheFsync {
            town.disk.ignore_syncs();
        }
    }

    /// The same for a clone, which has the triggers of the phone it was copied from.
    pub(crate) fn of_a_clone(self, clone: &Handset) {
        if self == Break::SkipTheFsync {
            clone.disk.ignore_syncs();
        }
    }
}

fn execute(database: &str, sql: &str) -> Held {
    let failed = |why: rusqlite::Error| Failure::new("simulator", format!("the rule could not be broken: {why}"));
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags_and_vfs(database, flags, VFS).map_err(failed)?;
    connection.execute_batch(sql).map_err(failed)
}
