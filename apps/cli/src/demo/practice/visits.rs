//! Rows 1, 8 and 11: a member's own book, printed; visits by the five channels of 五承办; visits to a hardship household, and
//! what was solved there.

use lianhu_core::deed::from_json;
use lianhu_core::draft::Month;
use lianhu_core::groups::{Group, LegalBasis};
use lianhu_core::household::{VisitChannel, VisitForm, VisitMode};
use lianhu_core::matter::{Act, MatterForm};
use lianhu_core::print::workbook::{Workbook, workbook};
use lianhu_core::print::{Paper, Sheet};
use lianhu_core::roster::Roster;
use lianhu_core::{DocId, DocKind, Lang, WorkerId};
use serde_json::{Value, json};

use super::Stage;
use super::stage::Actor;
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;

/// The five channels (五承办); everyday and festival visits are not among them.
const FIVE: [VisitChannel; 5] = [
    VisitChannel::OvernightVisit,
    VisitChannel::RegularContact,
    VisitChannel::OffHours,
    VisitChannel::VillageWeek,
    VisitChannel::OnRequest,
];

/// A member of the stage's village with households, and those.
pub(super) fn member_with_homes(stage: &Stage<'_>) -> Result<(WorkerId, Vec<DocId>), Failure> {
    let links = stage.roster.links.values().map(|link| &link.value).filter(|link| link.to.is_none());
    let mut homes: std::collections::BTreeMap<WorkerId, Vec<DocId>> = Default::default();
    for link in links {
        if let (Some(worker), Some(household)) = (link.worker, link.household) {
            homes.entry(worker).or_default().push(household);
        }
    }
    let active = |worker: &WorkerId| stage.roster.active_workers().any(|(id, _)| id == *worker);
    let most = homes.into_iter().filter(|(worker, _)| active(worker)).max_by_key(|(_, homes)| homes.len());
    most.ok_or_else(|| Failure::new(Kind::Input, "the demo's village has no link"))
}

/// Plays the part.
pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let (worker, homes) = member_with_homes(stage)?;
    let Some(first) = homes.first().copied() else { return Ok(()) };
    let mut member = stage.phone(worker)?;
    // The office knows which household is in need; the tag is set by the office alone in this demo. Care tags are sensitive
    // and off until the township says what for, on what grounds and until when.
    stage.switches_on(Group::Care, "核对困难户，安排帮扶", LegalBasis::Duty, member.book.hand().today)?;
    stage.office_does(first, &json!({ "do": "set_care", "tag": "dibao", "set": true }))?;
    for (channel, home) in FIVE.into_iter().zip(homes.iter().cycle()) {
        let deed = json!({ "do": "visit", "time": "19:40", "mode": VisitMode::Home, "channel": channel, "met": "family",
            "note": "聊了近况。", "next_on": (member.book.hand().today + chrono::Duration::days(14)).to_string() });
        let deed = from_json(DocKind::Household, &deed.to_string());
        let deed = deed.map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
        member.book.act(*home, &*deed).map_err(|why| workbook_failure(&why))?;
    }
    solve_on_a_visit(&mut member, first)?;
    stage.sync(&mut member)?;
    count(stage, &mut member, first)
}

/// 走访慰问: a problem that came up at a festival visit and was solved on the spot.
fn solve_on_a_visit(member: &mut Actor, home: DocId) -> Result<(), Failure> {
    let failed = |why| workbook_failure(&why);
    let today = member.book.hand().today;
    let form = VisitForm {
        date: Some(today),
        mode: Some(VisitMode::Home),
        channel: Some(VisitChannel::Festival),
        note: "送去慰问品；水龙头漏水，当场修好。".into(),
        ..VisitForm::default()
    };
    let matter = MatterForm { title: "修水龙头".into(), ..MatterForm::default() };
    let (_, matter) = member.book.households().visit_and_raise(home, form, matter).map_err(failed)?;
    let solve = Act::from_json(&json!({ "act": "solve", "text": "当场修好" }).to_string());
    let solve = solve.ok_or_else(|| Failure::new(Kind::Failed, "a step of the demo is none; this is a bug"))?;
    member.book.matters().step(matter, solve).map_err(failed)?;
    Ok(())
}

fn count(stage: &mut Stage<'_>, member: &mut Actor, hardship: DocId) -> Result<(), Failure> {
    let total = |told: &Value| told.get("total").and_then(Value::as_u64).unwrap_or_default();
    for channel in FIVE {
        let told = stage.ask(&format!("/office/v1/lists/visits?channel={}", channel.code()))?;
        stage.count(8, channel.label(Lang::Zh), channel.label(Lang::En), total(&told));
    }
    let visited = stage.ask(&format!("/office/v1/lists/visits?doc={hardship}"))?;
    stage.count(11, "走访困难户（户次）", "visits to a hardship household", total(&visited));
    let raised = stage.ask(&format!("/office/v1/lists/visit_matters?doc={hardship}"))?;
    let matters = raised.get("rows").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut solved = 0;
    for row in matters {
        let Some(matter) = row.get(4).and_then(Value::as_str) else { continue };
        let told = stage.ask(&format!("/office/v1/documents/{matter}"))?;
        solved += u64::from(told.get("state").and_then(Value::as_str).is_some_and(|state| state != "recorded"));
    }
    stage.count(11, "解决问题", "problems solved there", solved);
    let (households, pages) = print(member)?;
    stage.count(1, "手册里的联系户", "households in a member's own workbook", households);
    stage.count(1, "打印（A4 和口袋本）", "workbooks printed (A4 and pocket)", pages);
    Ok(())
}

/// Prints the member's book from the phone alone, in both sizes; how many households stand in it, and how many came out.
fn print(member: &mut Actor) -> Result<(u64, u64), Failure> {
    let failed = |why| workbook_failure(&why);
    let (worker, on) = (member.worker, member.book.hand().today);
    let roster = member.book.roster().map_err(failed)?.map(|page| page.content);
    let own = roster.as_ref().map(|roster: &Roster| roster.households_of(worker, on)).unwrap_or_default();
    let mut households = Vec::new();
    for id in own {
        households.push(member.book.households().get(id).map_err(failed)?.content);
    }
    let mut diaries = Vec::new();
    for listed in member.book.diary().list().map_err(failed)? {
        diaries.push(member.book.diary().get(listed.id).map_err(failed)?.content);
    }
    diaries.retain(|diary| diary.month == Month::of(on));
    let mut matters = Vec::new();
    for listed in member.book.matters().list().map_err(failed)? {
        matters.push(member.book.matters().get(listed.id).map_err(failed)?.content);
    }
    let book = Workbook { worker, roster: roster.as_ref(), on, households, diaries, matters };
    let printed = |paper| Sheet::to_html(&workbook(&book, paper, Lang::Zh), Lang::Zh).ends_with("</html>\n");
    let pages = Paper::ALL.iter().filter(|paper| printed(**paper)).count();
    Ok((u64::try_from(book.households.len()).unwrap_or_default(), u64::try_from(pages).unwrap_or_default()))
}
