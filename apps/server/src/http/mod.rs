//! The HTTP face: who may call what, and how errors sound. No rule and no SQL lives here.

mod accounts;
mod acts;
mod audit;
mod board;
mod conflicts;
mod coverage;
mod deeds;
mod document;
mod door;
mod enrol;
mod groups;
mod guard;
mod guesses;
mod handbook;
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
mod routes;
mod rules;
mod serve;
mod session;
mod standing;
mod sync;
mod tls;

pub use routes::{Route, Who, routes};
pub use serve::{Listening, OfficeDoor, Options, listen};
pub use tls::Tls;
