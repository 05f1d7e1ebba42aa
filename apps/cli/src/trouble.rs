//! What the crates' errors mean to the person at the terminal: an exit code, what happened, what to do next.

use std::path::Path;

use lianhu_core::Lang;
use lianhu_device::{Locked, SyncError, TransportError, WorkbookError};
use lianhu_server::{ActError, TownError};
use lianhu_store::{OpenError, StoreError};

use crate::failure::{Failure, Kind, Words};

/// A store's error.
pub fn store_failure(why: &StoreError) -> Failure {
    let failure = |kind, zh: &str| Failure::new(kind, (format!("{zh}（{why}）"), why.to_string()));
    match why {
        StoreError::DiskFull => Failure::new(Kind::Disk, ("磁盘已满，这一次什么也没有写入", why.to_string())).hint((
            "请腾出空间后再试；此前已确认收下的都在，也能读出",
            "free some space; everything acknowledged so far is safe and can be read",
        )),
        StoreError::Damaged(_) => failure(Kind::Damaged, "数据库已损坏").hint((
            "先停下，把整个文件夹复制到安全的地方，再看 docs/operations.md",
            "stop, copy the whole folder to a safe place first, then see docs/operations.md",
        )),
        _ => failure(Kind::Failed, "数据库没有照办"),
    }
}

/// A store that does not open. `in_use` and `damaged` say what to do then; that depends on whose store it is.
fn open_failure_with(why: &OpenError, in_use: impl Into<Words>, damaged: impl Into<Words>) -> Failure {
    let failure = |kind, zh: &str, path: &Path| {
        Failure::new(kind, (format!("{}：{zh}（{why}）", path.display()), why.to_string()))
    };
    match why {
        OpenError::InUse { path, .. } => {
            let path = path.display();
            let what = (format!("{path} 正被另一个 lianhu 使用"), format!("{path} is in use by another lianhu"));
            Failure::new(Kind::InUse, what).hint(in_use)
        }
        OpenError::Newer { path, .. } => failure(Kind::Damaged, "由更新版本的程序写成", path).hint((
            "请用那个更新的版本打开；什么也没有改动",
            "use the newer lianhu that wrote it; nothing was changed",
        )),
        OpenError::Damaged { path, .. } => failure(Kind::Damaged, "数据库已损坏", path).hint(damaged),
        OpenError::Foreign { path, .. } => failure(Kind::Damaged, "不是这种数据库", path).hint(damaged),
        OpenError::WrongPin { path } => failure(Kind::Input, "PIN 不对", path).hint((
            "什么也没有改动，请再输一次；忘了 PIN，手机上没有送到镇里的内容就找不回来了",
            "nothing was changed: try again. Whoever has forgotten the PIN loses what was not delivered yet",
        )),
        OpenError::WrongKey { path } => failure(Kind::Input, "这把密钥打不开它", path).hint((
            "什么也没有改动；请找到它自己的密钥文件",
            "nothing was changed: find the key file that belongs to it",
        )),
        OpenError::OtherLock { path, by: "a PIN" } => failure(Kind::Input, "要用 PIN 打开", path)
            .hint(("用 --pin-file 或 LIANHU_PIN 给出 PIN", "give the PIN with --pin-file or LIANHU_PIN")),
        OpenError::OtherLock { path, .. } | OpenError::Locked { path } => failure(
            Kind::Input,
            "要用密钥文件打开",
            path,
        )
        .hint((
            "手机的密钥文件在手册旁边（.key），此时不要给 PIN；镇里的用 --key-file 写明",
            "a workbook's key file lies beside it (.key), and then no PIN is given; name a township's with --key-file",
        )),
        OpenError::NotSealed { path } => failure(Kind::Input, "没有加密，却给了密钥", path).hint((
            "先加密：lianhu township encrypt --key-file 文件；或去掉 --key-file",
            "seal it first: lianhu township encrypt --key-file FILE; or leave --key-file out",
        )),
        OpenError::Io { path, error } => Failure::file(path, error),
        OpenError::Store(store) => store_failure(store),
        other => Failure::new(Kind::Failed, (format!("打不开数据库（{other}）"), other.to_string())),
    }
}

/// A phone's store that does not open.
pub fn open_failure(why: &OpenError) -> Failure {
    open_failure_with(
        why,
        ("请先关掉正在使用这本手册的程序", "close the other program that has this workbook open"),
        (
            "请把这个文件移到别处（不要删除），用新代码重新登记，并把它交给镇里",
            "move the file away (do not delete it), enrol again with a new code, and give the file to the office",
        ),
    )
}

/// A workbook whose key file is gone. Nothing was changed.
pub fn lost_key(why: &OpenError, file: &Path) -> Failure {
    let by_pin = matches!(why, OpenError::OtherLock { .. });
    if by_pin {
        return open_failure(why);
    }
    let file = file.display();
    let what = (
        format!("手册已加密，而密钥文件 {file} 不在了"),
        format!("the workbook is sealed, and its key file {file} is gone"),
    );
    Failure::new(Kind::Input, what).hint((
        "请把密钥文件放回来。找不回来，这部手机上没有送到镇里的内容就没有了；已经送到的都在镇里：把手册移开，用新代码重新登记",
        "put the key file back. Without it, what this phone had not delivered is lost; what was delivered is at the \
         township: move the workbook away and enrol again with a new code",
    ))
}

/// A township's error.
pub fn town_failure(why: &TownError) -> Failure {
    match why {
        TownError::Open(open) => open_failure_with(
            open,
            (
                "请先停下正在使用这个文件夹的 lianhu（多半是 lianhu serve），或用 --dir 换一个文件夹",
                "stop the other lianhu that uses this folder (most likely `lianhu serve`), or name another one with --dir",
            ),
            (
                "请恢复备份（lianhu restore）；没有备份，再用 lianhu serve --set-aside-damaged 把它改名保存、从空库开始",
                "put a backup back (lianhu restore); only without one, `lianhu serve --set-aside-damaged` keeps it under \
                 another name and begins anew",
            ),
        ),
        TownError::Store(store) => store_failure(store),
        TownError::Folder(error) => {
            let what =
                (format!("镇文件夹不能使用（{error}）"), format!("the township's folder cannot be used: {error}"));
            Failure::new(Kind::Disk, what)
                .hint(("请用 --dir 换一个可以写入的文件夹", "name a folder this user may write to with --dir"))
        }
        TownError::ErasureList(_) => {
            Failure::new(Kind::Damaged, (format!("删除清单（erasures.list）不可信：{why}"), why.to_string())).hint((
                "请从备份处取回这个镇的 erasures.list；没有清单就打开，删掉的内容会回来",
                "take this township's erasures.list from where the backups are; to open without one brings back what was erased",
            ))
        }
        TownError::NotErasedAgain(..) => {
            Failure::new(Kind::Failed, (format!("有资料不能照清单再次删除（{why}）"), why.to_string()))
                .hint(("请用写它的那个版本打开", "use the version of lianhu that wrote it"))
        }
        TownError::Gate(_) | TownError::Busy | TownError::Dice | TownError::Keys => {
            Failure::new(Kind::Failed, (format!("没有做成（{why}）"), why.to_string()))
        }
    }
}

/// Writing of the office's that did not get in.
pub fn act_failure(why: &ActError) -> Failure {
    match why {
        ActError::Town(why) => town_failure(why),
        other => Failure::new(Kind::Failed, (format!("没有全部写入（{other}）"), other.to_string())).hint((
            "请再导入一次：已经写入的不会重复，其余的会补上",
            "import again: what is in already is left alone, and the rest goes in",
        )),
    }
}

/// A workbook's error.
pub fn workbook_failure(why: &WorkbookError<StoreError>) -> Failure {
    let failure = |kind, zh: &str| Failure::new(kind, (format!("{zh}（{why}）"), why.to_string()));
    match why {
        WorkbookError::Store(store) => store_failure(store),
        WorkbookError::NoWorkbook => no_workbook(),
        WorkbookError::AlreadyAWorkbook => {
            Failure::new(Kind::Input, ("这个文件里已经有一本手册", "the file holds a workbook already")).hint((
                "一本手册就是一部手机：用 --workbook 换一个文件名",
                "one workbook is one phone: name another file with --workbook",
            ))
        }
        WorkbookError::UnreadableWorkbook => failure(Kind::Damaged, "手册读不出来").hint((
            "请用写它的那个版本打开；不行就把文件留好，用新代码重新登记",
            "open it with the version that wrote it; if that fails, keep the file and enrol again with a new code",
        )),
        WorkbookError::Locked(Locked::LeaseOver) => failure(Kind::Input, "太久没有联系镇里，手册已锁").hint((
            "同步一次就解锁，内容都在：lianhu device sync",
            "one sync unlocks it, all is there: lianhu device sync",
        )),
        WorkbookError::Locked(Locked::Destroyed) => failure(Kind::Input, "手册里的一切都已销毁")
            .hint(("请用新代码登记：lianhu device enrol", "enrol with a new code: lianhu device enrol")),
        WorkbookError::Locked(_) => failure(Kind::Input, "手册已锁").hint((
            "还没有送到的仍会送到：lianhu device sync；其余请问镇里",
            "what waits still goes to the township: lianhu device sync; ask the office about the rest",
        )),
        WorkbookError::NotThisTownship => failure(Kind::Input, "这不是本镇的话")
            .hint(("请向镇里要新的邀请：lianhu code", "ask the office for a new invitation: lianhu code")),
        WorkbookError::UnreadableDocument(_) => failure(Kind::Damaged, "有一份资料打不开")
            .hint(("请同步一次，镇里已收的部分会补回来", "sync once: the recorded part comes anew")),
        WorkbookError::NotHere(_) | WorkbookError::NoSuchRecord | WorkbookError::NothingBegun => {
            failure(Kind::Input, "这部手机上没有这一条")
                .hint(("lianhu device list 列出手机上有的", "`lianhu device list` shows what this phone holds"))
        }
        WorkbookError::Draft(refusal) => {
            Failure::new(Kind::Input, (refusal.message(Lang::Zh), refusal.message(Lang::En)))
        }
        WorkbookError::WouldBeRefused(reason) => {
            let (zh, en) = (reason.message(Lang::Zh), reason.message(Lang::En));
            Failure::new(Kind::Input, (format!("镇里不会收：{zh}"), format!("the township would refuse it: {en}")))
        }
        WorkbookError::TooMuch(_) => {
            failure(Kind::Input, "一次写得太多").hint(("请分几次写", "write it in several parts"))
        }
        WorkbookError::WouldRemoveUnseen => failure(Kind::Input, "会删掉别人后来写的内容")
            .hint(("请先看看这份资料现在的内容", "look at what the document says now first")),
        WorkbookError::Misfit(_) | WorkbookError::Write(_) => failure(Kind::Input, "这份资料写不进去"),
    }
}

/// Nobody enrolled here yet.
pub fn no_workbook() -> Failure {
    Failure::new(Kind::Input, ("这里还没有手册", "there is no workbook here yet")).hint((
        "先登记：lianhu device enrol 服务器地址 代码（代码由镇里用 lianhu code 生成）；手册在别处的，用 --workbook 写明",
        "enrol first: lianhu device enrol SERVER CODE (the office makes codes: lianhu code); or name the workbook's file \
         with --workbook",
    ))
}

/// A sync's error.
pub fn sync_failure(why: &SyncError<StoreError>) -> Failure {
    match why {
        SyncError::Transport(why) => line_failure(why),
        SyncError::Workbook(why) => workbook_failure(why),
        SyncError::NotThisTownship => {
            let what = ("对方不是本镇的服务器：签名对不上", "the answer is not signed by this workbook's township");
            Failure::new(Kind::Network, what).hint((
                "什么也没有改动。请核对地址；镇里换回了更早的备份的，要一个新代码再登记一次",
                "nothing was changed. Check the address; if the office went back to a backup from before it changed its key, \
                 enrol again with a new code",
            ))
        }
        other => Failure::new(Kind::Network, (format!("看不懂镇服务器的回答（{other}）"), other.to_string())).hint((
            "写下的都在这部手机上；请核对地址，或请镇里更新程序",
            "everything written is kept on this phone; check the address, or have the office update its program",
        )),
    }
}

/// A line that gave no answer, or one that says no.
pub fn line_failure(why: &TransportError) -> Failure {
    match why {
        TransportError::Unreachable(error) => {
            let what = (format!("连不上镇服务器（{error}）"), format!("the township was not reached: {error}"));
            Failure::new(Kind::Network, what).hint((
                "写下的都在这部手机上；请核对地址，稍后再试",
                "everything written is kept on this phone; check the address, and try again later",
            ))
        }
        TransportError::Answered { status, code, .. } => {
            let what = (
                format!("镇服务器没有照办：{code}（{status}）"),
                format!("the township answered with an error: {code} ({status})"),
            );
            let failure = Failure::new(Kind::Network, what);
            match code.as_str() {
                "unknown_code" | "used_code" | "expired_code" => failure.hint((
                    "请核对代码；过期或用过的，向镇里要一个新的",
                    "check the code; if it is used or expired, ask the office for a new one",
                )),
                "device_exists" => failure.hint((
                    "这部手机已经登记过，直接同步就行：lianhu device sync",
                    "this phone is enrolled already, it can sync: lianhu device sync",
                )),
                "other_worker" => failure.hint((
                    "这个代码是给别人的，没有用掉；请向镇里要一个给手机主人的代码",
                    "the code is for somebody else, and was not used up: ask for one for this phone's owner",
                )),
                "revoked_device" | "suspended_device" | "lost_device" | "wiped_device" => failure.hint((
                    "镇里停用了这部手机，请向镇里询问；手机上的都在，没有送到的会等镇里决定",
                    "the office has stopped this phone: ask there. What it holds is safe; what was not delivered waits for the \
                     office's decision",
                )),
                "unknown_device" => failure.hint((
                    "镇里不认得这部手机；手机上的都在。请向镇里要一个新代码，再登记一次：lianhu device enrol",
                    "the township does not know this phone; what it holds is safe. Ask there for a new code, and \
                     enrol again: lianhu device enrol",
                )),
                _ => failure.hint((
                    "代码的含义见 docs/protocol.md；写下的都在这部手机上",
                    "docs/protocol.md explains each code; everything written is kept on this phone",
                )),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Tongue;

    #[test]
    fn each_trouble_ends_with_its_own_code_and_a_next_step() {
        let path = std::path::PathBuf::from("workbook.db");
        let damaged = OpenError::Damaged { path: path.clone(), why: String::new() };
        let in_use = OpenError::InUse { path, hint: "" };
        for (failure, kind) in [
            (open_failure(&damaged), Kind::Damaged),
            (town_failure(&TownError::Open(in_use)), Kind::InUse),
            (store_failure(&StoreError::DiskFull), Kind::Disk),
            (workbook_failure(&WorkbookError::Store(StoreError::DiskFull)), Kind::Disk),
            (workbook_failure(&WorkbookError::NoWorkbook), Kind::Input),
            (line_failure(&TransportError::Unreachable(String::new())), Kind::Network),
            (
                line_failure(&TransportError::Answered { status: 403, code: "used_code".into(), signed: None }),
                Kind::Network,
            ),
        ] {
            assert_eq!(failure.kind(), kind);
            assert!(failure.told(Tongue::Zh).contains("\n  → ") && failure.told(Tongue::En).contains("\n  → "));
        }
    }
}
