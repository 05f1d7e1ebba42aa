//! `lianhu roster`

mod show;

use lianhu_core::roster::{
    EndGrid, EndRecord, PutGrid, PutLink, PutPost, PutServiceGroup, PutVillage, PutWorker, Roster, RosterDeed,
    SetActive, SetBackup, SetExempt,
};
use lianhu_core::{DocId, DocKind, RecordId};
use serde_json::json;

use crate::args::{GridAction, GridMore, LinkArgs, PostArgs, RosterAction, VillageRosterArgs, WorkerArgs};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Does one thing with a village's roster.
pub fn run(talk: Talk, args: &VillageRosterArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let said = args.village.as_deref();
    match &args.action {
        RosterAction::Show => show::village(talk, &mut desk, said),
        RosterAction::Coverage { on } => show::coverage(talk, &mut desk, said, *on),
        RosterAction::Load { preset, on } => show::load(talk, &mut desk, said, *preset, *on),
        RosterAction::Village { name, town, area, district } => {
            let deed =
                PutVillage { name: name.clone(), town: town.clone(), area: area.clone(), district: district.clone() };
            let id = desk.begin(&RosterDeed::PutVillage(deed))?;
            desk.done(talk);
            talk.object(&json!({ "village": id }));
            Ok(())
        }
        RosterAction::Move { worker, to } => move_worker(talk, &mut desk, worker, to),
        action => {
            let village = desk.village(said)?;
            let deed = deed(&mut desk, village, action)?;
            let changed = desk.act(village, &deed)?;
            desk.done(talk);
            warn(talk, &mut desk, village, &deed)?;
            talk.object(&json!({ "village": village, "changed": changed }));
            Ok(())
        }
    }
}

/// The roster of a village, as it stands here.
fn read(desk: &mut Desk, village: DocId) -> Result<Roster, Failure> {
    let (_, document) = desk.named(&village.to_string(), DocKind::Roster)?;
    Ok(Roster::read(&document))
}

/// What was asked, as a deed; people, grids and households by what they are called.
fn deed(desk: &mut Desk, village: DocId, action: &RosterAction) -> Result<RosterDeed, Failure> {
    let roster = read(desk, village)?;
    Ok(match action {
        RosterAction::Worker(asked) => RosterDeed::PutWorker(worker(desk, &roster, asked)?),
        RosterAction::Exempt { worker, reason } => {
            let worker = Some(desk.worker(worker)?);
            RosterDeed::SetExempt(SetExempt { worker, exempt: Some(*reason) })
        }
        RosterAction::Left { worker, back } => {
            let worker = Some(desk.worker(worker)?);
            RosterDeed::SetActive(SetActive { worker, active: Some(*back) })
        }
        RosterAction::Grid(GridAction::Add { name, more }) => {
            RosterDeed::PutGrid(PutGrid { name: name.clone(), ..grid_form(desk, &roster, more)? })
        }
        RosterAction::Grid(GridAction::Change { grid, more }) => {
            RosterDeed::PutGrid(PutGrid { grid: Some(find_grid(&roster, grid)?), ..grid_form(desk, &roster, more)? })
        }
        RosterAction::Grid(GridAction::End { grid, last_day, replaced_by }) => RosterDeed::EndGrid(EndGrid {
            grid: Some(find_grid(&roster, grid)?),
            last_day: last_day.clone(),
            replaced_by: replaced_by.as_ref().map(|next| find_grid(&roster, next)).transpose()?,
        }),
        RosterAction::Link(asked) => RosterDeed::Link(link(desk, asked)?),
        RosterAction::Unlink { link, last_day } => {
            let last_day = if last_day.is_empty() { desk.hand()?.today.to_string() } else { last_day.clone() };
            RosterDeed::EndLink(EndRecord { id: Some(find_link(desk, &roster, link)?), last_day })
        }
        RosterAction::Backup { link, worker, .. } => RosterDeed::SetBackup(SetBackup {
            id: Some(find_link(desk, &roster, link)?),
            backup: worker.as_ref().map(|said| desk.worker(said)).transpose()?,
        }),
        RosterAction::Pair { household, post } => {
            let household = Some(desk.household(household)?);
            RosterDeed::Pair(PutPost { household, ..post_form(desk, post)? })
        }
        RosterAction::Group { grid, leader, members } => RosterDeed::PutServiceGroup(PutServiceGroup {
            grid: Some(find_grid(&roster, grid)?),
            leader: leader.as_ref().map(|said| desk.worker(said)).transpose()?,
            members: members.iter().map(|said| desk.worker(said)).collect::<Result<_, _>>()?,
        }),
        RosterAction::Station { post } => RosterDeed::Station(post_form(desk, post)?),
        RosterAction::EndPost { id, last_day } => end_post(&roster, id, last_day)?,
        RosterAction::Show
        | RosterAction::Coverage { .. }
        | RosterAction::Load { .. }
        | RosterAction::Village { .. }
        | RosterAction::Move { .. } => return Err(Failure::new(Kind::Failed, "this is no deed of a roster")),
    })
}

fn worker(desk: &mut Desk, roster: &Roster, asked: &WorkerArgs) -> Result<PutWorker, Failure> {
    let grids = asked.grids.iter().map(|said| find_grid(roster, said)).collect::<Result<_, _>>()?;
    let known = asked.change.then(|| desk.worker(&asked.name)).transpose()?;
    Ok(PutWorker {
        worker: known,
        name: if known.is_some() { String::new().into() } else { asked.name.as_str().into() },
        phone: asked.phone.as_str().into(),
        roles: asked.roles.iter().copied().collect(),
        branch: asked.branch.clone(),
        grids,
        exempt: None,
    })
}

fn grid_form(desk: &mut Desk, roster: &Roster, more: &GridMore) -> Result<PutGrid, Failure> {
    Ok(PutGrid {
        grid: None,
        name: String::new(),
        kind: more.kind,
        branch: more.branch.clone(),
        leader: more.leader.as_ref().map(|said| desk.worker(said)).transpose()?,
        node: more.node.as_ref().map(|said| desk.household(said)).transpose()?,
        parent: more.parent.as_ref().map(|said| find_grid(roster, said)).transpose()?,
        from: more.from.clone(),
    })
}

fn link(desk: &mut Desk, asked: &LinkArgs) -> Result<PutLink, Failure> {
    Ok(PutLink {
        worker: Some(desk.worker(&asked.worker)?),
        household: Some(desk.household(&asked.household)?),
        from: asked.from.clone(),
        to: asked.to.clone(),
        chosen: asked.chosen,
        confirmed_on: asked.confirmed_on.clone(),
        published_on: asked.published_on.clone(),
        backup: asked.backup.as_ref().map(|said| desk.worker(said)).transpose()?,
    })
}

fn post_form(desk: &mut Desk, post: &PostArgs) -> Result<PutPost, Failure> {
    Ok(PutPost {
        worker: post.worker.as_ref().map(|said| desk.worker(said)).transpose()?,
        name: post.name.as_deref().unwrap_or_default().into(),
        unit: post.unit.clone(),
        household: None,
        from: post.from.clone(),
        to: post.to.clone(),
    })
}

fn end_post(roster: &Roster, said: &str, last_day: &str) -> Result<RosterDeed, Failure> {
    let id = said.trim().parse::<RecordId>().map_err(|_| not_found())?;
    let end = EndRecord { id: Some(id), last_day: last_day.to_owned() };
    if roster.pairs.contains_key(&id) { Ok(RosterDeed::EndPair(end)) } else { Ok(RosterDeed::EndStation(end)) }
}

fn not_found() -> Failure {
    Failure::new(Kind::Input, ("名册里没有这一条", "the roster has no such entry"))
        .hint(("lianhu roster show 列出名称和编号", "`lianhu roster show` lists names and ids"))
}

/// A grid by name or id; more than one answer is no answer.
fn find_grid(roster: &Roster, said: &str) -> Result<RecordId, Failure> {
    let said = said.trim();
    if let Some(id) = said.parse().ok().filter(|id| roster.grids.contains_key(id)) {
        return Ok(id);
    }
    let called = |grid: &lianhu_core::roster::Grid| grid.name.as_ref().is_some_and(|name| name.value.as_str() == said);
    let found: Vec<RecordId> = roster.grids.iter().filter(|(_, grid)| called(grid)).map(|(id, _)| *id).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::new(Kind::Input, ("名册里没有这个网格", "the roster has no such grid"))
            .hint(("lianhu roster show 列出网格", "`lianhu roster show` lists the grids"))),
        _ => Err(Failure::new(Kind::Input, ("不止一个网格叫这个名字", "more than one grid is called that"))
            .hint(("请写编号", "give the id"))),
    }
}

/// A link by its id, or by its household where that has one.
fn find_link(desk: &mut Desk, roster: &Roster, said: &str) -> Result<RecordId, Failure> {
    if let Some(id) = said.trim().parse().ok().filter(|id| roster.links.contains_key(id)) {
        return Ok(id);
    }
    let (household, today) = (desk.household(said)?, desk.hand()?.today);
    let of_it = |link: &lianhu_core::roster::Link| link.household == Some(household) && link.is_active(today);
    let found: Vec<RecordId> = roster.links.iter().filter(|(_, link)| of_it(&link.value)).map(|(id, _)| *id).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(not_found()),
        _ => Err(Failure::new(Kind::Input, ("这户有不止一位联户人", "the household has more than one contact"))
            .hint(("请写联户的编号：lianhu roster load", "give the link's id: lianhu roster load"))),
    }
}

/// A new link may give somebody more households than is usual. That is said, and stands.
fn warn(talk: Talk, desk: &mut Desk, village: DocId, deed: &RosterDeed) -> Result<(), Failure> {
    let RosterDeed::Link(PutLink { worker: Some(worker), .. }) = deed else { return Ok(()) };
    let today = desk.hand()?.today;
    show::warnings_about(talk, &read(desk, village)?, *worker, today);
    Ok(())
}

/// Listed there first, and only then not at work here any more: nobody is ever nowhere.
fn move_worker(talk: Talk, desk: &mut Desk, said: &str, to: &str) -> Result<(), Failure> {
    if matches!(desk, Desk::Phone(_)) {
        return Err(Failure::new(Kind::Input, ("跨村调动由镇里办理", "moving to another village is the town's to do")));
    }
    let (worker, to) = (desk.worker(said)?, desk.village(Some(to))?);
    let mut left = Vec::new();
    for (village, _) in desk.list(DocKind::Roster)? {
        let roster = read(desk, village)?;
        if village != to && roster.active_workers().any(|(id, _)| id == worker) {
            left.push((village, roster));
        }
    }
    let Some(known) = left.first().and_then(|(_, roster)| roster.workers.get(&worker)) else {
        return Err(Failure::new(Kind::Input, ("这个人没有在别的村任职", "they work in no other village")));
    };
    let text = |field: Option<&str>| field.unwrap_or_default().to_owned();
    let listed = PutWorker {
        worker: Some(worker),
        name: text(known.name.as_ref().map(|name| name.value.as_str())).into(),
        phone: text(known.phone.as_ref().map(|phone| phone.value.as_str())).into(),
        roles: [lianhu_core::roster::Role::Member].into(),
        ..PutWorker::default()
    };
    desk.act(to, &RosterDeed::PutWorker(listed))?;
    desk.act(to, &RosterDeed::SetActive(SetActive { worker: Some(worker), active: Some(true) }))?;
    for (village, _) in &left {
        desk.act(*village, &RosterDeed::SetActive(SetActive { worker: Some(worker), active: Some(false) }))?;
    }
    desk.done(talk);
    talk.say(talk.pick(
        "原村的联户还记在这个人名下：用 lianhu reassign 转交。手机下次同步后归新村。",
        "The links in the former village still name them: hand those on (lianhu reassign). Their phone goes on in the new \
         village after its next sync.",
    ));
    let villages: Vec<DocId> = left.into_iter().map(|(village, _)| village).collect();
    talk.object(&json!({ "worker": worker, "to": to, "left": villages }));
    Ok(())
}
