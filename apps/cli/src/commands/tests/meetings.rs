//! Meetings from the command line, on a phone without a line and at the township.

use clap::Parser as _;
use lianhu_core::matter::{Act, Matter, MatterForm, State};
use lianhu_core::meeting::{Meeting, MeetingState};
use lianhu_core::{DocId, DocKind};

use super::{Desk, DeviceAction, enrol, open_town, serving};
use crate::args::Cli;
use crate::failure::{Failure, Kind};
use crate::phone::{System, open_workbook};

fn lianhu(words: &[&str]) -> Result<(), Failure> {
    let all = ["lianhu", "--json"].iter().chain(words);
    crate::run(&Cli::try_parse_from(all).unwrap_or_else(|why| panic!("{why}")))
}

/// A village whose first member sits on its board, with a phone of hers.
fn village() -> Desk {
    let desk = Desk::new();
    desk.put(
        "members.csv",
        "行政村,姓名,出生年月,电话,职务\n庆胜村,韩珠,1965-04,15400000001,村两委\n庆胜村,曹兰月,1976-10,,党员\n",
    );
    desk.import();
    let town = open_town(&desk.place("township")).unwrap();
    let code = super::code(&town);
    serving(town, |server| {
        desk.device("phone.db", enrol(server, &code)).unwrap();
        desk.device("phone.db", DeviceAction::Sync).unwrap();
    });
    desk
}

fn sync(desk: &Desk) {
    serving(open_town(&desk.place("township")).unwrap(), |server| super::sync_with(&desk.at("phone.db"), server));
}

fn path(desk: &Desk, name: &str) -> String {
    desk.at(name).to_string_lossy().into_owned()
}

/// A matter on the phone that was handed to the branch.
fn raised(desk: &Desk, title: &str) -> DocId {
    let mut book = open_workbook(&desk.at("phone.db"), System).unwrap();
    let form = MatterForm { title: title.into(), ..MatterForm::default() };
    let id = book.matters().raise(form).unwrap();
    book.matters().step(id, Act::Submit).unwrap();
    id
}

fn meetings(desk: &Desk) -> Vec<DocId> {
    let book = open_workbook(&desk.at("phone.db"), System).unwrap();
    book.documents(DocKind::Meeting).unwrap().into_iter().map(|listed| listed.id).collect()
}

#[test]
fn a_meeting_is_held_on_a_phone_and_its_decisions_step_the_matters() {
    let desk = village();
    let (phone, dir) = (path(&desk, "phone.db"), path(&desk, "township"));
    let (river, lamp) = (raised(&desk, "清理河道"), raised(&desk, "桥边路灯"));
    let on_phone = |words: &[&str]| {
        let all: Vec<&str> = ["meeting", "--workbook", &phone].iter().chain(words).copied().collect();
        lianhu(&all)
    };
    on_phone(&["call", "assignment", "2026-11-06", "--chair", "韩珠", "--recorder", "韩珠", "--with", "曹兰月"])
        .unwrap();
    let id = meetings(&desk)[0];
    let meeting = id.to_string();
    let meeting = meeting.as_str();
    on_phone(&["agenda", meeting, "propose", "--add"]).unwrap();
    on_phone(&["agenda", meeting, "add", "老年食堂", "--before", "1", "--five", "民生"]).unwrap();
    on_phone(&["agenda", meeting, "move", "1"]).unwrap();
    on_phone(&["agenda", meeting]).unwrap();
    on_phone(&["attend", meeting, "曹兰月"]).unwrap();
    on_phone(&["attend", meeting, "--guest", "沈阿姨", "--as", "居民代表"]).unwrap();
    let early = on_phone(&["decide", meeting, "1", "assign", "--owner", "曹兰月", "--due", "2099-12-31"]).unwrap_err();
    assert_eq!(early.kind(), Kind::Input, "it was not held yet");
    assert!(early.told(crate::args::Tongue::En).contains("lianhu meeting hold"), "and the next step is named");
    on_phone(&["hold", meeting]).unwrap();
    let no_owner = on_phone(&["decide", meeting, "1", "assign", "--due", "2099-12-31"]).unwrap_err();
    assert!(no_owner.told(crate::args::Tongue::Zh).contains("承办人"));
    for item in ["1", "2"] {
        on_phone(&["decide", meeting, item, "assign", "--owner", "曹兰月", "--due", "2099-12-31"]).unwrap();
    }
    on_phone(&["decide", meeting, "3", "agree", "--text", "先试一个月"]).unwrap();
    assert_eq!(on_phone(&["decide", meeting, "9", "agree", "--text", "先试"]).unwrap_err().kind(), Kind::Input);
    on_phone(&["minutes", meeting, "--add", "曹兰月说她去打捞。"]).unwrap();
    desk.put("minutes.txt", "曹兰月说她明天去打捞。");
    on_phone(&["minutes", meeting, "--from", &path(&desk, "minutes.txt")]).unwrap();
    on_phone(&["minutes", meeting]).unwrap();
    on_phone(&["carry-out", meeting]).unwrap();
    on_phone(&["publish", meeting]).unwrap();
    for paper in ["notice", "attendance", "minutes", "decisions", "ballots"] {
        on_phone(&["print", meeting, paper, "--out", &path(&desk, "paper.html")]).unwrap();
        let html = std::fs::read_to_string(desk.at("paper.html")).unwrap();
        assert_eq!(html.contains("明天去打捞"), paper == "minutes", "{paper}");
    }
    on_phone(&["list"]).unwrap();
    sync(&desk);

    let town = open_town(&desk.place("township")).unwrap();
    let owner = super::super::code::find(&town, "曹兰月").unwrap();
    for matter in [river, lamp] {
        let matter = Matter::read(&town.document(matter).unwrap());
        assert_eq!((matter.state(), matter.story.owner), (State::Assigned, Some(owner)));
    }
    let recorded = Meeting::read(&town.document(id).unwrap());
    assert_eq!((recorded.state(), recorded.items.len(), recorded.decisions.len()), (MeetingState::Published, 3, 3));
    assert_eq!(recorded.minutes.as_str(), "曹兰月说她明天去打捞。");
    let steps = Matter::read(&town.document(river).unwrap()).story.steps.len();
    drop(town);
    lianhu(&["meeting", "--dir", &dir, "carry-out", meeting]).unwrap();
    lianhu(&["meeting", "--dir", &dir, "show", meeting]).unwrap();
    let town = open_town(&desk.place("township")).unwrap();
    assert_eq!(Matter::read(&town.document(river).unwrap()).story.steps.len(), steps, "nothing is carried out twice");
}

#[test]
fn the_office_holds_a_review_and_the_votes_become_the_verdict() {
    let desk = village();
    let dir = path(&desk, "township");
    let river = raised(&desk, "清理河道");
    sync(&desk);
    let matter = river.to_string();
    let at_town = |words: &[&str]| {
        let all: Vec<&str> = ["meeting", "--dir", &dir].iter().chain(words).copied().collect();
        lianhu(&all)
    };
    let town = open_town(&desk.place("township")).unwrap();
    let owner = super::super::code::find(&town, "曹兰月").unwrap();
    for act in [
        format!(r#"{{"act":"assign","owner":"{owner}","due":"2099-12-31"}}"#),
        r#"{"act":"accept"}"#.to_owned(),
        r#"{"act":"start"}"#.to_owned(),
        r#"{"act":"done","text":"已清理"}"#.to_owned(),
        r#"{"act":"feedback","way":"visit","on":"2026-11-06"}"#.to_owned(),
    ] {
        let (hand, act) = (town.hand().unwrap(), Act::from_json(&act).unwrap());
        let step = |document: &lianhu_core::Document| {
            let edit = Matter::read(document).step(hand.record(0), hand.worker, hand.at, act.clone());
            Ok::<_, lianhu_server::ActError>(edit)
        };
        assert!(town.write(river, step).unwrap());
    }
    drop(town);
    at_town(&["call", "review", "2026-11-06", "--village", "庆胜村"]).unwrap();
    let town = open_town(&desk.place("township")).unwrap();
    let meeting = town.documents_of(DocKind::Meeting).unwrap()[0].to_string();
    drop(town);
    let meeting = meeting.as_str();
    at_town(&["agenda", meeting, "propose"]).unwrap();
    at_town(&["agenda", meeting, "add", "--matter", &matter]).unwrap();
    at_town(&["hold", meeting]).unwrap();
    at_town(&["ballot", meeting, "1", "--satisfied", "9", "--not-satisfied", "12", "--not-solved", "15"]).unwrap();
    at_town(&["ballot", meeting, "--satisfied", "20", "--no-answer", "1"]).unwrap();
    at_town(&["carry-out", meeting]).unwrap();
    let state = || Matter::read(&open_town(&desk.place("township")).unwrap().document(river).unwrap()).state();
    assert_eq!(state(), State::FedBack, "votes stay votes until somebody asks for more");
    at_town(&["carry-out", meeting, "--evaluate"]).unwrap();
    assert_eq!(state(), State::Evaluated);
    at_town(&["close", meeting]).unwrap();
    assert_eq!(at_town(&["cancel", meeting, "台风"]).unwrap_err().kind(), Kind::Input);
    assert_eq!(at_town(&["show", &matter]).unwrap_err().kind(), Kind::Input, "that is no meeting");
}
