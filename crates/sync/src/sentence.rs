//! Words a person typed, which do not print themselves.

use std::fmt;
use std::ops::Deref;

/// A sentence somebody typed, such as why they did something: it may name people. It reads like its text (`Deref`), but its
/// `Debug` shows only how long it is, so that no log, error or test failure repeats it. It has no `Display`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sentence(pub String);

impl Deref for Sentence {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Sentence {
    fn from(text: &str) -> Self {
        Sentence(text.to_owned())
    }
}

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        Sentence(text)
    }
}

impl fmt::Debug for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹{} characters›", self.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_prints_only_its_length() {
        let why: Sentence = "张三申请".into();
        assert_eq!(format!("{:?}", Some(&why)), "Some(‹4 characters›)");
        assert_eq!(&*why, "张三申请");
    }
}
