//! A township with a phone in every member's pocket, real down to the files: what the demo and the benches play on.

pub(crate) mod check;
pub(crate) mod night;
pub(crate) mod server;
pub(crate) mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use lianhu_core::roster::{Role, Roster};
use lianhu_core::{DeviceMillis, DocId, Stamp, WorkerId};
use lianhu_device::{NewDevice, Surroundings, Workbook};
use lianhu_server::Town;
use lianhu_store::{Lock, Phone, PhoneOptions};
use serde_json::json;

use crate::args::TownshipArgs;
use crate::commands::import::{self, RosterFile};
use crate::commands::{open_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, Line, open_store, workbook_failure, workbook_on};
use crate::roster::Plan;
use crate::talk::Talk;
use crate::trouble::open_failure;

use words::Dice;

/// A township and its people.
pub(crate) struct Scene {
    pub(crate) name: String,
    pub(crate) township: PathBuf,
    pub(crate) members: Vec<Member>,
    pub(crate) households: usize,
    pub(crate) villages: usize,
    pub(crate) parallel: usize,
    pub(crate) rosters: Vec<Roster>,
    pub(crate) seed: u64,
    /// Every phone's clock shows this; the demo moves it.
    pub(crate) clock: Arc<AtomicI64>,
}

/// A member and the phone in their pocket.
pub(crate) struct Member {
    pub(crate) number: usize,
    pub(crate) worker: WorkerId,
    pub(crate) lead: bool,
    pub(crate) households: Vec<DocId>,
    pub(crate) phone: PathBuf,
    /// The phone's store is not sealed.
    pub(crate) plain: bool,
}

impl Member {
    /// Opens the store of the member's phone, or makes it.
    pub(crate) fn store(&self) -> Result<Phone, Failure> {
        if !self.plain {
            return open_store(&self.phone);
        }
        Phone::open(&self.phone, PhoneOptions::new(Lock::Plain)).map_err(|why| open_failure(&why))
    }
}

/// A phone's clock and dice: the clock is the scene's, the dice follow from the seed.
pub(crate) struct Pocket {
    clock: Arc<AtomicI64>,
    dice: Dice,
}

impl Surroundings for Pocket {
    fn now(&self) -> DeviceMillis {
        DeviceMillis(self.clock.load(Ordering::Relaxed))
    }

    fn random(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.dice.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.dice.next().to_be_bytes());
        bytes
    }
}

/// How many take part, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cast {
    /// Members at most.
    pub(crate) members: Option<usize>,
    /// Phones that sync at a time.
    pub(crate) parallel: usize,
    /// The dice.
    pub(crate) seed: u64,
    /// Every second phone's store is plain, to see what sealing costs.
    pub(crate) half_plain: bool,
}

impl Scene {
    /// Makes the township from a roster, with what `past` adds to its documents, and takes a list of its members.
    pub(crate) fn set(
        talk: Talk,
        cast: Cast,
        files: &[RosterFile],
        dir: &Path,
        past: impl FnMut(&mut Plan, Stamp) -> Result<(), Failure>,
    ) -> Result<Self, Failure> {
        let township = dir.join("township");
        let phones = dir.join("phones");
        std::fs::create_dir_all(&phones)?;
        let town = open_town(&TownshipArgs::in_folder(township.clone()))?;
        import::into_town(talk, &town, files, None, past)?;
        let now = town.now().0;
        let rosters = rosters(&town)?;
        let mut scene = Scene {
            name: rosters
                .iter()
                .find_map(|roster| roster.town.as_ref())
                .map(|town| town.value.as_str().to_owned())
                .unwrap_or_default(),
            township,
            members: Vec::new(),
            households: households(&town)?,
            villages: rosters.len(),
            parallel: cast.parallel.max(1),
            seed: cast.seed,
            clock: Arc::new(AtomicI64::new(now)),
            rosters,
        };
        for roster in &scene.rosters {
            for (worker, entry) in roster.active_workers() {
                if cast.members.is_some_and(|most| scene.members.len() >= most) {
                    break;
                }
                let number = scene.members.len();
                scene.members.push(Member {
                    number,
                    worker,
                    lead: entry.has(Role::BranchLead),
                    households: roster.households_of(worker, town.today()).into_iter().collect(),
                    phone: phones.join(format!("{number:05}.db")),
                    plain: cast.half_plain && number % 2 == 1,
                });
            }
        }
        if scene.members.is_empty() {
            return Err(Failure::new(Kind::Input, "the roster has no active member"));
        }
        Ok(scene)
    }

    /// A phone's clock and dice for one part of the demo; another part throws other dice.
    pub(crate) fn pocket(&self, member: &Member, part: u64) -> Pocket {
        Pocket { clock: Arc::clone(&self.clock), dice: self.dice(member, part) }
    }

    /// The same for a phone of the stage, by its number.
    pub(crate) fn pocket_of_stage(&self, number: u64) -> Pocket {
        let dice = Dice::new(Dice::new(self.seed).next() ^ (number << 40).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Pocket { clock: Arc::clone(&self.clock), dice }
    }

    /// Dice of a member's own for one part of the demo. The stride is not that of the dice themselves: two members'
    /// throws would follow each other, and their phones would give two documents one name.
    pub(crate) fn dice(&self, member: &Member, part: u64) -> Dice {
        let who = (member.number as u64) << 8 | part;
        Dice::new(Dice::new(self.seed).next() ^ who.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    /// Opens a member's workbook, cold, as an app that was closed.
    pub(crate) fn open(&self, member: &Member, part: u64) -> Result<FileWorkbook<Pocket>, Failure> {
        workbook_on(member.store()?, self.pocket(member, part))
    }

    /// Every member gets a code from the office and enrols a phone with it.
    pub(crate) fn enrol(&self, talk: Talk, line: &Line) -> Result<(), Failure> {
        self.each(talk, talk.pick("手机登记", "enrolment"), |member| {
            let asked = json!({ "worker": member.worker, "hours": 1 });
            let told = line
                .post_json("/office/v1/codes", &asked)
                .map_err(|why| Failure::new(Kind::Network, why.to_string()))?;
            let code = told.get("code").and_then(|code| code.as_str()).unwrap_or_default();
            let mut pocket = self.pocket(member, 1);
            let device = NewDevice::generate(&mut pocket);
            let reply = line.enrol(device.enrolment(code, "demo"))?;
            let store = member.store()?;
            Workbook::create_enrolled(store, pocket, device, reply, "").map_err(|why| workbook_failure(&why))?;
            Ok(())
        })?;
        Ok(())
    }

    /// Does something for every member, several at a time; the first failure ends it.
    pub(crate) fn each<T: Send>(
        &self,
        talk: Talk,
        what: &str,
        work: impl Fn(&Member) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let bar = talk.bar(what, self.members.len() as u64);
        let next = AtomicUsize::new(0);
        let done = std::thread::scope(|scope| {
            let hands: Vec<_> = (0..self.parallel)
                .map(|_| {
                    scope.spawn(|| {
                        let mut done = Vec::new();
                        while let Some(member) = self.members.get(next.fetch_add(1, Ordering::Relaxed)) {
                            done.push(work(member)?);
                            bar.inc(1);
                        }
                        Ok(done)
                    })
                })
                .collect();
            let mut all = Vec::new();
            for hand in hands {
                let done: Result<Vec<T>, Failure> = hand
                    .join()
                    .unwrap_or_else(|_| Err(Failure::new(Kind::Failed, "a thread of the scene died; this is a bug")));
                all.extend(done?);
            }
            Ok(all)
        });
        bar.finish_and_clear();
        done
    }
}

fn rosters(town: &Town) -> Result<Vec<Roster>, Failure> {
    let ids = town.documents_of(lianhu_core::DocKind::Roster).map_err(|why| town_failure(&why))?;
    ids.into_iter()
        .map(|id| town.document(id).map(|document| Roster::read(&document)).map_err(|why| town_failure(&why)))
        .collect()
}

fn households(town: &Town) -> Result<usize, Failure> {
    Ok(town.documents_of(lianhu_core::DocKind::Household).map_err(|why| town_failure(&why))?.len())
}
