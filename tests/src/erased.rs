//! Erasing, with the real program: the words are in no file of the township, and after its next sync in none of the phone.

use serde_json::json;

use crate::house::{House, MEMBER, names_in};
use crate::program::{Server, lianhu};

/// The files of a folder, by name, that hold some words.
fn holding(folder: &std::path::Path, words: &str) -> Vec<String> {
    let holds = |name: &String| {
        let path = folder.join(name);
        let bytes = if path.is_file() { std::fs::read(path).unwrap() } else { Vec::new() };
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    };
    names_in(folder).into_iter().filter(holds).collect()
}

#[test]
fn words_that_were_erased_are_in_no_file_and_what_a_phone_wrote_meanwhile_arrives() {
    const WORDS: &str = "这句话不该留下";
    let house = House::with_a_village();
    let server = house.serve();
    let address = server.address.clone();
    house.enrol(&server, MEMBER);
    let visit = house.phone(MEMBER, &["visit", "1组2号", WORDS]).done();
    assert_eq!(house.phone(MEMBER, &["sync"]).done()["recorded"], 1);
    let (document, record) = (visit["document"].as_str().unwrap(), visit["visit"].as_str().unwrap());
    let (town, key) = (house.typed("township"), format!("visit/{record}"));
    let erase = ["erase", document, &key, "--reason", "本人要求", "--dir", &town];
    assert!(lianhu(&erase).failed(5).contains("in use"), "not while the township is served");
    assert!(server.stop().success());
    house.phone(MEMBER, &["visit", "1组2号", "没有信号时又去了"]).done();

    assert!(!holding(&house.town(), WORDS).is_empty());
    lianhu(&["erase", document, "visit/nothing", "--reason", "试", "--dir", &town]).failed(3);
    lianhu(&["erase", "不是编号", "--all", "--reason", "试", "--dir", &town]).failed(3);
    let told = lianhu(&erase).done();
    assert_eq!((&told["doc"], &told["generation"]), (&json!(document), &json!(1)));
    assert_eq!(holding(&house.town(), WORDS), [""; 0]);
    house.sound();

    let server = Server::start_at(&house.town(), &address);
    let night = house.phone(MEMBER, &["sync"]).done();
    assert_eq!((&night["proven"], &night["recorded"]), (&json!(true), &json!(1)), "{night}");
    let notes: Vec<_> = server.list("visits").iter().map(|row| row["note"].clone()).collect();
    assert_eq!(notes, ["没有信号时又去了"]);
    assert!(server.stop().success());
    assert_eq!(holding(house.path("").as_path(), WORDS), [""; 0]);
    house.sound();
}

#[test]
fn trimming_says_what_it_did_and_leaves_short_documents_alone() {
    let house = House::with_a_village();
    let town = house.typed("township");
    let told = lianhu(&["compact", "--dir", &town]).done();
    assert_eq!((&told["documents"], &told["left"]), (&json!(0), &json!([])));
    let told = lianhu(&["compact", "--over", "0", "--dir", &town]).done();
    assert_eq!(told["documents"], 0, "one change each by the office, which cannot be fewer: {told}");
    house.sound();
}

#[test]
fn words_erased_after_the_backup_stay_gone_when_it_is_put_back_with_the_list() {
    const WORDS: &str = "备份里还有的一句话";
    let house = House::with_a_village();
    let server = house.serve();
    let address = server.address.clone();
    house.enrol(&server, MEMBER);
    let visit = house.phone(MEMBER, &["visit", "1组2号", WORDS]).done();
    house.phone(MEMBER, &["sync"]).done();
    assert!(server.stop().success());
    let (town, backup, list) = (house.typed("township"), house.typed("backup.db"), house.typed("list"));
    lianhu(&["backup", &backup, "--plain", "--dir", &town]).done();
    let (document, record) = (visit["document"].as_str().unwrap(), visit["visit"].as_str().unwrap());
    let key = format!("visit/{record}");
    lianhu(&["erase", document, &key, "--reason", "本人要求", "--dir", &town]).done();
    assert_eq!(lianhu(&["erasures", "export", &list, "--dir", &town]).done()["lines"], 1);
    assert_eq!(lianhu(&["erasures", "--dir", &town]).done()["erasures"][0]["keys"], json!([key]));
    let old = house.path("old");
    std::fs::rename(house.town(), &old).unwrap();

    lianhu(&["restore", &backup, "--dir", &town]).failed(3);
    let text = std::fs::read_to_string(&list).unwrap();
    std::fs::write(house.path("bent"), text.replace(&key, "visit/other")).unwrap();
    lianhu(&["restore", &backup, "--erasures", &house.typed("bent"), "--dir", &town]).failed(6);
    assert_eq!(names_in(&house.town()), [""; 0], "a list that is not sound leaves the folder empty");
    lianhu(&["restore", &backup, "--erasures", &house.typed("old"), "--dir", &town]).done();
    assert_eq!(holding(&house.town(), WORDS), [""; 0]);
    house.sound();

    // The phone still has the words, under the township's seal, and has heard of nothing.
    let server = Server::start_at(&house.town(), &address);
    let night = house.phone(MEMBER, &["sync"]).done();
    assert_eq!(night["proven"], true, "{night}");
    assert!(server.list("visits").is_empty());
    assert!(server.stop().success());
    std::fs::remove_file(&backup).unwrap();
    assert_eq!(holding(house.path("").as_path(), WORDS), [""; 0]);
    assert_eq!(holding(&house.town(), WORDS), [""; 0]);
    house.sound();
}

#[test]
fn what_is_past_its_time_is_in_no_file_after_the_purge_and_a_sync() {
    const WORDS: &str = "三年以前的一句话";
    let house = House::with_a_village();
    let server = house.serve();
    let address = server.address.clone();
    house.enrol(&server, MEMBER);
    house.phone(MEMBER, &["visit", "1组2号", WORDS, "--on", "2020-01-05"]).done();
    house.phone(MEMBER, &["sync"]).done();
    assert!(server.stop().success());
    let town = house.typed("township");
    let run = |args: &[&str]| lianhu(&[&["retention", "--dir", &town], args].concat());
    assert_eq!(run(&["run"]).done()["kinds"], json!({}));
    run(&["set", "nothing", "--years", "3"]).failed(3);
    run(&["set", "visit", "--years", "3"]).done();
    assert_eq!(run(&["run", "--dry-run"]).done()["kinds"]["visit"]["records"], 1);
    assert_eq!(run(&["run"]).done()["kinds"]["visit"]["records"], 1);
    let server = Server::start_at(&house.town(), &address);
    assert_eq!(house.phone(MEMBER, &["sync"]).done()["proven"], true);
    assert!(server.stop().success());
    assert_eq!(holding(&house.town(), WORDS), [""; 0]);
    assert_eq!(holding(house.path("").as_path(), WORDS), [""; 0]);
    house.sound();
}
