//! Everything that is held about one household, or one resident of it, as one file: what a person may ask for (PIPL
//! articles 45 and 47).
//!
//! It is made of documents alone and hides what is other people's: other households' names, numbers and ids are masked in
//! every sentence, records that do not name the household are left out, and a diary that was not written for the
//! town is not looked into. Who wrote what is said, because it is part of what is held.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

use crate::access::{Facts, readers, town_reads};
use crate::aid::Application;
use crate::diary::Diary;
use crate::document::{Document, Told, is_genesis_key};
use crate::draft::PersonName;
use crate::fund::Fund;
use crate::household::Household;
use crate::ids::{ActorId, DocId, DocKind, RecordId};
use crate::lang::Lang;
use crate::matter::Matter;
use crate::meeting::Meeting;
use crate::plan::HelpPlan;
use crate::print::{Paper, Sheet};
use crate::private::Private;
use crate::retention::Kept;
use crate::roster::{Roster, Worker};
use crate::studio::Studio;
use crate::value::Key;
use crate::views::{key_label, value_words};

/// What stands for other people's names and numbers.
pub const MASK: &str = "○○";

/// What a file is made of.
#[derive(Clone, Copy)]
pub struct Gathered<'a> {
    /// The household's document.
    pub household: &'a Document,
    /// One resident only; what is the household's own is there all the same.
    pub resident: Option<RecordId>,
    /// The roster of its village.
    pub roster: Option<&'a Roster>,
    /// The village's other documents; which of them say something of the household is found here.
    pub documents: &'a [Document],
    /// Names, numbers and ids of other households and their people.
    pub others: &'a [String],
    /// The phones of those who may read it: whose, and the day of the last contact.
    pub phones: &'a [Phone],
    /// How many years what is kept; what is not here is kept.
    pub years: &'a BTreeMap<Kept, u32>,
    /// The day.
    pub on: NaiveDate,
}

/// A phone the household's card lies on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Phone {
    /// Whose it is, by name.
    pub of: Private<String>,
    /// The day it last was in contact.
    pub last_contact: Option<NaiveDate>,
}

/// The file.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PersonFile {
    /// The household.
    pub household: DocId,
    /// The resident, if it is of one only.
    pub resident: Option<RecordId>,
    /// The day it was made.
    pub made_on: NaiveDate,
    /// What is held, document by document.
    pub held: Vec<Part>,
    /// Who may read the card: name and roles. The town desk may too.
    pub readers: Vec<ReaderLine>,
    /// Where it went.
    pub phones: Vec<Phone>,
    /// How long it is kept.
    pub kept: Vec<KeptLine>,
}

/// What one document holds.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The document.
    pub doc: DocId,
    /// Its kind: `household`, `matter`, …
    pub kind: &'static str,
    /// What it holds, in the order of its keys.
    pub lines: Vec<Line>,
}

/// One value, with its author. A value people disagree about is as many lines.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The key it stands under.
    pub key: String,
    /// What people call it.
    pub what: String,
    /// What it says, for people.
    pub says: Private<String>,
    /// Exactly as it is kept.
    pub value: Private<String>,
    /// Who wrote it.
    pub by: Private<String>,
    /// When, by the clock of their device.
    pub at: String,
}

/// Somebody who may read the card.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ReaderLine {
    /// Their name.
    pub name: Private<String>,
    /// Their roles.
    pub roles: Vec<String>,
}

/// How long something is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptLine {
    /// What.
    pub kept: Kept,
    /// Years; nothing: until a person erases it.
    pub years: Option<u32>,
}

impl fmt::Debug for PersonFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹a file of {} documents›", self.held.len())
    }
}

impl PersonFile {
    /// Gathers everything. A document of another kind than a household gives an empty file.
    pub fn of(gathered: &Gathered<'_>, lang: Lang) -> Self {
        let about = About::new(gathered);
        let mut held = vec![part(gathered, &about, gathered.household, lang)];
        held.extend(gathered.documents.iter().map(|document| part(gathered, &about, document, lang)));
        held.retain(|part| !part.lines.is_empty());
        let roster = gathered.roster;
        let reading =
            roster.map(|roster| readers(DocKind::Household, &Facts::of(gathered.household), roster, gathered.on));
        let reading = reading.into_iter().flatten().filter_map(|id| roster?.workers.get(&id));
        let kinds: BTreeSet<&str> = held.iter().map(|part| part.kind).collect();
        let kept = Kept::ALL.iter().filter(|kept| kept.doc_kind().is_some_and(|kind| kinds.contains(kind.name())));
        PersonFile {
            household: gathered.household.id(),
            resident: gathered.resident,
            made_on: gathered.on,
            readers: reading
                .map(|worker| ReaderLine { name: name_of(worker).into(), roles: roles_of(worker, lang) })
                .collect(),
            phones: gathered.phones.to_vec(),
            kept: kept.map(|kept| KeptLine { kept: *kept, years: gathered.years.get(kept).copied() }).collect(),
            held,
        }
    }

    /// The file as a page to be printed.
    pub fn sheet(&self, lang: Lang) -> Sheet {
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        let mut sheet = Sheet::new(say("个人信息副本", "What is held about you"), Paper::A4);
        sheet.text(format!("{} {}", say("制作日期", "made on"), self.made_on));
        sheet.note(say(
            "其他人的姓名、电话已遮盖。日记只含写给镇里的；会议记录全文不在其中。",
            "Other people's names and numbers are masked. Of diaries only those written for the town are part of it, and the minutes \
             of meetings are not.",
        ));
        for part in &self.held {
            sheet.section(format!("{} {}", kind_word(part.kind, lang), part.doc));
            let columns = [say("项目", "what"), say("内容", "says"), say("填写人", "by"), say("时间", "when")];
            let rows = part.lines.iter();
            let rows =
                rows.map(|line| vec![line.what.clone(), line.says.0.clone(), line.by.0.clone(), line.at.clone()]);
            sheet.table(&columns, rows.collect::<Vec<_>>());
        }
        sheet.section(say("谁可以看到户卡", "Who may read the card"));
        let rows = self.readers.iter().map(|reader| vec![reader.name.0.clone(), reader.roles.join("、")]);
        sheet.table(&[say("姓名", "name"), say("身份", "roles")], rows.collect::<Vec<_>>());
        sheet.note(say("镇办公室也可以查阅。", "The town desk may read it too."));
        sheet.section(say("存在哪些手机上", "On which phones it lies"));
        let day = |phone: &Phone| phone.last_contact.map(|day| day.to_string()).unwrap_or_default();
        let rows = self.phones.iter().map(|phone| vec![phone.of.0.clone(), day(phone)]);
        sheet.table(&[say("使用人", "whose"), say("最近同步", "last contact")], rows.collect::<Vec<_>>());
        sheet.section(say("保存多久", "How long it is kept"));
        let rows = self.kept.iter().map(|line| {
            let (zh, en) = line.kept.counts_from();
            let years = match (line.years, lang) {
                (None, Lang::Zh) => "未设定期限，由人决定删除".to_owned(),
                (None, Lang::En) => "no time is set: until a person erases it".to_owned(),
                (Some(years), Lang::Zh) => format!("{zh}起 {years} 年"),
                (Some(years), Lang::En) => format!("{years} years after {en}"),
            };
            vec![line.kept.label(lang).to_owned(), years]
        });
        sheet.table(&[say("资料", "what"), say("期限", "how long")], rows.collect::<Vec<_>>());
        sheet
    }
}

fn kind_word(kind: &'static str, lang: Lang) -> &'static str {
    let known = Kept::ALL.iter().find(|kept| kept.doc_kind().is_some_and(|of| of.name() == kind));
    match known {
        Some(kept) => kept.label(lang),
        None => kind,
    }
}

fn name_of(worker: &Worker) -> String {
    worker.name.as_ref().map(|name| name.value.as_str().to_owned()).unwrap_or_default()
}

fn roles_of(worker: &Worker, lang: Lang) -> Vec<String> {
    let roles = worker.roles.as_ref().map(|roles| roles.value.iter().map(|role| role.label(lang).to_owned()).collect());
    roles.unwrap_or_default()
}

/// What is about the household.
struct About {
    household: DocId,
    matters: BTreeSet<DocId>,
    applications: BTreeSet<DocId>,
    /// Other people to be masked: of the household too, where the file is of one resident.
    others: Vec<String>,
}

impl About {
    fn new(gathered: &Gathered<'_>) -> Self {
        let household = gathered.household.id();
        let mut about = About {
            household,
            matters: BTreeSet::new(),
            applications: BTreeSet::new(),
            others: gathered.others.to_vec(),
        };
        for document in gathered.documents {
            match document.id().kind() {
                DocKind::Matter if is(Matter::read(document).household.map(|field| field.value), household) => {
                    about.matters.insert(document.id());
                }
                DocKind::Application
                    if is(Application::read(document).household.map(|field| field.value), household) =>
                {
                    about.applications.insert(document.id());
                }
                _ => {}
            }
        }
        let home = Household::read(gathered.household);
        let name = |name: &PersonName| name.as_str().to_owned();
        let residents =
            home.residents.iter().filter_map(|(id, one)| Some((*id, name(&one.fields.name.as_ref()?.value))));
        let mine: Vec<String> = match gathered.resident {
            Some(resident) => {
                let (mine, others): (Vec<_>, Vec<_>) = residents.partition(|(id, _)| *id == resident);
                about.others.extend(others.into_iter().map(|(_, name)| name));
                mine.into_iter().map(|(_, name)| name).collect()
            }
            None => residents.map(|(_, name)| name).chain(home.head.iter().map(|head| name(&head.value))).collect(),
        };
        // Whoever bears the same name as the person who asks stays readable; the longest first, so that a name that is
        // part of another one leaves nothing of it behind.
        about.others.retain(|other| other.chars().count() > 1 && !mine.contains(other));
        about.others.sort_by_key(|other| std::cmp::Reverse(other.len()));
        about
    }

    fn masked(&self, text: String) -> String {
        self.others.iter().fold(text, |text, other| if text.contains(other) { text.replace(other, MASK) } else { text })
    }
}

/// What is to be masked of another household: its id, its people's names, its number.
pub fn names_in(home: &Household) -> Vec<String> {
    let names = home.residents.values().filter_map(|one| one.fields.name.as_ref());
    let names = names.chain(&home.head).map(|name| name.value.as_str().to_owned());
    let phone = home.phone.iter().map(|phone| phone.value.as_str().to_owned());
    std::iter::once(home.id.to_string()).chain(names).chain(phone).collect()
}

fn is(named: Option<DocId>, household: DocId) -> bool {
    named == Some(household)
}

/// What one document says of the household.
fn part(gathered: &Gathered<'_>, about: &About, document: &Document, lang: Lang) -> Part {
    let wanted = wanted(gathered, about, document);
    let mut lines = Vec::new();
    for (key, _) in document.list("").into_iter().filter(|(key, _)| !is_genesis_key(key) && wanted(key)) {
        for Told { by, at, value } in document.told_values(&key) {
            let exact = match &value {
                crate::document::Scalar::Text(text) => text.0.clone(),
                other => value_words(other, lang),
            };
            lines.push(Line {
                what: key_label(&key, lang),
                says: about.masked(value_words(&value, lang)).into(),
                value: about.masked(exact).into(),
                by: author(gathered.roster, by, lang).into(),
                at: at.in_china().format("%Y-%m-%d %H:%M").to_string(),
                key: key.clone(),
            });
        }
    }
    Part { doc: document.id(), kind: document.id().kind().name(), lines }
}

/// Which keys of a document are about the household.
fn wanted(gathered: &Gathered<'_>, about: &About, document: &Document) -> Box<dyn Fn(&str) -> bool> {
    let id = document.id();
    let household = about.household;
    let records = |keys: BTreeSet<String>| -> Box<dyn Fn(&str) -> bool> {
        Box::new(move |key: &str| {
            keys.iter()
                .any(|one| key.strip_prefix(one.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        })
    };
    let all = |yes: bool| -> Box<dyn Fn(&str) -> bool> { Box::new(move |_: &str| yes) };
    match id.kind() {
        DocKind::Household if id == household => {
            let resident = gathered.resident.map(|resident| resident.to_string());
            Box::new(move |key: &str| match (Key::of(key), &resident) {
                (Key::Part("resident", of, _), Some(resident)) => of == resident,
                _ => true,
            })
        }
        DocKind::Matter => all(about.matters.contains(&id)),
        DocKind::Application => all(about.applications.contains(&id)),
        DocKind::HelpPlan => all(is(HelpPlan::read(document).household.map(|field| field.value), household)),
        DocKind::Diary if town_reads(document) => {
            let diary = Diary::read(document);
            let tells = |entry: &crate::diary::Entry| {
                entry.households.contains(&household)
                    || entry.matters.iter().any(|matter| about.matters.contains(matter))
            };
            let entries: BTreeSet<RecordId> =
                diary.entries.iter().filter(|(_, entry)| tells(&entry.value)).map(|(id, _)| *id).collect();
            let comments = diary
                .comments
                .iter()
                .filter(|(_, comment)| comment.value.entry.is_some_and(|of| entries.contains(&of)));
            let comments = comments.map(|(id, _)| format!("comment/{id}"));
            records(entries.iter().map(|id| format!("entry/{id}")).chain(comments).collect())
        }
        DocKind::Meeting => {
            let meeting = Meeting::read(document);
            let ours = |matter: Option<DocId>| matter.is_some_and(|matter| about.matters.contains(&matter));
            let items = meeting.items.iter().filter(|(_, item)| ours(item.matter.as_ref().map(|matter| matter.value)));
            let items = items.map(|(id, _)| format!("item/{id}"));
            let decisions = meeting.decisions.iter().filter(|(_, decision)| ours(decision.value.matter));
            records(items.chain(decisions.map(|(id, _)| format!("decision/{id}"))).collect())
        }
        DocKind::Studio => {
            let ours = Studio::read(document).record.into_iter();
            let ours =
                ours.filter(|(_, service)| service.value.matter.is_some_and(|matter| about.matters.contains(&matter)));
            records(ours.map(|(id, _)| format!("service/{id}")).collect())
        }
        DocKind::Fund => {
            let ours = Fund::read(document).entries.into_iter();
            let ours =
                ours.filter(|(_, entry)| entry.value.application.is_some_and(|of| about.applications.contains(&of)));
            records(ours.map(|(id, _)| format!("ledger/{id}")).collect())
        }
        _ => all(false),
    }
}

fn author(roster: Option<&Roster>, by: ActorId, lang: Lang) -> String {
    let worker = roster.and_then(|roster| roster.workers.iter().find(|(id, _)| by.is_of(**id)));
    match worker {
        Some((_, worker)) => name_of(worker),
        None => (if lang == Lang::Zh { "镇办公室" } else { "the town desk" }).to_owned(),
    }
}

#[cfg(test)]
mod tests;
