//! Groups, notices, requests and children, as they are typed.

use clap::Parser as _;
use lianhu_core::DocKind;
use lianhu_core::household::{Answered, Household};

use super::Desk;
use crate::args::{Cli, Tongue};
use crate::commands::existing_town;
use crate::failure::{Failure, Kind};

/// What is typed after `lianhu`.
fn lianhu(words: &[&str]) -> Result<(), Failure> {
    let cli = Cli::try_parse_from(std::iter::once("lianhu").chain(words.iter().copied())).unwrap();
    crate::run(&cli)
}

fn first_home(desk: &Desk) -> Household {
    let town = existing_town(&desk.place("township")).unwrap();
    let homes = town.documents_of(DocKind::Household).unwrap();
    let read = homes.into_iter().map(|id| Household::read(&town.document(id).unwrap()));
    read.into_iter().find(|home| home.doorplate.as_ref().unwrap().value.as_str() == "1组1号").unwrap()
}

#[test]
fn a_group_is_switched_on_with_its_purpose_and_a_household_is_told_asks_and_is_answered() {
    let desk = Desk::new();
    desk.import();
    let town = desk.at("township").to_string_lossy().into_owned();
    let typed = |words: &[&str]| lianhu(&[words, &["--dir", &town]].concat());
    typed(&["group", "show"]).unwrap();
    let past =
        ["group", "on", "residents", "--purpose", "知道家里有谁", "--basis", "consent", "--review-on", "2020-01-01"];
    assert_eq!(typed(&past).unwrap_err().kind(), Kind::Input);
    typed(&[&past[..7], &["--review-on", "2099-01-01"]].concat()).unwrap();
    let without_consent = ["person", "notice", "1组1号", "--group", "residents", "--basis", "consent"];
    let refused = typed(&without_consent).unwrap_err();
    assert!(refused.told(Tongue::Zh).contains("同意日期"), "{}", refused.told(Tongue::Zh));
    typed(&["person", "notice", "1组1号", "--basis", "duty", "--how", "spoken"]).unwrap();
    assert!(first_home(&desk).unnoticed().is_empty());
    typed(&["person", "unnoticed"]).unwrap();
    typed(&["person", "ask", "1组1号", "delete", "电话不要留", "--asked-by", "person"]).unwrap();
    typed(&["person", "requests"]).unwrap();
    let asked = *first_home(&desk).requests.keys().next().unwrap();
    typed(&["person", "answer", "1组1号", &asked.to_string(), "done"]).unwrap();
    assert_eq!(first_home(&desk).answers_to(asked)[0].1.answer, Some(Answered::Done));
    typed(&["group", "off", "residents"]).unwrap();
}
