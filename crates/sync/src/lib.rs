//! The conversation between a phone and its township: messages, their bytes, and the session machines of both sides.
//!
//! To this crate a change is a hash and some bytes, a document an id and some heads. It does **not** know automerge,
//! SQL, HTTP, files, clocks, or what a household is. What it needs of the world it asks through [`ports`].

pub mod ids;
pub mod limits;
pub mod message;
pub mod ports;
