//! `lianhu key`: keys for backups and townships, as files and on paper.

use std::io::Read as _;
use std::path::Path;

use lianhu_crypto::SymmetricKey;
use serde_json::json;

use crate::args::{KeyFileAction, KeyFileArgs};
use crate::failure::{Failure, Kind};
use crate::keys;
use crate::talk::Talk;

/// What is read of standard input at most.
const LINE_MAX: u64 = 4096;

/// Makes a key, or makes its file again from paper.
pub fn run(talk: Talk, args: &KeyFileArgs) -> Result<(), Failure> {
    match &args.action {
        KeyFileAction::New { file } => new(talk, file),
        KeyFileAction::Restore { file } => {
            talk.say(talk.pick(
                "请输入纸上的那一行，然后按回车和 Ctrl-D：",
                "Type the line from the paper, then Enter and Ctrl-D:",
            ));
            let mut line = String::new();
            std::io::stdin().take(LINE_MAX).read_to_string(&mut line).map_err(|_| slip())?;
            restore(talk, file, &line)
        }
    }
}

fn new(talk: Talk, file: &Path) -> Result<(), Failure> {
    let key = keys::make(file)?;
    talk.say(talk.pick(
        "请把下面这一行抄在纸上，和用它加密的东西分开存放。没有它，谁也打不开：",
        "Write this line down on paper, and keep it away from what is sealed with it. Without it nobody opens that:",
    ));
    talk.print(key.to_paper().as_str());
    talk.object(&json!({ "file": file }));
    Ok(())
}

/// Makes a key's file again from its line.
pub(super) fn restore(talk: Talk, file: &Path, line: &str) -> Result<(), Failure> {
    let key = SymmetricKey::from_paper(line).map_err(|_| slip())?;
    keys::write(file, &key)?;
    talk.print(talk.pick("密钥文件已重新做好。", "The key's file is there again."));
    talk.object(&json!({ "file": file }));
    Ok(())
}

fn slip() -> Failure {
    Failure::new(
        Kind::Input,
        ("这一行不对：有字母写错或漏了", "this line is not a key: a letter of it is wrong or missing"),
    )
    .hint(("请对照纸上的 14 组、每组 4 个字符再输一次", "compare it with the paper: 14 groups of 4 letters"))
}
