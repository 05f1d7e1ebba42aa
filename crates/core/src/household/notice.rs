//! What a household was told and agreed to, group by group (告知与同意, PIPL articles 13 to 17, 29 and 31).
//!
//! `basis/<group>` is one record for each group. The card's own `basis`, `noticed_on` and `consented_on`, as earlier versions
//! wrote them, are the notice of the basic card where it has none of this form. A missing notice blocks no work; it is shown.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::deed::Hand;
use crate::document::{Edit, Scalar};
use crate::draft::{FieldId, Reason, Refusal, parse_optional_date, require};
use crate::groups::{Group, LegalBasis};
use crate::household::Household;
use crate::ids::WorkerId;
use crate::lang::codes;
use crate::record::Record;
use crate::value::Value;

codes! {
    /// How somebody was told.
    NoticeWay {
        Spoken = "spoken", "当面口头", "in person";
        Paper = "paper", "书面", "on paper";
        Phone = "phone", "电话", "by phone";
        Message = "message", "短信或微信", "by message";
    }
}

codes! {
    /// Who of a household speaks for whom.
    SpokenBy {
        Person = "person", "本人", "the person";
        Head = "head", "户主", "the head of household";
        Guardian = "guardian", "监护人", "a guardian";
    }
}

const FIELDS: &[&str] = &["basis", "noticed_on", "how", "consented_on", "agreed_by", "told_by", "entered_by", "until"];

/// What a household was told about one group, and on what it rests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notice {
    /// What makes it lawful.
    pub basis: Option<LegalBasis>,
    /// The day they were told what is kept, what for, for how long, and what they may ask.
    pub noticed_on: Option<NaiveDate>,
    /// How they were told.
    pub how: Option<NoticeWay>,
    /// The day they agreed, where agreement is the basis.
    pub consented_on: Option<NaiveDate>,
    /// Who agreed; for children under 14 a guardian.
    pub agreed_by: Option<SpokenBy>,
    /// Who told them.
    pub told_by: Option<WorkerId>,
    /// Who wrote it down.
    pub entered_by: Option<WorkerId>,
    /// The last day it holds, if it was given for a time.
    pub until: Option<NaiveDate>,
    other: Record,
}

impl Notice {
    fn of(mut record: Record) -> Self {
        Notice {
            basis: record.take("basis"),
            noticed_on: record.take("noticed_on"),
            how: record.take("how"),
            consented_on: record.take("consented_on"),
            agreed_by: record.take("agreed_by"),
            told_by: record.take("told_by"),
            entered_by: record.take("entered_by"),
            until: record.take("until"),
            other: record,
        }
    }

    /// Whether a judge lets this stand.
    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Notice::from_scalar(scalar).is_some_and(|notice| {
            let needed = notice.basis.is_some() && notice.noticed_on.is_some() && notice.entered_by.is_some();
            let agreed = notice.basis != Some(LegalBasis::Consent) || notice.consented_on.is_some();
            needed && agreed && notice.other.lacks_all(FIELDS)
        })
    }

    /// Whether it still holds on a day.
    pub fn holds(&self, on: NaiveDate) -> bool {
        self.until.is_none_or(|until| on <= until)
    }
}

impl Value for Notice {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        Record::of(scalar).map(Notice::of)
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("basis", self.basis.as_ref());
        record.put("noticed_on", self.noticed_on.as_ref());
        record.put("how", self.how.as_ref());
        record.put("consented_on", self.consented_on.as_ref());
        record.put("agreed_by", self.agreed_by.as_ref());
        record.put("told_by", self.told_by.as_ref());
        record.put("entered_by", self.entered_by.as_ref());
        record.put("until", self.until.as_ref());
        record.into_scalar()
    }
}

/// A notice as typed. Days are as typed; left empty, the notice was given today, by whoever types it in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoticeTyped {
    /// Which group; the basic card, the phone and what is said on visits if left out.
    pub group: Option<Group>,
    /// What makes it lawful; needed.
    pub basis: Option<LegalBasis>,
    /// The day they were told.
    pub noticed_on: String,
    /// How they were told.
    pub how: Option<NoticeWay>,
    /// The day they agreed; needed where agreement is the basis, and never before they were told.
    pub consented_on: String,
    /// Who agreed; a guardian for children.
    pub agreed_by: Option<SpokenBy>,
    /// Who told them.
    pub told_by: Option<WorkerId>,
    /// The last day it holds.
    pub until: String,
}

impl NoticeTyped {
    pub(super) fn edit(&self, hand: &Hand) -> Result<Edit, Refusal> {
        let group = self.group.unwrap_or(Group::Base);
        let basis = require(FieldId::Basis, self.basis)?;
        let noticed_on = parse_optional_date(FieldId::NoticedOn, &self.noticed_on)?.unwrap_or(hand.today);
        let consented_on = parse_optional_date(FieldId::ConsentedOn, &self.consented_on)?;
        let until = parse_optional_date(FieldId::To, &self.until)?;
        if basis == LegalBasis::Consent {
            require(FieldId::ConsentedOn, consented_on)?;
            if group == Group::Minors && self.agreed_by != Some(SpokenBy::Guardian) {
                return Err(Refusal::new(FieldId::AgreedBy, Reason::NotAChoice));
            }
        }
        if consented_on.is_some_and(|agreed| agreed < noticed_on) {
            return Err(Refusal::new(FieldId::ConsentedOn, Reason::EndsBeforeItBegins));
        }
        if until.is_some_and(|until| until < noticed_on) {
            return Err(Refusal::new(FieldId::To, Reason::EndsBeforeItBegins));
        }
        let notice = Notice {
            basis: Some(basis),
            noticed_on: Some(noticed_on),
            how: self.how,
            consented_on,
            agreed_by: self.agreed_by,
            told_by: Some(self.told_by.unwrap_or(hand.worker)),
            entered_by: Some(hand.worker),
            until,
            other: Record::default(),
        };
        let mut edit = Edit::new();
        edit.put(format!("basis/{}", group.code()), notice.to_scalar());
        Ok(edit)
    }
}

impl Household {
    /// The day a household was told about a group; the card's own day counts for the basic card.
    pub fn noticed_on(&self, group: Group) -> Option<NaiveDate> {
        let written = self.notices.get(&group).and_then(|notice| notice.value.noticed_on);
        let on_the_card = || self.noticed_on.as_ref().map(|day| day.value).filter(|_| group == Group::Base);
        written.or_else(on_the_card)
    }

    /// The groups of which something is kept and about which nobody was told. The notice of the basic card covers the phone
    /// and what is said on visits. Whether somebody is a child depends on the day: [`Household::minors_unnoticed`].
    pub fn unnoticed(&self) -> Vec<Group> {
        let keeps = [
            (Group::Base, self.head.is_some()),
            (Group::Residents, !self.residents.is_empty()),
            (Group::Care, !self.care.is_empty()),
        ];
        let kept = keeps.into_iter().filter(|(_, kept)| *kept).map(|(group, _)| group);
        kept.filter(|group| self.noticed_on(*group).is_none()).collect()
    }

    /// Whether a child under 14 is on the card and no guardian was told.
    pub fn minors_unnoticed(&self, today: NaiveDate) -> bool {
        let child = self.residents.values().any(|resident| resident.is_minor(today));
        child && self.noticed_on(Group::Minors).is_none()
    }
}
