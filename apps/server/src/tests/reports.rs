//! Reports: what the tables say is what the documents say, whoever wrote what, apart or together; and a phone that holds
//! the same documents counts the same.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use lianhu_core::deed::{Deed, NotADeed, from_json};
use lianhu_core::groups::Group;
use lianhu_core::household::{self, CardForm, CareTag, Household, HouseholdDraft, Met, Residence, VisitForm};
use lianhu_core::report::{self, Asked, Facts, Figure, Period, Report, ReportId, Scope};
use lianhu_core::roster::{self, RosterDraft, RosterForm};
use lianhu_core::views::{Row, project};
use lianhu_core::{DocId, DocKind, Edit};
use lianhu_store::Reader;
use lianhu_sync::ports::Township as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::wire::Served;
use super::world::{BOARD, DAY, LEAD, LI, Phone, WANG, World, ZHAO, day, home, link_from, sent, village, worker};
use crate::gate::OFFICE;
use crate::{Erase, projection};

/// What begins a document. `V` is the village, `H` a household, `W` Wang, `L` Li.
const BEGINS: &[(DocKind, &str)] = &[
    (
        DocKind::Matter,
        r#"{"do":"raise","village":"V","date":"2026-11-03","title":"河道垃圾","category":"水利","place":"东河","kind":"complaint"}"#,
    ),
    (
        DocKind::Matter,
        r#"{"do":"raise","village":"V","title":"求助","category":"困难帮扶","household":"H","kind":"help"}"#,
    ),
    (
        DocKind::Matter,
        r#"{"do":"raise","village":"V","date":"2026-10-20","title":"路灯","category":"公共安全","place":"桥头"}"#,
    ),
    (DocKind::Meeting, r#"{"do":"call","village":"V","kind":"review","date":"2026-11-20","chair":"W"}"#),
    (
        DocKind::Pledge,
        r#"{"do":"begin","worker":"W","year":2026,"village":"V","place":"12号摊位","items":[{"content":"明码标价","measured_by":"抽查","baseline":"无","due":"2026-11-15"},{"content":"缺一罚十","measured_by":"复秤","baseline":"4起","due":"2026-12-31"}]}"#,
    ),
    (
        DocKind::HelpPlan,
        r#"{"do":"draft","village":"V","household":"H","helpers":["W"],"causes":["skills"],"goal":"学会织布"}"#,
    ),
    (DocKind::Fund, r#"{"do":"open","village":"V","name":"关爱资金","opening":"20,000.00","opened_on":"2026-01-01"}"#),
];

/// What is done to it then.
const THEN: &[(DocKind, &[&str])] = &[
    (
        DocKind::Matter,
        &[
            r#"{"do":"submit"}"#,
            r#"{"do":"analyse"}"#,
            r#"{"do":"assign","owner":"W","due":"2026-11-24","level":"village"}"#,
            r#"{"do":"post","on":"2026-11-12"}"#,
            r#"{"do":"accept"}"#,
            r#"{"do":"start"}"#,
            r#"{"do":"done","text":"已清理"}"#,
            r#"{"do":"feedback","way":"visit"}"#,
            r#"{"do":"evaluate","solved":"no","satisfaction":"not","text":"还有"}"#,
            r#"{"do":"reopen","text":"还有垃圾"}"#,
            r#"{"do":"done","text":"又清理"}"#,
            r#"{"do":"feedback","way":"phone"}"#,
            r#"{"do":"evaluate","solved":"yes","satisfaction":"satisfied"}"#,
            r#"{"do":"close","closing":"substantive"}"#,
            r#"{"do":"park","text":"等规划","on":"2026-11-30"}"#,
            r#"{"do":"withdraw"}"#,
            r#"{"do":"refer_out","to":"12345"}"#,
            r#"{"do":"amend","category":"交通","place":"桥头"}"#,
            r#"{"do":"merge","into":"M"}"#,
        ],
    ),
    (
        DocKind::Meeting,
        &[
            r#"{"do":"hold"}"#,
            r#"{"do":"ballot","satisfied":9,"basically":2,"not":1,"no_answer":3}"#,
            r#"{"do":"ballot","matter":"M","satisfied":7,"yes":6,"no":1}"#,
            r#"{"do":"cancel","reason":"台风"}"#,
            r#"{"do":"change","date":"2026-11-07"}"#,
        ],
    ),
    (
        DocKind::Pledge,
        &[
            r#"{"do":"approve"}"#,
            r#"{"do":"publish","on":"2026-11-03"}"#,
            r#"{"do":"start"}"#,
            r#"{"do":"close","outcome":"kept"}"#,
            r#"{"do":"item","item":{"content":"代收包裹","measured_by":"登记簿","baseline":"无","due":"2026-11-30"}}"#,
        ],
    ),
    (
        DocKind::HelpPlan,
        &[
            r#"{"do":"add_measure","kind":"生产资料","content":"织机两台","provider":"村集体","amount":"6,000","due":"2026-11-20"}"#,
            r#"{"do":"begin","on":"2026-11-01"}"#,
            r#"{"do":"report_done","effect":"织机已开工"}"#,
            r#"{"do":"end_early","reason":"举家外迁"}"#,
        ],
    ),
    (
        DocKind::Fund,
        &[
            r#"{"do":"enter","direction":"in","source":"社会捐赠","donor":"某公司","amount":"10000","receipt":"收0012"}"#,
            r#"{"do":"enter","direction":"in","source":"党员捐款","amount":"123.45","date":"2026-11-02"}"#,
            r#"{"do":"enter","direction":"out","purpose":"慰问困难户","amount":"8,000.55","date":"2026-11-03"}"#,
            r#"{"do":"rename","name":"庆胜村关爱资金"}"#,
        ],
    ),
];

/// A deed with the names in it filled in.
fn deed(kind: DocKind, json: &str, matter: DocId, number: u8) -> Option<Box<dyn Deed + Send>> {
    let quoted = |id: &dyn std::fmt::Display| format!("\"{id}\"");
    let json = json
        .replace("\"V\"", &quoted(&village()))
        .replace("\"H\"", &quoted(&home(number)))
        .replace("\"W\"", &quoted(&worker(WANG)))
        .replace("\"L\"", &quoted(&worker(LI)))
        .replace("\"M\"", &quoted(&matter));
    from_json(kind, &json).ok()
}

/// One thing that happens: who, what, to which, on which day. Everything is possible; what is refused is refused.
type Event = (u8, u8, u8, u8);

/// A township in which anything may happen, with a phone for each worker.
struct Random {
    world: World,
    phones: Vec<Phone>,
    homes: u8,
    begun: Vec<DocId>,
    /// How far each has come on its usual way: the order of [`THEN`].
    come: BTreeMap<DocId, usize>,
}

impl Random {
    fn new() -> Self {
        let world = World::new();
        world.keeps(Group::Care);
        let form = RosterForm { name: "桃园村".into(), town: "新塍镇".into(), ..RosterForm::default() };
        let other = roster::roster_id("新塍镇", "桃园村");
        world.office(other, roster::create(&RosterDraft::new(&form).unwrap()));
        let phones = [WANG, LI, ZHAO, LEAD, BOARD].map(|number| world.phone(number));
        let mut random = Random { world, phones: phones.into(), homes: 2, begun: Vec::new(), come: BTreeMap::new() };
        (0..5).for_each(|who| random.sync(who));
        random
    }

    fn sync(&mut self, who: usize) {
        self.world.sync(&mut self.phones[who]);
    }

    /// The office writes, if there is anything to write.
    fn office(&self, doc: DocId, edit: &Edit) {
        let _ = self.world.town.write(doc, |_| Ok::<_, crate::ActError>(edit.clone()));
    }

    fn home(&self, which: u8) -> DocId {
        home(1 + which % self.homes)
    }

    /// Does something where it is possible.
    fn happen(&mut self, (who, what, which, on): Event) {
        let (phone, here) = (usize::from(who % 5), self.home(which));
        let date = day(&format!("2026-11-{:02}", 1 + on % 25));
        match what % 16 {
            0 | 1 => self.a_household(which, on),
            2 => {
                let residence = Residence::ALL[usize::from(on) % Residence::ALL.len()];
                let form = CardForm { residence: Some(residence), ..CardForm::default() };
                let _ = self.phones[phone].households().change(here, &form);
            }
            3 => {
                let edit = household::care(CareTag::ALL[usize::from(on) % 3], which % 4 > 0);
                self.office(here, &edit);
            }
            4 | 5 => {
                let met = (on.is_multiple_of(4)).then_some(Met::Nobody);
                let form =
                    VisitForm { date: Some(date), met, note: "来过".to_owned().into(), ..VisitForm::default() };
                let _ = self.phones[phone].households().visit(here, form);
            }
            6 => self.something_goes(self.home(which), on),
            7 => self.office(village(), &link_from(1 + who % 5, here, &date.to_string())),
            8 => {
                let edit = roster::set_active(worker(1 + who % 4), on.is_multiple_of(2));
                self.office(village(), &edit);
            }
            9 => self.begin(who, which, on),
            14 => self.sync(phone),
            15 => self.world.later(i64::from(on % 4) * DAY),
            _ => (0..1 + on % 8).for_each(|more| self.go_on(who.wrapping_add(more), which, on.wrapping_add(more))),
        }
    }

    fn a_household(&mut self, which: u8, on: u8) {
        self.homes += 1;
        let of = if which.is_multiple_of(3) { roster::roster_id("新塍镇", "桃园村") } else { village() };
        let residence = (on.is_multiple_of(3)).then_some(Residence::Empty);
        let doorplate = format!("{}号", self.homes).into();
        let form = CardForm { head: "某户".into(), doorplate, residence, ..CardForm::default() };
        let draft = HouseholdDraft::new(of, &form).unwrap();
        self.office(home(self.homes), &household::create(OFFICE, &draft));
        if on.is_multiple_of(2) {
            self.office(village(), &link_from(1 + which % 3, home(self.homes), "2026-01-01"));
        }
    }

    /// Erases a visit, or the doorplate.
    fn something_goes(&self, id: DocId, on: u8) {
        let recorded = self.world.town.document(id).unwrap();
        let visit = Household::read(&recorded).visits.keys().next().copied().filter(|_| on.is_multiple_of(2));
        let key = visit.map_or("doorplate".to_owned(), |visit| format!("visit/{visit}"));
        let _ = self.world.town.erase(id, &Erase::Keys(vec![key]), "本人要求");
    }

    fn begin(&mut self, who: u8, which: u8, on: u8) {
        let (kind, json) = BEGINS[usize::from(which) % BEGINS.len()];
        let Some(deed) = deed(kind, json, self.a_matter(on), 1 + on % self.homes) else { return };
        let begun = match self.phones.get_mut(usize::from(who % 6)) {
            Some(phone) => phone.begin(&*deed).ok(),
            None => self.world.town.begin(&*deed).ok(),
        };
        self.begun.extend(begun);
    }

    fn go_on(&mut self, who: u8, which: u8, on: u8) {
        if self.begun.is_empty() {
            return;
        }
        let id = self.begun[usize::from(which) % self.begun.len()];
        let Some((_, deeds)) = THEN.iter().find(|(kind, _)| *kind == id.kind()) else { return };
        // Most often what comes next, or little would ever come to its end; sometimes anything.
        let come = self.come.entry(id).or_default();
        let place = if on.is_multiple_of(8) { usize::from(on / 8) } else { *come };
        *come += usize::from(!on.is_multiple_of(8));
        let Some(deed) = deed(id.kind(), deeds[place % deeds.len()], self.a_matter(on), 1) else { return };
        let at_the_office = match self.phones.get_mut(usize::from(who % 6)) {
            Some(phone) => phone.act(id, &*deed).is_err(),
            None => true,
        };
        if at_the_office {
            let _ = self.world.town.do_to(id, &*deed);
        }
    }

    fn a_matter(&self, which: u8) -> DocId {
        let matters: Vec<_> = self.begun.iter().filter(|id| id.kind() == DocKind::Matter).collect();
        matters.get(usize::from(which) % matters.len().max(1)).map_or(DocId::mint(DocKind::Matter, [77; 16]), |id| **id)
    }
}

/// What reports count, from each recorded document by itself.
fn from_documents(world: &World) -> Facts {
    let mut facts = Facts::new();
    for recorded in world.town.store().read().unwrap().documents().unwrap() {
        let id = DocId::from_bytes(recorded.doc.0).unwrap();
        project(&world.town.document(id).unwrap()).iter().for_each(|row| facts.take(row));
    }
    facts
}

/// What reports count, of the documents a phone holds, from the township's tables.
fn of_a_phone(reader: &Reader, phone: &Phone) -> Facts {
    let mut facts = Facts::new();
    for kind in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(DocKind::from_code) {
        for listed in phone.documents(kind).unwrap() {
            for row in reader.rows_of(sent(listed.id)).unwrap() {
                let row: Row = projection::row(row.view, row.values);
                facts.take(&row);
            }
        }
    }
    facts
}

fn questions(world: &World) -> Vec<Asked> {
    let today = world.town.today();
    let periods = ["2026-10", "2026-11", "2026-11..2026-12", "2026", "2026-11-02..2026-11-09"];
    let scopes = [Scope::All, Scope::Village(village())];
    let asked = |said: &&str| scopes.map(|scope| Asked { scope, period: Period::parse(said).unwrap(), today });
    periods.iter().flat_map(asked).collect()
}

fn differing(one: &[Report], other: &[Report]) -> Vec<ReportId> {
    one.iter().zip(other).filter(|(one, other)| one != other).map(|(one, _)| one.id).collect()
}

#[test]
fn whatever_happens_in_a_township_reports_from_its_documents_are_reports_from_its_tables() {
    const TOWNSHIPS: u32 = 16;
    let (with_figures, alike) = (RefCell::new(BTreeSet::new()), Cell::new(0));
    let config = Config { cases: TOWNSHIPS, failure_persistence: None, max_shrink_iters: 64, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let events = proptest::collection::vec(proptest::prelude::any::<Event>(), 60..160);
    let run = runner.run(&events, |events| {
        let mut random = Random::new();
        events.into_iter().for_each(|event| random.happen(event));
        (0..5).chain(0..5).for_each(|who| random.sync(who));
        let Random { world, mut phones, .. } = random;
        let tables = world.town.report_facts().unwrap();
        let reader = world.town.store().read().unwrap();
        // A phone with words of its own that the township has not recorded counts those too.
        let delivered = phones.iter_mut().filter(|phone| phone.status().unwrap().not_delivered() == 0);
        let phones: Vec<(Facts, Facts)> =
            delivered.map(|phone| (of_a_phone(&reader, phone), phone.report_facts().unwrap())).collect();
        alike.set(alike.get() + phones.len());
        drop(reader);
        let documents = from_documents(&world);
        for asked in questions(&world) {
            let (one, other) = (report::all(&tables, &asked), report::all(&documents, &asked));
            assert_eq!(differing(&one, &other), [], "{asked:?}");
            let broken: Vec<_> = one.iter().flat_map(Report::broken).collect();
            assert!(broken.is_empty(), "{asked:?}: {broken:?}");
            with_figures.borrow_mut().extend(one.iter().filter(|report| speaks(report)).map(|report| report.id.code()));
            for (office, phone) in &phones {
                assert_eq!(
                    differing(&report::all(office, &asked), &report::all(phone, &asked)),
                    [],
                    "on a phone, {asked:?}"
                );
            }
        }
        Ok(())
    });
    run.unwrap();
    assert!(alike.get() > TOWNSHIPS as usize, "{} phones compared", alike.get());
    let seen = with_figures.into_inner();
    let year = Asked { scope: Scope::All, period: Period::year(2026).unwrap(), today: day("2026-11-23") };
    let is_kept = |id: &&ReportId| report::of(&Facts::new(), **id, &year).not_kept.is_empty();
    let missing: Vec<_> =
        ReportId::ALL.iter().filter(is_kept).map(|id| id.code()).filter(|id| !seen.contains(id)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "no township had figures of these: the property says nothing of them");
}

#[test]
fn every_deed_of_the_random_townships_is_one() {
    let all =
        BEGINS.iter().copied().chain(THEN.iter().flat_map(|(kind, deeds)| deeds.iter().map(|json| (*kind, *json))));
    let is_kept = |kind: DocKind| !matches!(from_json(kind, "{}"), Err(NotADeed::Kind));
    for (kind, json) in all.filter(|(kind, _)| is_kept(*kind)) {
        assert!(deed(kind, json, DocId::mint(DocKind::Matter, [77; 16]), 1).is_some(), "{json}");
    }
}

/// Whether a report says anything: a figure, or that there are too few.
fn speaks(report: &Report) -> bool {
    report.has_figures() || report.lines.iter().any(|line| line.figure == Figure::Hidden)
}

fn asked(world: &World, period: &str) -> Asked {
    Asked { scope: Scope::All, period: Period::parse(period).unwrap(), today: world.town.today() }
}

/// The figures of the whole, in words.
fn lines(report: &Report) -> Vec<String> {
    let of = |figure: &Figure| match figure {
        Figure::Share(ratio) => format!("{}/{}", ratio.part, ratio.whole),
        figure => figure.shown(lianhu_core::Lang::En),
    };
    report.lines.iter().map(|line| of(&line.figure)).collect()
}

#[test]
fn the_office_asks_for_a_report_as_json_as_a_table_as_a_page_and_for_all_as_a_workbook() {
    let world = World::new();
    let served = Served::of(&world.town);
    let told = served.get("/office/v1/reports/R1?period=2026-11").json();
    assert_eq!((&told["id"], &told["name"]["zh"]), (&"R1".into(), &"联户覆盖率".into()));
    assert_eq!(told["lines"][0]["figure"].to_string(), r#"{"basis_points":10000,"part":2,"whole":2}"#);
    assert_eq!((&told["from"], &told["as_of"]), (&"2026-11-01".into(), &world.town.today().to_string().into()));
    let all = served.get("/office/v1/reports?village=%E7%81%AB%E7%82%AC%E6%9D%91&from=2026-01-01&to=2026-12-31").json();
    assert_eq!((all["reports"].as_array().unwrap().len(), &all["reports"][0]["whose"]), (18, &"火炬村".into()));

    let table = served.get("/office/v1/reports/R1.csv?lang=zh");
    assert_eq!(table.header("content-type").as_deref(), Some("text/csv; charset=utf-8"));
    let text = String::from_utf8(table.body).unwrap();
    assert!(text.starts_with("\u{feff}R1 联户覆盖率\r\n") && text.contains("联户覆盖率,2,2,100.00%\r\n"), "{text}");
    assert!(text.contains("口径："));

    let page = served.get("/office/v1/reports/R18.html");
    assert!(page.header("content-security-policy").unwrap().contains("sandbox"));
    assert!(String::from_utf8(page.body).unwrap().contains("R18 类事分析"));

    let workbook = served.get("/office/v1/reports.xlsx");
    assert_eq!((workbook.status, &workbook.body[..2]), (200, b"PK".as_slice()));
}

#[test]
fn a_report_that_is_not_there_and_days_that_are_none_are_said_to_be_so() {
    let world = World::new();
    let served = Served::of(&world.town);
    let cases = [
        ("/office/v1/reports/R19", 404, "not_found"),
        ("/office/v1/reports/R1.doc", 404, "not_found"),
        ("/office/v1/reports/r1", 404, "not_found"),
        ("/office/v1/reports/R1?village=nowhere", 404, "not_found"),
        ("/office/v1/reports/R1?village=%27%20OR%201=1", 404, "not_found"),
        ("/office/v1/reports/R1?period=2026-13", 400, "not_a_period"),
        ("/office/v1/reports/R1?from=2026-11-01", 400, "not_a_period"),
        ("/office/v1/reports/R1?from=2026-11-02&to=2026-11-01", 400, "not_a_period"),
        ("/office/v1/reports/R1?period=2026&from=2026-01-01&to=2026-11-01", 400, "not_a_period"),
        ("/office/v1/reports/R1?worker=1", 400, "malformed"),
        ("/office/v1/reports.xlsx?lang=fr", 400, "malformed"),
    ];
    for (path, status, code) in cases {
        let answer = served.get(path);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path}");
    }
}

#[test]
fn one_visit_and_one_matter_entered_once_are_in_every_report_they_belong_to() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let before = world.counters().changes;
    wang.households().visit(home(1), super::world::visit("自来水又小了")).unwrap();
    let raise = r#"{"do":"raise","village":"V","date":"2026-11-22","title":"自来水小","category":"水利","place":"东河","household":"H","kind":"help"}"#;
    let nobody = DocId::mint(DocKind::Matter, [77; 16]);
    let matter = wang.begin(&*deed(DocKind::Matter, raise, nobody, 1).unwrap()).unwrap();
    world.sync(&mut wang);
    let steps = [
        r#"{"do":"submit"}"#,
        r#"{"do":"analyse"}"#,
        r#"{"do":"assign","owner":"L","due":"2026-11-24","level":"village"}"#,
        r#"{"do":"post","on":"2026-11-23"}"#,
        r#"{"do":"accept"}"#,
        r#"{"do":"start"}"#,
        r#"{"do":"done","text":"换了阀门"}"#,
        r#"{"do":"feedback","way":"visit"}"#,
        r#"{"do":"evaluate","solved":"yes","satisfaction":"satisfied"}"#,
        r#"{"do":"close","closing":"substantive"}"#,
    ];
    for step in steps {
        assert!(world.town.do_to(matter, &*deed(DocKind::Matter, step, nobody, 1).unwrap()).unwrap(), "{step}");
    }
    // The visit, the matter with its number, and one change for each step: nothing was typed for a report.
    let entered = world.counters().changes - before;
    assert!(entered <= 3 + steps.len() as u64, "{entered}");

    let facts = world.town.report_facts().unwrap();
    let figures = |id| lines(&report::of(&facts, id, &asked(&world, "2026-11")));
    let expected = [
        (ReportId::R1, "2/2"),
        (ReportId::R2, "1/2"),
        (ReportId::R3, "1/1"),
        (ReportId::R4, "1/1"),
        (ReportId::R5, "1/1"),
        (ReportId::R6, "1/1"),
        (ReportId::R7, "1/1"),
        (ReportId::R8, "fewer than 5: not shown"),
        (ReportId::R9, "fewer than 5: not shown"),
        (ReportId::R10, "1/1"),
        (ReportId::R11, "1/1"),
        (ReportId::R12, "0/1"),
    ];
    for (id, first) in expected {
        assert_eq!(figures(id)[0], first, "{id:?}");
    }
    let november = asked(&world, "2026-11").period;
    assert_eq!(lines(&wang.report(ReportId::R2, Scope::All, november).unwrap()), ["1/2", "1"], "the phone's own");
    assert_eq!(figures(ReportId::R17), ["0", "1", "0", "1", "0"], "new and ended");
    assert_eq!(figures(ReportId::R18), ["1", "0", "1.0"]);
}

#[test]
fn a_plan_a_fund_a_pledge_and_a_meeting_are_counted_as_they_were_entered() {
    let world = World::new();
    world.keeps(Group::Care);
    let form = |number| CardForm { head: format!("第{number}户").into(), ..CardForm::default() };
    for number in 3..=7 {
        let draft = HouseholdDraft::new(village(), &form(number)).unwrap();
        world.office(home(number), household::create(OFFICE, &draft));
        world.office(home(number), household::care(CareTag::Dibao, true));
    }
    let nobody = DocId::mint(DocKind::Matter, [77; 16]);
    for (kind, json) in BEGINS.iter().skip(3) {
        let id = world.town.begin(&*deed(*kind, json, nobody, 3).unwrap()).unwrap();
        let (_, deeds) = THEN.iter().find(|(of, _)| of == kind).unwrap();
        for json in deeds.iter().take(3) {
            let _ = world.town.do_to(id, &*deed(*kind, json, nobody, 3).unwrap());
        }
    }
    let facts = world.town.report_facts().unwrap();
    let figures = |id| lines(&report::of(&facts, id, &asked(&world, "2026-11")));
    assert_eq!(figures(ReportId::R9)[..3], ["9/12", "11/12", "12"], "ballots of the review meeting");
    assert_eq!(figures(ReportId::R13), ["1/5"], "one of five has a plan that runs");
    assert_eq!(figures(ReportId::R14), ["0/1", "0"], "the looms were due on the 20th");
    assert_eq!(figures(ReportId::R15), ["20000.00", "10123.45", "8000.55", "22122.90"]);
    assert_eq!(figures(ReportId::R16), ["0/1", "0", "0", "1"], "one of two items was due, and nobody reviewed it");
    assert_eq!(report::of(&facts, ReportId::R15, &asked(&world, "2026-11")).broken().count(), 0);
}
