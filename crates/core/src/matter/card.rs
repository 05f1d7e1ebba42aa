//! What is written when a matter is recorded.

use chrono::NaiveDate;

use crate::document::Edit;
use crate::draft::{FieldId, Headcount, PersonName, Phone, Prose, Reason, Refusal, ShortText, Title, require};
use crate::household::VisitChannel;
use crate::ids::DocId;
use crate::matter::{MatterKind, Raised, Source, Urgency};
use crate::private::Private;

/// The categories a township starts with (domain §4).
pub const DEFAULT_CATEGORIES: &[&str] = &[
    "水利",
    "交通",
    "教育",
    "医疗卫生",
    "农业",
    "能源",
    "劳动社保",
    "环境保护",
    "城乡规划建设",
    "科技文体",
    "邻里纠纷",
    "公共安全",
    "村务监督",
    "政策咨询",
    "困难帮扶",
    "其他",
];

/// The categories a township uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Categories(Vec<ShortText>);

impl Default for Categories {
    fn default() -> Self {
        let parsed = DEFAULT_CATEGORIES.iter().map(|name| ShortText::parse(FieldId::Category, name));
        Categories(parsed.filter_map(Result::ok).collect())
    }
}

impl Categories {
    /// A township's own list.
    pub fn new(names: Vec<ShortText>) -> Self {
        Categories(names)
    }

    /// The names, in the order a form shows them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(ShortText::as_str)
    }

    pub(crate) fn find(&self, name: &str) -> Result<ShortText, Refusal> {
        let name = ShortText::parse(FieldId::Category, name)?;
        let known = self.0.contains(&name);
        if known { Ok(name) } else { Err(Refusal::new(FieldId::Category, Reason::NotAChoice)) }
    }
}

/// A matter as typed.
#[derive(Clone, Debug, Default)]
pub struct MatterForm {
    /// The roster of its village; needed.
    pub village: Option<DocId>,
    /// The day; needed.
    pub date: Option<NaiveDate>,
    /// What the public board will show; needed, without phone or ID numbers.
    pub title: Private<String>,
    /// The resident's words; never published.
    pub text: Private<String>,
    /// The household, if one raised it.
    pub household: Option<DocId>,
    /// The person's name, if somebody else did. Without household and name the matter is anonymous.
    pub raiser: Private<String>,
    /// The person's phone.
    pub phone: Private<String>,
    /// How many people it concerns.
    pub headcount: Option<i64>,
    /// One of the township's categories; left empty it is set later.
    pub category: String,
    /// Kind.
    pub kind: Option<MatterKind>,
    /// Urgency; an emergency is refused with the numbers to call.
    pub urgency: Option<Urgency>,
    /// Place.
    pub place: Private<String>,
    /// The diary entry or visit it was first written down in.
    pub source: Option<Source>,
    /// The channel by which it was taken (五承办, or every day).
    pub channel: Option<VisitChannel>,
    /// The matter it is split from.
    pub split_from: Option<DocId>,
}

/// A matter fit to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct MatterDraft {
    village: DocId,
    date: NaiveDate,
    title: Title,
    text: Option<Prose>,
    household: Option<DocId>,
    raiser: Option<PersonName>,
    phone: Option<Phone>,
    headcount: Option<Headcount>,
    category: Option<ShortText>,
    kind: Option<MatterKind>,
    urgency: Urgency,
    place: Option<ShortText>,
    source: Option<Source>,
    channel: Option<VisitChannel>,
    split_from: Option<DocId>,
}

impl MatterDraft {
    /// Parses a form against the township's categories. Urgency left open is ordinary.
    pub fn new(form: &MatterForm, categories: &Categories) -> Result<Self, Refusal> {
        let urgency = form.urgency.unwrap_or(Urgency::Ordinary);
        if urgency == Urgency::Emergency {
            return Err(Refusal::new(FieldId::Urgency, Reason::Emergency));
        }
        let category = Some(form.category.as_str()).filter(|name| !name.trim().is_empty());
        let headcount = form.headcount.map(|count| Headcount::parse(FieldId::Headcount, count));
        Ok(MatterDraft {
            village: require(FieldId::Village, form.village)?,
            date: require(FieldId::Date, form.date)?,
            title: Title::parse_public(FieldId::Title, &form.title)?,
            text: Prose::parse_optional(FieldId::Text, &form.text)?,
            household: form.household,
            raiser: PersonName::parse_optional(FieldId::Raiser, &form.raiser)?,
            phone: Phone::parse_optional(FieldId::Phone, &form.phone)?,
            headcount: headcount.transpose()?,
            category: category.map(|name| categories.find(name)).transpose()?,
            kind: form.kind,
            urgency,
            place: ShortText::parse_optional(FieldId::Place, &form.place)?,
            source: form.source,
            channel: form.channel,
            split_from: form.split_from,
        })
    }

    pub(crate) fn edit(&self) -> Edit {
        let raised = match (self.household, &self.raiser) {
            (Some(_), _) => Raised::Household,
            (None, Some(_)) => Raised::Named,
            (None, None) => Raised::Anonymous,
        };
        let mut edit = Edit::new();
        edit.put_value("village", Some(&self.village));
        edit.put_value("recorded_on", Some(&self.date));
        edit.put_value("title", Some(&self.title));
        edit.put_value("text", self.text.as_ref());
        edit.put_value("household", self.household.as_ref());
        edit.put_value("raised", Some(&raised));
        edit.put_value("raiser", self.raiser.as_ref());
        edit.put_value("phone", self.phone.as_ref());
        edit.put_value("headcount", self.headcount.as_ref());
        edit.put_value("category", self.category.as_ref());
        edit.put_value("kind", self.kind.as_ref());
        edit.put_value("urgency", Some(&self.urgency));
        edit.put_value("place", self.place.as_ref());
        edit.put_value("source", self.source.as_ref());
        edit.put_value("channel", self.channel.as_ref());
        edit.put_value("split_from", self.split_from.as_ref());
        edit
    }
}
