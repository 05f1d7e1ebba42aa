//! Choices that have a stored code and a word people read.

use clap::builder::{PossibleValue, PossibleValuesParser};
use lianhu_core::Lang;

/// Lets one of the codes be typed; help shows the word beside it.
pub(super) fn choices<T: Copy + 'static>(
    all: &'static [T],
    code: fn(T) -> &'static str,
    label: fn(T, Lang) -> &'static str,
) -> PossibleValuesParser {
    all.iter().map(|choice| PossibleValue::new(code(*choice)).help(label(*choice, Lang::Zh))).collect::<Vec<_>>().into()
}
