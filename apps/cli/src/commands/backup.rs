//! `lianhu backup` and `lianhu restore`

use std::path::Path;

use lianhu_server::{Town, TownError, store_file};
use lianhu_store::{OpenError, StoreError};
use serde_json::json;

use crate::args::{BackupArgs, RestoreArgs, Tongue};
use crate::commands::{erasures, existing_town, ground_of, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;
use crate::trouble::store_failure;

/// Copies a township into one file.
pub fn backup(talk: Talk, args: &BackupArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township)?;
    if args.file.exists() {
        return Err(taken(&args.file));
    }
    match town.store().backup_to(&args.file) {
        Ok(()) => {}
        Err(StoreError::Io { why, .. }) => return Err(no_place(&args.file, &why)),
        Err(why) => {
            // The file is ours. A part of a copy looks like a backup and is none.
            _ = std::fs::remove_file(&args.file);
            return Err(store_failure(&why));
        }
    }
    let bytes = std::fs::metadata(&args.file).map(|file| file.len()).map_err(|why| Failure::file(&args.file, &why))?;
    let file = args.file.display();
    talk.print(match talk.tongue {
        Tongue::Zh => format!("已备份到 {file}（{bytes} 字节）。里面是全镇的资料，没有加密，请像纸质档案一样保管。"),
        Tongue::En => {
            format!(
                "backed up to {file} ({bytes} bytes). It holds everything and is not encrypted: keep it like the paper."
            )
        }
    });
    talk.object(&json!({ "file": args.file, "bytes": bytes }));
    Ok(())
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
    let args = &args.backup;
    std::fs::File::open(&args.file).map_err(|why| Failure::file(&args.file, &why))?;
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
    match Town::restore_on(&args.file, dir, ground_of(&args.township)?) {
        Ok(town) => drop(town),
        Err(why) => {
            // The folder was empty: what lies there now is what we put there, and the backup itself is elsewhere.
            empty(dir);
            return Err(not_restored(&args.file, &why));
        }
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
