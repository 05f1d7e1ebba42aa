//! Rows 7, 10, 14 and 15: a studio and a stationed cadres' studio serve, a base trains, a member pledges at a stall. All of it
//! is written on phones without a signal; the office judges what the member may not judge themself.

use chrono::Datelike as _;
use lianhu_core::base::{BaseDeed, BaseForm, BatchForm, OutcomeForm};
use lianhu_core::deed::Deed;
use lianhu_core::pledge::{ItemForm, PledgeDeed};
use lianhu_core::roster::Role;
use lianhu_core::studio::{ServiceForm, StudioDeed, StudioForm, StudioKind};
use lianhu_core::{DocId, DocKind};
use serde_json::{Value, json};

use super::stage::{Actor, Stage};
use crate::failure::Failure;
use crate::phone::workbook_failure;

fn begins(actor: &mut Actor, deed: &dyn Deed) -> Result<DocId, Failure> {
    actor.book.begin(deed).map_err(|why| workbook_failure(&why))
}

fn does(actor: &mut Actor, id: DocId, deed: &dyn Deed) -> Result<(), Failure> {
    actor.book.act(id, deed).map(|_| ()).map_err(|why| workbook_failure(&why))
}

/// How many rows a view has of a document, as the office sees it.
fn rows(stage: &Stage<'_>, view: &str, id: DocId) -> Result<u64, Failure> {
    let told = stage.ask(&format!("/office/v1/lists/{view}?doc={id}&limit=1"))?;
    Ok(told.get("total").and_then(Value::as_u64).unwrap_or_default())
}

/// Plays the scene.
pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let mut board = stage.phone_of(Role::VillageBoard, &[])?;
    let mut member = stage.phone_of(Role::Member, &[board.worker])?;
    let pledge = pledged(&mut member)?;
    let studio = serves(&mut member, &board)?;
    let stationed = stationed(stage, &mut board)?;
    let base = trains(&mut board)?;
    stage.sync(&mut member)?;
    stage.sync(&mut board)?;

    // The board has seen both, agrees and hangs them out.
    does(&mut board, pledge, &PledgeDeed::Approve {})?;
    does(&mut board, pledge, &PledgeDeed::Publish { on: String::new() })?;
    for id in [studio, stationed] {
        does(&mut board, id, &StudioDeed::Post { on: String::new() })?;
    }
    does(&mut board, base, &BaseDeed::Post { on: String::new() })?;
    stage.sync(&mut board)?;
    stage.sync(&mut member)?;
    does(&mut member, pledge, &PledgeDeed::Start {})?;
    let own = does(&mut member, pledge, &PledgeDeed::Close { outcome: kept(), reason: String::new().into() });
    stage.count(15, "本人评定自己的承诺被拒", "verdicts on one's own pledge refused", own.is_err().into());
    stage.sync(&mut member)?;

    // Residents said it on paper, and the office types it in.
    let said = json!({ "reviewer": "residents", "verdict": "kept", "text": "价签清楚，秤准" });
    stage.office_does(pledge, &json!({ "do": "review", "review": said }))?;
    stage.office_does(pledge, &json!({ "do": "close", "outcome": "kept" }))?;
    count(stage, pledge, &[studio, stationed], base)
}

fn kept() -> lianhu_core::pledge::Outcome {
    lianhu_core::pledge::Outcome::Kept
}

/// A stall holder's pledge, two things one can check.
fn pledged(member: &mut Actor) -> Result<DocId, Failure> {
    let village = member.book.owner().roster;
    let year = member.book.hand().today.year();
    let item = |content: &str, measured_by: &str, baseline: &str| ItemForm {
        content: content.to_owned(),
        measured_by: measured_by.to_owned(),
        baseline: baseline.to_owned(),
        due: format!("{year}-12-31"),
    };
    let items =
        vec![item("明码标价", "每月抽查两次", "三种商品未标价"), item("缺一罚十", "公平秤复秤", "去年投诉四起")];
    let (worker, year, place) = (None, Some(year), "农贸市场12号摊位".to_owned());
    begins(member, &PledgeDeed::Begin { worker, year, village, place, items })
}

/// A studio of two members, three services.
fn serves(member: &mut Actor, board: &Actor) -> Result<DocId, Failure> {
    let village = member.book.owner().roster;
    let form = StudioForm {
        name: "一家人工作室".to_owned(),
        skills: "法律、就业、创业、调解、巡逻".to_owned(),
        services: "政策咨询、就业介绍".to_owned(),
        open_hours: "周三 8:30-11:30\n周六 9:00-11:00".to_owned(),
        place: "村部一楼".to_owned(),
        ..StudioForm::default()
    };
    let studio = begins(member, &StudioDeed::Begin { village, studio: form })?;
    does(member, studio, &StudioDeed::Join { worker: board.worker, since: String::new() })?;
    for (content, hours, served) in [("解答拆迁政策", "1.5", 3), ("调解邻里纠纷", "2", 2), ("夜间巡逻", "3", 0)]
    {
        let service = ServiceForm {
            content: content.into(),
            hours: hours.to_owned(),
            served: Some(served),
            ..ServiceForm::default()
        };
        does(member, studio, &StudioDeed::Serve { service })?;
    }
    Ok(studio)
}

/// The studio of stationed cadres handles a matter of the village, and says which.
fn stationed(stage: &Stage<'_>, board: &mut Actor) -> Result<DocId, Failure> {
    let village = board.book.owner().roster;
    let form = StudioForm {
        kind: Some(StudioKind::Stationed),
        name: "驻村工作室".to_owned(),
        leader: stage.worker(Role::ResidentCadre, &[]),
        ..StudioForm::default()
    };
    let studio = begins(board, &StudioDeed::Begin { village, studio: form })?;
    does(board, studio, &StudioDeed::Join { worker: board.worker, since: String::new() })?;
    let matters = board.book.documents(DocKind::Matter).map_err(|why| workbook_failure(&why))?;
    for matter in matters.iter().take(2) {
        let service =
            ServiceForm {
                content: "到场查看，联系施工".into(), matter: Some(matter.id), ..ServiceForm::default()
            };
        does(board, studio, &StudioDeed::Serve { service })?;
    }
    Ok(studio)
}

/// A base with two batches and an outcome.
fn trains(board: &mut Actor) -> Result<DocId, Failure> {
    let village = board.book.owner().roster;
    let form = BaseForm {
        name: "先锋号大棚".to_owned(),
        trade: "草莓".to_owned(),
        place: "三组".to_owned(),
        sheds: "大棚6个，12亩".to_owned(),
        host_worker: Some(board.worker),
        ..BaseForm::default()
    };
    let base = begins(board, &BaseDeed::Begin { village, base: form })?;
    for (topic, trained, lifted) in [("草莓育苗", 24, 2), ("直播带货", 12, 1)] {
        let batch =
            BatchForm { topic: topic.to_owned(), trained: Some(trained), lifted: Some(lifted), ..BatchForm::default() };
        does(board, base, &BaseDeed::Batch { id: None, batch })?;
    }
    let outcome = OutcomeForm { text: "合作社订了一万斤".into(), ..OutcomeForm::default() };
    does(board, base, &BaseDeed::Outcome { outcome })?;
    Ok(base)
}

/// What is really there afterwards, as the office sees it.
fn count(stage: &mut Stage<'_>, pledge: DocId, studios: &[DocId; 2], base: DocId) -> Result<(), Failure> {
    let [studio, stationed] = *studios;
    let services = rows(stage, "service_records", studio)?;
    stage.count(7, "工作室服务记录", "service records of a studio", services);
    let members = rows(stage, "studio_members", studio)?;
    stage.count(7, "工作室成员", "members of a studio", members);
    let handled = rows(stage, "service_records", stationed)?;
    stage.count(10, "驻村工作室办理事项的记录", "matters handled by the studio of stationed cadres", handled);
    let batches = rows(stage, "base_batches", base)?;
    stage.count(14, "培训批次", "batches of training", batches);
    let kept = stage.ask(&format!("/office/v1/lists/pledges?doc={pledge}&status=kept&limit=1"))?;
    let kept = kept.get("total").and_then(Value::as_u64).unwrap_or_default();
    stage.count(15, "公示并兑现的承诺", "pledges published and kept", kept);
    let items = rows(stage, "pledge_items", pledge)?;
    stage.count(15, "承诺事项", "items pledged", items);
    let reviews = rows(stage, "pledge_reviews", pledge)?;
    stage.count(15, "评议", "reviews of a pledge", reviews);
    Ok(())
}
