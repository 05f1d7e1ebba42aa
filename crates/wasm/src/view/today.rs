//! What a day asks for.

use lianhu_core::DocKind;
use lianhu_core::deadline::{Known, Reminder, Reminds};
use lianhu_core::matter::State;
use lianhu_device::{Listed, Surroundings};
use serde_json::{Value, json};

use super::shelf::by_last_visit;
use super::{Look, Outcome, word};

/// Open matters shown with the day.
const MATTERS: usize = 50;
/// Own households shown because they wait longest for a visit.
const LONGEST: usize = 3;
const DAY_MS: i64 = 86_400_000;

impl<X: Surroundings> Look<'_, X> {
    pub(crate) fn today(&mut self, anyway: bool) -> Outcome {
        let now = self.book.hand().at.in_china();
        let quiet = self.book.terms(None)?.rules.quiet_hours.contains(now.time());
        let reminders = self.book.digest_of_today()?.reminders;
        let asks = |reminder: &&Reminder| reminder.reminds == Reminds::Visit;
        let due: Vec<_> = reminders.iter().filter(asks).filter_map(|reminder| reminder.doc).collect();
        let households = self.book.documents(DocKind::Household)?.into_iter();
        let (visits, mut longest): (Vec<Listed>, Vec<Listed>) = households.partition(|listed| due.contains(&listed.id));
        let own = self.own_households();
        longest.retain(|listed| own.contains(&listed.id) && listed.card.last != Some(self.today));
        longest.sort_by_cached_key(by_last_visit);
        longest.truncate(LONGEST);
        let mut open: Vec<Listed> = self.book.documents(DocKind::Matter)?;
        open.retain(|listed| listed.card.state.is_none_or(|state: State| !state.is_final()));
        self.by_urgency(&mut open);
        let open_matters = open.len();
        open.truncate(MATTERS);
        let status = self.book.status()?;
        let shown = reminders.iter().filter(|_| anyway || !quiet).map(reminder);
        Ok(json!({
            "day": self.today, "quiet": quiet, "reminders": shown.collect::<Vec<_>>(),
            "visits": self.rows_of(&visits), "longest": self.rows_of(&longest),
            "matters": self.rows_of(&open), "open_matters": open_matters, "not_delivered": status.not_delivered(),
            "attention": self.book.attention_count()?, "conflicts": self.book.open_conflicts()?.len(),
            "late": self.book.notices().len() + self.book.late_entries()?.len(),
            "lease_days": self.book.lease_left_ms().map(|left| left / DAY_MS),
            "last_sync": status.last_sync.and_then(|report| report.at),
        }))
    }
}

fn reminder(reminder: &Reminder) -> Value {
    let (about, what) = match reminder.reminds {
        Reminds::Overdue(limit) => ("overdue", Some(word!(limit))),
        Reminds::Today(limit) => ("today", Some(word!(limit))),
        Reminds::Soon(limit) => ("soon", Some(word!(limit))),
        Reminds::Visit => ("visit", None),
        Reminds::Reply => ("reply", None),
        Reminds::Report => ("report", None),
        Reminds::Review(group) => ("review", Some(word!(group))),
    };
    json!({
        "about": about, "what": what, "on": reminder.on, "provisional": reminder.known == Known::No, "doc": reminder.doc,
        "kind": reminder.doc.map(|doc| doc.kind().name()), "called": reminder.called,
    })
}
