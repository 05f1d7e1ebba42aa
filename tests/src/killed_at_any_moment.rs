//! Phones and server are real processes, and any of them is ended at any moment, as by a power cut. Afterwards the
//! township is sound, what a phone shows as recorded is in the township, and what a command said it kept is on its phone
//! or in the township.
//!
//! `LIANHU_KILL_ROUNDS=100 LIANHU_KILL_SEED=7 cargo test --package lianhu-tests killed_at_any_moment -- --nocapture`
//! plays more and other rounds and prints what was killed. The moments come from the seed; what a process is doing then
//! is the machine's affair.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use lianhu_core::{DocId, DocKind};
use lianhu_device::Place;
use lianhu_testkit::fuzz::Dice;
use serde_json::Value;

use crate::house::{EVERYBODY, House, homes};
use crate::killed::{Record, listed, missing};
use crate::program::{Server, Told};

/// A number from the environment, or the one that suits every day.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What happened in all rounds.
#[derive(Debug, Default)]
struct Tally {
    server_killed: u64,
    /// Phone processes that ended by themselves, and those that were killed: writing, syncing.
    ended: u64,
    killed_writing: u64,
    killed_syncing: u64,
    /// Syncs that met a server that was gone.
    unanswered: u64,
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.server_killed += other.server_killed;
        self.ended += other.ended;
        self.killed_writing += other.killed_writing;
        self.killed_syncing += other.killed_syncing;
        self.unanswered += other.unanswered;
    }
}

/// One person's part of one round.
struct Part<'a> {
    house: &'a House,
    who: &'static str,
    homes: &'a [DocId],
    dice: Dice,
    /// How long a process lasts that nobody kills: its moments lie within this.
    usual: Duration,
    tally: Tally,
    kept: Vec<Record>,
}

impl Part<'_> {
    /// A few commands one after another; every other one is killed at a random moment.
    fn play(mut self, round: u64) -> (Vec<Record>, Tally) {
        for number in 0..2 + self.dice.below(4) {
            let text = format!("第{round}夜第{number}件，路灯不亮");
            let day = format!("2026-0{}-05", 1 + self.dice.below(3));
            match self.dice.below(5) {
                0 | 1 => self.write("entry", &["diary", &text, "--on", &day]),
                2 if !self.homes.is_empty() => {
                    let home = self.dice.pick(self.homes).to_string();
                    self.write("visit", &["visit", &home, &text, "--on", &day]);
                }
                _ => self.sync(),
            }
        }
        (self.kept, self.tally)
    }

    fn run(&mut self, args: &[&str]) -> Told {
        let told = if self.dice.once_in(2) {
            let micros = self.usual.as_micros() as usize;
            self.house.phone_killed_at(Duration::from_micros(self.dice.below(micros) as u64), self.who, args)
        } else {
            self.house.phone(self.who, args)
        };
        assert!(!told.broke(), "{told:?}");
        told
    }

    fn write(&mut self, collection: &str, args: &[&str]) {
        let told = self.run(args);
        match told.code() {
            Some(0) => self.tally.ended += 1,
            None => self.tally.killed_writing += 1,
            Some(_) => panic!("{told:?}"),
        }
        // Killed after it said so is said all the same.
        if let Some(said) = told.said() {
            assert_eq!(said["place"], "kept");
            let text = |name: &str| said[name].as_str().unwrap().to_owned();
            self.kept.push((text("document").parse().unwrap(), format!("{collection}/{}", text(collection))));
        }
    }

    fn sync(&mut self) {
        let told = self.run(&["sync"]);
        match told.code() {
            Some(0) => self.tally.ended += 1,
            Some(8) => self.tally.unanswered += 1,
            None => self.tally.killed_syncing += 1,
            Some(_) => panic!("{told:?}"),
        }
    }
}

/// Of the records a person's commands said they kept, those the phone shows as recorded. All of them can be read on it.
fn recorded<'a>(house: &House, who: &str, kept: &'a [Record]) -> Vec<&'a Record> {
    let mut book = house.workbook(who);
    let mut by_document: BTreeMap<DocId, Vec<&Record>> = BTreeMap::new();
    for record in kept {
        by_document.entry(record.0).or_default().push(record);
    }
    let mut recorded = Vec::new();
    for (doc, records) in by_document {
        let (there, places): (BTreeSet<String>, _) = match doc.kind() {
            DocKind::Diary => {
                let page = book.diary().get(doc).unwrap();
                (page.entries.keys().map(|id| format!("entry/{id}")).collect(), page.places.clone())
            }
            _ => {
                let page = book.households().get(doc).unwrap();
                (page.visits.keys().map(|id| format!("visit/{id}")).collect(), page.places.clone())
            }
        };
        for record in records {
            assert!(there.contains(&record.1), "{who} kept {record:?}, and it is not on the phone");
            match places.key(&record.1) {
                Place::Recorded => recorded.push(record),
                Place::Kept => {}
                other => panic!("{record:?} is {other:?}"),
            }
        }
    }
    recorded
}

struct Night {
    house: House,
    address: String,
    homes: BTreeMap<&'static str, Vec<DocId>>,
    usual: Duration,
    kept: BTreeMap<&'static str, Vec<Record>>,
    tally: Tally,
}

impl Night {
    /// A village with everybody enrolled, and how long a command takes here.
    fn begin() -> (Self, Server) {
        let house = House::with_a_village();
        let server = house.serve();
        EVERYBODY.iter().for_each(|who| house.enrol(&server, who));
        let homes = EVERYBODY.map(|who| (who, homes(&mut house.workbook(who)))).into();
        let began = Instant::now();
        house.phone(EVERYBODY[0], &["sync"]).done();
        let usual = began.elapsed().max(Duration::from_millis(1)) * 3 / 2;
        let (kept, address) = (BTreeMap::new(), server.address.clone());
        (Night { house, address, homes, usual, kept, tally: Tally::default() }, server)
    }

    /// Everybody works while the server may die; then all is checked, and the server is there again.
    fn round(&mut self, round: u64, server: Server, dice: &mut Dice) -> Server {
        let (playing, ended) = mpsc::channel::<()>();
        let moment = (!dice.once_in(4)).then(|| self.usual * 3 * dice.below(1_000) as u32 / 1_000);
        let parts = EVERYBODY.map(|who| {
            let (house, homes, usual) = (&self.house, &self.homes[who][..], self.usual);
            Part { house, who, homes, usual, dice: Dice::new(dice.roll()), tally: Tally::default(), kept: vec![] }
        });
        let (played, killed) = std::thread::scope(|scope| {
            let parts = parts.map(|part| {
                let playing = playing.clone();
                scope.spawn(move || {
                    let played = (part.who, part.play(round));
                    drop(playing);
                    played
                })
            });
            drop(playing);
            let killed = moment.is_some_and(|moment| ended.recv_timeout(moment) == Err(RecvTimeoutError::Timeout));
            match killed {
                true => server.kill(),
                false => {
                    // Nobody sends anything: this ends when everybody has.
                    _ = ended.recv();
                    assert!(server.stop().success());
                }
            }
            (parts.map(|part| part.join().unwrap()), killed)
        });
        self.tally.server_killed += u64::from(killed);
        for (who, (kept, tally)) in played {
            self.kept.entry(who).or_default().extend(kept);
            self.tally.add(&tally);
        }
        self.house.sound();
        let server = Server::start_at(&self.house.town(), &self.address);
        for (who, kept) in &self.kept {
            let shown = recorded(&self.house, who, kept);
            assert_eq!(missing(&server, shown), [] as [&Record; 0], "{who} was told they are recorded");
        }
        server
    }

    /// Nobody dies any more: everything arrives, once.
    fn heal(&self, server: Server) -> (usize, usize) {
        for _ in 0..2 {
            for who in EVERYBODY {
                let report: Value = self.house.phone(who, &["sync"]).done();
                assert_eq!((&report["held"], &report["refused"]), (&0.into(), &0.into()), "{who}");
                assert_eq!(report["proven"], true, "{who}");
            }
        }
        for (who, kept) in &self.kept {
            assert_eq!(recorded(&self.house, who, kept).len(), kept.len(), "{who}");
        }
        let kept: BTreeSet<&Record> = self.kept.values().flatten().collect();
        assert_eq!(missing(&server, kept.iter().copied()), [] as [&Record; 0]);
        let all = listed(&server);
        let distinct: BTreeSet<&Record> = all.iter().collect();
        assert_eq!(distinct.len(), all.len(), "nothing is there twice");
        assert!(server.stop().success());
        self.house.sound();
        (kept.len(), all.len())
    }
}

#[test]
fn nothing_kept_and_nothing_acknowledged_is_lost_whoever_is_killed_at_any_moment() {
    let (rounds, seed) = (setting("LIANHU_KILL_ROUNDS", 4), setting("LIANHU_KILL_SEED", 1));
    eprintln!("{rounds} rounds of seed {seed}");
    let mut dice = Dice::new(seed);
    let (mut night, mut server) = Night::begin();
    for round in 1..=rounds {
        server = night.round(round, server, &mut dice);
    }
    let (kept, listed) = night.heal(server);
    eprintln!("{:?}; {kept} records were said to be kept, {listed} are in the township", night.tally);
    assert!(kept > 0 && night.tally.killed_writing + night.tally.killed_syncing + night.tally.server_killed > 0);
}
