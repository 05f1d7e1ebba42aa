//! Rosters with every fault clerks' files have, and what becomes of each row.

mod book;
mod bounds;
mod planned;

use super::*;
use book::{Book, n, t};

fn read_one(bytes: &[u8]) -> RosterReading {
    read(&[("roster.xlsx", bytes)], &ExistingRoster::default()).unwrap()
}

/// What became of a row of the sheet with this index: its reason, or `None` when it was not refused.
fn reason(reading: &RosterReading, sheet: usize, row: u32) -> Option<Reason> {
    reading.refusals.iter().find(|refusal| refusal.at == Place { sheet, row }).map(|refusal| refusal.reason)
}

fn worker<'a>(reading: &'a RosterReading, name: &str) -> Option<&'a WorkerRow> {
    reading.workers.iter().find(|row| *row.name == name)
}

fn home<'a>(reading: &'a RosterReading, doorplate: &str) -> Option<&'a HouseholdRow> {
    reading.households.iter().find(|row| *row.doorplate == doorplate)
}

fn balanced(reading: &RosterReading) {
    for sheet in &reading.sheets {
        assert_eq!(sheet.rows, sheet.new + sheet.known + sheet.refused, "{}", sheet.name);
    }
    assert_eq!(reading.reasons().values().sum::<usize>(), reading.refusals.len());
}

#[test]
fn a_title_a_two_row_header_and_a_village_written_once_are_understood() {
    let reading = read_one(&Book::messy().bytes());
    balanced(&reading);
    assert_eq!(reading.town.as_deref(), Some("禾泾镇"));
    let person = worker(&reading, "李辉土").unwrap();
    assert_eq!(person.village, "庆胜村", "the merged cell above");
    assert_eq!(person.branch.as_deref(), Some("庆胜第3支部"));
    assert_eq!(worker(&reading, "金桂娥").unwrap().exempt, Some(Exempt::Age), "the lower header row names 备注");
    let sheet = &reading.sheets[0];
    assert_eq!(sheet.blank, 2, "a blank row inside the merged cell, and the total");
}

#[test]
fn phones_are_taken_as_text_number_or_full_width_and_ten_digits_are_not() {
    let reading = read_one(&Book::messy().bytes());
    for (name, phone) in [
        ("韩珠", Some("15400000001")),
        ("朱丽娜", Some("15400000002")),
        ("李辉土", Some("15400000003")),
        ("汪根金", Some("15400000004")),
        ("曹兰月", None),
    ] {
        let row = worker(&reading, name).unwrap();
        assert_eq!(row.phone.as_ref().map(|phone| phone.as_str()), phone, "{name}");
    }
    assert_eq!(reason(&reading, 0, 9), Some(Reason::PhoneUnclear));
    assert!(worker(&reading, "孟莲").is_none());
}

#[test]
fn the_same_member_twice_is_taken_once_and_namesakes_are_two_people() {
    let reading = read_one(&Book::messy().bytes());
    assert_eq!(reason(&reading, 0, 11), Some(Reason::DuplicateRow), "the same but for the expected number");
    let namesakes: Vec<_> = reading.workers.iter().filter(|row| *row.name == "邹雪").collect();
    assert_eq!(namesakes.len(), 2);
    assert_ne!(namesakes[0].id, namesakes[1].id);
}

#[test]
fn rows_about_one_member_that_contradict_are_both_refused() {
    let rows = [
        [t("庆胜村"), t("王明"), t("1970-01"), t("15400000001")],
        [t("庆胜村"), t("王明"), t("1970-01"), t("15400000002")],
        [t("庆胜村"), t("李平"), t("1971-02"), t("15400000003")],
        [t("庆胜村"), t("李平"), t("1972-02"), t("15400000003")],
    ];
    let reading = read_one(&Book::new().list("党员", &["村", "姓名", "出生年月", "电话"], &rows).bytes());
    assert_eq!(reading.workers, []);
    assert!((2..=5).all(|row| reason(&reading, 0, row) == Some(Reason::RowsContradict)));
}

#[test]
fn a_month_of_birth_that_a_spreadsheet_shortened_is_not_guessed() {
    let rows = [
        [t("庆胜村"), t("王一"), t("1990.1"), t("")],
        [t("庆胜村"), t("王二"), n(1990.1), t("")],
        [t("庆胜村"), t("王三"), n(1965.4), t("")],
        [t("庆胜村"), t("王四"), n(1990.1), t("15400000001")],
        [t("庆胜村"), t("王五"), t("1990.10"), t("")],
        [t("庆胜村"), t("王六"), t(""), t("")],
    ];
    let reading = read_one(&Book::new().list("党员", &["村", "姓名", "出生年月", "电话"], &rows).bytes());
    let reasons: Vec<_> = (2..=7).map(|row| reason(&reading, 0, row)).collect();
    let (unclear, missing) = (Some(Reason::BirthUnclear), Some(Reason::IdentityMissing));
    assert_eq!(reasons, [None, unclear, None, None, None, missing]);
}

#[test]
fn households_are_tidied_and_their_duplicates_and_contradictions_found() {
    let reading = read_one(&Book::messy().bytes());
    assert_eq!(home(&reading, "1组1号").unwrap().members, Some(3), "三");
    assert_eq!(home(&reading, "1组2号").unwrap().members, Some(4), "4人");
    assert_eq!(home(&reading, "1组2号").unwrap().village, "庆胜村", "庆胜村民委员会");
    assert_eq!(reason(&reading, 1, 5), Some(Reason::CountUnclear), "?");
    assert_eq!(reason(&reading, 1, 7), Some(Reason::DuplicateRow), "the row without its phone");
    assert!(home(&reading, "1组4号").unwrap().phone.is_some());
    assert_eq!(reason(&reading, 1, 8), Some(Reason::TwoHeads));
    assert_eq!(reason(&reading, 1, 9), Some(Reason::TwoHeads));
    assert!(home(&reading, "1组5号").is_none());
    assert_eq!(reason(&reading, 1, 11), Some(Reason::RowsContradict), "two phones for one household");
    assert_eq!(reason(&reading, 1, 12), Some(Reason::RowsContradict));
    assert_eq!(reason(&reading, 1, 13), Some(Reason::ChoiceUnclear), "a residence nobody knows");
    assert_eq!(home(&reading, "-1组9号").unwrap().head.as_str(), "赵平", "a cell that starts with a sign is data");
    assert_eq!(reading.sheets[1].blank, 1);
}

#[test]
fn links_are_taken_only_to_a_member_and_a_household_that_are_clear() {
    let reading = read_one(&Book::messy().bytes());
    let outcomes: Vec<_> = (2..=18).map(|row| reason(&reading, 2, row)).collect();
    assert_eq!(
        outcomes,
        [
            None,                             // 韩珠, all there
            None,                             // 朱丽娜 without a phone: unique in the village
            Some(Reason::MemberAmbiguous),    // 邹雪 without a phone: there are two
            None,                             // 邹雪 with one
            Some(Reason::MemberPhoneDiffers), // 李辉土 with another phone
            Some(Reason::MemberRefused),      // 孟莲, whose phone has ten digits
            Some(Reason::MemberUnknown),      // nobody of this name
            Some(Reason::HouseholdUnknown),   // no such doorplate
            Some(Reason::HouseholdRefused),   // the household with "?" people
            Some(Reason::HouseholdRefused),   // the doorplate with two heads
            Some(Reason::HeadDiffers),        // another head
            Some(Reason::LinkedTwice),        // one household,
            Some(Reason::LinkedTwice),        // two members
            Some(Reason::DateUnclear),        // the thirteenth month
            None,                             // 金桂娥 is exempt and linked all the same
            None,                             // a link said twice
            Some(Reason::DuplicateRow),
        ]
    );
    let from: Vec<_> = reading.links.iter().map(|link| link.from.unwrap().to_string()).collect();
    assert_eq!(from, ["2025-09-18", "2022-12-12", "2023-11-25", "2024-08-03", "2021-03-21"], "five notations");
    assert!(reading.warnings.iter().any(|warned| warned.warning == Warning::ExemptWithLinks));
}

#[test]
fn more_than_ten_households_are_warned_about_and_taken() {
    let members = [[t("庆胜村"), t("韩珠"), t("15400000001")]];
    let homes: Vec<_> = (1..=11).map(|door| [t("庆胜村"), t(&format!("1组{door}号")), t("赵平")]).collect();
    let links: Vec<_> =
        (1..=11).map(|door| [t("韩珠"), t("15400000001"), t("庆胜村"), t(&format!("1组{door}号"))]).collect();
    let book = Book::new()
        .list("党员", &["村", "姓名", "电话"], &members)
        .list("农户", &["村", "门牌", "户主"], &homes)
        .list("联户", &["党员姓名", "党员电话", "村", "门牌"], &links);
    let reading = read_one(&book.bytes());
    assert_eq!((reading.links.len(), reading.refusals.len()), (11, 0));
    let warned: Vec<_> = reading.warnings.iter().map(|warned| (warned.at.row, warned.warning)).collect();
    assert_eq!(warned, [(2, Warning::ManyLinks)]);
}

#[test]
fn reading_again_what_the_township_holds_finds_nothing_new_and_the_same_ids() {
    let bytes = Book::messy().bytes();
    let first = read_one(&bytes);
    let again = read(&[("roster.xlsx", &bytes)], &held(&first)).unwrap();
    balanced(&again);
    assert!(again.sheets.iter().take(3).all(|sheet| sheet.new == 0 && sheet.known > 0));
    assert_eq!(again.refusals, first.refusals);
    let ids = |reading: &RosterReading| {
        let workers: Vec<_> = reading.workers.iter().map(|row| row.id).collect();
        let households: Vec<_> = reading.households.iter().map(|row| row.id).collect();
        let links: Vec<_> = reading.links.iter().map(|row| row.id).collect();
        (workers, households, links)
    };
    assert_eq!(ids(&again), ids(&first));
}

#[test]
fn what_contradicts_the_township_is_refused_and_not_overwritten() {
    let first = read_one(&Book::messy().bytes());
    let known = held(&first);
    let members = [[t("庆胜村"), t("韩珠"), t("15400000099")], [t("庆胜村"), t("新来"), t("15400000098")]];
    let homes = [[t("庆胜村"), t("1组1号"), t("另一位")], [t("庆胜村"), t("9组9号"), t("新户")]];
    let links = [
        [t("朱丽娜"), t("15400000002"), t("1组1号"), t("2025-09-18")],
        [t("韩珠"), t("15400000001"), t("1组1号"), t("2025-09-19")],
        [t("新来"), t("15400000098"), t("9组9号"), t("2025-09-19")],
    ];
    let links = links.map(|[name, phone, door, from]| [name, phone, t("庆胜村"), door, from]);
    let book = Book::new()
        .list("党员", &["村", "姓名", "电话"], &members)
        .list("农户", &["村", "门牌", "户主"], &homes)
        .list("联户", &["党员姓名", "党员电话", "村", "门牌", "起始日期"], &links);
    let reading = read(&[("more.xlsx", &book.bytes())], &known).unwrap();
    balanced(&reading);
    assert_eq!(reason(&reading, 0, 2), Some(Reason::KnownOtherwise));
    assert_eq!(reason(&reading, 1, 2), Some(Reason::DoorplateKnown));
    assert_eq!((reading.workers.len(), reading.households.len()), (1, 1));
    assert_eq!(reason(&reading, 2, 2), Some(Reason::HouseholdRefused));
    assert_eq!(reading.links.len(), 1);
}

#[test]
fn a_household_linked_to_somebody_else_in_the_township_waits_for_the_handover() {
    let first = read_one(&Book::messy().bytes());
    let links = [
        [t("朱丽娜"), t("15400000002"), t("庆胜村"), t("1组1号"), t("2026-01-01")],
        [t("朱丽娜"), t("15400000002"), t("庆胜村"), t("1组2号"), t("2026-01-01")],
    ];
    let book = Book::new().list("联户", &["党员姓名", "党员电话", "村", "门牌", "起始日期"], &links);
    let reading = read(&[("links.xlsx", &book.bytes())], &held(&first)).unwrap();
    assert_eq!(reason(&reading, 0, 2), Some(Reason::LinkedElsewhere));
    assert_eq!(reason(&reading, 0, 3), Some(Reason::LinkKnownOtherwise));
}

#[test]
fn three_files_of_separated_values_in_gbk_are_one_roster() {
    let members =
        "序号,行政村,姓名,职务,出生年月,联系电话\r\n1,庆胜村,韩珠,村党总支书记、支部书记,1965-04,15400000001\r\n";
    let homes = "行政村,门牌号,户主姓名,关注类型\r\n庆胜村,1组1号,邱国兴,低保对象、残疾人\r\n\r\n庆胜村,1组1号,邱国兴,低保对象\r\n";
    let links = "党员姓名,党员电话,行政村,门牌号\r\n韩珠,15400000001,庆胜,1组1号\r\n";
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let (members, homes, links) = (gbk(members), gbk(homes), gbk(links));
    let files = [("a.csv", &members[..]), ("b.csv", &homes[..]), ("c.csv", &links[..])];
    let reading = read(&files, &ExistingRoster::default()).unwrap();
    balanced(&reading);
    let roles = [RosterRole::Member, RosterRole::BranchLead, RosterRole::VillageBoard];
    assert_eq!(worker(&reading, "韩珠").unwrap().roles, BTreeSet::from(roles));
    let care: Vec<_> = home(&reading, "1组1号").unwrap().care.iter().map(|tag| tag.as_str()).collect();
    assert_eq!(care, ["低保", "残疾"]);
    assert_eq!(reason(&reading, 1, 4), Some(Reason::DuplicateRow), "the number the editor shows, blank line included");
    assert_eq!(reading.links.len(), 1, "庆胜 is 庆胜村 where there is no 庆胜社区");
}

#[test]
fn a_blank_village_in_separated_values_is_not_filled_from_above() {
    let members = "行政村,姓名,联系电话\n庆胜村,韩珠,15400000001\n,朱丽娜,15400000002\n合计,2人,\n";
    let reading = read(&[("a.csv", members.as_bytes())], &ExistingRoster::default()).unwrap();
    assert_eq!(reason(&reading, 0, 3), Some(Reason::VillageMissing));
    assert_eq!((reading.workers.len(), reading.sheets[0].blank), (1, 1));
}

#[test]
fn the_demo_township_is_taken_whole() {
    let reading = read(&DEMO_TOWN, &ExistingRoster::default()).unwrap();
    balanced(&reading);
    assert_eq!(reading.town.as_deref(), Some("禾泾镇"));
    assert_eq!(reading.reasons(), BTreeMap::new());
    assert_eq!(reading.warnings, []);
    assert_eq!((reading.villages.len(), reading.workers.len(), reading.households.len()), (20, 1_250, 8_500));
    assert!(reading.villages.iter().all(|village| village.code.is_some()));
    assert!(reading.notes.iter().all(|noted| noted.note == Note::FoundByName), "{:?}", reading.notes);
}

#[test]
fn the_report_names_row_column_and_reason_and_repeats_nobody() {
    let reading = read_one(&Book::messy().bytes());
    let report = String::from_utf8(report(&reading, 0).unwrap()).unwrap();
    assert!(report.starts_with('\u{feff}'), "so that Excel shows the Chinese");
    assert!(report.contains("党员名册,9,G 联系电话,phone_unclear,"));
    assert!(report.contains("（另见第8行）"));
    for row in &reading.workers {
        assert!(!report.contains(row.name.as_str()), "the report repeats a name");
    }
    assert_eq!(super::report(&reading, 1), None);
    let lines = report.trim_end().lines().count();
    assert_eq!(lines, 1 + reading.refusals.len() + reading.warnings.len());
}

fn held_link(row: &LinkRow) -> KnownLink {
    KnownLink { worker: row.worker, household: row.household, from: row.from, to: row.to, ended: false }
}

/// What the township holds after a first import.
fn held(reading: &RosterReading) -> ExistingRoster {
    let workers = reading.workers.iter();
    let households = reading.households.iter();
    let links = reading.links.iter();
    ExistingRoster {
        town: reading.town.clone(),
        workers: workers
            .map(|row| KnownWorker {
                id: row.id,
                village: row.village.clone(),
                name: row.name.clone(),
                phone: row.phone.clone(),
            })
            .collect(),
        households: households
            .map(|row| KnownHousehold {
                id: row.id,
                village: row.village.clone(),
                doorplate: row.doorplate.clone(),
                head: row.head.clone(),
            })
            .collect(),
        links: links.map(held_link).collect(),
    }
}
