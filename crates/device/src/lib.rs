//! The SDK: a worker's workbook on a device, with or without a township.
//!
//! A [`Workbook`] is opened on a store, written and read while offline for as long as it takes, and synced whenever there
//! is a line. Every record read says where it is ([`Place`]): *kept* on this phone, *carried*, *recorded* by the township,
//! *held* for a person, or *refused*, with the words still there ([`Workbook::needs_attention`]).
//!
//! It knows [`lianhu_core`]'s documents and rules and [`lianhu_sync`]'s conversation, and brings them together. It does
//! **not** know SQLite, HTTP, files, clocks, dice or screens: stores come through
//! [`PhoneStore`](lianhu_sync::ports::PhoneStore), the line through [`Transport`], time and randomness through
//! [`Surroundings`].
//!
//! ```
//! use lianhu_core::diary::EntryForm;
//! use lianhu_core::draft::Month;
//! use lianhu_core::roster::roster_id;
//! use lianhu_core::{DeviceMillis, WorkerId};
//! use lianhu_device::{NewDevice, Owner, Place, Surroundings, Workbook};
//! use lianhu_testkit::memory::MemoryPhone;
//!
//! struct Fixed(u8); // An app asks the system for both.
//! impl Surroundings for Fixed {
//!     fn now(&self) -> DeviceMillis {
//!         DeviceMillis(1_795_395_600_000)
//!     }
//!     fn random(&mut self) -> [u8; 16] {
//!         self.0 += 1;
//!         [self.0; 16]
//!     }
//! }
//!
//! let mut surroundings = Fixed(0);
//! let device = NewDevice::generate(&mut surroundings);
//! let owner = Owner {
//!     worker: "01980001-0000-7000-8000-000000000000".parse::<WorkerId>()?,
//!     name: "王建国".into(),
//!     roles: vec![],
//!     roster: roster_id("新塍镇", "火炬村"),
//!     township: String::new(),
//!     server: String::new(),
//! };
//! let mut book = Workbook::create(MemoryPhone::default(), surroundings, device, owner)?;
//! let day = "2026-11-20".parse()?;
//! book.diary().write(EntryForm { date: Some(day), text: "桥边路灯不亮".into(), ..EntryForm::default() })?;
//! let entries = book.diary().month(Month::of(day).ok_or("a month")?)?;
//! assert_eq!(entries[0].place, Place::Kept);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `docs/embedding.md` goes on from here.

mod attention;
mod board;
mod conflicts;
mod convert;
mod deeds;
mod diary;
mod digest;
mod enrol;
mod error;
mod exchange;
mod gate;
mod home;
mod host;
mod households;
mod key;
mod late;
pub mod limits;
mod matters;
mod meetings;
mod place;
mod renewed;
mod replay;
mod reports;
mod search;
mod shelf;
mod standing;
mod surroundings;
#[cfg(test)]
mod tests;
mod trust;
mod workbook;

pub use attention::Attention;
pub use conflicts::{Conflict, OpenConflict};
pub use diary::{DiaryBook, EntryAt, EntryShown};
pub use enrol::{DeviceName, ENROL_PATH, EnrolReply, EnrolRequest, NewDevice, NotAnEnrolment, Owner};
pub use error::WorkbookError;
pub use exchange::{Answer, Outgoing, Step, SyncError, SyncReport, Transport, TransportError};
pub use gate::Gate;
pub use households::Households;
pub use key::{DeviceKey, PublicKey, SIGNATURE_HEADER, SYNC_PATH};
pub use late::{LateEntry, Notice};
pub use lianhu_sync::signature::Signature;
pub use matters::Matters;
pub use place::{Page, Place, Places};
pub use search::Sought;
pub use surroundings::Surroundings;
pub use trust::{Bytes, KnownTownship, Locked};

pub use lianhu_sync::invitation::Invitation;
pub use workbook::{Listed, Saved, Status, Workbook};

/// Runs the examples of the guide for embedders.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
struct EmbeddingGuide;
