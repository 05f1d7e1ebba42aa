//! How typed values become scalars and come back, and how keys are put together.
//!
//! One conversion serves readers and judges: a value that does not convert reads as absent, and writing it is
//! [`crate::policy::RefuseCode::InvalidContent`].

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use uuid::Uuid;

use crate::document::{Document, Field, Scalar};
use crate::ids::{DeviceMillis, DocId, RecordId, WorkerId};

/// A typed value as it is kept under a key.
pub(crate) trait Value: Sized {
    /// The value, unless the scalar is of another type or out of bounds.
    fn from_scalar(scalar: &Scalar) -> Option<Self>;

    /// The scalar that is written.
    fn to_scalar(&self) -> Scalar;

    /// The value inside a JSON record; the same as the scalar unless that is bytes.
    fn to_json(&self) -> serde_json::Value {
        match self.to_scalar() {
            Scalar::Text(text) => text.0.into(),
            Scalar::Int(number) => number.into(),
            Scalar::Bool(yes) => yes.into(),
            Scalar::Bytes(bytes) => data_encoding::BASE64URL_NOPAD.encode(&bytes).into(),
            Scalar::Unknown => serde_json::Value::Null,
        }
    }
}

/// The scalar a JSON value would be.
pub(crate) fn scalar_of_json(json: &serde_json::Value) -> Scalar {
    match json {
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Bool(yes) => (*yes).into(),
        serde_json::Value::Number(number) => number.as_i64().map_or(Scalar::Unknown, Scalar::Int),
        _ => Scalar::Unknown,
    }
}

/// A field in its own type; absent when the shown value is not of that type.
pub(crate) fn typed<T: Value>(field: &Field<Scalar>) -> Option<Field<T>> {
    field.try_map(T::from_scalar)
}

/// The shown value of a key, in its own type.
pub(crate) fn shown<T: Value>(document: &Document, key: &str) -> Option<T> {
    T::from_scalar(&document.get(key)?.value)
}

macro_rules! plain_value {
    ($type:ty, $as:ident) => {
        impl Value for $type {
            fn from_scalar(scalar: &Scalar) -> Option<Self> {
                scalar.$as()
            }
            fn to_scalar(&self) -> Scalar {
                Scalar::from(*self)
            }
        }
    };
}
plain_value!(i64, as_int);
plain_value!(bool, as_bool);

impl Value for String {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.as_text().map(str::to_owned)
    }
    fn to_scalar(&self) -> Scalar {
        self.as_str().into()
    }
}

/// `yyyy-mm-dd`, and nothing looser: what is stored sorts as text.
impl Value for NaiveDate {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let text = scalar.as_text()?;
        let digits =
            |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten();
        let (year, month_and_day) = text.split_at_checked(4)?;
        let (month, day) = month_and_day.strip_prefix('-')?.split_at_checked(2)?;
        let day = day.strip_prefix('-').filter(|day| day.len() == 2)?;
        NaiveDate::from_ymd_opt(i32::try_from(digits(year)?).ok()?, digits(month)?, digits(day)?)
    }
    fn to_scalar(&self) -> Scalar {
        self.to_string().into()
    }
}

/// `hh:mm`.
impl Value for NaiveTime {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        NaiveTime::parse_from_str(scalar.as_text()?, "%H:%M").ok()
    }
    fn to_scalar(&self) -> Scalar {
        self.format("%H:%M").to_string().into()
    }
}

impl Value for DeviceMillis {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.as_int().map(DeviceMillis)
    }
    fn to_scalar(&self) -> Scalar {
        self.0.into()
    }
}

impl Value for RecordId {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.as_text()?.parse().ok()
    }
    fn to_scalar(&self) -> Scalar {
        self.to_string().into()
    }
}

/// 16 bytes on a card, UUID text in a JSON record; both read.
fn uuid_of(scalar: &Scalar) -> Option<Uuid> {
    match scalar {
        Scalar::Bytes(bytes) => Uuid::from_slice(bytes).ok(),
        Scalar::Text(text) => text.parse().ok(),
        _ => None,
    }
}

impl Value for DocId {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        uuid_of(scalar)?.try_into().ok()
    }
    fn to_scalar(&self) -> Scalar {
        Scalar::Bytes(self.to_bytes().to_vec())
    }
    fn to_json(&self) -> serde_json::Value {
        self.to_string().into()
    }
}

impl Value for WorkerId {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        uuid_of(scalar).map(WorkerId)
    }
    fn to_scalar(&self) -> Scalar {
        Scalar::Bytes(self.0.as_bytes().to_vec())
    }
    fn to_json(&self) -> serde_json::Value {
        self.to_string().into()
    }
}

/// A short set as one value, its members' codes joined by commas. Members of a newer version are left out of the reading.
impl<T: Value + Ord> Value for BTreeSet<T> {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let members = scalar.as_text()?.split(',').filter(|member| !member.is_empty());
        Some(members.filter_map(|member| T::from_scalar(&member.into())).collect())
    }
    fn to_scalar(&self) -> Scalar {
        // As a record would say it: ids are text there too.
        let members = self.iter().filter_map(|member| Some(member.to_json().as_str()?.to_owned()));
        members.collect::<Vec<_>>().join(",").into()
    }
}

/// A key taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    /// A field of the document's own card.
    Own(&'a str),
    /// A record written as one value.
    Record(&'a str, &'a str),
    /// One field of a record that several people keep up.
    Part(&'a str, &'a str, &'a str),
}

impl<'a> Key<'a> {
    /// Takes a key apart; a deeper path is a part whose field nobody knows.
    pub(crate) fn of(key: &'a str) -> Self {
        let mut parts = key.splitn(3, '/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(collection), Some(id), Some(field)) => Key::Part(collection, id, field),
            (Some(collection), Some(id), None) => Key::Record(collection, id),
            _ => Key::Own(key),
        }
    }
}

/// One kind of key a document may hold, and what may stand under it.
pub(crate) struct KeySpec {
    pattern: Key<'static>,
    valid: fn(&Scalar) -> bool,
}

impl KeySpec {
    /// Whether it is a collection of records written as one value.
    pub(crate) fn is_record(&self) -> bool {
        matches!(self.pattern, Key::Record(..))
    }

    /// The key as tables of keys write it: `title`, `worker/name`, `visit`.
    pub(crate) fn name(&self) -> String {
        match self.pattern {
            Key::Own(field) => field.to_owned(),
            Key::Record(collection, _) => collection.to_owned(),
            Key::Part(collection, _, field) => format!("{collection}/{field}"),
        }
    }
}

fn fits<T: Value>(scalar: &Scalar) -> bool {
    T::from_scalar(scalar).is_some()
}

/// A field of the document's own card.
pub(crate) const fn own<T: Value>(field: &'static str) -> KeySpec {
    KeySpec { pattern: Key::Own(field), valid: fits::<T> }
}

/// The same, with a rule beyond its type.
pub(crate) const fn own_if(field: &'static str, valid: fn(&Scalar) -> bool) -> KeySpec {
    KeySpec { pattern: Key::Own(field), valid }
}

/// A field of every record of a collection.
pub(crate) const fn part<T: Value>(collection: &'static str, field: &'static str) -> KeySpec {
    KeySpec { pattern: Key::Part(collection, "", field), valid: fits::<T> }
}

/// A collection of records written as one value.
pub(crate) const fn record(collection: &'static str, valid: fn(&Scalar) -> bool) -> KeySpec {
    KeySpec { pattern: Key::Record(collection, ""), valid }
}

/// Whether a value may stand under a key; `None` for a key of a newer version.
pub(crate) fn check(specs: &[KeySpec], key: Key<'_>, scalar: &Scalar) -> Option<bool> {
    let spec = specs.iter().find(|spec| match (spec.pattern, key) {
        (Key::Own(known), Key::Own(field)) => known == field,
        (Key::Record(known, _), Key::Record(collection, _)) => known == collection,
        (Key::Part(known, _, known_field), Key::Part(collection, _, field)) => {
            known == collection && known_field == field
        }
        _ => false,
    })?;
    Some((spec.valid)(scalar))
}

/// Whether a key is one that no version writes: other letters than a key is made of, or a name this version knows in another
/// shape (`step/x/y`, `number/x`, `visit`). A newer version adds fields, collections, and fields to the collections that have
/// fields; it gives no known name another shape, so that nothing is smuggled in beside what is judged.
pub(crate) fn is_no_key(specs: &[KeySpec], name: &str) -> bool {
    let key = Key::of(name);
    let word =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    let id = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let plain = match key {
        Key::Own(field) => word(field),
        Key::Record(collection, record) => word(collection) && id(record),
        Key::Part(collection, record, field) => word(collection) && id(record) && word(field),
    };
    if !plain {
        return true;
    }
    let first = |key: Key<'_>| match key {
        Key::Own(first) | Key::Record(first, _) | Key::Part(first, ..) => first.to_owned(),
    };
    let same_shape = |known: &Key<'_>| {
        let pair = (*known, key);
        matches!(pair, (Key::Own(_), Key::Own(_)) | (Key::Record(..), Key::Record(..)) | (Key::Part(..), Key::Part(..)))
    };
    let mut known = specs.iter().map(|spec| spec.pattern).filter(|known| first(*known) == first(key)).peekable();
    known.peek().is_some() && !known.any(|known| same_shape(&known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_name_in_another_shape_is_no_key_and_a_new_name_is_one() {
        let specs = [own::<String>("number"), record("step", |_| true), part::<String>("worker", "name")];
        let none = |name: &str| is_no_key(&specs, name);
        for known in ["number", "step/AQEBAQEBAQE", "worker/a/name", "worker/a/newer", "newer", "newer/a", "newer/a/b"]
        {
            assert!(!none(known), "{known}");
        }
        for smuggled in [
            "step",
            "step/a/b",
            "number/a",
            "worker/a",
            "worker",
            "worker/a/name/b",
            "step/",
            "/",
            "",
            "ｓtep/a",
            "Step/a",
            "step/a\u{200b}",
        ] {
            assert!(none(smuggled), "{smuggled}");
        }
    }

    #[test]
    fn a_date_is_stored_in_the_one_form_that_sorts() {
        assert!(NaiveDate::from_scalar(&"2026-11-03".into()).is_some());
        for loose in [
            "2026-11-3",
            "26-11-03",
            "2026/11/03",
            "",
            "2026-02-30",
            " 2026-11-03",
            "+026-11-03",
            "2026-11-031",
            "2026-1--03",
            "2026年11-3",
            "12026-11-03",
        ] {
            assert_eq!(NaiveDate::from_scalar(&loose.into()), None, "{loose}");
        }
    }

    #[test]
    fn a_set_reads_the_members_it_knows() {
        let ids: BTreeSet<RecordId> = [RecordId([1; 8]), RecordId([2; 8])].into();
        let stored = ids.to_scalar();
        assert_eq!(BTreeSet::from_scalar(&stored), Some(ids.clone()));
        let newer = format!("{},of-a-newer-version", stored.as_text().unwrap());
        assert_eq!(BTreeSet::from_scalar(&newer.into()), Some(ids));
    }

    #[test]
    fn keys_come_apart_at_the_first_two_slashes() {
        assert_eq!(Key::of("head"), Key::Own("head"));
        assert_eq!(Key::of("visit/a"), Key::Record("visit", "a"));
        assert_eq!(Key::of("resident/a/name"), Key::Part("resident", "a", "name"));
        assert_eq!(Key::of("resident/a/name/x"), Key::Part("resident", "a", "name/x"));
    }
}
