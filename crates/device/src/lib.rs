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

mod attention;
mod convert;
mod diary;
mod enrol;
mod error;
mod exchange;
mod gate;
mod host;
mod households;
mod key;
pub mod limits;
mod matters;
mod place;
mod surroundings;
#[cfg(test)]
mod tests;
mod workbook;

pub use attention::{Attention, Conflict};
pub use diary::{DiaryBook, EntryAt, EntryShown};
pub use enrol::{DeviceName, ENROL_PATH, EnrolReply, EnrolRequest, NewDevice, NotAnEnrolment, Owner};
pub use error::WorkbookError;
pub use exchange::{Outgoing, Step, SyncError, SyncReport, Transport, TransportError};
pub use gate::Gate;
pub use households::Households;
pub use key::{DeviceKey, PublicKey, SIGNATURE_HEADER, SYNC_PATH, Signature};
pub use matters::Matters;
pub use place::{Page, Place, Places};
pub use surroundings::Surroundings;
pub use workbook::{Listed, Saved, Status, Workbook};
