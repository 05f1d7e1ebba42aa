//! Views: flat tables for the office, derived from documents and from nothing else.
//!
//! [`all`] says what tables there are; [`project`] gives a document's rows. A store replaces a document's rows whenever
//! it records a change, in the same transaction, and can always make them again: the same document gives the same rows in
//! the same order. The first column of every view is `doc`. Dates are `yyyy-mm-dd` text, ids are text, moments are
//! milliseconds, yes and no are 1 and 0.

mod rows;
mod specs;

pub use rows::{Since, project, project_since};
pub(crate) use rows::{joined, row, row_of};
pub use specs::{ColumnType, ViewSpec, all, find};

use crate::document::Scalar;
use crate::draft::FieldId;
use crate::ids::RecordId;
use crate::lang::Lang;
use crate::matter::ActKind;
use crate::private::Private;
use crate::value::{Key, Value};

/// What people call that which stands under a key of a document (`resident/…/name`: a resident's name). A key of a newer
/// version is called by itself, without the id in it.
pub fn key_label(key: &str, lang: Lang) -> String {
    let field = |code: &str| FieldId::parse(code).map_or_else(|| code.to_owned(), |id| id.label(lang).to_owned());
    let collection = |name: &str| {
        let word = COLLECTIONS.iter().find(|(known, ..)| *known == name);
        word.map_or(name, |(_, zh, en)| if lang == Lang::Zh { zh } else { en }).to_owned()
    };
    match Key::of(key) {
        Key::Own(name) => field(name),
        Key::Record(name, _) => collection(name),
        Key::Part(name, _, part) => format!("{} · {}", collection(name), field(part)),
    }
}

/// What a value says, for people: the fields of a record with their names, without the ids of people and devices.
pub fn value_words(value: &Scalar, lang: Lang) -> String {
    let text = match value {
        Scalar::Text(text) => text.as_str(),
        Scalar::Int(number) => return number.to_string(),
        Scalar::Bool(yes) => return if *yes { "✓" } else { "✗" }.to_owned(),
        Scalar::Bytes(_) | Scalar::Unknown => return String::new(),
    };
    let Ok(serde_json::Value::Object(record)) = serde_json::from_str(text) else { return text.to_owned() };
    let act = record.get("act").and_then(|act| act.as_str()).and_then(ActKind::parse);
    let fields = record.iter().filter_map(|(name, value)| {
        let field = FieldId::parse(name).filter(|field| !names_people(*field))?;
        let said = match value {
            serde_json::Value::String(said) => said.clone(),
            serde_json::Value::Number(said) => said.to_string(),
            _ => return None,
        };
        Some(format!("{} {said}", field.label(lang)))
    });
    let said: Vec<String> = act.map(|act| act.label(lang).to_owned()).into_iter().chain(fields).collect();
    said.join(if lang == Lang::Zh { "；" } else { "; " })
}

/// Fields that hold the ids of people, and of what else has no name in itself.
fn names_people(field: FieldId) -> bool {
    use FieldId::{Author, Backup, EnteredBy, Entry, Household, Leader, Owner, Worker, Workers};
    matches!(field, Author | Backup | EnteredBy | Entry | Household | Leader | Owner | Worker | Workers)
}

/// The collections of all kinds, with what people call one record of each.
const COLLECTIONS: &[(&str, &str, &str)] = &[
    ("care", "关注类型", "care tag"),
    ("resident", "家庭成员", "resident"),
    ("visit", "走访", "visit"),
    ("entry", "日记", "diary entry"),
    ("step", "办理步骤", "step"),
    ("late", "迟到", "late work"),
    ("grid", "网格", "grid"),
    ("worker", "人员", "worker"),
    ("link", "联户", "link"),
    ("pair", "六六结对", "pair"),
    ("service", "服务团", "service group"),
    ("station", "驻村", "stationing"),
    ("comment", "评论", "comment"),
    ("attendee", "参加人", "attendee"),
    ("guest", "列席人", "guest"),
    ("item", "议题", "agenda item"),
    ("decision", "议定事项", "decision"),
    ("ballot", "评议票数", "ballot count"),
    ("helper", "帮扶人", "helper"),
    ("measure", "帮扶措施", "measure"),
    ("ledger", "收支记录", "fund entry"),
    ("loan", "贷款", "loan"),
    ("repayment", "还款", "repayment"),
    ("basis", "告知与依据", "notice and basis"),
    ("request", "个人信息申请", "request about one's data"),
    ("answer", "申请答复", "answer to a request"),
    ("words", "申请原话", "words of a request"),
    ("opened", "查看儿童信息", "reading of a child's data"),
    ("switch", "信息类别启用", "field group"),
    ("reply", "镇里的答复", "town desk's reply"),
];

/// A row of a view.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The view's name.
    pub view: &'static str,
    /// The record it is of, in a view whose rows stand in the order of records ([`ViewSpec::is_by_record`]).
    pub record: Option<RecordId>,
    /// The values, in the order of the view's columns.
    pub values: Vec<Cell>,
}

/// A value in a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// Text. May be personal.
    Text(Private<String>),
}

impl Cell {
    pub(crate) fn text(text: &(impl ToString + ?Sized)) -> Self {
        Cell::Text(Private(text.to_string()))
    }

    pub(crate) fn count(count: usize) -> Self {
        i64::try_from(count).map_or(Cell::Null, Cell::Int)
    }

    pub(crate) fn maybe(text: Option<impl ToString>) -> Self {
        text.map_or(Cell::Null, |text| Cell::text(&text))
    }

    /// A value as a record would hold it; ids as text.
    pub(crate) fn value<T: Value>(value: Option<&T>) -> Self {
        let Some(value) = value else { return Cell::Null };
        match value.to_scalar() {
            Scalar::Text(text) => Cell::Text(text),
            Scalar::Int(number) => Cell::Int(number),
            Scalar::Bool(yes) => Cell::Int(i64::from(yes)),
            Scalar::Bytes(_) => match value.to_json() {
                serde_json::Value::String(text) => Cell::Text(Private(text)),
                _ => Cell::Null,
            },
            Scalar::Unknown => Cell::Null,
        }
    }

    /// A field's shown value.
    pub(crate) fn field<T: Value>(field: Option<&crate::Field<T>>) -> Self {
        Cell::value(field.map(|field| &field.value))
    }
}

#[cfg(test)]
mod tests;
