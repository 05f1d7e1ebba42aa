//! What is due when, of one matter.

use chrono::{Days, NaiveDate};

use super::days::Due;
use super::{Known, Terms};
use crate::lang::codes;
use crate::matter::{Matter, State, Timeline};

codes! {
    /// What is expected of somebody by a day.
    Limit {
        Accept = "accept", "受理", "acceptance";
        Contact = "contact", "首次联系", "first contact";
        Finish = "finish", "办结", "completion";
        Feedback = "feedback", "反馈", "feedback";
        Evaluate = "evaluate", "评议回访", "asking for the verdict";
        Recheck = "recheck", "暂缓复核", "looking again at what is parked";
        Answer = "answer", "个人信息申请答复", "answer to a request about one's data";
    }
}

/// By when what is expected of a matter, as far as it has come: a pure function of the matter and its village's terms. A
/// day that a step names goes before what the rules would say now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// The present owner accepts by then.
    pub accept_by: Option<Due>,
    /// The present owner gives it back by then, if it is not theirs.
    pub return_by: Option<Due>,
    /// It was first to be done by then.
    pub first_due: Option<Due>,
    /// It is to be done by then, extension included.
    pub due: Option<Due>,
    /// The resident is first spoken to by then.
    pub contact_by: Option<Due>,
    /// The resident is told by then that it is done.
    pub feedback_by: Option<Due>,
    /// The residents are asked for their verdict by then, by somebody other than the owner.
    pub evaluate_by: Option<Due>,
    /// What is parked is looked at again then.
    pub recheck_on: Option<Due>,
}

impl Deadlines {
    /// The deadlines of a matter.
    pub fn of(matter: &Matter, terms: &Terms) -> Self {
        let (days, rules, story) = (Timeline::of(matter), &terms.rules, &matter.story);
        let named = |on: NaiveDate| Due { on, known: terms.days.is_worked(on).1 };
        let after = |on: Option<NaiveDate>, count| on.map(|on| terms.days.after(on, count));
        let or = |said: Option<NaiveDate>, rule: Option<Due>| said.map(said_is_known).or(rule);
        let by_rule = after(days.assigned_on, rules.finish_days).filter(|_| story.owner.is_some());
        Deadlines {
            accept_by: or(days.accept_limit, after(days.assigned_on, rules.accept_days)),
            return_by: after(days.assigned_on, rules.return_days),
            first_due: story.first_due.map(said_is_known).or(by_rule),
            due: story.due.map(said_is_known).or(by_rule),
            contact_by: or(days.contact_limit, after(days.first_accepted_on, rules.contact_days)),
            feedback_by: or(days.feedback_limit, after(days.done_on, rules.feedback_days)),
            evaluate_by: or(
                days.evaluation_limit,
                days.fed_back_on.and_then(|on| on.checked_add_days(Days::new(rules.evaluation_days.into()))).map(named),
            ),
            recheck_on: story.recheck_on.filter(|_| story.state == State::Parked).map(said_is_known),
        }
    }

    /// What is still expected, with its day: nothing of what has come, and nothing of what is over.
    pub fn open(&self, matter: &Matter) -> Vec<(Limit, Due)> {
        let days = Timeline::of(matter);
        let state = matter.story.state;
        let expected = [
            (Limit::Accept, self.accept_by.filter(|_| state == State::Assigned)),
            (Limit::Contact, self.contact_by.filter(|_| state.is_with_owner() && days.contacted_on.is_none())),
            (Limit::Finish, self.due.filter(|_| state.is_with_owner())),
            (Limit::Feedback, self.feedback_by.filter(|_| state == State::Done)),
            (Limit::Evaluate, self.evaluate_by.filter(|_| state == State::FedBack)),
            (Limit::Recheck, self.recheck_on),
        ];
        expected.into_iter().filter_map(|(limit, due)| Some((limit, due?))).collect()
    }

    /// What was expected before a day and has not come.
    pub fn overdue(&self, matter: &Matter, today: NaiveDate) -> Vec<(Limit, Due)> {
        self.open(matter).into_iter().filter(|(_, due)| due.on < today).collect()
    }
}

/// A day that was written down does not move any more.
const fn said_is_known(on: NaiveDate) -> Due {
    Due { on, known: Known::Yes }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::deed::{Hand, from_json};
    use crate::document::Document;
    use crate::testing::{doc, stamp, worker};
    use crate::{DeviceMillis, DocKind};

    /// A matter that went its way by deeds on days that never run backwards, as far as each was let through.
    fn played(deeds: &[(u8, u64, &'static str)]) -> (Matter, NaiveDate) {
        let mut document = Document::new(doc(DocKind::Matter, 1));
        let mut today = NaiveDate::from_ymd_opt(2026, 9, 20).unwrap();
        for (n, (by, days, json)) in (1_u8..).zip(deeds) {
            today = today + Days::new(*days);
            let at = today.and_hms_opt(4, 0, 0).unwrap().and_utc().timestamp_millis();
            let hand = Hand { worker: worker(*by), at: DeviceMillis(at), today, random: [n; 16] };
            let deed = from_json(DocKind::Matter, json).unwrap();
            if let Ok(edit) = deed.edit(&document, &hand) {
                document.write(stamp(*by, at), edit).unwrap();
            }
        }
        (Matter::read(&document), today)
    }

    fn deeds() -> impl Strategy<Value = Vec<(u8, u64, &'static str)>> {
        let way = [
            r#"{"do":"submit"}"#,
            r#"{"do":"assign","owner":"02020202-0202-0202-0202-020202020202"}"#,
            r#"{"do":"accept"}"#,
            r#"{"do":"start"}"#,
            r#"{"do":"done","text":"好了"}"#,
            r#"{"do":"feedback","way":"visit"}"#,
            r#"{"do":"evaluate","solved":"no","satisfaction":"not"}"#,
            r#"{"do":"reopen","text":"又有"}"#,
        ];
        // Mostly the straight way, so that most of the deeds stand; now and then any other.
        let any = proptest::sample::select(crate::kind::of(DocKind::Matter).map_or(&[][..], |kind| kind.samples()));
        let step = move |n: usize| (0_u64..6, proptest::option::weighted(0.2, any.clone()), Just(way[n % way.len()]));
        (0_usize..3, 4_usize..16).prop_flat_map(move |(skip, count)| {
            let steps: Vec<_> = (skip..skip + count).map(step.clone()).collect();
            steps.prop_map(|steps| {
                let acting = steps.into_iter().map(|(days, other, way)| (1, days, other.unwrap_or(way)));
                acting.collect()
            })
        })
    }

    proptest! {
        #[test]
        fn nothing_is_expected_before_what_it_follows_and_what_is_overdue_stays_so(deeds in deeds()) {
            let (matter, today) = played(&deeds);
            let (limits, days) = (Deadlines::of(&matter, Terms::usual()), Timeline::of(&matter));
            let follows = |due: Option<Due>, on: Option<NaiveDate>| due.is_none_or(|due| on.is_some_and(|on| due.on >= on));
            prop_assert!(follows(limits.accept_by, days.assigned_on) && follows(limits.return_by, days.assigned_on));
            prop_assert!(follows(limits.contact_by, days.first_accepted_on));
            prop_assert!(follows(limits.feedback_by, days.done_on));
            prop_assert!(follows(limits.evaluate_by, days.fed_back_on));
            let late = limits.overdue(&matter, today);
            let later = limits.overdue(&matter, today + Days::new(1));
            prop_assert!(late.iter().all(|limit| later.contains(limit)));
            prop_assert!(later.iter().all(|limit| limits.open(&matter).contains(limit)));
            prop_assert!(!matter.state().is_final() || limits.open(&matter).is_empty());
        }

        #[test]
        fn more_time_never_makes_a_day_come_sooner(deeds in deeds(), more in 1_u32..30) {
            let (mut matter, _) = played(&deeds);
            // As written before steps said by when the next is expected.
            matter.story.moves.iter_mut().for_each(|moved| moved.limit = None);
            (matter.story.due, matter.story.first_due) = (None, None);
            let mut longer = Terms::default();
            let rules = &mut longer.rules;
            for days in [&mut rules.accept_days, &mut rules.finish_days, &mut rules.return_days, &mut rules.contact_days,
                &mut rules.feedback_days, &mut rules.evaluation_days]
            {
                *days += more;
            }
            let (usual, longer) = (Deadlines::of(&matter, Terms::usual()), Deadlines::of(&matter, &longer));
            let pairs = [
                (usual.accept_by, longer.accept_by), (usual.return_by, longer.return_by), (usual.due, longer.due),
                (usual.first_due, longer.first_due), (usual.contact_by, longer.contact_by),
                (usual.feedback_by, longer.feedback_by), (usual.evaluate_by, longer.evaluate_by),
            ];
            for (usual, longer) in pairs {
                prop_assert_eq!(usual.is_some(), longer.is_some());
                prop_assert!(usual.zip(longer).is_none_or(|(usual, longer)| usual.on < longer.on));
            }
        }
    }
}
