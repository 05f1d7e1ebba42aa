//! What people do to a fund.

use serde::Deserialize;

use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit};
use crate::draft::{Fen, FieldId, Reason, Refusal, ShortText, Title, require};
use crate::fund::{Direction, Entry, Fund, payment_entry};
use crate::ids::{DocId, DocKind, RecordId};
use crate::private::Private;
use crate::value::Value as _;

/// A fund as it is opened. Amounts are yuan as typed, days as typed; where one may be left out it is today.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FundForm {
    /// The roster of its village; none for the town's own.
    pub village: Option<DocId>,
    /// What it is called, in public too; needed.
    pub name: String,
    /// What is in it; needed, `0` for an empty one.
    pub opening: String,
    /// The day its ledger begins.
    pub opened_on: String,
}

/// An entry as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EntryForm {
    /// `in` or `out`; needed.
    pub direction: String,
    /// Where it is from; needed for what comes in. Shown in public.
    pub source: String,
    /// Who gave it; never shown in public.
    pub donor: Private<String>,
    /// How much; needed.
    pub amount: String,
    /// The day.
    pub date: String,
    /// The number of the paper that proves it.
    pub receipt: String,
    /// What it is for; needed for what goes out. Shown in public, so it names nobody.
    pub purpose: String,
    /// The application it belongs to; one is paid with [`FundDeed::Pay`].
    pub application: Option<DocId>,
}

/// The payment of a granted application: what [`crate::aid::payment`] makes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentForm {
    /// The application.
    pub application: DocId,
    /// How much was granted.
    pub amount: String,
    /// The day.
    #[serde(default)]
    pub date: String,
    /// The number of the paper that proves it.
    #[serde(default)]
    pub receipt: String,
    /// What it is for; needed. Shown in public, so it names nobody.
    pub purpose: String,
}

/// What people do to a fund.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum FundDeed {
    /// Opens one.
    Open(FundForm),
    /// Calls it something else.
    Rename {
        /// The new name.
        name: String,
    },
    /// Enters what came in or went out. What this replica sees overdrawn is refused.
    Enter(EntryForm),
    /// Takes a wrong entry back, even where its money is spent already: the fund then shows what is missing.
    Reverse {
        /// The wrong entry.
        entry: RecordId,
        /// The day it is taken back.
        #[serde(default)]
        date: String,
        /// Why; needed. Shown in public.
        purpose: String,
    },
    /// Pays an application, under a name everybody derives: done again it writes nothing.
    Pay(PaymentForm),
}

impl Deed for FundDeed {
    fn kind(&self) -> DocKind {
        DocKind::Fund
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        matches!(self, FundDeed::Open(_)).then(|| hand.document(DocKind::Fund))
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        match self {
            FundDeed::Open(form) => open(document, form, hand),
            FundDeed::Rename { name } => {
                let mut edit = Edit::new();
                edit.put_value("name", Some(&Title::parse_public(FieldId::FundName, name)?));
                Ok(edit)
            }
            FundDeed::Enter(form) => enter(&Fund::read(document), form, hand),
            FundDeed::Reverse { entry, date, purpose } => reverse(&Fund::read(document), *entry, date, purpose, hand),
            FundDeed::Pay(form) => pay(&Fund::read(document), form, hand),
        }
    }
}

fn open(document: &Document, form: &FundForm, hand: &Hand) -> Result<Edit, Refusal> {
    if !document.is_blank() {
        return Err(Refusal::new(FieldId::Opening, Reason::NotNow));
    }
    let mut edit = Edit::new();
    edit.put_value("village", form.village.as_ref());
    edit.put_value("created_by", Some(&hand.worker));
    edit.put_value("name", Some(&Title::parse_public(FieldId::FundName, &form.name)?));
    edit.put_value("opening", Some(&Fen::parse(FieldId::Opening, &form.opening)?));
    edit.put_value("opened_on", Some(&hand.day(FieldId::OpenedOn, &form.opened_on)?));
    Ok(edit)
}

fn enter(fund: &Fund, form: &EntryForm, hand: &Hand) -> Result<Edit, Refusal> {
    let typed = Some(form.direction.trim()).filter(|typed| !typed.is_empty());
    let direction = Direction::parse(require(FieldId::Direction, typed)?);
    let direction = direction.ok_or(Refusal::new(FieldId::Direction, Reason::NotAChoice))?;
    let needed = |field, text: &str, needed: bool| match (text.trim().is_empty(), needed) {
        (true, false) => Ok(None),
        _ => Title::parse_public(field, text).map(Some),
    };
    let entry = Entry {
        direction: Some(direction),
        source: needed(FieldId::Source, &form.source, direction == Direction::In)?,
        donor: ShortText::parse_optional(FieldId::Donor, &form.donor)?,
        amount: Some(Fen::parse_some(FieldId::Amount, &form.amount)?),
        date: Some(hand.day(FieldId::Date, &form.date)?),
        receipt: ShortText::parse_optional(FieldId::Receipt, &form.receipt)?,
        purpose: needed(FieldId::Purpose, &form.purpose, direction == Direction::Out)?,
        application: form.application,
        ..Entry::default()
    };
    can_be_borne(fund, &entry)?;
    Ok(written(hand.record(0), entry, hand))
}

fn reverse(fund: &Fund, id: RecordId, date: &str, purpose: &str, hand: &Hand) -> Result<Edit, Refusal> {
    let refusal = |reason| Refusal::new(FieldId::Line, reason);
    let wrong = &fund.entries.get(&id).ok_or(refusal(Reason::NotThere))?.value;
    if wrong.reverses.is_some() || wrong.signed().is_none() || fund.ledger().is_reversed(id) {
        return Err(refusal(Reason::NotNow));
    }
    let entry = Entry {
        direction: wrong.direction.map(Direction::opposite),
        amount: wrong.amount,
        date: Some(hand.day(FieldId::Date, date)?),
        purpose: Some(Title::parse_public(FieldId::Purpose, purpose)?),
        application: wrong.application,
        reverses: Some(id),
        ..Entry::default()
    };
    in_order(fund, &entry)?;
    Ok(written(hand.record(0), entry, hand))
}

fn pay(fund: &Fund, form: &PaymentForm, hand: &Hand) -> Result<Edit, Refusal> {
    let id = payment_entry(form.application);
    let entry = Entry {
        direction: Some(Direction::Out),
        amount: Some(Fen::parse_some(FieldId::Amount, &form.amount)?),
        date: Some(hand.day(FieldId::Date, &form.date)?),
        receipt: ShortText::parse_optional(FieldId::Receipt, &form.receipt)?,
        purpose: Some(Title::parse_public(FieldId::Purpose, &form.purpose)?),
        application: Some(form.application),
        ..Entry::default()
    };
    if let Some(paid) = fund.entries.get(&id) {
        let same = paid.value.amount == entry.amount && !fund.ledger().is_reversed(id);
        return if same { Ok(Edit::new()) } else { Err(Refusal::new(FieldId::Payment, Reason::NotNow)) };
    }
    can_be_borne(fund, &entry)?;
    Ok(written(id, entry, hand))
}

/// Whether the day is not before the ledger's first.
fn in_order(fund: &Fund, entry: &Entry) -> Result<(), Refusal> {
    let early = fund.opened_on.as_ref().is_some_and(|first| entry.date < Some(first.value));
    if early { Err(Refusal::new(FieldId::Date, Reason::EndsBeforeItBegins)) } else { Ok(()) }
}

/// Whether the fund can bear it, as this replica sees it: not less than nothing is left, and no more than a balance may be.
fn can_be_borne(fund: &Fund, entry: &Entry) -> Result<(), Refusal> {
    in_order(fund, entry)?;
    let too_much = Fen::too_much(FieldId::Amount);
    let balance = fund.ledger().balance.ok_or(too_much)?;
    let left = balance.plus(entry.signed().unwrap_or_default()).ok_or(too_much)?;
    match entry.direction {
        Some(Direction::Out) if left.is_negative() => Err(Refusal::new(FieldId::Amount, Reason::NotNow)),
        Some(Direction::In) if left > Fen::MAX => Err(too_much),
        _ => Ok(()),
    }
}

fn written(id: RecordId, entry: Entry, hand: &Hand) -> Edit {
    let mut edit = Edit::new();
    let entry = Entry { by: Some(hand.worker), at: Some(hand.at), ..entry };
    edit.put(format!("ledger/{id}"), entry.to_scalar());
    edit
}
