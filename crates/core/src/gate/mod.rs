//! The gate: no change reaches automerge unscanned, and no document trusts one untried.
//!
//! automerge takes bytes on trust: 64 of them can hold a million operations, and a wrong sequence number or reference
//! is accepted and then breaks the document on every replica that holds it. So [`scan()`] bounds a chunk from its bytes
//! alone, [`trial()`] finds out whether what passed fits its document, and [`open_snapshot`] does both for a whole document.
//! Of a flat document its bytes tell that; of any other, and in every doubt, automerge applies the change to a scratch copy
//! and opens the result again. Permission and authorship are the caller's part, between scan and trial: [`Scan`] names the
//! actor and the keys. A [`Scan`] and a [`Trial`] come from here alone, so holding one is the proof.
//!
//! The same gate stands on the phone and in the township. Its bounds are in [`limits`]; the shapes it was built against
//! are in its tests, one each.

mod careful;
mod columns;
mod flat;
pub mod limits;
mod prose;
mod rows;
mod scan;
mod snapshot;
#[cfg(test)]
mod tests;
mod trial;

pub(crate) use careful::quietly;
pub use careful::{on_large_stack, this_stack_is_large};
pub(crate) use flat::Flat;
pub use limits::LARGE_STACK_BYTES;
pub use scan::{Scan, ScanError, Touch, scan};
pub use snapshot::{SnapshotError, keep_beyond, open_snapshot};
pub(crate) use trial::load;
pub use trial::{Refusal, Trial, TrialVerdict, trial};
