//! `lianhu person`

use crate::args::{PersonAction, PersonArgs};
use crate::commands::rights;
use crate::failure::Failure;
use crate::talk::Talk;

/// Does something for a person.
pub fn run(talk: Talk, args: &PersonArgs) -> Result<(), Failure> {
    match &args.action {
        PersonAction::Rights(action) => rights::run(talk, action),
    }
}
