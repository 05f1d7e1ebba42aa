//! `lianhu board`

use std::io::Write as _;
use std::path::Path;

use lianhu_core::board::{Board, rules};
use serde_json::json;

use crate::args::{BoardAction, BoardArgs};
use crate::commands::town_failure;
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;
use crate::talk::Talk;

/// Shows or prints a village's public board of today.
pub fn run(talk: Talk, args: &BoardArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let village = desk.village(args.village.as_deref())?;
    let board = match &mut desk {
        Desk::Phone(book) => book.board().map_err(|why| workbook_failure(&why))?,
        Desk::Town(town) => town.board(village).map_err(|why| town_failure(&why))?,
    };
    let board = board.ok_or_else(|| {
        Failure::new(Kind::Input, ("这里还没有村名册", "there is no roster here yet"))
            .hint(("先同步一次", "sync once first"))
    })?;
    match &args.action {
        BoardAction::Show => show(talk, &board),
        BoardAction::Print { out } => {
            write(out, &board.sheet(talk.lang()).to_html(talk.lang()))?;
            talk.say(format!("{} {}", talk.pick("已写入：", "Written:"), out.display()));
            talk.object(&json!({ "file": out, "items": board.items.len() }));
            Ok(())
        }
    }
}

fn show(talk: Talk, board: &Board) -> Result<(), Failure> {
    talk.print(format!("{} {}", board.name, board.on));
    for section in board.sections() {
        talk.print(format!("【{}】", section.label(talk.lang())));
        let columns = board.columns(section);
        let titles: Vec<_> = columns.iter().filter_map(|key| rules::label(section.kind(), key, talk.lang())).collect();
        talk.print(format!("  〔{}〕", titles.join(" · ")));
        for item in board.section(section) {
            let said: Vec<String> =
                columns.iter().map(|key| item.get(key).unwrap_or("—").replace('\n', "；")).collect();
            talk.print(format!("  {}", said.join("  ")));
        }
    }
    if board.items.is_empty() {
        talk.say(talk.pick("目前没有公开的内容。", "Nothing is posted now."));
    }
    talk.object(board);
    Ok(())
}

/// Writes a file that is not there yet.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.map_err(|why| match why.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let path = path.display();
            Failure::new(Kind::Input, (format!("{path} 已经存在"), format!("{path} is already there")))
                .hint(("请换一个文件名", "name another file"))
        }
        _ => Failure::file(path, &why),
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|why| Failure::file(path, &why))
}
