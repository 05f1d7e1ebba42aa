//! Stores that live in memory: the plainest reading of the ports, to test against and to simulate with.
//!
//! Ordered maps only, so that the same calls always give the same answers.

mod phone;
mod township;

pub use phone::MemoryPhone;
pub use township::{MemoryReader, MemoryTownship};
