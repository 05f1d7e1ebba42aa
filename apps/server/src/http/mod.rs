//! The HTTP face: who may call what, and how errors sound. No rule and no SQL lives here.

mod enrol;
mod lists;
mod night;
mod office;
mod page;
pub(crate) mod problem;
mod router;
mod serve;
mod sync;

pub use serve::{Listening, listen};
