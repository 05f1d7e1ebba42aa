//! What stands under a key: a scalar, and everybody who says otherwise.

use automerge::ScalarValue;

use crate::ids::{ActorId, DeviceMillis};

/// A value under a key. Anything else a newer version may have written reads as [`Scalar::Unknown`] and is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// Text. May be personal: never print it.
    Text(crate::Private<String>),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// Bytes, such as a document id.
    Bytes(Vec<u8>),
    /// A value this version has no use for.
    Unknown,
}

impl Scalar {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Scalar::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Yes or no, if it is that.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Scalar::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    pub(super) fn from_automerge(value: &automerge::Value<'_>) -> Self {
        match value {
            automerge::Value::Scalar(scalar) => match scalar.as_ref() {
                ScalarValue::Str(text) => Scalar::Text(crate::Private(text.to_string())),
                ScalarValue::Int(number) => Scalar::Int(*number),
                ScalarValue::Uint(number) => i64::try_from(*number).map_or(Scalar::Unknown, Scalar::Int),
                ScalarValue::Boolean(yes) => Scalar::Bool(*yes),
                ScalarValue::Bytes(bytes) => Scalar::Bytes(bytes.clone()),
                _ => Scalar::Unknown,
            },
            automerge::Value::Object(_) => Scalar::Unknown,
        }
    }

    pub(super) fn into_automerge(self) -> Option<ScalarValue> {
        match self {
            Scalar::Text(text) => Some(ScalarValue::Str(text.0.into())),
            Scalar::Int(number) => Some(ScalarValue::Int(number)),
            Scalar::Bool(yes) => Some(ScalarValue::Boolean(yes)),
            Scalar::Bytes(bytes) => Some(ScalarValue::Bytes(bytes)),
            Scalar::Unknown => None,
        }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Scalar::Text(text.into())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Scalar::Text(text.into())
    }
}

impl From<i64> for Scalar {
    fn from(number: i64) -> Self {
        Scalar::Int(number)
    }
}

impl From<bool> for Scalar {
    fn from(yes: bool) -> Self {
        Scalar::Bool(yes)
    }
}

/// A value somebody wrote: who, when by their clock, and what.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<T> {
    /// The device incarnation that wrote it.
    pub by: ActorId,
    /// That device's clock.
    pub at: DeviceMillis,
    /// What was written.
    pub value: T,
}

/// What a key holds now. A concurrent overwrite is a value, not an accident: when two people wrote different things
/// without seeing each other, `value` is the one every replica shows first and `rivals` tells all of them, that one
/// first, until somebody settles it by writing the key again. Two people who wrote the same thing agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<T> {
    /// The value every replica shows.
    pub value: T,
    /// Empty unless concurrent writes disagree; then every value with its author and time, the shown one first.
    pub rivals: Vec<Told<T>>,
}

impl<T> Field<T> {
    /// Whether concurrent writes disagree about this value.
    pub fn is_conflict(&self) -> bool {
        !self.rivals.is_empty()
    }

    /// The same field in another type; rivals that do not convert are left out of the reading (not of the document).
    pub fn try_map<U>(&self, convert: impl Fn(&T) -> Option<U>) -> Option<Field<U>> {
        let rivals = self.rivals.iter();
        let rivals = rivals.filter_map(|told| Some(Told { by: told.by, at: told.at, value: convert(&told.value)? }));
        Some(Field { value: convert(&self.value)?, rivals: rivals.collect() })
    }
}
