//! What judging one night costs, step by step: `cargo run --release --example judge -p lianhu-core [visits]…`.
//!
//! Microseconds, the least of many short rounds.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use lianhu_core::access::{Facts, readers};
use lianhu_core::deed::{Hand, from_json};
use lianhu_core::gate::{self, Scan, on_large_stack, scan, trial};
use lianhu_core::household::{self, CardForm, HouseholdDraft, VisitDraft, VisitForm};
use lianhu_core::policy::{Author, Judgement, judge};
use lianhu_core::roster::{self, LinkDraft, LinkForm, Role, Roster, WorkerDraft, WorkerForm};
use lianhu_core::views::project;
use lianhu_core::{ActorId, DeviceMillis, DocId, DocKind, Document, Edit, RecordId, Stamp, WorkerId};

const NOTE: &str = "老人家里屋顶漏雨，已经和村里说好这周内派人来看，顺便把院子里的排水沟也清一清，孩子下个月回来，到时再来一趟看看修得怎么样。";

/// Microseconds of one call: the least of many short batches, so that what else runs on the machine stays out.
fn time<T>(mut work: impl FnMut() -> T) -> f64 {
    let began = Instant::now();
    black_box(work());
    let once = began.elapsed().max(Duration::from_micros(1));
    let per = (Duration::from_micros(300).as_nanos() / once.as_nanos()).clamp(1, 100) as u32;
    let (mut least, all) = (f64::MAX, Instant::now());
    for _ in 0..400 {
        let began = Instant::now();
        for _ in 0..per {
            black_box(work());
        }
        least = least.min(began.elapsed().as_nanos() as f64 / f64::from(per) / 1_000.0);
        if all.elapsed() > Duration::from_millis(700) {
            break;
        }
    }
    least
}

fn worker(n: u64) -> WorkerId {
    WorkerId(uuid::Uuid::from_u128(u128::from(n) * 0x1_0001_0003_0007 + 5))
}

fn bytes<const N: usize>(n: u64) -> [u8; N] {
    let mut state = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::array::from_fn(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    })
}

struct Writer {
    worker: WorkerId,
    actor: ActorId,
    at: i64,
}

impl Writer {
    fn new(n: u64) -> Self {
        Writer { worker: worker(n), actor: ActorId::new(worker(n), bytes(n), 0), at: 1_790_000_000_000 }
    }

    fn write(&mut self, document: &mut Document, edit: Edit) -> Vec<u8> {
        self.at += 61_000;
        let stamp = Stamp { worker: self.worker, actor: self.actor, at: DeviceMillis(self.at) };
        document.write(stamp, edit).unwrap().unwrap().bytes
    }

    fn does(&mut self, document: &mut Document, n: u64, json: &str) -> Vec<u8> {
        let deed = from_json(document.id().kind(), json).unwrap();
        let hand = Hand { worker: self.worker, at: DeviceMillis(self.at), today: day(600), random: bytes(n) };
        let edit = deed.edit(document, &hand).unwrap();
        self.write(document, edit)
    }
}

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Days::new(n)
}

/// One document before the night, and what comes in.
struct Case {
    name: &'static str,
    snapshot: Vec<u8>,
    /// The last changes of what was recorded before, as a tail.
    tail: Vec<Vec<u8>>,
    all: Vec<Vec<u8>>,
    before: Document,
    night: Vec<Vec<u8>>,
}

const MEMBERS: u64 = 62;
const TAIL: usize = 16;

fn village() -> DocId {
    DocId::mint(DocKind::Roster, bytes(1))
}

fn home(n: u64) -> DocId {
    DocId::mint(DocKind::Household, bytes(100 + n))
}

fn roster() -> Roster {
    let mut document = Document::new(village());
    let mut office = Writer::new(9_999);
    for n in 0..MEMBERS {
        let form = WorkerForm { name: "王春山".into(), roles: [Role::Member].into(), ..WorkerForm::default() };
        office.write(&mut document, roster::put_worker(worker(n), &WorkerDraft::new(&form).unwrap()));
        for place in 0..7 {
            let form = LinkForm {
                worker: Some(worker(n)),
                household: Some(home(n * 7 + place)),
                from: Some(day(1)),
                ..LinkForm::default()
            };
            let id = RecordId(bytes(7_000 + n * 7 + place));
            office.write(&mut document, roster::put_link(id, &LinkDraft::new(&form).unwrap()));
        }
    }
    Roster::read(&document)
}

fn case(name: &'static str, document: Document, all: Vec<Vec<u8>>, cut: Document, night: Vec<Vec<u8>>) -> Case {
    let tail = all[all.len() - TAIL..].to_vec();
    Case { name, snapshot: cut.save(), tail, all, before: document, night }
}

fn household(visits: u64, member: u64) -> Case {
    let mut document = Document::new(home(member * 7));
    let mut office = Writer::new(9_999);
    let mut phone = Writer::new(member);
    let mut all = Vec::new();
    let mut cut = document.clone();
    let form = CardForm {
        head: "李秋河".into(),
        doorplate: "3组7号".into(),
        group: "第3组".into(),
        phone: "15400000001".into(),
        members: Some(4),
        contact_time: "晚上".into(),
        ..CardForm::default()
    };
    all.push(
        office.write(&mut document, household::create(worker(9_999), &HouseholdDraft::new(village(), &form).unwrap())),
    );
    for (n, json) in [
        r#"{"do":"change","contact_by":"phone","residence":"permanent"}"#,
        r#"{"do":"put_resident","name":"李一","relation":"0","born":1950}"#,
        r#"{"do":"put_resident","name":"李二","relation":"2","born":1980,"away":true}"#,
        r#"{"do":"put_resident","name":"李三","relation":"3","born":1984,"away":false}"#,
    ]
    .iter()
    .enumerate()
    {
        let json = if from_json(DocKind::Household, json).is_ok() { json } else { r#"{"do":"change","code":"x1"}"# };
        all.push(office.does(&mut document, n as u64, json));
    }
    for n in 0..visits {
        let form = VisitForm {
            workers: vec![phone.worker],
            date: Some(day(n % 600)),
            note: NOTE.into(),
            mode: household::VisitMode::parse("home"),
            entered_by: Some(phone.worker),
            ..VisitForm::default()
        };
        let edit = household::visit(RecordId(bytes(50_000 + n)), &VisitDraft::new(form).unwrap());
        all.push(phone.write(&mut document, edit));
    }
    let replay = Document::replay(
        document.id(),
        document.generation(),
        all[..all.len().saturating_sub(TAIL)].iter().map(Vec::as_slice),
    )
    .unwrap();
    cut.clone_from(&replay);
    let mut phone_copy = document.clone();
    let night = vec![
        phone.does(&mut phone_copy, 777, r#"{"do":"visit","date":"2026-11-03","time":"21:30","mode":"home","met":"family","note":"想装扶手，已经登记，下周来量尺寸；药也快吃完了，提醒家里人去卫生院取。"}"#),
        phone.does(&mut phone_copy, 778, r#"{"do":"change","phone":"15400000002"}"#),
    ];
    case("household", document, all, cut, night)
}

fn diary(entries: u64, member: u64) -> Case {
    let mut phone = Writer::new(member);
    let write = |n: u64| {
        format!(
            r#"{{"do":"write","village":"{}","audience":"town","date":"2026-08-{:02}","text":"{NOTE}今天还去了河边。"}}"#,
            village(),
            n % 28 + 1
        )
    };
    let deed = from_json(DocKind::Diary, &write(1)).unwrap();
    let hand = Hand { worker: phone.worker, at: DeviceMillis(phone.at), today: day(600), random: bytes(3) };
    let mut document = Document::new(deed.begins(&hand).unwrap());
    let mut all = Vec::new();
    for n in 0..entries {
        all.push(phone.does(&mut document, n, &write(n)));
    }
    let cut = Document::replay(document.id(), document.generation(), all[..all.len() - TAIL].iter().map(Vec::as_slice))
        .unwrap();
    let mut copy = document.clone();
    let night = (0..3).map(|n| phone.does(&mut copy, 900 + n, &write(n))).collect();
    case("diary", document, all, cut, night)
}

fn measure(case: &Case, roster: &Roster, member: u64) {
    let id = case.before.id();
    let whole = case.before.save();
    println!("{} ({} changes, save {} bytes)", case.name, case.all.len(), whole.len());
    let line = |what: &str, us: f64| println!("  {what:<34}{us:>10.1}");
    line("open, snapshot", time(|| Document::open(id, Some(&whole), []).unwrap()));
    for n in [1, 4, 8, 16] {
        let from = case.all.len() - n;
        let cut =
            Document::replay(id, case.before.generation(), case.all[..from].iter().map(Vec::as_slice)).unwrap().save();
        let tail = || case.all[from..].iter().map(Vec::as_slice);
        line(&format!("open, snapshot + {n}"), time(|| Document::open(id, Some(&cut), tail()).unwrap()));
    }
    let _ = (&case.snapshot, &case.tail);
    line("scan, all", time(|| case.night.iter().map(|bytes| scan(bytes).unwrap()).collect::<Vec<_>>()));
    let scans: Vec<Scan> = case.night.iter().map(|bytes| scan(bytes).unwrap()).collect();
    let opened = Document::open(id, Some(&whole), []).unwrap();
    line("trial", time(|| trial(&opened, &scans)));
    let tried = trial(&opened, &scans);
    assert!(tried.verdicts.iter().all(|verdict| *verdict == gate::TrialVerdict::Admitted));
    line("clone", time(|| opened.clone()));
    line("heads", time(|| opened.heads()));
    line("save", time(|| tried.document.save()));
    line("list", time(|| tried.document.list("")));
    line("genesis", time(|| Document::new(id)));
    line("facts", time(|| Facts::of(&tried.document)));
    line("facts to bytes", time(|| Facts::of(&tried.document).to_bytes()));
    line("project", time(|| project(&tried.document)));
    let mut keys: Vec<String> = scans.iter().flat_map(|scan| scan.touches().map(|(key, _)| key.to_owned())).collect();
    keys.sort();
    let author = Author::of_roster(worker(member), roster).unwrap();
    let author = author.within(Some(roster));
    let judgement = Judgement {
        author: &author,
        keys: &keys,
        before: &opened,
        after: &tried.document,
        roster: Some(roster),
        on: day(700),
    };
    println!("  {:?}", judge(&judgement));
    line("rule", time(|| judge(&judgement)));
    line("readers", time(|| readers(id.kind(), &Facts::of(&tried.document), roster, day(700))));
    let night = || {
        let opened = Document::open(id, Some(&whole), []).unwrap();
        let scans: Vec<Scan> = case.night.iter().map(|bytes| scan(bytes).unwrap()).collect();
        let tried = trial(&opened, &scans);
        let judgement = Judgement {
            author: &author,
            keys: &keys,
            before: &opened,
            after: &tried.document,
            roster: Some(roster),
            on: day(700),
        };
        (judge(&judgement), Facts::of(&tried.document).to_bytes(), project(&tried.document))
    };
    line("ALL (snapshot, no tail)", time(night));
}

fn main() {
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10, 100, 300, 1_000] } else { sizes };
    on_large_stack(|| {
        let roster = roster();
        for visits in sizes {
            println!("== {visits} visits");
            measure(&household(visits.max(12), 5), &roster, 5);
        }
        println!("== diary");
        measure(&diary(20, 5), &roster, 5);
    });
}
