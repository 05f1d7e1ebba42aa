//! Help plans, care funds and applications as they are typed: on phones without a township, and at the township.

use clap::Parser as _;
use lianhu_core::aid::{AidState, Application};
use lianhu_core::draft::Fen;
use lianhu_core::fund::Fund;
use lianhu_core::plan::{HelpPlan, Status};
use lianhu_core::{DocId, DocKind};

use super::*;
use crate::args::Cli;

const HELPER: &str = "han.db";
const LEAD: &str = "cao.db";
const BOARD: &str = "meng.db";

/// A village whose people have posts, and a phone for each of three.
struct Village {
    desk: Desk,
}

impl Village {
    fn new() -> Self {
        let desk = Desk::new();
        desk.put(
            "members.csv",
            "行政村,姓名,出生年月,电话,职务,党支部\n庆胜村,韩珠,1965-04,15400000001,联户党员,一支部\n\
             庆胜村,曹兰月,1976-10,15400000002,支部书记,一支部\n庆胜村,孟莲,1980-01,15400000003,村委会委员,一支部\n",
        );
        desk.import();
        let town = open_town(&desk.place("township")).unwrap();
        let phones = [(HELPER, "韩珠"), (LEAD, "曹兰月"), (BOARD, "孟莲")].map(|(phone, who)| {
            let worker = super::super::code::find(&town, who).unwrap();
            (phone, town.new_code(worker, 1).unwrap().unwrap())
        });
        serving(town, |server| {
            for (phone, code) in &phones {
                desk.device(phone, enrol(server, code)).unwrap();
                desk.device(phone, DeviceAction::Sync).unwrap();
            }
        });
        Village { desk }
    }

    /// Every phone once, and the first ones again, so that all of them know all.
    fn sync(&self) {
        let town = open_town(&self.desk.place("township")).unwrap();
        serving(town, |server| {
            for phone in [HELPER, LEAD, BOARD, HELPER, LEAD] {
                let mut book = open_workbook(&self.desk.at(phone), System).unwrap();
                book.sync(&mut Line::to(server)).unwrap();
            }
        });
    }

    /// What is typed after `lianhu`; at the township where no phone is named.
    fn types(&self, phone: Option<&str>, words: &[&str]) -> Result<(), Failure> {
        let (flag, path) = match phone {
            Some(phone) => ("--workbook", self.desk.at(phone)),
            None => ("--dir", self.desk.at("township")),
        };
        let path = path.to_string_lossy().into_owned();
        let typed = [&["lianhu", "--json"], words, &[flag, &path]].concat();
        crate::run(&Cli::try_parse_from(typed).unwrap_or_else(|why| panic!("{why}")))
    }

    fn on(&self, phone: &str, words: &[&str]) {
        self.types(Some(phone), words).unwrap_or_else(|why| panic!("{words:?}: {}", why.told(Tongue::En)));
    }

    fn at_the_township(&self, words: &[&str]) {
        self.types(None, words).unwrap_or_else(|why| panic!("{words:?}: {}", why.told(Tongue::En)));
    }

    /// The one document of a kind on a phone.
    fn held(&self, phone: &str, kind: DocKind) -> String {
        let book = open_workbook(&self.desk.at(phone), System).unwrap();
        let documents = book.documents(kind).unwrap();
        assert_eq!(documents.len(), 1);
        documents[0].id.to_string()
    }

    fn recorded(&self, id: &str) -> lianhu_core::Document {
        let id: DocId = id.parse().unwrap();
        open_town(&self.desk.place("township")).unwrap().document(id).unwrap()
    }
}

#[test]
fn a_plan_is_drawn_up_and_reported_offline_and_confirmed_by_somebody_else() {
    let village = Village::new();
    village.on(HELPER, &["plan", "draft", "1组1号", "两台织机，年内有活干", "--cause", "skills", "--helper", "韩珠"]);
    let plan = village.held(HELPER, DocKind::HelpPlan);
    village.on(HELPER, &["plan", "measure", &plan, "织机两台", "--due", "2026-12-31", "--amount", "6,000"]);
    village.on(HELPER, &["plan", "begin", &plan]);
    let mut book = open_workbook(&village.desk.at(HELPER), System).unwrap();
    let read = book.read(plan.parse().unwrap(), HelpPlan::read).unwrap().content;
    let measure = read.measures.keys().next().unwrap().to_string();
    drop(book);
    village.on(HELPER, &["plan", "measure-done", &plan, &measure, "--result", "已装好"]);
    village.on(HELPER, &["plan", "report", &plan, "织机已开工"]);
    village.on(HELPER, &["plan", "list"]);
    village.on(HELPER, &["plan", "show", &plan]);
    let own = village.types(Some(HELPER), &["plan", "confirm", &plan, "好用"]).unwrap_err();
    assert_eq!(own.kind(), Kind::Input);
    assert!(own.told(Tongue::Zh).contains("报办分离") && own.told(Tongue::En).contains("somebody else"));
    village.sync();
    village.on(LEAD, &["plan", "confirm", &plan, "好用"]);
    village.on(LEAD, &["plan", "stabilise", &plan]);
    village.sync();
    village.at_the_township(&["plan", "show", &plan]);
    village.at_the_township(&["plan", "review", &plan, "稳定", "--next", "2099-06-01"]);
    village.at_the_township(&["plan", "end", &plan]);
    let read = HelpPlan::read(&village.recorded(&plan));
    assert_eq!((read.status(), read.confirmed_on().is_some(), read.is_disputed()), (Status::Ended, true, false));
    let amounts: Vec<_> = read.measures.values().map(|measure| measure.amount.as_ref().unwrap().value).collect();
    assert_eq!(amounts, [Fen::new(600_000)]);
}

#[test]
fn an_application_goes_from_the_members_phone_to_the_money_and_the_fund_balances() {
    let village = Village::new();
    let loan = ["--principal", "70000", "--rate", "4.35", "--loan-from", "2025-11-01", "--loan-to", "2026-11-01"];
    let apply = ["aid", "apply", "1组1号", "邱国兴", "养蚕贷款", "--scheme", "interest_subsidy"];
    village.on(HELPER, &[&apply[..], &loan].concat());
    let application = village.held(HELPER, DocKind::Application);
    village.on(BOARD, &["fund", "open", "联户关爱资金", "--opening", "5,000", "--on", "2020-01-01"]);
    let fund = village.held(BOARD, DocKind::Fund);
    village.on(BOARD, &["fund", "in", &fund, "1,000.55", "社会捐赠", "--donor", "某厂"]);
    village.sync();
    village.on(LEAD, &["aid", "opinion", &application, "情况属实"]);
    village.sync();
    village.at_the_township(&["aid", "review", &application, "3045"]);
    village.at_the_township(&["aid", "publish", &application, "--from", "2020-01-01", "--to", "2020-01-08"]);
    village.at_the_township(&["aid", "public"]);
    village.at_the_township(&["aid", "grant", &application, "3045"]);
    village.sync();
    let too_early = village.types(Some(BOARD), &["aid", "finish", &application]).unwrap_err();
    assert_eq!(too_early.kind(), Kind::Input);
    for _ in 0..2 {
        village.on(BOARD, &["aid", "pay", &application, "--fund", &fund, "--receipt", "凭0031"]);
    }
    village.sync();
    village.at_the_township(&["aid", "pay", &application, "--fund", &fund]);
    village.at_the_township(&["aid", "finish", &application]);
    let (paid, ledger) = (Application::read(&village.recorded(&application)), Fund::read(&village.recorded(&fund)));
    assert_eq!((paid.state(), paid.agrees_with(&ledger)), (AidState::Done, true));
    assert_eq!((ledger.entries.len(), ledger.ledger().balance), (2, Some(Fen::new(295_555))));
    for words in [
        &["fund", "list"][..],
        &["fund", "statement", &fund],
        &["fund", "statement", &fund, "--from", "2020-01-02", "--to", "2099-12-31"],
        &["fund", "totals"],
        &["fund", "public", &fund],
        &["aid", "list"],
        &["aid", "show", &application],
        &["aid", "totals"],
    ] {
        village.at_the_township(words);
        village.on(BOARD, words);
    }
}

#[test]
fn a_wrong_entry_is_taken_back_and_an_empty_fund_pays_nothing() {
    let village = Village::new();
    village.at_the_township(&["fund", "open", "镇关爱资金", "--opening", "0", "--of-the-town"]);
    let town = open_town(&village.desk.place("township")).unwrap();
    let fund = town.documents_of(DocKind::Fund).unwrap()[0].to_string();
    drop(town);
    let out = village.types(None, &["fund", "out", &fund, "1", "慰问"]).unwrap_err();
    assert_eq!(out.kind(), Kind::Input);
    village.at_the_township(&["fund", "in", &fund, "500", "财政"]);
    let entry = Fund::read(&village.recorded(&fund)).entries.keys().next().unwrap().to_string();
    village.at_the_township(&["fund", "reverse", &fund, &entry, "重复登记"]);
    let again = village.types(None, &["fund", "reverse", &fund, &entry, "重复登记"]).unwrap_err();
    assert_eq!(again.kind(), Kind::Input);
    let no_id = village.types(None, &["fund", "reverse", &fund, "?", "重复登记"]).unwrap_err();
    assert!(no_id.told(Tongue::Zh).contains("编号"));
    assert_eq!(Fund::read(&village.recorded(&fund)).ledger().balance, Some(Fen::ZERO));
    let theirs = village.types(Some(BOARD), &["fund", "open", "我的", "--opening", "0", "--of-the-town"]).unwrap_err();
    assert_eq!(theirs.kind(), Kind::Input, "the town's own fund is the town desk's");
    village.sync();
    let book = open_workbook(&village.desk.at(BOARD), System).unwrap();
    assert!(book.documents(DocKind::Fund).unwrap().is_empty(), "and is read at the office alone");
}
