//! What an import writes, and what it leaves alone.

use chrono::NaiveDate;
use lianhu_core::household::{self, CardChange, CardForm, Household};
use lianhu_core::roster::{Roster, roster_id};
use lianhu_core::{ActorId, DeviceMillis, DocKind, Document, Stamp, WorkerId};

use super::*;

fn stamp(at: i64) -> Stamp {
    let worker = WorkerId(uuid::Uuid::from_bytes([7; 16]));
    Stamp { worker, actor: ActorId::new(worker, [9; 16], 0), at: DeviceMillis(at) }
}

/// A township that takes what a plan says, change by change.
#[derive(Default)]
struct Held(BTreeMap<DocId, Document>);

impl Held {
    fn import(&mut self, bytes: &[u8], options: PlanOptions) -> (RosterReading, Plan) {
        let of = |kind: DocKind| self.0.values().filter(move |document| document.id().kind() == kind);
        let on = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let known = known(Some("禾泾镇"), of(DocKind::Roster), of(DocKind::Household), on);
        let reading = read(&[("roster.xlsx", bytes)], &known).unwrap();
        let plan = plan(&reading, Some("禾泾镇"), options, stamp(1), |id| self.0.get(&id).cloned()).unwrap();
        for planned in &plan.documents {
            let id = planned.document.id();
            let before = self.0.get(&id).map(Document::save);
            let changes = planned.changes.iter().map(|change| &change.bytes[..]);
            let document = Document::open(id, before.as_deref(), changes).unwrap();
            assert_eq!(document.heads(), planned.document.heads(), "the changes make the document");
            self.0.insert(id, document);
        }
        (reading, plan)
    }
}

#[test]
fn an_import_writes_one_roster_per_village_and_one_card_per_household() {
    let mut held = Held::default();
    let (reading, plan) = held.import(&Book::messy().bytes(), PlanOptions::default());
    assert_eq!(plan.documents.len(), 1 + reading.households.len());
    assert!(plan.documents.iter().all(|planned| planned.created && !planned.changes.is_empty()));
    assert_eq!(plan.differs, []);
    let roster = Roster::read(&held.0[&roster_id("禾泾镇", "庆胜村")]);
    assert_eq!(roster.workers.len(), reading.workers.len());
    assert_eq!(roster.links.len(), reading.links.len());
    assert_eq!(roster.grids.len(), 1);
    let home = Household::read(&held.0[&home(&reading, "1组1号").unwrap().id]);
    assert_eq!(home.head.unwrap().value.as_str(), "邱国兴");
    assert_eq!(home.village.unwrap().value, roster.id);
}

#[test]
fn importing_again_writes_nothing() {
    let mut held = Held::default();
    let bytes = Book::messy().bytes();
    held.import(&bytes, PlanOptions::default());
    for update in [false, true] {
        let (reading, plan) = held.import(&bytes, PlanOptions { update, care_tags: false });
        assert!(plan.documents.is_empty() && plan.differs.is_empty());
        assert!(reading.sheets.iter().all(|sheet| sheet.new == 0));
    }
}

#[test]
fn what_somebody_changed_since_is_listed_and_not_taken_back() {
    let mut held = Held::default();
    let bytes = Book::messy().bytes();
    let (reading, _) = held.import(&bytes, PlanOptions::default());
    let id = home(&reading, "1组1号").unwrap().id;
    let form = CardForm { phone: "15400009999".into(), ..CardForm::default() };
    let edit = household::change_card(&CardChange::new(&form).unwrap());
    held.0.get_mut(&id).unwrap().write(stamp(2), edit).unwrap();
    let phone = |held: &Held| Household::read(&held.0[&id]).phone.unwrap().value.as_str().to_owned();

    let (_, plan) = held.import(&bytes, PlanOptions::default());
    assert!(plan.documents.is_empty());
    assert_eq!(plan.differs.iter().map(|differs| differs.key.as_str()).collect::<Vec<_>>(), ["phone"]);
    assert_eq!(phone(&held), "15400009999");

    let (_, plan) = held.import(&bytes, PlanOptions { update: true, care_tags: false });
    assert_eq!(plan.documents.len(), 1);
    assert_eq!(phone(&held), "15400001001", "the list wins when asked to");
}

#[test]
fn care_tags_are_kept_only_where_they_are_switched_on() {
    let homes = [[t("庆胜村"), t("1组1号"), t("赵平"), t("低保对象、残疾人、别的")]];
    let bytes = Book::new().list("农户", &["村", "门牌", "户主", "关注类型"], &homes).bytes();
    for (care_tags, tags) in [(false, 0), (true, 2)] {
        let mut held = Held::default();
        let (reading, _) = held.import(&bytes, PlanOptions { update: false, care_tags });
        let home = Household::read(&held.0[&home(&reading, "1组1号").unwrap().id]);
        assert_eq!(home.care.len(), tags);
    }
}

#[test]
fn a_link_that_ended_is_ended_and_only_once() {
    let mut held = Held::default();
    held.import(&Book::messy().bytes(), PlanOptions::default());
    let links = [[t("韩珠"), t("15400000001"), t("庆胜村"), t("1组1号"), t("2025-09-18"), t("2026-05-31")]];
    let header = ["党员姓名", "党员电话", "村", "门牌", "起始日期", "结束日期"];
    let bytes = Book::new().list("联户", &header, &links).bytes();
    let (_, plan) = held.import(&bytes, PlanOptions::default());
    assert_eq!(plan.documents.len(), 1);
    let roster = Roster::read(&held.0[&roster_id("禾泾镇", "庆胜村")]);
    let ended: Vec<_> = roster.links.values().filter(|link| link.value.to.is_some()).collect();
    assert_eq!(ended.len(), 1);
    let (_, plan) = held.import(&bytes, PlanOptions::default());
    assert!(plan.documents.is_empty() && plan.differs.is_empty());
}

#[test]
fn a_town_without_a_name_is_asked_for() {
    let members = "行政村,姓名,联系电话\n庆胜村,韩珠,15400000001\n";
    let reading = read(&[("a.csv", members.as_bytes())], &ExistingRoster::default()).unwrap();
    let outcome = plan(&reading, None, PlanOptions::default(), stamp(1), |_| None);
    assert_eq!(outcome.unwrap_err(), PlanError::TownMissing);
}
