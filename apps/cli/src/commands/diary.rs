//! `lianhu diary`

use lianhu_core::diary::{Diary, DiaryDeed, EntryTyped, PutComment, RemoveEntry};
use lianhu_core::draft::Month;
use lianhu_core::matter::{MatterForm, temporary_code};
use lianhu_core::roster::Roster;
use lianhu_core::{DocId, DocKind, RecordId, WorkerId};
use lianhu_device::EntryAt;
use serde_json::{Value, json};

use crate::args::{DiaryAction, DiaryArgs, EntryMore};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, workbook_failure};
use crate::talk::Talk;

/// Does one thing with diaries.
pub fn run(talk: Talk, args: &DiaryArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    match &args.action {
        DiaryAction::Write { text, more } => {
            let at = write(&mut desk, text, more)?;
            at.1.iter().for_each(|entry| talk.print(entry.to_string()));
            desk.done(talk);
            talk.object(&json!({ "document": at.0, "entry": at.1 }));
            Ok(())
        }
        DiaryAction::List { month } => list(talk, &mut desk, month.as_deref()),
        DiaryAction::Comment { entry, text } => {
            let at = find(&mut desk, entry)?;
            let deed = DiaryDeed::Comment(PutComment { entry: Some(at.id), text: text.as_str().into() });
            desk.act(at.doc, &deed)?;
            desk.done(talk);
            talk.object(&json!({ "document": at.doc, "entry": at.id }));
            Ok(())
        }
        DiaryAction::Raise { entry, sentence, title, household } => {
            let at = find(&mut desk, entry)?;
            let household = household.as_ref().map(|said| desk.household(said)).transpose()?;
            let form = MatterForm { title: title.as_str().into(), household, ..MatterForm::default() };
            let book = own_phone(&mut desk)?;
            let matter = book.diary().raise(at, sentence, form).map_err(|why| workbook_failure(&why))?;
            super::visit::raised(talk, matter);
            desk.done(talk);
            talk.object(&json!({ "document": matter, "code": temporary_code(matter), "entry": at.id }));
            Ok(())
        }
        DiaryAction::Move { entry, audience } => {
            let at = find(&mut desk, entry)?;
            let book = own_phone(&mut desk)?;
            let moved = book.diary().move_to(at, *audience).map_err(|why| workbook_failure(&why))?;
            talk.say(talk.pick("已看过的人看过了。", "Who has read it has read it."));
            desk.done(talk);
            talk.object(&json!({ "document": moved.doc, "entry": moved.id, "audience": audience }));
            Ok(())
        }
        DiaryAction::Remove { entry } => {
            let at = find(&mut desk, entry)?;
            desk.act(at.doc, &DiaryDeed::Remove(RemoveEntry { entry: Some(at.id) }))?;
            desk.done(talk);
            talk.object(&json!({ "document": at.doc, "entry": at.id }));
            Ok(())
        }
    }
}

fn own_phone(desk: &mut Desk) -> Result<&mut FileWorkbook, Failure> {
    match desk {
        Desk::Phone(book) => Ok(book),
        Desk::Town(_) => Err(Failure::new(
            Kind::Input,
            ("日记由本人在手机上处理", "a diary is its author's business, on their phone"),
        )
        .hint(("加上 --workbook 手机文件", "add --workbook FILE"))),
    }
}

/// Writes an entry: one's own on a phone, or what stands in somebody's paper book.
pub(crate) fn write(desk: &mut Desk, text: &str, more: &EntryMore) -> Result<(DocId, Option<RecordId>), Failure> {
    if matches!(desk, Desk::Town(_)) && more.author.is_none() {
        return Err(Failure::new(Kind::Input, ("请用 --for 写明是谁的日记", "say whose diary with --for")));
    }
    let author = more.author.as_ref().map(|said| desk.worker(said)).transpose()?;
    let households = more.households.iter().map(|said| desk.household(said)).collect::<Result<_, _>>()?;
    let typed = EntryTyped {
        author,
        village: Some(desk.village(more.village.as_deref())?),
        audience: more.audience,
        date: more.on.clone(),
        weather: more.weather.clone(),
        place: more.place.as_str().into(),
        households,
        title: more.title.as_str().into(),
        text: text.into(),
        reflection: more.reflection.as_str().into(),
        tags: more.tags.clone(),
        recorded_on: more.written_on.clone(),
    };
    let before: Vec<RecordId> = entries(desk)?.into_iter().map(|(at, _)| at.id).collect();
    let doc = desk.begin(&DiaryDeed::Write(typed))?;
    let new = entries(desk)?.into_iter().find(|(at, _)| at.doc == doc && !before.contains(&at.id));
    Ok((doc, new.map(|(at, _)| at.id)))
}

/// Every entry that may be read at this desk, each with its month.
fn entries(desk: &mut Desk) -> Result<Vec<(EntryAt, Diary)>, Failure> {
    let mut all = Vec::new();
    for (doc, _) in desk.list(DocKind::Diary)? {
        let Some(document) = desk.document(doc)? else { continue };
        // What the town may not read is not shown at the town, though it is in its store.
        if matches!(desk, Desk::Town(_)) && !lianhu_core::access::town_reads(&document) {
            continue;
        }
        let diary = Diary::read(&document);
        all.extend(diary.entries.keys().map(|id| (EntryAt { doc, id: *id }, diary.clone())));
    }
    Ok(all)
}

fn find(desk: &mut Desk, said: &str) -> Result<EntryAt, Failure> {
    let id = said.trim().parse::<RecordId>().ok();
    let found: Vec<EntryAt> = match id {
        Some(id) => entries(desk)?.into_iter().map(|(at, _)| at).filter(|at| at.id == id).collect(),
        None => Vec::new(),
    };
    match found.as_slice() {
        [one] => Ok(*one),
        _ => Err(Failure::new(Kind::Input, ("这里没有这篇日记", "there is no such entry here"))
            .hint(("lianhu diary list 列出编号", "`lianhu diary list` shows the ids"))),
    }
}

fn list(talk: Talk, desk: &mut Desk, month: Option<&str>) -> Result<(), Failure> {
    let month = month.map(|said| format!("{}-01", said.trim()).parse().ok().and_then(Month::of));
    if month == Some(None) {
        return Err(Failure::new(Kind::Input, ("月份请写成 2026-11", "write the month like 2026-11")));
    }
    let (lang, mut told) = (talk.lang(), Vec::new());
    let mut all = entries(desk)?;
    all.retain(|(_, diary)| month.flatten().is_none_or(|month| diary.month == Some(month)));
    all.sort_by_key(|(at, diary)| (diary.entries.get(&at.id).and_then(|entry| entry.value.date), at.id));
    for (at, diary) in all {
        let Some(entry) = diary.entries.get(&at.id).map(|entry| &entry.value) else { continue };
        let day = entry.date.map(|day| day.to_string()).unwrap_or_default();
        let audience = diary.audience.map(|audience| audience.label(lang)).unwrap_or_default();
        let text = entry.text.as_ref().map(|text| text.as_str()).unwrap_or_default();
        let who = diary.author.map(|author| name(desk, &diary, author)).transpose()?.unwrap_or_default();
        talk.print(format!("{}  {day}  {who}\t[{audience}]\t{text}", at.id));
        let comments = diary.comments_on(at.id);
        for (_, comment) in &comments {
            let by = comment.by.map(|by| name(desk, &diary, by)).transpose()?.unwrap_or_default();
            let said = comment.text.as_ref().map(|text| text.as_str()).unwrap_or_default();
            talk.print(format!("    {} {by}: {said}", talk.pick("评论", "comment")));
        }
        told.push(json!({
            "document": at.doc, "entry": at.id, "author": diary.author, "audience": diary.audience, "date": entry.date,
            "matters": entry.matters, "comments": comments.len(), "entered_by": entry.entered_by,
            "recorded_at": entry.recorded_at, "entered_at": entry.entered_at,
        }));
    }
    if told.is_empty() {
        talk.say(talk.pick("这里还没有日记。", "There are no entries here yet."));
    }
    talk.object(&json!({ "entries": Value::from(told) }));
    Ok(())
}

/// What the village's roster calls a worker.
fn name(desk: &mut Desk, diary: &Diary, worker: WorkerId) -> Result<String, Failure> {
    let village = diary.village.as_ref().map(|village| village.value);
    let document = village.map(|village| desk.document(village)).transpose()?.flatten();
    let roster = document.map(|document| Roster::read(&document));
    let name = roster.and_then(|roster| Some(roster.workers.get(&worker)?.name.as_ref()?.value.as_str().to_owned()));
    Ok(name.unwrap_or_else(|| talk_of_nobody(worker)))
}

/// Somebody the roster does not list: the office, or a worker of another village.
fn talk_of_nobody(worker: WorkerId) -> String {
    if worker == lianhu_server::OFFICE { "镇里".to_owned() } else { worker.to_string() }
}
