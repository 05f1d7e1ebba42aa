//! Rows 3, 9 and 10: the responsibility areas with their coverage and gaps, cadres paired with node households, cadres
//! stationed in the village.

use lianhu_core::deed::from_json;
use lianhu_core::roster::Role;
use lianhu_core::{DocId, DocKind};
use lianhu_device::Workbook;
use serde_json::{Value, json};

use super::Stage;
use super::stage::Actor;
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;

/// Plays the part.
pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let village = stage.roster.id;
    let mut board = stage.phone_of(Role::VillageBoard, &[])?;
    let today = board.book.hand().today;
    let linked = stage.roster.active_links(today).find_map(|link| Some((link.worker?, link.household?)));
    let (member, home) = linked.ok_or_else(|| Failure::new(Kind::Input, "the demo's village has no link"))?;
    let other = stage.roster.active_workers().map(|(id, _)| id).find(|id| *id != member).unwrap_or(member);

    // The board, without signal: a micro-grid inside the village's first area, a helper at a link, an exemption.
    let area = stage.roster.grids.keys().next().map(ToString::to_string);
    on_phone(
        &mut board,
        village,
        &json!({ "do": "put_grid", "name": "桥头微网格", "kind": "micro_grid", "parent": area,
        "from": today.to_string(), "leader": member, "node": home }),
    )?;
    on_phone(&mut board, village, &json!({ "do": "put_worker", "name": "钟秀兰", "roles": ["member"] }))?;
    let newcomer = workers(&mut board, village)?.into_iter().find(|id| !stage.roster.workers.contains_key(id));
    on_phone(&mut board, village, &json!({ "do": "set_exempt", "worker": newcomer, "exempt": "age" }))?;
    let link = stage.roster.links.iter().find(|(_, link)| link.value.household == Some(home)).map(|(id, _)| *id);
    on_phone(&mut board, village, &json!({ "do": "set_backup", "id": link, "backup": other }))?;
    stage.sync(&mut board)?;

    // The office: pairs, a service group, a cadre stationed.
    let grid = stage.roster.grids.keys().next();
    for deed in [
        json!({ "do": "pair", "household": home, "name": "区农业局干部甲", "unit": "区农业局" }),
        json!({ "do": "put_service_group", "grid": grid, "leader": member, "members": [member, other] }),
        json!({ "do": "station", "worker": stage.worker(Role::ResidentCadre, &[]), "from": today.to_string() }),
    ] {
        stage.office_does(village, &deed)?;
    }
    count(stage, &mut board, village)
}

fn on_phone(actor: &mut Actor, doc: DocId, deed: &Value) -> Result<(), Failure> {
    let deed = from_json(doc.kind(), &deed.to_string()).map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
    actor.book.act(doc, &*deed).map(|_| ()).map_err(|why| workbook_failure(&why))
}

fn workers(actor: &mut Actor, village: DocId) -> Result<Vec<lianhu_core::WorkerId>, Failure> {
    let roster = actor.book.read(village, lianhu_core::roster::Roster::read).map_err(|why| workbook_failure(&why))?;
    Ok(roster.workers.keys().copied().collect())
}

/// What is there afterwards: on the board's phone, which holds the whole village, and in the office's lists.
fn count(stage: &mut Stage<'_>, board: &mut Actor, village: DocId) -> Result<(), Failure> {
    stage.sync(board)?;
    let today = board.book.hand().today;
    let (roster, homes) = of_the_village(&mut board.book, village).map_err(|why| workbook_failure(&why))?;
    let coverage = roster.coverage(today, homes);
    let number = |count: usize| u64::try_from(count).unwrap_or_default();
    stage.count(3, "网格、责任区、微网格", "grids and areas", number(roster.active_grids(today).count()));
    stage.count(3, "应联户", "households in scope", number(coverage.village.households));
    stage.count(3, "已联户", "households linked", number(coverage.village.linked));
    stage.count(3, "缺口（逐户列出）", "gaps, each listed", number(coverage.gaps.len()));
    let exempt = roster.active_workers().filter(|(_, worker)| {
        worker.exempt.as_ref().is_some_and(|exempt| exempt.value != lianhu_core::roster::Exempt::No)
    });
    stage.count(3, "免联", "exempt workers", number(exempt.count()));
    for (row, view, zh, en) in
        [(9, "pairs", "六六结对", "cadres paired"), (10, "stations", "驻村干部", "cadres stationed")]
    {
        let told = stage.ask(&format!("/office/v1/lists/{view}?doc={village}"))?;
        stage.count(row, zh, en, told.get("total").and_then(Value::as_u64).unwrap_or_default());
    }
    stage.count(9, "网格服务团", "service groups", number(roster.services.len()));
    Ok(())
}

type OfVillage = (lianhu_core::roster::Roster, Vec<lianhu_core::roster::InScope>);

fn of_the_village<S: lianhu_sync::ports::PhoneStore, X: lianhu_device::Surroundings>(
    book: &mut Workbook<S, X>,
    village: DocId,
) -> Result<OfVillage, lianhu_device::WorkbookError<S::Error>> {
    let roster = book.read(village, lianhu_core::roster::Roster::read)?.content;
    let mut homes = Vec::new();
    for listed in book.documents(DocKind::Household)? {
        let home = book.households().get(listed.id)?;
        if home.village.as_ref().is_some_and(|of| of.value == village) {
            homes.push(lianhu_core::roster::InScope::from(&home.content));
        }
    }
    Ok((roster, homes))
}
