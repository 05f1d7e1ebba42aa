//! Whatever people wrote apart, and in whatever order and however often it arrived: replicas that hold the same changes
//! read the same, to the last field and row.

use proptest::prelude::*;

use crate::access::{Facts, readers, town_reads};
use crate::card::Card;
use crate::deed::Hand;
use crate::diary::{self, Audience, Diary, DiaryHeader, EntryDraft, EntryForm};
use crate::document::{Field, PROSE_KEY};
use crate::draft::Month;
use crate::gate::{Scan, TrialVerdict, keep_beyond, on_large_stack, open_snapshot, scan, trial};
use crate::household::{self, Household, ResidentDraft, ResidentForm, VisitDraft, VisitForm};
use crate::matter::{Act, Matter, Step};
use crate::roster::{self, LinkDraft, LinkForm, Roster, WorkerDraft, WorkerForm};
use crate::testing::{Dice, any_key, any_value, day, doc, id, put, stamp, worker};
use crate::value::Value as _;
use crate::views::{Row, Since, project, project_since};
use crate::{ChangeHash, DeviceMillis, DocId, DocKind, Document, Edit, RecordId, Scalar};

/// How many phones write apart.
const PHONES: u8 = 4;

/// What one person does to the document they have.
#[derive(Clone, Debug)]
enum Deed {
    /// A step as an honest phone writes it: after all that it has seen.
    Step(u8, Act),
    /// A step that names any others, rings and itself included, perhaps over one that is there.
    HostileStep(u8, Vec<u8>, Act),
    Visit(u8, u32, &'static str),
    Resident(u8, &'static str, bool),
    Entry(u8, u32, &'static str),
    Worker(u8, &'static str),
    Active(u8, bool),
    Link(u8, u8, u8, Option<u32>),
    EndLink(u8, u32),
    /// Anything under any key, or nothing: what only a hostile or much newer phone writes.
    Any(String, Option<Scalar>),
    /// Words put somewhere into the prose, in the place of some characters.
    Prose(usize, usize, &'static str),
    /// A deed of [`crate::deed`], as JSON.
    Done(u8, &'static str),
}

impl Deed {
    fn edit(&self, document: &Document, by: u8) -> Edit {
        match self.clone() {
            Deed::Step(n, act) => Matter::read(document).step(id(n), worker(by), DeviceMillis(i64::from(n)), act),
            Deed::HostileStep(n, after, act) => {
                let after = after.into_iter().map(id).collect();
                let step = Step { by: Some(worker(by)), at: Some(DeviceMillis(-1)), after, limit: None, act };
                put(&format!("step/{}", id(n)), step.to_scalar())
            }
            Deed::Visit(n, on, note) => {
                let (workers, entered_by) = (vec![worker(by)], Some(worker(by)));
                let form =
                    VisitForm { workers, date: Some(day(on)), note: note.into(), entered_by, ..VisitForm::default() };
                household::visit(id(n), &VisitDraft::new(form).unwrap())
            }
            Deed::Resident(n, name, away) => {
                let form = ResidentForm { name: name.into(), away: Some(away), ..ResidentForm::default() };
                household::put_resident(id(n), &ResidentDraft::new(&form).unwrap())
            }
            Deed::Entry(n, on, text) => {
                let form = EntryForm { date: Some(day(on)), text: text.into(), ..EntryForm::default() };
                let village = doc(DocKind::Roster, 1);
                let header = DiaryHeader { author: worker(1), village, audience: Audience::Town };
                diary::write(&header, id(n), &EntryDraft::new(form).unwrap())
            }
            Deed::Worker(n, name) => {
                let form = WorkerForm { name: name.into(), branch: name.into(), ..WorkerForm::default() };
                roster::put_worker(worker(n), &WorkerDraft::new(&form).unwrap())
            }
            Deed::Active(n, active) => roster::set_active(worker(n), active),
            Deed::Link(n, who, home, to) => {
                let (who, home, to) = (Some(worker(who)), Some(doc(DocKind::Household, home)), to.map(day));
                let form = LinkForm { worker: who, household: home, from: Some(day(1)), to, ..LinkForm::default() };
                roster::put_link(id(n), &LinkDraft::new(&form).unwrap())
            }
            Deed::EndLink(n, on) => match Roster::read(document).links.get(&id(n)) {
                Some(link) => roster::end_link(id(n), &link.value, day(on)),
                None => Edit::new(),
            },
            Deed::Done(n, json) => {
                let deed =
                    crate::deed::from_json(document.id().kind(), json).unwrap_or_else(|why| panic!("{json}: {why}"));
                let hand = Hand { worker: worker(by), at: DeviceMillis(0), today: day(9), random: [n; 16] };
                // What a person would be told to do otherwise is nothing to write.
                deed.edit(document, &hand).unwrap_or_default()
            }
            Deed::Prose(place, gone, words) => {
                let mut edit = Edit::new();
                if let Some(prose) = document.prose(PROSE_KEY) {
                    let mut text: Vec<char> = prose.chars().collect();
                    let place = place.min(text.len());
                    text.splice(place..(place + gone).min(text.len()), words.chars());
                    edit.prose(PROSE_KEY, String::from_iter(text));
                }
                edit
            }
            Deed::Any(key, value) => {
                let mut edit = Edit::new();
                match value {
                    Some(value) => edit.put(key, value),
                    None => edit.remove(key),
                };
                edit
            }
        }
    }
}

fn any_act() -> impl Strategy<Value = Act> {
    let acts = [
        r#"{"act":"submit"}"#,
        r#"{"act":"solve","text":"当场"}"#,
        r#"{"act":"refer_out","to":"12345"}"#,
        r#"{"act":"analyse","text":"议过"}"#,
        r#"{"act":"assign","owner":"02020202-0202-0202-0202-020202020202","due":"2026-11-20"}"#,
        r#"{"act":"assign","owner":"03030303-0303-0303-0303-030303030303","due":"2026-11-21"}"#,
        r#"{"act":"transfer","owner":"04040404-0404-0404-0404-040404040404","due":"2026-11-22"}"#,
        r#"{"act":"assign","owner":"05050505-0505-0505-0505-050505050505"}"#,
        r#"{"act":"refer","owner":"03030303-0303-0303-0303-030303030303","to":"一家人","studio":"08010101-0101-8101-8101-010101010101"}"#,
        r#"{"act":"assist","worker":"01010101-0101-0101-0101-010101010101"}"#,
        r#"{"act":"accept"}"#,
        r#"{"act":"start"}"#,
        r#"{"act":"return","text":"不属于本组"}"#,
        r#"{"act":"ask_extension","on":"2026-11-28","text":"等配件"}"#,
        r#"{"act":"answer_extension","granted":true,"text":"同意","on":"2026-11-10"}"#,
        r#"{"act":"answer_extension","granted":false}"#,
        r#"{"act":"escalate","text":"本村解决不了"}"#,
        r#"{"act":"park","text":"等规划","on":"2026-11-30"}"#,
        r#"{"act":"merge","into":"04090909-0909-8909-8909-090909090909"}"#,
        r#"{"act":"merge","into":"04080808-0808-8808-8808-080808080808"}"#,
        r#"{"act":"split","parts":["04070707-0707-8707-8707-070707070707"]}"#,
        r#"{"act":"similar","similar":"04060606-0606-8606-8606-060606060606"}"#,
        r#"{"act":"decline","text":"不属实"}"#,
        r#"{"act":"done","text":"已清理"}"#,
        r#"{"act":"feedback","way":"visit","on":"2026-11-09"}"#,
        r#"{"act":"evaluate","solved":"partly","satisfaction":"not"}"#,
        r#"{"act":"evaluate","solved":"yes","satisfaction":"satisfied"}"#,
        r#"{"act":"close","closing":"substantive"}"#,
        r#"{"act":"close","closing":"phased"}"#,
        r#"{"act":"close","closing":"procedural"}"#,
        r#"{"act":"reopen","text":"还有垃圾"}"#,
        r#"{"act":"withdraw"}"#,
        r#"{"act":"supervise","note":"","text":"请抓紧"}"#,
        r#"{"act":"post","on":"2026-11-12"}"#,
        r#"{"act":"evaluate","solved":"yes","satisfaction":"satisfied","collected_by":"02020202-0202-0202-0202-020202020202","on":"2026-11-12"}"#,
        r#"{"act":"note","text":"下雨","on":"2026-11-11"}"#,
    ];
    let acts = acts.map(|json| Act::from_json(json).unwrap_or_else(|| panic!("{json} is an act")));
    prop_oneof![
        8 => proptest::sample::select(acts.to_vec()),
        1 => (0_u8..12).prop_map(|n| Act::Settle { stands: id(n) }),
    ]
}

fn anything() -> impl Strategy<Value = Deed> {
    let key = any_key().prop_filter("the genesis alone names a document", |key| key != "id" && key != "schema");
    (key, proptest::option::weighted(0.8, any_value())).prop_map(|(key, value)| Deed::Any(key, value))
}

/// Deeds that mean something in a document of this kind, mixed with some that mean nothing anywhere.
fn deed(kind: DocKind) -> BoxedStrategy<Deed> {
    let words = || proptest::sample::select(vec!["张三", "李四", "河道"]);
    let n = || 0_u8..8;
    let text = |keys: &'static [&'static str]| {
        (proptest::sample::select(keys), proptest::option::weighted(0.8, words()))
            .prop_map(|(key, value)| Deed::Any(key.to_owned(), value.map(Scalar::from)))
    };
    let samples = crate::kind::of(kind).map(|kind| kind.samples()).unwrap_or_default();
    let done = || (n(), proptest::sample::select(samples)).prop_map(|(n, json)| Deed::Done(n, json));
    let known = match kind {
        DocKind::Matter => prop_oneof![
            4 => (0_u8..12, any_act()).prop_map(|(n, act)| Deed::Step(n, act)),
            2 => (0_u8..12, proptest::collection::vec(0_u8..12, 0..3), any_act())
                .prop_map(|(n, after, act)| Deed::HostileStep(n, after, act)),
            1 => text(&["title", "text", "category", "urgency", "number"]),
            2 => (n(), proptest::sample::select(crate::kind::of(kind).map_or(&[][..], |kind| kind.samples())))
                .prop_map(|(n, json)| Deed::Done(n, json)),
        ]
        .boxed(),
        DocKind::Household => prop_oneof![
            1 => (n(), 1_u32..30, words()).prop_map(|(n, on, note)| Deed::Visit(n, on, note)),
            1 => (n(), words(), any::<bool>()).prop_map(|(n, name, away)| Deed::Resident(n, name, away)),
            3 => done(),
            1 => text(&["head", "phone", "doorplate", "grid", "care/elderly"]),
        ]
        .boxed(),
        DocKind::Diary => prop_oneof![
            3 => (n(), 1_u32..30, words()).prop_map(|(n, on, text)| Deed::Entry(n, on, text)),
            3 => done(),
            1 => text(&["audience", "author", "month"]),
        ]
        .boxed(),
        DocKind::Roster => prop_oneof![
            1 => (1_u8..6, words()).prop_map(|(n, name)| Deed::Worker(n, name)),
            1 => (1_u8..6, any::<bool>()).prop_map(|(n, active)| Deed::Active(n, active)),
            1 => (n(), 1_u8..6, 0_u8..3, proptest::option::of(1_u32..30))
                .prop_map(|(n, who, home, to)| Deed::Link(n, who, home, to)),
            1 => (n(), 1_u32..30).prop_map(|(n, on)| Deed::EndLink(n, on)),
            6 => done(),
            1 => text(&["name", "town", "area", "grid/AQEBAQEBAQE/name", "grid/AgICAgICAgI/name"]),
        ]
        .boxed(),
        _ if !samples.is_empty() => done().boxed(),
        _ => anything().boxed(),
    };
    let any = prop_oneof![4 => known, 1 => anything()].boxed();
    if !crate::document::has_prose(kind) {
        return any;
    }
    let prose = (0_usize..20, 0_usize..3, words()).prop_map(|(place, gone, words)| Deed::Prose(place, gone, words));
    prop_oneof![2 => prose, 1 => any].boxed()
}

/// What happens before the deliveries begin.
#[derive(Clone, Debug)]
enum Move {
    /// A phone writes.
    Write(u8, Deed),
    /// A phone hears some of what another one knows, oldest first.
    Learn { from: u8, to: u8, most: usize },
}

fn moves(kind: DocKind) -> impl Strategy<Value = Vec<Move>> {
    let learn = (1..=PHONES, 1..=PHONES, 1_usize..6).prop_map(|(from, to, most)| Move::Learn { from, to, most });
    let write = (1..=PHONES, deed(kind)).prop_map(|(by, deed)| Move::Write(by, deed));
    proptest::collection::vec(prop_oneof![3 => write, 1 => learn], 1..28)
}

/// Plays the moves and gives every change that was made, each after those it follows.
fn changes_of(name: DocId, moves: &[Move]) -> Vec<Scan> {
    let mut phones: Vec<Document> = (0..=PHONES).map(|_| Document::new(name)).collect();
    let mut changes = Vec::new();
    for (at, happens) in (1_i64..).zip(moves) {
        match happens {
            Move::Write(by, deed) => {
                let phone = &mut phones[usize::from(*by)];
                let edit = deed.edit(phone, *by);
                let before = phone.clone();
                let change = phone.write(stamp(*by, at), edit).unwrap();
                rows_follow(&before, phone);
                changes.extend(change.map(|change| scan(&change.bytes).unwrap()));
            }
            Move::Learn { from, to, most } => {
                let [from, to] = [from, to].map(|phone| usize::from(*phone));
                let all = phones[from].whole().unwrap().get_changes(&[]).into_iter().skip(1);
                let all = all.map(|change| scan(change.raw_bytes()).unwrap());
                let news: Vec<_> = all.filter(|change| !phones[to].holds(change.hash())).take(*most).collect();
                let heard = trial(&phones[to], &news);
                assert!(heard.verdicts.iter().all(|verdict| *verdict == TrialVerdict::Admitted), "honest changes fit");
                rows_follow(&phones[to], &heard.document);
                phones[to] = heard.document;
            }
        }
    }
    changes
}

/// Brings all changes to a fresh replica in an order, in batches and with repeats of the dice's choice; what comes too
/// early is brought again. Now and then the replica is put away and opened from its bytes.
fn delivered(name: DocId, changes: &[Scan], dice: &mut Dice) -> Document {
    let mut replica = Document::new(name);
    let mut waiting: Vec<&Scan> = changes.iter().collect();
    while !waiting.is_empty() {
        let again = (0..dice.below(5)).map(|_| &changes[dice.below(changes.len())]);
        let mut order: Vec<&Scan> = waiting.iter().copied().chain(again).collect();
        for place in (1..order.len()).rev() {
            order.swap(place, dice.below(place + 1));
        }
        while !order.is_empty() {
            let batch: Vec<Scan> = order.drain(..1 + dice.below(order.len())).cloned().collect();
            let tried = trial(&replica, &batch);
            rows_follow(&replica, &tried.document);
            replica = match dice.below(4) {
                0 => open_snapshot(name, Some(&tried.saved().unwrap()), []).unwrap(),
                _ => tried.document,
            };
        }
        waiting.retain(|change| !replica.holds(change.hash()));
    }
    replica
}

/// Whoever keeps a document's rows and replaces what may have changed has the rows of the document.
fn rows_follow(before: &Document, after: &Document) {
    let Since { mut rows, records } = project_since(before, after);
    if let Some(records) = &records {
        let stays = |row: &Row| row.record.is_some_and(|record| !records.contains(&record));
        assert!(!rows.iter().any(stays), "of other records there is nothing to say");
        rows.extend(project(before).into_iter().filter(stays));
    }
    let sorted = |mut rows: Vec<Row>| {
        rows.sort_by_key(|row| (row.view, row.record));
        rows
    };
    assert_eq!(sorted(rows), sorted(project(after)));
}

/// What a kind's own reading says.
#[derive(Debug, PartialEq)]
enum Reading {
    Household(Box<Household>),
    Diary(Diary),
    Matter(Box<Matter>),
    Roster(Box<Roster>),
    Other,
}

/// Everything anybody ever learns from a document.
#[derive(Debug, PartialEq)]
struct Seen {
    heads: Vec<ChangeHash>,
    fields: Vec<(String, Field<Scalar>)>,
    prose: Option<String>,
    conflicts: Vec<(String, Field<Scalar>)>,
    reading: Reading,
    rows: Vec<Row>,
    facts: Facts,
    card: Card,
    town_reads: bool,
    readers: Vec<crate::WorkerId>,
}

impl Seen {
    fn of(document: &Document) -> Self {
        let kind = document.id().kind();
        let reading = match kind {
            DocKind::Household => Reading::Household(Box::new(Household::read(document))),
            DocKind::Diary => Reading::Diary(Diary::read(document)),
            DocKind::Matter => Reading::Matter(Box::new(Matter::read(document))),
            DocKind::Roster => Reading::Roster(Box::new(Roster::read(document))),
            _ => Reading::Other,
        };
        let readers = match &reading {
            Reading::Roster(roster) => {
                let facts = Facts { household: Some(doc(DocKind::Household, 1)), ..Facts::default() };
                let of = |kind| readers(kind, &facts, roster, day(9));
                of(DocKind::Household).into_iter().chain(of(DocKind::Roster)).collect()
            }
            _ => Vec::new(),
        };
        Seen {
            heads: document.heads(),
            fields: document.list(""),
            prose: document.prose(PROSE_KEY),
            conflicts: document.conflicts(),
            reading,
            rows: project(document),
            facts: Facts::of(document),
            card: Card::of(document),
            town_reads: town_reads(document),
            readers,
        }
    }
}

fn check(name: DocId, moves: &[Move], seed: u64) -> Result<(), TestCaseError> {
    on_large_stack(|| {
        let changes = changes_of(name, moves);
        let in_order = Document::open(name, None, changes.iter().map(Scan::bytes)).unwrap();
        let seen = Seen::of(&in_order);
        let some = changes.iter().take(Dice::new(seed).below(changes.len() + 1));
        let behind = Document::open(name, None, some.map(Scan::bytes)).unwrap();
        let news = in_order.beyond(&behind.heads());
        let caught_up = Document::open(name, Some(&behind.save().unwrap()), news.iter().map(Vec::as_slice));
        prop_assert_eq!(&Seen::of(&caught_up.unwrap()), &seen, "caught up");
        prop_assert_eq!(keep_beyond(&behind, &in_order).heads(), in_order.heads());
        for round in 0..3 {
            let mut dice = Dice::new(seed.wrapping_add(round));
            let replica = delivered(name, &changes, &mut dice);
            prop_assert_eq!(&Seen::of(&replica), &seen, "in delivery {}", round);
        }
        Ok(())
    })
}

/// Half the usual number of cases: each one is dozens of trials. `PROPTEST_CASES` asks for more.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.div_ceil(2), ..usual }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_matter_and_its_fold_are_the_same_on_every_replica(moves in moves(DocKind::Matter), seed in any::<u64>()) {
        check(doc(DocKind::Matter, 1), &moves, seed)?;
    }

    #[test]
    fn a_household_is_the_same_on_every_replica(moves in moves(DocKind::Household), seed in any::<u64>()) {
        check(doc(DocKind::Household, 1), &moves, seed)?;
    }

    #[test]
    fn a_diary_month_is_the_same_on_every_replica(moves in moves(DocKind::Diary), seed in any::<u64>()) {
        let month = Month::new(2026, 11).unwrap();
        check(diary::diary_id(worker(1), month, Audience::Town), &moves, seed)?;
    }

    #[test]
    fn a_roster_is_the_same_on_every_replica(moves in moves(DocKind::Roster), seed in any::<u64>()) {
        check(doc(DocKind::Roster, 1), &moves, seed)?;
    }

    #[test]
    fn a_meeting_and_its_minutes_are_the_same_on_every_replica(moves in moves(DocKind::Meeting), seed in any::<u64>()) {
        check(doc(DocKind::Meeting, 1), &moves, seed)?;
    }

    #[test]
    fn every_kind_made_of_deeds_is_the_same_on_every_replica(
        (kind, moves) in proptest::sample::select(crate::kind::KNOWN).prop_flat_map(|kind| (Just(kind), moves(kind))),
        seed in any::<u64>(),
    ) {
        check(doc(kind, 1), &moves, seed)?;
    }

    #[test]
    fn a_kind_nobody_knows_yet_is_the_same_on_every_replica(moves in moves(DocKind::Other(99)), seed in any::<u64>()) {
        check(doc(DocKind::Other(99), 1), &moves, seed)?;
    }
}

/// Guards the properties above against meaning nothing: their moves reach conflicts, disputes and every fate of a step.
#[test]
fn people_who_write_apart_really_disagree() {
    let name = doc(DocKind::Matter, 1);
    let submit = Act::from_json(r#"{"act":"submit"}"#).unwrap();
    let assign =
        |owner: u8| Act::from_json(&format!(r#"{{"act":"assign","owner":"{}","due":"2026-11-20"}}"#, worker(owner)));
    let title = |text: &str| Deed::Any("title".to_owned(), Some(text.into()));
    let moves = [
        Move::Write(1, Deed::Step(1, submit)),
        Move::Learn { from: 1, to: 2, most: 9 },
        Move::Write(1, Deed::Step(2, assign(4).unwrap())),
        Move::Write(2, Deed::Step(3, assign(5).unwrap())),
        Move::Write(1, title("河道")),
        Move::Write(2, title("路灯")),
    ];
    let changes = changes_of(name, &moves);
    let seen = Seen::of(&delivered(name, &changes, &mut Dice::new(7)));
    let Reading::Matter(matter) = &seen.reading else { panic!("it is a matter") };
    assert_eq!(matter.story.needs_lead, [(id(2), id(3))]);
    assert_eq!(seen.conflicts.len(), 1);
    assert_eq!(seen.heads.len(), 2);
    let steps: Vec<RecordId> = matter.story.steps.iter().map(|told| told.id).collect();
    assert_eq!(steps, [id(1), id(2), id(3)]);
}
