//! Mutated inputs with checksums that hold: whatever they are, the gate answers, and what it lets in opens again.
//!
//! `LIANHU_FUZZ_ITERATIONS` asks for more than the default; a failure prints its seed.

use super::builder::*;
use crate::document::{Document, Edit};
use crate::gate::{TrialVerdict, on_large_stack, open_snapshot, scan, trial};
use crate::testing::Dice;

fn iterations() -> u64 {
    std::env::var("LIANHU_FUZZ_ITERATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

/// A number that is often interesting and sometimes any.
fn odd_number(dice: &mut Dice) -> u64 {
    match dice.below(8) {
        0 => 0,
        1 => u64::MAX >> dice.below(64),
        2 => 1 << dice.below(63),
        3 => dice.roll(),
        _ => dice.below(8) as u64,
    }
}

fn flip(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 if !bytes.is_empty() => bytes[at] = dice.roll() as u8,
            2 if !bytes.is_empty() => drop(bytes.remove(at)),
            _ => bytes.insert(at, dice.roll() as u8),
        }
    }
}

fn mutate(mut draft: Draft, dice: &mut Dice) -> Draft {
    for _ in 0..=dice.below(2) {
        match dice.below(9) {
            0 => draft.seq = odd_number(dice),
            1 => draft.start_op = odd_number(dice),
            2 => draft.time = odd_number(dice) as i64,
            3 => draft.others = vec![actor(1 + dice.below(5) as u8).to_bytes().to_vec()],
            4 => flip(&mut draft.actor, dice),
            5 => draft = draft.overwriting(dice.below(3) as u64, odd_number(dice) as i64),
            6 => {
                let specs = [KEY, INSERT, ACTION, META, PRED_COUNT, PRED_ACTOR, PRED_COUNTER, OBJ_COUNTER, VALUE];
                let spec = specs[dice.below(specs.len())];
                let count = if dice.below(2) == 0 { 1 } else { odd_number(dice) as i64 };
                let bytes = match spec {
                    KEY => text(count, ["head", "phone", "note", ""][dice.below(4)]),
                    PRED_COUNTER => delta(count, odd_number(dice) as i64),
                    INSERT => number(odd_number(dice)),
                    _ => run(count, odd_number(dice)),
                };
                draft = draft.with(spec, bytes);
            }
            _ => {
                let index = dice.below(draft.columns.len());
                if let Some((_, bytes)) = draft.columns.get_mut(index) {
                    flip(bytes, dice);
                }
            }
        }
    }
    draft
}

fn recorded() -> Document {
    let mut document = household();
    put(&mut document, 1, "head", "张伟");
    put(&mut document, 2, "phone", "0573");
    let mut edit = Edit::new();
    edit.put("head", "张玮").remove("phone").put("members", 4);
    document.write(stamp(3), edit).unwrap();
    document
}

/// An honest change to begin with: new, overwriting, or of several operations.
fn honest(document: &Document, dice: &mut Dice) -> Draft {
    let name = 1 + dice.below(5) as u8;
    let draft = Draft::of(document, name, ["head", "note"][dice.below(2)], "x");
    match dice.below(3) {
        0 => draft,
        1 => Draft { others: vec![actor(3).to_bytes().to_vec()], ..draft }.overwriting(1, 5),
        _ => draft
            .with(KEY, text(3, "many"))
            .with(INSERT, number(3))
            .with(ACTION, run(3, 1))
            .with(META, run(3, 1 << 4 | 3))
            .with(VALUE, vec![1, 2, 3])
            .with(PRED_COUNT, run(3, 0)),
    }
}

#[test]
fn mutated_changes_never_break_a_document() {
    let document = recorded();
    let heads = document.heads();
    let (mut scanned, mut admitted) = (0, 0);
    on_large_stack(|| {
        for seed in 0..iterations() {
            let mut dice = Dice::new(seed);
            let draft = honest(&document, &mut dice);
            let bytes = if dice.below(3) == 0 {
                let mut bytes = draft.bytes();
                flip(&mut bytes, &mut dice);
                fix_checksum(&mut bytes);
                bytes
            } else {
                mutate(draft, &mut dice).bytes()
            };
            let Ok(scan) = scan(&bytes) else { continue };
            scanned += 1;
            let result = trial(&document, std::slice::from_ref(&scan));
            assert_eq!(document.heads(), heads, "seed {seed}");
            match result.verdicts[0] {
                TrialVerdict::Admitted => {
                    admitted += 1;
                    let mut reopened = open_snapshot(document.id(), Some(&result.saved), []).unwrap();
                    assert_eq!(reopened.heads(), result.heads, "seed {seed}");
                    let replayed = Document::open(document.id(), Some(&document.save()), [scan.bytes()]).unwrap();
                    assert_eq!(replayed.list(""), reopened.list(""), "seed {seed}");
                    put(&mut reopened, 9, "after", "z");
                }
                TrialVerdict::AlreadyHeld => panic!("seed {seed} is a new change"),
                TrialVerdict::Refused(_) => assert_eq!(result.heads, heads, "seed {seed}"),
            }
        }
    });
    // The mutations reach all three fates; otherwise this test would prove nothing.
    assert!(scanned > 50 && admitted > 10 && admitted < scanned, "{scanned} scanned, {admitted} admitted");
}

#[test]
fn mutated_snapshots_open_as_what_they_claim_or_not_at_all() {
    let document = recorded();
    let saved = document.save();
    let mut opened = 0;
    on_large_stack(|| {
        for seed in 0..iterations() / 2 {
            let mut dice = Dice::new(seed);
            let mut bytes = saved.clone();
            flip(&mut bytes, &mut dice);
            fix_checksum(&mut bytes);
            if let Ok(found) = open_snapshot(document.id(), Some(&bytes), []) {
                opened += 1;
                let again = open_snapshot(document.id(), Some(&found.save()), []).unwrap();
                assert_eq!(again.heads(), found.heads(), "seed {seed}");
                assert_eq!(again.list(""), found.list(""), "seed {seed}");
            }
        }
    });
    assert!(opened < iterations() / 4, "{opened} of the mutated snapshots opened");
}
