//! Every bound of the store, in one place.

use std::time::Duration;

/// Pieces of work the writer puts into one transaction, and so under one fsync.
pub(crate) const GROUP_MAX: usize = 256;
/// Pieces of work that may wait for the writer; whoever comes after waits before handing over.
pub(crate) const QUEUE_MAX: usize = 1024;
/// Notes of exchanges that are written together at the latest.
pub(crate) const NOTES_TOGETHER: usize = 256;
/// Read connections kept open while nobody reads: one for each exchange and each request of the office that may be under
/// way at once. One that is opened anew reads the whole schema and compiles every statement again.
pub(crate) const IDLE_READERS: usize = 80;
/// Pages of the database each of them keeps, in KiB. All of them together stay below 64 MiB; a night's commits throw the
/// pages away before they are asked for again anyway.
pub(crate) const READER_CACHE_KIB: i64 = 768;
/// How long a connection waits for another one's lock before it gives up.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements each connection keeps.
pub(crate) const STATEMENTS: usize = 128;
/// The log file shrinks back to this after a checkpoint.
pub(crate) const WAL_KEEP_BYTES: i64 = 16 << 20;
/// Memory for the pages a township's writer works on, in KiB. A night changes the same pages again and again; without room
/// for them SQLite writes and reads them anew within one transaction.
pub(crate) const WRITER_CACHE_KIB: i64 = 32 << 10;
/// Pages (of 4 KiB) in a township's log file before they are moved into the database. A page that many commits of a night
/// change is moved once for all of them; more than this would make the log long to look through for whoever reads.
pub(crate) const CHECKPOINT_PAGES: i64 = 8_000;
/// A township's log file keeps its length after a checkpoint, with room for the group that went beyond, so that it is
/// not cut off and made again each time.
pub(crate) const TOWNSHIP_WAL_KEEP_BYTES: i64 = CHECKPOINT_PAGES * 4_120 + (8 << 20);
/// Databases set aside next to one path before somebody has to look at them.
pub(crate) const SET_ASIDE_MAX: u32 = 999;
/// Bytes that are read of a list of erasures: a line is 200 or so, so this is more than a township ever erases.
pub(crate) const MAX_ERASURE_LIST_BYTES: u64 = 64 << 20;
/// Bytes of changes, before they are packed, after which a new block begins: whoever reads one change opens a whole block.
pub(crate) const BLOCK_BYTES: usize = 64 << 10;
/// Documents that are packed in one transaction; whoever wants to write waits that long.
pub(crate) const PACKED_TOGETHER: usize = 64;
/// Characters a PIN has at least: a million of them are tried in a week where Argon2id takes half a second.
pub(crate) const PIN_MIN: usize = 6;
/// Characters of a view's or column's name.
pub(crate) const NAME_MAX: usize = 48;
/// What an entry of a page costs besides its bytes: its document, its hash and its frame.
pub(crate) const ENTRY_OVERHEAD: usize = 24;

const _: () = {
    assert!(GROUP_MAX <= QUEUE_MAX, "a whole group can wait while the one before is written");
    assert!(
        lianhu_sync::limits::MAX_CHANGE_BYTES <= lianhu_sync::limits::REPLY_BUDGET_BYTES,
        "the largest change fits into a page"
    );
};
/// Kinds of action a summary of the audit log counts by themselves; what is beyond them is counted together.
pub(crate) const AUDIT_ACTIONS: usize = 32;
/// The longest word for an action that is one.
pub(crate) const AUDIT_ACTION_BYTES: usize = 24;
