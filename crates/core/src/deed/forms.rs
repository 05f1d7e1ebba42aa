//! The forms of steps: what each needs to be taken and what it may say besides. A screen makes its form of it, and asks with
//! a [`Form::samples`] whether the step would be taken now, before anybody fills the form in.

use chrono::Days;
use serde_json::{Map, Value as Json};

use super::Hand;
use crate::document::Document;
use crate::ids::{DocId, DocKind};
use crate::lang::Lang;
use crate::matter::{ActKind, Closing, FeedbackWay, Matter, Satisfaction, Solved};
use crate::meeting::StepKind;
use crate::plan::PlanActKind;
use crate::pledge::{Outcome, PledgeStep};

/// What is filled in to take a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The deed's code: what stands under `do`.
    pub does: &'static str,
    /// The fields without which it is refused.
    pub needs: &'static [&'static str],
    /// The fields it may have besides.
    pub may: &'static [&'static str],
}

const fn form(does: &'static str, needs: &'static [&'static str], may: &'static [&'static str]) -> Form {
    Form { does, needs, may }
}

const ASSIGNMENT: &[&str] = &["due", "co_owners", "level", "text"];

/// The steps of a matter: those that every matter takes in the order of its life, then those that lead it elsewhere. Raising and
/// mending its card are no steps.
const MATTER: &[Form] = &[
    form("submit", &[], &[]),
    form("solve", &["text"], &[]),
    form("analyse", &[], &["text"]),
    form("assign", &["owner"], ASSIGNMENT),
    form("accept", &[], &[]),
    form("start", &[], &[]),
    form("done", &["text"], &[]),
    form("feedback", &["way"], &["on"]),
    form("evaluate", &["solved", "satisfaction"], &["text", "collected_by", "on"]),
    form("close", &["closing"], &[]),
    form("reopen", &["text"], &[]),
    form("note", &["text"], &["on"]),
    form("assist", &["worker"], &[]),
    form("return", &["text"], &[]),
    form("transfer", &["owner"], ASSIGNMENT),
    form("refer", &["owner", "to"], &["studio", "due", "co_owners", "level", "text"]),
    form("refer_out", &["to"], &[]),
    form("ask_extension", &["on", "text"], &[]),
    form("answer_extension", &["granted"], &["text", "on"]),
    form("escalate", &["text"], &[]),
    form("park", &["text", "on"], &[]),
    form("merge", &["into"], &[]),
    form("split", &["parts"], &[]),
    form("similar", &["similar"], &[]),
    form("decline", &["text"], &[]),
    form("supervise", &["text"], &[]),
    form("post", &[], &["on"]),
    form("withdraw", &[], &[]),
    form("settle", &["stands"], &[]),
];

const PLAN: &[Form] = &[
    form("begin", &[], &["on"]),
    form("report_done", &[], &["on", "effect"]),
    form("confirm", &["yes"], &["words", "on"]),
    form("stabilise", &[], &["on"]),
    form("end", &[], &["on"]),
    form("review", &["words"], &["on", "next"]),
    form("resume", &["reason"], &["on"]),
    form("end_early", &["reason"], &["on"]),
];

const PLEDGE: &[Form] = &[
    form("approve", &[], &[]),
    form("send_back", &["reason"], &[]),
    form("publish", &[], &["on"]),
    form("start", &[], &[]),
    form("result", &["item", "outcome"], &["reason"]),
    form("close", &["outcome"], &["reason"]),
];

const MEETING: &[Form] = &[
    form("hold", &[], &["on"]),
    form("publish", &[], &["on"]),
    form("close", &[], &[]),
    form("cancel", &["reason"], &[]),
];

/// The forms of a kind's steps, the usual ones first; none for a kind whose steps are not taken one by one.
pub fn forms(kind: DocKind) -> &'static [Form] {
    match kind {
        DocKind::Matter => MATTER,
        DocKind::HelpPlan => PLAN,
        DocKind::Pledge => PLEDGE,
        DocKind::Meeting => MEETING,
        _ => &[],
    }
}

impl Form {
    /// What people call the step.
    pub fn label(&self, kind: DocKind, lang: Lang) -> &'static str {
        let label = match kind {
            DocKind::Matter => ActKind::parse(self.does).map(|act| act.label(lang)),
            DocKind::HelpPlan => PlanActKind::parse(self.does).map(|act| act.label(lang)),
            DocKind::Pledge => PledgeStep::parse(self.does).map(|act| act.label(lang)),
            DocKind::Meeting => StepKind::parse(self.does).map(|act| act.label(lang)),
            _ => None,
        };
        label.unwrap_or(self.does)
    }

    /// Deeds as somebody might fill them in, with no more than is needed: the step can be taken when one of them would be.
    pub fn samples(&self, document: &Document, hand: &Hand) -> Vec<String> {
        let mut filled: Vec<Map<String, Json>> = vec![Map::from_iter([("do".to_owned(), self.does.into())])];
        for field in self.needs {
            let values = values(field, document, hand);
            let with = |sample: &Map<String, Json>, value: &Json| {
                let mut sample = sample.clone();
                sample.insert((*field).to_owned(), value.clone());
                sample
            };
            filled = filled.iter().flat_map(|sample| values.iter().map(|value| with(sample, value))).collect();
        }
        filled.into_iter().map(|sample| Json::Object(sample).to_string()).collect()
    }
}

/// What may be filled in for a field; several where it depends on the choice whether the step can be taken.
fn values(field: &str, document: &Document, hand: &Hand) -> Vec<Json> {
    let tomorrow = hand.today.checked_add_days(Days::new(1)).unwrap_or(hand.today).to_string();
    let other = || DocId::mint(DocKind::Matter, hand.random).to_string();
    let one = match field {
        "owner" | "worker" => hand.worker.to_string().into(),
        "on" => tomorrow.into(),
        "into" | "similar" => other().into(),
        "parts" => vec![other()].into(),
        "granted" | "yes" => true.into(),
        "way" => FeedbackWay::Visit.code().into(),
        "solved" => Solved::Yes.code().into(),
        "satisfaction" => Satisfaction::Satisfied.code().into(),
        "outcome" => Outcome::Kept.code().into(),
        "closing" => return Closing::ALL.iter().map(|closing| closing.code().into()).collect(),
        "item" => return names(document, "item/").into_iter().map(Json::from).take(1).collect(),
        "stands" => {
            let open = Matter::read(document).story.needs_lead;
            return open.iter().map(|(stands, _)| Json::from(stands.to_string())).take(1).collect();
        }
        _ => "……".into(),
    };
    vec![one]
}

fn names(document: &Document, prefix: &str) -> Vec<String> {
    let listed = document.list(prefix).into_iter();
    listed.filter_map(|(key, _)| Some(key.strip_prefix(prefix)?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deed::from_json;
    use crate::testing::{day, doc, worker};

    const KINDS: [DocKind; 4] = [DocKind::Matter, DocKind::HelpPlan, DocKind::Pledge, DocKind::Meeting];

    fn hand() -> Hand {
        Hand { worker: worker(1), at: crate::DeviceMillis(1), today: day(2), random: [7; 16] }
    }

    #[test]
    fn every_step_has_a_form_with_a_name_and_its_sample_is_a_deed() {
        for kind in KINDS {
            for form in forms(kind) {
                assert_ne!(form.label(kind, Lang::Zh), form.does, "{}", form.does);
                let document = Document::new(doc(kind, 1));
                for sample in form.samples(&document, &hand()) {
                    from_json(kind, &sample).unwrap_or_else(|why| panic!("{sample}: {why}"));
                }
            }
        }
        let acts: Vec<&str> = MATTER.iter().map(|form| form.does).collect();
        assert!(ActKind::ALL.iter().all(|act| acts.contains(&act.code())) && acts.len() == ActKind::ALL.len());
        assert_eq!((PLAN.len(), PLEDGE.len()), (PlanActKind::ALL.len(), PledgeStep::ALL.len()));
        assert_eq!(MEETING.len(), StepKind::ALL.len());
    }

    #[test]
    fn a_form_knows_every_field_its_deed_takes() {
        for kind in KINDS {
            for form in forms(kind) {
                let mut sample: Map<String, Json> = Map::from_iter([("do".to_owned(), form.does.into())]);
                for field in form.needs.iter().chain(form.may) {
                    let value = match *field {
                        "co_owners" => Json::from(vec![worker(1).to_string()]),
                        "level" => "grid".into(),
                        "studio" => doc(DocKind::Studio, 1).to_string().into(),
                        "collected_by" => worker(1).to_string().into(),
                        "item" | "stands" => crate::testing::id(1).to_string().into(),
                        field => values(field, &Document::new(doc(kind, 1)), &hand()).remove(0),
                    };
                    sample.insert((*field).to_owned(), value);
                }
                let json = Json::Object(sample.clone()).to_string();
                from_json(kind, &json).unwrap_or_else(|why| panic!("{json}: {why}"));
                sample.insert("one_too_many".to_owned(), true.into());
                assert!(from_json(kind, &Json::Object(sample).to_string()).is_err(), "{}", form.does);
            }
        }
    }

    const PAGE: &str = include_str!("../../../../docs/protocol.md");

    #[test]
    fn the_page_of_the_protocol_says_the_same_of_a_matters_steps() {
        let (_, table) = PAGE.split_once("| `do` | needs | may have |").unwrap();
        let table: Vec<&str> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
        let words = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
        for form in MATTER {
            let row =
                table.iter().find(|row| words(row.split('|').nth(1).unwrap()).iter().any(|does| does == form.does));
            let cells: Vec<&str> = row.unwrap_or_else(|| panic!("the page has no {}", form.does)).split('|').collect();
            assert_eq!(words(cells[2]), form.needs, "{}", form.does);
            let mut may = words(cells[3]);
            let mut said: Vec<String> = form.may.iter().map(|field| (*field).to_owned()).collect();
            may.sort();
            said.sort();
            assert_eq!(may, said, "{}", form.does);
        }
    }
}
