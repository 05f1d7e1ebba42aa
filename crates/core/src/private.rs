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
