//! Reports on paper: a page that prints on A4 and needs nothing besides itself.

use std::fmt::Write as _;

use lianhu_core::Lang;

use crate::reports::Paper;
use crate::reports::layout::{Block, blocks};

const STYLE: &str = "@page{size:A4;margin:15mm}body{font:12pt/1.5 serif;max-width:180mm;margin:auto}\
                     section{break-after:page}section:last-child{break-after:auto}h1{font-size:16pt;margin:0}\
                     h2{font-size:12pt;margin:6mm 0 1mm}table{border-collapse:collapse;width:100%}\
                     th,td{border:1px solid #000;padding:1mm 2mm;text-align:left}tr{break-inside:avoid}\
                     p{margin:1mm 0}strong::before{content:\"! \"}";

/// The reports as an HTML page, one sheet for each.
pub fn paper(paper: &Paper) -> String {
    let lang = if paper.lang == Lang::Zh { "zh-CN" } else { "en" };
    let mut page = format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{}</title><style>{STYLE}</style></head><body>",
        escaped(&paper.whose)
    );
    for report in &paper.reports {
        page.push_str("<section>");
        for block in blocks(report, &paper.whose, paper.lang) {
            write(&mut page, &block, paper.lang);
        }
        page.push_str("</section>");
    }
    page.push_str("</body></html>\n");
    page
}

fn write(page: &mut String, block: &Block, lang: Lang) {
    // Writing into a string does not fail.
    let _ = match block {
        Block::Title(text) => write!(page, "<h1>{}</h1>", escaped(text)),
        Block::Note(text) => write!(page, "<p>{}</p>", escaped(text)),
        Block::Alarm(text) => write!(page, "<p><strong>{}</strong></p>", escaped(text)),
        Block::Table { title, columns, rows } => {
            let columns: String = columns.iter().map(|column| format!("<th>{}</th>", escaped(column))).collect();
            let row = |row: &Vec<lianhu_core::report::Figure>| {
                let cells: String =
                    row.iter().map(|figure| format!("<td>{}</td>", escaped(&figure.shown(lang)))).collect();
                format!("<tr>{cells}</tr>")
            };
            let rows: String = rows.iter().map(row).collect();
            write!(page, "<h2>{}</h2><table><tr>{columns}</tr>{rows}</table>", escaped(title))
        }
    };
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
