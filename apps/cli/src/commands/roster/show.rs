//! What a roster says: the village, its coverage, who has how many households.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use lianhu_core::household::Household;
use lianhu_core::roster::{Covered, Exempt, Grid, InScope, LoadWarning, Post, Preset, Roster};
use lianhu_core::{DocId, DocKind, RecordId, WorkerId};
use serde_json::{Value, json};

use super::read;
use crate::args::PresetName;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::talk::Talk;

impl From<PresetName> for Preset {
    fn from(name: PresetName) -> Self {
        match name {
            PresetName::Jiaxing => Preset::JIAXING,
            PresetName::Ninghai => Preset::NINGHAI,
            PresetName::MicroGrid => Preset::MICRO_GRID,
        }
    }
}

/// What somebody is called; the id where the roster has no name.
fn name(roster: &Roster, worker: WorkerId) -> String {
    let name = roster.workers.get(&worker).and_then(|worker| worker.name.as_ref());
    name.map_or_else(|| worker.to_string(), |name| name.value.as_str().to_owned())
}

fn grid_name(roster: &Roster, grid: RecordId) -> String {
    let name = roster.grids.get(&grid).and_then(|grid| grid.name.as_ref());
    name.map_or_else(|| grid.to_string(), |name| name.value.as_str().to_owned())
}

fn title(roster: &Roster) -> String {
    roster.name.as_ref().map_or_else(|| roster.id.to_string(), |name| name.value.as_str().to_owned())
}

/// The village named, or the one there is.
pub(super) fn village(talk: Talk, desk: &mut Desk, said: Option<&str>) -> Result<(), Failure> {
    let id = desk.village(said)?;
    let (roster, today) = (read(desk, id)?, desk.hand()?.today);
    let short = |field: Option<&str>| field.unwrap_or_default().to_owned();
    let places = [
        short(roster.district.as_ref().map(|district| district.value.as_str())),
        short(roster.town.as_ref().map(|town| town.value.as_str())),
        title(&roster),
        roster.area.as_ref().map(|area| area.value.to_string()).unwrap_or_default(),
    ];
    talk.print(places.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "));
    let mut grids: Vec<_> = roster.grids.iter().map(|(id, grid)| (grid_name(&roster, *id), *id, grid)).collect();
    grids.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    for (_, id, grid) in grids {
        talk.print(format!("  {}", grid_line(talk, &roster, id, grid)));
    }
    for (id, worker) in roster.active_workers() {
        let roles = worker.roles.iter().flat_map(|roles| roles.value.iter());
        let roles: Vec<&str> = roles.map(|role| role.label(talk.lang())).collect();
        let exempt = worker.exempt.as_ref().filter(|exempt| exempt.value != Exempt::No);
        let exempt =
            exempt.map(|exempt| format!("{}{}", talk.pick("　免联 ", "  exempt: "), exempt.value.label(talk.lang())));
        let branch = worker.branch().map(|branch| branch.as_str().to_owned()).unwrap_or_default();
        talk.print(format!("  {}\t{branch}\t{}{}", name(&roster, id), roles.join(" "), exempt.unwrap_or_default()));
    }
    let posts = |zh, en, posts: Vec<(RecordId, &Post)>| {
        for (id, post) in posts {
            talk.print(format!("  {} {id}\t{}", talk.pick(zh, en), post_line(&roster, post)));
        }
    };
    posts("六六结对", "paired", roster.active_pairs(today).collect());
    posts("驻村", "stationed", roster.stationed(today).collect());
    let twice = listed_elsewhere(desk, id, &roster)?;
    for worker in &twice {
        let told = talk.pick("另有一个村的名册也列有：", "another village lists them too: ");
        talk.say(format!("{told}{}", name(&roster, *worker)));
    }
    talk.object(&json!({
        "village": id, "grids": roster.grids.len(), "workers": roster.active_workers().count(),
        "pairs": roster.active_pairs(today).count(), "stationed": roster.stationed(today).count(),
        "service_groups": roster.services.len(), "listed_elsewhere": twice,
    }));
    Ok(())
}

fn grid_line(talk: Talk, roster: &Roster, id: RecordId, grid: &Grid) -> String {
    let kind = grid.kind.as_ref().map(|kind| kind.value.label(talk.lang())).unwrap_or_default();
    let inside: Vec<String> = roster.above(id).into_iter().skip(1).map(|over| grid_name(roster, over)).collect();
    let inside = if inside.is_empty() { String::new() } else { format!(" ⊂ {}", inside.join(" ⊂ ")) };
    let leader = grid.leader.as_ref().map(|leader| name(roster, leader.value)).unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let (from, to) = (grid.from.as_ref().map(|from| from.value), grid.to.as_ref().map(|to| to.value));
    let days = if from.or(to).is_some() { format!("\t{}–{}", day(from), day(to)) } else { String::new() };
    let next = grid.replaced_by.as_ref().map(|next| format!(" → {}", grid_name(roster, next.value)));
    let service = roster.services.get(&id);
    let service = service.map(|group| {
        let members = group.members.as_ref().map(|members| members.value.len()).unwrap_or_default();
        let leader = group.leader.as_ref().map(|leader| name(roster, leader.value)).unwrap_or_default();
        format!("\t{} {leader} +{members}", talk.pick("服务团", "service group"))
    });
    let (next, service) = (next.unwrap_or_default(), service.unwrap_or_default());
    format!("{id} {kind} {}{inside}\t{leader}{days}{next}{service}", grid_name(roster, id))
}

fn post_line(roster: &Roster, post: &Post) -> String {
    let who = match (post.worker, &post.name) {
        (Some(worker), _) => name(roster, worker),
        (None, Some(name)) => name.as_str().to_owned(),
        (None, None) => String::new(),
    };
    let unit = post.unit.as_ref().map(|unit| format!("（{}）", unit.as_str())).unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let household = post.household.map(|household| format!(" ↔ {household}")).unwrap_or_default();
    format!("{who}{unit}{household}\t{}–{}", day(post.from), day(post.to))
}

/// Workers of this roster whom another roster here has at work too.
fn listed_elsewhere(desk: &mut Desk, village: DocId, roster: &Roster) -> Result<BTreeSet<WorkerId>, Failure> {
    let own: BTreeSet<WorkerId> = roster.active_workers().map(|(id, _)| id).collect();
    let mut twice = BTreeSet::new();
    for (other, _) in desk.list(DocKind::Roster)? {
        if other != village {
            let other = read(desk, other)?;
            twice.extend(other.active_workers().map(|(id, _)| id).filter(|id| own.contains(id)));
        }
    }
    Ok(twice)
}

/// The households of each village that are here.
fn in_scope(desk: &mut Desk) -> Result<BTreeMap<DocId, Vec<(InScope, String)>>, Failure> {
    let mut villages: BTreeMap<DocId, Vec<(InScope, String)>> = BTreeMap::new();
    for (id, _) in desk.list(DocKind::Household)? {
        let Some(document) = desk.document(id)? else { continue };
        let home = Household::read(&document);
        let Some(village) = home.village.as_ref().map(|village| village.value) else { continue };
        let door = home.doorplate.as_ref().map(|door| door.value.as_str().to_owned()).unwrap_or_default();
        villages.entry(village).or_default().push((InScope::from(&home), door));
    }
    Ok(villages)
}

/// Coverage (R1) with the list of gaps: of the village named, at the township of all of them unless one is.
pub(super) fn coverage(talk: Talk, desk: &mut Desk, said: Option<&str>, on: Option<NaiveDate>) -> Result<(), Failure> {
    let on = on.unwrap_or(desk.hand()?.today);
    let villages = match (&*desk, said) {
        (Desk::Town(_), None) => desk.list(DocKind::Roster)?.into_iter().map(|(id, _)| id).collect(),
        _ => vec![desk.village(said)?],
    };
    let scope = in_scope(desk)?;
    if matches!(desk, Desk::Phone(_)) {
        talk.say(talk.pick("只统计这部手机上有的户。", "Only households on this phone are counted."));
    }
    let mut told = Vec::new();
    for village in villages {
        let roster = read(desk, village)?;
        let homes = scope.get(&village).map(Vec::as_slice).unwrap_or_default();
        let coverage = roster.coverage(on, homes.iter().map(|(home, _)| *home));
        talk.print(format!("{}\t{}", title(&roster), counted(talk, coverage.village)));
        let none = talk.pick("未分网格", "without a grid");
        let called = |grid: Option<RecordId>| grid.map_or_else(|| none.to_owned(), |grid| grid_name(&roster, grid));
        let mut grids: Vec<_> = coverage.grids.iter().map(|(grid, count)| (called(*grid), *count)).collect();
        grids.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (grid, count) in grids {
            talk.print(format!("  {grid}\t{}", counted(talk, count)));
        }
        let doors: BTreeMap<DocId, &str> = homes.iter().map(|(home, door)| (home.household, door.as_str())).collect();
        for (household, gap) in &coverage.gaps {
            let door = doors.get(household).copied().unwrap_or_default();
            talk.print(format!("  {}\t{household}  {door}\t{}", talk.pick("缺", "gap"), gap.label(talk.lang())));
        }
        for (node, households) in &coverage.nodes {
            let usual = talk.pick("（一般50至100户，仅提示）", " (50 to 100 are usual; a hint only)");
            talk.say(format!("{} {node}: {households}{usual}", talk.pick("中心户", "node household")));
        }
        let grids: Vec<Value> =
            coverage.grids.iter().map(|(grid, count)| json!({ "grid": grid, "count": count })).collect();
        let gaps: Vec<Value> =
            coverage.gaps.iter().map(|(household, gap)| json!({ "household": household, "gap": gap })).collect();
        told.push(json!({ "village": village, "count": coverage.village, "grids": grids, "gaps": gaps }));
    }
    talk.say(talk.pick(
        "联户覆盖率＝有在岗联户人的户 ÷ 应联户（空房不计）",
        "Coverage = households with an active link ÷ households in scope (empty houses excluded)",
    ));
    talk.object(&json!({ "on": on, "villages": told }));
    Ok(())
}

fn counted(talk: Talk, count: Covered) -> String {
    let Covered { households, linked, empty } = count;
    // One decimal, by whole numbers, so that it is the same everywhere.
    let tenths = (linked * 1000).checked_div(households).unwrap_or_default();
    let share = format!("{}.{}%", tenths / 10, tenths % 10);
    match talk.tongue {
        crate::args::Tongue::Zh => format!("应联 {households} 户，已联 {linked} 户（{share}），空房 {empty} 户不计"),
        crate::args::Tongue::En => format!("{linked} of {households} linked ({share}), {empty} empty houses left out"),
    }
}

/// Who has how many households, by branch and name: to help, never to rank.
pub(super) fn load(
    talk: Talk,
    desk: &mut Desk,
    said: Option<&str>,
    preset: Option<PresetName>,
    on: Option<NaiveDate>,
) -> Result<(), Failure> {
    let on = on.unwrap_or(desk.hand()?.today);
    let village = desk.village(said)?;
    let roster = read(desk, village)?;
    let load = roster.load(on);
    let branch = |worker: WorkerId| {
        let worker = roster.workers.get(&worker).and_then(|worker| worker.branch());
        worker.map(|branch| branch.as_str().to_owned()).unwrap_or_default()
    };
    let mut listed: Vec<_> =
        load.iter().map(|(worker, count)| (branch(*worker), name(&roster, *worker), *count)).collect();
    listed.sort();
    for (branch, name, count) in &listed {
        talk.print(format!("{branch}\t{name}\t{count}"));
    }
    let links: Vec<Value> = roster
        .links
        .iter()
        .filter(|(_, link)| link.value.is_active(on))
        .map(|(id, link)| json!({ "id": id, "worker": link.value.worker, "household": link.value.household, "backup": link.value.backup }))
        .collect();
    let warnings = roster.load_warnings(on, preset.map_or(roster.terms.rules.preset, Preset::from));
    for warning in &warnings {
        talk.print(format!("  {}", warning_line(talk, &roster, warning)));
    }
    talk.object(
        &json!({ "village": village, "on": on, "workers": listed.len(), "links": links, "warnings": warnings.len() }),
    );
    Ok(())
}

fn warning_line(talk: Talk, roster: &Roster, warning: &LoadWarning) -> String {
    let who = |worker: &WorkerId| name(roster, *worker);
    match warning {
        LoadWarning::TooFew { worker, households } => {
            format!("{} {}: {households}", talk.pick("户数偏少", "few households"), who(worker))
        }
        LoadWarning::TooMany { worker, households } => {
            format!("{} {}: {households}", talk.pick("户数偏多", "many households"), who(worker))
        }
        LoadWarning::ExemptButLinked { worker } => {
            format!("{} {}", talk.pick("免联但仍有联户", "exempt and still linked"), who(worker))
        }
        LoadWarning::LinkedTwice { household } => {
            format!("{} {household}", talk.pick("有不止一位联户人", "more than one contact"))
        }
        LoadWarning::NobodyThere { household } => {
            format!("{} {household}", talk.pick("联户人已不在岗", "its contact has left"))
        }
    }
}

/// What a person should know about one worker after a link was made.
pub(super) fn warnings_about(talk: Talk, roster: &Roster, worker: WorkerId, on: NaiveDate) {
    for warning in roster.load_warnings(on, roster.terms.rules.preset) {
        let about = match &warning {
            LoadWarning::TooMany { worker, .. } | LoadWarning::ExemptButLinked { worker } => Some(*worker),
            _ => None,
        };
        if about == Some(worker) {
            let hint = talk.pick("（仅提示，已照办）", " (a hint; it was done all the same)");
            talk.say(format!("{}{hint}", warning_line(talk, roster, &warning)));
        }
    }
}
