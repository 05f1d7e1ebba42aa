//! Where the practice is played: one village, a phone for each role that is needed, and the office.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;
use lianhu_core::groups::{Group, LegalBasis};
use lianhu_core::roster::{Role, Roster};
use lianhu_core::{DocId, WorkerId};
use lianhu_device::{NewDevice, Workbook};
use serde::Serialize;
use serde_json::{Value, json};

use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, Line, open_store, sync_failure, workbook_failure};

use crate::scene::{Pocket, Scene};

/// What was done of one row of the practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(in super::super) struct Row {
    /// The row of `seeds/practice.md`, from 1.
    pub(in super::super) row: u8,
    /// What was counted, in Chinese.
    pub(in super::super) zh: &'static str,
    /// The same in English.
    pub(in super::super) en: &'static str,
    /// How many.
    pub(in super::super) count: u64,
}

/// A worker with a phone in hand.
pub(in super::super) struct Actor {
    pub(in super::super) worker: WorkerId,
    pub(in super::super) book: FileWorkbook<Pocket>,
}

/// The stage.
pub(in super::super) struct Stage<'a> {
    scene: &'a Scene,
    line: &'a Line,
    /// The village everything happens in: the one with the most roles among its people.
    pub(in super::super) roster: Roster,
    phones: PathBuf,
    phones_made: u64,
    counted: BTreeMap<(u8, &'static str), Row>,
}

impl<'a> Stage<'a> {
    pub(super) fn set(scene: &'a Scene, line: &'a Line) -> Result<Self, Failure> {
        let phones = scene.township.with_file_name("practice");
        std::fs::create_dir_all(&phones)?;
        let roster =
            busiest(&scene.rosters).cloned().ok_or_else(|| Failure::new(Kind::Input, "the roster has no village"))?;
        Ok(Stage { scene, line, roster, phones, phones_made: 0, counted: BTreeMap::new() })
    }

    /// A worker of the village who holds a role, other than those named; `None` if nobody does.
    pub(in super::super) fn worker(&self, role: Role, other_than: &[WorkerId]) -> Option<WorkerId> {
        let holding = self.roster.active_workers().filter(|(id, worker)| worker.has(role) && !other_than.contains(id));
        holding.map(|(id, _)| id).next()
    }

    /// Gives a worker a phone, enrolled and synced once.
    pub(in super::super) fn phone(&mut self, worker: WorkerId) -> Result<Actor, Failure> {
        self.phones_made += 1;
        let asked = json!({ "worker": worker, "hours": 1 });
        let told = self.office("/office/v1/codes", &asked)?;
        let code = told.get("code").and_then(Value::as_str).unwrap_or_default();
        let mut pocket = self.scene.pocket_of_stage(self.phones_made);
        let device = NewDevice::generate(&mut pocket);
        let reply = self.line.enrol(device.enrolment(code, "practice"))?;
        let store = open_store(&self.phones.join(format!("{:02}.db", self.phones_made)))?;
        let book = Workbook::create_enrolled(store, pocket, device, reply, "").map_err(|why| workbook_failure(&why))?;
        let mut actor = Actor { worker, book };
        self.sync(&mut actor)?;
        Ok(actor)
    }

    /// A phone for somebody who holds a role, other than those named. A roster where nobody does is no roster for this demo.
    pub(in super::super) fn phone_of(&mut self, role: Role, other_than: &[WorkerId]) -> Result<Actor, Failure> {
        let worker = self.worker(role, other_than).ok_or_else(|| {
            Failure::new(Kind::Input, format!("nobody in the demo's village holds the role {}", role.code()))
        })?;
        self.phone(worker)
    }

    /// One sync, as every night.
    pub(in super::super) fn sync(&self, actor: &mut Actor) -> Result<(), Failure> {
        actor.book.sync(&mut self.line.clone()).map(|_| ()).map_err(|why| sync_failure(&why))
    }

    /// What the office does: posts JSON and gives the answer.
    pub(in super::super) fn office(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let network = |why: lianhu_device::TransportError| Failure::new(Kind::Network, format!("{path}: {why}"));
        self.line.post_json(path, body).map_err(network)
    }

    /// What the office reads.
    pub(in super::super) fn ask(&self, path: &str) -> Result<Value, Failure> {
        let network = |why: lianhu_device::TransportError| Failure::new(Kind::Network, format!("{path}: {why}"));
        self.line.get_json(path).map_err(network)
    }

    /// A document the office begins with a deed.
    pub(in super::super) fn office_begins(&self, kind: &str, deed: &Value) -> Result<DocId, Failure> {
        let told = self.office(&format!("/office/v1/begin/{kind}"), deed)?;
        let id = told.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        id.ok_or_else(|| Failure::new(Kind::Failed, "the office gave no document id; this is a bug"))
    }

    /// A deed of the office on a document.
    pub(in super::super) fn office_does(&self, id: DocId, deed: &Value) -> Result<(), Failure> {
        self.office(&format!("/office/v1/documents/{id}/deeds"), deed).map(|_| ())
    }

    /// The township switches a group of personal data on for a year, in every village, and says what for.
    pub(in super::super) fn switches_on(
        &mut self,
        group: Group,
        purpose: &str,
        basis: LegalBasis,
        today: NaiveDate,
    ) -> Result<(), Failure> {
        let review_on = (today + chrono::Duration::days(365)).to_string();
        let typed = json!({ "group": group, "on": true, "purpose": purpose, "basis": basis, "review_on": review_on });
        let villages = self.office("/office/v1/groups", &typed)?;
        let villages = villages.get("villages").and_then(Value::as_u64).unwrap_or_default();
        self.count(
            11,
            "启用关注类型的村（用途：核对困难户）",
            "villages that switched care tags on, with a purpose",
            villages,
        );
        Ok(())
    }

    /// Counts what was done of a row. The same words add up.
    pub(in super::super) fn count(&mut self, row: u8, zh: &'static str, en: &'static str, count: u64) {
        let counted = self.counted.entry((row, en)).or_insert(Row { row, zh, en, count: 0 });
        counted.count += count;
    }

    pub(super) fn rows(self) -> Vec<Row> {
        self.counted.into_values().collect()
    }
}

/// The village with the most roles among its people.
fn busiest(rosters: &[Roster]) -> Option<&Roster> {
    let roles = |roster: &&Roster| {
        let held = Role::ALL.iter().filter(|role| roster.active_workers().any(|(_, worker)| worker.has(**role)));
        (held.count(), roster.active_workers().count())
    };
    rosters.iter().max_by_key(roles)
}
