//! Rows 11 to 13: a hardship household is paired and gets two looms and a buyer; another begins a trade with 30,000 yuan; the
//! interest of a loan is borne; and the care fund balances to the fen.

use chrono::{Days, NaiveDate};
use lianhu_core::aid::{AidDeed, Application, ApplicationForm, LoanForm, payment};
use lianhu_core::deed::Deed;
use lianhu_core::fund::{EntryForm, Fund, FundDeed, FundForm};
use lianhu_core::plan::{HelpPlan, MeasureForm, PlanDeed, PlanForm};
use lianhu_core::roster::{Role, Roster};
use lianhu_core::{DocId, DocKind, RecordId, WorkerId};
use serde_json::json;

use super::stage::{Actor, Stage};
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;

fn begins(actor: &mut Actor, deed: &dyn Deed) -> Result<DocId, Failure> {
    actor.book.begin(deed).map_err(|why| workbook_failure(&why))
}

fn does(actor: &mut Actor, id: DocId, deed: &dyn Deed) -> Result<(), Failure> {
    actor.book.act(id, deed).map(|_| ()).map_err(|why| workbook_failure(&why))
}

fn reads<T>(actor: &mut Actor, id: DocId, read: fn(&lianhu_core::Document) -> T) -> Result<T, Failure> {
    actor.book.read(id, read).map(|page| page.content).map_err(|why| workbook_failure(&why))
}

/// Plays the scene.
pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let board = stage.phone_of(Role::VillageBoard, &[])?;
    let (helper, lead) = pair(&stage.roster, board.worker).ok_or_else(|| {
        Failure::new(Kind::Input, "nobody in the demo's village is linked to a household and has a branch lead")
    })?;
    let (helper, lead) = (stage.phone(helper)?, stage.phone(lead)?);
    let mut people = People { helper, lead, board };
    help(stage, &mut people)?;
    let fund = people.fund()?;
    let asked = [people.start_up()?, people.subsidy()?];
    people.sync(stage)?;
    for application in asked {
        chain(stage, &mut people, application, fund)?;
    }
    count(stage, &mut people, &asked, fund)
}

/// Somebody linked to a household, and a lead of the same branch: the lead reads what the other writes.
fn pair(roster: &Roster, board: WorkerId) -> Option<(WorkerId, WorkerId)> {
    let linked = |worker: &WorkerId| roster.links.values().any(|link| link.value.worker == Some(*worker));
    let leads: Vec<_> = roster.with_role(Role::BranchLead).filter(|(id, _)| *id != board).collect();
    let members = roster.active_workers().filter(|(id, _)| *id != board && linked(id));
    members.into_iter().find_map(|(member, worker)| {
        let own =
            |lead: &&(WorkerId, &lianhu_core::roster::Worker)| lead.0 != member && lead.1.branch() == worker.branch();
        leads.iter().find(own).map(|lead| (member, lead.0))
    })
}

/// Who helps, who leads the branch, and who keeps the fund.
struct People {
    helper: Actor,
    lead: Actor,
    board: Actor,
}

impl People {
    /// Twice round, so that everybody knows what everybody wrote.
    fn sync(&mut self, stage: &Stage<'_>) -> Result<(), Failure> {
        for _ in 0..2 {
            for actor in [&mut self.helper, &mut self.lead, &mut self.board] {
                stage.sync(actor)?;
            }
        }
        Ok(())
    }

    fn today(&mut self) -> NaiveDate {
        self.helper.book.hand().today
    }

    /// One of the helper's households.
    fn household(&mut self) -> Result<DocId, Failure> {
        let homes = self.helper.book.households().list().map_err(|why| workbook_failure(&why))?;
        let first = homes.first().map(|home| home.id);
        first.ok_or_else(|| Failure::new(Kind::Failed, "the helper's phone holds no household"))
    }

    /// A fund on the board's phone: a gift, and a gift that was entered twice and taken back.
    fn fund(&mut self) -> Result<DocId, Failure> {
        let form = FundForm {
            village: Some(self.board.book.owner().roster),
            name: "党群关爱资金".to_owned(),
            opening: "20,000.00".to_owned(),
            ..FundForm::default()
        };
        let fund = begins(&mut self.board, &FundDeed::Open(form))?;
        let gift = EntryForm {
            direction: "in".to_owned(),
            source: "社会捐赠".to_owned(),
            amount: "15,000.55".to_owned(),
            ..EntryForm::default()
        };
        for _ in 0..2 {
            does(&mut self.board, fund, &FundDeed::Enter(gift.clone()))?;
        }
        let twice = reads(&mut self.board, fund, Fund::read)?.entries.keys().next().copied();
        if let Some(entry) = twice {
            let (date, purpose) = (String::new(), "重复登记，冲销".to_owned());
            does(&mut self.board, fund, &FundDeed::Reverse { entry, date, purpose })?;
        }
        Ok(fund)
    }

    fn applies(&mut self, scheme: &str, asked: &str, loan: Option<LoanForm>) -> Result<DocId, Failure> {
        let form = ApplicationForm {
            village: self.helper.book.owner().roster,
            household: self.household()?,
            applicant: "王某".into(),
            scheme: scheme.to_owned(),
            scheme_other: String::new(),
            asked: asked.to_owned(),
            reason: "想把豆腐坊开起来".into(),
            applied_on: String::new(),
            loan,
        };
        begins(&mut self.helper, &AidDeed::Apply(Box::new(form)))
    }

    fn start_up(&mut self) -> Result<DocId, Failure> {
        self.applies("start_up", "30,000", None)
    }

    fn subsidy(&mut self) -> Result<DocId, Failure> {
        let to = self.today();
        let from = to.checked_sub_days(Days::new(365)).unwrap_or(to);
        let loan = LoanForm {
            principal: "70,000".to_owned(),
            rate: "4.35".to_owned(),
            from: from.to_string(),
            to: to.to_string(),
            ..LoanForm::default()
        };
        self.applies("interest_subsidy", "", Some(loan))
    }
}

/// Two looms and a buyer, offline; the household's word is collected by the lead, because the helper may not.
fn help(stage: &mut Stage<'_>, people: &mut People) -> Result<(), Failure> {
    let form = PlanForm {
        village: people.helper.book.owner().roster,
        household: people.household()?,
        helpers: vec![people.helper.worker],
        causes: vec!["skills".to_owned(), "capital".to_owned()],
        cause_other: String::new().into(),
        goal: "学会织绸，年内有活干".into(),
        review_on: String::new(),
    };
    let plan = begins(&mut people.helper, &PlanDeed::Draft(form))?;
    let due = people.today().checked_add_days(Days::new(20)).unwrap_or_default().to_string();
    for (content, provider, amount) in [("织机两台", "村集体", "6,000"), ("产品包收", "丝织厂", "")] {
        let (content, provider) = (content.into(), provider.into());
        let form =
            MeasureForm { content, provider, amount: amount.to_owned(), due: due.clone(), ..MeasureForm::default() };
        does(&mut people.helper, plan, &PlanDeed::AddMeasure(form))?;
    }
    does(&mut people.helper, plan, &PlanDeed::Begin { on: String::new() })?;
    let measures: Vec<RecordId> = reads(&mut people.helper, plan, HelpPlan::read)?.measures.into_keys().collect();
    for measure in measures {
        let done = PlanDeed::MeasureDone { measure, on: String::new(), result: "已落实".into() };
        does(&mut people.helper, plan, &done)?;
    }
    does(&mut people.helper, plan, &PlanDeed::ReportDone { on: String::new(), effect: "织机已开工".into() })?;
    let word = PlanDeed::Confirm { on: String::new(), yes: true, words: "织机好用，也有人收".into() };
    let own = does(&mut people.helper, plan, &word);
    people.sync(stage)?;
    does(&mut people.lead, plan, &word)?;
    people.sync(stage)?;
    stage.office_does(plan, &json!({ "do": "stabilise" }))?;

    people.sync(stage)?;
    let read = reads(&mut people.helper, plan, HelpPlan::read)?;
    let done = read.measures.values().filter(|measure| measure.done_on.is_some()).count() as u64;
    stage.count(11, "困难户解决的问题（措施已落实）", "problems of hardship households solved by a measure", done);
    stage.count(12, "结对的困难户", "hardship households paired with a plan", u64::from(!read.helping().is_empty()));
    stage.count(12, "措施（两台织机、产品包收）按期落实", "measures done by their day (two looms, a buyer)", done);
    stage.count(12, "户主确认", "confirmations by the household", u64::from(read.confirmed_on().is_some()));
    stage.count(12, "帮扶人自己登记确认被拒", "confirmations refused to the helper", u64::from(own.is_err()));
    Ok(())
}

/// Opinion on the lead's phone, review and publication at the office, an objection and its second review, payment on the
/// board's phone.
fn chain(stage: &Stage<'_>, people: &mut People, application: DocId, fund: DocId) -> Result<(), Failure> {
    does(&mut people.lead, application, &AidDeed::Opinion { supports: true, text: "情况属实".into() })?;
    people.sync(stage)?;
    let asked = reads(&mut people.helper, application, Application::read)?.asked.map(|asked| asked.value.to_string());
    let today = people.today();
    let day = |back: u64| today.checked_sub_days(Days::new(back)).unwrap_or(today).to_string();
    let review = json!({ "do": "review", "amount": asked });
    let publish = json!({ "do": "publish", "from": day(8), "to": day(1) });
    stage.office_does(application, &review)?;
    stage.office_does(application, &publish)?;
    stage.office_does(application, &json!({ "do": "object", "text": "听说已有补助" }))?;
    stage.office_does(application, &review)?;
    stage.office_does(application, &publish)?;
    stage.office_does(application, &json!({ "do": "grant", "amount": asked }))?;
    people.sync(stage)?;
    // Twice, as it happens when nobody is sure whether the first time went through.
    for _ in 0..2 {
        let granted = reads(&mut people.board, application, Application::read)?;
        let both = payment(&granted, fund, "", "").map_err(|why| crate::desk::refused(&why))?;
        let deeds: [(DocId, &dyn Deed); 2] = [(fund, &both.0), (application, &both.1)];
        people.board.book.act_together(&deeds).map_err(|why| workbook_failure(&why))?;
    }
    people.sync(stage)?;
    does(&mut people.helper, application, &AidDeed::Finish { text: "已到账".into() })?;
    people.sync(stage)
}

fn count(stage: &mut Stage<'_>, people: &mut People, asked: &[DocId], fund: DocId) -> Result<(), Failure> {
    let ledger = reads(&mut people.board, fund, Fund::read)?;
    for id in asked {
        let application = reads(&mut people.board, *id, Application::read)?;
        let agreed = u64::from(application.agrees_with(&ledger));
        match application.loans.is_empty() {
            true => stage.count(13, "创业扶助3万元走完全程", "start-up applications of 30,000 yuan paid", agreed),
            false => stage.count(13, "贴息3000元以上已拨付", "interest of more than 3,000 yuan borne", agreed),
        }
    }
    let listed = stage.ask(&format!("/office/v1/lists/fund_entries?doc={fund}&limit=1"))?;
    let entries = listed.get("total").and_then(serde_json::Value::as_u64).unwrap_or_default();
    stage.count(13, "资金收支记录", "entries in the care fund", entries);
    let balances = ledger.ledger().statement(None, None).is_some_and(|statement| statement.balances());
    let whole = balances && !ledger.ledger().needs_keeper();
    stage.count(13, "分毫不差的资金台账", "funds that balance to the fen", u64::from(whole));
    let all = people.board.book.documents(DocKind::Application).map_err(|why| workbook_failure(&why))?.len() as u64;
    stage.count(13, "申请", "applications", all);
    Ok(())
}
