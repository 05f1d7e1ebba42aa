//! The commands as a person at the terminal meets them, on real folders and over a real line.

mod aid;
mod community;
mod matters;
mod meetings;
mod personal;
mod sealed;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lianhu_core::DocId;
use lianhu_core::household::CardForm;
use lianhu_core::roster::roster_id;
use lianhu_device::{NewDevice, Owner, Workbook};
use lianhu_server::{Options, Town, listen, store_file, verify};
use tempfile::TempDir;

use super::import::{Imported, import};
use super::{backup, conflicts, device, existing_town, open_town, reassign};
use crate::args::{
    BackupArgs, ConflictsAction, ConflictsArgs, DeviceAction, DeviceArgs, EntryMore, PinArgs, ReassignArgs,
    RestoreArgs, RosterArgs, SecretArgs, Shelf, Tongue, TownshipArgs, VisitHow,
};
use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, Line, System, open_store, open_workbook};
use crate::talk::Talk;

const TALK: Talk = Talk { tongue: Tongue::Zh, json: true };

const LISTS: [(&str, &str); 3] = [
    (
        "members.csv",
        "行政村,姓名,出生年月,电话\n庆胜村,韩珠,1965-04,15400000001\n庆胜村,曹兰月,1976-10,\n庆胜村,孟莲,,154\n",
    ),
    ("homes.csv", "行政村,门牌号,户主姓名\n庆胜村,1组1号,邱国兴\n庆胜村,1组2号,汤观志\n"),
    ("links.csv", "党员姓名,行政村,门牌号,户主姓名\n韩珠,庆胜村,1组1号,邱国兴\n曹兰月,庆胜村,1组2号,汤观志\n"),
];

/// A desk: a folder with lists, and room for townships, backups and phones.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Desk(tempfile::tempdir().unwrap());
        LISTS.iter().for_each(|(name, text)| desk.put(name, text));
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A township in a folder of the desk, which no key opens.
    fn place(&self, dir: &str) -> TownshipArgs {
        TownshipArgs { dir: self.at(dir), key_file: None }
    }

    fn put(&self, name: &str, text: &str) {
        std::fs::write(self.at(name), text).unwrap();
    }

    fn roster(&self) -> RosterArgs {
        RosterArgs {
            files: LISTS.iter().map(|(name, _)| self.at(name)).collect(),
            township: self.place("township"),
            name: None,
            report: None,
            dry_run: false,
        }
    }

    fn import(&self) -> Imported {
        import(TALK, &self.roster()).unwrap()
    }

    fn backup(&self, file: &str, dir: &str) -> BackupArgs {
        let township = self.place(dir);
        BackupArgs { file: self.at(file), secret: SecretArgs::default(), plain: true, township }
    }

    fn restore(&self, file: &str, dir: &str) -> RestoreArgs {
        let township = self.place(dir);
        RestoreArgs { file: self.at(file), secret: SecretArgs::default(), erasures: None, no_erasures: true, township }
    }

    fn device(&self, workbook: &str, action: DeviceAction) -> Result<(), Failure> {
        device::run(TALK, &DeviceArgs { workbook: self.at(workbook), ca: None, pin: PinArgs::default(), action })
    }

    fn names(&self, dir: &Path) -> Vec<String> {
        let inside = std::fs::read_dir(dir).into_iter().flatten().flatten();
        inside.map(|file| file.file_name().to_string_lossy().into_owned()).collect()
    }
}

/// Serves a township while `work` goes on.
fn serving<T>(town: Town, work: impl FnOnce(&str) -> T) -> T {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listening =
        runtime.block_on(listen(Arc::new(town), "127.0.0.1:0".parse().unwrap(), Options::THIS_MACHINE)).unwrap();
    let address = format!("http://{}", listening.address().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let run = runtime.spawn(listening.run(async { _ = stopped.await }));
    let done = work(&address);
    drop(stop);
    runtime.block_on(run).unwrap().unwrap();
    done
}

/// A one-time code for the first member.
fn code(town: &Town) -> String {
    let worker = super::code::find(town, "15400000001").unwrap();
    town.new_code(worker, 1).unwrap().unwrap()
}

fn enrol(server: &str, code: &str) -> DeviceAction {
    let (server, code) = (server.to_owned(), Some(code.to_owned()));
    DeviceAction::Enrol { server, code, fingerprint: None, offline: false, beside: None }
}

fn total(imported: &Imported) -> (usize, usize, usize) {
    let sum = |rows: &std::collections::BTreeMap<String, usize>| rows.values().sum();
    (sum(&imported.imported), sum(&imported.unchanged), sum(&imported.refused))
}

#[test]
fn importing_again_after_a_restart_changes_nothing_and_refuses_the_same() {
    let desk = Desk::new();
    let first = desk.import();
    assert_eq!(total(&first), (6, 0, 1));
    assert!(first.note.is_some(), "nobody said what the township is called");
    for name in [None, Some("禾泾镇".to_owned())] {
        let again = import(TALK, &RosterArgs { name: name.clone(), ..desk.roster() }).unwrap();
        assert_eq!((total(&again), again.documents), ((0, 6, 1), 0));
        assert_eq!(again.reasons, first.reasons);
        assert_eq!(again.note.is_some(), name.is_some(), "another name is not taken, and that is said");
    }
}

#[test]
fn a_dry_run_makes_no_township_and_says_what_an_import_would() {
    let desk = Desk::new();
    let dry = import(TALK, &RosterArgs { dry_run: true, ..desk.roster() }).unwrap();
    assert!(!desk.at("township").exists());
    assert_eq!(total(&dry), total(&desk.import()));
    let dry = import(TALK, &RosterArgs { dry_run: true, ..desk.roster() }).unwrap();
    assert_eq!(total(&dry), (0, 6, 1), "where there is a township, it is read");
}

#[test]
fn a_file_that_is_no_roster_makes_no_township() {
    let desk = Desk::new();
    desk.put("members.csv", "日期,菜名\n2026-01-01,青菜\n");
    let args = RosterArgs { files: vec![desk.at("members.csv")], ..desk.roster() };
    assert_eq!(import(TALK, &args).unwrap_err().kind(), Kind::Input);
    assert!(!desk.at("township").exists());
}

#[test]
fn a_sheet_that_was_not_recognised_is_named() {
    let desk = Desk::new();
    desk.put("links.csv", "党员姓名,门牌号\n韩珠,1组1号\n");
    assert_eq!(desk.import().not_read, ["links.csv"]);
}

#[test]
fn a_report_never_takes_the_place_of_another_file() {
    let desk = Desk::new();
    desk.put("mine.txt", "mine");
    let one = |report: &str| RosterArgs {
        files: vec![desk.at("members.csv")],
        report: Some(desk.at(report)),
        ..desk.roster()
    };
    for report in ["mine.txt", "members.csv"] {
        let before = std::fs::read(desk.at(report)).unwrap();
        assert_eq!(import(TALK, &one(report)).unwrap_err().kind(), Kind::Input);
        assert_eq!(std::fs::read(desk.at(report)).unwrap(), before);
        assert!(!desk.at("township").exists(), "it is said before anything is imported");
    }
    assert_eq!(import(TALK, &one("report.csv")).unwrap().reports, [desk.at("report.csv")]);
    let report = || std::fs::read_to_string(desk.at("report.csv")).unwrap();
    assert!(report().contains("phone_unclear"));
    desk.put("members.csv", "行政村,姓名,电话\n庆胜村,韩珠,15400000001\n");
    import(TALK, &one("report.csv")).unwrap();
    assert!(!report().contains("phone_unclear") && report().contains("没有未收的行"), "settled, and said so");
}

#[test]
fn a_backup_put_back_holds_everything_and_is_a_new_life_of_the_log() {
    let desk = Desk::new();
    desk.import();
    backup::backup(TALK, &desk.backup("one.backup", "township")).unwrap();
    let again = backup::backup(TALK, &desk.backup("one.backup", "township")).unwrap_err();
    assert_eq!(again.kind(), Kind::Input, "a backup is never written over");
    backup::restore(TALK, &desk.restore("one.backup", "restored")).unwrap();
    let (old, new) = (existing_town(&desk.place("township")).unwrap(), existing_town(&desk.place("restored")).unwrap());
    let found = |town: &Town| verify(town, |_, _| {}).unwrap();
    assert_eq!((found(&new).documents, found(&new).changes), (found(&old).documents, found(&old).changes));
    assert_eq!(found(&new).differences, 0);
    let hand = |town: &Town| town.office_stamp().unwrap().actor;
    assert_ne!(hand(&old), hand(&new), "what the office writes now never goes under the old life's name");
}

#[test]
fn a_phone_loses_nothing_when_its_township_is_an_older_copy() {
    let desk = Desk::new();
    desk.import();
    let diary = |text: &str| DeviceAction::Diary { text: text.to_owned(), more: EntryMore::default() };
    let town = open_town(&desk.place("township")).unwrap();
    let code = code(&town);
    serving(town, |server| {
        desk.device("phone.db", enrol(server, &code)).unwrap();
        desk.device("phone.db", DeviceAction::Sync).unwrap();
    });
    backup::backup(TALK, &desk.backup("one.backup", "township")).unwrap();
    serving(open_town(&desk.place("township")).unwrap(), |server| {
        desk.device("phone.db", diary("桥边路灯不亮")).unwrap();
        sync_with(&desk.at("phone.db"), server);
    });
    backup::restore(TALK, &desk.restore("one.backup", "restored")).unwrap();
    desk.device("phone.db", diary("路灯修好了")).unwrap();
    serving(open_town(&desk.place("restored")).unwrap(), |server| sync_with(&desk.at("phone.db"), server));
    let mut workbook = open_workbook(&desk.at("phone.db"), System).unwrap();
    let month = workbook.diary().list().unwrap().remove(0).id;
    assert_eq!(workbook.diary().get(month).unwrap().entries.len(), 2);
    assert_eq!(workbook.households().list().unwrap().len(), 1);
}

/// Syncs with a server that has moved to another address.
fn sync_with(workbook: &Path, server: &str) {
    open_workbook(workbook, System).unwrap().sync(&mut Line::to(server)).unwrap();
}

#[test]
fn what_cannot_be_put_back_leaves_the_folder_as_it_was() {
    let desk = Desk::new();
    desk.import();
    let full = backup::restore(TALK, &desk.restore("members.csv", "township")).unwrap_err();
    assert_eq!(full.kind(), Kind::Input, "only into an empty folder");
    let no_backup = backup::restore(TALK, &desk.restore("members.csv", "new")).unwrap_err();
    assert_eq!(no_backup.kind(), Kind::Damaged);
    assert_eq!(desk.names(&desk.at("new")), Vec::<String>::new());
    let missing = backup::restore(TALK, &desk.restore("nothing", "new")).unwrap_err();
    assert_eq!(missing.kind(), Kind::Input);
    assert_eq!(existing_town(&desk.place("new")).err().unwrap().kind(), Kind::Input);
    assert!(!store_file(&desk.at("new")).exists());
}

#[test]
fn a_township_at_work_is_not_backed_up_from_outside() {
    let desk = Desk::new();
    let _town = open_town(&desk.place("township")).unwrap();
    let failure = backup::backup(TALK, &desk.backup("one.backup", "township")).unwrap_err();
    assert_eq!(failure.kind(), Kind::InUse);
    assert!(!desk.at("one.backup").exists());
}

#[test]
fn a_phone_that_never_enrolled_is_told_so_and_nothing_is_made() {
    let desk = Desk::new();
    let list = DeviceAction::List { what: Shelf::Diary };
    for action in [DeviceAction::Status, DeviceAction::Sync, list] {
        let failure = desk.device("phone.db", action).unwrap_err();
        assert_eq!(failure.kind(), Kind::Input);
        assert!(failure.told(Tongue::Zh).contains("lianhu device enrol"));
    }
    assert!(desk.names(desk.0.path()).iter().all(|name| !name.starts_with("phone")));
}

#[test]
fn a_store_without_a_workbook_does_not_stand_in_the_way_of_enrolling() {
    let desk = Desk::new();
    desk.import();
    drop(open_store(&desk.at("phone.db")).unwrap());
    let status = desk.device("phone.db", DeviceAction::Status).unwrap_err();
    assert_eq!(status.kind(), Kind::Input);
    let town = open_town(&desk.place("township")).unwrap();
    let code = code(&town);
    serving(town, |server| {
        let unplaced = desk.device("nowhere/phone.db", enrol(server, &code)).unwrap_err();
        assert_eq!(unplaced.kind(), Kind::Input, "and the code is not used up");
        let refused = desk.device("phone.db", enrol(server, "WRONG")).unwrap_err();
        assert!(matches!(refused.kind(), Kind::Input | Kind::Network));
        desk.device("phone.db", enrol(server, &code)).unwrap();
        desk.device("phone.db", DeviceAction::Sync).unwrap();
        desk.device("phone.db", enrol(server, &code)).unwrap();
        let again = desk.device("phone.db", DeviceAction::Sync);
        assert!(again.is_ok(), "the same phone hears the same answer, and is what it was");
    });
}

#[test]
fn a_household_is_handed_on_by_its_doorplate_and_an_older_list_does_not_take_it_back() {
    let desk = Desk::new();
    desk.import();
    let hand_on = |households: &[&str], all_of: Option<&str>, to: &str| {
        let args = ReassignArgs {
            township: desk.place("township"),
            households: households.iter().map(|said| (*said).to_owned()).collect(),
            all_of: all_of.map(str::to_owned),
            of: None,
            to: to.to_owned(),
            from: None,
            until: None,
        };
        reassign::run(TALK, &args)
    };
    let linked = |who: &str| {
        let town = open_town(&desk.place("township")).unwrap();
        let worker = super::code::find(&town, who).unwrap();
        let rosters = town.documents_of(lianhu_core::DocKind::Roster).unwrap();
        let roster = lianhu_core::roster::Roster::read(&town.document(rosters[0]).unwrap());
        roster.households_of(worker, town.today()).len()
    };
    hand_on(&["1组1号"], None, "曹兰月").unwrap();
    hand_on(&["邱国兴"], None, "曹兰月").unwrap();
    assert_eq!((linked("韩珠"), linked("曹兰月")), (0, 2));
    assert_eq!(total(&desk.import()), (0, 6, 1));
    assert_eq!((linked("韩珠"), linked("曹兰月")), (0, 2), "an older list does not take it back");
    hand_on(&[], Some("曹兰月"), "15400000001").unwrap();
    assert_eq!((linked("韩珠"), linked("曹兰月")), (2, 0));

    for (households, to, said) in
        [(&["9组9号"][..], "曹兰月", "9组9号"), (&["1组1号"], "没有这个人", "名册"), (&[], "曹兰月", "没有联系的户")]
    {
        let failure = hand_on(households, None, to).unwrap_err();
        assert_eq!(failure.kind(), Kind::Input);
        assert!(failure.told(Tongue::Zh).contains(said), "{}", failure.told(Tongue::Zh));
    }
    let findings = verify(&open_town(&desk.place("township")).unwrap(), |_, _| {}).unwrap();
    assert_eq!(findings.differences, 0);
}

#[test]
fn late_work_is_told_on_both_phones_and_put_away_once_it_was_looked_at() {
    let desk = Desk::new();
    desk.import();
    let town = open_town(&desk.place("township")).unwrap();
    let codes = ["韩珠", "曹兰月"].map(|who| {
        let worker = super::code::find(&town, who).unwrap();
        town.new_code(worker, 1).unwrap().unwrap()
    });
    let phones = ["han.db", "cao.db"];
    serving(town, |server| {
        for (phone, code) in phones.iter().zip(&codes) {
            desk.device(phone, enrol(server, code)).unwrap();
            desk.device(phone, DeviceAction::Sync).unwrap();
        }
    });
    let visit =
        DeviceAction::Visit {
            household: "1组1号".to_owned(), note: "还不知道".to_owned(), how: VisitHow::default()
        };
    desk.device("han.db", visit).unwrap();
    let args = ReassignArgs {
        township: desk.place("township"),
        households: vec!["1组1号".to_owned()],
        all_of: None,
        of: None,
        to: "曹兰月".to_owned(),
        from: None,
        until: None,
    };
    reassign::run(TALK, &args).unwrap();
    let town = open_town(&desk.place("township")).unwrap();
    serving(town, |server| phones.iter().for_each(|phone| sync_with(&desk.at(phone), server)));

    let told = |phone: &str| {
        let mut workbook = open_workbook(&desk.at(phone), System).unwrap();
        (workbook.notices().len(), workbook.late_entries().unwrap().len())
    };
    assert_eq!((told("han.db"), told("cao.db")), ((1, 0), (0, 1)));
    for phone in phones {
        desk.device(phone, DeviceAction::Late { seen: false }).unwrap();
        desk.device(phone, DeviceAction::Status).unwrap();
    }
    assert_eq!((told("han.db"), told("cao.db")), ((1, 0), (0, 1)), "looking is not putting away");
    for phone in phones {
        desk.device(phone, DeviceAction::Late { seen: true }).unwrap();
    }
    assert_eq!((told("han.db"), told("cao.db")), ((0, 0), (0, 0)));
}

#[test]
fn a_disagreement_is_settled_by_its_number_at_the_office_and_on_a_phone() {
    use lianhu_core::household::CardForm;
    let desk = Desk::new();
    desk.import();
    let number = |phone: &str| CardForm { phone: phone.into(), ..CardForm::default() };
    let settle_at_office = |number, choice| {
        let township = desk.place("township");
        let action = Some(ConflictsAction::Settle { number, choice });
        conflicts::run(TALK, &ConflictsArgs { township, action })
    };
    let open_on = |phone: &str| open_workbook(&desk.at(phone), System).unwrap().open_conflicts().unwrap().len();
    let disagree = |round: usize| {
        let town = open_town(&desk.place("township")).unwrap();
        let codes = [code(&town), code(&town)];
        serving(town, |server| {
            let phones = [format!("a{round}.db"), format!("b{round}.db")];
            for (phone, code) in phones.iter().zip(&codes) {
                desk.device(phone, enrol(server, code)).unwrap();
                desk.device(phone, DeviceAction::Sync).unwrap();
            }
            for (place, phone) in phones.iter().enumerate() {
                let mut workbook = open_workbook(&desk.at(phone), System).unwrap();
                let home = workbook.households().list().unwrap()[0].id;
                workbook.households().change(home, &number(&format!("1380000{round}00{place}"))).unwrap();
            }
            for phone in [0, 1, 0] {
                sync_with(&desk.at(&phones[phone]), server);
            }
            assert_eq!(phones.clone().map(|phone| open_on(&phone)), [1, 1]);
            desk.device(&phones[0], DeviceAction::Conflicts).unwrap();
            if round == 2 {
                let nobody = desk.device(&phones[0], DeviceAction::Settle { number: 7, choice: 1 }).unwrap_err();
                assert_eq!(nobody.kind(), Kind::Input);
                desk.device(&phones[0], DeviceAction::Settle { number: 1, choice: 2 }).unwrap();
                for phone in [0, 1] {
                    sync_with(&desk.at(&phones[phone]), server);
                }
                assert_eq!(phones.map(|phone| open_on(&phone)), [0, 0]);
            }
        });
    };
    disagree(1);
    assert_eq!(settle_at_office(2, 1).unwrap_err().kind(), Kind::Input);
    settle_at_office(1, 2).unwrap();
    assert_eq!(settle_at_office(1, 2).unwrap_err().kind(), Kind::Input, "settled once");
    disagree(2);
    assert!(existing_town(&desk.place("township")).unwrap().disputed().unwrap().is_empty());
}

/// A workbook whose owner belongs to no township, with one household.
pub(super) fn of_no_township(path: &Path) -> (FileWorkbook, DocId) {
    let owner = Owner {
        worker: "01980001-0000-7000-8000-000000000000".parse().unwrap(),
        name: "韩珠".into(),
        roles: Vec::new(),
        roster: roster_id("", "庆胜村"),
        township: String::new(),
        server: String::new(),
    };
    let store = open_store(path).unwrap();
    let mut book = Workbook::create(store, System, NewDevice::generate(&mut System), owner).unwrap();
    let card = CardForm { head: "邱国兴".into(), doorplate: "1组1号".into(), ..CardForm::default() };
    let home = book.households().create(&card).unwrap();
    (book, home)
}

#[test]
fn a_phone_that_knows_no_township_says_whom_to_ask_and_keeps_its_words() {
    let desk = Desk::new();
    drop(of_no_township(&desk.at("phone.db")));
    let why = desk.device("phone.db", DeviceAction::Sync).unwrap_err();
    assert_eq!(why.kind(), Kind::Input);
    assert!(why.to_string().contains("its township's address"), "{why}");
    assert_eq!(open_workbook(&desk.at("phone.db"), System).unwrap().status().unwrap().kept, 1);
}
