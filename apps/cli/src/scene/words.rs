//! What people write in the demo: sentences from `seeds/words`, put together by dice that a seed decides.

use std::collections::BTreeMap;

use lianhu_core::household::{Met, VisitMode};
use lianhu_core::matter::{MatterKind, Satisfaction, Solved, Urgency};
use serde::Deserialize;

/// Repeatable chance: SplitMix64.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice whose every throw follows from the seed.
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        if bound == 0 { 0 } else { usize::try_from(self.next() % bound).unwrap_or_default() }
    }

    /// True this many times in a hundred.
    pub(crate) fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    /// One of a list; `None` when it is empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }
}

/// What a member says of a visit.
#[derive(Clone, Debug)]
pub(crate) struct VisitWords {
    pub(crate) mode: VisitMode,
    pub(crate) met: Met,
    pub(crate) note: String,
}

/// A diary entry, 60 to 120 characters.
#[derive(Clone, Debug)]
pub(crate) struct DiaryWords {
    pub(crate) weather: String,
    pub(crate) text: String,
}

/// A concern.
#[derive(Clone, Debug)]
pub(crate) struct MatterWords {
    pub(crate) category: String,
    pub(crate) kind: MatterKind,
    pub(crate) urgency: Urgency,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// What residents say when it is over.
#[derive(Clone, Debug)]
pub(crate) struct EvaluationWords {
    pub(crate) solved: Solved,
    pub(crate) satisfaction: Satisfaction,
    pub(crate) text: String,
}

/// A field of a household's card that changed: its key, its new value where the sentence decides it, and the sentence.
#[derive(Clone, Debug)]
pub(crate) struct FieldWords {
    pub(crate) field: String,
    pub(crate) to: Option<String>,
    pub(crate) note: String,
}

#[derive(Debug, Deserialize)]
struct Visit {
    season: String,
    mode: String,
    met: String,
    text: String,
}

#[derive(Debug, Deserialize)]
struct Line {
    season: String,
    text: String,
}

#[derive(Debug, Deserialize)]
struct Diary {
    weather: Vec<String>,
    opening: Vec<Line>,
    body: Vec<Line>,
    more: Vec<Line>,
    closing: Vec<Line>,
}

#[derive(Debug, Deserialize)]
struct Matter {
    category: String,
    kind: String,
    urgency: String,
    title: String,
    text: String,
}

#[derive(Debug, Deserialize)]
struct Evaluation {
    solved: String,
    satisfaction: String,
    text: String,
}

#[derive(Debug, Deserialize)]
struct FieldChange {
    field: String,
    to: Option<String>,
    note: String,
}

/// All sentences of the demo.
#[derive(Debug)]
pub(crate) struct Words {
    parameters: BTreeMap<String, Vec<String>>,
    visits: Vec<Visit>,
    diary: Diary,
    matters: Vec<Matter>,
    steps: BTreeMap<String, Vec<String>>,
    evaluations: Vec<Evaluation>,
    fields: Vec<FieldChange>,
}

/// What stands for its parameters within one text: the same word each time.
struct Chosen<'a> {
    season: &'static str,
    surname: String,
    words: BTreeMap<&'a str, &'a str>,
}

impl Words {
    /// The sentences in the binary; an error here is a broken build.
    pub(crate) fn load() -> Result<Self, serde_json::Error> {
        Ok(Words {
            parameters: serde_json::from_str(include_str!("../../../../seeds/words/parameters.json"))?,
            visits: serde_json::from_str(include_str!("../../../../seeds/words/visits.json"))?,
            diary: serde_json::from_str(include_str!("../../../../seeds/words/diary.json"))?,
            matters: serde_json::from_str(include_str!("../../../../seeds/words/matters.json"))?,
            steps: serde_json::from_str(include_str!("../../../../seeds/words/steps.json"))?,
            evaluations: serde_json::from_str(include_str!("../../../../seeds/words/evaluations.json"))?,
            fields: serde_json::from_str(include_str!("../../../../seeds/words/fields.json"))?,
        })
    }

    /// A visit to the household of `head` in a month of the year.
    pub(crate) fn visit(&self, dice: &mut Dice, month: u32, head: &str) -> VisitWords {
        let mut chosen = Chosen::new(month, head);
        let fits: Vec<_> = self.visits.iter().filter(|visit| chosen.fits(&visit.season)).collect();
        match dice.pick(&fits) {
            Some(visit) => VisitWords {
                mode: VisitMode::parse(&visit.mode).unwrap_or(VisitMode::Home),
                met: Met::parse(&visit.met).unwrap_or(Met::Family),
                note: self.fill(dice, &visit.text, &mut chosen),
            },
            None => VisitWords { mode: VisitMode::Home, met: Met::Family, note: String::new() },
        }
    }

    /// A diary entry of a day on which the household of `head` was called on.
    pub(crate) fn diary(&self, dice: &mut Dice, month: u32, head: &str) -> DiaryWords {
        let mut chosen = Chosen::new(month, head);
        let opening = self.part(dice, &self.diary.opening, &mut chosen);
        let mut body = self.part(dice, &self.diary.body, &mut chosen);
        let closing = self.part(dice, &self.diary.closing, &mut chosen);
        let more = self.part(dice, &self.diary.more, &mut chosen);
        let length = |text: &str| text.chars().count();
        let so_far = length(&opening) + length(&body) + length(&closing);
        if so_far < 60 || (so_far + length(&more) <= 120 && dice.percent(60)) {
            body.push_str(&more);
        }
        let weather = dice.pick(&self.diary.weather).cloned().unwrap_or_default();
        DiaryWords { weather, text: format!("{opening}{body}{closing}") }
    }

    /// A concern of the household of `head`.
    pub(crate) fn matter(&self, dice: &mut Dice, month: u32, head: &str) -> MatterWords {
        let mut chosen = Chosen::new(month, head);
        let nothing = MatterWords {
            category: String::new(),
            kind: MatterKind::Help,
            urgency: Urgency::Ordinary,
            title: String::new(),
            text: String::new(),
        };
        let Some(matter) = dice.pick(&self.matters) else { return nothing };
        MatterWords {
            category: matter.category.clone(),
            kind: MatterKind::parse(&matter.kind).unwrap_or(nothing.kind),
            urgency: Urgency::parse(&matter.urgency).unwrap_or(nothing.urgency),
            title: self.fill(dice, &matter.title, &mut chosen),
            text: self.fill(dice, &matter.text, &mut chosen),
        }
    }

    /// What is said at a step of a matter. `step` is a key of `steps.json`: accept, returned, assigned, handling, measures,
    /// extension, done, feedback, escalated, parked, declined, reopened, comment. Another one has no words.
    pub(crate) fn step(&self, dice: &mut Dice, month: u32, step: &str, owner: &str) -> String {
        let mut chosen = Chosen::new(month, owner);
        let lines = self.steps.get(step).map(Vec::as_slice).unwrap_or_default();
        dice.pick(lines).map(|line| self.fill(dice, line, &mut chosen)).unwrap_or_default()
    }

    /// What residents say when a matter is over.
    pub(crate) fn evaluation(&self, dice: &mut Dice) -> EvaluationWords {
        let said = dice.pick(&self.evaluations);
        EvaluationWords {
            solved: said.and_then(|said| Solved::parse(&said.solved)).unwrap_or(Solved::Yes),
            satisfaction: said
                .and_then(|said| Satisfaction::parse(&said.satisfaction))
                .unwrap_or(Satisfaction::NoAnswer),
            text: said.map(|said| said.text.clone()).unwrap_or_default(),
        }
    }

    /// Something that changed in the household of `head`.
    pub(crate) fn field_change(&self, dice: &mut Dice, month: u32, head: &str) -> FieldWords {
        let mut chosen = Chosen::new(month, head);
        match dice.pick(&self.fields) {
            Some(change) => FieldWords {
                field: change.field.clone(),
                to: change.to.clone(),
                note: self.fill(dice, &change.note, &mut chosen),
            },
            None => FieldWords { field: String::new(), to: None, note: String::new() },
        }
    }

    /// One sentence of these that suits the season.
    fn part<'a>(&'a self, dice: &mut Dice, lines: &'a [Line], chosen: &mut Chosen<'a>) -> String {
        let fits: Vec<_> = lines.iter().filter(|line| chosen.fits(&line.season)).collect();
        dice.pick(&fits).map(|line| self.fill(dice, &line.text, chosen)).unwrap_or_default()
    }

    /// The text with every `{parameter}` filled in; a parameter nobody knows is left out.
    fn fill<'a>(&'a self, dice: &mut Dice, template: &'a str, chosen: &mut Chosen<'a>) -> String {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((name, after)) = after.split_once('}') else { break };
            match name {
                "姓" => text.push_str(&chosen.surname),
                _ => {
                    let word = chosen.words.get(name).copied().or_else(|| self.choose(dice, name, chosen.season));
                    chosen.words.extend(word.map(|word| (name, word)));
                    text.push_str(word.unwrap_or_default());
                }
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }

    fn choose(&self, dice: &mut Dice, name: &str, season: &str) -> Option<&str> {
        let words = self.parameters.get(name).or_else(|| self.parameters.get(&format!("{name}_{season}")))?;
        dice.pick(words).map(String::as_str)
    }
}

impl Chosen<'_> {
    fn new(month: u32, person: &str) -> Self {
        let season = match month {
            3..=5 => "春",
            6..=8 => "夏",
            9..=11 => "秋",
            _ => "冬",
        };
        let of_two = ["诸葛", "欧阳", "司马", "上官", "皇甫"];
        let long = of_two.iter().find(|surname| person.starts_with(**surname)).map(|surname| (*surname).to_owned());
        let surname = long.unwrap_or_else(|| person.chars().take(1).collect());
        Chosen { season, surname, words: BTreeMap::new() }
    }

    fn fits(&self, season: &str) -> bool {
        season == "全年" || season == self.season
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use lianhu_core::draft::{FieldId, Title};
    use lianhu_core::household::{ContactBy, Residence};

    use super::*;

    fn each_month(mut work: impl FnMut(&Words, &mut Dice, u32)) {
        let words = Words::load().unwrap();
        let mut dice = Dice::new(1);
        for month in (1..=12).cycle().take(3_000) {
            work(&words, &mut dice, month);
        }
    }

    #[test]
    fn every_parameter_is_filled_in() {
        let whole = |text: &str| assert!(!text.is_empty() && !text.contains(['{', '}']), "{text}");
        each_month(|words, dice, month| {
            whole(&words.visit(dice, month, "沈玉琼").note);
            whole(&words.diary(dice, month, "沈玉琼").text);
            let matter = words.matter(dice, month, "欧阳明");
            whole(&matter.text);
            whole(&matter.title);
            whole(&words.field_change(dice, month, "沈玉琼").note);
            for step in words.steps.keys() {
                whole(&words.step(dice, month, step, "沈玉琼"));
            }
        });
    }

    #[test]
    fn every_parameter_in_the_files_has_words_in_every_season() {
        let words = Words::load().unwrap();
        let files = [
            include_str!("../../../../seeds/words/visits.json"),
            include_str!("../../../../seeds/words/diary.json"),
            include_str!("../../../../seeds/words/matters.json"),
            include_str!("../../../../seeds/words/steps.json"),
            include_str!("../../../../seeds/words/fields.json"),
        ];
        for text in files.iter().flat_map(|file| file.lines()).flat_map(|line| line.split('"')) {
            for name in text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)) {
                for season in ["春", "夏", "秋", "冬"] {
                    assert!(name == "姓" || words.choose(&mut Dice::new(1), name, season).is_some(), "{name}");
                }
            }
        }
    }

    #[test]
    fn diary_entries_have_60_to_120_characters_and_rarely_repeat() {
        let mut seen = BTreeSet::new();
        each_month(|words, dice, month| {
            let text = words.diary(dice, month, "沈玉琼").text;
            assert!((60..=120).contains(&text.chars().count()), "{} {text}", text.chars().count());
            seen.insert(text);
        });
        assert!(seen.len() > 2_800, "{}", seen.len());
    }

    #[test]
    fn every_title_may_stand_on_the_public_board() {
        each_month(|words, dice, month| {
            let title = words.matter(dice, month, "沈玉琼").title;
            assert!(Title::parse_public(FieldId::Title, &title).is_ok(), "{title}");
        });
    }

    #[test]
    fn every_code_in_the_files_is_one_the_workbook_knows() {
        let words = Words::load().unwrap();
        for visit in &words.visits {
            assert!(VisitMode::parse(&visit.mode).is_some() && Met::parse(&visit.met).is_some(), "{visit:?}");
        }
        for matter in &words.matters {
            assert!(
                MatterKind::parse(&matter.kind).is_some() && Urgency::parse(&matter.urgency).is_some(),
                "{matter:?}"
            );
        }
        for said in &words.evaluations {
            assert!(
                Solved::parse(&said.solved).is_some() && Satisfaction::parse(&said.satisfaction).is_some(),
                "{said:?}"
            );
        }
        for change in &words.fields {
            let to = change.to.as_deref();
            let known = match change.field.as_str() {
                "residence" => to.and_then(Residence::parse).is_some(),
                "contact" => to.and_then(ContactBy::parse).is_some(),
                "phone" | "members" | "best_time" => true,
                _ => false,
            };
            assert!(known, "{change:?}");
        }
    }

    #[test]
    fn there_are_enough_sentences_of_every_sort() {
        let words = Words::load().unwrap();
        assert!(words.visits.len() >= 40 && words.matters.len() >= 48);
        let categories: BTreeSet<_> = words.matters.iter().map(|matter| &matter.category).collect();
        assert_eq!(categories.len(), 16);
        let diary = &words.diary;
        assert!(diary.opening.len() + diary.body.len() + diary.more.len() + diary.closing.len() >= 40);
    }

    #[test]
    fn the_same_seed_writes_the_same_words() {
        let words = Words::load().unwrap();
        let text = |seed| words.diary(&mut Dice::new(seed), 6, "沈玉琼").text;
        assert_eq!(text(7), text(7));
        assert_ne!(text(7), text(8));
    }
}
