//! Row 2: the diary, for each of its readers; a sentence that becomes a matter; a comment; a paper book typed in.

use lianhu_core::deed::from_json;
use lianhu_core::diary::{Audience, EntryForm};
use lianhu_core::matter::MatterForm;
use lianhu_core::roster::Role;
use lianhu_core::{DocId, DocKind, WorkerId};
use serde_json::{Value, json};

use super::Stage;
use super::visits::member_with_homes;
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;

/// Plays the part.
pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let failed = |why| workbook_failure(&why);
    let (worker, homes) = member_with_homes(stage)?;
    let mut member = stage.phone(worker)?;
    let today = member.book.hand().today;
    let form = |text: &str| EntryForm {
        date: Some(today),
        households: homes.first().copied().into_iter().collect(),
        text: text.into(),
        ..EntryForm::default()
    };
    for audience in Audience::ALL {
        member.book.diary().write_for(*audience, form("雨停了，去看了看河道。")).map_err(failed)?;
    }
    let told = "村口路灯不亮，李阿姨晚上不敢出门。";
    let at = member.book.diary().write_for(Audience::Village, form(told)).map_err(failed)?;
    let matter = member.book.diary().raise(at, "村口路灯不亮", MatterForm::default()).map_err(failed)?;
    stage.sync(&mut member)?;

    // The village board reads it and says something; later the author lets the town read it too.
    let mut board = stage.phone_of(Role::VillageBoard, &[worker])?;
    board.book.diary().comment(at, "已联系电工。").map_err(failed)?;
    type_in(&mut board, stage.roster.id, worker)?;
    stage.sync(&mut board)?;
    stage.sync(&mut member)?;
    let comments = member.book.diary().get(at.doc).map_err(failed)?.comments_on(at.id).len();
    member.book.diary().move_to(at, Audience::Town).map_err(failed)?;
    stage.sync(&mut member)?;
    count(stage, worker, matter, comments)
}

/// A page of the member's paper book, typed in at the village office.
fn type_in(board: &mut super::stage::Actor, village: DocId, author: WorkerId) -> Result<(), Failure> {
    let today = board.book.hand().today;
    let deed = json!({ "do": "write", "author": author, "village": village, "date": today.to_string(),
        "recorded_on": today.to_string(), "text": "（手写）给独居老人送了药。" });
    let deed = from_json(DocKind::Diary, &deed.to_string());
    let deed = deed.map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
    board.book.begin(&*deed).map(|_| ()).map_err(|why| workbook_failure(&why))
}

fn count(stage: &mut Stage<'_>, author: WorkerId, matter: DocId, comments: usize) -> Result<(), Failure> {
    let total = |told: &Value| told.get("total").and_then(Value::as_u64).unwrap_or_default();
    let entries = stage.ask(&format!("/office/v1/lists/diary_entries?author={author}"))?;
    stage.count(2, "日记（不含只给自己看的）", "diary entries, those for oneself left out", total(&entries));
    let for_town = stage.ask(&format!("/office/v1/lists/diary_entries?author={author}&audience=town"))?;
    stage.count(2, "镇里能看到内容的", "entries whose words the town reads", total(&for_town));
    let raised = stage.ask(&format!("/office/v1/documents/{matter}"))?;
    let from_an_entry = raised.get("fields").and_then(|fields| fields.get("source")).is_some();
    stage.count(2, "一句话转成事项", "sentences turned into matters", u64::from(from_an_entry));
    stage.count(2, "评论", "comments", u64::try_from(comments).unwrap_or_default());
    Ok(())
}
