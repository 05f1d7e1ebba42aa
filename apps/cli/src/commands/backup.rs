//! `lianhu backup` and `lianhu restore`

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::path::Path;

use lianhu_crypto::{FileSecret, SEALED_MAGIC, SealedFileError, SealedHeader, Suite, UnlockedFile, seal_file};
use lianhu_server::audit::{Action, Actor, AuditLine};
use lianhu_server::{Ground, Town, TownError, store_file};
use lianhu_store::{OpenError, StoreError};
use serde_json::json;

use crate::args::{BackupArgs, RestoreArgs, Tongue, TownshipArgs};
use crate::commands::{erasures, existing_town, ground_of, town_failure};
use crate::failure::{Failure, Kind};
use crate::keys;
use crate::talk::Talk;
use crate::trouble::store_failure;

/// Copies a township into one file.
pub fn backup(talk: Talk, args: &BackupArgs) -> Result<(), Failure> {
    let secret = keys::secret(&args.secret)?;
    if secret.is_none() && !args.plain {
        return Err(nothing_said());
    }
    let town = existing_town(&args.township)?;
    if args.file.exists() {
        return Err(taken(&args.file));
    }
    let line = AuditLine::new(Actor::Machine, Action::Administered, "backup");
    town.audit(&line).map_err(|why| town_failure(&why))?;
    let sealed = match &secret {
        None => {
            copy(&town, &args.file)?;
            "plain"
        }
        Some(secret) => {
            let suite = town.suite().map_err(|why| town_failure(&why))?;
            drop(town);
            seal(suite, secret, &args.township, &args.file)?;
            if matches!(secret, FileSecret::Key(_)) { "key" } else { "passphrase" }
        }
    };
    let bytes = std::fs::metadata(&args.file).map(|file| file.len()).map_err(|why| Failure::file(&args.file, &why))?;
    let file = args.file.display();
    talk.print(match (talk.tongue, &secret) {
        (Tongue::Zh, None) => {
            format!("已备份到 {file}（{bytes} 字节）。里面是全镇的资料，没有加密，请像纸质档案一样保管。")
        }
        (Tongue::En, None) => {
            format!(
                "backed up to {file} ({bytes} bytes). It holds everything and is not encrypted: keep it like the paper."
            )
        }
        (Tongue::Zh, Some(_)) => format!("已加密备份到 {file}（{bytes} 字节）。恢复时要用同一把密钥或口令，请分开保管。"),
        (Tongue::En, Some(_)) => {
            format!("backed up to {file} ({bytes} bytes), sealed. It opens with the same key or passphrase: keep them apart.")
        }
    });
    talk.object(&json!({ "file": args.file, "bytes": bytes, "sealed": sealed }));
    Ok(())
}

fn copy(town: &Town, file: &Path) -> Result<(), Failure> {
    match town.store().backup_to(file) {
        Ok(()) => Ok(()),
        Err(StoreError::Io { why, .. }) => Err(no_place(file, &why)),
        Err(why) => {
            // The file is ours. A part of a copy looks like a backup and is none.
            _ = std::fs::remove_file(file);
            Err(store_failure(&why))
        }
    }
}

/// Seals the closed store as it is read: no open copy of it is made on the way.
fn seal(suite: Suite, secret: &FileSecret, township: &TownshipArgs, file: &Path) -> Result<(), Failure> {
    let mut dice = [0; 32];
    getrandom::fill(&mut dice)
        .map_err(|_| Failure::new(Kind::Failed, ("系统没有给出随机数", "the system gave no random bytes")))?;
    let still = Town::still(&township.dir, &ground_of(township)?).map_err(|why| town_failure(&why))?;
    let mut from = File::open(still.path()).map_err(|why| Failure::file(still.path(), &why))?;
    let made = File::create_new(file).map_err(|why| no_place(file, &why.to_string()))?;
    let mut to = BufWriter::new(made);
    let written = seal_file(suite, secret, dice, &mut from, &mut to).and_then(|_| {
        to.flush()?;
        Ok(to.get_ref().sync_all()?)
    });
    written.map_err(|why| {
        _ = std::fs::remove_file(file);
        sealed_failure(file, &why)
    })
}

fn nothing_said() -> Failure {
    Failure::new(Kind::Usage, ("没有说备份怎样加密", "how is the backup to be sealed?")).hint((
        "请给出 --key 文件（先运行 lianhu key new 文件）或 --passphrase-file 文件；确实不要加密的，写明 --plain",
        "give --key FILE (`lianhu key new FILE` makes one) or --passphrase-file FILE; --plain if it is to lie open",
    ))
}

/// What goes wrong with a sealed file.
fn sealed_failure(file: &Path, why: &SealedFileError) -> Failure {
    let name = file.display();
    let failure = |kind, zh: &str| Failure::new(kind, (format!("{name}：{zh}"), format!("{name}: {why}")));
    match why {
        SealedFileError::Io(why) => Failure::file(file, why),
        SealedFileError::WrongSecret => failure(Kind::Input, "不是用这把密钥或这个口令加密的；什么也没有写入")
            .hint(("请找出做这份备份时用的那一把", "find the one this backup was made with; nothing was written")),
        SealedFileError::NeedsKey => failure(Kind::Input, "这份备份要用密钥打开")
            .hint(("请用 --key 文件 给出它的密钥", "give its key with --key FILE")),
        SealedFileError::NeedsPassphrase => failure(Kind::Input, "这份备份要用口令打开")
            .hint(("请用 --passphrase-file 文件 给出它的口令", "give its passphrase with --passphrase-file FILE")),
        SealedFileError::Unknown | SealedFileError::Suite(_) => {
            failure(Kind::Damaged, "由更新版本的程序写成，或已损坏")
                .hint(("请用做这份备份的版本", "use the version that made this backup"))
        }
        SealedFileError::NotSealed | SealedFileError::CutShort | SealedFileError::Changed(_) => {
            failure(Kind::Damaged, "这份备份不完整或被改动过")
                .hint(("请换一份较早的备份；什么也没有改动", "try an earlier backup; nothing was changed"))
        }
    }
}

fn no_place(file: &Path, why: &str) -> Failure {
    let file = file.display();
    Failure::new(Kind::Disk, (format!("{file} 写不了（{why}）"), format!("{file} cannot be written: {why}")))
        .hint(("请换一个已有的、可以写入的文件夹", "name a file in a folder that is there and can be written to"))
}

fn taken(file: &Path) -> Failure {
    let file = file.display();
    Failure::new(
        Kind::Input,
        (format!("{file} 已经存在，没有覆盖"), format!("{file} is there already, and was left alone")),
    )
    .hint(("请换一个文件名，例如加上日期", "give another name, with the date in it for instance"))
}

/// Puts a backup back into an empty folder.
pub fn restore(talk: Talk, args: &RestoreArgs) -> Result<(), Failure> {
    let list = erasures::named(args)?;
    let mut from = BufReader::new(File::open(&args.file).map_err(|why| Failure::file(&args.file, &why))?);
    let unlocked = unlock(&mut from, args)?;
    let dir = &args.township.dir;
    std::fs::create_dir_all(dir).map_err(|why| Failure::file(dir, &why))?;
    let mut inside = std::fs::read_dir(dir).map_err(|why| Failure::file(dir, &why))?;
    if inside.next().is_some() {
        let dir = dir.display();
        return Err(Failure::new(
            Kind::Input,
            (format!("{dir} 不是空文件夹，什么也没有改动"), format!("{dir} is not empty; nothing was changed")),
        )
        .hint((
            "请用 --dir 写明一个新文件夹；原来的文件夹请保留",
            "name a new folder with --dir, and keep the present one as it is",
        )));
    }
    // The list lies there first: a township that opens erases again what it says, before anybody is served.
    if let Some(list) = list {
        std::fs::write(dir.join(erasures::FILE), list).map_err(|why| Failure::file(dir, &why))?;
    }
    let put_back = match unlocked {
        None => {
            Town::restore_on(&args.file, dir, ground_of(&args.township)?).map_err(|why| not_restored(&args.file, &why))
        }
        Some(unlocked) => unseal(&unlocked, &mut from, &args.file, dir, ground_of(&args.township)?),
    };
    let line = AuditLine::new(Actor::Machine, Action::Administered, "restore");
    let told = put_back.and_then(|town| town.audit(&line).map_err(|why| town_failure(&why)));
    if let Err(why) = told {
        // The folder was empty: what lies there now is what we put there, and the backup itself is elsewhere.
        empty(dir);
        return Err(why);
    }
    talk.print(match talk.tongue {
        Tongue::Zh => format!(
            "已恢复到 {}。手机下次同步时会自己发现，并核对各自手里的资料；手机上的一条也不会丢。\n\
             备份之后镇里收下的，会向还存有的手机要回来。备份之后才登记的手机用新代码再登记一次，内容都在。原来的文件夹请保留，不要再用它开服务器。",
            dir.display()
        ),
        Tongue::En => format!(
            "restored into {}. Phones notice at their next sync and compare what they hold; they lose nothing.\n\
             What was recorded after the backup is asked back from them. Phones that enrolled after it enrol again with a \
             new code, and keep their workbook. Keep the old folder, and serve it never again.",
            dir.display()
        ),
    });
    talk.object(&json!({ "dir": dir, "database": store_file(dir) }));
    Ok(())
}

/// Reads how the backup is sealed, and holds the secret against it before anything is written. `None`: it is not sealed.
fn unlock(from: &mut BufReader<File>, args: &RestoreArgs) -> Result<Option<UnlockedFile>, Failure> {
    let failed = |why: std::io::Error| Failure::file(&args.file, &why);
    let mut first = Vec::new();
    from.by_ref().take(SEALED_MAGIC.len() as u64).read_to_end(&mut first).map_err(failed)?;
    from.rewind().map_err(failed)?;
    let secret = keys::secret(&args.secret)?;
    if first != SEALED_MAGIC {
        // Whoever brings a key expects a sealed file. One that is not could be anybody's.
        return if secret.is_none() { Ok(None) } else { Err(not_sealed(&args.file)) };
    }
    let header = SealedHeader::read(from).map_err(|why| sealed_failure(&args.file, &why))?;
    let Some(secret) = secret else {
        let why = if header.needs_key() { SealedFileError::NeedsKey } else { SealedFileError::NeedsPassphrase };
        return Err(sealed_failure(&args.file, &why));
    };
    header.unlock(&secret).map(Some).map_err(|why| sealed_failure(&args.file, &why))
}

fn not_sealed(file: &Path) -> Failure {
    let name = file.display();
    Failure::new(
        Kind::Input,
        (
            format!("{name} 没有加密，谁都可能改过；什么也没有写入"),
            format!("{name} is not sealed; nothing was written"),
        ),
    )
    .hint((
        "如果它确实是自己做的未加密备份，去掉 --key 或 --passphrase-file 再试",
        "if it is a plain backup of your own, leave --key or --passphrase-file out",
    ))
}

/// Opens a sealed backup into the folder. The database has its name only once it is whole.
fn unseal(
    unlocked: &UnlockedFile,
    from: &mut BufReader<File>,
    file: &Path,
    dir: &Path,
    ground: Ground,
) -> Result<Town, Failure> {
    let database = store_file(dir);
    let part = database.with_extension("part");
    let mut to = BufWriter::new(File::create_new(&part).map_err(|why| Failure::file(&part, &why))?);
    unlocked.open(from, &mut to).map_err(|why| match why {
        SealedFileError::Io(why) => Failure::file(&part, &why),
        other => sealed_failure(file, &other),
    })?;
    let whole = to.flush().and_then(|()| to.get_ref().sync_all()).and_then(|()| std::fs::rename(&part, &database));
    whole.map_err(|why| Failure::file(&part, &why))?;
    Town::begin_again_on(dir, ground).map_err(|why| not_restored(file, &why))
}

fn not_restored(file: &Path, why: &TownError) -> Failure {
    match why {
        TownError::Open(OpenError::Damaged { .. } | OpenError::Foreign { .. }) => {
            let file = file.display();
            let what = (format!("{file} 不是完好的备份（{why}）"), format!("{file} is no sound backup: {why}"));
            Failure::new(Kind::Damaged, what)
                .hint(("请换一份较早的备份；什么也没有改动", "try an earlier backup; nothing was changed"))
        }
        other => town_failure(other),
    }
}

fn empty(dir: &Path) {
    for file in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        _ = std::fs::remove_file(file.path());
    }
}
