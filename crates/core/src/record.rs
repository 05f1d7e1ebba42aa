//! A record written as one JSON object under `collection/id`: one author's event, read field by field.
//!
//! What this version does not know stays in the record and is written back with it.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

use crate::document::Scalar;
use crate::private::Private;
use crate::value::{Value, scalar_of_json};

/// A JSON object on its way in or out. Reading takes known fields out; what is left is carried. Fields are kept in the
/// order of their names, so that equal records are equal bytes.
#[derive(Clone, Default, PartialEq)]
pub struct Record(BTreeMap<String, Json>);

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹{} fields›", self.0.len())
    }
}

impl Record {
    /// The object in a scalar; `None` unless it is text that holds one.
    pub(crate) fn of(scalar: &Scalar) -> Option<Self> {
        serde_json::from_str(scalar.as_text()?).ok().map(Record)
    }

    /// Takes a field out. A field of another type stays and reads as absent.
    pub(crate) fn take<T: Value>(&mut self, name: &str) -> Option<T> {
        let entry = self.0.get_mut(name)?;
        // Text is lent to the reading and not copied: most of what a record holds is text.
        let scalar = match entry {
            Json::String(text) => Scalar::Text(Private(std::mem::take(text))),
            ref other => scalar_of_json(other),
        };
        match (T::from_scalar(&scalar), scalar) {
            (Some(value), _) => {
                self.0.remove(name);
                Some(value)
            }
            (None, Scalar::Text(said)) => {
                *entry = Json::String(said.0);
                None
            }
            (None, _) => None,
        }
    }

    /// Takes a list out, without the members of another type.
    pub(crate) fn take_all<T: Value>(&mut self, name: &str) -> Vec<T> {
        match self.0.remove(name) {
            Some(Json::Array(members)) => {
                members.iter().filter_map(|member| T::from_scalar(&scalar_of_json(member))).collect()
            }
            Some(other) => {
                self.0.insert(name.to_owned(), other);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Sets a field; `None` removes it.
    pub(crate) fn put<T: Value>(&mut self, name: &str, value: Option<&T>) {
        match value {
            Some(value) => self.0.insert(name.to_owned(), value.to_json()),
            None => self.0.remove(name),
        };
    }

    /// Sets a list; an empty one is left out.
    pub(crate) fn put_all<'a, T: Value + 'a>(&mut self, name: &str, values: impl IntoIterator<Item = &'a T>) {
        let members: Vec<_> = values.into_iter().map(Value::to_json).collect();
        match members.is_empty() {
            false => self.0.insert(name.to_owned(), Json::Array(members)),
            true => self.0.remove(name),
        };
    }

    /// Whether none of these fields is left, that is, all that were there had their type.
    pub(crate) fn lacks_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| !self.0.contains_key(*name))
    }

    /// What is written under the key.
    pub(crate) fn into_scalar(self) -> Scalar {
        serde_json::to_string(&self.0).unwrap_or_default().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_version_wrote_is_written_back() {
        let mut record = Record::of(&r#"{"known":7,"newer":{"deep":[1,2]}}"#.into()).unwrap();
        assert_eq!(record.take::<i64>("known"), Some(7));
        record.put("known", Some(&8_i64));
        assert_eq!(record.into_scalar().as_text(), Some(r#"{"known":8,"newer":{"deep":[1,2]}}"#));
    }

    #[test]
    fn a_field_of_another_type_reads_as_absent_and_stays() {
        let mut record = Record::of(&r#"{"known":"seven"}"#.into()).unwrap();
        assert_eq!(record.take::<i64>("known"), None);
        assert!(!record.lacks_all(&["known"]));
        assert_eq!(record.into_scalar().as_text(), Some(r#"{"known":"seven"}"#), "what it says stays too");
        assert!(Record::of(&"[1]".into()).is_none() && Record::of(&5.into()).is_none());
    }

    #[test]
    fn a_record_does_not_print_itself() {
        let record = Record::of(&r#"{"note":"secret"}"#.into()).unwrap();
        assert_eq!(format!("{record:?}"), "‹1 fields›");
    }
}
