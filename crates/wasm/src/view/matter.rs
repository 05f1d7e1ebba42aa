//! A matter: its card, where it stands, what happened to it, what may be done next.

use lianhu_core::DocId;
use lianhu_core::deadline::{Deadlines, Due, Known, Limit};
use lianhu_core::matter::{Matter, StepTold as Told, temporary_code};
use lianhu_device::Surroundings;
use serde_json::{Value, json};

use super::household::disputed;
use super::look::{StepTold, not_standing};
use super::{Look, Outcome, Shown as _, place, steps, word};

impl<X: Surroundings> Look<'_, X> {
    pub(crate) fn matter(&mut self, id: DocId) -> Outcome {
        let page = self.book.read(id, |document| (Matter::read(document), document.clone()))?;
        let (matter, document) = &page.content;
        let terms = self.book.terms(matter.village.as_ref().map(|village| village.value))?;
        let deadlines = Deadlines::of(matter, &terms);
        let limits: Vec<Value> = deadlines.open(matter).into_iter().map(|limit| self.limit(limit)).collect();
        let number = matter.number.as_ref().map(|number| number.value.as_str().to_owned());
        let told = matter.story.steps.iter().map(step_told);
        let view = json!({
            "id": id, "number": number.clone().unwrap_or_else(|| temporary_code(id)), "numbered": number.is_some(),
            "where": place(&page.places.whole()), "disputed": disputed(document), "limits": limits,
            "due": deadlines.due.map(|due| due.on),
            "timeline": steps(self, document, &page.places, told)?, "next": self.next(document)?,
        });
        Ok(joined(joined(view, self.card_of_matter(matter)?), self.story_of(matter)))
    }

    fn limit(&self, (limit, due): (Limit, Due)) -> Value {
        json!({
            "what": word!(limit), "on": due.on, "provisional": due.known == Known::No, "overdue": due.on < self.today,
        })
    }

    fn card_of_matter(&self, matter: &Matter) -> Outcome {
        let value = |field: &Option<lianhu_core::Field<DocId>>| field.as_ref().map(|field| field.value);
        Ok(json!({
            "title": matter.title.as_ref().map_or("", |title| title.value.as_str()), "text": matter.text.shown(),
            "raiser": matter.raiser.shown(), "phone": matter.phone.shown(), "headcount": matter.headcount.shown(),
            "category": matter.category.shown(), "raised": matter.raised.shown(), "kind": matter.kind.shown(),
            "urgency": matter.urgency.shown(), "place": matter.place.shown(), "channel": matter.channel.shown(),
            "household": self.maybe_named(value(&matter.household))?,
            "source": matter.source.as_ref().map(|source| {
                json!({ "doc": source.value.doc, "record": source.value.record })
            }),
            "split_from": self.maybe_named(value(&matter.split_from))?,
            "recorded_by": self.maybe_person(matter.recorded_by.as_ref().map(|by| by.value)),
            "recorded_on": matter.recorded_on.shown(),
        }))
    }

    fn story_of(&self, matter: &Matter) -> Value {
        let story = &matter.story;
        json!({
            "state": word!(story.state), "owner": self.maybe_person(story.owner),
            "co_owners": story.co_owners.iter().map(|worker| self.person(*worker)).collect::<Vec<_>>(),
            "level": story.level, "closing": story.conclusion.map(|conclusion| conclusion.closing),
            "evaluation": story.evaluation.map(|(solved, satisfaction)| {
                json!({ "solved": solved, "satisfaction": satisfaction })
            }),
            "posted_on": story.posted_on,
        })
    }
}

fn step_told(told: &Told) -> StepTold {
    let unreadable = || json!({ "code": "unreadable", "zh": "较新版本的步骤", "en": "a step of a newer version" });
    StepTold {
        id: told.id,
        act: told.step.act.kind().map_or_else(unreadable, |act| word!(act)),
        by: told.step.by,
        at: told.step.at,
        not_standing: not_standing(told.not_standing),
    }
}

/// One object of the fields of two.
pub(super) fn joined(mut one: Value, other: Value) -> Value {
    if let (Value::Object(one), Value::Object(other)) = (&mut one, other) {
        one.extend(other);
    }
    one
}
