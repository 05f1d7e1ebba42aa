//! `lianhu township encrypt` and `decrypt`, and workbooks that a key beside them opens, or a PIN.

use lianhu_crypto::Suite;
use lianhu_sync::ports::Township as _;

use super::{Desk, TALK, enrol, serving, sync_with};
use crate::args::{
    BackupArgs, DeviceAction, DeviceArgs, KeyFileAction, KeyFileArgs, PinArgs, RestoreArgs, SecretArgs, Shelf,
    SuiteName, Tongue, TownshipAction, TownshipArgs, TownshipCommandArgs,
};
use crate::commands::{backup, code, device, existing_town, key, open_town, township};
use crate::failure::{Failure, Kind};
use crate::keys;
use crate::phone::open_store;

#[test]
fn a_sealed_township_opens_with_its_key_file_and_becomes_plain_again() {
    let desk = Desk::new();
    desk.import();
    let plain = desk.place("township");
    let keyed = TownshipArgs { dir: desk.at("township"), key_file: Some(desk.at("town.key")) };
    let run = |township: &TownshipArgs, action| {
        township::run(TALK, &TownshipCommandArgs { township: township.clone(), action })
    };
    assert_eq!(run(&plain, TownshipAction::Encrypt).unwrap_err().kind(), Kind::Input);
    let households = |at: &TownshipArgs| existing_town(at).unwrap().store().read().unwrap().count("households", &[]);
    let before = households(&plain).unwrap();
    for _ in 0..2 {
        run(&keyed, TownshipAction::Encrypt).unwrap();
        assert_eq!(existing_town(&plain).err().unwrap().kind(), Kind::Input);
        assert_eq!(households(&keyed).unwrap(), before);
    }
    let found = std::fs::read(desk.at("township").join("township.db")).unwrap();
    assert!(!found.windows(9).any(|part| part == "邱国兴".as_bytes()), "no name lies in the file");
    std::fs::rename(desk.at("town.key"), desk.at("safe.key")).unwrap();
    assert_eq!(existing_town(&keyed).err().unwrap().kind(), Kind::Input);
    keys::make(&desk.at("town.key")).unwrap();
    assert_eq!(run(&keyed, TownshipAction::Decrypt).unwrap_err().kind(), Kind::Input, "another key");
    std::fs::rename(desk.at("safe.key"), desk.at("town.key")).unwrap();
    run(&keyed, TownshipAction::Decrypt).unwrap();
    assert_eq!(households(&plain).unwrap(), before);
}

#[test]
fn a_key_of_key_new_opens_a_township_and_its_backup_and_so_does_its_line_from_paper() {
    let desk = Desk::new();
    desk.import();
    let households = |at: &TownshipArgs| existing_town(at).unwrap().store().read().unwrap().count("households", &[]);
    let before = households(&desk.place("township")).unwrap();
    key::run(TALK, &KeyFileArgs { action: KeyFileAction::New { file: desk.at("one.key") } }).unwrap();
    let at = |dir: &str, key: &str| TownshipArgs { dir: desk.at(dir), key_file: Some(desk.at(key)) };
    let sealed = TownshipCommandArgs { township: at("township", "one.key"), action: TownshipAction::Encrypt };
    township::run(TALK, &sealed).unwrap();
    let line = std::fs::read_to_string(desk.at("one.key")).unwrap();
    key::restore(TALK, &desk.at("typed.key"), &line).unwrap();
    assert_eq!(households(&at("township", "typed.key")).unwrap(), before);
    key::run(TALK, &KeyFileArgs { action: KeyFileAction::New { file: desk.at("other.key") } }).unwrap();
    assert_eq!(existing_town(&at("township", "other.key")).err().unwrap().kind(), Kind::Input);
    let secret = || SecretArgs { key: Some(desk.at("one.key")), passphrase_file: None };
    let (file, township) = (desk.at("one.backup"), at("township", "one.key"));
    backup::backup(TALK, &BackupArgs { file, secret: secret(), plain: false, township }).unwrap();
    let (file, township) = (desk.at("one.backup"), at("restored", "typed.key"));
    let restore = RestoreArgs { file, secret: secret(), erasures: None, no_erasures: true, township };
    backup::restore(TALK, &restore).unwrap();
    assert_eq!(households(&at("restored", "one.key")).unwrap(), before);
}

#[test]
fn a_workbook_opens_with_the_key_beside_it_or_with_its_pin_and_says_what_is_lost_without() {
    let desk = Desk::new();
    desk.import();
    let town = open_town(&desk.place("township")).unwrap();
    let worker = code::find(&town, "韩珠").unwrap();
    let code = town.new_code(worker, 1).unwrap().unwrap();
    serving(town, |server| {
        desk.device("phone.db", enrol(server, &code)).unwrap();
        sync_with(&desk.at("phone.db"), server);
    });
    let list = || DeviceAction::List { what: Shelf::Households };
    let by_pin = |file: &str, action| -> Result<(), Failure> {
        let pin = PinArgs { pin_file: Some(desk.at(file)) };
        device::run(TALK, &DeviceArgs { workbook: desk.at("phone.db"), ca: None, pin, action })
    };
    let (key, away) = (desk.at("phone.db.key"), desk.at("away.key"));
    std::fs::rename(&key, &away).unwrap();
    assert_eq!(desk.device("phone.db", list()).unwrap_err().kind(), Kind::Input);
    assert!(!key.exists(), "no key is made for what it does not open");
    std::fs::rename(&away, &key).unwrap();
    desk.device("phone.db", list()).unwrap();
    desk.put("short", "12345\n");
    desk.put("pin", "135790\n");
    desk.put("other", "135791\n");
    let lock = |file: &str| DeviceAction::Lock { new_pin_file: desk.at(file) };
    assert_eq!(desk.device("phone.db", lock("short")).unwrap_err().kind(), Kind::Input);
    desk.device("phone.db", lock("pin")).unwrap();
    assert!(!key.exists(), "the key opens nothing any more");
    assert_eq!(desk.device("phone.db", list()).unwrap_err().kind(), Kind::Input);
    assert_eq!(by_pin("other", list()).unwrap_err().kind(), Kind::Input);
    by_pin("pin", list()).unwrap();
    by_pin("pin", lock("other")).unwrap();
    by_pin("other", list()).unwrap();
}

#[test]
fn a_workbook_is_sealed_under_the_suite_of_its_township() {
    for (name, suite) in [(SuiteName::International, Suite::International), (SuiteName::National, Suite::National)] {
        let desk = Desk::new();
        let choose = TownshipCommandArgs {
            township: desk.place("township"),
            action: TownshipAction::Suite { suite: Some(name) },
        };
        township::run(TALK, &choose).unwrap();
        desk.import();
        let town = open_town(&desk.place("township")).unwrap();
        let worker = code::find(&town, "曹兰月").unwrap();
        let (code, invited) =
            (super::code(&town), town.invite(worker, 1, "http://127.0.0.1:1", None).unwrap().unwrap());
        serving(town, |server| desk.device("phone.db", enrol(server, &code)).unwrap());
        let (server, beside) = (invited.text, Some(desk.at("phone.db")));
        let offline = DeviceAction::Enrol { server, code: None, fingerprint: None, offline: true, beside };
        desk.device("offline.db", offline).unwrap();
        for phone in ["phone.db", "offline.db"] {
            assert_eq!(open_store(&desk.at(phone)).unwrap().suite(), Some(suite), "{phone}");
        }
    }
}

#[test]
fn a_sealed_township_keeps_its_suite_and_a_new_one_is_sealed_under_the_suite_it_was_given() {
    let desk = Desk::new();
    let file = desk.at("town.key");
    key::run(TALK, &KeyFileArgs { action: KeyFileAction::New { file: file.clone() } }).unwrap();
    let keyed = |dir: &str| TownshipArgs { key_file: Some(file.clone()), ..desk.place(dir) };
    let choose = |at: &TownshipArgs, suite| {
        let action = TownshipAction::Suite { suite: Some(suite) };
        township::run(TALK, &TownshipCommandArgs { township: at.clone(), action })
    };
    drop(open_town(&keyed("township")).unwrap());
    let refused = choose(&keyed("township"), SuiteName::National).unwrap_err();
    assert_eq!(refused.kind(), Kind::Input);
    assert!(refused.told(Tongue::En).contains("sealed under international"), "{}", refused.told(Tongue::En));
    assert_eq!(existing_town(&keyed("township")).unwrap().suite().unwrap(), Suite::International);

    choose(&keyed("new"), SuiteName::National).unwrap();
    assert_eq!(existing_town(&desk.place("new")).err().unwrap().kind(), Kind::Input, "it is sealed");
    assert_eq!(existing_town(&keyed("new")).unwrap().suite().unwrap(), Suite::National);
    choose(&keyed("new"), SuiteName::National).unwrap();
}
