//! Why a call to the workbook did nothing.

use lianhu_core::gate::{Refusal as Misfit, ScanError};
use lianhu_core::policy::Why;
use lianhu_core::{DocId, Refusal, WriteError};

use crate::trust::Locked;

/// Why a call did nothing. `E` is the store's own error. None of them carries personal data.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError<E> {
    /// The store failed; nothing was written.
    #[error("the phone's store failed")]
    Store(#[source] E),
    /// The store holds no workbook yet: create one.
    #[error("the store holds no workbook")]
    NoWorkbook,
    /// The store holds a workbook already: open it.
    #[error("the store holds a workbook already")]
    AlreadyAWorkbook,
    /// What the store keeps about the workbook is not readable: another version wrote it, or it is damaged.
    #[error("the store's workbook is of another version, or damaged")]
    UnreadableWorkbook,
    /// Nothing can be read or written now; the reason says what unlocks it.
    #[error("{0}")]
    Locked(Locked),
    /// An invitation, a certificate or an answer is not the word of the township it should be of.
    #[error("this is not the word of the workbook's township")]
    NotThisTownship,
    /// A stored document does not open. Its bytes stay where they are; a sync brings the recorded part anew.
    #[error("the stored document {0} does not open")]
    UnreadableDocument(DocId),
    /// The phone does not hold this document, or it is of another kind.
    #[error("document {0} is not on this phone")]
    NotHere(DocId),
    /// The deed is done to a document that is there, and begins none.
    #[error("this is done to a document that is there already")]
    NothingBegun,
    /// The document has no such record, change or conflict.
    #[error("there is no such record")]
    NoSuchRecord,
    /// What was typed is not fit to be written; the field and the reason say what to mend.
    #[error("{0}")]
    Draft(#[from] Refusal),
    /// The township would refuse this, so it is not kept either.
    #[error("the township would refuse it: {}", .0.message(lianhu_core::Lang::En))]
    WouldBeRefused(Why),
    /// It removes what somebody else wrote, perhaps without having been seen: look at the document and decide.
    #[error("it would remove what somebody else wrote since")]
    WouldRemoveUnseen,
    /// The change is larger than a change may be.
    #[error("too much for one save: {0}")]
    TooMuch(ScanError),
    /// The document cannot take the change: it is full, or too many people write it at once.
    #[error("the document cannot take it: {0}")]
    Misfit(Misfit),
    /// A value that is not this version's to write.
    #[error(transparent)]
    Write(#[from] WriteError),
}
