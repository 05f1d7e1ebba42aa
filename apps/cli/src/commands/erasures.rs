//! `lianhu erasures`, and the list that `lianhu restore` is given.

use lianhu_core::DocId;
use lianhu_store::ErasedLine;
use lianhu_sync::ports::Township as _;
use serde_json::json;

use crate::args::{ErasuresAction, ErasuresArgs, RestoreArgs, Tongue};
use crate::commands::{existing_town, store_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// What the list is called in a township's folder.
pub const FILE: &str = "erasures.list";

/// Shows the list, or copies it.
pub fn run(talk: Talk, args: &ErasuresArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township)?;
    if let Some(ErasuresAction::Export { file }) = &args.action {
        let text = town.store().erasure_list().map_err(|why| store_failure(&why))?;
        std::fs::write(file, &text).map_err(|why| Failure::file(file, &why))?;
        let lines = text.lines().count().saturating_sub(2);
        talk.print(match talk.tongue {
            Tongue::Zh => format!("删除清单已写到 {}（{lines} 条）。请和备份放在一起，恢复时用 --erasures。", file.display()),
            Tongue::En => format!(
                "the list of erasures is in {} ({lines} lines). Keep it with the backups; restore asks for it (--erasures).",
                file.display()
            ),
        });
        talk.object(&json!({ "file": file, "lines": lines }));
        return Ok(());
    }
    let reader = town.store().read().map_err(|why| store_failure(&why))?;
    let lines = reader.erasures().map_err(|why| store_failure(&why))?;
    // What was only trimmed is listed for the generation's sake, and nothing went with it.
    let lines: Vec<_> =
        lines.iter().filter(|line| line.erasure.keys.as_ref().is_none_or(|keys| !keys.is_empty())).collect();
    for line in &lines {
        talk.print(shown(talk, line));
    }
    talk.print(match talk.tongue {
        Tongue::Zh => format!("共 {} 条", lines.len()),
        Tongue::En => format!("{} erasures", lines.len()),
    });
    let lines: Vec<_> = lines.iter().map(|line| object(line)).collect();
    talk.object(&json!({ "erasures": lines }));
    Ok(())
}

fn shown(talk: Talk, line: &ErasedLine) -> String {
    let day = lianhu_core::DeviceMillis(line.at.0).in_china().format("%Y-%m-%d %H:%M");
    let keys = line.erasure.keys.as_ref().map_or(talk.pick("全部", "everything").to_owned(), |keys| keys.join(" "));
    format!("{day}  {}  {keys}  {}", id_of(line), &*line.erasure.reason)
}

fn id_of(line: &ErasedLine) -> String {
    DocId::from_bytes(line.erasure.doc.0).map(|id| id.to_string()).unwrap_or_default()
}

fn object(line: &ErasedLine) -> serde_json::Value {
    json!({
        "doc": id_of(line), "keys": line.erasure.keys, "generation": line.erasure.generation.0, "at": line.at.0,
        "reason": line.erasure.reason.0,
    })
}

/// The list a restore is given. None is taken for granted: an erasure made after the backup is just what the backup does
/// not know, so it has to be said that there is no list.
pub fn named(args: &RestoreArgs) -> Result<Option<Vec<u8>>, Failure> {
    let Some(named) = &args.erasures else {
        return if args.no_erasures { Ok(None) } else { Err(unsaid()) };
    };
    let file = if named.is_dir() { named.join(FILE) } else { named.clone() };
    match std::fs::read(&file) {
        Ok(list) => Ok(Some(list)),
        Err(why) => Err(Failure::file(&file, &why)),
    }
}

fn unsaid() -> Failure {
    let what = (
        "没有说明删除清单在哪里，什么也没有改动",
        "it was not said where the list of erasures is; nothing was changed",
    );
    Failure::new(Kind::Input, what).hint((
        "备份里还有备份之后删掉的内容。请用 --erasures 写明清单（随备份一起保存的文件，或原来的镇文件夹）；确实没有的，用 --no-erasures",
        "a backup still holds what was erased after it. Name the list with --erasures (the file kept with the backups, or the \
         old folder); if there is none, say --no-erasures",
    ))
}
