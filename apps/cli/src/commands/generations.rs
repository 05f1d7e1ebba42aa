//! `lianhu compact` and `lianhu erase`

use std::path::Path;

use lianhu_core::DocId;
use lianhu_server::{Erase, RenewError, Renewed, Town, store_file};
use serde_json::json;

use crate::args::{CompactArgs, EraseArgs, Tongue};
use crate::commands::{existing_town, store_failure, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Trims the history of long documents unless it is to be kept, packs what rests, and writes the file anew.
pub fn compact(talk: Talk, args: &CompactArgs) -> Result<(), Failure> {
    let dir = &args.township.dir;
    let town = existing_town(&args.township)?;
    let file_before = bytes_of(dir);
    let bar = talk.bar(talk.pick("精简", "compact"), 0);
    let step = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let trimmed = if args.keep_history { Ok(Default::default()) } else { town.compact_where(args.over, step) };
    let (renewed, left) = trimmed.map_err(|why| town_failure(&why))?;
    let packed = town.store().pack(step).map_err(|why| store_failure(&why))?;
    bar.finish_and_clear();
    sweep(&town)?;
    let file = (file_before, bytes_of(dir));
    let sum = |pick: fn(&Renewed) -> (u64, u64)| {
        renewed.iter().map(pick).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    };
    let (changes, bytes) = (sum(|one| one.changes), sum(|one| one.bytes));
    let count = renewed.len();
    if !args.keep_history {
        talk.print(match talk.tongue {
            Tongue::Zh => format!(
                "已精简 {count} 份资料：改动 {} → {} 条，{} → {} 字节。手机下次同步时会自己换上。",
                changes.0, changes.1, bytes.0, bytes.1
            ),
            Tongue::En => format!(
                "{count} documents trimmed: {} → {} changes, {} → {} bytes. Phones take them over at their next sync.",
                changes.0, changes.1, bytes.0, bytes.1
            ),
        });
    }
    talk.print(match talk.tongue {
        Tongue::Zh => format!("已压紧 {packed} 份资料，历史都在；数据库文件 {} → {} 字节。", file.0, file.1),
        Tongue::En => format!(
            "{packed} documents packed, with all their history; the database file {} → {} bytes.",
            file.0, file.1
        ),
    });
    for (doc, why) in &left {
        talk.print(match talk.tongue {
            Tongue::Zh => format!("  {doc} 没有动：{why}"),
            Tongue::En => format!("  {doc} was left as it is: {why}"),
        });
    }
    let left: Vec<_> = left.iter().map(|(doc, why)| json!({ "doc": doc, "why": why.to_string() })).collect();
    talk.object(&json!({
        "documents": count, "changes": changes, "bytes": bytes, "packed": packed, "file_bytes": file, "renewed": renewed,
        "left": left,
    }));
    Ok(())
}

/// Erases words of one document.
pub fn erase(talk: Talk, args: &EraseArgs) -> Result<(), Failure> {
    let id: DocId = args.doc.parse().map_err(|_| {
        Failure::new(Kind::Input, ("这不是资料的编号", "this is no document's id"))
            .hint(("编号在办公页面的列表里", "ids are in the office's lists"))
    })?;
    let town = existing_town(&args.township)?;
    let what = if args.all { Erase::Whole } else { Erase::Keys(args.keys.clone()) };
    let renewed = town.erase(id, &what, &args.reason).map_err(|why| failure(&why))?;
    sweep(&town)?;
    talk.print(match talk.tongue {
        Tongue::Zh => "已删除，镇文件夹里查不到这些字了。手机在下次同步后也没有。旧备份里还有：请看 docs/operations.md。",
        Tongue::En => {
            "erased: the township's folder holds these words no more, and no phone will after its next sync. Old backups \
             still hold them: see docs/operations.md."
        }
    });
    talk.object(&renewed);
    Ok(())
}

/// Makes the bytes of what was deleted go from the files.
fn sweep(town: &Town) -> Result<(), Failure> {
    town.store().sweep().map_err(|why| {
        store_failure(&why).hint((
            "资料本身已经处理好了，但文件里还留着旧字节；请再运行一次 lianhu compact",
            "the documents are done, but the file still has the old bytes: run `lianhu compact` once more",
        ))
    })
}

fn bytes_of(dir: &Path) -> u64 {
    std::fs::metadata(store_file(dir)).map_or(0, |file| file.len())
}

fn failure(why: &RenewError) -> Failure {
    let input = |zh: String| Failure::new(Kind::Input, (zh, why.to_string()));
    match why {
        RenewError::Town(why) => town_failure(why),
        RenewError::NotRecorded(doc) => input(format!("这里没有编号为 {doc} 的资料")),
        RenewError::NoSuchKey(key) => input(format!("这份资料里没有 {key}，什么也没有删"))
            .hint(("GET /office/v1/documents/编号 列出它的每一项", "GET /office/v1/documents/ID lists what it holds")),
        RenewError::WholeRoster => input("名册不能整份删除，请写明要删的项".to_owned()),
        RenewError::HeldWork(_) | RenewError::StandsIn | RenewError::NotRenewed(_) => {
            Failure::new(Kind::Failed, (format!("没有做成（{why}）"), why.to_string()))
        }
    }
}
