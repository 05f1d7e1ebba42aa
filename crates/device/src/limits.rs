//! Every bound of the SDK, in one place.

/// Documents kept in memory between calls: what a person moves between on one evening.
pub const MAX_CACHED_DOCUMENTS: usize = 16;
/// Recorded changes kept after a snapshot before the document is saved anew.
pub const MAX_TAIL_CHANGES: usize = 32;
/// Times one sync may write again and go on: when another store wrote under this device's name and it took a fresh one,
/// or when a document was begun anew.
pub const MAX_FRESH_NAMES_PER_SYNC: u32 = 2;
/// Notices on late work that are kept; the oldest go first.
pub const MAX_NOTICES: usize = 200;
/// No request has a greater number: one that a township claims to have had is not taken as a number to go on from.
pub const MAX_REQUEST_NUMBER: u64 = 1 << 62;
/// Bytes of a one-time code typed or scanned.
pub const MAX_CODE_BYTES: usize = 128;
/// Characters of the name a device gives itself.
pub const MAX_DEVICE_NAME_CHARS: usize = 60;

const _: () = {
    use lianhu_core::gate::limits as gate;
    use lianhu_sync::limits as exchange;
    assert!(MAX_CACHED_DOCUMENTS > 0 && MAX_FRESH_NAMES_PER_SYNC > 0);
    assert!(gate::MAX_CHANGE_BYTES <= exchange::MAX_CHANGE_BYTES, "what is kept can travel");
    assert!(gate::MAX_SNAPSHOT_BYTES <= exchange::MAX_SNAPSHOT_BYTES, "what is recorded can be granted");
    assert!(gate::MAX_HEADS <= exchange::MAX_HEADS);
};
