//! A sheet of paper as HTML.

use std::fmt::{self, Write as _};

use crate::lang::{Lang, codes};

codes! {
    /// The size of the paper.
    Paper {
        A4 = "a4", "A4", "A4";
        Pocket = "pocket", "口袋本（A6）", "pocket (A6)";
    }
}

impl Paper {
    /// What a printer is told: size, margin, the size of the letters.
    const fn rules(self) -> &'static str {
        match self {
            Paper::A4 => "@page{size:A4;margin:16mm 14mm}html{font-size:12pt}",
            Paper::Pocket => "@page{size:105mm 148mm;margin:7mm}html{font-size:9.5pt}",
        }
    }
}

/// What is printed, top to bottom. It may be personal, so it prints nothing of itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheet {
    title: String,
    paper: Paper,
    blocks: Vec<Block>,
}

#[derive(Clone, PartialEq, Eq)]
enum Block {
    Section(String),
    Text(String),
    Note(String),
    Table { columns: Vec<String>, rows: Vec<Vec<String>>, blank: usize },
    Lines(usize),
    NewPage,
}

/// The most blank rows or lines one call adds: a sheet is printed, and nobody prints a book of nothing.
const MAX_BLANK: usize = 200;

impl Sheet {
    /// An empty sheet with its heading.
    pub fn new(title: impl Into<String>, paper: Paper) -> Self {
        Sheet { title: title.into(), paper, blocks: Vec::new() }
    }

    /// The paper it is laid out for.
    pub fn paper(&self) -> Paper {
        self.paper
    }

    /// A heading inside the sheet.
    pub fn section(&mut self, heading: impl Into<String>) -> &mut Self {
        self.add(Block::Section(heading.into()))
    }

    /// A paragraph; line breaks stay.
    pub fn text(&mut self, text: impl Into<String>) -> &mut Self {
        self.add(Block::Text(text.into()))
    }

    /// Small print: a definition, a source, how to fill it in.
    pub fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.add(Block::Note(text.into()))
    }

    /// A table. A row with fewer cells than columns is filled up with empty ones; what is beyond them is left out.
    pub fn table(&mut self, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> &mut Self {
        let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
        let width = columns.len();
        let fitted = rows.into_iter().map(|mut row| {
            row.resize(width, String::new());
            row
        });
        let rows = fitted.collect();
        self.add(Block::Table { columns, rows, blank: 0 })
    }

    /// Blank rows to write in by hand: in the table just laid out, or ruled lines where there is none.
    pub fn blank_rows(&mut self, count: usize) -> &mut Self {
        let count = count.min(MAX_BLANK);
        match self.blocks.last_mut() {
            Some(Block::Table { blank, .. }) => *blank = blank.saturating_add(count).min(MAX_BLANK),
            _ => self.blocks.push(Block::Lines(count)),
        }
        self
    }

    /// What follows begins on a new page.
    pub fn new_page(&mut self) -> &mut Self {
        self.add(Block::NewPage)
    }

    /// The whole sheet as one HTML page. It stands by itself: it loads nothing, and runs nothing.
    pub fn to_html(&self, lang: Lang) -> String {
        let (tongue, none) = match lang {
            Lang::Zh => ("zh-CN", "（无）"),
            Lang::En => ("en", "(none)"),
        };
        let title = escaped(&self.title);
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"{tongue}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>{}{STYLE}</style>\n</head>\n<body class=\"{}\">\n<h1>{title}</h1>\n",
            self.paper.rules(),
            self.paper.code(),
        );
        for block in &self.blocks {
            block.write(&mut html, none);
        }
        html.push_str("</body>\n</html>\n");
        html
    }

    fn add(&mut self, block: Block) -> &mut Self {
        self.blocks.push(block);
        self
    }
}

/// No colour carries meaning: it is printed in black. Rows are not cut in two, and a table's head comes again on each page.
const STYLE: &str = "body{font-family:\"Songti SC\",SimSun,\"Noto Serif CJK SC\",\"Source Han Serif SC\",serif;\
line-height:1.5;color:#000;background:#fff;margin:0 auto;max-width:60rem}\
body.pocket{max-width:26rem}\
h1{font-size:1.5rem;text-align:center;margin:0 0 .6rem}\
h2{font-size:1.15rem;margin:1.1rem 0 .4rem;break-after:avoid}\
p{margin:.3rem 0;white-space:pre-line;overflow-wrap:anywhere}\
.note{font-size:.85rem}\
table{border-collapse:collapse;width:100%;margin:.3rem 0}\
thead{display:table-header-group}\
tr{break-inside:avoid}\
th,td{border:1px solid #000;padding:.2rem .35rem;text-align:left;vertical-align:top;overflow-wrap:anywhere;white-space:pre-line}\
th{font-weight:bold}\
tr.blank td{height:2.1rem}\
.line{border-bottom:1px solid #000;height:2.1rem}\
.page{break-before:page}\
@media screen{body{padding:1rem}}";

impl Block {
    fn write(&self, html: &mut String, none: &str) {
        // Writing to a string cannot fail.
        _ = match self {
            Block::Section(heading) => writeln!(html, "<h2>{}</h2>", escaped(heading)),
            Block::Text(text) => writeln!(html, "<p>{}</p>", escaped(text)),
            Block::Note(text) => writeln!(html, "<p class=\"note\">{}</p>", escaped(text)),
            Block::Table { columns, rows, blank } => {
                table(html, columns, rows, *blank, none);
                Ok(())
            }
            Block::Lines(count) => writeln!(html, "{}", "<div class=\"line\"></div>".repeat(*count)),
            Block::NewPage => writeln!(html, "<div class=\"page\"></div>"),
        };
    }
}

fn table(html: &mut String, columns: &[String], rows: &[Vec<String>], blank: usize, none: &str) {
    let cells = |tag: &str, cells: &[String]| -> String {
        cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect()
    };
    _ = writeln!(html, "<table>\n<thead><tr>{}</tr></thead>\n<tbody>", cells("th", columns));
    for row in rows {
        _ = writeln!(html, "<tr>{}</tr>", cells("td", row));
    }
    if rows.is_empty() && blank == 0 {
        _ = writeln!(html, "<tr><td colspan=\"{}\">{none}</td></tr>", columns.len().max(1));
    }
    let empty = format!("<tr class=\"blank\">{}</tr>\n", "<td></td>".repeat(columns.len()));
    html.push_str(&empty.repeat(blank));
    html.push_str("</tbody>\n</table>\n");
}

/// Text as it may stand in HTML, between tags and in quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // A browser makes of it what it likes; on paper it is nothing.
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => safe.push(c),
        }
    }
    safe
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹sheet of {} blocks›", self.blocks.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Sheet {
        let mut sheet = Sheet::new("<b>户</b>", Paper::A4);
        sheet.text("一\n\"二\" & '三'\u{0}").section("s<").note("n>");
        sheet.table(&["甲", "乙"], [vec!["<script>alert(1)</script>".to_owned()]]).blank_rows(2);
        sheet.section("空").table(&["甲"], []).text("").blank_rows(3).new_page();
        sheet
    }

    #[test]
    fn whatever_is_typed_stays_text() {
        let html = full().to_html(Lang::Zh);
        for raw in ["<b>", "<script", "s<<", "n></", "'三'", "\u{0}"] {
            assert!(!html.contains(raw), "{raw}");
        }
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(html.contains("一\n&quot;二&quot; &amp; &#39;三&#39;"));
    }

    #[test]
    fn a_sheet_loads_nothing_and_runs_nothing() {
        for lang in [Lang::Zh, Lang::En] {
            let html = full().to_html(lang);
            for outside in ["http:", "https:", "src=", "href=", "url(", "@import", "<link", "<script", "<img"] {
                assert!(!html.contains(outside), "{outside}");
            }
            assert!(html.contains("default-src 'none'"));
        }
    }

    #[test]
    fn a_table_has_every_cell_and_room_to_write() {
        let html = full().to_html(Lang::Zh);
        assert!(html.contains("</td><td></td></tr>"), "a short row is filled up");
        assert_eq!(html.matches("class=\"blank\"").count(), 2);
        assert_eq!(html.matches("class=\"line\"").count(), 3);
        assert_eq!(html.matches("（无）").count(), 1, "only the table without rows and room says so");
        assert!(full().to_html(Lang::En).contains("(none)"));
    }

    #[test]
    fn both_papers_say_their_size() {
        for (paper, size) in [(Paper::A4, "size:A4"), (Paper::Pocket, "size:105mm 148mm")] {
            assert!(Sheet::new("一", paper).to_html(Lang::Zh).contains(size));
        }
    }

    #[test]
    fn a_sheet_does_not_print_itself() {
        assert_eq!(format!("{:?}", Sheet::new("张三", Paper::A4)), "‹sheet of 0 blocks›");
    }
}
