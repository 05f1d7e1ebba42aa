//! What else has a course: help plans, pledges, meetings; and any other document, field by field.

use lianhu_core::course::{self, Act};
use lianhu_core::meeting::{Ballot, Decided, Decision, Meeting, MeetingAct};
use lianhu_core::plan::{HelpPlan, PlanAct};
use lianhu_core::pledge::{Pledge, PledgeAct, pledge_id};
use lianhu_core::{DocId, Document, Field, WorkerId};
use lianhu_device::{Page, Surroundings, WorkbookError};
use serde_json::{Value, json};

use super::look::StepTold;
use super::said::is_the_programs_own;
use super::{Look, Outcome, Shown as _, place, steps, word};

impl<X: Surroundings> Look<'_, X> {
    pub(crate) fn plan(&mut self, id: DocId) -> Outcome {
        let page = self.book.read(id, |document| (HelpPlan::read(document), document.clone()))?;
        let ((plan, document), places) = (&page.content, &page.places);
        let helpers = plan.helpers.iter().map(|(id, helper)| {
            json!({
                "id": id, "worker": self.maybe_person(helper.worker.as_ref().map(|worker| worker.value)),
                "from": helper.from.shown(), "to": helper.to.shown(), "where": place(&places.record("helper", id)),
            })
        });
        let measures = plan.measures.iter().map(|(id, measure)| {
            json!({
                "id": id, "kind": measure.kind.shown(), "content": measure.content.shown(), "provider": measure.provider.shown(),
                "amount": measure.amount.shown(), "due": measure.due.shown(), "done_on": measure.done_on.shown(),
                "result": measure.result.shown(), "where": place(&places.record("measure", id)),
            })
        });
        let (helpers, measures): (Vec<_>, Vec<_>) = (helpers.collect(), measures.collect());
        let told = told(&plan.course, |act: &PlanAct| word!(act.kind()));
        Ok(json!({
            "id": id, "title": self.title(id)?, "where": place(&places.whole()),
            "household": self.maybe_named(plan.household.as_ref().map(|household| household.value))?,
            "status": word!(plan.status()), "confirmed": plan.course.state.confirmed,
            "causes": plan.causes.as_ref().map(|causes| causes.value.iter().map(|cause| cause.code()).collect::<Vec<_>>()).unwrap_or_default(),
            "cause_other": plan.cause_other.shown(), "goal": plan.goal.shown(), "effect": plan.effect.shown(),
            "review_on": plan.review_on.shown(), "helpers": helpers, "measures": measures,
            "timeline": steps(self, document, places, told)?, "next": self.next(document)?,
        }))
    }

    pub(crate) fn my_pledge(&mut self, year: i32) -> Outcome {
        let id = pledge_id(self.book.owner().worker, year);
        match self.book.read(id, |_| ()) {
            Ok(_) => self.pledge(id),
            Err(WorkbookError::NotHere(_)) => Ok(Value::Null),
            Err(why) => Err(why.into()),
        }
    }

    pub(crate) fn pledge(&mut self, id: DocId) -> Outcome {
        let page = self.book.read(id, |document| (Pledge::read(document), document.clone()))?;
        let ((pledge, document), places) = (&page.content, &page.places);
        let items = pledge.items.iter().map(|(id, Field { value: item, .. })| {
            json!({
                "id": id, "content": item.content.shown(), "measured_by": item.measured_by.shown(),
                "baseline": item.baseline.shown(), "due": item.due, "result": pledge.result_of(*id),
                "where": place(&places.record("item", id)),
            })
        });
        let reviews = pledge.reviews.iter().map(|(id, Field { value: review, .. })| {
            json!({
                "id": id, "reviewer": review.reviewer, "verdict": review.verdict, "text": review.text.shown(), "on": review.on,
                "by": self.maybe_person(review.by), "where": place(&places.record("review", id)),
            })
        });
        let (items, reviews): (Vec<_>, Vec<_>) = (items.collect(), reviews.collect());
        let told = told(&pledge.course, |act: &PledgeAct| word!(act.step()));
        Ok(json!({
            "id": id, "title": self.title(id)?, "where": place(&places.whole()), "worker": self.maybe_person(pledge.worker),
            "year": pledge.year, "place": pledge.place.shown(), "state": word!(pledge.state()), "items": items,
            "reviews": reviews, "timeline": steps(self, document, places, told)?, "next": self.next(document)?,
        }))
    }

    pub(crate) fn meeting(&mut self, id: DocId) -> Outcome {
        let page = self.book.read(id, |document| (Meeting::read(document), document.clone()))?;
        let ((meeting, document), places) = (&page.content, &page.places);
        let worker = |field: &Option<Field<WorkerId>>| field.as_ref().map(|field| field.value);
        let attendees = meeting.attendees.iter().map(|(worker, attendance)| {
            json!({
                "worker": self.person(*worker), "attendance": attendance.value.code(),
                "where": place(&places.record("attendee", worker)),
            })
        });
        let guests = meeting.guests.iter().map(|(id, guest)| {
            json!({
                "id": id, "name": guest.name.shown(), "role": guest.role.shown(), "attendance": guest.attendance.shown(),
                "where": place(&places.record("guest", id)),
            })
        });
        let (attendees, guests): (Vec<_>, Vec<_>) = (attendees.collect(), guests.collect());
        let told = told(&meeting.course, |act: &MeetingAct| word!(act.kind()));
        let title = self.title(id)?;
        let adds = self.may(id, r#"{"do":"add_item","title":"……"}"#);
        let writes = self.may(id, r#"{"do":"add_minutes","text":"……"}"#);
        let decides = meeting.items.keys().next().is_some_and(|item| {
            self.may(id, &json!({ "do": "decide", "item": item, "decision": Decided::Agree, "text": "……" }).to_string())
        });
        Ok(json!({
            "id": id, "title": title, "where": place(&places.whole()), "kind": meeting.kind.shown(),
            "state": word!(meeting.state()), "number": meeting.number.shown(), "date": meeting.date.shown(),
            "time": meeting.time.shown(), "place": meeting.place.shown(), "branch": meeting.branch.shown(),
            "chair": self.maybe_person(worker(&meeting.chair)), "recorder": self.maybe_person(worker(&meeting.recorder)),
            "attendees": attendees, "guests": guests, "items": self.items(&page)?, "ballots": self.ballots(meeting)?,
            "minutes": meeting.minutes, "timeline": steps(self, document, places, told)?, "next": self.next(document)?,
            "may": { "add_item": adds, "decide": decides, "add_minutes": writes },
        }))
    }

    fn items(&self, page: &Page<(Meeting, Document)>) -> Outcome {
        let (meeting, _) = &page.content;
        let mut items = Vec::new();
        for (id, item) in meeting.agenda() {
            let decision = meeting.decisions.get(&id).map(|decision| self.decision(&decision.value));
            items.push(json!({
                "id": id, "title": item.title.shown(),
                "matter": self.maybe_named(item.matter.as_ref().map(|matter| matter.value))?, "five": item.five.shown(),
                "decision": decision, "where": place(&page.places.record("item", id)),
            }));
        }
        Ok(items.into())
    }

    fn decision(&self, decision: &Decision) -> Value {
        json!({
            "decision": decision.decision, "text": decision.text.shown(), "target": decision.target.shown(),
            "owner": self.maybe_person(decision.owner),
            "co_owners": decision.co_owners.iter().map(|worker| self.person(*worker)).collect::<Vec<_>>(),
            "level": decision.level, "due": decision.due,
        })
    }

    fn ballots(&self, meeting: &Meeting) -> Outcome {
        let mut ballots = Vec::new();
        for Field { value: ballot, .. } in meeting.ballots.values() {
            let Ballot { satisfied, basically, not, no_answer, yes, partly, no, .. } = ballot;
            ballots.push(json!({
                "matter": self.maybe_named(ballot.matter)?, "satisfied": satisfied, "basically": basically, "not": not,
                "no_answer": no_answer, "yes": yes, "partly": partly, "no": no,
            }));
        }
        Ok(ballots.into())
    }

    pub(crate) fn document(&mut self, id: DocId) -> Outcome {
        let page = self.book.read(id, Document::clone)?;
        let mut fields = Vec::new();
        for (key, field) in page.content.list("") {
            if is_the_programs_own(&key) {
                continue;
            }
            let mut said = self.line(id.kind(), &key, &field.value)?.to_json();
            if let Value::Object(said) = &mut said {
                said.insert("where".to_owned(), place(&page.places.key(&key)));
            }
            fields.push(said);
        }
        Ok(json!({
            "id": id, "kind": id.kind().name(), "title": self.title(id)?, "where": place(&page.places.whole()), "fields": fields,
        }))
    }
}

/// The steps of a course as every timeline tells them.
fn told<A: Act>(course: &course::Course<A>, word: impl Fn(&A) -> Value) -> Vec<StepTold> {
    let unreadable = || json!({ "code": "unreadable", "zh": "较新版本的步骤", "en": "a step of a newer version" });
    let steps = course.steps.iter().map(|told| StepTold {
        id: told.id,
        act: told.step.act.as_ref().map_or_else(unreadable, &word),
        by: told.step.by,
        at: told.step.at,
        not_standing: told.not_standing.map_or(Value::Null, |why| word!(why)),
    });
    steps.collect()
}
