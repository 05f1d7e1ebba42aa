//! `lianhu device`: a member's phone in a terminal. What it can do without a township, it does without one.

use std::path::Path;

use chrono::NaiveDate;
use lianhu_core::matter::MatterForm;
use lianhu_core::{DocId, DocKind, Field, Private};
use lianhu_device::{Listed, Place};
use lianhu_store::Lock;
use serde_json::{Value, json};

use super::enrol::Asked;
use super::place::place_word;
use super::{attention, conflicts, digest, enrol, late};
use crate::args::{DeviceAction, DeviceArgs, EntryMore, Shelf, Tongue, VisitHow};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::keys;
use crate::phone::{
    FileWorkbook, Line, System, lock_of, open_workbook_with, pin, pin_in, sync_failure, workbook_failure,
};
use crate::talk::Talk;
use crate::trouble::open_failure;

/// Does one thing with a workbook.
pub fn run(talk: Talk, args: &DeviceArgs) -> Result<(), Failure> {
    if let DeviceAction::Enrol { server, code, fingerprint, offline, beside } = &args.action {
        let (code, fingerprint) = (code.as_deref(), fingerprint.as_deref());
        let asked = Asked { server, code, fingerprint, ca: args.ca.as_deref(), pin: pin(&args.pin)? };
        return match offline {
            true => enrol::offline(talk, &args.workbook, &asked, beside.as_deref()),
            false => enrol::run(talk, &args.workbook, &asked),
        };
    }
    let mut workbook = open_workbook_with(&args.workbook, pin(&args.pin)?, System)?;
    match &args.action {
        DeviceAction::Enrol { .. } => Ok(()),
        DeviceAction::Diary { text, more } => diary(talk, workbook, text, more),
        DeviceAction::Visit { household, note, how } => visit(talk, workbook, household, note, how),
        DeviceAction::Raise { household, title, text } => raise(talk, &mut workbook, household, title, text),
        DeviceAction::List { what } => list(talk, &mut workbook, *what),
        DeviceAction::Show { id } => show(talk, &mut workbook, id),
        DeviceAction::Digest { again } => digest::on_the_phone(talk, &mut workbook, *again),
        DeviceAction::Status => status(talk, &mut workbook),
        DeviceAction::Attention => attention::list(talk, &workbook),
        DeviceAction::Again { number } => attention::again(talk, &mut workbook, *number),
        DeviceAction::Discard { number } => attention::discard(talk, &mut workbook, *number),
        DeviceAction::Late { seen } => late::run(talk, &mut workbook, *seen),
        DeviceAction::Conflicts => conflicts::list_of_phone(talk, &mut workbook),
        DeviceAction::Settle { number, choice } => conflicts::settle_on_phone(talk, &mut workbook, *number, *choice),
        DeviceAction::HandOver => enrol::hand_over(talk, &mut workbook),
        DeviceAction::RenewKey => enrol::renew_key(talk, &mut workbook),
        DeviceAction::Sync => sync(talk, &mut workbook, args.ca.as_deref()),
        DeviceAction::Lock { new_pin_file } => lock(talk, args, &mut workbook, new_pin_file),
    }
}

fn lock(talk: Talk, args: &DeviceArgs, workbook: &mut FileWorkbook, new: &Path) -> Result<(), Failure> {
    let old = lock_of(&args.workbook, pin(&args.pin)?)?;
    let new = Lock::Pin(pin_in(new)?);
    workbook.store_mut().change_lock(&old, &new).map_err(|why| open_failure(&why))?;
    if matches!(old, Lock::Keystore(_)) {
        // It opens nothing any more.
        let key = keys::beside(&args.workbook);
        std::fs::remove_file(&key).map_err(|error| Failure::file(&key, &error))?;
    }
    talk.print(talk.pick("从现在起，这本手册用新的 PIN 打开。", "From now on the new PIN opens this workbook."));
    talk.object(&json!({ "locked_by": "pin" }));
    Ok(())
}

fn kept(talk: Talk, what: &Value) {
    talk.print(
        talk.pick(
            "已记在这部手机上，下次同步时送到镇里。",
            "Kept on this phone; the next sync takes it to the township.",
        ),
    );
    talk.object(what);
}

fn diary(talk: Talk, workbook: FileWorkbook, text: &str, more: &EntryMore) -> Result<(), Failure> {
    let (document, entry) = super::diary::write(&mut Desk::Phone(Box::new(workbook)), text, more)?;
    kept(talk, &json!({ "document": document, "entry": entry, "place": "kept" }));
    Ok(())
}

fn visit(talk: Talk, workbook: FileWorkbook, household: &str, note: &str, how: &VisitHow) -> Result<(), Failure> {
    let mut desk = Desk::Phone(Box::new(workbook));
    let id = desk.household(household)?;
    let (visit, matter) = super::visit::record(&mut desk, id, note, how)?;
    matter.iter().for_each(|matter| super::visit::raised(talk, *matter));
    kept(talk, &json!({ "document": id, "visit": visit, "matter": matter, "place": "kept" }));
    Ok(())
}

fn raise(talk: Talk, workbook: &mut FileWorkbook, household: &str, title: &str, text: &str) -> Result<(), Failure> {
    let household = find_household(workbook, household)?;
    let form =
        MatterForm { household: Some(household), title: title.into(), text: text.into(), ..MatterForm::default() };
    let id = workbook.matters().raise(form).map_err(|why| workbook_failure(&why))?;
    let code = lianhu_core::matter::temporary_code(id);
    talk.print(format!("{}{code}", talk.pick("临时编号：", "temporary code: ")));
    kept(talk, &json!({ "document": id, "code": code, "place": "kept" }));
    Ok(())
}

/// A household by id, doorplate or the head's name; more than one answer is no answer.
pub(crate) fn find_household(workbook: &mut FileWorkbook, said: &str) -> Result<DocId, Failure> {
    if let Ok(id) = said.parse() {
        return Ok(id);
    }
    let all = workbook.households().list().map_err(|why| workbook_failure(&why))?;
    let is = |field: &Option<Private<String>>| field.as_ref().is_some_and(|value| value.as_str() == said.trim());
    let found: Vec<_> = all.iter().filter(|home| is(&home.card.doorplate) || is(&home.card.title)).collect();
    match found.as_slice() {
        [one] => Ok(one.id),
        [] => {
            Err(Failure::new(Kind::Input, ("您联系的户里没有这一户", "no household of yours answers to that")).hint((
                "lianhu device list 列出您的户；一户也没有的，先同步：lianhu device sync",
                "`lianhu device list` shows them; `lianhu device sync` first if there are none",
            )))
        }
        several => Err(Failure::new(
            Kind::Input,
            (format!("有 {} 户都对得上", several.len()), format!("{} households answer to that", several.len())),
        )
        .hint(("请改用 lianhu device list 列出的编号", "give the id that `lianhu device list` shows"))),
    }
}

fn list(talk: Talk, workbook: &mut FileWorkbook, what: Shelf) -> Result<(), Failure> {
    let listed = match what {
        Shelf::Households => workbook.households().list(),
        Shelf::Diary => workbook.diary().list(),
        Shelf::Matters => workbook.matters().list(),
    };
    let listed = listed.map_err(|why| workbook_failure(&why))?;
    for row in &listed {
        talk.print(line(talk, row));
    }
    if listed.is_empty() {
        talk.say(talk.pick("还没有内容；登记后先同步一次。", "Nothing yet; sync once after enrolling."));
    }
    let rows: Vec<Value> = listed
        .iter()
        .map(|row| json!({ "id": row.id, "card": row.card, "place": row.place.code(), "withdrawn": row.withdrawn }))
        .collect();
    talk.object(&json!({ "listed": rows }));
    Ok(())
}

fn line(talk: Talk, row: &Listed) -> String {
    let text = |field: &Option<Private<String>>| field.as_ref().map(|value| value.0.clone()).unwrap_or_default();
    let last = row.card.last.map(|day| day.to_string()).unwrap_or_default();
    let state = row.card.state.map(|state| state.label(talk.lang())).unwrap_or_default();
    let conflict = if row.card.conflict { talk.pick("两处不一致 ", "in conflict ") } else { "" };
    let late = if row.card.late > 0 { talk.pick("有迟到 ", "late work ") } else { "" };
    let (doorplate, title) = (text(&row.card.doorplate), text(&row.card.title));
    let place = place_word(talk, &row.place);
    format!("{}  {doorplate}\t{title}\t{}\t{last}\t{state}\t{conflict}{late}[{place}]", row.id, row.card.records)
}

fn show(talk: Talk, workbook: &mut FileWorkbook, id: &str) -> Result<(), Failure> {
    let id: DocId = id.parse().map_err(|_| {
        Failure::new(Kind::Input, ("这不是资料编号", "not a document id"))
            .hint(("lianhu device list 列出编号", "`lianhu device list` shows the ids"))
    })?;
    let failed = |why| workbook_failure(&why);
    let mut lines = Vec::new();
    match id.kind() {
        DocKind::Household => {
            let page = workbook.households().get(id).map_err(failed)?;
            for (visit, field) in &page.visits {
                let note = field.value.note.as_ref().map(|note| note.as_str().to_owned()).unwrap_or_default();
                lines.push(record(talk, field, field.value.date, &note, &page.places.record("visit", visit)));
            }
        }
        DocKind::Diary => {
            let page = workbook.diary().get(id).map_err(failed)?;
            for (entry, field) in &page.entries {
                let text = field.value.text.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default();
                lines.push(record(talk, field, field.value.date, &text, &page.places.record("entry", entry)));
            }
        }
        DocKind::Matter => {
            let page = workbook.matters().get(id).map_err(failed)?;
            lines.push(format!("{}  [{}]", page.state().label(talk.lang()), place_word(talk, &page.places.whole())));
            for told in &page.story.steps {
                let act = told.step.act.kind().map(|kind| kind.label(talk.lang())).unwrap_or_default();
                lines.push(format!("  {act}  [{}]", place_word(talk, &page.places.record("step", told.id))));
            }
        }
        _ => {
            return Err(Failure::new(
                Kind::Input,
                ("只能显示农户、日记和事项", "only households, diaries and matters can be shown"),
            ));
        }
    }
    for line in &lines {
        talk.print(line);
    }
    talk.object(&json!({ "id": id, "lines": lines }));
    Ok(())
}

fn record<T>(talk: Talk, field: &Field<T>, day: Option<NaiveDate>, text: &str, place: &Place) -> String {
    let day = day.map(|day| day.to_string()).unwrap_or_default();
    let conflict = if field.is_conflict() { talk.pick(" 两处不一致", " in conflict") } else { "" };
    format!("{day}  {text}{conflict}  [{}]", place_word(talk, place))
}

fn status(talk: Talk, workbook: &mut FileWorkbook) -> Result<(), Failure> {
    let status = workbook.status().map_err(|why| workbook_failure(&why))?;
    let (kept, held, refused) = (status.kept + status.carried, status.held, status.refused);
    let missing = status.not_delivered();
    talk.print(match talk.tongue {
        Tongue::Zh => format!(
            "资料 {} 份；镇里已收 {} 条，还有 {missing} 条没有送达（在本机 {kept}，待定 {held}，未收 {refused}）",
            status.documents, status.recorded
        ),
        Tongue::En => format!(
            "{} documents; {} saves recorded, {missing} not delivered ({kept} on this phone, {held} held, {refused} refused)",
            status.documents, status.recorded
        ),
    });
    let lease_days = workbook.lease_left_ms().map(|left| left / 86_400_000);
    if let Some(why) = workbook.locked() {
        talk.print(format!("{}{why}", talk.pick("已锁：", "locked: ")));
        talk.object(&json!({
            "locked": why, "lease_days": lease_days, "kept": kept, "held": held, "refused": refused,
            "not_delivered": missing, "documents": status.documents, "recorded": status.recorded,
        }));
        return Ok(());
    }
    let attention = workbook.attention_count().map_err(|why| workbook_failure(&why))?;
    if attention > 0 {
        let hint =
            talk.pick("需要您看一看（lianhu device attention）：", "need your attention (lianhu device attention): ");
        talk.print(format!("{hint}{attention}"));
    }
    let (notices, late) =
        (workbook.notices().len(), workbook.late_entries().map_err(|why| workbook_failure(&why))?.len());
    if notices + late > 0 {
        talk.print(match talk.tongue {
            Tongue::Zh => format!("迟到（lianhu device late）：您的 {notices} 条已收，别人的 {late} 条在您的资料里"),
            Tongue::En => {
                format!("late (lianhu device late): {notices} of yours went in, {late} of others' in your documents")
            }
        });
    }
    let conflicts = workbook.open_conflicts().map_err(|why| workbook_failure(&why))?.len();
    if conflicts > 0 {
        let hint = talk.pick("两处不一致（lianhu device conflicts）：", "in conflict (lianhu device conflicts): ");
        talk.print(format!("{hint}{conflicts}"));
    }
    talk.object(&json!({
        "notices": notices, "late": late, "conflicts": conflicts, "lease_days": lease_days,
        "documents": status.documents, "kept": status.kept, "carried": status.carried, "held": held,
        "refused": refused, "not_delivered": missing, "recorded": status.recorded, "position": status.position,
    }));
    Ok(())
}

fn sync(talk: Talk, workbook: &mut FileWorkbook, ca: Option<&Path>) -> Result<(), Failure> {
    let server = workbook.owner().server.clone();
    if server.is_empty() {
        let what = ("这本手册不知道镇服务器的地址", "this workbook does not know its township's address");
        return Err(Failure::new(Kind::Input, what).hint((
            "写下的都在这部手机上；请镇里给一个登记码，再用 lianhu device enrol 登记",
            "everything written is kept on this phone; ask the office for an invitation, and enrol with it: lianhu device enrol",
        )));
    }
    let mut line = Line::to_with_ca(&server, ca)?;
    enrol::before_first_sync(workbook, &line)?;
    let report = workbook.sync(&mut line).map_err(|why| sync_failure(&why))?;
    if report.destroyed {
        talk.print(talk.pick(
            "手册里的一切都已销毁；还没有送到的都已交给镇里。",
            "Everything this workbook held is destroyed; what had not arrived is with the township.",
        ));
        talk.object(&report);
        return Ok(());
    }
    talk.print(match talk.tongue {
        Tongue::Zh => format!(
            "同步完成：送出 {} 条（迟到 {}，待定 {}，未收 {}），收到 {} 条，新到资料 {} 份，收回 {} 份；往返 {} 次，{}",
            report.recorded, report.late, report.held, report.refused, report.received, report.granted, report.withdrawn,
            report.round_trips,
            if report.proven { "已核对一致。" } else { "尚未核对一致，请稍后再同步。" }
        ),
        Tongue::En => format!(
            "synced: {} recorded ({} late, {} held, {} refused), {} received, {} documents granted, {} withdrawn; {} round trips, {}",
            report.recorded, report.late, report.held, report.refused, report.received, report.granted, report.withdrawn,
            report.round_trips,
            if report.proven { "proven the same." } else { "not proven the same yet: sync again later." }
        ),
    });
    if report.late > 0 {
        talk.say(talk.pick(
            "有的内容送到时这户已转交他人：已收，标为迟到（lianhu device late）。",
            "Some of it came after a household was handed on: it went in, marked as late (lianhu device late).",
        ));
    }
    let locked = workbook.locked().is_some();
    let late = if locked { 0 } else { workbook.late_entries().map_err(|why| workbook_failure(&why))?.len() };
    if late > 0 {
        let hint = talk.pick(
            "您的资料里有别人迟到的内容（lianhu device late）：",
            "others' late work in your documents (lianhu device late): ",
        );
        talk.say(format!("{hint}{late}"));
    }
    talk.object(&report);
    Ok(())
}
