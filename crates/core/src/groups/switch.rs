//! The switch of a group, in a village's roster under `switch/<group>`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::document::{Edit, Field, Scalar};
use crate::draft::{FieldId, Reason, Refusal, ShortText, parse_date, require};
use crate::groups::{Group, LegalBasis};
use crate::record::Record;
use crate::value::{Value, typed};

const FIELDS: &[&str] = &["on", "purpose", "basis", "review_on"];

/// Whether a group is kept in a village, what for, and until when that holds without being looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Switch {
    /// Whether it is on.
    pub on: bool,
    /// What it is kept for, as it would be told to a household.
    pub purpose: Option<ShortText>,
    /// What makes it lawful.
    pub basis: Option<LegalBasis>,
    /// The day on which somebody decides again.
    pub review_on: Option<NaiveDate>,
    other: Record,
}

impl Switch {
    fn of(mut record: Record) -> Option<Self> {
        Some(Switch {
            on: record.take("on")?,
            purpose: record.take("purpose"),
            basis: record.take("basis"),
            review_on: record.take("review_on"),
            other: record,
        })
    }

    /// Whether a judge lets this stand: what is on says what for and until when.
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Switch::from_scalar(scalar).is_some_and(|switch| {
            let said = !switch.on || switch.purpose.is_some() && switch.review_on.is_some();
            said && switch.other.lacks_all(FIELDS)
        })
    }

    /// A switch that holds from an earlier version on: the group was in use before there were switches, so it stays on, and
    /// is to be looked at from the first day.
    pub fn found_in_use(today: NaiveDate) -> Self {
        let purpose = ShortText::parse(FieldId::Purpose, "升级前已在使用，请复核用途").ok();
        Switch { on: true, purpose, review_on: Some(today), ..Switch::default() }
    }

    /// Writes it into a roster.
    pub fn put(&self, group: Group) -> Edit {
        let mut edit = Edit::new();
        edit.put(format!("switch/{}", group.code()), self.to_scalar());
        edit
    }
}

impl Value for Switch {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        Record::of(scalar).and_then(Switch::of)
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("on", Some(&self.on));
        record.put("purpose", self.purpose.as_ref());
        record.put("basis", self.basis.as_ref());
        record.put("review_on", self.review_on.as_ref());
        record.into_scalar()
    }
}

/// A switch as it is turned. To turn it off, nothing but the group is needed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SwitchTyped {
    /// Which group; needed, and one that has a switch.
    pub group: Option<Group>,
    /// Whether it is to be on; needed.
    pub on: Option<bool>,
    /// What it is kept for; needed to turn it on.
    pub purpose: String,
    /// What makes it lawful; needed to turn it on.
    pub basis: Option<LegalBasis>,
    /// The day on which somebody decides again, after today; needed to turn it on.
    pub review_on: String,
}

impl SwitchTyped {
    /// What it writes into a roster.
    pub fn edit(&self, today: NaiveDate) -> Result<Edit, Refusal> {
        let group = require(FieldId::FieldGroup, self.group)?;
        if !group.has_switch() {
            return Err(Refusal::new(FieldId::FieldGroup, Reason::NotAChoice));
        }
        if !require(FieldId::Result, self.on)? {
            return Ok(Switch::default().put(group));
        }
        let purpose = ShortText::parse(FieldId::Purpose, &self.purpose)?;
        let basis = require(FieldId::Basis, self.basis)?;
        let review_on = parse_date(FieldId::ReviewOn, &self.review_on)?;
        if review_on <= today {
            return Err(Refusal::new(FieldId::ReviewOn, Reason::EndsBeforeItBegins));
        }
        let switch = Switch {
            on: true,
            purpose: Some(purpose),
            basis: Some(basis),
            review_on: Some(review_on),
            ..Switch::default()
        };
        Ok(switch.put(group))
    }
}

/// The switches of a village.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Switches {
    /// Whether a roster was read at all: without one nobody knows what is on.
    known: bool,
    set: BTreeMap<Group, Field<Switch>>,
}

impl Switches {
    /// Those of a roster that says nothing yet: the minimal form.
    pub(crate) fn minimal() -> Self {
        Switches { known: true, set: BTreeMap::new() }
    }

    /// Takes what stands under `switch/<group>` of a roster.
    pub(crate) fn take(&mut self, group: &str, field: &Field<Scalar>) {
        if let (Some(group), Some(switch)) = (Group::parse(group), typed(field)) {
            self.set.insert(group, switch);
        }
    }

    /// Whether anything may be written under the group. While people disagree about a switch, it is off.
    pub fn is_on(&self, group: Group) -> bool {
        let asked = if group == Group::Minors { Group::Residents } else { group };
        let all_say = |field: &Field<Switch>| field.value.on && field.rivals.iter().all(|told| told.value.on);
        asked.is_minimal() || !self.known || self.set.get(&asked).is_some_and(all_say)
    }

    /// The switches that were ever turned, with what they say.
    pub fn turned(&self) -> impl Iterator<Item = (Group, &Switch)> {
        self.set.iter().map(|(group, field)| (*group, &field.value))
    }

    /// The groups that are on and whose day has come: somebody is to look at them again.
    pub fn to_review(&self, today: NaiveDate) -> impl Iterator<Item = (Group, NaiveDate)> {
        let on = self.turned().filter(|(group, _)| self.is_on(*group));
        on.filter_map(|(group, switch)| Some((group, switch.review_on?))).filter(move |(_, day)| *day <= today)
    }
}
