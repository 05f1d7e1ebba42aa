//! Every bound of the exchange, in one place. A bigger input gets a typed error, a longer list another page.

/// The protocol this crate speaks; a request of another version is answered with `unsupported_version`.
pub const PROTOCOL_VERSION: u8 = 1;
/// Bytes of a request's body as it travels.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// Bytes of a reply's body as it travels; larger than a request's, since a snapshot travels whole and is dense already.
pub const MAX_REPLY_BYTES: usize = 5 << 20;
/// Bytes of a body after decompression; a bomb is cut off at this size.
pub const MAX_INFLATED_BYTES: usize = 5 << 20;
/// Bytes of one change.
pub const MAX_CHANGE_BYTES: usize = 256 << 10;
/// No change is smaller than this, so that a budget of bytes is a budget of changes too.
pub const MIN_CHANGE_BYTES: usize = 32;
/// Changes in one request or reply.
pub const MAX_CHANGES: usize = 8192;
/// Documents named in one request or reply.
pub const MAX_DOCUMENTS: usize = 20_000;
/// Seals in one reply: for the documents of a request and for those of its own entries.
pub const MAX_SEALS: usize = 2 * MAX_DOCUMENTS;
/// Documents a phone lists in one request; more are listed in the next.
pub const HOLDS_PER_REQUEST: usize = 4000;
/// Data items (CBOR) in one body: above any honest body, below what would fill a machine's memory.
pub const MAX_ITEMS: usize = 250_000;
/// Arrays inside arrays in one body.
pub const MAX_NESTING: usize = 16;
/// Bytes of one document snapshot.
pub const MAX_SNAPSHOT_BYTES: usize = 4 << 20;
/// Heads of one document.
pub const MAX_HEADS: usize = 64;
/// Bytes of one record that somebody has signed: a certificate, an invitation, a new key.
pub const MAX_SIGNED_BYTES: usize = 1024;
/// Bytes of a public key as it travels.
pub const MAX_KEY_BYTES: usize = 128;
/// Keys of a township named in one reply. It changes its key when it must, not by habit.
pub const MAX_TOWNSHIP_KEYS: usize = 64;
/// Characters of an invitation's text.
pub const MAX_INVITATION_CHARS: usize = 2048;
/// Characters of a reason given with a verdict.
pub const MAX_REASON_CHARS: usize = 200;
/// Bytes of changes a phone puts into one request when it has more.
pub const REQUEST_BUDGET_BYTES: usize = 256 << 10;
/// Bytes of the changes of one document a phone gives back: it goes whole, and has to fit into a body uncompressed.
pub const MAX_RETURNED_BYTES: usize = 768 << 10;
/// Bytes of entries a township puts into one reply when it has more, unless the phone asks for fewer.
pub const REPLY_BUDGET_BYTES: usize = 256 << 10;
/// Times a township judges the same request again because a document moved meanwhile.
pub const MAX_JUDGED_AGAIN: u32 = 16;
/// Seconds a phone is asked to wait when the documents it changes keep moving.
pub const BUSY_RETRY_AFTER_S: u32 = 5;
/// Round trips one sync may take before it gives up and reports that it does not settle.
pub const MAX_ROUND_TRIPS: usize = 512;

/// Bytes of memory that decoding one body may take, whatever the body is.
pub const MAX_DECODING_BYTES: usize = 16 << 20;

const _: () = {
    // The payload, a copy of everything in it, and lists of chunks, grown by doubling, for items of one byte each.
    assert!(
        2 * MAX_INFLATED_BYTES + MAX_ITEMS.next_power_of_two() * size_of::<crate::message::Chunk>()
            <= MAX_DECODING_BYTES
    );
    assert!(MAX_BODY_BYTES <= MAX_REPLY_BYTES && MAX_REPLY_BYTES <= MAX_INFLATED_BYTES);
    assert!(REPLY_BUDGET_BYTES + MAX_SNAPSHOT_BYTES <= MAX_REPLY_BYTES, "the largest snapshot fits into a reply");
    assert!(
        REQUEST_BUDGET_BYTES / MIN_CHANGE_BYTES <= MAX_CHANGES && REPLY_BUDGET_BYTES / MIN_CHANGE_BYTES <= MAX_CHANGES
    );
    assert!(HOLDS_PER_REQUEST <= MAX_DOCUMENTS && HOLDS_PER_REQUEST * (24 + 2 * 34) < MAX_BODY_BYTES / 2);
    assert!(MAX_CHANGE_BYTES <= REQUEST_BUDGET_BYTES, "the largest change fits into a request");
    assert!(MAX_RETURNED_BYTES >= REQUEST_BUDGET_BYTES && MAX_RETURNED_BYTES + (128 << 10) <= MAX_BODY_BYTES);
    assert!(REQUEST_BUDGET_BYTES + MAX_CHANGE_BYTES <= MAX_BODY_BYTES, "a full request fits into a body");
};
