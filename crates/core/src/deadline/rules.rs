//! A village's rules: how long things may take, and what a township has chosen.

use chrono::{NaiveTime, Timelike as _};

use super::days::YearPlan;
use crate::aid::InterestRule;
use crate::document::{Edit, Scalar};
use crate::draft::{FieldId, Reason, Refusal, ShortText, half_width};
use crate::lang::codes;
use crate::matter::{Categories, DEFAULT_CATEGORIES};
use crate::roster::Preset;
use crate::value::Value as _;

codes! {
    /// A rule a township may set. Each has a usual value, and none blocks anything.
    Rule {
        AcceptDays = "accept_days", "受理时限（工作日）", "working days to accept";
        FinishDays = "finish_days", "办结时限（工作日）", "working days to finish";
        ExtensionDays = "extension_days", "延期上限（工作日）", "working days of an extension, at most";
        ReturnDays = "return_days", "退回时限（工作日）", "working days to return";
        ContactDays = "contact_days", "首次联系时限（工作日）", "working days to the first contact";
        FeedbackDays = "feedback_days", "反馈时限（工作日）", "working days to feed back";
        EvaluationDays = "evaluation_days", "评议回访时限（天）", "days to ask for the verdict";
        AnswerDays = "answer_days", "个人信息申请答复时限（天）", "days to answer a request about one's data";
        BoardDays = "board_days", "办结后公开天数", "days on the board after closing";
        Interest = "interest", "贴息计算方式", "how interest is reckoned";
        Categories = "categories", "事项类别", "categories of matters";
        Preset = "preset", "联户户数", "households for each member";
        QuietHours = "quiet_hours", "免打扰时段", "quiet hours";
        ReportDays = "report_days", "每月汇报日", "days of the month to report on";
        FiveMatters = "five_matters", "五事", "the five matters";
    }
}

/// What a list that is not set shows.
pub const NOT_SET: &str = "";

/// The fewest days for which what is over stays on the board (domain §5).
const FEWEST_BOARD_DAYS: u32 = 7;
/// The most days a limit may have: a year.
const MAX_DAYS: i64 = 366;
/// The most members a list may have.
const MAX_LISTED: usize = 60;

/// A time of day in which nothing is shown; it may pass midnight. Beginning and end at once: never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From this time on.
    pub from: NaiveTime,
    /// Until this time.
    pub until: NaiveTime,
}

impl Hours {
    /// Whether a time lies in it.
    pub fn contains(&self, time: NaiveTime) -> bool {
        if self.from <= self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = half_width(text).replace(['—', '–', '~', '至', '到'], "-");
        let (from, until) = text.split_once('-')?;
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        Some(Hours { from: time(from)?, until: time(until)? })
    }
}

/// The rules of a village, the usual ones unless it is said otherwise (domain §5).
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Working days in which an assignment is accepted: 2.
    pub accept_days: u32,
    /// Working days from assignment to done: 7.
    pub finish_days: u32,
    /// Working days an extension may add, once: 10.
    pub extension_days: u32,
    /// Working days in which an assignment is given back: 2.
    pub return_days: u32,
    /// Working days from acceptance to the first word to the resident: 3.
    pub contact_days: u32,
    /// Working days from done to telling the resident: 3.
    pub feedback_days: u32,
    /// Days from telling to asking for the verdict: 15.
    pub evaluation_days: u32,
    /// Days to answer what somebody asks about their own data: 15. The law gives no number; this one is ours.
    pub answer_days: u32,
    /// Days for which what is over stays on the board: 7, and never fewer (domain §5).
    pub board_days: u32,
    /// How interest that is borne for a household is reckoned, where a loan does not say.
    pub interest: InterestRule,
    /// The categories of matters.
    pub categories: Categories,
    /// How many households a member should have; warns, never blocks.
    pub preset: Preset,
    /// When nothing is shown: 21:00 to 7:00.
    pub quiet_hours: Hours,
    /// The days of the month on which members tell the secretary: the 15th and the 30th. A reminder, no more.
    pub report_days: Vec<u32>,
    /// 五事. Which five they are is not known: the list is empty until a township writes its own.
    pub five_matters: Vec<ShortText>,
}

impl Default for Rules {
    fn default() -> Self {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Rules {
            accept_days: 2,
            finish_days: 7,
            extension_days: 10,
            return_days: 2,
            contact_days: 3,
            feedback_days: 3,
            evaluation_days: 15,
            answer_days: 15,
            board_days: FEWEST_BOARD_DAYS,
            interest: InterestRule::Days365,
            categories: Categories::default(),
            preset: Preset::JIAXING,
            quiet_hours: Hours { from: hour(21), until: hour(7) },
            report_days: vec![15, 30],
            five_matters: Vec::new(),
        }
    }
}

impl Rules {
    /// What a rule says, as it would be typed.
    pub fn said(&self, rule: Rule) -> String {
        let time = |time: NaiveTime| format!("{:02}:{:02}", time.hour(), time.minute());
        match rule {
            Rule::AcceptDays => self.accept_days.to_string(),
            Rule::FinishDays => self.finish_days.to_string(),
            Rule::ExtensionDays => self.extension_days.to_string(),
            Rule::ReturnDays => self.return_days.to_string(),
            Rule::ContactDays => self.contact_days.to_string(),
            Rule::FeedbackDays => self.feedback_days.to_string(),
            Rule::EvaluationDays => self.evaluation_days.to_string(),
            Rule::AnswerDays => self.answer_days.to_string(),
            Rule::BoardDays => self.board_days.to_string(),
            Rule::Interest => self.interest.code().to_owned(),
            Rule::Categories => self.categories.names().collect::<Vec<_>>().join(" "),
            Rule::Preset => format!("{}-{}", self.preset.min, self.preset.max),
            Rule::QuietHours => format!("{}-{}", time(self.quiet_hours.from), time(self.quiet_hours.until)),
            Rule::ReportDays => self.report_days.iter().map(u32::to_string).collect::<Vec<_>>().join(" "),
            Rule::FiveMatters => self.five_matters.iter().map(ShortText::as_str).collect::<Vec<_>>().join(" "),
        }
    }

    /// Takes a stored value; one that cannot be read leaves what is there.
    pub(crate) fn take(&mut self, rule: Rule, scalar: &Scalar) {
        if let Some(text) = scalar.as_text() {
            // What was stored was parsed before; what was not is not taken.
            _ = self.set(rule, text);
        }
    }

    /// Sets a rule from what was typed. Members of a list stand apart by spaces, commas or lines; an empty list of
    /// categories is the usual one.
    pub fn set(&mut self, rule: Rule, text: &str) -> Result<(), Refusal> {
        let days = || parse_days(text);
        match rule {
            Rule::AcceptDays => self.accept_days = days()?,
            Rule::FinishDays => self.finish_days = days()?,
            Rule::ExtensionDays => self.extension_days = days()?,
            Rule::ReturnDays => self.return_days = days()?,
            Rule::ContactDays => self.contact_days = days()?,
            Rule::FeedbackDays => self.feedback_days = days()?,
            Rule::EvaluationDays => self.evaluation_days = days()?,
            Rule::AnswerDays => self.answer_days = days()?,
            Rule::BoardDays => self.board_days = parse_days_from(FEWEST_BOARD_DAYS.into(), text)?,
            Rule::Interest => self.interest = InterestRule::parse(text.trim()).ok_or_else(not_a_rule)?,
            Rule::Categories => {
                let names = parse_list(text)?;
                self.categories = if names.is_empty() { Categories::default() } else { Categories::new(names) };
            }
            Rule::Preset => self.preset = parse_preset(text)?,
            Rule::QuietHours => self.quiet_hours = Hours::parse(text).ok_or_else(not_a_rule)?,
            Rule::ReportDays => self.report_days = parse_days_of_month(text)?,
            Rule::FiveMatters => self.five_matters = parse_list(text)?,
        }
        Ok(())
    }
}

fn not_a_rule() -> Refusal {
    Refusal::new(FieldId::Rule, Reason::NotAChoice)
}

fn parse_days(text: &str) -> Result<u32, Refusal> {
    parse_days_from(1, text)
}

fn parse_days_from(min: i64, text: &str) -> Result<u32, Refusal> {
    let out_of_range = Refusal::new(FieldId::Rule, Reason::OutOfRange { min, max: MAX_DAYS });
    let days: i64 = half_width(text).trim().parse().map_err(|_| out_of_range)?;
    if (min..=MAX_DAYS).contains(&days) { u32::try_from(days).map_err(|_| out_of_range) } else { Err(out_of_range) }
}

fn members(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、')).filter(|member| !member.is_empty())
}

fn parse_list(text: &str) -> Result<Vec<ShortText>, Refusal> {
    let names: Vec<ShortText> =
        members(text).map(|name| ShortText::parse(FieldId::Rule, name)).collect::<Result<_, _>>()?;
    if names.len() > MAX_LISTED {
        return Err(Refusal::new(FieldId::Rule, Reason::OutOfRange { min: 0, max: MAX_LISTED as i64 }));
    }
    Ok(names)
}

fn parse_days_of_month(text: &str) -> Result<Vec<u32>, Refusal> {
    let out_of_range = Refusal::new(FieldId::Rule, Reason::OutOfRange { min: 1, max: 31 });
    let day = |text: &str| half_width(text).parse().ok().filter(|day| (1..=31).contains(day)).ok_or(out_of_range);
    members(text).map(day).collect()
}

fn parse_preset(text: &str) -> Result<Preset, Refusal> {
    let text = half_width(text).replace(['—', '–', '~', '至', '到'], "-");
    let (min, max) = text.split_once('-').ok_or_else(not_a_rule)?;
    let number = |text: &str| text.trim().parse::<usize>().map_err(|_| not_a_rule());
    let preset = Preset { min: number(min)?, max: number(max)? };
    let known = [Preset::JIAXING, Preset::NINGHAI, Preset::MICRO_GRID];
    if known.contains(&preset) { Ok(preset) } else { Err(not_a_rule()) }
}

/// Whether a judge lets this stand under `rule/<name>`: text of a bounded length. What a newer version means by it is its own.
pub(crate) fn is_valid_rule(scalar: &Scalar) -> bool {
    scalar.as_text().is_some_and(|text| text.chars().count() <= MAX_LISTED * ShortText::MAX_CHARS)
}

/// Sets a rule in a village's roster, or refuses what was typed.
pub fn put_rule(rule: Rule, text: &str) -> Result<Edit, Refusal> {
    let mut rules = Rules::default();
    rules.set(rule, text)?;
    let mut edit = Edit::new();
    edit.put(format!("rule/{}", rule.code()), rules.said(rule));
    Ok(edit)
}

/// Puts the holidays of a year into a village's roster.
pub fn put_calendar(plan: &YearPlan) -> Edit {
    let mut edit = Edit::new();
    edit.put(format!("calendar/{}", plan.year), plan.to_scalar());
    edit
}

/// How many categories there are to begin with.
const _: () = assert!(DEFAULT_CATEGORIES.len() <= MAX_LISTED);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lang;

    #[test]
    fn what_a_rule_says_is_what_would_be_typed_to_set_it() {
        let usual = Rules::default();
        for rule in Rule::ALL {
            let mut again = Rules::default();
            again.set(*rule, &usual.said(*rule)).unwrap_or_else(|why| panic!("{rule:?}: {why}"));
            assert_eq!(again, usual, "{rule:?}");
        }
        assert_eq!(usual.said(Rule::FiveMatters), NOT_SET, "which five they are is not known");
        let mut own = Rules::default();
        own.set(Rule::FiveMatters, "甲 乙、丙，丁\n戊").unwrap();
        own.set(Rule::QuietHours, "２２：００至6:30").unwrap();
        own.set(Rule::Preset, "10-20").unwrap();
        assert_eq!((own.five_matters.len(), own.said(Rule::QuietHours)), (5, "22:00-06:30".to_owned()));
        assert_eq!(own.preset, Preset::MICRO_GRID);
    }

    #[test]
    fn what_is_no_rule_is_refused_in_both_languages() {
        let range = |min, max| Reason::OutOfRange { min, max };
        let table = [
            (Rule::AcceptDays, "", range(1, MAX_DAYS), "“规则”应在1到366之间。"),
            (Rule::FinishDays, "0", range(1, MAX_DAYS), "“规则”应在1到366之间。"),
            (Rule::FinishDays, "seven", range(1, MAX_DAYS), "“规则”应在1到366之间。"),
            (Rule::BoardDays, "6", range(7, MAX_DAYS), "“规则”应在7到366之间。"),
            (Rule::Interest, "monthly", Reason::NotAChoice, "“规则”不在可选项内，请从列表中选。"),
            (Rule::Preset, "6-7", Reason::NotAChoice, "“规则”不在可选项内，请从列表中选。"),
            (Rule::QuietHours, "at night", Reason::NotAChoice, "“规则”不在可选项内，请从列表中选。"),
            (Rule::ReportDays, "15 32", range(1, 31), "“规则”应在1到31之间。"),
        ];
        for (rule, typed, reason, zh) in table {
            let refusal = put_rule(rule, typed).unwrap_err();
            assert_eq!((refusal.field, refusal.reason), (FieldId::Rule, reason), "{rule:?} {typed}");
            assert_eq!(refusal.message(Lang::Zh), zh);
            assert!(refusal.message(Lang::En).starts_with("The rule "), "{}", refusal.message(Lang::En));
        }
    }

    #[test]
    fn quiet_hours_may_pass_midnight() {
        let at = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
        let night = Rules::default().quiet_hours;
        assert!(night.contains(at("21:00")) && night.contains(at("02:00")) && night.contains(at("06:59")));
        assert!(!night.contains(at("07:00")) && !night.contains(at("20:59")));
        let noon = Hours { from: at("12:00"), until: at("14:00") };
        assert!(noon.contains(at("13:00")) && !noon.contains(at("14:00")));
        assert!(!Hours { from: at("12:00"), until: at("12:00") }.contains(at("12:00")));
    }
}
