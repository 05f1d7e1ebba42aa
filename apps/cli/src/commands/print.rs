//! `lianhu print`

use std::path::Path;

use lianhu_core::diary::Diary;
use lianhu_core::household::Household;
use lianhu_core::matter::Matter;
use lianhu_core::print::workbook::{Workbook, workbook};
use lianhu_core::print::{Paper, Sheet};
use lianhu_core::roster::Roster;
use lianhu_core::{DocId, DocKind, WorkerId};
use serde_json::json;

use crate::args::{Print, PrintWorkbookArgs};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Prints something.
pub fn run(talk: Talk, what: &Print) -> Result<(), Failure> {
    match what {
        Print::Workbook(args) => print_workbook(talk, args),
    }
}

fn print_workbook(talk: Talk, args: &PrintWorkbookArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let worker = match (&mut desk, &args.worker) {
        (Desk::Phone(book), None) => book.owner().worker,
        (Desk::Phone(_), Some(_)) => {
            return Err(Failure::new(Kind::Input, ("手机只能打印本人的手册", "a phone prints its owner's workbook"))
                .hint(("去掉 --worker", "leave --worker out")));
        }
        (Desk::Town(_), None) => {
            return Err(Failure::new(
                Kind::Input,
                ("请用 --worker 写明是谁的手册", "say whose workbook with --worker"),
            ));
        }
        (desk, Some(said)) => desk.worker(said)?,
    };
    let rosters = rosters_of(&mut desk, worker)?;
    let book = gather(&mut desk, worker, &rosters)?;
    let paper = if args.pocket { Paper::Pocket } else { Paper::A4 };
    let counts = (book.households.len(), book.diaries.len(), book.matters.len());
    write_sheet(&args.out, &workbook(&book, paper, talk.lang()), talk)?;
    talk.object(&json!({
        "file": args.out, "households": counts.0, "diary_months": counts.1, "matters": counts.2, "paper": paper,
    }));
    Ok(())
}

/// The rosters that have a worker at work, the worker's home first.
fn rosters_of(desk: &mut Desk, worker: WorkerId) -> Result<Vec<Roster>, Failure> {
    let own = if let Desk::Phone(book) = desk { Some(book.owner().roster) } else { None };
    let mut rosters = Vec::new();
    for (id, _) in desk.list(DocKind::Roster)? {
        let Some(document) = desk.document(id)? else { continue };
        let roster = Roster::read(&document);
        if roster.active_workers().any(|(id, _)| id == worker) {
            rosters.push(roster);
        }
    }
    rosters.sort_by_key(|roster| (Some(roster.id) != own, roster.id));
    Ok(rosters)
}

/// What is here of a worker's book.
fn gather<'a>(desk: &mut Desk, worker: WorkerId, rosters: &'a [Roster]) -> Result<Workbook<'a>, Failure> {
    let on = desk.hand()?.today;
    let linked = rosters.iter().flat_map(|roster| roster.households_of(worker, on));
    let mut households: Vec<Household> = Vec::new();
    for id in linked.collect::<std::collections::BTreeSet<DocId>>() {
        households.extend(desk.document(id)?.map(|document| Household::read(&document)));
    }
    households.sort_by_key(|home| (home.doorplate.as_ref().map(|door| door.value.as_str().to_owned()), home.id));
    let mut diaries = Vec::new();
    for (id, card) in desk.list(DocKind::Diary)? {
        let Some(document) = desk.document(id)?.filter(|_| card.owner == Some(worker)) else { continue };
        if matches!(desk, Desk::Phone(_)) || lianhu_core::access::town_reads(&document) {
            diaries.push(Diary::read(&document));
        }
    }
    let mut matters = Vec::new();
    for (id, _) in desk.list(DocKind::Matter)? {
        let Some(matter) = desk.document(id)?.map(|document| Matter::read(&document)) else { continue };
        let recorded = matter.recorded_by.as_ref().is_some_and(|by| by.value == worker);
        let household = matter.household.as_ref().map(|household| household.value);
        let about = household.is_some_and(|household| households.iter().any(|home| home.id == household));
        if recorded || about || matter.story.is_owned_by(worker) {
            matters.push(matter);
        }
    }
    Ok(Workbook { worker, roster: rosters.first(), on, households, diaries, matters })
}

/// Writes a sheet to a new file, whole or not at all.
pub(crate) fn write_sheet(path: &Path, sheet: &Sheet, talk: Talk) -> Result<(), Failure> {
    use std::io::Write as _;
    let mut file = std::fs::File::create_new(path).map_err(|why| match why.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let path = path.display();
            Failure::new(Kind::Input, (format!("{path} 已存在"), format!("{path} is there already")))
                .hint(("请换一个名称", "choose another name"))
        }
        _ => Failure::file(path, &why),
    })?;
    file.write_all(sheet.to_html(talk.lang()).as_bytes()).map_err(|why| Failure::file(path, &why))?;
    let path = path.display();
    talk.say(match talk.tongue {
        crate::args::Tongue::Zh => {
            format!("已写入 {path}：用浏览器打开即可打印。里面有个人信息，请像保管纸质手册一样保管。")
        }
        crate::args::Tongue::En => {
            format!("written to {path}: a browser prints it. It holds personal data: keep it as you keep the paper.")
        }
    });
    Ok(())
}
