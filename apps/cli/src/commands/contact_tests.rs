//! `lianhu roster`, `visit`, `diary` and `print` as a person types them, on a real township and on a real phone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser as _;
use lianhu_core::diary::Diary;
use lianhu_core::household::Household;
use lianhu_core::matter::{Matter, State};
use lianhu_core::roster::Roster;
use lianhu_core::{DocId, DocKind};
use lianhu_server::{Options, Town, listen};
use tempfile::TempDir;

use super::{existing_town, find, open_town};
use crate::args::{Cli, Tongue, TownshipArgs};
use crate::failure::{Failure, Kind};
use crate::phone::{Line, System, open_workbook};

const LISTS: [(&str, &str); 3] = [
    (
        "members.csv",
        "乡镇,行政村,姓名,出生年月,电话,职务,所属支部\n\
         禾泾镇,庆胜村,韩珠,1965-04,15400000001,,一支部\n\
         禾泾镇,庆胜村,曹兰月,1976-10,15400000002,村两委委员,一支部\n\
         禾泾镇,庆胜村,孟莲,1970-01,15400000003,支部书记,一支部\n\
         禾泾镇,桃园村,丁山,1980-02,15400000004,,二支部\n",
    ),
    (
        "homes.csv",
        "行政村,村民小组,门牌号,户主姓名\n庆胜村,第1组,1组1号,邱国兴\n庆胜村,第1组,1组2号,汤观志\n庆胜村,第2组,2组1号,空房主\n",
    ),
    ("links.csv", "党员姓名,行政村,门牌号,户主姓名\n韩珠,庆胜村,1组1号,邱国兴\n"),
];

/// A township made of lists, in a folder of its own, with room for phones.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Desk(tempfile::tempdir().unwrap());
        LISTS.iter().for_each(|(name, text)| std::fs::write(desk.at(name), text).unwrap());
        let files: Vec<String> = LISTS.iter().map(|(name, _)| desk.at(name).display().to_string()).collect();
        let mut words = vec!["import", "roster", "--dir"];
        let dir = desk.at("township").display().to_string();
        words.push(&dir);
        words.extend(files.iter().map(String::as_str));
        desk.typed(&words).unwrap();
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A township in a folder of the desk, which no key opens.
    fn place(&self, dir: &str) -> TownshipArgs {
        TownshipArgs { dir: self.at(dir), key_file: None }
    }

    fn typed(&self, words: &[&str]) -> Result<(), Failure> {
        let cli = Cli::try_parse_from(["lianhu", "--json"].iter().chain(words)).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(cli.lang, Tongue::Zh);
        crate::run(&cli)
    }

    /// The same command at the township.
    fn town(&self, words: &[&str]) -> Result<(), Failure> {
        let dir = self.at("township").display().to_string();
        self.typed(&[words, &["--dir", &dir]].concat())
    }

    /// The same command on a phone.
    fn phone(&self, phone: &str, words: &[&str]) -> Result<(), Failure> {
        let file = self.at(phone).display().to_string();
        self.typed(&[words, &["--workbook", &file]].concat())
    }

    /// Serves the township while `work` goes on.
    fn serving(&self, work: impl FnOnce(&str)) {
        let town = open_town(&self.place("township")).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listening =
            runtime.block_on(listen(Arc::new(town), "127.0.0.1:0".parse().unwrap(), Options::THIS_MACHINE)).unwrap();
        let address = format!("http://{}", listening.address().unwrap());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let run = runtime.spawn(listening.run(async { _ = stopped.await }));
        work(&address);
        drop(stop);
        runtime.block_on(run).unwrap().unwrap();
    }

    /// Phones of some workers, enrolled and synced.
    fn enrol(&self, phones: &[(&str, &str)]) {
        let town = existing_town(&self.place("township")).unwrap();
        let code = |who: &str| town.new_code(find(&town, who).unwrap(), 1).unwrap().unwrap();
        let codes: Vec<(String, &str)> = phones.iter().map(|(phone, who)| (code(who), *phone)).collect();
        drop(town);
        self.serving(|server| {
            for (code, phone) in &codes {
                self.phone(phone, &["device", "enrol", server, code]).unwrap();
                sync_with(&self.at(phone), server);
            }
        });
    }

    fn sync(&self, phones: &[&str]) {
        self.serving(|server| phones.iter().for_each(|phone| sync_with(&self.at(phone), server)));
    }

    fn village(&self, name: &str) -> Roster {
        let town = existing_town(&self.place("township")).unwrap();
        Roster::read(&town.document(lianhu_core::roster::roster_id("禾泾镇", name)).unwrap())
    }

    fn homes(&self) -> Vec<Household> {
        all(&existing_town(&self.place("township")).unwrap(), DocKind::Household, Household::read)
    }

    fn matters(&self) -> Vec<Matter> {
        all(&existing_town(&self.place("township")).unwrap(), DocKind::Matter, Matter::read)
    }
}

fn all<T>(town: &Town, kind: DocKind, read: fn(&lianhu_core::Document) -> T) -> Vec<T> {
    let ids: Vec<DocId> = town.documents_of(kind).unwrap();
    ids.into_iter().map(|id| read(&town.document(id).unwrap())).collect()
}

fn sync_with(workbook: &Path, server: &str) {
    open_workbook(workbook, System).unwrap().sync(&mut Line::to(server)).unwrap();
}

#[test]
fn a_villages_roster_is_kept_at_the_township_and_on_the_phone_of_its_board() {
    let desk = Desk::new();
    desk.enrol(&[("board.db", "曹兰月"), ("member.db", "韩珠")]);
    let v = ["--village", "庆胜村"];
    desk.town(&[&["roster", "grid", "add", "第1网格", "--kind", "网格", "--from", "2026-01-01"][..], &v].concat())
        .unwrap();
    desk.town(&[&["roster", "worker", "周新", "--role", "member", "--branch", "一支部"][..], &v].concat()).unwrap();
    desk.sync(&["board.db", "member.db"]);

    // The board's phone, without signal.
    let board = |words: &[&str]| desk.phone("board.db", &[&["roster"], words].concat());
    board(&["grid", "add", "第1微网格", "--kind", "micro_grid", "--parent", "第1网格", "--node", "1组1号"]).unwrap();
    board(&["link", "周新", "1组2号", "--chosen", "assigned", "--backup", "韩珠"]).unwrap();
    board(&["backup", "1组2号", "孟莲"]).unwrap();
    board(&["pair", "1组1号", "--name", "陈干部", "--unit", "区农业局"]).unwrap();
    board(&["group", "第1网格", "--leader", "曹兰月", "--member", "韩珠", "--member", "周新"]).unwrap();
    board(&["station", "--worker", "孟莲", "--from", "2026-11-01"]).unwrap();
    board(&["exempt", "韩珠", "年老"]).unwrap();
    for report in ["show", "coverage", "load"] {
        board(&[report]).unwrap();
    }
    let failure = board(&["grid", "end", "第1网格", "--last-day", "昨天"]).unwrap_err();
    assert_eq!(failure.kind(), Kind::Input);
    assert!(failure.told(Tongue::Zh).contains("不是日期"));

    // A member's phone keeps no roster, and says so before anything is sent.
    assert!(desk.phone("member.db", &["roster", "exempt", "韩珠", "health"]).is_err());
    desk.sync(&["board.db"]);

    let roster = desk.village("庆胜村");
    assert_eq!((roster.grids.len(), roster.pairs.len(), roster.stations.len()), (2, 1, 1));
    let inner = roster.grids.values().find(|grid| grid.parent.is_some()).unwrap();
    assert!(inner.node.is_some());
    let service = roster.services.values().next().unwrap();
    assert_eq!(service.members.as_ref().unwrap().value.len(), 2);
    let links: Vec<_> = roster.links.values().map(|link| &link.value).collect();
    let made = links.iter().find(|link| link.chosen.is_some()).unwrap();
    let meng = roster.called("孟莲")[0];
    assert_eq!(made.backup, Some(meng));
    for report in ["show", "load"] {
        desk.town(&[&["roster", report][..], &v].concat()).unwrap();
    }
    desk.town(&["roster", "coverage"]).unwrap();
    assert_eq!(desk.town(&["roster", "show"]).unwrap_err().kind(), Kind::Input, "there are two villages");
    let groups: Vec<String> =
        desk.homes().iter().filter_map(|home| Some(home.group.as_ref()?.value.as_str().to_owned())).collect();
    assert_eq!(groups.len(), 3, "the list's 村民小组 is on the cards");
}

#[test]
fn a_worker_moves_to_another_village_and_is_found_as_one_person() {
    let desk = Desk::new();
    desk.town(&["roster", "move", "韩珠", "--to", "桃园村"]).unwrap();
    let (from, to) = (desk.village("庆胜村"), desk.village("桃园村"));
    let there = to.called("韩珠");
    assert_eq!((from.called("韩珠").len(), there.len()), (0, 1));
    assert!(from.workers.contains_key(&there[0]), "it stays known who was here");
    let town = existing_town(&desk.place("township")).unwrap();
    assert_eq!(find(&town, "韩珠").unwrap(), there[0], "listed twice, it is one person");
    drop(town);
    assert_eq!(desk.town(&["roster", "move", "韩珠", "--to", "桃园村"]).unwrap_err().kind(), Kind::Input);
}

#[test]
fn visits_are_recorded_on_the_phone_with_all_they_may_say_and_typed_in_for_others_at_the_office() {
    let desk = Desk::new();
    desk.enrol(&[("member.db", "韩珠")]);
    let phone = |words: &[&str]| desk.phone("member.db", words);
    phone(&[
        "visit",
        "record",
        "1组1号",
        "想装扶手",
        "--on",
        "2026-11-08",
        "--time",
        "21:30",
        "--mode",
        "home",
        "--channel",
        "住夜走访上门",
        "--met",
        "family",
        "--next",
        "2026-11-20",
        "--raise",
        "装扶手",
        "--solved",
        "当场装好",
    ])
    .unwrap();
    phone(&["device", "visit", "1组1号", "没人在家", "--met", "nobody", "--on", "2026-11-10"]).unwrap();
    for words in [&["visit", "list"][..], &["visit", "next"], &["visit", "list", "1组1号"]] {
        phone(words).unwrap();
    }
    let failure = phone(&["visit", "record", "1组1号", "一", "--time", "晚上"]).unwrap_err();
    assert!(failure.told(Tongue::Zh).contains("19:30"));
    desk.sync(&["member.db"]);
    desk.town(&[
        "visit",
        "record",
        "1组1号",
        "手写的一次",
        "--for",
        "韩珠",
        "--on",
        "2026-11-03",
        "--written-on",
        "2026-11-04",
    ])
    .unwrap();
    desk.town(&["visit", "list"]).unwrap();

    let home = desk.homes().into_iter().find(|home| !home.visits.is_empty()).unwrap();
    assert_eq!(home.visits.len(), 3);
    let han = desk.village("庆胜村").called("韩珠")[0];
    let visits: Vec<_> = home.visits.values().map(|visit| &visit.value).collect();
    assert!(visits.iter().all(|visit| visit.workers == [han].into()));
    let typed = visits.iter().find(|visit| visit.entered_by != Some(han)).unwrap();
    assert!(typed.recorded_at < typed.entered_at);
    let matter = desk.matters().remove(0);
    assert_ne!(matter.state(), State::Recorded, "it was solved on the spot");
    assert_eq!(visits.iter().flat_map(|visit| visit.matters.clone()).collect::<Vec<_>>(), [matter.id]);
}

#[test]
fn a_diary_is_written_commented_raised_from_and_moved_and_a_paper_book_typed_in() {
    let desk = Desk::new();
    desk.enrol(&[("member.db", "韩珠"), ("lead.db", "孟莲"), ("board.db", "曹兰月")]);
    let member = |words: &[&str]| desk.phone("member.db", &[&["diary"], words].concat());
    member(&["write", "去邱国兴家。桥边路灯不亮。", "--household", "1组1号", "--tag", "路灯"]).unwrap();
    let entry = own_entry(&desk, "member.db");
    member(&["raise", &entry, "桥边路灯不亮"]).unwrap();
    assert_eq!(member(&["raise", &entry, "没有写过的话"]).unwrap_err().kind(), Kind::Input);
    desk.sync(&["member.db", "lead.db"]);
    desk.phone("lead.db", &["diary", "comment", &entry, "明天一起去看"]).unwrap();
    desk.phone("lead.db", &["diary", "list", "--month", "2026-11"]).unwrap();
    assert!(desk.phone("lead.db", &["diary", "remove", &entry]).is_err(), "a reader takes nothing out");
    desk.sync(&["lead.db", "member.db"]);
    member(&["move", &entry, "town"]).unwrap();
    member(&["list"]).unwrap();
    desk.phone(
        "board.db",
        &["diary", "write", "手写的一页", "--for", "韩珠", "--on", "2026-11-03", "--written-on", "2026-11-03"],
    )
    .unwrap();
    desk.sync(&["member.db", "board.db"]);
    desk.town(&["diary", "comment", &entry, "镇里看到了"]).unwrap();
    assert_eq!(desk.town(&["diary", "move", &entry, "self"]).unwrap_err().kind(), Kind::Input);
    assert_eq!(desk.town(&["diary", "write", "一"]).unwrap_err().kind(), Kind::Input, "whose?");

    let town = existing_town(&desk.place("township")).unwrap();
    let diaries = all(&town, DocKind::Diary, Diary::read);
    let moved = diaries.iter().find(|diary| !diary.comments.is_empty() && !diary.entries.is_empty()).unwrap();
    let told = moved.entries.values().next().unwrap();
    assert_eq!((moved.audience.unwrap().code(), told.value.matters.len()), ("town", 1));
    let typed = diaries.iter().flat_map(|diary| diary.entries.values()).find(|entry| entry.value.entered_by.is_some());
    assert!(typed.is_some());
    let matter = &all(&town, DocKind::Matter, Matter::read)[0];
    assert!(matter.source.is_some() && matter.household.is_some());
}

/// The id of the one entry a phone has written.
fn own_entry(desk: &Desk, phone: &str) -> String {
    let mut book = open_workbook(&desk.at(phone), System).unwrap();
    let month = book.diary().list().unwrap().remove(0).id;
    let page = book.diary().get(month).unwrap();
    page.entries.keys().next().unwrap().to_string()
}

#[test]
fn a_workbook_is_printed_from_the_phone_and_from_the_township_and_never_over_a_file() {
    let desk = Desk::new();
    desk.enrol(&[("member.db", "韩珠")]);
    desk.phone("member.db", &["visit", "record", "1组1号", "水压<小>"]).unwrap();
    desk.phone("member.db", &["diary", "write", "只给自己看", "--audience", "self"]).unwrap();
    desk.sync(&["member.db"]);
    let out = |name: &str| desk.at(name).display().to_string();
    desk.phone("member.db", &["print", "workbook", "--out", &out("a4.html")]).unwrap();
    desk.phone("member.db", &["print", "workbook", "--pocket", "--out", &out("pocket.html")]).unwrap();
    desk.town(&["print", "workbook", "--worker", "韩珠", "--out", &out("town.html")]).unwrap();
    let read = |name: &str| std::fs::read_to_string(desk.at(name)).unwrap();
    for name in ["a4.html", "pocket.html", "town.html"] {
        assert!(read(name).contains("邱国兴") && read(name).contains("水压&lt;小&gt;"), "{name}");
        assert_eq!(read(name).contains("只给自己看"), name != "town.html", "{name}");
    }
    let again = desk.phone("member.db", &["print", "workbook", "--out", &out("a4.html")]).unwrap_err();
    assert_eq!(again.kind(), Kind::Input);
}
