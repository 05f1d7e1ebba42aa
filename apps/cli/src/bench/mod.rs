//! `lianhu bench`: what the server costs, measured on real requests of real phones.
//!
//! The phones are real and write what a bench needs before it begins; the requests they make are kept and sent by plain
//! threads while the server's processor time is read, so that no phone's work is in the figure. Afterwards every phone
//! syncs for itself, as one whose reply was lost, and everything is checked. `docs/performance.md` says more.

mod district;
mod volley;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use lianhu_core::DeviceMillis;
use lianhu_core::diary::EntryForm;
use lianhu_core::household::{CardForm, VisitForm};
use lianhu_device::Outgoing;
use serde::Serialize;
use serde_json::json;

use crate::args::{BenchArgs, BenchWork};
use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, Line, sync_failure, workbook_failure};
use crate::scene::server::Server;
use crate::scene::words::Words;
use crate::scene::{Cast, Member, Pocket, Scene, check, night};
use crate::talk::Talk;

use district::{ENTRY, NOTE, of_length};
use volley::Volley;

/// Diary entries of the month before the first night.
const ENTRIES_BEFORE: u64 = 12;
const DAY_MS: i64 = 86_400_000;

/// One measured piece of work. Bytes are those of bodies.
#[derive(Clone, Debug, Default, Serialize)]
struct Figures {
    work: &'static str,
    devices: u64,
    wall_s: f64,
    server_cpu_ms_per_device: Option<f64>,
    bytes_up_per_device: f64,
    bytes_down_per_device: f64,
    round_trips_per_device: f64,
    documents_loaded: u64,
    /// The most the server ever held, from its start to the end of this work.
    peak_rss_mib: Option<f64>,
    changes_recorded: u64,
    failed: u64,
}

/// Runs a bench.
pub fn run(talk: Talk, args: &BenchArgs) -> Result<(), Failure> {
    let (dir, _temporary) = folder(args.dir.as_deref())?;
    talk.say(format!("{} {}", talk.pick("文件在", "files in"), dir.display()));
    let bench = Bench::set(talk, args, &dir)?;
    let measured = bench.measure(args)?;
    bench.end(measured)
}

fn folder(asked: Option<&Path>) -> Result<(PathBuf, Option<tempfile::TempDir>), Failure> {
    match asked {
        Some(dir) => {
            std::fs::create_dir_all(dir)?;
            Ok((dir.to_owned(), None))
        }
        None => {
            let temporary = tempfile::tempdir()?;
            Ok((temporary.path().to_owned(), Some(temporary)))
        }
    }
}

/// A district with its server running.
struct Bench {
    talk: Talk,
    scene: Scene,
    server: Server,
    line: Line,
    words: Words,
    /// The server's memory after each night.
    nights: Vec<f64>,
}

impl Bench {
    fn set(talk: Talk, args: &BenchArgs, dir: &Path) -> Result<Self, Failure> {
        let words = Words::load().map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
        let parallel = usize::try_from(args.parallel).unwrap_or(1);
        let cast = Cast { members: None, parallel, seed: args.seed };
        let files = district::rosters(args.devices);
        let (visits, seed) = (args.visits, args.seed);
        let scene = Scene::set(talk, cast, &files, dir, |plan, stamp| district::past(plan, stamp, visits, seed))?;
        let server = Server::start(&scene.township)?;
        let line = Line::to(&server.address);
        scene.enrol(talk, &line)?;
        Ok(Bench { talk, scene, server, line, words, nights: Vec::new() })
    }

    /// The pieces of work in the order they happen, as far as the one that was asked for.
    fn measure(&self, args: &BenchArgs) -> Result<Vec<Figures>, Failure> {
        let talk = self.talk;
        let mut done = Vec::new();
        let before = self.cost()?;
        let first = night::everybody(talk, &self.scene, &self.line, talk.pick("第一次下载", "first sync"))?;
        done.push(self.figures("first-sync", before, &of_phones(&first))?);
        if args.work == BenchWork::FirstSync {
            return Ok(done);
        }
        self.write(talk.pick("这个月的日记", "the month's diary"), |bench, book, member| {
            (0..ENTRIES_BEFORE).try_for_each(|entry| bench.diary(book, member, entry))
        })?;
        night::everybody(talk, &self.scene, &self.line, talk.pick("同步", "sync"))?;
        if args.work == BenchWork::Night {
            let mut last = Figures::default();
            for number in 0..args.nights {
                last = self.night(number)?;
                talk.say(format!("{}", json!(last)));
            }
            done.push(last);
        }
        let requests = self.write(talk.pick("没有新内容", "nothing new"), |_, _, _| Ok(()))?;
        let before = self.cost()?;
        let fired = volley::fire(&self.server.address, &requests, self.scene.parallel)?;
        done.push(self.figures("noop", before, &fired)?);
        Ok(done)
    }

    /// One night: written offline, changed at the office, sent, and made sure of.
    fn night(&self, number: u64) -> Result<Figures, Failure> {
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
        let sure = night::everybody(talk, &self.scene, &self.line, talk.pick("核对同步", "make sure"))?;
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
    fn day(&self, book: &mut FileWorkbook<Pocket>, member: &Member, night: u64) -> Result<(), Failure> {
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
    fn office(&self, night: u64) -> Result<(), Failure> {
        self.scene.each(self.talk, self.talk.pick("镇里也改了一处", "the office changes a card"), |member| {
            let Some(household) = member.households.get(2) else { return Ok(()) };
            let patch = json!({ "contact_time": format!("上午{night}") });
            let told = self.line.post_json(&format!("/office/v1/households/{household}"), &patch);
            told.map(|_| ()).map_err(|why| Failure::new(Kind::Network, why.to_string()))
        })?;
        Ok(())
    }

    fn cost(&self) -> Result<(Option<f64>, u64), Failure> {
        let told = self.line.get_json("/office/v1/counters");
        let told = told.map_err(|why| Failure::new(Kind::Network, why.to_string()))?;
        Ok((self.server.usage().map(|usage| usage.cpu_ms), night::number(&told, "documents_loaded")))
    }

    fn figures(
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
            bytes_up_per_device: each(fired.bytes_up),
            bytes_down_per_device: each(fired.bytes_down),
            round_trips_per_device: 1.0 + each(fired.asked_again),
            documents_loaded: loaded - loaded_before,
            peak_rss_mib: self.server.usage().map(|usage| usage.peak_rss_mib),
            changes_recorded: fired.recorded,
            failed: fired.failed,
        })
    }

    /// Stops the server, checks everything, and prints.
    fn end(self, measured: Vec<Figures>) -> Result<(), Failure> {
        let talk = self.talk;
        self.server.stop()?;
        let checked = check::everything(talk, &self.scene)?;
        let differences = checked.differences();
        for figures in &measured {
            talk.print(format!("{}", json!(figures)));
        }
        let asked = measured.last().cloned().unwrap_or_default();
        talk.object(&json!({ "differences": differences, "all": measured, "asked": asked }));
        if differences == 0 {
            return Ok(());
        }
        Err(Failure::new(Kind::Differences, talk.pick("核对发现差异", "the check found differences")))
    }
}

fn of_phones(sums: &night::Sums) -> Volley {
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
