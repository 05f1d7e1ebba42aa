//! The HTTP face: who may call what, and how errors sound. No rule and no SQL lives here.

mod acts;
mod board;
mod conflicts;
mod coverage;
mod deeds;
mod document;
mod door;
mod enrol;
mod groups;
mod guesses;
mod lists;
mod minors;
mod night;
mod page;
mod people;
mod person;
mod problem;
mod reports;
mod retention;
mod room;
mod router;
mod rules;
mod serve;
mod standing;
mod sync;

pub use serve::{Listening, listen};
