//! The workbook of a township's party members as CRDT documents, with its rules and reports.
//!
//! This crate knows households, diaries, matters and rosters, who may read and write them, and how their documents
//! merge. It is the one home of automerge. It does **not** know files, databases, networks, clocks, randomness or
//! async: time and random bytes are arguments, and documents come and go as bytes.

mod document;
pub mod gate;
mod ids;
mod private;

pub use document::{Document, Edit, Field, ID_KEY, NewChange, OpenError, SCHEMA, SCHEMA_KEY, Scalar, Told, WriteError};
pub use ids::{ActorId, ChangeHash, DeviceMillis, DocId, DocKind, NotADocId, NotARecordId, RecordId, Stamp, WorkerId};
pub use private::Private;
