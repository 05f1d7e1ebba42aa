//! `lianhu person`

use std::io::Write as _;

use lianhu_core::RecordId;
use lianhu_server::PersonFileError;
use lianhu_server::audit::Actor;
use serde_json::json;

use crate::args::{PersonAction, PersonArgs, PersonFileArgs};
use crate::commands::print::write_sheet;
use crate::commands::{existing_town, reassign, rights, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Does something for a person.
pub fn run(talk: Talk, args: &PersonArgs) -> Result<(), Failure> {
    match &args.action {
        PersonAction::File(args) => file(talk, args),
        PersonAction::Rights(action) => rights::run(talk, action),
    }
}

/// Writes down everything that is held about a household or one resident.
fn file(talk: Talk, args: &PersonFileArgs) -> Result<(), Failure> {
    if args.reason.trim().is_empty() {
        return Err(Failure::new(Kind::Input, ("请写明是谁、为什么要", "say who asked and why")));
    }
    let resident: Option<RecordId> = args.resident.as_ref().map(|id| id.parse()).transpose().map_err(|_| not_here())?;
    let page = args.out.with_extension("html");
    for path in [&args.out, &page] {
        if path.exists() || args.out == page {
            let path = path.display();
            return Err(Failure::new(Kind::Input, (format!("{path} 已存在"), format!("{path} is there already")))
                .hint(("请换一个名称，例如 副本.json", "choose another name, copy.json for instance")));
        }
    }
    let town = existing_town(&args.township)?;
    let household = reassign::household(&town, &args.household)?;
    let made = town.person_file(Actor::Machine, household, resident, args.reason.trim(), talk.lang());
    let made = made.map_err(|why| match why {
        PersonFileError::NotHere => not_here(),
        PersonFileError::Town(why) => town_failure(&why),
    })?;
    let text = serde_json::to_string_pretty(&made)
        .map_err(|why| Failure::new(Kind::Failed, (format!("写不成 JSON（{why}）"), why.to_string())))?;
    let mut out = std::fs::File::create_new(&args.out).map_err(|why| Failure::file(&args.out, &why))?;
    out.write_all(text.as_bytes()).map_err(|why| Failure::file(&args.out, &why))?;
    write_sheet(&page, &made.sheet(talk.lang()), talk)?;
    let lines: usize = made.held.iter().map(|part| part.lines.len()).sum();
    talk.object(&json!({
        "file": args.out, "page": page, "documents": made.held.len(), "lines": lines, "readers": made.readers.len(),
        "phones": made.phones.len(),
    }));
    Ok(())
}

fn not_here() -> Failure {
    Failure::new(Kind::Input, ("没有这户，或这户没有这个人", "there is no such household, or no such resident of it"))
        .hint(("编号在办公页面的列表里", "ids are in the office's lists"))
}
