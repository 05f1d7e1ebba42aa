//! Every bound the gate sets, in one place. A change or document outside them is refused before automerge sees it.

/// Bytes of one change chunk. The exchange allows no more either.
pub const MAX_CHANGE_BYTES: usize = 256 << 10;
/// Operations in one change; a save writes a handful, an import of a whole village a few thousand.
pub const MAX_CHANGE_OPS: usize = 5_000;
/// Overwritten values named by all operations of one change.
pub const MAX_CHANGE_PREDS: usize = 20_000;
/// Changes one change may follow directly. A phone follows all heads it knows, and a document has no more heads.
pub const MAX_DEPS: usize = 64;
/// Other actors one change may name.
pub const MAX_OTHER_ACTORS: usize = 1_024;
/// Bytes of a key: `collection/id/field` fits many times over.
pub const MAX_KEY_BYTES: usize = 256;
/// Counters and sequence numbers stay below this. automerge breaks at 2^32; honest documents stay below a million.
pub const COUNTER_LIMIT: u64 = 1 << 30;
/// Milliseconds around 1970 a clock may claim: some 8,900 years either way. automerge breaks at `i64::MIN`.
pub const TIME_LIMIT_MILLIS: i64 = 1 << 48;

/// Bytes of one document snapshot, columns uncompressed. The exchange allows no more either.
pub const MAX_SNAPSHOT_BYTES: usize = 4 << 20;
/// Changes in the history of one document.
pub const MAX_DOCUMENT_CHANGES: usize = 50_000;
/// Operations in the history of one document that left a value.
pub const MAX_DOCUMENT_OPS: usize = 200_000;
/// Overwrites (or dependencies) recorded in one document.
pub const MAX_DOCUMENT_LINKS: usize = 400_000;
/// Actors in the history of one document.
pub const MAX_DOCUMENT_ACTORS: usize = 4_096;
/// Heads of one document; one more writer has to see the others first.
pub const MAX_HEADS: usize = 64;

/// Characters that stand in one document's prose; every one of them is an operation.
pub const MAX_PROSE_CHARS: usize = 100_000;

/// Stack of the thread on which automerge meets foreign bytes.
pub const LARGE_STACK_BYTES: usize = 32 << 20;

const _: () = {
    assert!(MAX_CHANGE_BYTES <= MAX_SNAPSHOT_BYTES, "a document can hold the largest change");
    assert!(MAX_CHANGE_OPS <= MAX_DOCUMENT_OPS);
    assert!(MAX_CHANGE_OPS <= MAX_CHANGE_PREDS, "every operation may overwrite something");
    assert!(MAX_CHANGE_PREDS <= MAX_DOCUMENT_LINKS);
    assert!(MAX_HEADS <= MAX_DEPS, "a change can follow every head");
    assert!(MAX_OTHER_ACTORS <= MAX_DOCUMENT_ACTORS);
    assert!(MAX_DOCUMENT_OPS + MAX_CHANGE_OPS < COUNTER_LIMIT as usize, "counters cannot run out before space does");
    assert!(2 * MAX_PROSE_CHARS <= MAX_DOCUMENT_OPS, "the longest prose can be written twice over");
    assert!(MAX_KEY_BYTES < MAX_CHANGE_BYTES);
};
