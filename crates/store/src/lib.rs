//! SQLite for a phone and for a township, behind the ports of the exchange.
//!
//! A store keeps bytes and what the gate says about them. It does **not** know HTTP, async, permissions, clocks, or what
//! a document means: facts and cards are opaque, views are tables made from descriptions.

mod bytes;
mod error;
mod file;
mod limits;
mod phone;
mod township;

#[cfg(test)]
mod tests;

pub use error::{OpenError, StoreError};
pub use file::SetAside;
pub use phone::{Phone, PhoneOptions};
pub use township::{
    ColumnType, Contact, Counters, Device, DeviceNight, DigestDifference, DocFacts, HeldRecord, LoggedChange,
    NewDevice, Op, Query, Reader, Redeemed, Township, TownshipOptions, ViewSpec,
};
