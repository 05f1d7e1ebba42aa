//! `lianhu digest` and `lianhu device digest`

use lianhu_core::deadline::{Digest, Known, Reminder, Reminds};
use lianhu_core::matter::temporary_code;
use serde_json::json;

use super::{existing_town, town_failure};
use crate::args::{DigestArgs, Tongue};
use crate::failure::Failure;
use crate::phone::{FileWorkbook, workbook_failure};
use crate::talk::Talk;

/// The desk's.
pub fn at_the_desk(talk: Talk, args: &DigestArgs) -> Result<(), Failure> {
    let told = existing_town(&args.township)?.digest().map_err(|why| town_failure(&why))?;
    let shown = Some(told.digest).filter(|_| args.anyway || !told.quiet);
    show(talk, shown.as_ref(), "--anyway");
    Ok(())
}

/// A phone's.
pub(super) fn on_the_phone(talk: Talk, workbook: &mut FileWorkbook, again: bool) -> Result<(), Failure> {
    let told = if again { workbook.digest_of_today().map(Some) } else { workbook.digest() };
    show(talk, told.map_err(|why| workbook_failure(&why))?.as_ref(), "--again");
    Ok(())
}

/// Shows a digest; where there is none now, `flag` is what shows it all the same.
fn show(talk: Talk, digest: Option<&Digest>, flag: &str) {
    let Some(digest) = digest else {
        let now = talk.pick("现在不提醒：今天已经看过，或正是免打扰时段。", "Nothing now: seen today, or quiet hours.");
        talk.print(format!("{now} {}{flag}", talk.pick("仍要看：", "To look all the same: ")));
        talk.object(&json!({ "shown": false, "reminders": [] }));
        return;
    };
    if digest.reminders.is_empty() {
        talk.print(talk.pick("今天没有要提醒的。", "Nothing to remind you of today."));
    }
    for reminder in &digest.reminders {
        talk.print(line(talk, reminder));
    }
    let reminders = digest.reminders.iter().map(|reminder| {
        json!({
            "when": when(reminder.reminds), "what": what(talk, reminder.reminds), "on": reminder.on, "doc": reminder.doc,
            "code": reminder.doc.map(temporary_code), "provisional": reminder.known == Known::No,
        })
    });
    talk.object(&json!({ "shown": true, "day": digest.day, "reminders": reminders.collect::<Vec<_>>() }));
}

fn when(reminds: Reminds) -> &'static str {
    match reminds {
        Reminds::Overdue(_) => "overdue",
        Reminds::Soon(_) => "soon",
        Reminds::Today(_) | Reminds::Visit | Reminds::Report => "today",
        Reminds::Reply => "waiting",
        Reminds::Review(_) => "review",
    }
}

fn what(talk: Talk, reminds: Reminds) -> String {
    match reminds {
        Reminds::Overdue(limit) | Reminds::Today(limit) | Reminds::Soon(limit) => limit.label(talk.lang()).to_owned(),
        Reminds::Visit => talk.pick("走访", "visit").to_owned(),
        Reminds::Reply => talk.pick("意见", "complaint").to_owned(),
        Reminds::Report => talk.pick("向书记汇报", "tell the secretary how things are").to_owned(),
        Reminds::Review(group) => group.label(talk.lang()).to_owned(),
    }
}

fn line(talk: Talk, reminder: &Reminder) -> String {
    let when = match (talk.tongue, reminder.reminds) {
        (Tongue::Zh, Reminds::Overdue(_)) => "已过期",
        (Tongue::Zh, Reminds::Soon(_)) => "快到期",
        (Tongue::Zh, Reminds::Reply) => "待答复",
        (Tongue::Zh, Reminds::Review(_)) => "待复核",
        (Tongue::Zh, _) => "今天",
        (Tongue::En, Reminds::Overdue(_)) => "overdue",
        (Tongue::En, Reminds::Soon(_)) => "soon",
        (Tongue::En, Reminds::Reply) => "waits for a reply",
        (Tongue::En, Reminds::Review(_)) => "to be reviewed",
        (Tongue::En, _) => "today",
    };
    let provisional = match reminder.known {
        Known::No => talk.pick("（暂定）", " (provisional)"),
        Known::Yes => "",
    };
    let what = what(talk, reminder.reminds);
    format!("{when}  {what}  {}{provisional}  {}", reminder.on, reminder.called.as_str()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use lianhu_core::Private;

    use super::*;

    #[test]
    fn a_complaint_is_said_to_wait_since_its_day_and_not_to_be_due_today() {
        let on = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let reminds = Reminds::Reply;
        let reminder = Reminder { reminds, on, known: Known::Yes, doc: None, called: Private::default() };
        let said = [Tongue::Zh, Tongue::En].map(|tongue| line(Talk { tongue, json: false }, &reminder));
        assert_eq!(said, ["待答复  意见  2026-11-20", "waits for a reply  complaint  2026-11-20"]);
        assert_eq!(when(reminds), "waiting");
    }
}
