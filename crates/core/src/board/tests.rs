//! What hangs on the board, and what never does.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::rules::{self, Rule};
use super::*;
use crate::deed::Hand;
use crate::diary::{self, Audience, DiaryHeader, EntryDraft, EntryForm};
use crate::household::{self, CardForm, CareTag, HouseholdDraft, ResidentDraft, ResidentForm, VisitDraft, VisitForm};
use crate::kind::KNOWN;
use crate::matter::{self, Act, Matter, MatterDraft, MatterForm};
use crate::roster::{self, LinkDraft, LinkForm, RosterDraft, RosterForm, WorkerDraft, WorkerForm};
use crate::testing::{Dice, day, doc, id, put, stamp, worker, write};
use crate::value::{Key, check};
use crate::{DeviceMillis, Document, Scalar};

/// Noon of a day of November 2026, in Beijing.
fn noon(n: i64) -> DeviceMillis {
    DeviceMillis((20_758 + n - 1) * 86_400_000 + 4 * 3_600_000)
}

fn village() -> Document {
    let mut document = Document::new(doc(DocKind::Roster, 1));
    let form = RosterForm { name: "火炬村".to_owned(), town: "新塍镇".to_owned(), ..RosterForm::default() };
    write(&mut document, 1, roster::create(&RosterDraft::new(&form).unwrap()));
    for (n, name) in [(1, "韩珠"), (2, "曹兰月"), (3, "孟莲")] {
        let form = WorkerForm {
            name: name.into(),
            phone: format!("1380000000{n}").as_str().into(),
            branch: "第一支部".to_owned(),
            exempt: Some(roster::Exempt::Health),
            ..WorkerForm::default()
        };
        write(&mut document, 1, roster::put_worker(worker(n), &WorkerDraft::new(&form).unwrap()));
    }
    for (n, who) in [(1, 1), (2, 1), (3, 2)] {
        let household = Some(doc(DocKind::Household, n));
        let form = LinkForm { worker: Some(worker(who)), household, from: Some(day(1)), ..LinkForm::default() };
        write(&mut document, 1, roster::put_link(id(n), &LinkDraft::new(&form).unwrap()));
    }
    document
}

fn concern(title: &str, acts: &[(i64, &str)]) -> Document {
    let mut document = Document::new(doc(DocKind::Matter, 1));
    let form = MatterForm {
        village: Some(doc(DocKind::Roster, 1)),
        date: Some(day(1)),
        title: title.into(),
        text: "李阿姨说夜里有人往河里倒东西".into(),
        raiser: "李阿姨".into(),
        phone: "13912345678".into(),
        ..MatterForm::default()
    };
    let draft = MatterDraft::new(&form, &matter::Categories::default()).unwrap();
    write(&mut document, 1, matter::create(worker(1), &draft));
    let before = [(1, r#"{"act":"submit"}"#), (1, r#"{"act":"analyse"}"#)];
    for (n, (on, json)) in (1..).zip(before.iter().chain(acts)) {
        let act = Act::from_json(json).unwrap_or_else(|| panic!("{json} is an act"));
        let edit = Matter::read(&document).step(id(n), worker(3), noon(*on), act);
        document.write(stamp(3, i64::from(n)), edit).unwrap();
    }
    document
}

const ASSIGN: &str = r#"{"act":"assign","owner":"02020202-0202-0202-0202-020202020202","due":"2026-11-20"}"#;

fn board(documents: &[Document], on: u32, coverage: Option<Covered>) -> Board {
    let (village, others) = (village(), BTreeMap::new());
    let roster = Roster::read(&village);
    let seen = Seen { roster: &roster, others: &others, on: day(on) };
    Board::of(documents, &seen, coverage)
}

/// Nobody adds a field without deciding whether it is public.
#[test]
fn every_key_of_every_kind_is_shown_or_never_is() {
    for kind in KNOWN {
        let keys: Vec<String> = kind::of(*kind).unwrap().schema().iter().map(crate::value::KeySpec::name).collect();
        let rows: Vec<&str> = rules::of(*kind).iter().map(|(key, _)| *key).collect();
        let decided: BTreeSet<&str> = rows.iter().copied().collect();
        assert_eq!(decided.len(), rows.len(), "{}: a key has two rows", kind.name());
        for key in keys {
            assert!(decided.contains(key.as_str()), "{}: `{key}` has no row in board/rules.rs", kind.name());
        }
    }
}

#[test]
fn what_must_never_be_public_has_no_other_rule() {
    let personal = ["phone", "head", "raiser", "text", "household", "care", "donor", "confirmation", "minutes"];
    for kind in KNOWN {
        for (key, rule) in rules::of(*kind) {
            let chosen = *kind == DocKind::Studio && *key == "phone";
            assert!(*rule == Rule::Never || chosen || !personal.contains(key), "{}: {key}", kind.name());
        }
    }
}

#[test]
fn a_key_without_a_row_and_one_that_is_never_shown_say_nothing() {
    let mut item = Item::new(Section::Matters, doc(DocKind::Matter, 1));
    item.say("text", "原话").say("phone", "13800138000").say("of_a_newer_version", "一").say("title", " ");
    assert_eq!(item, Item::new(Section::Matters, doc(DocKind::Matter, 1)));
}

#[test]
fn a_matter_hangs_from_its_assignment_until_a_week_after_it_was_closed() {
    let closed = [
        (2, ASSIGN),
        (3, r#"{"act":"accept"}"#),
        (4, r#"{"act":"start"}"#),
        (5, r#"{"act":"done","text":"已清理"}"#),
        (6, r#"{"act":"feedback","way":"visit","on":"2026-11-06"}"#),
        (7, r#"{"act":"evaluate","solved":"yes","satisfaction":"satisfied"}"#),
        (8, r#"{"act":"close","closing":"substantive"}"#),
    ];
    let shown = |acts: &[(i64, &str)], on| {
        let board = board(&[concern("清理河道", acts)], on, None);
        let matter = board.section(Section::Matters).next().cloned();
        matter.map(|item| {
            [item.get("title"), item.get("owner"), item.get("state"), item.get("due")]
                .map(|text| text.unwrap_or_default().to_owned())
        })
    };
    assert_eq!(shown(&[], 2), None, "nobody has it in hand yet");
    let whole = |state: &str| Some(["清理河道", "曹兰月", state, "2026-11-20"].map(str::to_owned));
    assert_eq!(shown(&closed[..1], 30), whole("已交办"), "it stays until it is closed");
    assert_eq!(shown(&closed, 15), whole("实质性办结"));
    assert_eq!(shown(&closed, 16), None, "eight days after");
    assert_eq!(shown(&[closed[0], (3, r#"{"act":"withdraw"}"#)], 3), None, "its resident took it back");
}

#[test]
fn a_number_typed_into_a_title_is_masked_wherever_the_board_is_shown() {
    let mut document = concern("清理河道", &[(2, ASSIGN)]);
    // No form lets it in; a hostile or much older phone may have written it.
    write(&mut document, 1, put("number", "330411101203-2026-0007"));
    write(&mut document, 1, put("place", "13812345678"));
    let mut item = Item::new(Section::Matters, document.id());
    item.say("title", "找张三 138 1234 5678");
    assert_eq!(item.get("title"), Some("找张三 ＊＊＊"));
    let board = board(&[document], 9, None);
    let json = serde_json::to_string(&board).unwrap();
    assert!(json.contains("330411101203-2026-0007"), "the township's own number stays");
    assert!(!json.contains("13812345678") && !board.sheet(Lang::Zh).to_html(Lang::Zh).contains("13812345678"));
}

#[test]
fn links_are_shown_as_numbers_and_coverage_is_cut_off_not_rounded_up() {
    let board = board(&[], 9, Some(Covered { households: 1000, linked: 999, empty: 0 }));
    let links: Vec<_> =
        board.section(Section::Links).map(|item| (item.get("worker/name"), item.get("households"))).collect();
    assert_eq!(links, [(Some("曹兰月"), Some("1")), (Some("韩珠"), Some("2"))]);
    assert_eq!(board.section(Section::Coverage).next().and_then(|item| item.get("coverage")), Some("99.9%"));
    let html = board.sheet(Lang::Zh).to_html(Lang::Zh);
    assert!(!html.contains(&doc(DocKind::Household, 1).to_string()) && html.contains("火炬村 公开栏"));
}

#[test]
fn documents_of_another_village_hang_on_another_board() {
    let mut document = concern("清理河道", &[(2, ASSIGN)]);
    let other = doc(DocKind::Roster, 2);
    document.write(stamp(1, 99), put("village", Scalar::Bytes(other.to_bytes().to_vec()))).unwrap();
    assert_eq!(board(&[document], 9, None).section(Section::Matters).count(), 0);
}

// ---- the property: whatever stands under a key that is never shown, no word of it is on the board ----

/// A word that stands nowhere else.
fn marker(n: &mut u32) -> String {
    *n += 1;
    format!("暗记{n}号")
}

/// The rule for a key as it stands in a document, and for a field of a record under it.
fn ruled(kind: DocKind, key: &str, field: Option<&str>) -> Option<Rule> {
    let name = match Key::of(key) {
        Key::Own(name) => name.to_owned(),
        Key::Record(collection, _) => collection.to_owned(),
        Key::Part(collection, _, field) => format!("{collection}/{field}"),
    };
    match (rules::find(kind, &name).map(|(_, rule)| rule), field) {
        (Some(Rule::ByParts), Some(field)) => {
            Some(rules::find(kind, &format!("{name}/{field}")).map_or(Rule::Never, |(_, rule)| rule))
        }
        (rule, _) => rule,
    }
}

/// Writes marks into every text of a document that a judge would let in there; those under keys that are never shown.
fn mark(document: &mut Document, n: &mut u32, marks: &mut Vec<String>) {
    let kind = document.id().kind();
    let schema = kind::of(kind).unwrap().schema();
    for (key, field) in document.list("") {
        if key == "id" || key == "schema" {
            continue;
        }
        let never = |part: Option<&str>| matches!(ruled(kind, &key, part), Some(Rule::Never) | None);
        let mut value = field.value.clone();
        let mut put_if_valid = |value: &mut Scalar, candidate: Scalar, mark: String| {
            let fits = check(schema, Key::of(&key), &candidate) == Some(true);
            if fits {
                *value = candidate;
                marks.push(mark);
            }
            fits
        };
        let Some(text) = value.as_text().map(str::to_owned) else { continue };
        if let Ok(serde_json::Value::Object(record)) = serde_json::from_str(&text) {
            for (name, part) in record.iter().filter(|(name, _)| never(Some(name))) {
                if part.is_string() {
                    let word = marker(n);
                    let now: serde_json::Value = serde_json::from_str(value.as_text().unwrap()).unwrap();
                    let mut changed = now;
                    changed[name.as_str()] = word.as_str().into();
                    put_if_valid(&mut value, changed.to_string().as_str().into(), word);
                }
            }
        } else if never(None) {
            let word = marker(n);
            if !put_if_valid(&mut value, word.as_str().into(), word) {
                let phone = format!("139{:08}", 10_000_000 + *n);
                put_if_valid(&mut value, phone.as_str().into(), phone);
            }
        }
        if value != field.value {
            let mut edit = crate::Edit::new();
            edit.put(key, value);
            document.write(stamp(1, 1000), edit).unwrap();
        }
    }
}

/// A township's documents: of each kind one that is made as people make it, with some of its deeds done.
fn township(dice: &mut Dice) -> Vec<Document> {
    let mut documents =
        vec![concern("清理河道", &[(2, ASSIGN), (3, r#"{"act":"note","text":"下雨"}"#)]), home(), diary_month()];
    for kind in KNOWN {
        let by_hand = [DocKind::Matter, DocKind::Household, DocKind::Diary, DocKind::Roster];
        let known = kind::of(*kind).unwrap();
        let hand = |by: u8, n: u8| Hand { worker: worker(by), at: noon(n.into()), today: day(9), random: [n; 16] };
        let deeds = known.samples().iter().map(|json| known.deed(json).unwrap());
        let begins = deeds.into_iter().find_map(|deed| Some((deed.begins(&hand(1, 1))?, deed)));
        let Some((name, deed)) = begins.filter(|_| !by_hand.contains(kind)) else { continue };
        let mut document = Document::new(name);
        let edit = deed.edit(&document, &hand(1, 1)).unwrap();
        write(&mut document, 1, edit);
        for n in 2..24 {
            let json = known.samples()[dice.below(known.samples().len())];
            let by = 1 + u8::try_from(dice.below(3)).unwrap();
            let done = known.deed(json).unwrap().edit(&document, &hand(by, n)).unwrap_or_default();
            document.write(stamp(by, n.into()), done).unwrap();
        }
        documents.push(document);
    }
    documents
}

fn home() -> Document {
    let mut document = Document::new(doc(DocKind::Household, 1));
    let form = CardForm {
        head: "邱国兴".into(),
        doorplate: "1组1号".into(),
        phone: "13700001111".into(),
        basis: "村民自治".to_owned(),
        ..CardForm::default()
    };
    let draft = HouseholdDraft::new(doc(DocKind::Roster, 1), &form).unwrap();
    write(&mut document, 1, household::create(worker(1), &draft));
    write(&mut document, 1, household::care(CareTag::ALL[0], true));
    let resident = ResidentForm { name: "汤观志".into(), ..ResidentForm::default() };
    write(&mut document, 1, household::put_resident(id(1), &ResidentDraft::new(&resident).unwrap()));
    let visit = VisitForm {
        workers: vec![worker(1)],
        date: Some(day(3)),
        note: "老伴住院".into(),
        entered_by: Some(worker(1)),
        ..VisitForm::default()
    };
    write(&mut document, 1, household::visit(id(2), &VisitDraft::new(visit).unwrap()));
    document
}

fn diary_month() -> Document {
    let form = EntryForm { date: Some(day(3)), text: "一".into(), title: "二".into(), ..EntryForm::default() };
    let draft = EntryDraft::new(form).unwrap();
    let header = DiaryHeader { author: worker(1), village: doc(DocKind::Roster, 1), audience: Audience::Town };
    let mut document = Document::new(diary::diary_id(worker(1), draft.month(), Audience::Town));
    write(&mut document, 1, diary::write(&header, id(1), &draft));
    document
}

/// A quarter of the usual number of cases: each one is a township. `PROPTEST_CASES` asks for more.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.div_ceil(4), ..usual }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_word_under_a_key_that_is_never_shown_is_on_the_board(seed in any::<u64>(), on in 2_u32..30) {
        let mut dice = Dice::new(seed);
        let (mut documents, mut village) = (township(&mut dice), village());
        let (mut n, mut marks) = (0, Vec::new());
        documents.iter_mut().for_each(|document| mark(document, &mut n, &mut marks));
        mark(&mut village, &mut n, &mut marks);
        prop_assert!(marks.len() >= 20, "only {} marks were made", marks.len());
        let (roster, others) = (Roster::read(&village), BTreeMap::new());
        let seen = Seen { roster: &roster, others: &others, on: day(on) };
        let board = Board::of(&documents, &seen, Some(Covered { households: 3, linked: 3, empty: 0 }));
        let shown = [serde_json::to_string(&board).unwrap(), board.sheet(Lang::Zh).to_html(Lang::Zh), board.sheet(Lang::En).to_html(Lang::En)];
        for text in &shown {
            prop_assert!(text.contains("清理河道"), "the board is not empty");
            for mark in &marks {
                prop_assert!(!text.contains(mark.as_str()), "{mark} is on the board");
            }
        }
        documents.reverse();
        prop_assert_eq!(Board::of(&documents, &seen, Some(Covered { households: 3, linked: 3, empty: 0 })), board);
    }
}

/// Guards the property above against meaning nothing: a mark under a key that is shown does come through.
#[test]
fn a_mark_in_a_title_is_on_the_board() {
    let mut document = concern("清理河道", &[(2, ASSIGN)]);
    write(&mut document, 1, put("title", "暗记0号"));
    assert!(serde_json::to_string(&board(&[document], 9, None)).unwrap().contains("暗记0号"));
}
