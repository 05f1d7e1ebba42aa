//! The digest: what a worker's own documents remind them of today, once, as one list. Nothing is pushed, and nobody is
//! counted.

use chrono::{Datelike as _, Days, NaiveDate};

use super::{Deadlines, Known, Limit, Terms};
use crate::complaint::{Complaint, ComplaintState};
use crate::groups::Group;
use crate::household::Household;
use crate::ids::{DocId, WorkerId};
use crate::matter::{Matter, temporary_code};
use crate::private::Private;

/// What a reminder is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reminds {
    /// Something was expected before today.
    Overdue(Limit),
    /// Something is expected today.
    Today(Limit),
    /// Something is expected on the next working day.
    Soon(Limit),
    /// A household expects a visit.
    Visit,
    /// A complaint waits for a reply.
    Reply,
    /// Today one tells the secretary how things are.
    Report,
    /// A group of personal data is switched on, and the day to decide about it again has come.
    Review(Group),
}

/// One line of a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// What about.
    pub reminds: Reminds,
    /// The day something is expected; of a complaint the day it was written.
    pub on: NaiveDate,
    /// Whether the day may move when the year's holidays are published.
    pub known: Known,
    /// The document; none for what is about no document.
    pub doc: Option<DocId>,
    /// A matter's number (or temporary code) and title, a household's doorplate and head; nothing of a complaint.
    pub called: Private<String>,
}

/// What is shown of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The day.
    pub day: NaiveDate,
    /// The lines, what is overdue first.
    pub reminders: Vec<Reminder>,
}

/// Whose digest it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A worker's: what they own, recorded, or look after. `leads` says that they lead a branch or sit on the board, and so
    /// see what waits for anybody of the village.
    By {
        /// The worker.
        worker: WorkerId,
        /// Whether they lead or sit on the board.
        leads: bool,
    },
    /// The town desk's: everything.
    AtTheDesk,
}

impl Seen {
    /// Whether something expected of a matter is theirs to see to.
    fn concerns(self, limit: Limit, matter: &Matter, households: &[Household]) -> bool {
        let Seen::By { worker, leads } = self else { return true };
        let owns = matter.story.is_owned_by(worker);
        let recorded = matter.recorded_by.as_ref().is_some_and(|by| by.value == worker);
        let linked = matter.household.as_ref().is_some_and(|home| households.iter().any(|held| held.id == home.value));
        match limit {
            Limit::Accept | Limit::Finish => owns || leads,
            Limit::Contact | Limit::Feedback => owns || recorded,
            // Never the owner (报办分离).
            Limit::Evaluate => !owns && (recorded || linked || leads),
            Limit::Recheck => leads || recorded,
            // Of a household, never of a matter.
            Limit::Answer => false,
        }
    }
}

/// What a digest is made of: what somebody has; at the desk, of households those where somebody waits for an answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Digested<'a> {
    /// Matters.
    pub matters: &'a [Matter],
    /// Households.
    pub households: &'a [Household],
    /// Complaints: the desk alone is reminded of them.
    pub complaints: &'a [Complaint],
}

/// Makes the digest of a day. The same documents and day give the same one.
pub fn digest(seen: Seen, today: NaiveDate, of: Digested<'_>, terms: &Terms) -> Digest {
    let Digested { matters, households, complaints } = of;
    let mut reminders = Vec::new();
    let tomorrow = terms.days.after(today, 1).on;
    for matter in matters {
        for (limit, due) in Deadlines::of(matter, terms).open(matter) {
            let reminds = match due.on {
                on if on < today => Reminds::Overdue(limit),
                on if on == today => Reminds::Today(limit),
                on if on <= tomorrow => Reminds::Soon(limit),
                _ => continue,
            };
            if seen.concerns(limit, matter, households) {
                let (doc, called) = (Some(matter.id), called(matter));
                reminders.push(Reminder { reminds, on: due.on, known: due.known, doc, called });
            }
        }
    }
    reminders.extend(households.iter().flat_map(|home| answers_due(home, today, tomorrow, terms)));
    if let Seen::AtTheDesk | Seen::By { leads: true, .. } = seen {
        reminders.extend(terms.switches.to_review(today).map(|(group, on)| Reminder {
            reminds: Reminds::Review(group),
            on,
            known: Known::Yes,
            doc: None,
            called: Private::default(),
        }));
    }
    if seen == Seen::AtTheDesk {
        reminders.extend(complaints.iter().filter_map(|complaint| reply_due(complaint, today)));
    }
    if let Seen::By { .. } = seen {
        reminders.extend(households.iter().filter_map(|home| next_visit(home, tomorrow)));
        if reports_on(today, &terms.rules.report_days) {
            let known = Known::Yes;
            reminders.push(Reminder {
                reminds: Reminds::Report,
                on: today,
                known,
                doc: None,
                called: Private::default(),
            });
        }
    }
    reminders.sort_by_key(|reminder| (reminder.reminds, reminder.on, reminder.doc));
    Digest { day: today, reminders }
}

fn called(matter: &Matter) -> Private<String> {
    let number = matter.number.as_ref().map(|number| number.value.as_str().to_owned());
    let title = matter.title.as_ref().map_or("", |title| title.value.as_str());
    Private(format!("{} {title}", number.unwrap_or_else(|| temporary_code(matter.id))))
}

/// The reply that a complaint waits for.
fn reply_due(complaint: &Complaint, today: NaiveDate) -> Option<Reminder> {
    let on = complaint.date.as_ref().map_or(today, |date| date.value);
    let reminds = (complaint.state() == ComplaintState::Waiting).then_some(Reminds::Reply)?;
    Some(Reminder { reminds, on, known: Known::Yes, doc: Some(complaint.id), called: Private::default() })
}

/// The visit that was promised and has not been made since.
fn next_visit(home: &Household, until: NaiveDate) -> Option<Reminder> {
    let next = home.next_visit()?;
    let called = called_household(home);
    let reminder = Reminder { reminds: Reminds::Visit, on: next, known: Known::Yes, doc: Some(home.id), called };
    (next <= until).then_some(reminder)
}

/// What the people of a household asked about their data and nobody has answered, from the day before it is due.
fn answers_due<'a>(
    home: &'a Household,
    today: NaiveDate,
    tomorrow: NaiveDate,
    terms: &'a Terms,
) -> impl Iterator<Item = Reminder> + 'a {
    home.unanswered().filter_map(|(_, request)| request.due(&terms.rules)).filter_map(move |on| {
        let reminds = match on {
            on if on < today => Reminds::Overdue(Limit::Answer),
            on if on == today => Reminds::Today(Limit::Answer),
            on if on <= tomorrow => Reminds::Soon(Limit::Answer),
            _ => return None,
        };
        Some(Reminder { reminds, on, known: Known::Yes, doc: Some(home.id), called: called_household(home) })
    })
}

fn called_household(home: &Household) -> Private<String> {
    let doorplate = home.doorplate.as_ref().map_or("", |doorplate| doorplate.value.as_str());
    let head = home.head.as_ref().map_or("", |head| head.value.as_str());
    Private(format!("{doorplate} {head}").trim().to_owned())
}

/// A month without the day has its last one instead.
fn reports_on(today: NaiveDate, days: &[u32]) -> bool {
    let last = today.checked_add_days(Days::new(1)).is_none_or(|next| next.month() != today.month());
    days.iter().any(|day| *day == today.day() || last && *day > today.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DocKind;
    use crate::deed::{Hand, from_json};
    use crate::document::Document;
    use crate::testing::{day, doc, stamp, worker};

    const MEMBER: u8 = 1;
    const OWNER: u8 = 2;
    const LEAD: u8 = 3;

    fn matter(n: u8, deeds: &[(u8, u32, &str)]) -> Matter {
        let mut document = Document::new(doc(DocKind::Matter, n));
        let raise = r#"{"do":"raise","village":"01010101-0101-8101-8101-010101010101","title":"河道"}"#;
        for (at, (by, on, json)) in (0_u8..).zip([(MEMBER, 2, raise)].iter().chain(deeds)) {
            let moment = day(*on).and_hms_opt(4, 0, 0).unwrap().and_utc().timestamp_millis();
            let hand = Hand { worker: worker(*by), at: crate::DeviceMillis(moment), today: day(*on), random: [at; 16] };
            let edit = from_json(DocKind::Matter, json).unwrap().edit(&document, &hand).unwrap();
            document.write(stamp(*by, moment), edit).unwrap();
        }
        Matter::read(&document)
    }

    fn by(worker_number: u8, leads: bool) -> Seen {
        Seen::By { worker: worker(worker_number), leads }
    }

    fn reminds(seen: Seen, on: u32, matters: &[Matter]) -> Vec<Reminds> {
        let digest = digest(seen, day(on), Digested { matters, ..Digested::default() }, Terms::usual());
        digest.reminders.iter().map(|reminder| reminder.reminds).collect()
    }

    #[test]
    fn everybody_is_reminded_of_what_is_theirs_and_of_nothing_else() {
        let assign = r#"{"do":"assign","owner":"02020202-0202-0202-0202-020202020202"}"#;
        let assigned = matter(1, &[(MEMBER, 2, r#"{"do":"submit"}"#), (LEAD, 3, assign)]);
        let solved = matter(
            2,
            &[(OWNER, 2, r#"{"do":"solve","text":"捞走"}"#), (OWNER, 2, r#"{"do":"feedback","way":"visit"}"#)],
        );
        let matters = [assigned, solved];
        assert_eq!(reminds(by(OWNER, false), 5, &matters), [Reminds::Today(Limit::Accept)]);
        assert_eq!(reminds(by(OWNER, false), 6, &matters), [Reminds::Overdue(Limit::Accept)]);
        assert_eq!(reminds(by(OWNER, false), 4, &matters), [Reminds::Soon(Limit::Accept)]);
        assert!(reminds(by(MEMBER, false), 5, &matters).is_empty());
        // The verdict on what the owner solved is asked for by others, fifteen days after.
        assert_eq!(reminds(by(MEMBER, false), 17, &matters), [Reminds::Today(Limit::Evaluate)]);
        assert!(!reminds(by(OWNER, true), 17, &matters).contains(&Reminds::Today(Limit::Evaluate)));
        assert_eq!(reminds(Seen::AtTheDesk, 17, &matters).len(), 3);
    }

    #[test]
    fn the_fifteenth_and_the_thirtieth_are_report_days_and_a_short_month_has_its_last_one() {
        let on = |year, month, day| reports_on(NaiveDate::from_ymd_opt(year, month, day).unwrap(), &[15, 30]);
        assert!(on(2026, 11, 15) && on(2026, 11, 30) && on(2026, 2, 28));
        assert!(!on(2026, 11, 14) && !on(2026, 2, 27) && !on(2026, 12, 31));
        assert_eq!(reminds(by(MEMBER, false), 15, &[]), [Reminds::Report]);
        assert!(reminds(Seen::AtTheDesk, 15, &[]).is_empty());
    }

    #[test]
    fn what_is_parked_comes_back_on_its_day() {
        let parked = matter(
            1,
            &[
                (MEMBER, 2, r#"{"do":"submit"}"#),
                (LEAD, 3, r#"{"do":"analyse"}"#),
                (LEAD, 3, r#"{"do":"park","text":"等规划","on":"2026-11-20"}"#),
            ],
        );
        assert_eq!(reminds(by(LEAD, true), 20, &[parked]), [Reminds::Today(Limit::Recheck)]);
    }
}
