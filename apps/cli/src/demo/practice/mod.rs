//! Every practice of the township once round, by the people of one village with real phones and by the office: what
//! `seeds/practice.md` lists is done here, and counted.
//!
//! One file per part of the practice; each plays its own scene on the [`Stage`] and counts what came of it under the
//! number of its row.

mod aid;
mod board;
mod community;
mod diary;
mod matters;
mod meetings;
mod reports;
mod roster;
mod stage;
mod visits;

use crate::failure::Failure;
use crate::phone::Line;
use crate::talk::Talk;

use crate::scene::Scene;
pub(super) use stage::{Row, Stage};

/// One part of the practice.
type Part = fn(&mut Stage<'_>) -> Result<(), Failure>;

/// The parts, in the order they are played.
const PARTS: &[(&str, &str, Part)] = &[
    ("名册：责任区、覆盖、六六、驻村", "the roster: areas, coverage, cadres", roster::play),
    ("走访", "visits", visits::play),
    ("民情日记", "the diary", diary::play),
    ("民情事项", "matters", matters::play),
    ("会议", "meetings", meetings::play),
    ("帮扶、资金、申请", "help plans, funds, applications", aid::play),
    ("承诺、工作室、基地", "pledges, studios, bases", community::play),
    // What hangs on the board is what all the others did, and so is what the reports count.
    ("公开栏", "the public board", board::play),
    ("报表：从大家记下的内容算出来", "reports, counted from what was entered", reports::play),
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
