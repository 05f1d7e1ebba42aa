//! `lianhu calendar`: which days are worked.

use lianhu_core::Lang;
use lianhu_core::deadline::YearPlan;
use serde_json::json;

use super::rules::{act_failure, at_the_town, terms};
use crate::args::{CalendarAction, CalendarArgs, DeskArgs, Tongue};
use crate::commands::{account_for, by_hand};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;
use lianhu_server::audit::Action;

/// Shows the calendar, or takes a year in.
pub fn run(talk: Talk, args: &CalendarArgs) -> Result<(), Failure> {
    let Some(CalendarAction::Import { file }) = &args.action else { return show(talk, &args.desk) };
    let text = std::fs::read_to_string(file).map_err(|why| Failure::file(file, &why))?;
    let plan = YearPlan::parse(&text).map_err(|why| {
        Failure::new(Kind::Input, (why.message(Lang::Zh), why.message(Lang::En))).hint((
            "每行“日期,off”或“日期,work”，同一年；或像 seeds/calendar/2026.json 那样",
            "lines `date,off` or `date,work` of one year, or JSON like seeds/calendar/2026.json",
        ))
    })?;
    let town = at_the_town(&args.desk)?;
    account_for(&town, &by_hand(Action::Administered, "calendar"))?;
    let villages = town.put_calendar(&plan).map_err(act_failure)?;
    talk.print(match talk.tongue {
        Tongue::Zh => format!("{} 年：放假 {} 天，周末上班 {} 天。", plan.year, plan.off.len(), plan.work.len()),
        Tongue::En => format!("{}: {} days off, {} weekend days worked.", plan.year, plan.off.len(), plan.work.len()),
    });
    talk.object(&json!({ "year": plan.year, "villages": villages }));
    Ok(())
}

fn show(talk: Talk, desk: &DeskArgs) -> Result<(), Failure> {
    let days = terms(desk)?.days;
    for plan in days.years() {
        let notice =
            if plan.notice.is_empty() { talk.pick("（自行录入）", "(entered here)") } else { &plan.notice };
        talk.print(match talk.tongue {
            Tongue::Zh => {
                format!("{} 年  {notice}  放假 {} 天，周末上班 {} 天", plan.year, plan.off.len(), plan.work.len())
            }
            Tongue::En => {
                format!("{}  {notice}  {} days off, {} weekend days worked", plan.year, plan.off.len(), plan.work.len())
            }
        });
    }
    let from = days.unknown_from();
    if let Some(year) = from {
        talk.print(match talk.tongue {
            Tongue::Zh => format!("{year} 年起还没有放假安排：先按周末推算，期限标为“暂定”。"),
            Tongue::En => format!(
                "from {year} on no holidays are known: plain weekends are used, and days are marked as provisional"
            ),
        });
    }
    talk.object(&json!({ "years": days.years().collect::<Vec<_>>(), "unknown_from": from }));
    Ok(())
}
