//! An application for aid (关爱资金、创业扶助、贴息): from a household's word to the money and its publication.
//!
//! The card says who applies, under which scheme, for how much and why; the reason is never published. Steps `step/<id>`
//! fold into where it stands ([`crate::course`]): branch, town review, publication, decision, payment. A loan whose
//! interest is borne stands here too (`loan/<id>`, `repayment/<id>`), with the figure that was paid, because a household's
//! debts are not for everybody who reads the fund.

mod act;
mod deed;
mod kind;
mod loan;
mod public;
mod record;

use std::collections::BTreeMap;

pub use act::{AidAct, AidActKind, AidStanding, AidState};
pub use deed::{AidChange, AidDeed, ApplicationForm, LoanForm, payment};
pub(crate) use kind::Applications;
pub use loan::{InterestRule, interest};
pub use public::{PublicAid, SchemeTotal, public, totals};
pub use record::{Loan, Repayment};

use chrono::NaiveDate;

use crate::course::{Course, Step};
use crate::document::{Document, Field};
use crate::draft::{Fen, PersonName, Prose, ShortText};
use crate::fund::{Fund, reversals};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::lang::{Lang, codes};
use crate::value::{Key, KeySpec, Value as _, own, record as records, typed};

codes! {
    /// Under which scheme aid is asked for.
    Scheme {
        CareFund = "care_fund", "关爱资金", "care fund";
        StartUp = "start_up", "创业扶助", "start-up support";
        InterestSubsidy = "interest_subsidy", "贴息", "interest subsidy";
        Other = "other", "其他", "another scheme";
    }
}

/// What may stand under the keys of an application.
pub(crate) const SCHEMA: &[KeySpec] = &[
    own::<DocId>("village"),
    own::<WorkerId>("recorded_by"),
    own::<DocId>("household"),
    own::<PersonName>("applicant"),
    own::<Scheme>("scheme"),
    own::<ShortText>("scheme_other"),
    own::<Fen>("asked"),
    own::<Prose>("reason"),
    own::<NaiveDate>("applied_on"),
    records("loan", Loan::is_valid),
    records("repayment", Repayment::is_valid),
    records("step", Step::<AidAct>::is_valid),
    crate::late::SCHEMA_ROW,
];

/// An application as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// Its document.
    pub id: DocId,
    /// The roster of its village.
    pub village: Option<Field<DocId>>,
    /// Who wrote it down.
    pub recorded_by: Option<Field<WorkerId>>,
    /// The household that applies.
    pub household: Option<Field<DocId>>,
    /// The name it applies under, which is published.
    pub applicant: Option<Field<PersonName>>,
    /// The scheme.
    pub scheme: Option<Field<Scheme>>,
    /// What another scheme is called.
    pub scheme_other: Option<Field<ShortText>>,
    /// How much is asked for.
    pub asked: Option<Field<Fen>>,
    /// Why; never published.
    pub reason: Option<Field<Prose>>,
    /// The day of the application.
    pub applied_on: Option<Field<NaiveDate>>,
    /// Loans whose interest is borne.
    pub loans: BTreeMap<RecordId, Loan>,
    /// What was paid back of them.
    pub repayments: BTreeMap<RecordId, Repayment>,
    /// Where it stands, and by which steps.
    pub course: Course<AidAct>,
}

impl Application {
    /// Reads a document of the kind application, in one pass.
    pub fn read(document: &Document) -> Self {
        let mut steps = BTreeMap::new();
        let mut application = Application {
            id: document.id(),
            village: None,
            recorded_by: None,
            household: None,
            applicant: None,
            scheme: None,
            scheme_other: None,
            asked: None,
            reason: None,
            applied_on: None,
            loans: BTreeMap::new(),
            repayments: BTreeMap::new(),
            course: Course::default(),
        };
        for (key, field) in document.list("") {
            match Key::of(&key) {
                Key::Own("village") => application.village = typed(&field),
                Key::Own("recorded_by") => application.recorded_by = typed(&field),
                Key::Own("household") => application.household = typed(&field),
                Key::Own("applicant") => application.applicant = typed(&field),
                Key::Own("scheme") => application.scheme = typed(&field),
                Key::Own("scheme_other") => application.scheme_other = typed(&field),
                Key::Own("asked") => application.asked = typed(&field),
                Key::Own("reason") => application.reason = typed(&field),
                Key::Own("applied_on") => application.applied_on = typed(&field),
                Key::Record(collection, id) => {
                    let Ok(id) = id.parse::<RecordId>() else { continue };
                    match collection {
                        "step" => steps.extend(Step::from_scalar(&field.value).map(|step| (id, step))),
                        "loan" => application.loans.extend(Loan::from_scalar(&field.value).map(|loan| (id, loan))),
                        "repayment" => {
                            let repaid = Repayment::from_scalar(&field.value);
                            application.repayments.extend(repaid.map(|repaid| (id, repaid)));
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        application.course = Course::of(&steps);
        application
    }

    /// Where it stands.
    pub fn state(&self) -> AidState {
        self.course.state.state
    }

    /// What its scheme is called: the township's word for it, where it has one of its own.
    pub fn scheme_label(&self, lang: Lang) -> Option<String> {
        let scheme = self.scheme.as_ref()?.value;
        let own = self.scheme_other.as_ref().filter(|_| scheme == Scheme::Other);
        Some(own.map_or_else(|| scheme.label(lang).to_owned(), |own| own.value.as_str().to_owned()))
    }

    /// What is left to pay back of a loan: less than nothing where two wrote the same repayment down apart. `None` if there
    /// is no such loan.
    pub fn outstanding(&self, loan: RecordId) -> Option<Fen> {
        let principal = self.loans.get(&loan)?.principal?;
        let undoes = |back: &Repayment, wrong: &Repayment| back.amount == wrong.amount && back.loan == wrong.loan;
        let not_counted = reversals(&self.repayments, |repayment| repayment.reverses, undoes);
        let of_loan =
            self.repayments.iter().filter(|(id, repaid)| repaid.loan == Some(loan) && !not_counted.contains_key(id));
        let signed = of_loan.filter_map(|(_, repaid)| match repaid.reverses {
            None => repaid.amount,
            Some(_) => Fen::ZERO.minus(repaid.amount?),
        });
        principal.minus(Fen::sum(signed)?)
    }

    /// The first and last day of the last publication.
    pub fn published(&self) -> Option<(NaiveDate, NaiveDate)> {
        let published = self.course.standing().filter_map(|(_, act)| match act {
            AidAct::Publish { from, to } => Some((*from, *to)),
            _ => None,
        });
        published.last()
    }

    /// The day it was granted or declined.
    pub fn decided_on(&self) -> Option<NaiveDate> {
        let decided = self.course.standing().filter_map(|(_, act)| match act {
            AidAct::Grant { on, .. } | AidAct::Decline { on, .. } => Some(*on),
            _ => None,
        });
        decided.last()
    }

    /// How it was paid: the fund, its entry, and the day.
    pub fn paid(&self) -> Option<(DocId, RecordId, NaiveDate)> {
        let paid = self.course.standing().filter_map(|(_, act)| match act {
            AidAct::Pay { fund, entry, on, .. } => Some((*fund, *entry, *on)),
            _ => None,
        });
        paid.last()
    }

    /// Whether the fund says what this application says: it is paid by an entry of this fund that counts, of the amount that
    /// was granted, and nobody took it back.
    pub fn agrees_with(&self, fund: &Fund) -> bool {
        let Some((paid_from, entry, _)) = self.paid() else { return false };
        let ledger = fund.ledger();
        let same = ledger.counted().any(|line| line.id == entry && line.entry.amount == self.course.state.granted);
        paid_from == fund.id && same && !ledger.is_reversed(entry)
    }

    /// Whether two acted apart and the step of one has no effect (it was paid while the household withdrew): a person looks
    /// at it.
    pub fn is_disputed(&self) -> bool {
        self.course.has_overtaken()
    }
}

#[cfg(test)]
mod tests;
