//! A district at work: its nights, and what the server pays for them.

use std::path::Path;
use std::sync::atomic::Ordering;

use lianhu_core::DeviceMillis;
use lianhu_core::diary::EntryForm;
use lianhu_core::household::{CardForm, VisitForm};
use lianhu_device::Outgoing;
use serde_json::json;

use crate::args::{BenchArgs, BenchWork};
use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, Line, sync_failure, workbook_failure};
use crate::scene::server::Server;
use crate::scene::words::Words;
use crate::scene::{Cast, Member, Pocket, Scene, check, night};
use crate::talk::Talk;

use super::disk;
use super::district::{self, ENTRY, NOTE, of_length};
use super::figures::{Figures, Found};
use super::volley::{self, Volley};

/// Diary entries of the month before the first night.
const ENTRIES_BEFORE: u64 = 12;
/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// `night`, `first-sync` and `noop`: the pieces of work in the order they happen, as far as the one that was asked for.
pub(super) fn measure(talk: Talk, args: &BenchArgs, dir: &Path) -> Result<Found, Failure> {
    let bench = Bench::set(talk, args, dir, false)?;
    let first = bench.first_sync()?;
    let mut found = if args.work == BenchWork::FirstSync {
        Found::new(first, Vec::new())
    } else {
        bench.month()?;
        if args.work == BenchWork::Night {
            let (night, by_night) = bench.nights(args.nights)?;
            let noop = bench.nothing_new()?;
            Found { peak_rss_mib_by_night: by_night, ..Found::new(night, vec![first, noop]) }
        } else {
            Found::new(bench.nothing_new()?, vec![first])
        }
    };
    let scene = bench.close()?;
    // What is checked below is the township as it is packed.
    found.more.extend(disk::measure(talk, &scene.township)?);
    found.differences = check::everything(talk, &scene)?.differences();
    Ok(found)
}

/// A district with its server running.
pub(super) struct Bench {
    talk: Talk,
    pub(super) scene: Scene,
    server: Server,
    pub(super) line: Line,
    words: Words,
}

impl Bench {
    /// Makes the district and enrols every member's phone; every second one's store is plain where that is asked for.
    pub(super) fn set(talk: Talk, args: &BenchArgs, dir: &Path, half_plain: bool) -> Result<Self, Failure> {
        let parallel = usize::try_from(args.parallel).unwrap_or(1);
        let cast = Cast { members: None, parallel, seed: args.seed, half_plain };
        let files = district::rosters(args.devices);
        let (visits, seed) = (args.visits, args.seed);
        let scene = Scene::set(talk, cast, &files, dir, |plan, stamp| district::past(plan, stamp, visits, seed))?;
        let bench = Bench::serve(talk, scene)?;
        bench.scene.enrol(talk, &bench.line)?;
        Ok(bench)
    }

    /// Serves the district of a scene.
    pub(super) fn serve(talk: Talk, scene: Scene) -> Result<Self, Failure> {
        let words = Words::load().map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
        let server = Server::start(&scene.township)?;
        let line = Line::to(&server.address);
        Ok(Bench { talk, scene, server, line, words })
    }

    /// Stops the server.
    pub(super) fn close(self) -> Result<Scene, Failure> {
        self.server.stop()?;
        Ok(self.scene)
    }

    /// Every phone is empty, and fetches what is its owner's.
    pub(super) fn first_sync(&self) -> Result<Figures, Failure> {
        let before = self.cost()?;
        let first = self.everybody(self.talk.pick("第一次下载", "first sync"))?;
        self.figures("first-sync", before, &of_phones(&first))
    }

    /// The month before the first night: every phone keeps a diary, and has delivered it.
    pub(super) fn month(&self) -> Result<(), Failure> {
        self.write(self.talk.pick("这个月的日记", "the month's diary"), |bench, book, member| {
            (0..ENTRIES_BEFORE).try_for_each(|entry| bench.diary(book, member, entry))
        })?;
        self.everybody(self.talk.pick("同步", "sync")).map(|_| ())
    }

    /// So many nights one after another: the last one's figures, and the server's memory after each.
    fn nights(&self, nights: u64) -> Result<(Figures, Vec<f64>), Failure> {
        let (mut last, mut by_night) = (Figures::default(), Vec::new());
        for number in 0..nights {
            last = self.night(number)?;
            self.talk.say(format!("{}", json!(last)));
            by_night.extend(last.peak_rss_mib);
        }
        Ok((last, by_night))
    }

    /// Nothing is new, on any phone and at the office.
    fn nothing_new(&self) -> Result<Figures, Failure> {
        let requests = self.write(self.talk.pick("没有新内容", "nothing new"), |_, _, _| Ok(()))?;
        let before = self.cost()?;
        let fired = volley::fire(&self.server.address, &requests, self.scene.parallel)?;
        self.figures("noop", before, &fired)
    }

    /// Every phone syncs for itself, from a cold start.
    pub(super) fn everybody(&self, what: &str) -> Result<night::Sums, Failure> {
        night::everybody(self.talk, &self.scene, &self.line, what)
    }

    /// One night: written offline, changed at the office, sent, and made sure of.
    pub(super) fn night(&self, number: u64) -> Result<Figures, Failure> {
        let talk = self.talk;
        let now = self.scene.clock.load(Ordering::Relaxed);
        self.scene.clock.store(now + DAY_MS, Ordering::Relaxed);
        self.office(number)?;
        let requests = self
            .write(talk.pick("没有信号的一天", "a day without signal"), |bench, book, member| {
                bench.day(book, member, number)
            })?;
        let before = self.cost()?;
        let fired = volley::fire(&self.server.address, &requests, self.scene.parallel)?;
        let figures = self.figures("night", before, &fired)?;
        let sure = self.everybody(talk.pick("核对同步", "make sure"))?;
        if sure.unproven > 0 || sure.waiting > 0 {
            return Err(Failure::new(Kind::Differences, format!("{} phones are not up to date", sure.unproven)));
        }
        Ok(figures)
    }

    /// Every phone is opened, does something, and makes the request it would send.
    fn write(
        &self,
        what: &str,
        work: impl Fn(&Self, &mut FileWorkbook<Pocket>, &Member) -> Result<(), Failure> + Sync,
    ) -> Result<Vec<Outgoing>, Failure> {
        let part = u64::try_from(self.scene.clock.load(Ordering::Relaxed) / DAY_MS).unwrap_or_default();
        self.scene.each(self.talk, what, |member| {
            let mut book = self.scene.open(member, part)?;
            work(self, &mut book, member)?;
            book.begin_sync().map_err(|why| sync_failure(&why))
        })
    }

    /// Three diary entries, a visit to each of two households, and a card corrected.
    pub(super) fn day(&self, book: &mut FileWorkbook<Pocket>, member: &Member, night: u64) -> Result<(), Failure> {
        (0..3).try_for_each(|entry| self.diary(book, member, ENTRIES_BEFORE + night * 3 + entry))?;
        let mut dice = self.scene.dice(member, 7 + night);
        for id in member.households.iter().take(2) {
            let said = self.words.visit(&mut dice, 6, "王");
            let form = VisitForm {
                mode: Some(said.mode),
                met: Some(said.met),
                date: Some(self.today()),
                note: of_length(|| self.words.visit(&mut dice, 6, "王").note, NOTE).into(),
                ..VisitForm::default()
            };
            book.households().visit(*id, form).map_err(|why| workbook_failure(&why))?;
        }
        let Some(id) = member.households.first() else { return Ok(()) };
        let form = CardForm { contact_time: format!("晚上{}点", dice.next() % 1_000), ..CardForm::default() };
        book.households().change(*id, &form).map_err(|why| workbook_failure(&why))?;
        Ok(())
    }

    fn diary(&self, book: &mut FileWorkbook<Pocket>, member: &Member, entry: u64) -> Result<(), Failure> {
        let mut dice = self.scene.dice(member, 1_000 + entry);
        let text = of_length(|| self.words.diary(&mut dice, 6, "王").text, ENTRY);
        let form = EntryForm { date: Some(self.today()), text: text.into(), ..EntryForm::default() };
        book.diary().write(form).map_err(|why| workbook_failure(&why))?;
        Ok(())
    }

    fn today(&self) -> chrono::NaiveDate {
        DeviceMillis(self.scene.clock.load(Ordering::Relaxed)).in_china().date()
    }

    /// The office corrects the card of a household of every member that the member does not touch.
    pub(super) fn office(&self, night: u64) -> Result<(), Failure> {
        self.scene.each(self.talk, self.talk.pick("镇里也改了一处", "the office changes a card"), |member| {
            let Some(household) = member.households.get(2) else { return Ok(()) };
            let patch = json!({ "contact_time": format!("上午{night}") });
            let told = self.line.post_json(&format!("/office/v1/households/{household}"), &patch);
            told.map(|_| ()).map_err(|why| Failure::new(Kind::Network, why.to_string()))
        })?;
        Ok(())
    }

    /// The processor time the server has used, and the documents it has loaded.
    pub(super) fn cost(&self) -> Result<(Option<f64>, u64), Failure> {
        let told = self.line.get_json("/office/v1/counters");
        let told = told.map_err(|why| Failure::new(Kind::Network, why.to_string()))?;
        Ok((self.server.usage().map(|usage| usage.cpu_ms), night::number(&told, "documents_loaded")))
    }

    /// What a piece of work cost, since `before` was read.
    pub(super) fn figures(
        &self,
        work: &'static str,
        (cpu_before, loaded_before): (Option<f64>, u64),
        fired: &Volley,
    ) -> Result<Figures, Failure> {
        let (cpu, loaded) = self.cost()?;
        let requests = fired.requests;
        let each = |sum: u64| sum as f64 / requests.max(1) as f64;
        Ok(Figures {
            work,
            devices: requests,
            wall_s: fired.seconds,
            server_cpu_ms_per_device: cpu_before
                .zip(cpu)
                .map(|(before, after)| (after - before) / requests.max(1) as f64),
            bytes_up_per_device: Some(each(fired.bytes_up)),
            bytes_down_per_device: Some(each(fired.bytes_down)),
            round_trips_per_device: Some(1.0 + each(fired.asked_again)),
            documents_loaded: Some(loaded - loaded_before),
            peak_rss_mib: self.server.usage().map(|usage| usage.peak_rss_mib),
            changes_recorded: Some(fired.recorded),
            failed: Some(fired.failed),
        })
    }
}

/// The same sums as a volley has them.
pub(super) fn of_phones(sums: &night::Sums) -> Volley {
    Volley {
        requests: sums.phones,
        seconds: sums.seconds,
        bytes_up: sums.bytes_up,
        bytes_down: sums.bytes_down,
        recorded: sums.recorded,
        asked_again: sums.round_trips.saturating_sub(sums.phones),
        ..Volley::default()
    }
}
