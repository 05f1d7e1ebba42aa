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
