//! Choices as people type them: the stored code, or the word in either language.

use clap::builder::{PossibleValue, PossibleValuesParser};
use lianhu_core::Lang;
use lianhu_core::diary::Audience;
use lianhu_core::household::{Met, VisitChannel, VisitMode};
use lianhu_core::roster::{Chosen, Exempt, GridKind, Role};

macro_rules! choice {
    ($($name:ident => $type:ty;)+) => {
        $(
            #[doc = concat!("A [`", stringify!($type), "`].")]
            pub fn $name(said: &str) -> Result<$type, String> {
                let said = said.trim();
                let is = |choice: &$type| {
                    [choice.code(), choice.label(Lang::Zh), choice.label(Lang::En)].contains(&said)
                };
                let all = <$type>::ALL;
                all.iter().copied().find(is).ok_or_else(|| {
                    let known = all.iter().map(|choice| format!("{}（{}）", choice.code(), choice.label(Lang::Zh)));
                    format!("可选 / one of: {}", known.collect::<Vec<_>>().join("、"))
                })
            }
        )+
    };
}

choice! {
    audience => Audience;
    chosen => Chosen;
    exempt => Exempt;
    grid_kind => GridKind;
    met => Met;
    role => Role;
    visit_channel => VisitChannel;
    visit_mode => VisitMode;
}

/// Lets one of the codes be typed, for a form that takes the code itself; help shows the word beside it.
pub(super) fn choices<T: Copy + 'static>(
    all: &'static [T],
    code: fn(T) -> &'static str,
    label: fn(T, Lang) -> &'static str,
) -> PossibleValuesParser {
    all.iter().map(|choice| PossibleValue::new(code(*choice)).help(label(*choice, Lang::Zh))).collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_typed_as_code_or_word_and_a_wrong_one_names_all() {
        for said in ["overnight", "住夜走访上门", " overnight visit "] {
            assert_eq!(visit_channel(said), Ok(VisitChannel::OvernightVisit), "{said}");
        }
        let why = visit_mode("传真").unwrap_err();
        assert!(VisitMode::ALL.iter().all(|mode| why.contains(mode.code())), "{why}");
    }
}
