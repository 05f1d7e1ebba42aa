//! A record written as one JSON object under `collection/id`: one author's event, read field by field.
//!
//! What this version does not know stays in the record and is written back with it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
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

/// Some fields of the object in a scalar, each as [`Record::take`] would have it before it is read; `None` where there is no
/// object. What else is in it is gone over and not kept: of a thousand records one often wants no more than their days.
pub(crate) fn some_of<const N: usize>(scalar: &Scalar, names: [&str; N]) -> Option<[Option<Scalar>; N]> {
    let mut reader = serde_json::Deserializer::from_str(scalar.as_text()?);
    let found = reader.deserialize_map(Wanted { names }).ok()?;
    reader.end().ok()?;
    Some(found)
}

/// Reads an object and keeps the fields of these names. Of a name that stands twice the last one counts, as in a [`Record`].
struct Wanted<'n, const N: usize> {
    names: [&'n str; N],
}

impl<'de, const N: usize> Visitor<'de> for Wanted<'_, N> {
    type Value = [Option<Scalar>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [const { None }; N];
        while let Some(Name(name)) = map.next_key::<Name<'de>>()? {
            let place = self.names.iter().position(|wanted| *wanted == name);
            match place.and_then(|place| found.get_mut(place)) {
                Some(kept) => *kept = Some(scalar_of_json(&map.next_value::<Json>()?)),
                None => _ = map.next_value::<GoneOver>()?,
            }
        }
        Ok(found)
    }
}

/// The name of a field, lent where it is written plainly.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Any value, read as strictly as one that is kept: serde's `IgnoredAny` lets pass what is no character and no number.
struct GoneOver;

impl<'de> Deserialize<'de> for GoneOver {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GoneOver)
    }
}

impl<'de> Visitor<'de> for GoneOver {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_element::<GoneOver>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<GoneOver, GoneOver>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_fields_are_read_as_the_whole_record_has_them() {
        let spelled = [
            r#"{"date":"2026-11-03","next_on":"2026-11-10","note":"水压低"}"#,
            r#"{"date":"2026-11-03","date":"2026-11-04"}"#,
            r#"{"date":"2026-11-03","date":7}"#,
            r#"{"d\u0061te":"2026-11-03","next_on":"2026\u002d11-10"}"#,
            r#"{"date":7,"next_on":null}"#,
            r#"{"date":true,"next_on":["2026-11-10"],"x":{"date":"2026-11-09"}}"#,
            r#"{"date":1.5,"next_on":1e300,"far":-1}"#,
            r#" { } "#,
            r#"{"note":"\ud800","date":"2026-11-03"}"#,
            r#"{"note":"\ud83d\ude00","date":"2026-11-03"}"#,
            r#"{"far":1e999,"date":"2026-11-03"}"#,
            r#"{"far":{"\udfff":1},"date":"2026-11-03"}"#,
            r#"{"date":"2026-11-03"}x"#,
            r#"{"date":"2026-11-03",}"#,
            r#"{"date":"2026-11-03""#,
            r#"["date"]"#,
            r#""date""#,
            "",
        ];
        let deep = |depth: usize| format!(r#"{{"x":{}{},"date":"2026-11-03"}}"#, "[".repeat(depth), "]".repeat(depth));
        let all = spelled.into_iter().map(str::to_owned).chain([deep(50), deep(126), deep(127), deep(128), deep(500)]);
        let (mut read, mut refused) = (0, 0);
        for text in all {
            let scalar = Scalar::from(text.as_str());
            let whole = Record::of(&scalar);
            let wanted = whole.map(|record| ["date", "next_on"].map(|name| record.0.get(name).map(scalar_of_json)));
            assert_eq!(some_of(&scalar, ["date", "next_on"]), wanted, "{text}");
            if wanted.is_some() { read += 1 } else { refused += 1 }
        }
        assert!(read > 5 && refused > 5);
        assert_eq!(some_of(&Scalar::Int(7), ["date"]), None);
    }

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
