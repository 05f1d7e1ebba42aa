//! `phone`: what a person waits for on a phone that holds many documents, and what it costs that its store is sealed.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Instant;

use lianhu_core::card::Card;
use lianhu_core::household::{self, VisitDraft, VisitForm};
use lianhu_core::{DeviceMillis, DocId, DocKind, Document, RecordId, Stamp};
use lianhu_device::{NewDevice, Owner, Workbook};
use lianhu_server::Town;
use lianhu_store::Phone;
use lianhu_sync::ids::{ChangeHash, DocId as SyncDocId, Heads};
use lianhu_sync::ports::{PhoneStore as _, PhoneWrite};

use crate::args::{BenchArgs, TownshipArgs};
use crate::commands::{open_town, store_failure, town_failure};
use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, open_store, open_workbook, workbook_failure};
use crate::scene::server::Usage;
use crate::scene::words::{Dice, Words};
use crate::scene::{Cast, Member, Pocket, Scene};
use crate::talk::Talk;

use super::district::{self, HOUSEHOLDS, NOTE, of_length};
use super::figures::{Figures, Found, More, more};
use super::sealing;

/// Saves that are measured.
const SAVES: usize = 200;
/// Times the app is opened.
const OPENINGS: usize = 9;
/// Visits of the household that is opened.
const MANY_VISITS: u64 = 1_000;
/// Documents that are put into the store in one commit.
const AT_ONCE: usize = 500;

/// A phone with many documents, and then many phones with few, half of them plain.
pub(super) fn measure(talk: Talk, args: &BenchArgs, dir: &Path) -> Result<Found, Failure> {
    let began = Instant::now();
    let big = dir.join("big");
    let scene = district_for(talk, args, &big)?;
    let town = open_town(&TownshipArgs::in_folder(scene.township.clone()))?;
    let Some(member) = scene.members.first() else { return Err(Failure::new(Kind::Failed, "nobody is there")) };
    let long = fill(talk, &scene, &town, member)?;
    drop(town);

    let mut figures = vec![more("documents", "手机上的文档", "documents on the phone", args.documents as f64)];
    figures.extend(openings(&scene, member, long)?);
    figures.extend(saves(&scene, member)?);
    figures.push(more("disk_ms", "单次落盘 毫秒（中位）", "one write to the disk, ms (median)", disk(&big)?));
    let (sealed, differences) = sealing::measure(talk, args, &dir.join("night"))?;
    figures.extend(sealed);
    let asked = Figures {
        work: "phone",
        devices: args.devices,
        wall_s: began.elapsed().as_secs_f64(),
        peak_rss_mib: Usage::of_this_program().map(|usage| usage.peak_rss_mib),
        ..Figures::default()
    };
    Ok(Found { differences, more: figures, ..Found::new(asked, Vec::new()) })
}

/// A district with as many households as the phone is to hold.
fn district_for(talk: Talk, args: &BenchArgs, dir: &Path) -> Result<Scene, Failure> {
    let cast = Cast { members: Some(1), parallel: 1, seed: args.seed, half_plain: false };
    let files = district::rosters(args.documents.div_ceil(HOUSEHOLDS));
    let (visits, seed) = (args.visits, args.seed);
    Scene::set(talk, cast, &files, dir, |plan, stamp| district::past(plan, stamp, visits, seed))
}

/// Puts the district's households into the phone's store, with their cards, and the roster of the member's village. The
/// member's last household gets a thousand visits; its name is answered.
fn fill(talk: Talk, scene: &Scene, town: &Town, member: &Member) -> Result<DocId, Failure> {
    let failed = |why: lianhu_server::TownError| town_failure(&why);
    let long = member.households.last().copied();
    let long = long.ok_or_else(|| Failure::new(Kind::Failed, "the member has no household"))?;
    let village = scene.rosters.iter().find(|roster| roster.workers.contains_key(&member.worker));
    let village = village.ok_or_else(|| Failure::new(Kind::Failed, "the member is in no roster"))?;
    let mut store = open_store(&member.phone)?;
    let documents = town.documents_of(DocKind::Household).map_err(failed)?;
    let bar = talk.bar(talk.pick("装满手机", "filling the phone"), documents.len() as u64);
    let mut writes = base(&town.document(village.id).map_err(failed)?)?;
    for id in documents {
        let mut document = town.document(id).map_err(failed)?;
        if id == long {
            visit_often(&mut document, member, scene.seed)?;
        }
        writes.extend(base(&document)?);
        if writes.len() >= 2 * AT_ONCE {
            store.commit(std::mem::take(&mut writes)).map_err(|why| store_failure(&why))?;
        }
        bar.inc(1);
    }
    store.commit(writes).map_err(|why| store_failure(&why))?;
    bar.finish_and_clear();
    let owner = Owner {
        worker: member.worker,
        name: "量测".to_owned().into(),
        roles: Vec::new(),
        roster: village.id,
        township: scene.name.clone(),
        server: String::new(),
    };
    let mut pocket = scene.pocket(member, 1);
    let device = NewDevice::generate(&mut pocket);
    Workbook::create(store, pocket, device, owner).map_err(|why| workbook_failure(&why))?;
    Ok(long)
}

/// A document as a phone keeps what the township recorded, with its card.
fn base(document: &Document) -> Result<Vec<PhoneWrite>, Failure> {
    let doc = SyncDocId(document.id().to_bytes());
    let heads = Heads::new(document.heads().into_iter().map(|hash| ChangeHash(hash.0)).collect());
    let card = Card::of(document).to_bytes();
    let snapshot = Some(document.save().map_err(|why| Failure::new(Kind::Failed, why.to_string()))?);
    Ok(vec![PhoneWrite::Base { doc, heads, snapshot, tail: Vec::new() }, PhoneWrite::Card { doc, card }])
}

fn visit_often(document: &mut Document, member: &Member, seed: u64) -> Result<(), Failure> {
    let words = Words::load().map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
    let mut dice = Dice::new(seed ^ 0x1_000);
    let stamp = Stamp {
        worker: member.worker,
        actor: lianhu_core::ActorId::new(member.worker, [1; 16], 0),
        at: DeviceMillis(1_795_395_600_000),
    };
    while household::Household::read(document).visits.len() < MANY_VISITS as usize {
        for _ in 0..100 {
            let form = visit(&words, &mut dice, member, DeviceMillis(stamp.at.0));
            let draft =
                VisitDraft::new(form).map_err(|why| Failure::new(Kind::Failed, why.message(lianhu_core::Lang::En)))?;
            let edit = household::visit(RecordId(dice.next().to_be_bytes()), &draft);
            document.write(stamp, edit).map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
        }
    }
    Ok(())
}

fn visit(words: &Words, dice: &mut Dice, member: &Member, at: DeviceMillis) -> VisitForm {
    let said = words.visit(dice, 6, "王");
    VisitForm {
        workers: vec![member.worker],
        date: Some(at.in_china().date()),
        mode: Some(said.mode),
        met: Some(said.met),
        note: of_length(|| words.visit(dice, 6, "王").note, NOTE).into(),
        entered_by: Some(member.worker),
        ..VisitForm::default()
    }
}

/// The app opened cold: to the list of households, to a household with many visits, to what a search finds.
fn openings(scene: &Scene, member: &Member, long: DocId) -> Result<Vec<More>, Failure> {
    let (mut store, mut list, mut many, mut few, mut search) = (vec![], vec![], vec![], vec![], vec![]);
    let mut found = 0;
    for _ in 0..OPENINGS {
        let began = Instant::now();
        let opened: Phone = open_store(&member.phone)?;
        store.push(ms(began));
        let mut book = Workbook::open(opened, scene.pocket(member, 3)).map_err(|why| workbook_failure(&why))?;
        let listed = book.households().list().map_err(|why| workbook_failure(&why))?;
        list.push(ms(began));

        let began = Instant::now();
        book.households().get(long).map_err(|why| workbook_failure(&why))?;
        many.push(ms(began));

        let Some(short) = member.households.first() else { continue };
        let began = Instant::now();
        book.households().get(*short).map_err(|why| workbook_failure(&why))?;
        few.push(ms(began));

        let wanted = listed.iter().find(|one| one.id == *short).and_then(|one| one.card.title.clone());
        let wanted = wanted.map(|name| name.0).unwrap_or_default();
        let began = Instant::now();
        let again = book.households().list().map_err(|why| workbook_failure(&why))?;
        let named = |title: &lianhu_core::Private<String>| title.as_str().contains(&wanted);
        found = again.iter().filter(|one| one.card.title.as_ref().is_some_and(named)).count();
        search.push(ms(began));
    }
    Ok(vec![
        more("open_store_ms", "打开本机库 毫秒", "the store opened, ms", median(&mut store)),
        more("open_to_list_ms", "打开到列表 毫秒", "from opening to the list, ms", median(&mut list)),
        more("household_1000_ms", "一千次走访的户 毫秒", "a household with 1,000 visits, ms", median(&mut many)),
        more("household_ms", "平常的户 毫秒", "an ordinary household, ms", median(&mut few)),
        more("search_ms", "按姓名查找 毫秒", "households by a name, ms", median(&mut search)),
        more("search_found", "查到的户", "households of that name", found as f64),
    ])
}

/// Visits saved one after another, to the member's own households in turn.
fn saves(scene: &Scene, member: &Member) -> Result<Vec<More>, Failure> {
    let words = Words::load().map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
    let mut dice = scene.dice(member, 4);
    let mut book: FileWorkbook<Pocket> = open_workbook(&member.phone, scene.pocket(member, 4))?;
    let at = DeviceMillis(scene.clock.load(Ordering::Relaxed));
    let (mut took, mut first) = (Vec::new(), 0.0);
    // The last household is the one with a thousand visits: it is measured by itself.
    let ordinary = member.households.len().saturating_sub(1).max(1);
    for (number, id) in member.households.iter().take(ordinary).cycle().take(SAVES + 1).enumerate() {
        let form = visit(&words, &mut dice, member, at);
        let began = Instant::now();
        book.households().visit(*id, form).map_err(|why| workbook_failure(&why))?;
        // The first one reads the roster.
        if number == 0 { first = ms(began) } else { took.push(ms(began)) }
    }
    let mut long = Vec::new();
    for id in member.households.iter().skip(ordinary).cycle().take(SAVES / 10) {
        let form = visit(&words, &mut dice, member, at);
        let began = Instant::now();
        book.households().visit(*id, form).map_err(|why| workbook_failure(&why))?;
        long.push(ms(began));
    }
    let worst = took.iter().copied().fold(0.0, f64::max);
    Ok(vec![
        more("save_ms", "保存 毫秒（中位）", "a save, ms (median)", median(&mut took)),
        more("save_worst_ms", "保存 毫秒（最慢）", "a save, ms (worst)", worst),
        more("save_first_ms", "打开后第一次保存 毫秒", "the first save after opening, ms", first),
        more("save_1000_ms", "一千次走访的户 保存 毫秒", "a save to 1,000 visits, ms", median(&mut long)),
    ])
}

/// What the disk takes for the least that is durable: a page written and synced.
fn disk(dir: &Path) -> Result<f64, Failure> {
    let mut file = File::create(dir.join("disk"))?;
    let mut took = Vec::new();
    for _ in 0..SAVES {
        let began = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        took.push(ms(began));
    }
    Ok(median(&mut took))
}

fn ms(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1_000.0
}

/// The middle one; nought of none.
fn median(took: &mut [f64]) -> f64 {
    took.sort_by(f64::total_cmp);
    took.get(took.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_one_is_what_most_people_wait_for() {
        assert!((median(&mut [9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&mut []) - 0.0).abs() < f64::EPSILON);
    }
}
