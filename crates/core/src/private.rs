//! Personal data that does not print itself.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A value about a person: names, phones, notes. It reads like the value (`Deref`) and serialises like it, but its
/// `Debug` shows only how long it is, so that no log, error or test failure repeats it. It has no `Display`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(pub T);

impl<T> Deref for Private<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Private<T> {
    fn from(value: T) -> Self {
        Private(value)
    }
}

impl From<&str> for Private<String> {
    fn from(value: &str) -> Self {
        Private(value.to_owned())
    }
}

impl fmt::Debug for Private<String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹{} characters›", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_text_prints_only_its_length() {
        let name: Private<String> = "张三".into();
        assert_eq!(format!("{name:?} {:?}", Some(&name)), "‹2 characters› Some(‹2 characters›)");
        assert_eq!(name.as_str(), "张三");
    }

    #[test]
    fn personal_text_serialises_like_text() {
        let name: Private<String> = "张三".into();
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"张三\"");
    }
}
