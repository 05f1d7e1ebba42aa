//! What is not taken, constructor by constructor, in the words a clerk reads: the page `docs/refusals.md`, which these tests
//! write and compare.
//!
//! A constructor that is not here refuses nothing that another one does not refuse too. Kinds made of deeds bring their own
//! cases ([`crate::kind::Kind::refused`]).

use std::fmt::Write as _;

use crate::deed::Hand;
use crate::diary::{EntryDraft, EntryForm};
use crate::draft::{Reason, Refusal};
use crate::household::{CardChange, CardForm, HouseholdDraft, ResidentDraft, ResidentForm, VisitDraft, VisitForm};
use crate::ids::DocKind;
use crate::matter::{Categories, MatterDraft, MatterForm, Urgency};
use crate::roster::{GridDraft, GridForm, LinkDraft, LinkForm, RosterDraft, RosterForm, WorkerDraft, WorkerForm};
use crate::testing::{day, doc, stamp, worker};
use crate::{DeviceMillis, Document, Lang, kind};

/// One case: which constructor, and what it says.
struct Case {
    of: String,
    refusal: Refusal,
}

fn long(characters: usize) -> String {
    "字".repeat(characters)
}

/// A constructor that did not take a form.
fn case<T>(of: &str, outcome: Result<T, Refusal>) -> Case {
    let refusal = outcome.err().unwrap_or_else(|| panic!("{of} took what it should refuse"));
    Case { of: of.to_owned(), refusal }
}

fn households() -> Vec<Case> {
    let village = doc(DocKind::Roster, 1);
    let card = |form: CardForm| case("household card", CardChange::new(&form));
    let resident = |form: ResidentForm| case("resident", ResidentDraft::new(&form));
    vec![
        case("new household", HouseholdDraft::new(village, &CardForm::default())),
        card(CardForm { head: long(41).into(), ..CardForm::default() }),
        card(CardForm { head: "张\n三".into(), ..CardForm::default() }),
        card(CardForm { phone: "12345".into(), ..CardForm::default() }),
        card(CardForm { members: Some(-1), ..CardForm::default() }),
        card(CardForm { doorplate: long(81).into(), ..CardForm::default() }),
        card(CardForm { code: long(81), ..CardForm::default() }),
        card(CardForm { contact_time: long(81), ..CardForm::default() }),
        card(CardForm { basis: long(81), ..CardForm::default() }),
        resident(ResidentForm::default()),
        resident(ResidentForm { name: "张三".into(), born: Some(1800), ..ResidentForm::default() }),
    ]
}

fn visits_and_diaries() -> Vec<Case> {
    let whole = || VisitForm {
        workers: vec![worker(1)],
        date: Some(day(3)),
        entered_by: Some(worker(1)),
        ..VisitForm::default()
    };
    let visit = |form: VisitForm| case("visit", VisitDraft::new(form));
    let entry = |form: EntryForm| case("diary entry", EntryDraft::new(form));
    let written = || EntryForm { date: Some(day(3)), text: "一".into(), ..EntryForm::default() };
    vec![
        visit(VisitForm { workers: vec![], ..whole() }),
        visit(VisitForm { workers: (0..21).map(worker).collect(), ..whole() }),
        visit(VisitForm { date: None, ..whole() }),
        visit(VisitForm { next_on: Some(day(2)), ..whole() }),
        visit(VisitForm { note: long(4001).into(), ..whole() }),
        visit(VisitForm { entered_by: None, ..whole() }),
        entry(EntryForm { date: None, ..written() }),
        entry(EntryForm { text: " ".into(), ..written() }),
        entry(EntryForm { text: long(4001).into(), ..written() }),
        entry(EntryForm { tags: vec![String::new()], ..written() }),
        entry(EntryForm { title: long(81).into(), ..written() }),
    ]
}

fn matters() -> Vec<Case> {
    let matter = |form: MatterForm| case("matter", MatterDraft::new(&form, &Categories::default()));
    let whole = || MatterForm {
        village: Some(doc(DocKind::Roster, 1)),
        date: Some(day(3)),
        title: "河道有垃圾".into(),
        ..MatterForm::default()
    };
    vec![
        matter(MatterForm { village: None, ..whole() }),
        matter(MatterForm { date: None, ..whole() }),
        matter(MatterForm { title: "".into(), ..whole() }),
        matter(MatterForm { title: long(61).into(), ..whole() }),
        matter(MatterForm { title: "找张三 13800138000".into(), ..whole() }),
        matter(MatterForm { category: "别的".to_owned(), ..whole() }),
        matter(MatterForm { headcount: Some(-1), ..whole() }),
        matter(MatterForm { phone: "110".into(), ..whole() }),
        matter(MatterForm { urgency: Some(Urgency::Emergency), ..whole() }),
    ]
}

fn rosters() -> Vec<Case> {
    let village = |form: RosterForm| case("village", RosterDraft::new(&form));
    let link = |form: LinkForm| case("link", LinkDraft::new(&form));
    let whole =
        || LinkForm { worker: Some(worker(1)), household: Some(doc(DocKind::Household, 1)), ..LinkForm::default() };
    let named = || RosterForm { name: "火炬村".to_owned(), town: "新塍镇".to_owned(), ..RosterForm::default() };
    vec![
        village(RosterForm { name: String::new(), ..named() }),
        village(RosterForm { town: String::new(), ..named() }),
        village(RosterForm { area: "3304".to_owned(), ..named() }),
        case("worker", WorkerDraft::new(&WorkerForm::default())),
        case(
            "worker",
            WorkerDraft::new(&WorkerForm { name: "张三".into(), phone: "1".into(), ..WorkerForm::default() }),
        ),
        case("grid", GridDraft::new(&GridForm::default())),
        link(LinkForm { worker: None, ..whole() }),
        link(LinkForm { household: None, ..whole() }),
        link(LinkForm { from: Some(day(3)), to: Some(day(2)), ..whole() }),
        link(LinkForm { backup: Some(worker(1)), ..whole() }),
    ]
}

/// What the deeds of a kind refuse. One that begins a document meets a blank one, any other the document that the kind's
/// first sample begins.
fn deeds(kind: DocKind) -> Vec<Case> {
    let Some(known) = kind::of(kind) else { return Vec::new() };
    let hand = Hand { worker: worker(1), at: DeviceMillis(0), today: day(9), random: [7; 16] };
    let mut begun = Document::new(doc(kind, 1));
    if let Some(first) = known.samples().first() {
        let edit = known.deed(first).unwrap().edit(&begun, &hand).unwrap();
        begun.write(stamp(1, 1), edit).unwrap();
    }
    let refused = known.refused().iter().map(|json| {
        let deed = known.deed(json).unwrap_or_else(|why| panic!("{json}: {why}"));
        let blank = Document::new(doc(kind, 2));
        let on = if deed.begins(&hand).is_some() { &blank } else { &begun };
        let done: serde_json::Value = serde_json::from_str(json).unwrap();
        case(&format!("{} · {}", kind.name(), done["do"].as_str().unwrap()), deed.edit(on, &hand))
    });
    refused.collect()
}

fn page() -> String {
    let mut page = String::from(
        "# What is not taken, and what a clerk reads then\n\n\
         Every form is parsed once, before anything is written. What is not fit is refused with the field and the reason, in\n\
         these words; nothing of what was typed is repeated, and nothing is lost: the form stays as it was. This page is\n\
         written by a test (`BLESS_GOLDEN=1 cargo test -p lianhu-core refusals`).\n\n\
         | form | field | code | 中文 | English |\n|---|---|---|---|---|\n",
    );
    let own = [households(), visits_and_diaries(), matters(), rosters()].into_iter().flatten();
    for Case { of, refusal } in own.chain(kind::KNOWN.iter().flat_map(|kind| deeds(*kind))) {
        let (field, code) = (refusal.field.code(), refusal.code());
        let (zh, en) = (refusal.message(Lang::Zh), refusal.message(Lang::En));
        writeln!(page, "| {of} | `{field}` | `{code}` | {zh} | {en} |").unwrap();
    }
    page
}

#[test]
fn the_page_of_refusals_says_what_the_constructors_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/refusals.md");
    let page = page();
    if std::env::var_os("BLESS_GOLDEN").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), page, "BLESS_GOLDEN=1 writes the page again");
}

#[test]
fn every_kind_with_deeds_says_what_it_refuses() {
    for kind in kind::KNOWN {
        let known = kind::of(*kind).unwrap();
        assert_eq!(known.samples().is_empty(), known.refused().is_empty(), "{}", kind.name());
    }
}

#[test]
fn an_emergency_is_refused_before_anything_else_is_looked_at() {
    let form = MatterForm { urgency: Some(Urgency::Emergency), ..MatterForm::default() };
    assert_eq!(MatterDraft::new(&form, &Categories::default()).unwrap_err().reason, Reason::Emergency);
}
