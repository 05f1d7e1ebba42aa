//! `lianhu device attention`: own saves that were held or turned down or are on no page, and what their author does.

use lianhu_core::views::{key_label, value_words};
use lianhu_device::{Attention, Place, Saved};
use serde_json::{Value, json};

use super::place::place_word;
use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, workbook_failure};
use crate::talk::Talk;

/// Lists them, each with a number to name it by.
pub(super) fn list(talk: Talk, workbook: &FileWorkbook) -> Result<(), Failure> {
    let attention = workbook.needs_attention().map_err(|why| workbook_failure(&why))?;
    let mut rows: Vec<Value> = Vec::new();
    for (at, one) in attention.iter().enumerate() {
        talk.print(format!("{}  [{}]", at + 1, place_word(talk, &one.place)));
        let mut words = Vec::new();
        for (key, value) in &one.words {
            let said = value.as_ref().map(|value| value_words(value, talk.lang())).unwrap_or_default();
            let part = key_label(key, talk.lang());
            // What has no name on paper (whose diary it is, who made a card) tells its author nothing.
            if !said.is_empty() && part != *key {
                talk.print(format!("   {part}: {said}"));
            }
            words.push(json!({ "key": key, "said": said }));
        }
        rows.push(json!({ "number": at + 1, "document": one.doc, "place": one.place.code(), "words": words }));
    }
    if attention.is_empty() {
        talk.say(talk.pick("没有待定或退回的。", "Nothing was held or turned down."));
    }
    talk.object(&json!({ "attention": rows }));
    Ok(())
}

/// Writes a turned-down save again.
pub(super) fn again(talk: Talk, workbook: &mut FileWorkbook, number: usize) -> Result<(), Failure> {
    let one = turned_down(workbook, number)?;
    let saved = workbook.write_again(one.doc, one.change).map_err(|why| workbook_failure(&why))?;
    talk.print(match saved {
        Saved::Unchanged => {
            talk.pick("这些内容已经在了，不必再写。", "It says nothing new any more; nothing was written.")
        }
        _ => talk.pick("已重新记下，下次同步时送到镇里。", "Written again; the next sync takes it to the township."),
    });
    talk.object(&json!({ "document": one.doc }));
    Ok(())
}

/// Lets a turned-down save go.
pub(super) fn discard(talk: Talk, workbook: &mut FileWorkbook, number: usize) -> Result<(), Failure> {
    let one = turned_down(workbook, number)?;
    workbook.discard(one.doc, one.change).map_err(|why| workbook_failure(&why))?;
    talk.print(talk.pick("已删去。", "Discarded."));
    talk.object(&json!({ "document": one.doc }));
    Ok(())
}

fn turned_down(workbook: &FileWorkbook, number: usize) -> Result<Attention, Failure> {
    let attention = workbook.needs_attention().map_err(|why| workbook_failure(&why))?;
    match number.checked_sub(1).and_then(|at| attention.into_iter().nth(at)) {
        Some(one) if !matches!(one.place, Place::Held(_)) => Ok(one),
        Some(_) => Err(Failure::new(
            Kind::Input,
            ("这一条在镇里待定，要等镇里决定", "this one waits at the township, which has to decide"),
        )),
        None => Err(Failure::new(Kind::Input, ("没有这个号", "there is no such number"))
            .hint(("lianhu device attention 列出各条", "`lianhu device attention` lists them"))),
    }
}
