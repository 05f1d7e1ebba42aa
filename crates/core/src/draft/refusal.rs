//! Why a draft was not taken, in words a clerk can act on.

use crate::draft::FieldId;
use crate::lang::Lang;
use crate::matter::{ActKind, NotStanding, State, next_from};

/// A draft that was not taken: which field, and what is wrong with it. It never repeats what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field:?}: {reason:?}")]
pub struct Refusal {
    /// The field to look at.
    pub field: FieldId,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing was typed where something is needed.
    Missing,
    /// More characters than fit.
    TooLong {
        /// The most characters it may have.
        max: usize,
    },
    /// A line break, tab or control character where a plain line is wanted.
    NotPlain,
    /// Outside the range it may have.
    OutOfRange {
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
    },
    /// Not a phone number: neither 11 digits of a mobile nor a landline.
    NotAPhone,
    /// Not a 12-digit area code.
    NotAnAreaCode,
    /// Not a day of the calendar written as `yyyy-mm-dd`, `yyyy/m/d` or `yyyy年m月d日`.
    NotADate,
    /// Not a time of day written as `19:30`.
    NotATime,
    /// Not one of the choices.
    NotAChoice,
    /// The end lies before the beginning.
    EndsBeforeItBegins,
    /// The text will be shown in public and holds what looks like a phone or ID number.
    LooksPersonal,
    /// What it asks for does not fit where the document stands now.
    NotNow,
    /// It names something that is not there (any more).
    NotThere,
    /// Whoever did the work does not record how it is judged (报办分离).
    OwnWork,
    /// A step that would not stand as the matter is here.
    CannotStand {
        /// What was to be done.
        act: ActKind,
        /// Where the matter stands.
        state: State,
        /// Why it would not.
        why: NotStanding,
    },
    /// Not an amount of money: yuan with at most two decimals.
    NotMoney,
    /// It belongs to a group of personal data that the township has not switched on.
    GroupOff,
    /// An emergency is not recorded here: it is called in.
    Emergency,
}

impl Reason {
    /// A stable code for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Reason::Missing => "missing",
            Reason::TooLong { .. } => "too_long",
            Reason::NotPlain => "not_plain",
            Reason::OutOfRange { .. } => "out_of_range",
            Reason::NotAPhone => "not_a_phone",
            Reason::NotAnAreaCode => "not_an_area_code",
            Reason::NotADate => "not_a_date",
            Reason::NotATime => "not_a_time",
            Reason::NotAChoice => "not_a_choice",
            Reason::EndsBeforeItBegins => "ends_before_it_begins",
            Reason::LooksPersonal => "looks_personal",
            Reason::NotNow => "not_now",
            Reason::NotThere => "not_there",
            Reason::OwnWork => "own_work",
            Reason::CannotStand { .. } => "cannot_stand",
            Reason::NotMoney => "not_money",
            Reason::GroupOff => "group_off",
            Reason::Emergency => "emergency",
        }
    }
}

impl Refusal {
    /// A refusal of one field.
    pub const fn new(field: FieldId, reason: Reason) -> Self {
        Refusal { field, reason }
    }

    /// A stable code for machines.
    pub const fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// One sentence that says what to do.
    pub fn message(&self, lang: Lang) -> String {
        let field = self.field.label(lang);
        match lang {
            Lang::Zh => match self.reason {
                Reason::Missing => format!("请填写“{field}”。"),
                Reason::TooLong { max } => format!("“{field}”太长，最多{max}个字。"),
                Reason::NotPlain => format!("“{field}”里有换行或不可见字符，请改成一行文字。"),
                Reason::OutOfRange { min, max } => format!("“{field}”应在{min}到{max}之间。"),
                Reason::NotAPhone => format!("“{field}”不是电话号码：手机11位，座机可带区号。"),
                Reason::NotAnAreaCode => format!("“{field}”应为12位统计用区划代码。"),
                Reason::NotADate => format!("“{field}”不是日期，请按“2026-11-03”或“2026年11月3日”填写。"),
                Reason::NotATime => format!("“{field}”不是时刻，请按“19:30”填写。"),
                Reason::NotAChoice => format!("“{field}”不在可选项内，请从列表中选。"),
                Reason::EndsBeforeItBegins => format!("“{field}”早于开始日期。"),
                Reason::LooksPersonal => format!("“{field}”会公开张贴，请去掉其中的电话或证件号码。"),
                Reason::NotNow => format!("“{field}”现在还不能这样办：先看看办到了哪一步。"),
                Reason::NotThere => format!("“{field}”所指的内容不在这里，可能已被改动。"),
                Reason::OwnWork => format!("“{field}”：承办人不能登记对自己工作的评议（报办分离），请由他人收集。"),
                Reason::CannotStand { act, state, why } => {
                    let (said, instead) = (why.label(lang), instead(state, why, lang));
                    format!("事项“{}”，不能“{}”：{said}。{instead}", state.label(lang), act.label(lang))
                }
                Reason::NotMoney => format!("“{field}”不是金额：请按“元”填写，最多两位小数。"),
                Reason::GroupOff => {
                    format!("“{field}”这类信息本镇没有启用，先不填写；确有需要，由镇里写明目的和复核日期后启用。")
                }
                Reason::Emergency => {
                    "紧急情况请立即拨打：110（报警）、119（火警）、120（急救）。脱险后再补记。".to_owned()
                }
            },
            Lang::En => match self.reason {
                Reason::Missing => format!("Please fill in the {field}."),
                Reason::TooLong { max } => format!("The {field} is too long: at most {max} characters."),
                Reason::NotPlain => format!("The {field} holds a line break or an invisible character."),
                Reason::OutOfRange { min, max } => format!("The {field} must be between {min} and {max}."),
                Reason::NotAPhone => {
                    format!("The {field} is not a phone number: 11 digits, or a landline with its area code.")
                }
                Reason::NotAnAreaCode => format!("The {field} must be a 12-digit statistical area code."),
                Reason::NotADate => format!("The {field} is not a date: write it like 2026-11-03."),
                Reason::NotATime => format!("The {field} is not a time of day: write it like 19:30."),
                Reason::NotAChoice => format!("The {field} is not one of the choices."),
                Reason::EndsBeforeItBegins => format!("The {field} lies before the beginning."),
                Reason::LooksPersonal => {
                    format!("The {field} is shown in public: take out the phone or ID number.")
                }
                Reason::NotNow => format!("The {field} does not fit now: look at how far it has come."),
                Reason::NotThere => format!("The {field} names something that is not here; it may have changed."),
                Reason::OwnWork => {
                    format!(
                        "The {field}: whoever did the work does not record how it is judged; somebody else collects it."
                    )
                }
                Reason::CannotStand { act, state, why } => format!(
                    "The matter is “{}”; the step “{}” cannot be taken: {}.{}",
                    state.label(lang),
                    act.label(lang),
                    why.label(lang),
                    instead(state, why, lang)
                ),
                Reason::NotMoney => format!("The {field} is not an amount: write yuan with at most two decimals."),
                Reason::GroupOff => format!(
                    "The {field}: this kind of personal data is not switched on here. Leave it out; the township can switch it on, \
                     with a purpose and a review date."
                ),
                Reason::Emergency => {
                    "In an emergency call 110 (police), 119 (fire) or 120 (ambulance) now; write it down afterwards."
                        .to_owned()
                }
            },
        }
    }
}

/// What can be done with a matter where it stands, so that nobody has to guess; nothing where the step itself is the
/// trouble.
fn instead(state: State, why: NotStanding, lang: Lang) -> String {
    if why != NotStanding::NoSuchStep {
        return String::new();
    }
    let acts: Vec<&str> = next_from(state).map(|act| act.label(lang)).collect();
    match (lang, acts.is_empty()) {
        (_, true) => String::new(),
        (Lang::Zh, false) => format!("现在可以：{}。", acts.join("、")),
        (Lang::En, false) => format!(" Possible now: {}.", acts.join(", ")),
    }
}

/// A value that must be there.
pub(crate) fn require<T>(field: FieldId, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or(Refusal::new(field, Reason::Missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_field_and_what_to_do() {
        let refusal = Refusal::new(FieldId::Head, Reason::TooLong { max: 40 });
        assert_eq!(refusal.message(Lang::Zh), "“户主”太长，最多40个字。");
        assert_eq!(refusal.message(Lang::En), "The head of household is too long: at most 40 characters.");
        assert_eq!(refusal.code(), "too_long");
    }

    #[test]
    fn an_emergency_is_answered_with_the_numbers_to_call() {
        for lang in [Lang::Zh, Lang::En] {
            let message = Refusal::new(FieldId::Urgency, Reason::Emergency).message(lang);
            assert!(["110", "119", "120"].iter().all(|number| message.contains(number)));
        }
    }
}
