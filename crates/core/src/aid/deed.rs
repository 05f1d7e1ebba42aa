//! What people do to an application.

use serde::Deserialize;

use crate::aid::{AidAct, AidState, Application, InterestRule, Loan, Repayment, Scheme, interest};
use crate::deadline::Terms;
use crate::deed::{Deed, Hand};
use crate::document::{Document, Edit};
use crate::draft::{Fen, FieldId, PersonName, Prose, Rate, Reason, Refusal, ShortText, parse_date, require};
use crate::fund::{FundDeed, PaymentForm, payment_entry};
use crate::ids::{DocId, DocKind, RecordId};
use crate::lang::Lang;
use crate::private::Private;
use crate::value::Value as _;

/// An application as it is made. Amounts are yuan as typed, days as typed; where one may be left out it is today.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationForm {
    /// The roster of its village.
    pub village: DocId,
    /// The household that applies.
    pub household: DocId,
    /// The name it applies under; needed, and published.
    pub applicant: Private<String>,
    /// The code of a [`Scheme`]; needed.
    pub scheme: String,
    /// What another scheme is called; needed for `other`.
    #[serde(default)]
    pub scheme_other: String,
    /// How much is asked for; with a loan, its interest if nothing is said.
    #[serde(default)]
    pub asked: String,
    /// Why; needed, never published.
    pub reason: Private<String>,
    /// The day of the application.
    #[serde(default)]
    pub applied_on: String,
    /// The loan whose interest is to be borne.
    #[serde(default)]
    pub loan: Option<LoanForm>,
}

/// A loan as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoanForm {
    /// Who lends.
    pub lender: String,
    /// How much was lent; needed.
    pub principal: String,
    /// Per cent a year; needed.
    pub rate: String,
    /// From when interest is borne; needed.
    pub from: String,
    /// Until when; this day bears none. Needed.
    pub to: String,
    /// The code of an [`InterestRule`]; the township's rule (`lianhu rules`) if left out.
    pub rule: String,
    /// The figure the bank reckoned, where it is to hold instead of one reckoned here.
    pub interest: String,
}

/// What is to change on an application that nobody has dealt with yet; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AidChange {
    /// The name it applies under.
    pub applicant: Option<Private<String>>,
    /// How much is asked for.
    pub asked: Option<String>,
    /// Why.
    pub reason: Option<Private<String>>,
}

/// What people do to an application.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum AidDeed {
    /// Makes one.
    Apply(Box<ApplicationForm>),
    /// Changes its card, before the branch has said anything.
    Change(AidChange),
    /// Adds a loan whose interest is to be borne.
    AddLoan(LoanForm),
    /// Writes down what was paid back of a loan.
    Repay {
        /// Which loan.
        loan: RecordId,
        /// How much.
        amount: String,
        /// The day.
        #[serde(default)]
        date: String,
    },
    /// Takes a wrong repayment back.
    ReverseRepayment {
        /// Which.
        repayment: RecordId,
        /// The day.
        #[serde(default)]
        date: String,
    },
    /// The branch says what it thinks.
    Opinion {
        /// Whether it supports the application.
        supports: bool,
        /// Its words; needed.
        text: Private<String>,
    },
    /// The town has looked at it.
    Review {
        /// The amount it comes to; needed.
        amount: String,
        /// Its words.
        #[serde(default)]
        text: Private<String>,
    },
    /// It hangs on the board.
    Publish {
        /// The first day.
        #[serde(default)]
        from: String,
        /// The last day; needed.
        to: String,
    },
    /// Somebody objects.
    Object {
        /// What was said; needed.
        text: Private<String>,
    },
    /// It is granted.
    Grant {
        /// How much; needed, no more than was published.
        amount: String,
        /// The day, after the last of the publication.
        #[serde(default)]
        on: String,
    },
    /// It is not granted.
    Decline {
        /// Why; needed.
        reason: Private<String>,
        /// The day.
        #[serde(default)]
        on: String,
    },
    /// It is paid out of a fund: what was granted, by the entry that bears this application's name ([`payment`]).
    Pay {
        /// The fund.
        fund: DocId,
        /// The day.
        #[serde(default)]
        on: String,
    },
    /// The household has it.
    Finish {
        /// What is to be said.
        #[serde(default)]
        text: Private<String>,
    },
    /// The household takes it back.
    Withdraw {
        /// Why, if it says.
        #[serde(default)]
        text: Private<String>,
    },
    /// A note.
    Note {
        /// The note; needed.
        text: Private<String>,
    },
}

/// Pays a granted application out of a fund: the fund's deed and the application's, in this order. Both name the same
/// amount and entry, and each writes nothing when it is done again, so whoever is interrupted does both once more.
pub fn payment(
    application: &Application,
    fund: DocId,
    on: &str,
    receipt: &str,
) -> Result<(FundDeed, AidDeed), Refusal> {
    let refusal = Refusal::new(FieldId::Payment, Reason::NotNow);
    let ready = matches!(application.state(), AidState::Granted | AidState::Paid | AidState::Done);
    let elsewhere = application.paid().is_some_and(|(paid_from, ..)| paid_from != fund);
    let granted = application.course.state.granted.filter(|_| ready && !elsewhere).ok_or(refusal)?;
    let form = PaymentForm {
        application: application.id,
        amount: granted.to_string(),
        date: on.to_owned(),
        receipt: receipt.to_owned(),
        purpose: application.scheme_label(Lang::Zh).ok_or(refusal)?,
    };
    Ok((FundDeed::Pay(form), AidDeed::Pay { fund, on: on.to_owned() }))
}

impl Deed for AidDeed {
    fn kind(&self) -> DocKind {
        DocKind::Application
    }

    fn begins(&self, hand: &Hand) -> Option<DocId> {
        matches!(self, AidDeed::Apply(_)).then(|| hand.document(DocKind::Application))
    }

    fn village(&self) -> Option<DocId> {
        match self {
            AidDeed::Apply(form) => Some(form.village),
            _ => None,
        }
    }

    fn edit(&self, document: &Document, hand: &Hand) -> Result<Edit, Refusal> {
        self.edit_under(document, hand, Terms::usual())
    }

    fn edit_under(&self, document: &Document, hand: &Hand, terms: &Terms) -> Result<Edit, Refusal> {
        let read = Application::read(document);
        let act = match self {
            AidDeed::Apply(form) => return apply(document, form, hand, terms),
            AidDeed::Change(change) => return changed(&read, change),
            AidDeed::AddLoan(form) => return Ok(added(hand, &loan(form, terms)?)),
            AidDeed::Repay { loan, amount, date } => return repay(&read, *loan, amount, date, hand),
            AidDeed::ReverseRepayment { repayment, date } => return reverse_repayment(&read, *repayment, date, hand),
            AidDeed::Pay { fund, on } => return pay(&read, *fund, on, hand),
            AidDeed::Opinion { supports, text } => {
                AidAct::Opinion { supports: *supports, text: Prose::parse(FieldId::Opinion, text)? }
            }
            AidDeed::Review { amount, text } => AidAct::Review {
                amount: Fen::parse_some(FieldId::Standard, amount)?,
                text: Prose::parse_optional(FieldId::Text, text)?,
            },
            AidDeed::Publish { from, to } => {
                let (from, to) = (hand.day(FieldId::From, from)?, parse_date(FieldId::To, to)?);
                in_order(from, to)?;
                AidAct::Publish { from, to }
            }
            AidDeed::Object { text } => AidAct::Object { text: Prose::parse(FieldId::Objection, text)? },
            AidDeed::Grant { amount, on } => return grant(&read, amount, on, hand),
            AidDeed::Decline { reason, on } => {
                AidAct::Decline { reason: Prose::parse(FieldId::Reason, reason)?, on: hand.day(FieldId::Date, on)? }
            }
            AidDeed::Finish { text } => AidAct::Finish { text: Prose::parse_optional(FieldId::Text, text)? },
            AidDeed::Withdraw { text } => AidAct::Withdraw { text: Prose::parse_optional(FieldId::Reason, text)? },
            AidDeed::Note { text } => AidAct::Note { text: Prose::parse(FieldId::Text, text)? },
        };
        read.course.taken(hand, act)
    }
}

fn in_order(from: chrono::NaiveDate, to: chrono::NaiveDate) -> Result<(), Refusal> {
    if from <= to { Ok(()) } else { Err(Refusal::new(FieldId::To, Reason::EndsBeforeItBegins)) }
}

fn apply(document: &Document, form: &ApplicationForm, hand: &Hand, terms: &Terms) -> Result<Edit, Refusal> {
    if !document.is_blank() {
        return Err(Refusal::new(FieldId::Step, Reason::NotNow));
    }
    let typed = Some(form.scheme.trim()).filter(|typed| !typed.is_empty());
    let scheme = Scheme::parse(require(FieldId::Scheme, typed)?);
    let scheme = scheme.ok_or(Refusal::new(FieldId::Scheme, Reason::NotAChoice))?;
    let other = ShortText::parse_optional(FieldId::SchemeOther, &form.scheme_other)?;
    if scheme == Scheme::Other && other.is_none() {
        return Err(Refusal::new(FieldId::SchemeOther, Reason::Missing));
    }
    let loan = form.loan.as_ref().map(|form| loan(form, terms)).transpose()?;
    let borne = loan.as_ref().and_then(|loan| loan.interest).filter(|_| form.asked.trim().is_empty());
    let asked = borne.map_or_else(|| Fen::parse_some(FieldId::Asked, &form.asked), Ok)?;
    let mut edit = Edit::new();
    edit.put_value("village", Some(&form.village));
    edit.put_value("recorded_by", Some(&hand.worker));
    edit.put_value("household", Some(&form.household));
    edit.put_value("applicant", Some(&PersonName::parse(FieldId::Applicant, &form.applicant)?));
    edit.put_value("scheme", Some(&scheme));
    edit.put_value("scheme_other", other.as_ref());
    edit.put_value("asked", Some(&asked));
    edit.put_value("reason", Some(&Prose::parse(FieldId::Reason, &form.reason)?));
    edit.put_value("applied_on", Some(&hand.day(FieldId::AppliedOn, &form.applied_on)?));
    if let Some(loan) = &loan {
        edit.extend(added(hand, loan));
    }
    Ok(edit)
}

/// What the branch has spoken about is not changed under its hands: it is withdrawn and made anew.
fn changed(application: &Application, change: &AidChange) -> Result<Edit, Refusal> {
    if application.state() != AidState::Applied {
        return Err(Refusal::new(FieldId::Applicant, Reason::NotNow));
    }
    let applicant = change.applicant.as_ref().map(|typed| PersonName::parse(FieldId::Applicant, typed)).transpose()?;
    let asked = change.asked.as_ref().map(|typed| Fen::parse_some(FieldId::Asked, typed)).transpose()?;
    let reason = change.reason.as_ref().map(|typed| Prose::parse(FieldId::Reason, typed)).transpose()?;
    let mut edit = Edit::new();
    edit.put_value("applicant", applicant.as_ref());
    edit.put_value("asked", asked.as_ref());
    edit.put_value("reason", reason.as_ref());
    Ok(edit)
}

/// The figure that was typed holds; otherwise the rule reckons it.
fn loan(form: &LoanForm, terms: &Terms) -> Result<Loan, Refusal> {
    let principal = Fen::parse_some(FieldId::Principal, &form.principal)?;
    let rate = Rate::parse(FieldId::Rate, &form.rate)?;
    let (from, to) = (parse_date(FieldId::From, &form.from)?, parse_date(FieldId::To, &form.to)?);
    in_order(from, to)?;
    let rule = match form.rule.trim() {
        "" => terms.rules.interest,
        typed => InterestRule::parse(typed).ok_or(Refusal::new(FieldId::Rule, Reason::NotAChoice))?,
    };
    let typed = Fen::parse_optional(FieldId::Interest, &form.interest)?;
    let too_much = Fen::too_much(FieldId::Interest);
    let reckoned = interest(principal, rate, from, to, rule).filter(|fen| *fen <= Fen::MAX).ok_or(too_much);
    Ok(Loan {
        lender: ShortText::parse_optional(FieldId::Lender, &form.lender)?,
        principal: Some(principal),
        rate: Some(rate),
        from: Some(from),
        to: Some(to),
        rule: Some(rule).filter(|_| typed.is_none()),
        interest: Some(typed.map_or(reckoned, Ok)?),
        ..Loan::default()
    })
}

fn added(hand: &Hand, loan: &Loan) -> Edit {
    let mut edit = Edit::new();
    let loan = Loan { by: Some(hand.worker), at: Some(hand.at), ..loan.clone() };
    edit.put(format!("loan/{}", hand.record(0)), loan.to_scalar());
    edit
}

fn repay(application: &Application, loan: RecordId, amount: &str, date: &str, hand: &Hand) -> Result<Edit, Refusal> {
    let outstanding = application.outstanding(loan).ok_or(Refusal::new(FieldId::Loan, Reason::NotThere))?;
    let amount = Fen::parse_some(FieldId::Repayment, amount)?;
    if amount > outstanding {
        return Err(Refusal::new(FieldId::Repayment, Reason::NotNow));
    }
    let date = Some(hand.day(FieldId::Date, date)?);
    Ok(repaid(hand, Repayment { loan: Some(loan), amount: Some(amount), date, ..Repayment::default() }))
}

fn reverse_repayment(application: &Application, id: RecordId, date: &str, hand: &Hand) -> Result<Edit, Refusal> {
    let refusal = |reason| Refusal::new(FieldId::Repayment, reason);
    let wrong = application.repayments.get(&id).ok_or(refusal(Reason::NotThere))?;
    let taken_back = application.repayments.values().any(|other| other.reverses == Some(id));
    if wrong.reverses.is_some() || taken_back {
        return Err(refusal(Reason::NotNow));
    }
    let date = Some(hand.day(FieldId::Date, date)?);
    let back = Repayment { loan: wrong.loan, amount: wrong.amount, date, reverses: Some(id), ..Repayment::default() };
    Ok(repaid(hand, back))
}

fn repaid(hand: &Hand, repayment: Repayment) -> Edit {
    let mut edit = Edit::new();
    let repayment = Repayment { by: Some(hand.worker), at: Some(hand.at), ..repayment };
    edit.put(format!("repayment/{}", hand.record(0)), repayment.to_scalar());
    edit
}

/// After the last day of the publication, and no more than was published.
fn grant(application: &Application, amount: &str, on: &str, hand: &Hand) -> Result<Edit, Refusal> {
    let act = AidAct::Grant { amount: Fen::parse_some(FieldId::Granted, amount)?, on: hand.day(FieldId::Date, on)? };
    let standing = application.course.state;
    if let (AidState::Published, AidAct::Grant { amount, on }) = (standing.state, &act) {
        if standing.until.is_some_and(|until| *on <= until) {
            return Err(Refusal::new(FieldId::Date, Reason::NotNow));
        }
        if standing.standard.is_some_and(|standard| *amount > standard) {
            return Err(Refusal::new(FieldId::Granted, Reason::NotNow));
        }
    }
    application.course.taken(hand, act)
}

/// Done again with the same fund, it writes nothing.
fn pay(application: &Application, fund: DocId, on: &str, hand: &Hand) -> Result<Edit, Refusal> {
    let refusal = Refusal::new(FieldId::Payment, Reason::NotNow);
    if fund.kind() != DocKind::Fund {
        return Err(Refusal::new(FieldId::Payment, Reason::NotThere));
    }
    let entry = payment_entry(application.id);
    if let Some((paid_from, ..)) = application.paid() {
        return if paid_from == fund { Ok(Edit::new()) } else { Err(refusal) };
    }
    let amount = application.course.state.granted.ok_or(refusal)?;
    application.course.taken(hand, AidAct::Pay { fund, entry, amount, on: hand.day(FieldId::Date, on)? })
}
