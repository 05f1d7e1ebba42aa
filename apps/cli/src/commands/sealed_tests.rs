//! Backups that are sealed, and keys on paper.

use lianhu_crypto::Suite;
use lianhu_server::{Town, verify};
use tempfile::TempDir;

use super::{backup, existing_town, key, open_town};
use crate::args::{BackupArgs, KeyFileAction, KeyFileArgs, RestoreArgs, SecretArgs, Tongue, TownshipArgs};
use crate::failure::{Failure, Kind};
use crate::keys;
use crate::talk::Talk;

const TALK: Talk = Talk { tongue: Tongue::En, json: true };

/// A desk with a township, and room for keys and backups.
struct Desk(TempDir);

impl Desk {
    fn of(suite: Suite) -> Self {
        let desk = Desk(tempfile::tempdir().unwrap());
        open_town(&desk.place("township")).unwrap().choose_suite(suite).unwrap();
        std::fs::write(desk.at("words"), "桥边的三棵樟树和一口老井\n").unwrap();
        for name in ["key", "other"] {
            key::run(TALK, &KeyFileArgs { action: KeyFileAction::New { file: desk.at(name) } }).unwrap();
        }
        desk
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// A township in a folder of the desk, which no key opens.
    fn place(&self, dir: &str) -> TownshipArgs {
        TownshipArgs { dir: self.at(dir), key_file: None }
    }

    fn secret(&self, said: &str) -> SecretArgs {
        match said {
            "" => SecretArgs::default(),
            "words" => SecretArgs { key: None, passphrase_file: Some(self.at(said)) },
            key => SecretArgs { key: Some(self.at(key)), passphrase_file: None },
        }
    }

    fn backup(&self, file: &str, secret: &str) -> Result<(), Failure> {
        let township = self.place("township");
        let plain = secret == "plain";
        let secret = self.secret(if plain { "" } else { secret });
        backup::backup(TALK, &BackupArgs { file: self.at(file), secret, plain, township })
    }

    fn restore(&self, file: &str, secret: &str) -> Result<(), Failure> {
        let township = self.place("new");
        let (file, secret) = (self.at(file), self.secret(secret));
        backup::restore(TALK, &RestoreArgs { file, secret, erasures: None, no_erasures: true, township })
    }

    fn restored(&self) -> Town {
        existing_town(&self.place("new")).unwrap()
    }

    /// What lies in the folder of the restored township; `None`: there is no folder.
    fn put_back(&self) -> Vec<String> {
        let inside = std::fs::read_dir(self.at("new")).into_iter().flatten().flatten();
        inside.map(|file| file.file_name().to_string_lossy().into_owned()).collect()
    }
}

#[test]
fn a_sealed_backup_comes_back_under_its_suite_and_shows_nothing() {
    for suite in Suite::ALL {
        for secret in ["key", "words"] {
            let desk = Desk::of(*suite);
            desk.backup("one", secret).unwrap();
            let bytes = std::fs::read(desk.at("one")).unwrap();
            assert!(!bytes.windows(6).any(|part| part == b"SQLite" || part == b"CREATE"));
            desk.restore("one", secret).unwrap();
            assert_eq!(desk.restored().suite().unwrap(), *suite);
            assert_eq!(verify(&desk.restored(), |_, _| {}).unwrap().differences, 0);
            assert!(!desk.put_back().iter().any(|name| name.ends_with("part")));
        }
    }
}

#[test]
fn a_backup_is_made_only_when_it_is_said_how() {
    let desk = Desk::of(Suite::default());
    assert_eq!(desk.backup("one", "").unwrap_err().kind(), Kind::Usage);
    assert!(!desk.at("one").exists());
    desk.backup("one", "key").unwrap();
    assert_eq!(desk.backup("one", "key").unwrap_err().kind(), Kind::Input, "never written over");
    std::fs::write(desk.at("words"), "short").unwrap();
    assert_eq!(desk.backup("two", "words").unwrap_err().kind(), Kind::Input);
    assert_eq!(desk.backup("two", "one").unwrap_err().kind(), Kind::Input, "a backup is no key");
    assert!(!desk.at("two").exists());
    let held = existing_town(&desk.place("township")).unwrap();
    assert_eq!(desk.backup("two", "key").unwrap_err().kind(), Kind::InUse);
    drop(held);
    assert!(!desk.at("two").exists());
}

#[test]
fn a_wrong_secret_writes_nothing_and_says_so() {
    let desk = Desk::of(Suite::National);
    desk.backup("keyed", "key").unwrap();
    desk.backup("worded", "words").unwrap();
    desk.backup("open", "plain").unwrap();
    for (file, secret) in [("keyed", "other"), ("keyed", "words"), ("keyed", ""), ("worded", "key"), ("worded", "")] {
        assert_eq!(desk.restore(file, secret).unwrap_err().kind(), Kind::Input, "{file} {secret}");
        assert!(!desk.at("new").exists());
    }
    assert_eq!(desk.restore("open", "key").unwrap_err().kind(), Kind::Input, "nobody's file is taken for a sealed one");
    assert!(!desk.at("new").exists());
    desk.restore("open", "").unwrap();
}

#[test]
fn a_sealed_backup_that_was_changed_or_cut_leaves_the_folder_empty() {
    let desk = Desk::of(Suite::International);
    desk.backup("one", "key").unwrap();
    let whole = std::fs::read(desk.at("one")).unwrap();
    let mut bent = whole.clone();
    let last = bent.len() - 1;
    bent[last] ^= 1;
    for broken in [bent, whole[..whole.len() - 1].to_vec(), whole[..70_000].to_vec(), whole[..30].to_vec()] {
        std::fs::write(desk.at("broken"), broken).unwrap();
        assert_eq!(desk.restore("broken", "key").unwrap_err().kind(), Kind::Damaged);
        assert_eq!(desk.put_back(), Vec::<String>::new());
    }
    desk.restore("one", "key").unwrap();
}

#[test]
fn a_key_comes_back_from_paper_and_is_never_written_over() {
    let desk = Desk::of(Suite::default());
    desk.backup("one", "key").unwrap();
    let line = std::fs::read_to_string(desk.at("key")).unwrap();
    let again = key::run(TALK, &KeyFileArgs { action: KeyFileAction::New { file: desk.at("key") } }).unwrap_err();
    assert_eq!(again.kind(), Kind::Input);
    assert_eq!(std::fs::read_to_string(desk.at("key")).unwrap(), line);
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(desk.at("key")).unwrap().permissions()) & 0o777,
        0o600
    );
    let slip = line.replacen(|letter: char| letter != 'A', "A", 1);
    assert_eq!(key::restore(TALK, &desk.at("typed"), &slip).unwrap_err().kind(), Kind::Input);
    assert!(!desk.at("typed").exists());
    key::restore(TALK, &desk.at("typed"), &line.to_lowercase().replace('-', " ")).unwrap();
    assert_eq!(keys::existing(&desk.at("typed")).unwrap(), keys::existing(&desk.at("key")).unwrap());
    desk.restore("one", "typed").unwrap();
}
