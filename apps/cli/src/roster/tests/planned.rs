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
        self.import_named(bytes, None, options)
    }

    /// As the command does it: what the township is called counts before what the clerk says.
    fn import_named(&mut self, bytes: &[u8], name: Option<&str>, options: PlanOptions) -> (RosterReading, Plan) {
        let of = |kind: DocKind| self.0.values().filter(move |document| document.id().kind() == kind);
        let on = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let mut known = known(of(DocKind::Roster), of(DocKind::Household), on);
        known.town = known.town.or(name.map(str::to_owned));
        let reading = read(&[("roster.xlsx", bytes)], &known).unwrap();
        let plan = plan(&reading, options, stamp(1), |id| self.0.get(&id).cloned()).unwrap();
        for planned in &plan.documents {
            let id = planned.document.id();
            let before = self.0.get(&id).map(|document| document.save().unwrap());
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

/// Members of whom some are known only by the month of birth, two namesakes among them; links that name them; one that
/// has ended. No title, so the list does not say what the town is called.
fn nameless_book(turned: bool) -> Vec<u8> {
    let mut members = [
        [t("庆胜村"), t("曹兰月"), t("1976-10"), t("")],
        [t("庆胜村"), t("邹雪"), t("1984-04"), t("")],
        [t("庆胜村"), t("邹雪"), t("1991-02"), t("15400000008")],
        [t("庆胜村"), t("邹雪"), t("1991-02"), t("15400000008")],
        [t("庆胜村"), t("孟莲"), t("1950-06"), t("1540000006")],
    ];
    let mut homes = [1, 2, 3, 4].map(|door| [t("庆胜村"), t(&format!("1组{door}号")), t("赵平")]);
    let link = |name: &str, phone: &str, door: &str, to: &str| {
        [t(name), t(phone), t("庆胜村"), t(door), t("2025-09-18"), t(to)]
    };
    let mut links = [
        link("曹兰月", "", "1组1号", ""),
        link("邹雪", "15400000008", "1组2号", ""),
        link("邹雪", "", "1组3号", ""),
        link("孟莲", "", "1组4号", ""),
        link("曹兰月", "", "1组4号", "2025-12-31"),
        link("曹兰月", "", "1组2号", "2026-12-31"),
    ];
    if turned {
        members.reverse();
        homes.reverse();
        links.reverse();
    }
    Book::new()
        .list("党员", &["村", "姓名", "出生年月", "电话"], &members)
        .list("农户", &["村", "门牌", "户主"], &homes)
        .list("联户", &["党员姓名", "党员电话", "村", "门牌", "起始日期", "结束日期"], &links)
        .bytes()
}

#[test]
fn importing_again_says_the_same_and_writes_nothing_whatever_the_town_is_called_and_however_the_rows_are_ordered() {
    for name in [None, Some("禾泾镇")] {
        let mut held = Held::default();
        let (first, plan) = held.import_named(&nameless_book(false), name, PlanOptions::default());
        assert_eq!(first.called, name.unwrap_or(NAMELESS));
        assert!(!plan.documents.is_empty());
        assert_eq!((first.workers.len(), first.households.len(), first.links.len()), (3, 4, 4));
        for (turned, name) in [(false, name), (true, name), (true, None), (false, Some("另一个镇"))] {
            let (again, plan) = held.import_named(&nameless_book(turned), name, PlanOptions::default());
            assert_eq!(again.called, first.called, "what the township is called already counts");
            assert!(plan.documents.is_empty() && plan.differs.is_empty());
            assert_eq!(again.reasons(), first.reasons());
            for (again, first) in again.sheets.iter().zip(&first.sheets) {
                assert_eq!((again.new, again.known, again.refused), (0, first.new, first.refused), "{}", again.name);
            }
            assert_eq!(again.warnings.len(), first.warnings.len());
        }
    }
}

#[test]
fn the_messy_roster_in_another_session_is_refused_for_the_same_reasons() {
    let mut held = Held::default();
    let bytes = Book::messy().bytes();
    let (first, _) = held.import(&bytes, PlanOptions::default());
    let (again, _) = held.import(&bytes, PlanOptions::default());
    assert_eq!((again.refusals, again.warnings, again.notes), (first.refusals, first.warnings, first.notes));
}

#[test]
fn a_link_the_township_ended_is_not_taken_up_again_from_an_older_list() {
    let mut held = Held::default();
    held.import(&Book::messy().bytes(), PlanOptions::default());
    let id = roster_id("禾泾镇", "庆胜村");
    let link = Roster::read(&held.0[&id]).links.into_iter().next().unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
    let end = lianhu_core::roster::end_link(link.0, &link.1.value, day);
    held.0.get_mut(&id).unwrap().write(stamp(2), end).unwrap();
    let (reading, plan) = held.import(&Book::messy().bytes(), PlanOptions::default());
    assert!(plan.documents.is_empty());
    assert_eq!(plan.differs.len(), 1, "it is counted as kept");
    assert_eq!(reading.sheets[2].new, 0);
}

#[test]
fn a_phone_that_went_to_a_namesake_is_not_guessed_about() {
    let mut held = Held::default();
    let one = [[t("庆胜村"), t("邹雪"), t("1984-04"), t("15400000001")]];
    let header = ["村", "姓名", "出生年月", "电话"];
    let first = held.import(&Book::new().list("党员", &header, &one).bytes(), PlanOptions::default()).0;
    let rows =
        [[t("庆胜村"), t("邹雪"), t(""), t("15400000001")], [t("庆胜村"), t("邹雪"), t("1984-04"), t("15400000002")]];
    let (reading, _) = held.import(&Book::new().list("党员", &header, &rows).bytes(), PlanOptions::default());
    assert_eq!(reason(&reading, 0, 2), Some(Reason::KnownOtherwise));
    assert_eq!(reading.workers.iter().map(|row| row.id).collect::<Vec<_>>(), [first.workers[0].id]);
}
