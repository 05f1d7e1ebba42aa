//! Every practice of the township once round, by the people of one village with real phones and by the office: what
//! `seeds/practice.md` lists is done here, and counted.
//!
//! One file per part of the practice; each plays its own scene on the [`Stage`] and counts what came of it under the
//! number of its row.

mod matters;
mod reports;
mod stage;

use crate::failure::Failure;
use crate::phone::Line;
use crate::talk::Talk;

use super::scene::Scene;
pub(super) use stage::{Row, Stage, busiest};

/// One part of the practice.
type Part = fn(&mut Stage<'_>) -> Result<(), Failure>;

/// The parts, in the order they are played.
const PARTS: &[(&str, &str, Part)] = &[("民情事项", "matters", matters::play)];
const PARTS: &[(&str, &str, Part)] = &[
    // The last one counts what the others have entered.
    ("报表：从大家记下的内容算出来……", "Reports, counted from what was entered …", reports::play),
];

/// Plays all parts and gives what was counted, by the rows of `seeds/practice.md`.
pub(super) fn play(talk: Talk, scene: &Scene, line: &Line) -> Result<Vec<Row>, Failure> {
    let mut stage = Stage::set(scene, line)?;
    for (zh, en, part) in PARTS {
        talk.say(talk.pick(zh, en));
        part(&mut stage)?;
    }
    Ok(stage.rows())
}
