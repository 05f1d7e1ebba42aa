//! Matters, rules, the calendar and the digest, as they are typed.

use clap::Parser as _;
use lianhu_core::DocKind;
use lianhu_core::deadline::Rule;
use lianhu_core::matter::{Matter, State, temporary_code};

use super::{Desk, code, device, enrol, open_town, serving, sync_with};
use crate::args::{Cli, DeviceAction, DeviceArgs, PinArgs, Tongue};
use crate::commands::existing_town;
use crate::failure::{Failure, Kind};
use crate::phone::{System, open_workbook};

use super::TALK;

/// What is typed after `lianhu`.
fn lianhu(words: &[&str]) -> Result<(), Failure> {
    let cli = Cli::try_parse_from(std::iter::once("lianhu").chain(words.iter().copied())).unwrap();
    crate::run(&cli)
}

/// A desk with a township and one member's phone that has synced once.
fn desk() -> (Desk, String, String) {
    let desk = Desk::new();
    desk.import();
    let town = open_town(&desk.place("township")).unwrap();
    let code = code(&town);
    serving(town, |server| {
        desk.device("phone.db", enrol(server, &code)).unwrap();
        desk.device("phone.db", DeviceAction::Sync).unwrap();
    });
    let path = |name: &str| desk.at(name).to_string_lossy().into_owned();
    let (phone, town) = (path("phone.db"), path("township"));
    (desk, phone, town)
}

fn only_matter(desk: &Desk) -> Matter {
    let town = existing_town(&desk.place("township")).unwrap();
    let ids = town.documents_of(DocKind::Matter).unwrap();
    assert_eq!(ids.len(), 1);
    Matter::read(&town.document(ids[0]).unwrap())
}

#[test]
fn a_matter_goes_its_way_by_what_is_typed_on_a_phone_and_at_the_township() {
    let (desk, phone, town) = desk();
    let on_phone = |words: &[&str]| lianhu(&[&["matter", "--workbook", &phone], words].concat());
    let at_town = |words: &[&str]| lianhu(&[&["matter", "--dir", &town], words].concat());
    on_phone(&["raise", "河道有垃圾", "飘了三天", "--household", "1组1号", "--channel", "on_request"]).unwrap();
    let id = open_workbook(&desk.at("phone.db"), System).unwrap().matters().list().unwrap()[0].id;
    on_phone(&["submit", &temporary_code(id)]).unwrap();
    let refused = on_phone(&["close", &temporary_code(id), "--kind", "phased"]).unwrap_err();
    assert_eq!(refused.kind(), Kind::Input);
    assert!(refused.told(Tongue::Zh).contains("事项“已上报”，不能“办结”"), "{}", refused.told(Tongue::Zh));
    serving(open_town(&desk.place("township")).unwrap(), |server| sync_with(&desk.at("phone.db"), server));

    let number = only_matter(&desk).number.unwrap().value.as_str().to_owned();
    assert!(number.ends_with("-0001"));
    at_town(&["assign", &number, "--owner", "韩珠", "--level", "village"]).unwrap();
    let evaluation = ["evaluate", &number, "--solved", "yes", "--satisfaction", "satisfied"];
    for words in [&["accept", &number][..], &["start", &number], &["done", &number, "捞干净了"]] {
        at_town(words).unwrap();
    }
    at_town(&["feedback", &number, "--way", "visit"]).unwrap();
    let own = at_town(&[&evaluation[..], &["--collected-by", "韩珠"]].concat()).unwrap_err();
    assert!(own.told(Tongue::Zh).contains("报办分离"));
    at_town(&[&evaluation[..], &["--collected-by", "曹兰月"]].concat()).unwrap();
    at_town(&["close", &number, "--kind", "substantive"]).unwrap();
    at_town(&["show", &number]).unwrap();
    at_town(&["list", "--state", "closed"]).unwrap();
    assert_eq!(only_matter(&desk).state(), State::Closed);
    assert_eq!(at_town(&["list", "--state", "nowhere"]).unwrap_err().kind(), Kind::Input);
    assert_eq!(at_town(&["show", "9999"]).unwrap_err().kind(), Kind::Input);
}

#[test]
fn an_emergency_is_answered_with_the_numbers_and_nothing_is_written() {
    let (desk, phone, _) = desk();
    let refused = lianhu(&["matter", "--workbook", &phone, "raise", "着火", "--urgency", "emergency"]).unwrap_err();
    for tongue in [Tongue::Zh, Tongue::En] {
        assert!(["110", "119", "120"].iter().all(|number| refused.told(tongue).contains(number)));
    }
    let mut book = open_workbook(&desk.at("phone.db"), System).unwrap();
    assert!(book.matters().list().unwrap().is_empty());
}

#[test]
fn a_part_that_is_split_off_and_its_whole_name_each_other() {
    let (desk, _, town) = desk();
    lianhu(&["matter", "--dir", &town, "raise", "噪声和路面破损", "--village", "庆胜村"]).unwrap();
    let whole = only_matter(&desk).number.unwrap().value.as_str().to_owned();
    lianhu(&["matter", "--dir", &town, "split", &whole, "路面破损"]).unwrap();
    let town = existing_town(&desk.place("township")).unwrap();
    let ids = town.documents_of(DocKind::Matter).unwrap();
    let matters: Vec<_> = ids.iter().map(|id| Matter::read(&town.document(*id).unwrap())).collect();
    let part = matters.iter().find(|matter| matter.split_from.is_some()).unwrap();
    let whole = matters.iter().find(|matter| matter.split_from.is_none()).unwrap();
    assert_eq!(part.split_from.as_ref().unwrap().value, whole.id);
    assert_eq!(whole.story.split_into, [part.id].into());
}

#[test]
fn rules_and_the_calendar_are_set_at_the_township_and_reach_the_phone() {
    let (desk, phone, town) = desk();
    desk.put("2027.csv", "date,kind\n2027-01-01,off\n2027-01-02,work\n");
    desk.put("wrong.csv", "2027-01-01,perhaps\n");
    let file = |name: &str| desk.at(name).to_string_lossy().into_owned();
    lianhu(&["rules", "--dir", &town, "set", "finish_days", "5"]).unwrap();
    lianhu(&["calendar", "--dir", &town, "import", &file("2027.csv")]).unwrap();
    for (words, kind) in [
        (&["rules", "--dir", &town, "set", "finish_days", "never"][..], Kind::Input),
        (&["rules", "--dir", &town, "set", "nonsense", "5"], Kind::Input),
        (&["rules", "--workbook", &phone, "set", "finish_days", "5"], Kind::Input),
        (&["calendar", "--dir", &town, "import", &file("wrong.csv")], Kind::Input),
        (&["calendar", "--dir", &town, "import", &file("missing.csv")], Kind::Input),
    ] {
        assert_eq!(lianhu(words).unwrap_err().kind(), kind, "{words:?}");
    }
    serving(open_town(&desk.place("township")).unwrap(), |server| sync_with(&desk.at("phone.db"), server));
    let terms = open_workbook(&desk.at("phone.db"), System).unwrap().terms(None).unwrap();
    assert_eq!((terms.rules.said(Rule::FinishDays), terms.days.unknown_from()), ("5".to_owned(), Some(2028)));
    for words in [&["rules", "--workbook", &phone][..], &["calendar", "--workbook", &phone], &["rules", "--dir", &town]]
    {
        lianhu(words).unwrap();
    }
}

#[test]
fn the_digest_is_shown_once_a_day_and_again_only_to_whoever_asks() {
    let (desk, _, town) = desk();
    // Never quiet, whatever the hour of the test.
    lianhu(&["rules", "--dir", &town, "set", "quiet_hours", "00:00-00:00"]).unwrap();
    serving(open_town(&desk.place("township")).unwrap(), |server| sync_with(&desk.at("phone.db"), server));
    let mut book = open_workbook(&desk.at("phone.db"), System).unwrap();
    let shown = book.digest().unwrap().unwrap();
    assert_eq!(book.digest().unwrap(), None);
    assert_eq!(book.digest_of_today().unwrap(), shown);
    drop(book);
    let digest = |again: bool| {
        device::run(
            TALK,
            &DeviceArgs {
                workbook: desk.at("phone.db"),
                ca: None,
                pin: PinArgs::default(),
                action: DeviceAction::Digest { again },
            },
        )
    };
    digest(false).unwrap();
    digest(true).unwrap();
    lianhu(&["digest", "--dir", &town]).unwrap();
}
