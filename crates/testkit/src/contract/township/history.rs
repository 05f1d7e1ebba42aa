//! A long, made-up history, with phones that fetch pages of all sizes at all times.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use lianhu_sync::ids::{DocId, Position};
use lianhu_sync::message::{Chunk, Entry};
use lianhu_sync::ports::{Commit, DocAccess, Township, TownshipReader};

use super::office::{ALL, Office};
use crate::contract::{caller, doc, numbers};

const PHONES: u8 = 4;
const DOCUMENTS: u64 = 7;
const STEPS: usize = 400;

/// Whatever happens and however small the pages: a phone that has fetched its last page holds exactly what it may read,
/// and every digest kept step by step is the one worked out anew.
pub fn pages_of_any_budget_bring_every_phone_what_it_may_read<T: Township>(open: &impl Fn() -> T)
where
    T::Error: Debug,
{
    for seed in 1..=4 {
        let mut dice = Dice(seed);
        let mut office = Office::new(open());
        let mut phones: Vec<Phone> = (0..PHONES).map(Phone::new).collect();
        let mut next = 1;
        for _ in 0..STEPS {
            match dice.roll(10) {
                0..5 => write(&mut office, &mut phones, &mut dice, &mut next),
                5..7 => move_access(&mut office, &mut dice),
                _ => {
                    let phone = usize::try_from(dice.roll(u64::from(PHONES))).unwrap();
                    // Often interrupted in the middle.
                    phones[phone].fetch(&office, [1, 100, 400, ALL][dice.index(4)], 1 + dice.index(4));
                }
            }
        }
        office.check_digests();
        for phone in &mut phones {
            phone.fetch(&office, 150, usize::MAX);
            phone.check(&office);
        }
    }
}

fn write<T: Township>(office: &mut Office<T>, phones: &mut [Phone], dice: &mut Dice, next: &mut u64)
where
    T::Error: Debug,
{
    let doc = dice.doc();
    let changes: Vec<u64> = (0..=dice.roll(3)).map(|more| *next + more).collect();
    *next += 10;
    let author = dice.index(usize::from(PHONES) + 1);
    let blank = !office.recorded.contains_key(&doc);
    // A phone writes what it holds completely, or begins a document; the office writes anything.
    let from = phones.get(author).filter(|phone| {
        let reads = office.readers.get(&doc).is_some_and(|readers| readers.contains(&caller(phone.number).reader));
        let holds = phone.docs.get(&doc).cloned().unwrap_or_default();
        reads && holds == office.recorded.get(&doc).into_iter().flatten().copied().collect()
    });
    let from = from.map(|phone| caller(phone.number));
    match dice.roll(4) {
        0 => office.record_with_snapshot(from, doc, &changes),
        1 if blank => {
            let mut commit = office.commit_of(from, doc, &changes);
            commit.access = vec![some_readers(office, dice, doc)];
            if let Some(from) = from
                && !commit.access[0].readers.contains(&from.reader)
            {
                commit.access[0].readers.push(from.reader);
            }
            office.write(commit)
        }
        _ => office.record(from, doc, &changes),
    };
    if from.is_some() {
        // The verdict moves the phone's own changes into what it holds.
        phones[author].docs.entry(doc).or_default().extend(changes);
    }
}

fn move_access<T: Township>(office: &mut Office<T>, dice: &mut Dice)
where
    T::Error: Debug,
{
    let access = (0..=dice.roll(2)).map(|_| dice.doc()).collect::<BTreeSet<_>>();
    let access = access.into_iter().map(|doc| some_readers(office, dice, doc)).collect();
    office.write(Commit { access, ..office.empty_commit(None) });
}

fn some_readers<T: Township>(office: &Office<T>, dice: &mut Dice, doc: DocId) -> DocAccess
where
    T::Error: Debug,
{
    let readers: Vec<u8> = (0..PHONES).filter(|_| dice.roll(2) == 0).collect();
    office.list(doc, &readers)
}

/// A phone that believes every page.
struct Phone {
    number: u8,
    position: Position,
    docs: BTreeMap<DocId, BTreeSet<u64>>,
}

impl Phone {
    fn new(number: u8) -> Self {
        Phone { number, position: Position(0), docs: BTreeMap::new() }
    }

    fn fetch<T: Township>(&mut self, office: &Office<T>, budget: usize, pages: usize)
    where
        T::Error: Debug,
    {
        for _ in 0..pages {
            let page = office.page(self.number, self.position, budget);
            assert!(page.position >= self.position);
            assert!(!page.more || !page.entries.is_empty(), "a page that is not the last brings something");
            self.position = page.position;
            for entry in page.entries {
                self.take(entry);
            }
            if !page.more {
                let head = office.reader().standing(caller(self.number).reader).unwrap().head;
                assert_eq!(self.position, head);
                break;
            }
        }
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Changes(sent) => {
                let changes = sent.changes.iter().flat_map(|Chunk(bytes)| numbers(bytes));
                self.docs.entry(sent.doc).or_default().extend(changes);
            }
            Entry::Granted { doc, snapshot, changes } => {
                let changes = snapshot.iter().chain(&changes).flat_map(|Chunk(bytes)| numbers(bytes));
                self.docs.entry(doc).or_default().extend(changes);
            }
            Entry::Withdrawn { doc } => {
                self.docs.remove(&doc);
            }
            Entry::Settled { .. } => panic!("nothing was held"),
        }
    }

    fn check<T: Township>(&self, office: &Office<T>)
    where
        T::Error: Debug,
    {
        let who = caller(self.number).reader;
        let expected: BTreeMap<DocId, BTreeSet<u64>> = (office.recorded.iter())
            .filter(|(doc, _)| office.readers.get(doc).is_some_and(|readers| readers.contains(&who)))
            .map(|(doc, changes)| (*doc, changes.iter().copied().collect()))
            .collect();
        assert_eq!(self.docs, expected, "phone {}", self.number);
    }
}

/// The same throws for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn index(&mut self, sides: usize) -> usize {
        usize::try_from(self.roll(sides as u64)).unwrap()
    }

    fn doc(&mut self) -> DocId {
        doc(u8::try_from(1 + self.roll(DOCUMENTS)).unwrap())
    }
}
