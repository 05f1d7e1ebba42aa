//! The board as a sheet: for paper, and as a plain page for a browser.

use crate::board::{Board, rules};
use crate::ids::DocId;
use crate::lang::Lang;
use crate::print::{Paper, Sheet, escaped};

impl Board {
    /// The board laid out, a table for each section.
    pub fn sheet(&self, lang: Lang) -> Sheet {
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        let mut sheet = Sheet::new(format!("{} {}", self.name, say("公开栏", "public board")), Paper::A4);
        sheet.text(format!("{} {}", self.town, self.on));
        for section in self.sections() {
            let keys = self.columns(section);
            let label = |key: &&'static str| rules::label(section.kind(), key, lang).unwrap_or_default();
            let columns: Vec<&str> = keys.iter().map(label).collect();
            let cells = |key: &&'static str, item: &crate::board::Item| item.get(key).unwrap_or_default().to_owned();
            let rows = self.section(section).map(|item| keys.iter().map(|key| cells(key, item)).collect());
            sheet.section(section.label(lang)).table(&columns, rows);
        }
        if self.items.is_empty() {
            sheet.text(say("目前没有公开的内容。", "Nothing is posted now."));
        }
        sheet.note(say(
            "公开栏不登身份证号、电话、病情、银行账号和群众反映的原话；工作室自愿公开的电话除外。",
            "The board never shows ID numbers, phones, illness, bank accounts or residents' own words; only a studio may \
             choose to show its phone.",
        ));
        sheet
    }
}

/// A page that leads to the boards of a township's villages, each at `{village}` beside it.
pub fn index(villages: &[(DocId, String)], lang: Lang) -> String {
    let (tongue, title) = if lang == Lang::Zh { ("zh-CN", "公开栏") } else { ("en", "Public boards") };
    let link = |(id, name): &(DocId, String)| format!("<li><a href=\"/board/{id}\">{}</a></li>\n", escaped(name));
    let links: String = villages.iter().map(link).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{tongue}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>body{{font-size:20px;line-height:1.5;margin:1rem auto;max-width:40rem;padding:0 1rem}}\
         li{{margin:.3rem 0}}a{{display:inline-block;min-height:44px;color:#00437a}}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n<ul>\n{links}</ul>\n</body>\n</html>\n"
    )
}
