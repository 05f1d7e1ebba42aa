//! The township before anything happens: villages, people, households, and a phone in every pocket, synced.
//!
//! It is made once, with the real product, and every world begins with a copy of its files. What differs between worlds
//! is what happens to them.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use chrono::NaiveDate;
use lianhu_core::household::{self, CardForm, HouseholdDraft};
use lianhu_core::roster::{self, LinkDraft, LinkForm, Role, RosterDraft, RosterForm, WorkerDraft, WorkerForm};
use lianhu_core::{DocId, DocKind, Edit, RecordId, Refusal, WorkerId};
use lianhu_device::{NewDevice, Owner, Workbook};
use lianhu_server::{ActError, OFFICE, Town, TownError};
use lianhu_store::{NewDevice as EnrolledDevice, Phone, PhoneOptions};
use lianhu_sync::ids::{DeviceId, Digest};
use lianhu_sync::ports::PhoneStore as _;

use crate::dice::Dice;
use crate::disk::{Disk, SimMachine};
use crate::world::line;
use crate::world::phone::{Handset, Image, PHONE_FILE, keystore};
use crate::world::reader_of;
use crate::world::town::{TownImage, TownMachine};

/// 2026-11-23, eight in the evening in China.
pub(crate) const DAWN: i64 = 1_795_435_200_000;
/// People of one village.
const VILLAGE: usize = 20;
/// What the scene's own dice are of: every world of a size begins alike.
const SEED: u64 = 0x5CE0_E5CE;

/// A township to begin with.
pub struct Scene {
    pub(crate) town: TownImage,
    pub(crate) phones: Vec<ScenePhone>,
    pub(crate) homes: Vec<Home>,
}

/// A phone as it lies in the scene.
pub(crate) struct ScenePhone {
    pub(crate) worker: WorkerId,
    pub(crate) device: DeviceId,
    pub(crate) village: DocId,
    pub(crate) image: Image,
    /// The digest of what it holds.
    pub(crate) digest: Digest,
}

/// A household and its village.
#[derive(Clone, Copy)]
pub(crate) struct Home {
    pub(crate) doc: DocId,
    pub(crate) village: DocId,
}

/// Why there is no scene: a fault of the simulator or of the product, told in words.
pub(crate) type Scened<T> = Result<T, String>;

fn told(why: impl std::fmt::Display) -> String {
    why.to_string()
}

impl Scene {
    /// A township with so many phones.
    pub fn of(phones: usize) -> Result<Self, String> {
        let root = format!("/sim/scene-{phones}");
        let dice = Dice::new(SEED);
        let clock = Arc::new(AtomicI64::new(DAWN));
        let mut machine = TownMachine::new(format!("{root}/town"), Arc::clone(&clock), &dice.apart(1));
        machine.start().map_err(told)?;
        let town = machine.town.as_ref().ok_or("the township did not start")?;
        let homes = found(town, phones)?;
        let blank = blank_phone(&root)?;
        let mut scene = Scene { town: TownImage::default(), phones: Vec::new(), homes };
        for number in 0..phones {
            let folder = format!("{root}/p{number}");
            scene.phones.push(enrol(town, number, folder, &blank, &clock, &dice.apart(100 + number as u64))?);
        }
        machine.town = None;
        scene.town = machine.image().ok_or("the township left no file")?;
        Disk::detach_all(&root);
        Ok(scene)
    }
}

/// A phone's store to which nothing was written, as a file: opening one is cheaper than making one.
fn blank_phone(root: &str) -> Scened<Image> {
    let folder = format!("{root}/blank");
    let disk = Disk::attach(&folder, Dice::new(SEED));
    let options = PhoneOptions { machine: &SimMachine, ..PhoneOptions::new(keystore()) };
    drop(Phone::open(format!("{folder}/{PHONE_FILE}"), options).map_err(told)?);
    let database = disk.image(PHONE_FILE).ok_or("the phone left no file")?;
    Ok(Image { database, ..Image::default() })
}

/// The worker in whose pocket a phone is.
pub(crate) fn worker(number: usize) -> WorkerId {
    WorkerId::derive(&[b"sim", &(number as u64).to_be_bytes()])
}

fn village(number: usize) -> DocId {
    roster::roster_id("禾泾镇", &format!("第{}村", number / VILLAGE + 1))
}

/// Rosters, households and links: every household has two members, neighbours in the village.
fn found(town: &Town, phones: usize) -> Scened<Vec<Home>> {
    let mut homes = Vec::new();
    for first in (0..phones).step_by(VILLAGE) {
        let people: Vec<usize> = (first..phones.min(first + VILLAGE)).collect();
        let roster = village(first);
        let homes_here: Vec<DocId> =
            people.iter().map(|number| DocId::derive(DocKind::Household, &[&(*number as u64).to_be_bytes()])).collect();
        let mut edit = village_of(first, &people).map_err(told)?;
        for (place, home) in homes_here.iter().enumerate() {
            let members = [people.get(place), people.get((place + 1) % people.len())];
            for member in members.into_iter().flatten() {
                edit.extend(link(worker(*member), *home, None, 0).map_err(told)?);
            }
        }
        office(town, roster, edit)?;
        for (place, home) in homes_here.into_iter().enumerate() {
            let form = CardForm {
                head: format!("户主{}", first + place).into(),
                doorplate: format!("{first}组{place}号").into(),
                ..CardForm::default()
            };
            let draft = HouseholdDraft::new(roster, &form).map_err(told)?;
            office(town, home, household::create(OFFICE, &draft))?;
            homes.push(Home { doc: home, village: roster });
        }
    }
    Ok(homes)
}

fn village_of(first: usize, people: &[usize]) -> Result<Edit, Refusal> {
    let name = format!("第{}村", first / VILLAGE + 1);
    let mut edit =
        roster::create(&RosterDraft::new(&RosterForm { name, town: "禾泾镇".into(), ..RosterForm::default() })?);
    for (place, number) in people.iter().enumerate() {
        let role = match place {
            0 => Role::VillageBoard,
            1 | 2 => Role::BranchLead,
            _ => Role::Member,
        };
        let form = WorkerForm {
            name: format!("党员{number}").into(),
            roles: [role].into(),
            branch: format!("第{}支部", place % 2 + 1),
            ..WorkerForm::default()
        };
        edit.extend(roster::put_worker(worker(*number), &WorkerDraft::new(&form)?));
    }
    Ok(edit)
}

/// An edit that links a worker and a household, for the `time`th time.
pub(crate) fn link(worker: WorkerId, household: DocId, from: Option<NaiveDate>, time: u64) -> Result<Edit, Refusal> {
    let form = LinkForm { worker: Some(worker), household: Some(household), from, ..LinkForm::default() };
    let id = RecordId::derive(&[worker.0.as_bytes(), &household.to_bytes(), &time.to_be_bytes()]);
    Ok(roster::put_link(id, &LinkDraft::new(&form)?))
}

fn office(town: &Town, doc: DocId, edit: Edit) -> Scened<()> {
    let mut edit = Some(edit);
    let written = town.write(doc, |_| Ok::<_, ActError>(edit.take().unwrap_or_default()));
    written.map(|_| ()).map_err(told)
}

fn enrol(
    town: &Town,
    number: usize,
    folder: String,
    blank: &Image,
    clock: &Arc<AtomicI64>,
    dice: &Dice,
) -> Scened<ScenePhone> {
    let who = worker(number);
    let nobody = DeviceId([0; 16]);
    let handset = Handset::new(folder, blank, who, nobody, Arc::clone(clock), dice);
    let mut pocket = handset.pocket();
    let device = NewDevice::generate(&mut pocket);
    let asked = device.enrolment("code", "手机").map_err(told)?;
    let name = DeviceId(asked.device.0);
    let enrolled = EnrolledDevice { device: name, name: asked.name, public_key: asked.public_key.0.to_bytes() };
    let known = town.store().enrol_device(enrolled, reader_of(who), town.now()).map_err(told)?;
    if !known {
        return Err(format!("phone {number} was enrolled already"));
    }
    let owner = Owner {
        worker: who,
        name: format!("党员{number}").into(),
        roles: Vec::new(),
        roster: village(number),
        township: "禾泾镇".into(),
        server: String::new(),
    };
    let store = handset.store().map_err(told)?;
    let mut book = Workbook::create(store, pocket, device, owner).map_err(told)?;
    let report = book.sync(&mut line::Direct(town)).map_err(told)?;
    if !report.proven {
        return Err(format!("phone {number} did not come to the township's digest"));
    }
    town.store().flush().map_err(|why: lianhu_store::StoreError| TownError::from(why)).map_err(told)?;
    let digest = book.store().standing().map_err(told)?.digest;
    drop(book);
    let image = handset.image(0).ok_or("the phone left no file")?;
    Ok(ScenePhone { worker: who, device: name, village: village(number), image, digest })
}
