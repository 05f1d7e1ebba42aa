//! `lianhu aid`: applications for aid, on a phone or at the township.

mod shown;

use lianhu_core::aid::{AidChange, AidDeed, Application, ApplicationForm, LoanForm, payment};
use lianhu_core::{DocId, DocKind, Refusal};
use serde_json::json;

use super::told::{acted, begun, record, told};
use crate::args::{AidAction, AidArgs, LoanArgs};
use crate::desk::{Desk, refused};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Does one thing with applications.
pub fn run(talk: Talk, args: &AidArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let desk = &mut desk;
    match &args.action {
        AidAction::List => shown::list(talk, desk),
        AidAction::Show { application } => shown::show(talk, desk, application),
        AidAction::Public => shown::on_the_board(talk, desk),
        AidAction::Totals => shown::totals(talk, desk),
        AidAction::Apply { .. } => apply(talk, desk, &args.action),
        AidAction::Loan { application, loan } => add_loan(talk, desk, application, loan),
        AidAction::Pay { application, fund, receipt, on } => pay(talk, desk, application, fund, receipt, on),
        AidAction::Change { application, applicant, asked, reason } => {
            let private = |typed: &Option<String>| typed.clone().map(Into::into);
            let change = AidChange { applicant: private(applicant), asked: asked.clone(), reason: private(reason) };
            act(talk, desk, application, &AidDeed::Change(change))
        }
        AidAction::Repay { application, loan, amount, on } => {
            let (loan, amount, date) = (record(loan)?, amount.clone(), on.clone());
            act(talk, desk, application, &AidDeed::Repay { loan, amount, date })
        }
        AidAction::ReverseRepayment { application, repayment, on } => {
            let (repayment, date) = (record(repayment)?, on.clone());
            act(talk, desk, application, &AidDeed::ReverseRepayment { repayment, date })
        }
        _ => step(talk, desk, &args.action),
    }
}

/// What moves an application on.
fn step(talk: Talk, desk: &mut Desk, action: &AidAction) -> Result<(), Failure> {
    let (application, deed) = match action {
        AidAction::Opinion { application, text, against } => {
            (application, AidDeed::Opinion { supports: !against, text: text.as_str().into() })
        }
        AidAction::Review { application, amount, text } => {
            (application, AidDeed::Review { amount: amount.clone(), text: text.as_str().into() })
        }
        AidAction::Publish { application, to, from } => {
            (application, AidDeed::Publish { from: from.clone(), to: to.clone() })
        }
        AidAction::Object { application, text } => (application, AidDeed::Object { text: text.as_str().into() }),
        AidAction::Grant { application, amount, on } => {
            (application, AidDeed::Grant { amount: amount.clone(), on: on.clone() })
        }
        AidAction::Decline { application, reason, on } => {
            (application, AidDeed::Decline { reason: reason.as_str().into(), on: on.clone() })
        }
        AidAction::Finish { application, text } => (application, AidDeed::Finish { text: text.as_str().into() }),
        AidAction::Withdraw { application, text } => (application, AidDeed::Withdraw { text: text.as_str().into() }),
        AidAction::Note { application, text } => (application, AidDeed::Note { text: text.as_str().into() }),
        _ => return Ok(()),
    };
    act(talk, desk, application, &deed)
}

fn act(talk: Talk, desk: &mut Desk, said: &str, deed: &AidDeed) -> Result<(), Failure> {
    let (id, _) = desk.named(said, DocKind::Application)?;
    acted(talk, desk, id, deed)
}

fn named(desk: &mut Desk, said: &str) -> Result<Application, Failure> {
    let (_, document) = desk.named(said, DocKind::Application)?;
    Ok(Application::read(&document))
}

/// Every application here.
fn applications(desk: &mut Desk) -> Result<Vec<Application>, Failure> {
    let ids: Vec<DocId> = desk.list(DocKind::Application)?.into_iter().map(|(id, _)| id).collect();
    let documents = ids.into_iter().map(|id| desk.document(id)).collect::<Result<Vec<_>, _>>()?;
    Ok(documents.iter().flatten().map(Application::read).collect())
}

fn loan_form(loan: &LoanArgs) -> LoanForm {
    LoanForm {
        lender: loan.lender.clone(),
        principal: loan.principal.clone().unwrap_or_default(),
        rate: loan.rate.clone(),
        from: loan.loan_from.clone(),
        to: loan.loan_to.clone(),
        rule: loan.rule.clone().unwrap_or_default(),
        interest: loan.interest.clone(),
    }
}

fn apply(talk: Talk, desk: &mut Desk, action: &AidAction) -> Result<(), Failure> {
    let AidAction::Apply { household, applicant, reason, scheme, scheme_other, asked, on, village, loan } = action
    else {
        return Ok(());
    };
    let form = ApplicationForm {
        village: desk.village(village.as_deref())?,
        household: desk.household(household)?,
        applicant: applicant.as_str().into(),
        scheme: scheme.clone(),
        scheme_other: scheme_other.clone(),
        asked: asked.clone(),
        reason: reason.as_str().into(),
        applied_on: on.clone(),
        loan: loan.principal.as_ref().map(|_| loan_form(loan)),
    };
    begun(talk, desk, &AidDeed::Apply(Box::new(form))).map(|_| ())
}

fn add_loan(talk: Talk, desk: &mut Desk, said: &str, loan: &LoanArgs) -> Result<(), Failure> {
    let before = named(desk, said)?;
    act(talk, desk, said, &AidDeed::AddLoan(loan_form(loan)))?;
    let after = named(desk, said)?;
    for (id, loan) in after.loans.iter().filter(|(id, _)| !before.loans.contains_key(id)) {
        let interest = loan.interest.unwrap_or_default();
        talk.say(format!("{id}  {} {interest}", talk.pick("贴息", "interest borne")));
    }
    Ok(())
}

/// The fund's entry first, then the step here; whoever is cut short between the two does it once more.
fn pay(talk: Talk, desk: &mut Desk, said: &str, fund: &str, receipt: &str, on: &str) -> Result<(), Failure> {
    let application = named(desk, said)?;
    let (fund, _) = desk.named(fund, DocKind::Fund)?;
    let (out_of_fund, paid) = payment(&application, fund, on, receipt).map_err(|why: Refusal| refused(&why))?;
    let changed = desk.act_together(&[(fund, &out_of_fund), (application.id, &paid)])?;
    let (after, fund) = (named(desk, said)?, desk.document(fund)?.as_ref().map(lianhu_core::fund::Fund::read));
    if !fund.is_some_and(|fund| after.agrees_with(&fund)) {
        let what = ("台账和申请对不上，请核对", "the fund and the application do not agree: look at both");
        return Err(Failure::new(Kind::Differences, what));
    }
    told(talk, desk, after.id, changed);
    Ok(())
}

/// What a step says, for people and for programs.
fn as_json(application: &Application) -> serde_json::Value {
    let standing = application.course.state;
    json!({
        "document": application.id,
        "household": application.household.as_ref().map(|household| household.value),
        "scheme": application.scheme.as_ref().map(|scheme| scheme.value),
        "asked": application.asked.as_ref().map(|asked| asked.value),
        "state": standing.state,
        "standard": standing.standard,
        "granted": standing.granted,
        "applied_on": application.applied_on.as_ref().map(|day| day.value),
        "decided_on": application.decided_on(),
        "disputed": application.is_disputed(),
    })
}
