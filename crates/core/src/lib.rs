//! The workbook of a township's party members as CRDT documents, with its rules.
//!
//! This crate knows households, diaries, matters and rosters, who may read and write them, and how their documents
//! merge. It is the one home of automerge. It does **not** know files, databases, networks, clocks, randomness or
//! async: time and random bytes are arguments, and documents come and go as bytes.
//!
//! # A visit, from the phone's form to the office's table
//!
//! ```
//! use lianhu_core::household::{self, CardForm, HouseholdDraft, Household, VisitDraft, VisitForm};
//! use lianhu_core::{ActorId, DeviceMillis, DocId, DocKind, Document, RecordId, Stamp, WorkerId, views};
//!
//! // Ids are minted by whoever makes a thing, from random bytes of the host.
//! let worker: WorkerId = "0192f0c1-7a3b-7c4d-8e5f-0123456789ab".parse()?;
//! let village = lianhu_core::roster::roster_id("高桥镇", "南浜村");
//! let id = DocId::mint(DocKind::Household, [7; 16]);
//! let stamp = Stamp { worker, actor: ActorId::new(worker, [1; 16], 0), at: DeviceMillis(1_793_692_800_000) };
//!
//! // A form is what was typed; a draft is fit to be written, or there is none.
//! let form = CardForm { head: "张三".into(), phone: "138 0013 8000".into(), ..CardForm::default() };
//! let draft = HouseholdDraft::new(village, &form)?;
//! let mut document = Document::new(id);
//! document.write(stamp, household::create(worker, &draft))?;
//!
//! let form = VisitForm {
//!     workers: vec![worker],
//!     date: chrono::NaiveDate::from_ymd_opt(2026, 11, 3),
//!     note: "自来水又小了。".into(),
//!     entered_by: Some(worker),
//!     ..VisitForm::default()
//! };
//! let change = document.write(stamp, household::visit(RecordId([3; 8]), &VisitDraft::new(form)?))?;
//!
//! // The change travels as bytes; whoever holds the same changes reads the same household.
//! let change = change.ok_or("a new visit is a change")?;
//! assert!(document.holds(change.hash));
//! let home = Household::read(&document);
//! assert_eq!(home.visits.len(), 1);
//! assert_eq!(home.head.as_ref().map(|head| head.value.as_str()), Some("张三"));
//! assert!(views::project(&document).iter().any(|row| row.view == "visits"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How a kind is built
//!
//! Documents are flat (`docs/adr/0001-flat-documents.md`), but for the minutes of a meeting, which are one text that several
//! people write (`docs/adr/0006-shared-prose.md`). Every kind has the same parts, in one module:
//!
//! * a `SCHEMA`: the keys it may hold and the type of each. Readers and judges share it through one conversion, so what a
//!   reader cannot read a judge does not let in;
//! * a reading (`Household::read`, …): one pass over the keys, tolerant: an unknown key is left, a value of another type
//!   reads as absent, a disputed value is a [`Field`] with rivals. It never fails;
//! * forms and drafts: [`draft`] parses, and an invalid draft does not exist past its constructor;
//! * writes: pure functions from drafts to an [`Edit`], which [`Document::write`] makes one change of.
//!
//! # To add a field, touch these places
//!
//! 1. The kind's module: its `SCHEMA` row, its field in the reading and in `take`, in form, draft and edit. A field of a JSON
//!    record: its name in `FIELDS`, and one line each in `from_scalar` and `to_scalar`.
//! 2. `draft/fields.rs`, if a person fills it in: the name a refusal uses, in both languages.
//! 3. The kind's `VIEWS` and `rows`, if the office lists it. Stores rebuild; nothing is migrated.
//! 4. A test in the kind's module that reads it as it was written.
//!
//! Nothing else: older versions carry the field untouched.
//!
//! # To add a kind, touch these places
//!
//! 1. `ids.rs`: a variant of [`DocKind`], its code, never used before, and its name. (A kind that everybody must find without
//!    asking is named by [`DocId::derive`].)
//! 2. A module like [`diary`], the smallest one: schema, reading, drafts, writes, and an implementation of `Kind`
//!    (`kind.rs`): who reads it, who writes which key, its card, its tables and rows.
//! 3. `kind.rs`: a line in `of` and one in `KNOWN`.
//! 4. [`deed`]: what people do to it, if it is more than one form; [`course`], if it comes to its end by steps.
//! 5. A sample of each of its keys and steps in the test kit's `permissions` (a test asks for them), from which
//!    `docs/permissions.md` is written; and `docs/glossary.md`: its words.
//!
//! A kind that this version does not know is [`DocKind::Other`]: it is carried, listed and merged, and nobody is let in to
//! write it.

pub mod access;
pub mod aid;
pub mod base;
pub mod board;
pub mod card;
pub mod complaint;
pub mod course;
pub mod deadline;
pub mod deed;
pub mod diary;
pub mod dispute;
mod document;
pub mod draft;
pub mod fund;
pub mod gate;
#[cfg(test)]
mod golden;
pub mod groups;
pub mod household;
mod ids;
mod kind;
mod lang;
pub mod late;
pub mod matter;
pub mod meeting;
pub mod person;
pub mod plan;
pub mod pledge;
pub mod policy;
pub mod print;
mod private;
mod record;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod replicas;
pub mod report;
#[cfg(test)]
mod required;
pub mod retention;
pub mod roster;
pub mod studio;
#[cfg(test)]
mod testing;
mod value;
pub mod views;

pub use document::{
    CharId, Document, Edit, Field, GENERATION_KEY, ID_KEY, NewChange, NextGeneration, NotRenewed, OpenError, PROSE_KEY,
    SCHEMA, SCHEMA_KEY, Scalar, Told, WriteError,
};
pub use draft::Refusal;
pub use ids::{
    ActorId, ChangeHash, DeviceMillis, DocId, DocKind, Generation, NotADocId, NotARecordId, RecordId, Stamp, WorkerId,
};
pub use lang::Lang;
pub use private::Private;
pub use record::Record;
