//! The publication side of every row: what hangs on the village's board when all has been played. Played last.

use serde_json::Value;

use super::stage::Stage;
use crate::failure::{Failure, Kind};

/// What is counted: the section, its row, and the words.
const COUNTED: &[(&str, u8, &str, &str)] = &[
    ("matters", 4, "公开栏上的事项", "matters on the public board"),
    ("meetings", 5, "公开栏上的会议", "meetings on the public board"),
    ("aid", 13, "公开栏上的帮扶公示", "aid on the public board"),
    ("funds", 13, "公开栏上的资金", "funds on the public board"),
    ("pledges", 15, "公开栏上的承诺", "pledges on the public board"),
    ("studios", 7, "公开栏上的工作室", "studios on the public board"),
    ("bases", 14, "公开栏上的基地", "bases on the public board"),
    ("links", 3, "公开栏上的联户党员", "members with links on the public board"),
];

/// Reads the board as anybody may, and looks whether a phone of anybody is on it.
pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let board = stage.ask(&format!("/board/v1/{}", stage.roster.id))?;
    let text = board.to_string();
    let phones = stage.roster.workers.values().filter_map(|worker| worker.phone.as_ref());
    if phones.map(|phone| phone.value.as_str()).any(|phone| text.contains(phone)) {
        return Err(Failure::new(Kind::Failed, "somebody's phone is on the public board; this is a bug"));
    }
    for (section, row, zh, en) in COUNTED {
        let sections = board.get("sections").and_then(Value::as_array).into_iter().flatten();
        let found = sections.filter(|found| found.get("section").and_then(Value::as_str) == Some(section));
        let items = found.filter_map(|found| found.get("items").and_then(Value::as_array)).map(Vec::len).sum::<usize>();
        stage.count(*row, zh, en, items as u64);
    }
    Ok(())
}
