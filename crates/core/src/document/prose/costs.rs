//! What prose costs: the figures of `docs/adr/0006-shared-prose.md`, printed by
//! `cargo test --release --package lianhu-core what_prose_costs -- --nocapture`.

use std::time::Instant;

use crate::gate::{TrialVerdict, open_snapshot, scan, trial};
use crate::testing::{doc, put, stamp};
use crate::{DocKind, Document, Edit, PROSE_KEY};

/// Characters a person adds before they save.
const A_SAVE: usize = 50;

struct Figures {
    save_bytes: usize,
    open: f64,
    one_save: f64,
    change_bytes: usize,
}

impl Figures {
    fn line(&self, name: &str, characters: usize) -> String {
        let Figures { save_bytes, open, one_save, change_bytes } = self;
        format!("| {name} | {characters} | {save_bytes} | {open:.1} | {one_save:.1} | {change_bytes} |")
    }
}

fn millis<T>(work: impl Fn() -> T) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..3 {
        let begin = Instant::now();
        let _done = work();
        best = best.min(begin.elapsed().as_secs_f64() * 1e3);
    }
    best
}

/// Three people write in turn, each a sentence into the middle of what is there; then one writes one more.
fn written(kind: DocKind, characters: usize, edit: impl Fn(&str) -> Edit) -> Figures {
    let words: Vec<char> = "河道清淤由第二网格负责月底前完成，路灯不亮请供电所来看。".chars().collect();
    let mut document = Document::new(doc(kind, 1));
    let mut text: Vec<char> = Vec::new();
    while text.len() < characters {
        let middle = text.len() / 2;
        text.splice(middle..middle, words.iter().cycle().skip(text.len()).take(A_SAVE).copied());
        let by = 1 + (text.len() / A_SAVE % 3) as u8;
        document.write(stamp(by, 5), edit(&String::from_iter(&text))).unwrap();
    }
    text.push('。');
    let change = document.clone().write(stamp(1, 6), edit(&String::from_iter(&text))).unwrap().unwrap();
    let scanned = scan(&change.bytes).unwrap();
    let saved = document.save().unwrap();
    assert_eq!(trial(&document, std::slice::from_ref(&scanned)).verdicts, [TrialVerdict::Admitted]);
    Figures {
        save_bytes: saved.len(),
        open: millis(|| open_snapshot(document.id(), Some(&saved), [])),
        one_save: millis(|| trial(&document, std::slice::from_ref(&scanned))),
        change_bytes: change.bytes.len(),
    }
}

#[test]
fn what_prose_costs() {
    let sizes: &[usize] = if cfg!(debug_assertions) { &[500] } else { &[500, 2_000, 10_000, 90_000] };
    println!(
        "| how it is kept | characters | document, bytes | opened at the gate, ms | one more save tried, ms | its change, bytes |"
    );
    println!("|---|---|---|---|---|---|");
    for size in sizes {
        let prose = written(DocKind::Meeting, *size, |text| {
            let mut edit = Edit::new();
            edit.prose(PROSE_KEY, text);
            edit
        });
        println!("{}", prose.line("prose", *size));
        if *size <= 2_000 {
            let scalar = written(DocKind::Household, *size, |text| put("note", text));
            println!("{}", scalar.line("one value, written again at each save", *size));
        }
    }
}
