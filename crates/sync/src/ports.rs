//! What the exchange needs from the rest of a phone or a township. The session machines own these ports; stores, and
//! the documents crate through its hosts, implement them. Every call can fail, and a failed call has changed nothing.

mod phone;
mod township;
mod trust;

pub use phone::{
    ExtendedDoc, GateRefusal, OpenedDoc, PendingChange, PendingState, PhoneBase, PhoneDocSummary, PhoneGate,
    PhoneStanding, PhoneStore, PhoneWrite,
};
pub use township::{
    AdmittedDoc, Beginning, Caller, Commit, CommitOutcome, DocAccess, Erasure, HeldChange, Judged, Page, RecordName,
    RecordedDoc, RefusedChange, SealedDoc, StandIn, Standing, Township, TownshipGate, TownshipReader, ViewRow,
    ViewValue,
};
pub use trust::{Admitted, Received, Scanned};
