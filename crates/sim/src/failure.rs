//! What a judge says when something does not hold.

use std::fmt;

/// Something that must hold did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The judge that saw it.
    pub judge: &'static str,
    /// What it saw; ids and numbers only.
    pub what: String,
}

impl Failure {
    pub(crate) fn new(judge: &'static str, what: impl Into<String>) -> Self {
        Failure { judge, what: what.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.judge, self.what)
    }
}

/// Done, or what did not hold.
pub(crate) type Held<T = ()> = Result<T, Failure>;
