//! Choices as people type them: the stored code, or the word in either language.

use std::ffi::OsStr;
use std::marker::PhantomData;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command};
use lianhu_core::Lang;
use lianhu_core::aid::{InterestRule, Scheme};
use lianhu_core::complaint::About;
use lianhu_core::diary::Audience;
use lianhu_core::groups::{Group, LegalBasis};
use lianhu_core::household::{Answered, Met, NoticeWay, RequestKind, SpokenBy, VisitChannel, VisitMode};
use lianhu_core::matter::{Closing, FeedbackWay, Level, MatterKind, Satisfaction, Solved, Urgency};
use lianhu_core::meeting::{Decided, MeetingKind, Paperwork};
use lianhu_core::plan::Cause;
use lianhu_core::pledge::{Outcome, Reviewer};
use lianhu_core::roster::{Chosen, Exempt, GridKind, Role};
use lianhu_core::studio::StudioKind;

/// A choice of the domain: it has a stored code, and a word in either language.
pub trait Choice: Copy + Send + Sync + 'static {
    /// Every choice, in the order help lists them.
    const EACH: &'static [Self];
    /// The code that is stored.
    fn stored(self) -> &'static str;
    /// The word people read.
    fn word(self, lang: Lang) -> &'static str;
}

macro_rules! choices {
    ($($type:ty),+ $(,)?) => {
        $(
            impl Choice for $type {
                const EACH: &'static [Self] = Self::ALL;
                fn stored(self) -> &'static str {
                    self.code()
                }
                fn word(self, lang: Lang) -> &'static str {
                    self.label(lang)
                }
            }
        )+
    };
}

choices! {
    About, Answered, Audience, Cause, Chosen, Closing, Decided, Exempt, FeedbackWay, GridKind, Group, InterestRule, LegalBasis, Level, MatterKind, MeetingKind,
    Met, NoticeWay, Outcome, Paperwork, RequestKind, Reviewer, Role, Satisfaction, Scheme, Solved, SpokenBy, StudioKind, Urgency, VisitChannel, VisitMode,
}

/// Takes one of the choices; help lists their codes and words.
pub(super) fn one_of<T: Choice>() -> OneOf<T> {
    OneOf(PhantomData)
}

/// Takes one of the choices and gives its code, for a form that is parsed where it is written.
pub(super) fn code_of<T: Choice>() -> impl TypedValueParser<Value = String> {
    one_of::<T>().map(|choice| choice.stored().to_owned())
}

/// What reads a choice.
#[derive(Clone)]
pub(super) struct OneOf<T>(PhantomData<T>);

impl<T: Choice> TypedValueParser for OneOf<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, said: &OsStr) -> Result<T, clap::Error> {
        parse::<T>.parse_ref(command, arg, said)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let listed = |choice: &T| {
            let words = format!("{} ({})", choice.word(Lang::Zh), choice.word(Lang::En));
            PossibleValue::new(choice.stored()).help(words)
        };
        Some(Box::new(T::EACH.iter().map(listed)))
    }
}

fn parse<T: Choice>(said: &str) -> Result<T, String> {
    let said = said.trim();
    let is = |choice: &T| [choice.stored(), choice.word(Lang::Zh), choice.word(Lang::En)].contains(&said);
    T::EACH.iter().copied().find(is).ok_or_else(|| {
        let known = T::EACH.iter().map(|choice| format!("{}（{}）", choice.stored(), choice.word(Lang::Zh)));
        format!("可选 / one of: {}", known.collect::<Vec<_>>().join("、"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_typed_as_code_or_word_and_a_wrong_one_names_all() {
        for said in ["overnight", "住夜走访上门", " overnight visit "] {
            assert_eq!(parse(said), Ok(VisitChannel::OvernightVisit), "{said}");
        }
        let why = parse::<VisitMode>("传真").unwrap_err();
        assert!(VisitMode::ALL.iter().all(|mode| why.contains(mode.code())), "{why}");
    }

    #[test]
    fn a_form_that_takes_the_code_is_typed_in_words_too_and_help_lists_the_codes() {
        let command = || Command::new("meet").arg(Arg::new("kind").value_parser(code_of::<MeetingKind>()));
        for said in
            [MeetingKind::Review.code(), MeetingKind::Review.label(Lang::Zh), MeetingKind::Review.label(Lang::En)]
        {
            let read = command().try_get_matches_from(["meet", said]).unwrap();
            assert_eq!(read.get_one::<String>("kind").map(String::as_str), Some(MeetingKind::Review.code()), "{said}");
        }
        let help = command().render_long_help().to_string();
        assert!(MeetingKind::ALL.iter().all(|kind| help.contains(kind.code())), "{help}");
    }
}
