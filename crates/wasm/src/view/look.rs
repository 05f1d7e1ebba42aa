//! Records said line by line: the fields of a step or of a change, each with its name and its words.

use lianhu_core::deed::{forms, from_json};
use lianhu_core::{DocId, DocKind, Document, Lang, Private, RecordId, Scalar, WorkerId};
use lianhu_device::{Places, Surroundings};
use serde_json::{Value, json};

use super::said::{choice, figure, name_of_field, name_of_key};
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

/// Fields of a record in which people write sentences.
const WORDS: &[&str] = &["note", "text", "content", "words"];

/// Fields of a step that are told apart from what it says.
const NOT_SAID: &[&str] = &["by", "at", "after", "act", "limit"];

impl<X: Surroundings> Look<'_, X> {
    /// What stands under a key of a document, in one line.
    pub(crate) fn line(&self, of: DocKind, key: &str, value: &Scalar) -> Result<Line, ApiError> {
        let mut parts = key.splitn(3, '/');
        let (collection, _, part) = (parts.next().unwrap_or(key), parts.next(), parts.next());
        let field = part.unwrap_or(collection);
        let said = match value {
            Scalar::Text(text) => match serde_json::from_str::<Value>(text) {
                Ok(Value::Object(record)) => {
                    let told = record.iter().filter(|(name, value)| is_told(&record, name, value));
                    let mut told: Vec<_> = told.collect();
                    // What somebody wrote stands before what they chose, and when they did behind it.
                    told.sort_by_key(|(name, _)| (name.ends_with("_at"), !WORDS.contains(&name.as_str())));
                    let lines = told.iter().map(|(name, value)| self.said(of, name, value));
                    joined(&lines.collect::<Result<Vec<_>, _>>()?)
                }
                _ => self.said_plainly(of, field, &Value::String(text.0.clone()))?,
            },
            Scalar::Int(number) => self.said_plainly(of, field, &json!(number))?,
            Scalar::Bool(yes) => self.said_plainly(of, field, &json!(yes))?,
            Scalar::Bytes(bytes) => match DocId::from_bytes(bytes.as_slice().try_into().unwrap_or_default()) {
                Ok(id) => self.said_plainly(of, field, &json!(id))?,
                Err(_) => Default::default(),
            },
            Scalar::Unknown => Default::default(),
        };
        let name = [Lang::Zh, Lang::En].map(|lang| name_of_key(of, key, lang));
        Ok(line(key, name, said.map(Private)))
    }

    /// A field of a record.
    fn said(&self, of: DocKind, name: &str, value: &Value) -> Result<Line, ApiError> {
        let label = [Lang::Zh, Lang::En].map(|lang| name_of_field(name, lang));
        Ok(line(name, label, self.said_plainly(of, name, value)?.map(Private)))
    }

    /// A value in both languages: choices by their words, people and documents by their names, money in yuan.
    fn said_plainly(&self, of: DocKind, field: &str, value: &Value) -> Result<[String; 2], ApiError> {
        Ok(match value {
            Value::Bool(true) => ["是".to_owned(), "yes".to_owned()],
            Value::Bool(false) => ["否".to_owned(), "no".to_owned()],
            Value::Number(number) => match (number.as_i64(), choice(of, field, &number.to_string())) {
                (_, Some(words)) => words.map(str::to_owned),
                (Some(number), None) => figure(field, number),
                (None, None) => [number.to_string(), number.to_string()],
            },
            Value::Array(values) => self.several(values.iter().map(|value| self.said_plainly(of, field, value)))?,
            Value::String(text) => self.said_text(of, field, text)?,
            Value::Null | Value::Object(_) => Default::default(),
        })
    }

    fn several(&self, said: impl Iterator<Item = Result<[String; 2], ApiError>>) -> Result<[String; 2], ApiError> {
        let said = said.collect::<Result<Vec<_>, _>>()?;
        let join = |lang: usize, mark: &str| {
            said.iter().filter_map(|both| both.get(lang)).cloned().collect::<Vec<_>>().join(mark)
        };
        Ok([join(0, "、"), join(1, ", ")])
    }

    fn said_text(&self, of: DocKind, field: &str, text: &str) -> Result<[String; 2], ApiError> {
        if let Some(words) = choice(of, field, text) {
            return Ok(words.map(str::to_owned));
        }
        if field == "keys" {
            return Ok([Lang::Zh, Lang::En].map(|lang| name_of_key(of, text, lang)));
        }
        // A set is kept as one text: of choices, or of ids.
        let is_of_a_set = |part: &str| choice(of, field, part).is_some() || is_id(part);
        if text.contains(',') && text.split(',').all(is_of_a_set) {
            return self.several(text.split(',').map(|part| self.said_text(of, field, part)));
        }
        if !is_id(text) {
            return Ok([text.to_owned(), text.to_owned()]);
        }
        // Ids of people, of grids and of documents are written alike: whoever is in the roster is a person.
        let person = text.parse::<WorkerId>().ok().and_then(|id| self.name(id));
        let grid = || text.parse::<RecordId>().ok().and_then(|id| self.name_of_grid(id));
        let named = match (person.or_else(grid), text.parse::<DocId>()) {
            (Some(name), _) => Some(name),
            (None, Ok(id)) => self.title(id)?,
            (None, Err(_)) => None,
        };
        let unnamed = |word: &str| named.clone().unwrap_or_else(|| word.to_owned());
        Ok([unnamed("（不在这部手机上）"), unnamed("(not on this phone)")])
    }

    fn name_of_grid(&self, id: RecordId) -> Option<String> {
        let grid = self.roster.as_ref()?.grids.get(&id)?;
        Some(grid.name.as_ref()?.value.as_str().to_owned())
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

/// Whether a field of a record is said in its line: not who wrote it and when, which stand beside it, nor who typed it in
/// and when, unless that was somebody else or later.
fn is_told(record: &serde_json::Map<String, Value>, name: &str, value: &Value) -> bool {
    match name {
        "by" | "at" | "after" => false,
        "entered_by" => record.get("workers") != Some(&json!([value])),
        "entered_at" => record.get("recorded_at") != Some(value),
        _ => true,
    }
}

fn is_id(text: &str) -> bool {
    text.parse::<WorkerId>().is_ok()
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
    pub(crate) id: RecordId,
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
        let of = document.id().kind();
        let said = fields.map(|(name, value)| look.said(of, name, value)).collect::<Result<Vec<_>, _>>()?;
        timeline.push(json!({
            "id": step.id, "act": step.act, "by": look.maybe_person(step.by), "at": step.at,
            "said": said.iter().map(Line::to_json).collect::<Vec<_>>(),
            "not_standing": step.not_standing, "where": place(&places.record("step", step.id)),
        }));
    }
    Ok(timeline.into())
}

/// A word for a matter's step that does not stand.
pub(crate) fn not_standing(why: Option<lianhu_core::matter::NotStanding>) -> Value {
    why.map_or(Value::Null, |why| word!(why))
}
