//! Random schedules: whatever is lost, repeated or decided in between, everybody ends with the same words.

use std::collections::BTreeMap;

use lianhu_sync::message::{Reply, Request};
use lianhu_sync::phone::{Next, Session};
use lianhu_sync::ports::PhoneStore;
use lianhu_sync::wire;
use proptest::prelude::*;

use crate::world::{Phone, World, doc};

#[derive(Clone, Debug)]
enum Step {
    Write {
        phone: usize,
        doc: u8,
        bad: bool,
    },
    /// A request is answered; the reply stays on the line.
    Ask {
        phone: usize,
        budget: Option<u32>,
    },
    /// A reply on the line is delivered: the newest or an older one, once or again.
    Deliver {
        phone: usize,
        which: usize,
    },
    Sync {
        phone: usize,
    },
    Assign {
        doc: u8,
        readers: u8,
    },
    /// The township's store is copied and goes on under a new log id.
    NewLog,
}

fn step() -> impl Strategy<Value = Step> {
    let phone = 0..3_usize;
    prop_oneof![
        6 => (phone.clone(), 0..4_u8, prop::bool::weighted(0.1)).prop_map(|(phone, doc, bad)| Step::Write { phone, doc, bad }),
        4 => (phone.clone(), prop::option::of(1..400_u32)).prop_map(|(phone, budget)| Step::Ask { phone, budget }),
        4 => (phone.clone(), 0..4_usize).prop_map(|(phone, which)| Step::Deliver { phone, which }),
        2 => phone.prop_map(|phone| Step::Sync { phone }),
        2 => (0..4_u8, 0..8_u8).prop_map(|(doc, readers)| Step::Assign { doc, readers }),
        1 => Just(Step::NewLog),
    ]
}

#[derive(Default)]
struct Line(Vec<(Session, Request, Reply)>);

fn run(steps: Vec<Step>) {
    let mut world = World::new();
    let mut phones: Vec<Phone> = (1..=3).map(|number| world.phone(number)).collect();
    let mut lines: Vec<Line> = (0..3).map(|_| Line::default()).collect();
    let mut written: BTreeMap<u8, Vec<String>> = BTreeMap::new();
    (0..4).for_each(|number| world.assign(doc(number), &[1, 2, 3]));
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Write { phone, doc: which, bad } => {
                let word = format!("{}{number}", if bad { "!" } else { "" });
                phones[phone].write(doc(which), &word);
                written.entry(which).or_default().push(word);
            }
            Step::Ask { phone, budget } => {
                let mut session = phones[phone].session();
                if let Some(bytes) = budget {
                    session = session.with_budget(bytes);
                }
                let request = session.begin(&phones[phone].store).unwrap();
                let (body, _) = world.answer(&phones[phone], &wire::encode_request(&request).unwrap());
                lines[phone].0.push((session, request, wire::decode_reply(&body).unwrap()));
            }
            Step::Deliver { phone, which } => {
                let line = &lines[phone].0;
                if let Some((session, request, reply)) = line.len().checked_sub(1 + which).and_then(|at| line.get(at)) {
                    let (mut session, phone) = (session.clone(), &mut phones[phone]);
                    let _: Next = session.absorb(&mut phone.store, &mut phone.gate, request, reply.clone()).unwrap();
                }
            }
            Step::Sync { phone } => {
                world.sync(&mut phones[phone]);
            }
            Step::Assign { doc: which, readers } => {
                let readers: Vec<u8> = (1..=3).filter(|reader| readers >> (reader - 1) & 1 == 1).collect();
                world.assign(doc(which), &readers);
            }
            Step::NewLog => {
                let copy = world.township.clone();
                world.restore(&copy);
            }
        }
    }
    heal(&mut world, &mut phones, &written);
}

/// The line is good again, everybody may read everything, the office takes in what is held.
fn heal(world: &mut World, phones: &mut [Phone], written: &BTreeMap<u8, Vec<String>>) {
    (0..4).for_each(|number| world.assign(doc(number), &[1, 2, 3]));
    for _ in 0..3 {
        for phone in phones.iter_mut() {
            world.sync(phone);
            for change in phone.store.pending(None).unwrap() {
                if matches!(change.state, lianhu_sync::ports::PendingState::Held(_)) {
                    world.accept(change.doc, &change.bytes);
                }
            }
        }
    }
    for (number, phone) in phones.iter_mut().enumerate() {
        let synced = world.sync(phone);
        assert!(synced.summary.proven, "{:?}", synced.summary);
        assert_eq!(phone.readable(), world.readable(number as u8 + 1));
        for change in phone.store.pending(None).unwrap() {
            assert!(matches!(change.state, lianhu_sync::ports::PendingState::Refused(..)), "{change:?}");
        }
    }
    assert_eq!(phones[0].readable(), phones[1].readable());
    assert_eq!(phones[1].readable(), phones[2].readable());
    // Every word is in the record, or refused on the phone that wrote it. None is gone.
    for (which, words) in written {
        let recorded = world.words(doc(*which));
        for word in words {
            let kept = phones.iter().any(|phone| {
                let pending = phone.store.pending(Some(doc(*which))).unwrap();
                pending.iter().any(|change| change.touches == [format!("word/{word}")])
            });
            assert!(recorded.contains(word) != kept, "{word}: recorded {}, kept {kept}", recorded.contains(word));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_schedule_ends_with_equal_digests_and_no_word_lost(steps in prop::collection::vec(step(), 0..60)) {
        run(steps);
    }
}
