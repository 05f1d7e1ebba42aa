//! The workbook of a township's party members as CRDT documents, with its rules and reports.
//!
//! This crate knows households, diaries, matters and rosters, who may read and write them, and how their documents
//! merge. It is the one home of automerge. It does **not** know files, databases, networks, clocks, randomness or
//! async: time and random bytes are arguments, and documents come and go as bytes.

pub mod access;
pub mod card;
pub mod diary;
mod document;
pub mod draft;
pub mod gate;
pub mod household;
mod ids;
mod lang;
pub mod matter;
pub mod policy;
mod private;
mod record;
pub mod roster;
#[cfg(test)]
mod testing;
mod value;
pub mod views;

pub use document::{Document, Edit, Field, ID_KEY, NewChange, OpenError, SCHEMA, SCHEMA_KEY, Scalar, Told, WriteError};
pub use draft::Refusal;
pub use ids::{ActorId, ChangeHash, DeviceMillis, DocId, DocKind, NotADocId, NotARecordId, RecordId, Stamp, WorkerId};
pub use lang::Lang;
pub use private::Private;
pub use record::Record;
