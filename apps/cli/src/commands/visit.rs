//! `lianhu visit`

use std::collections::BTreeMap;

use chrono::NaiveDate;
use lianhu_core::household::{Household, HouseholdDeed, RewriteVisit, Visit, VisitTyped};
use lianhu_core::matter::{Act, MatterForm, temporary_code};
use lianhu_core::{DocId, DocKind, Lang, RecordId, Refusal};
use serde_json::{Value, json};

use crate::args::{VisitAction, VisitArgs, VisitHow};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;
use crate::talk::Talk;

/// Does one thing with visits.
pub fn run(talk: Talk, args: &VisitArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    match &args.action {
        VisitAction::Record { household, note, how } => {
            let id = desk.household(household)?;
            let (visit, matter) = record(&mut desk, id, note, how)?;
            matter.iter().for_each(|matter| raised(talk, *matter));
            desk.done(talk);
            talk.object(&json!({ "document": id, "visit": visit, "matter": matter }));
            Ok(())
        }
        VisitAction::Rewrite { household, visit, note, how } => {
            let id = desk.household(household)?;
            let visit = Some(visit.trim().parse().map_err(|_| no_visit())?);
            let VisitTyped { workers, date, time, mode, channel, met, note, matters, next_on, .. } =
                typed(&mut desk, note, how)?;
            let deed = RewriteVisit { visit, workers, date, time, mode, channel, met, note, matters, next_on };
            let changed = desk.act(id, &HouseholdDeed::RewriteVisit(deed))?;
            desk.done(talk);
            talk.object(&json!({ "document": id, "changed": changed }));
            Ok(())
        }
        VisitAction::List { household } => list(talk, &mut desk, household.as_deref()),
        VisitAction::Next => next(talk, &mut desk),
    }
}

/// Says what a matter that was just raised is called until the township gives it a number.
pub(super) fn raised(talk: Talk, matter: DocId) {
    talk.print(format!("{}{}", talk.pick("临时编号：", "temporary code: "), temporary_code(matter)));
}

fn no_visit() -> Failure {
    Failure::new(Kind::Input, ("这不是走访的编号", "that is no visit's id"))
        .hint(("lianhu visit list 列出编号", "`lianhu visit list` shows the ids"))
}

/// A form that was not taken.
pub(crate) fn refused(why: Refusal) -> Failure {
    Failure::new(Kind::Input, (why.message(Lang::Zh), why.message(Lang::En)))
}

fn typed(desk: &mut Desk, note: &str, how: &VisitHow) -> Result<VisitTyped, Failure> {
    let workers = how.workers.iter().map(|said| desk.worker(said)).collect::<Result<_, _>>()?;
    let matters = how.matters.iter().map(|said| Ok(desk.named(said, DocKind::Matter)?.0));
    let matters = matters.collect::<Result<_, Failure>>()?;
    Ok(VisitTyped {
        workers,
        date: how.on.clone(),
        time: how.time.clone(),
        mode: how.mode,
        channel: how.channel,
        met: how.met,
        note: note.into(),
        matters,
        next_on: how.next.clone(),
        recorded_on: how.written_on.clone(),
    })
}

/// Records a visit, and the matter that came up at it if one is to be raised.
pub(crate) fn record(
    desk: &mut Desk,
    household: DocId,
    note: &str,
    how: &VisitHow,
) -> Result<(Option<RecordId>, Option<DocId>), Failure> {
    let typed = typed(desk, note, how)?;
    let Some(title) = &how.raise else {
        let before = visits(desk, household)?;
        desk.act(household, &HouseholdDeed::Visit(typed))?;
        let after = visits(desk, household)?;
        return Ok((after.into_keys().find(|id| !before.contains_key(id)), None));
    };
    let hand = desk.hand()?;
    let Desk::Phone(book) = desk else {
        return Err(Failure::new(Kind::Input, ("--raise 只能在手机上用", "--raise works on a phone only"))
            .hint(("先登记事项，再用 --matter 写明它的编号", "record the matter first and name it with --matter")));
    };
    let form = typed.form(&hand).map_err(refused)?;
    let matter = MatterForm { title: title.as_str().into(), text: note.into(), ..MatterForm::default() };
    let raised = book.households().visit_and_raise(household, form, matter);
    let (visit, matter) = raised.map_err(|why| workbook_failure(&why))?;
    if let Some(text) = &how.solved {
        let act = Act::from_json(&json!({ "act": "solve", "text": text }).to_string()).ok_or_else(no_visit)?;
        book.matters().step(matter, act).map_err(|why| workbook_failure(&why))?;
    }
    Ok((Some(visit), Some(matter)))
}

fn visits(desk: &mut Desk, household: DocId) -> Result<BTreeMap<RecordId, Visit>, Failure> {
    let (_, document) = desk.named(&household.to_string(), DocKind::Household)?;
    Ok(Household::read(&document).visits.into_iter().map(|(id, visit)| (id, visit.value)).collect())
}

fn homes(desk: &mut Desk, said: Option<&str>) -> Result<Vec<Household>, Failure> {
    let ids = match said {
        Some(said) => vec![desk.household(said)?],
        None => desk.list(DocKind::Household)?.into_iter().map(|(id, _)| id).collect(),
    };
    let read = ids.into_iter().map(|id| Ok(desk.document(id)?.map(|document| Household::read(&document))));
    Ok(read.collect::<Result<Vec<_>, Failure>>()?.into_iter().flatten().collect())
}

fn name(home: &Household) -> String {
    let doorplate = home.doorplate.as_ref().map(|doorplate| doorplate.value.as_str()).unwrap_or_default();
    let head = home.head.as_ref().map(|head| head.value.as_str()).unwrap_or_default();
    format!("{doorplate} {head}").trim().to_owned()
}

fn list(talk: Talk, desk: &mut Desk, said: Option<&str>) -> Result<(), Failure> {
    let mut all: Vec<(Option<NaiveDate>, String, Value)> = Vec::new();
    for home in homes(desk, said)? {
        for (id, visit) in &home.visits {
            let (line, told) = line(talk, &home, *id, &visit.value);
            all.push((visit.value.date, line, told));
        }
    }
    all.sort_by_key(|(day, ..)| *day);
    all.iter().for_each(|(_, line, _)| talk.print(line));
    if all.is_empty() {
        talk.say(talk.pick("这里还没有走访记录。", "There are no visits here yet."));
    }
    talk.object(&json!({ "visits": all.into_iter().map(|(.., told)| told).collect::<Vec<_>>() }));
    Ok(())
}

fn line(talk: Talk, home: &Household, id: RecordId, visit: &Visit) -> (String, Value) {
    let lang = talk.lang();
    let day = visit.date.map(|day| day.to_string()).unwrap_or_default();
    let time = visit.time.map(|time| time.format(" %H:%M").to_string()).unwrap_or_default();
    let how = [
        visit.mode.map(|mode| mode.label(lang)),
        visit.channel.map(|channel| channel.label(lang)),
        visit.met.map(|met| met.label(lang)),
    ];
    let how = how.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let note = visit.note.as_ref().map(|note| note.as_str()).unwrap_or_default();
    let next = visit.next_on.map(|next| format!("{}{next}", talk.pick("　下次 ", "  next "))).unwrap_or_default();
    let line = format!("{id}  {day}{time}  {}\t{how}\t{note}{next}", name(home));
    let told = json!({
        "document": home.id, "visit": id, "date": visit.date, "mode": visit.mode, "channel": visit.channel,
        "met": visit.met, "matters": visit.matters, "next_on": visit.next_on, "workers": visit.workers,
        "recorded_at": visit.recorded_at, "entered_at": visit.entered_at, "entered_by": visit.entered_by,
    });
    (line, told)
}

/// The households whose next visit was to be by today, unless somebody has been there since. A help to remember; nobody
/// counts it.
fn next(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let today = desk.hand()?.today;
    let mut due: Vec<(NaiveDate, String, DocId)> = Vec::new();
    for home in homes(desk, None)? {
        let by_day: BTreeMap<_, _> =
            home.visits.values().map(|visit| (visit.value.date, visit.value.next_on)).collect();
        let last = by_day.into_values().next_back().flatten();
        due.extend(last.filter(|day| *day <= today).map(|day| (day, name(&home), home.id)));
    }
    due.sort();
    due.iter().for_each(|(day, name, _)| talk.print(format!("{day}  {name}")));
    if due.is_empty() {
        talk.say(talk.pick("没有到日子的走访。", "No visit has come due."));
    }
    let told: Vec<Value> = due.into_iter().map(|(day, _, id)| json!({ "document": id, "next_on": day })).collect();
    talk.object(&json!({ "next": told }));
    Ok(())
}
