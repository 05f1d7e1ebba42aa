//! `lianhu device late`: what came late, told to its author and to those who have the document now.

use std::collections::BTreeSet;

use lianhu_core::DeviceMillis;
use lianhu_core::late::TownMillis;
use lianhu_core::views::key_label;
use serde_json::json;

use super::conflicts::{moment, names_on_phone};
use crate::failure::Failure;
use crate::phone::{FileWorkbook, workbook_failure};
use crate::talk::Talk;

/// Shows notices on own late work and others' late work; with `seen`, both are put away.
pub(super) fn run(talk: Talk, workbook: &mut FileWorkbook, seen: bool) -> Result<(), Failure> {
    let failed = |why| workbook_failure(&why);
    let names = names_on_phone(workbook)?;
    let (notices, entries) = (workbook.notices().to_vec(), workbook.late_entries().map_err(failed)?);
    for notice in &notices {
        let line = talk.pick("您的内容迟到后已收", "yours went in late");
        talk.print(format!("{}  {line}: {}\t[{}]", notice.title.as_str(), what(talk, &notice.keys), at(notice.at)));
    }
    for entry in &entries {
        let line = talk.pick("迟到的内容", "came late");
        let name = names.get(&entry.by).cloned().unwrap_or_default();
        talk.print(format!("{}  {line}: {}\t[{name} {}]", entry.title.as_str(), what(talk, &entry.keys), at(entry.at)));
    }
    if notices.is_empty() && entries.is_empty() {
        talk.say(talk.pick("没有迟到的内容。", "Nothing came late."));
    }
    if seen {
        for notice in &notices {
            workbook.dismiss_notice(notice.id).map_err(failed)?;
        }
        for doc in entries.iter().map(|entry| entry.doc).collect::<BTreeSet<_>>() {
            workbook.looked_at_late(doc).map_err(failed)?;
        }
    }
    let own = notices.iter().map(|one| json!({ "document": one.doc, "keys": one.keys, "at": one.at }));
    let others = entries.iter().map(|one| json!({ "document": one.doc, "by": one.by, "keys": one.keys, "at": one.at }));
    talk.object(&json!({
        "notices": own.collect::<Vec<_>>(), "late": others.collect::<Vec<_>>(), "put_away": seen,
    }));
    Ok(())
}

fn what(talk: Talk, keys: &[String]) -> String {
    let labels: BTreeSet<String> = keys.iter().map(|key| key_label(key, talk.lang())).collect();
    labels.into_iter().collect::<Vec<_>>().join(talk.pick("、", ", "))
}

fn at(at: TownMillis) -> String {
    moment(DeviceMillis(at.0))
}
