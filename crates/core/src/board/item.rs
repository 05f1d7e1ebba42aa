//! One thing on the board, and the section it stands in.

use chrono::NaiveDate;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::board::masked;
use crate::board::rules::{self, Rule};
use crate::ids::{DocId, DocKind};
use crate::lang::codes;

codes! {
    /// A section of the board, in the order in which they hang.
    Section {
        Matters = "matters", "民情事项", "matters";
        Meetings = "meetings", "会议与决定", "meetings and decisions";
        Aid = "aid", "帮扶公示", "aid";
        Funds = "funds", "关爱资金", "care funds";
        FundEntries = "fund_entries", "资金收支明细", "fund entries";
        Pledges = "pledges", "党员承诺", "members' pledges";
        Studios = "studios", "党员工作室与服务队", "studios and teams";
        Bases = "bases", "创业实践基地", "practice bases";
        Links = "links", "党员联户", "who keeps in touch with how many households";
        Coverage = "coverage", "联户覆盖", "coverage";
    }
}

impl Section {
    /// The kind of document whose rules hold in it.
    pub const fn kind(self) -> DocKind {
        match self {
            Section::Matters => DocKind::Matter,
            Section::Meetings => DocKind::Meeting,
            Section::Aid => DocKind::Application,
            Section::Funds | Section::FundEntries => DocKind::Fund,
            Section::Pledges => DocKind::Pledge,
            Section::Studios => DocKind::Studio,
            Section::Bases => DocKind::Base,
            Section::Links | Section::Coverage => DocKind::Roster,
        }
    }
}

/// One thing on the board: what it says under which key, and since and until when it hangs there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Its section.
    pub section: Section,
    order: String,
    /// The document it is of. It is not printed.
    pub doc: DocId,
    /// The first day it hangs; absent means it always did.
    pub from: Option<NaiveDate>,
    /// The last day it hangs; absent means it stays.
    pub until: Option<NaiveDate>,
    facts: Vec<(&'static str, String)>,
}

impl Item {
    /// An empty item of a document.
    pub fn new(section: Section, doc: DocId) -> Self {
        Item { section, order: String::new(), doc, from: None, until: None, facts: Vec::new() }
    }

    /// Says something under a key of [`rules`]. What no rule shows is left out, nothing said is nothing, and what looks like
    /// somebody's number is masked unless the rule lets it through.
    #[expect(clippy::needless_pass_by_value, reason = "what is said is made where it is said: numbers, days and words")]
    pub fn say(&mut self, key: &str, text: impl ToString) -> &mut Self {
        let text = text.to_string();
        if let Some((key, rule)) = rules::find(self.section.kind(), key).filter(|_| !text.trim().is_empty()) {
            match rule {
                Rule::Shown { .. } => self.facts.push((key, masked(&text))),
                Rule::ShownWhole { .. } => self.facts.push((key, text)),
                Rule::Never | Rule::ByParts => {}
            }
        }
        self
    }

    /// The same, if there is something to say.
    pub fn say_maybe(&mut self, key: &str, text: Option<impl ToString>) -> &mut Self {
        if let Some(text) = text {
            self.say(key, text);
        }
        self
    }

    /// Says several things under one key, a line each.
    pub fn say_lines<T: ToString>(&mut self, key: &str, lines: impl IntoIterator<Item = T>) -> &mut Self {
        let lines: Vec<String> = lines.into_iter().map(|line| line.to_string()).collect();
        self.say(key, lines.join("\n"))
    }

    /// Hangs it from a first to a last day.
    pub fn hang(&mut self, from: Option<NaiveDate>, until: Option<NaiveDate>) -> &mut Self {
        (self.from, self.until) = (from, until);
        self
    }

    /// Where it stands within its section: items are sorted by this text, then by their documents.
    pub fn sort_by(&mut self, order: impl Into<String>) -> &mut Self {
        self.order = order.into();
        self
    }

    /// What it says under a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.facts.iter().find(|(known, _)| *known == key).map(|(_, text)| text.as_str())
    }

    /// Whether it hangs on a day.
    pub fn is_posted(&self, on: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.facts.len()))?;
        for (key, text) in &self.facts {
            map.serialize_entry(key, text)?;
        }
        map.end()
    }
}
