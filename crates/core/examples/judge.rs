//! What judging one night costs, step by step: `cargo run --release --example judge -p lianhu-core [-- visits…]`.
//!
//! Microseconds, the least of many short rounds.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use lianhu_core::access::{Facts, readers};
use lianhu_core::deed::{Hand, from_json};
use lianhu_core::gate::{Scan, on_large_stack, scan, trial};
use lianhu_core::policy::{Author, Judgement, Ruling, judge};
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
        let edit = deed.edit(document, &self.hand(n)).unwrap();
        self.write(document, edit)
    }

    fn hand(&self, n: u64) -> Hand {
        Hand { worker: self.worker, at: DeviceMillis(self.at), today: day(600), random: bytes(n) }
    }
}

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Days::new(n)
}

/// One document before the night, its changes one by one, and what comes in.
struct Case {
    before: Document,
    all: Vec<Vec<u8>>,
    night: Vec<Vec<u8>>,
}

const MEMBERS: u64 = 62;
const MEMBER: u64 = 5;

fn village() -> DocId {
    DocId::mint(DocKind::Roster, bytes(1))
}

fn home(n: u64) -> DocId {
    DocId::mint(DocKind::Household, bytes(100 + n))
}

/// A village of plain members with seven households each.
fn roster() -> Roster {
    let mut document = Document::new(village());
    let mut office = Writer::new(9_999);
    for n in 0..MEMBERS {
        let form = WorkerForm { name: "王春山".into(), roles: [Role::Member].into(), ..WorkerForm::default() };
        office.write(&mut document, roster::put_worker(worker(n), &WorkerDraft::new(&form).unwrap()));
        for household in n * 7..n * 7 + 7 {
            let form = LinkForm {
                worker: Some(worker(n)),
                household: Some(home(household)),
                from: Some(day(1)),
                ..LinkForm::default()
            };
            let id = RecordId(bytes(7_000 + household));
            office.write(&mut document, roster::put_link(id, &LinkDraft::new(&form).unwrap()));
        }
    }
    Roster::read(&document)
}

fn household(visits: u64) -> Case {
    let mut before = Document::new(home(MEMBER * 7));
    let (mut office, mut phone) = (Writer::new(9_999), Writer::new(MEMBER));
    let create = format!(
        r#"{{"do":"create","village":"{}","head":"李秋河","doorplate":"3组7号","group":"第3组","phone":"15400000001","members":4,"contact_time":"晚上"}}"#,
        village()
    );
    let card = [
        create.as_str(),
        r#"{"do":"change","contact_by":"phone","residence":"lived_in"}"#,
        r#"{"do":"put_resident","name":"李一","relation":"0","born":1950}"#,
        r#"{"do":"put_resident","name":"李二","relation":"2","born":1980,"away":true}"#,
        r#"{"do":"put_resident","name":"李三","relation":"2","born":1984,"away":false}"#,
    ];
    let mut all: Vec<_> = (0_u64..).zip(card).map(|(n, json)| office.does(&mut before, n, json)).collect();
    for n in 0..visits {
        let date = day(n % 600);
        let json = format!(r#"{{"do":"visit","date":"{date}","mode":"home","met":"family","note":"{NOTE}"}}"#);
        all.push(phone.does(&mut before, 50_000 + n, &json));
    }
    let mut after = before.clone();
    let visit =
        format!(r#"{{"do":"visit","date":"2026-11-03","time":"21:30","mode":"home","met":"family","note":"{NOTE}"}}"#);
    let change = r#"{"do":"change","phone":"15400000002"}"#;
    let night = vec![phone.does(&mut after, 777, &visit), phone.does(&mut after, 778, change)];
    Case { before, all, night }
}

fn diary(entries: u64) -> Case {
    let mut phone = Writer::new(MEMBER);
    let entry = |n: u64| {
        let (village, day) = (village(), n % 28 + 1);
        format!(
            r#"{{"do":"write","village":"{village}","audience":"town","date":"2026-08-{day:02}","text":"{NOTE}今天还去了河边。"}}"#
        )
    };
    let begun = from_json(DocKind::Diary, &entry(1)).unwrap().begins(&phone.hand(3));
    let mut before = Document::new(begun.unwrap());
    let all = (0..entries).map(|n| phone.does(&mut before, n, &entry(n))).collect();
    let mut after = before.clone();
    let night = (900..903).map(|n| phone.does(&mut after, n, &entry(n))).collect();
    Case { before, all, night }
}

fn line(what: &str, micros: f64) {
    println!("  {what:<24}{micros:>10.1}");
}

fn measure(name: &str, case: &Case, roster: &Roster) {
    let (id, saved) = (case.before.id(), case.before.save().unwrap());
    println!("{name}: {} changes, {} bytes", case.all.len(), saved.len());
    let open = || Document::open(id, Some(&saved), []).unwrap();
    line("open", time(open));
    for tail in [1, 4, 16] {
        let (first, last) = case.all.split_at(case.all.len() - tail);
        let early =
            Document::replay(id, case.before.generation(), first.iter().map(Vec::as_slice)).unwrap().save().unwrap();
        let whole = || Document::open(id, Some(&early), last.iter().map(Vec::as_slice)).unwrap();
        line(&format!("open, a tail of {tail}"), time(whole));
    }
    let scan_all = || case.night.iter().map(|bytes| scan(bytes).unwrap()).collect::<Vec<Scan>>();
    line("scan", time(scan_all));
    let (opened, scans) = (open(), scan_all());
    line("trial", time(|| trial(&opened, &scans)));
    let tried = trial(&opened, &scans);
    let author = Author::of_roster(worker(MEMBER), roster).unwrap();
    let keys: BTreeSet<String> = scans.iter().flat_map(|scan| scan.touches().map(|(key, _)| key.to_owned())).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    let rule = |before: &Document, after: &Document| {
        judge(&Judgement { author: &author, keys: &keys, before, after, roster: Some(roster), on: day(700) })
    };
    assert_eq!(rule(&opened, &tried.document), Ruling::Allow);
    line("rule", time(|| rule(&opened, &tried.document)));
    line("facts", time(|| Facts::of(&tried.document).to_bytes()));
    line("readers", time(|| readers(id.kind(), &Facts::of(&tried.document), roster, day(700))));
    line("project", time(|| project(&tried.document)));
    let all = || {
        let (opened, scans) = (open(), scan_all());
        let tried = trial(&opened, &scans);
        (rule(&opened, &tried.document), Facts::of(&tried.document).to_bytes(), project(&tried.document))
    };
    line("all of it, no tail", time(all));
}

fn main() {
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10, 100, 300, 1_000] } else { sizes };
    on_large_stack(|| {
        let roster = roster();
        for visits in sizes {
            measure(&format!("household of {visits} visits"), &household(visits.max(12)), &roster);
        }
        measure("diary", &diary(20), &roster);
    });
}
