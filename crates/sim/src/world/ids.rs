//! Between the documents crate's names and the exchange's.

use lianhu_core::{DocId, WorkerId};
use lianhu_sync::ids::{DocId as SyncDocId, ReaderId};

/// A document's name for the documents crate; `None` if it is none.
pub(crate) fn named(doc: SyncDocId) -> Option<DocId> {
    DocId::from_bytes(doc.0).ok()
}

/// Whom a worker's devices read for.
pub(crate) fn reader_of(worker: WorkerId) -> ReaderId {
    ReaderId(worker.0.into_bytes())
}

/// The worker behind a reader.
pub(crate) fn worker_of(reader: ReaderId) -> WorkerId {
    WorkerId(uuid::Uuid::from_bytes(reader.0))
}
