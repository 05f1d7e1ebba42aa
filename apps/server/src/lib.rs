//! A township's server: the gate before its store, the exchange with its phones, and the office's first pages.
//!
//! It knows HTTP, permission (by asking the documents crate) and the store (by its ports and its listing calls). It does
//! **not** know SQL, how documents are made of bytes, or what a phone stores. [`Town`] is the township without HTTP:
//! commands and tests use it directly.

pub mod accounts;
mod act;
pub mod audit;
mod board;
mod calendar;
mod conflicts;
mod coverage;
mod deeds;
mod devices;
mod erasures;
mod exchange;
mod gate;
mod generations;
mod groups;
mod held;
mod http;
mod kept_back;
mod limits;
mod meetings;
mod meter;
mod minors;
mod numbers;
mod person;
mod projection;
mod reassign;
pub mod reports;
mod retention;
mod rights;
mod rules;
mod settle;
mod sweep;
#[cfg(test)]
mod tests;
mod town;
mod trust;
mod verify;

pub use act::ActError;
pub use calendar::turn;
pub use conflicts::{Disputed, SettleError};
pub use coverage::VillageCoverage;
pub use deeds::DeedError;
pub use exchange::{Answer, ExchangeFailure};
pub use gate::{Gate, GateError, OFFICE};
pub use generations::{Erase, NotRenewedDoc, RenewError, Renewed};
pub use held::{DecideError, HeldWork};
pub use http::{Listening, OfficeDoor, Options, Route, Tls, Who, listen, routes};
pub use lianhu_store::DeviceStanding;
pub use person::PersonFileError;
pub use projection::rebuild;
pub use reassign::{HandOver, HandOverError, HandedOver};
pub use retention::{Purged, PurgedKind, RetentionRule};
pub use rules::DeskDigest;
pub use town::{Clock, Dice, Ground, Town, TownError, store_file};
pub use trust::Invited;
pub use verify::{Findings, verify};
