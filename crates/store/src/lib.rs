//! SQLite for a phone and for a township, behind the ports of the exchange.
//!
//! A store keeps bytes and what the gate says about them. It does **not** know HTTP, async, permissions, clocks, or what
//! a document means: facts and cards are opaque, views are tables made from descriptions.
//!
//! ```
//! use lianhu_store::{Township, TownshipOptions};
//! use lianhu_sync::ids::{DocId, ReaderId};
//! use lianhu_sync::ports::{Commit, DocAccess, Township as _, TownshipReader as _};
//!
//! let directory = tempfile::tempdir()?;
//! let township = Township::open(directory.path().join("township.db"), &[], TownshipOptions::default())?;
//! let reader = ReaderId([1; 16]);
//! let access = vec![DocAccess { doc: DocId([2; 16]), readers: vec![reader] }];
//! township.commit(Commit { access, ..Commit::default() })?;
//! assert!(township.read()?.readable(reader)?.is_empty(), "the document is blank");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// A phone alone leaves some of what both stores share to nobody.
#![cfg_attr(not(feature = "township"), allow(dead_code))]

mod bytes;
mod copies;
mod error;
mod file;
mod limits;
mod lock;
mod machine;
mod phone;
mod schema;
mod sealed;
#[cfg(feature = "township")]
mod township;

#[cfg(feature = "township")]
#[cfg(test)]
mod tests;

pub use error::{OpenError, StoreError};
pub use file::SetAside;
pub use lock::{Lock, Pin, PinTooShort};
pub use machine::{Held, Machine, ThisMachine};
pub use phone::{Phone, PhoneOptions};
#[cfg(feature = "township")]
pub use township::{
    Account, AccountChange, AccountId, AuditFindings, AuditHead, AuditPick, AuditProblem, AuditQuery, AuditRecord,
    AuditTrim, AuditTrimming, ChosenSuite, ColumnType, Contact, Counters, Device, DeviceNight, DeviceStanding,
    DigestDifference, DocFacts, ErasedLine, HeldRecord, ListError, LoggedChange, NewAuditLine, NewAuditTrim, NewDevice,
    Op, Query, Reader, Redeemed, Session, Still, Township, TownshipKeyRow, TownshipOptions, ViewSpec,
};
