//! The same names in two houses: `core` and `sync` never meet, so each has its own type over the same bytes.

use lianhu_core::Document;
use lianhu_sync::ids::{ChangeHash, DocId, Heads};

/// A document's name for the exchange.
pub(crate) fn sync_doc(doc: lianhu_core::DocId) -> DocId {
    DocId(doc.to_bytes())
}

/// A document's name as the workbook knows it; `None` for bytes that name nothing of ours.
pub(crate) fn core_doc(doc: DocId) -> Option<lianhu_core::DocId> {
    lianhu_core::DocId::from_bytes(doc.0).ok()
}

/// A change's name for the exchange.
pub(crate) fn sync_hash(hash: lianhu_core::ChangeHash) -> ChangeHash {
    ChangeHash(hash.0)
}

/// A change's name as the workbook knows it.
pub(crate) fn core_hash(hash: ChangeHash) -> lianhu_core::ChangeHash {
    lianhu_core::ChangeHash(hash.0)
}

/// A document's heads for the exchange: none while only the derived genesis is there.
pub(crate) fn heads_of(document: &Document) -> Heads {
    if document.is_blank() {
        return Heads::default();
    }
    Heads::new(document.heads().into_iter().map(sync_hash).collect())
}
