//! Records said line by line: the fields of a step or of a change, each with its name and its words.

use lianhu_core::complaint::About;
use lianhu_core::deed::{forms, from_json};
use lianhu_core::diary::Audience;
use lianhu_core::draft::FieldId;
use lianhu_core::household::{CareTag, ContactBy, Met, Relation, Residence, Sex, VisitChannel, VisitMode};
use lianhu_core::matter::{ActKind, Closing, FeedbackWay, Level, MatterKind, Raised, Satisfaction, Solved, Urgency};
use lianhu_core::meeting::{Attendance, Decided, MeetingKind};
use lianhu_core::pledge::{self, Reviewer};
use lianhu_core::views::key_label;
use lianhu_core::{DocId, Document, Lang, Private, Scalar, WorkerId};
use lianhu_device::{Places, Surroundings};
use serde_json::{Value, json};

use super::{Look, Outcome, place, word};
use crate::error::ApiError;

/// A field with its name and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) key: String,
    pub(crate) name: [String; 2],
    pub(crate) said: [Private<String>; 2],
}

impl Line {
    pub(crate) fn to_json(&self) -> Value {
        let ([zh, en], [said_zh, said_en]) = (&self.name, &self.said);
        json!({ "key": self.key, "zh": zh, "en": en, "said_zh": said_zh, "said_en": said_en })
    }
}

/// Fields of a step that are told apart from what it says.
const NOT_SAID: &[&str] = &["by", "at", "after", "act", "limit"];

impl<X: Surroundings> Look<'_, X> {
    /// What stands under a key, in one line.
    pub(crate) fn line(&self, key: &str, value: &Scalar) -> Result<Line, ApiError> {
        let field = key.rsplit('/').next().unwrap_or(key);
        let said = match value {
            Scalar::Text(text) => match serde_json::from_str::<Value>(text) {
                Ok(Value::Object(record)) => {
                    let lines = record.iter().filter(|(name, _)| *name != "by" && *name != "at" && *name != "after");
                    let lines = lines.map(|(name, value)| self.said(name, value)).collect::<Result<Vec<_>, _>>()?;
                    joined(&lines)
                }
                _ => self.said_plainly(field, &Value::String(text.0.clone()))?,
            },
            Scalar::Int(number) => self.said_plainly(field, &json!(number))?,
            Scalar::Bool(yes) => self.said_plainly(field, &json!(yes))?,
            Scalar::Bytes(bytes) => match DocId::from_bytes(bytes.as_slice().try_into().unwrap_or_default()) {
                Ok(id) => self.said_plainly(field, &json!(id))?,
                Err(_) => Default::default(),
            },
            Scalar::Unknown => Default::default(),
        };
        let name = [Lang::Zh, Lang::En].map(|lang| key_label(key, lang));
        Ok(line(key, name, said.map(Private)))
    }

    /// A field of a record.
    fn said(&self, name: &str, value: &Value) -> Result<Line, ApiError> {
        let label = |lang| FieldId::parse(name).map_or(name, |field| field.label(lang)).to_owned();
        Ok(line(name, [Lang::Zh, Lang::En].map(label), self.said_plainly(name, value)?.map(Private)))
    }

    /// A value in both languages: choices by their words, people and documents by their names.
    fn said_plainly(&self, field: &str, value: &Value) -> Result<[String; 2], ApiError> {
        Ok(match value {
            Value::Bool(true) => ["是".to_owned(), "yes".to_owned()],
            Value::Bool(false) => ["否".to_owned(), "no".to_owned()],
            Value::Number(number) if field.ends_with("_at") => {
                let moment = lianhu_core::DeviceMillis(number.as_i64().unwrap_or_default());
                let said = moment.in_china().format("%Y-%m-%d %H:%M").to_string();
                [said.clone(), said]
            }
            Value::Number(number) => [number.to_string(), number.to_string()],
            Value::Array(values) => {
                let said = values.iter().map(|value| self.said_plainly(field, value)).collect::<Result<Vec<_>, _>>()?;
                let join = |lang: usize, mark: &str| {
                    said.iter().filter_map(|both| both.get(lang)).cloned().collect::<Vec<_>>().join(mark)
                };
                [join(0, "、"), join(1, ", ")]
            }
            Value::String(text) => self.said_text(field, text)?,
            Value::Null | Value::Object(_) => Default::default(),
        })
    }

    fn said_text(&self, field: &str, text: &str) -> Result<[String; 2], ApiError> {
        if let Some(words) = choice(field, text) {
            return Ok(words.map(str::to_owned));
        }
        // Ids of people and of documents are written alike: whoever is in the roster is a person.
        let person = text.parse::<WorkerId>().ok().and_then(|id| self.name(id));
        let named = match (person, text.parse::<DocId>(), text.parse::<WorkerId>()) {
            (Some(name), ..) => Some(name),
            (None, Ok(id), _) => self.title(id)?,
            (None, Err(_), Ok(_)) => None,
            (None, Err(_), Err(_)) => Some(text.to_owned()),
        };
        let unnamed = |word: &str| named.clone().unwrap_or_else(|| word.to_owned());
        Ok([unnamed("（不在这部手机上）"), unnamed("(not on this phone)")])
    }

    /// The steps of a document that may be taken now by the owner of this workbook.
    pub(crate) fn next(&mut self, document: &Document) -> Outcome {
        let (id, kind) = (document.id(), document.id().kind());
        let hand = self.book.hand();
        let mut open = Vec::new();
        for form in forms(kind) {
            if form.samples(document, &hand).iter().any(|sample| self.may(id, sample)) {
                let [zh, en] = [Lang::Zh, Lang::En].map(|lang| form.label(kind, lang));
                open.push(json!({ "do": form.does, "zh": zh, "en": en, "needs": form.needs, "may": form.may }));
            }
        }
        Ok(open.into())
    }

    /// Whether a deed would be done now.
    pub(crate) fn may(&mut self, id: DocId, deed: &str) -> bool {
        from_json(id.kind(), deed).is_ok_and(|deed| self.book.would_do(id, deed.as_ref()).is_ok())
    }
}

pub(crate) fn line(key: &str, name: [String; 2], said: [Private<String>; 2]) -> Line {
    Line { key: key.to_owned(), name, said }
}

fn joined(lines: &[Line]) -> [String; 2] {
    let one = |lang: usize, mark: &str| {
        let said = lines.iter().filter_map(|line| {
            let said = line.said.get(lang).filter(|said| !said.is_empty())?;
            Some(format!("{} {}", line.name.get(lang)?, said.0))
        });
        said.collect::<Vec<_>>().join(mark)
    };
    [one(0, "；"), one(1, "; ")]
}

/// A step as every course tells it.
pub(crate) struct StepTold {
    pub(crate) id: lianhu_core::RecordId,
    pub(crate) act: Value,
    pub(crate) by: Option<WorkerId>,
    pub(crate) at: Option<lianhu_core::DeviceMillis>,
    pub(crate) not_standing: Value,
}

/// The timeline of a document: its steps in their order, each with what it says.
pub(crate) fn steps<X: Surroundings>(
    look: &Look<'_, X>,
    document: &Document,
    places: &Places,
    told: impl IntoIterator<Item = StepTold>,
) -> Outcome {
    let mut timeline = Vec::new();
    for step in told {
        let record = document.get(&format!("step/{}", step.id)).and_then(|field| {
            let text = field.value.as_text()?.to_owned();
            serde_json::from_str::<serde_json::Map<String, Value>>(&text).ok()
        });
        let fields = record.iter().flatten().filter(|(name, _)| !NOT_SAID.contains(&name.as_str()));
        let said = fields.map(|(name, value)| look.said(name, value)).collect::<Result<Vec<_>, _>>()?;
        timeline.push(json!({
            "id": step.id, "act": step.act, "by": look.maybe_person(step.by), "at": step.at,
            "said": said.iter().map(Line::to_json).collect::<Vec<_>>(),
            "not_standing": step.not_standing, "where": place(&places.record("step", step.id)),
        }));
    }
    Ok(timeline.into())
}

/// The words of a stored choice, by the field it stands in.
fn choice(field: &str, code: &str) -> Option<[&'static str; 2]> {
    macro_rules! of {
        ($list:ty) => {
            <$list>::parse(code).map(|choice| [choice.label(Lang::Zh), choice.label(Lang::En)])
        };
    }
    match field {
        "residence" => of!(Residence),
        "contact_by" => of!(ContactBy),
        "relation" => of!(Relation),
        "sex" => of!(Sex),
        "mode" => of!(VisitMode),
        "channel" => of!(VisitChannel),
        "met" => of!(Met),
        "care" | "tag" => of!(CareTag),
        "audience" => of!(Audience),
        "raised" => of!(Raised),
        "urgency" => of!(Urgency),
        "level" => of!(Level),
        "closing" => of!(Closing),
        "solved" => of!(Solved),
        "satisfaction" => of!(Satisfaction),
        "way" => of!(FeedbackWay),
        "act" => of!(ActKind),
        "attendance" => of!(Attendance),
        "decision" => of!(Decided),
        "outcome" | "verdict" => of!(pledge::Outcome),
        "reviewer" => of!(Reviewer),
        "about" => of!(About),
        "kind" => of!(MatterKind).or(of!(MeetingKind)),
        _ => None,
    }
}

/// A word for a matter's step that does not stand.
pub(crate) fn not_standing(why: Option<lianhu_core::matter::NotStanding>) -> Value {
    why.map_or(Value::Null, |why| word!(why))
}
