//! The board as a sheet: for paper, and as a plain page for a browser.

use crate::board::{Board, rules};
use crate::lang::Lang;
use crate::print::{Paper, Sheet};

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
