//! The workbook (党员联户工作手册) on paper: linked households, visits, diary, open matters, with rows to write in by hand.
//!
//! The page layout of the printed workbook of Jiaxing is not known (domain §10); this one is plain. What was written on paper
//! is typed in later by the member or a helper, with the day it was written down.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::diary::{Diary, Entry};
use crate::document::Field;
use crate::draft::ShortText;
use crate::groups::Group;
use crate::household::{Household, Visit};
use crate::ids::{DocId, WorkerId};
use crate::lang::Lang;
use crate::matter::{Matter, State, temporary_code};
use crate::print::{Paper, Sheet};
use crate::roster::Roster;

/// What stands in one worker's workbook: from a phone's documents, or from the township's.
#[derive(Clone, Debug)]
pub struct Workbook<'a> {
    /// Whose it is.
    pub worker: WorkerId,
    /// The village's roster, where there is one.
    pub roster: Option<&'a Roster>,
    /// The day it is printed, on which links are looked at.
    pub on: NaiveDate,
    /// The linked households, in the order they are printed.
    pub households: Vec<Household>,
    /// The worker's own diary months.
    pub diaries: Vec<Diary>,
    /// The matters the worker knows; those that are over are left out.
    pub matters: Vec<Matter>,
}

/// Blank rows on each page of a book.
struct Blank {
    households: usize,
    visits: usize,
    entries: usize,
    matters: usize,
}

impl Blank {
    const fn of(paper: Paper) -> Self {
        match paper {
            Paper::A4 => Blank { households: 4, visits: 6, entries: 10, matters: 6 },
            Paper::Pocket => Blank { households: 2, visits: 4, entries: 6, matters: 4 },
        }
    }
}

/// Lays the workbook out.
pub fn workbook(book: &Workbook<'_>, paper: Paper, lang: Lang) -> Sheet {
    let page = Page { book, lang, pocket: paper == Paper::Pocket };
    let blank = Blank::of(paper);
    let mut sheet = Sheet::new(page.say("党员联户工作手册", "Household-contact workbook"), paper);
    page.cover(&mut sheet);
    page.households(&mut sheet, blank.households);
    page.notice(&mut sheet, blank.households);
    page.visits(&mut sheet, blank.visits);
    page.diary(&mut sheet, blank.entries);
    page.matters(&mut sheet, blank.matters);
    sheet
}

struct Page<'a> {
    book: &'a Workbook<'a>,
    lang: Lang,
    pocket: bool,
}

/// What a field shows, or nothing.
fn shown<T>(field: Option<&Field<T>>, text: impl Fn(&T) -> String) -> String {
    field.map(|field| text(&field.value)).unwrap_or_default()
}

/// The parts that say something, one per line.
fn lines(parts: impl IntoIterator<Item = String>) -> String {
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join("\n")
}

impl Page<'_> {
    fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// A table as wide as the paper: on a pocket page everything beyond the first two cells of a row stands under the second,
    /// each with its name.
    fn table(
        &self,
        sheet: &mut Sheet,
        columns: &[&'static str],
        rows: impl Iterator<Item = Vec<String>>,
        blank: usize,
    ) {
        match (self.pocket, columns) {
            (true, [first, second, others @ ..]) => {
                let joined =
                    std::iter::once(second).chain(others).copied().collect::<Vec<_>>().join(self.say("、", ", "));
                let rows = rows.map(|row| {
                    let mut cells = row.into_iter();
                    let (first, second) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
                    let named = others.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
                    let named = named.map(|(name, cell)| format!("{name} {}", cell.replace('\n', " ")));
                    vec![first, lines(std::iter::once(second).chain(named))]
                });
                sheet.table(&[*first, joined.as_str()], rows.collect::<Vec<_>>());
            }
            _ => {
                sheet.table(columns, rows);
            }
        }
        sheet.blank_rows(blank);
    }

    fn name_of(&self, worker: WorkerId) -> String {
        let entry = self.book.roster.and_then(|roster| roster.workers.get(&worker));
        shown(entry.and_then(|worker| worker.name.as_ref()), |name| name.as_str().to_owned())
    }

    fn head_of(&self, household: DocId) -> String {
        let home = self.book.households.iter().find(|home| home.id == household);
        home.map(|home| lines([doorplate(home), head(home)]).replace('\n', " ")).unwrap_or_default()
    }

    fn cover(&self, sheet: &mut Sheet) {
        let roster = self.book.roster;
        let short = |field: Option<&Field<ShortText>>| shown(field, |text| text.as_str().to_owned());
        let place = [roster.and_then(|roster| roster.town.as_ref()), roster.and_then(|roster| roster.name.as_ref())];
        let place: Vec<String> = place.into_iter().map(short).filter(|part| !part.is_empty()).collect();
        let worker = roster.and_then(|roster| roster.workers.get(&self.book.worker));
        let branch = worker.and_then(|worker| worker.branch()).map(|branch| branch.as_str().to_owned());
        let who = [
            (self.say("村", "village"), place.join(" ")),
            (self.say("支部", "branch"), branch.unwrap_or_default()),
            (self.say("姓名", "name"), self.name_of(self.book.worker)),
            (self.say("打印日期", "printed on"), self.book.on.to_string()),
        ];
        let colon = self.say("：", ": ");
        let said = who.into_iter().filter(|(_, value)| !value.is_empty());
        sheet.text(said.map(|(label, value)| format!("{label}{colon}{value}")).collect::<Vec<_>>().join("\n"));
        sheet.note(self.say(
            "空行可手写。手写的内容由本人或代录人录入，并写明写下的日期；篇数和字数都不作要求。",
            "Blank rows are for handwriting. It is typed in later, by you or a helper, with the day it was written. \
             Nothing is checked in, scored or counted against you.",
        ));
    }

    fn households(&self, sheet: &mut Sheet, blank: usize) {
        sheet.section(self.say("联系户", "Linked households"));
        let rows = self.book.households.iter().map(|home| {
            let residence = shown(home.residence.as_ref(), |residence| residence.label(self.lang).to_owned());
            let members = shown(home.members.as_ref(), |members| members.get().to_string());
            let contact = lines([
                shown(home.contact_by.as_ref(), |by| by.label(self.lang).to_owned()),
                shown(home.contact_time.as_ref(), |time| time.as_str().to_owned()),
            ]);
            let phone = shown(home.phone.as_ref(), |phone| phone.as_str().to_owned());
            let last = home.last_visit().map(|day| day.to_string()).unwrap_or_default();
            let next = next_visit(home, self.book.on).map(|day| day.to_string()).unwrap_or_default();
            vec![doorplate(home), head(home), phone, members, residence, contact, last, next]
        });
        let columns = [
            self.say("门牌", "door"),
            self.say("户主", "head"),
            self.say("电话", "phone"),
            self.say("人口", "members"),
            self.say("居住", "residence"),
            self.say("联系方式", "contact"),
            self.say("上次走访", "last visit"),
            self.say("下次走访", "next visit"),
        ];
        self.table(sheet, &columns, rows, blank);
    }

    /// What a household is told, to be read out or handed over, and rows for who was told when (知情告知). What is kept beyond
    /// the minimal form stands in it with the purpose the township gave.
    fn notice(&self, sheet: &mut Sheet, blank: usize) {
        sheet.section(self.say("个人信息告知", "What households are told about their data"));
        sheet.text(self.say(
            "为联系服务群众，本村（社区）记录您家的门牌、户主、人口、居住情况、联系方式和走访中反映的事项，由联户党员、支部书记、             村两委和镇里按职责查看，不公开、不外传。您可以查阅、复制、更正、补充、删除，也可以撤回同意；向联户党员提出即可，逾期未             答复或对答复有异议的，可以向镇里反映。未满十四周岁儿童的信息须经监护人同意。",
            "To keep in touch and to help, the village keeps your doorplate, head of household, number of members, whether the              house is lived in, how to reach you, and what you say on visits. Your contact, the branch lead, the board and the              town read it as far as their work needs it; it is not made public. You may see it, have a copy, have it corrected,              completed or deleted, and withdraw consent: tell your contact, or the town if nobody answers. What is kept of              children under 14 needs a guardian's consent.",
        ));
        let switches = self.book.roster.map(|roster| &roster.terms.switches);
        let on =
            switches.into_iter().flat_map(|switches| switches.turned().filter(|(group, _)| switches.is_on(*group)));
        for (group, switch) in on {
            let purpose = switch.purpose.as_ref().map_or("", |purpose| purpose.as_str());
            let basis = switch.basis.map_or("", |basis| basis.label(self.lang));
            let said = [group.label(self.lang), purpose, basis].into_iter().filter(|said| !said.is_empty());
            sheet.text(format!(
                "{}{}",
                self.say("另记：", "Also kept: "),
                said.collect::<Vec<_>>().join(self.say("；", "; "))
            ));
        }
        let rows = self.book.households.iter().map(|home| {
            let told = home.noticed_on(Group::Base).map(|day| day.to_string()).unwrap_or_default();
            let missing: Vec<_> = home.unnoticed().into_iter().map(|group| group.label(self.lang)).collect();
            vec![lines([doorplate(home), head(home)]), told, missing.join(self.say("、", ", ")), String::new()]
        });
        let columns = [
            self.say("户", "household"),
            self.say("告知日期", "told on"),
            self.say("待告知", "still to be told"),
            self.say("签字", "signature"),
        ];
        self.table(sheet, &columns, rows, blank);
    }

    fn visits(&self, sheet: &mut Sheet, blank: usize) {
        sheet.new_page();
        sheet.section(self.say("走访记录", "Visits"));
        let mut visits: Vec<(&Household, &Visit)> = Vec::new();
        for home in &self.book.households {
            visits.extend(home.visits.values().map(|visit| (home, &visit.value)));
        }
        visits.retain(|(_, visit)| visit.workers.contains(&self.book.worker));
        visits.sort_by_key(|(home, visit)| (visit.date, visit.time, home.id));
        let rows = visits.into_iter().map(|(home, visit)| {
            let day = lines([
                visit.date.map(|day| day.to_string()).unwrap_or_default(),
                visit.time.map(|time| time.format("%H:%M").to_string()).unwrap_or_default(),
            ]);
            let how = lines([
                visit.mode.map(|mode| mode.label(self.lang).to_owned()).unwrap_or_default(),
                visit.channel.map(|channel| channel.label(self.lang).to_owned()).unwrap_or_default(),
                visit.met.map(|met| met.label(self.lang).to_owned()).unwrap_or_default(),
            ]);
            let note = visit.note.as_ref().map(|note| note.as_str().to_owned()).unwrap_or_default();
            let matters = visit.matters.iter().map(|matter| temporary_code(*matter));
            let matters = if visit.matters.is_empty() { self.say("无", "none").to_owned() } else { lines(matters) };
            let next = visit.next_on.map(|day| day.to_string()).unwrap_or_default();
            let who = lines([doorplate(home), head(home)]);
            vec![day, who, how, note, matters, next]
        });
        let columns = [
            self.say("日期", "day"),
            self.say("户", "household"),
            self.say("方式", "how"),
            self.say("情况", "what was said"),
            self.say("事项", "matters"),
            self.say("下次", "next"),
        ];
        self.table(sheet, &columns, rows, blank);
    }

    fn diary(&self, sheet: &mut Sheet, blank: usize) {
        sheet.new_page();
        sheet.section(self.say("民情日记", "Diary"));
        let own = self.book.diaries.iter().filter(|diary| diary.author == Some(self.book.worker));
        let mut entries: Vec<(&Entry, &Diary)> =
            own.flat_map(|diary| diary.entries.values().map(move |entry| (&entry.value, diary))).collect();
        entries.sort_by_key(|(entry, _)| (entry.date, entry.recorded_at));
        let rows = entries.into_iter().map(|(entry, diary)| {
            let day = lines([
                entry.date.map(|day| day.to_string()).unwrap_or_default(),
                entry.weather.as_ref().map(|weather| weather.as_str().to_owned()).unwrap_or_default(),
                diary.audience.map(|audience| audience.label(self.lang).to_owned()).unwrap_or_default(),
            ]);
            let short = |text: Option<&ShortText>| text.map(|text| text.as_str().to_owned()).unwrap_or_default();
            let homes: Vec<String> = entry.households.iter().map(|home| self.head_of(*home)).collect();
            let text = lines([
                short(entry.title.as_ref()),
                short(entry.place.as_ref()),
                lines(homes),
                entry.text.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default(),
                entry.reflection.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default(),
            ]);
            vec![day, text]
        });
        sheet.table(&[self.say("日期", "day"), self.say("内容", "what happened")], rows).blank_rows(blank);
    }

    fn matters(&self, sheet: &mut Sheet, blank: usize) {
        sheet.new_page();
        sheet.section(self.say("未办结事项", "Open matters"));
        let mut open: Vec<&Matter> = self.book.matters.iter().filter(|matter| is_open(matter)).collect();
        open.sort_by_key(|matter| (matter.recorded_on.as_ref().map(|day| day.value), matter.id));
        let rows = open.into_iter().map(|matter| {
            let number = shown(matter.number.as_ref(), |number| number.as_str().to_owned());
            let number = if number.is_empty() { temporary_code(matter.id) } else { number };
            let title = shown(matter.title.as_ref(), |title| title.as_str().to_owned());
            let state = matter.state().label(self.lang).to_owned();
            let owner = matter.story.owner.map(|owner| self.name_of(owner)).unwrap_or_default();
            let due = matter.story.due.map(|due| due.to_string()).unwrap_or_default();
            vec![number, title, state, owner, due]
        });
        let columns = [
            self.say("编号", "number"),
            self.say("事项", "matter"),
            self.say("状态", "state"),
            self.say("承办人", "owner"),
            self.say("期限", "due"),
        ];
        self.table(sheet, &columns, rows, blank);
    }
}

fn doorplate(home: &Household) -> String {
    shown(home.doorplate.as_ref(), |doorplate| doorplate.as_str().to_owned())
}

fn head(home: &Household) -> String {
    shown(home.head.as_ref(), |head| head.as_str().to_owned())
}

/// When a household is to be visited next: what the last visit with such a day says, if it has not come yet.
fn next_visit(home: &Household, on: NaiveDate) -> Option<NaiveDate> {
    let by_day: BTreeMap<_, _> =
        home.visits.values().filter_map(|visit| Some((visit.value.date?, visit.value.next_on?))).collect();
    by_day.into_values().next_back().filter(|next| *next >= on)
}

fn is_open(matter: &Matter) -> bool {
    matter.story.conclusion.is_none() && !matches!(matter.state(), State::Closed | State::Withdrawn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diary::{self, Audience, DiaryHeader, EntryDraft, EntryForm, diary_id};
    use crate::document::Document;
    use crate::household::{self, CardForm, HouseholdDraft, VisitDraft, VisitForm};
    use crate::ids::DocKind;
    use crate::matter::{self, Act, Categories, MatterDraft, MatterForm};
    use crate::roster::{self, WorkerDraft, WorkerForm};
    use crate::testing::{day, doc, id, worker, write};

    fn village() -> Roster {
        let mut document = Document::new(roster::roster_id("高桥镇", "南浜村"));
        let form = WorkerForm { name: "沈玉琼".into(), branch: "一支部".into(), ..WorkerForm::default() };
        write(&mut document, 9, roster::put_worker(worker(1), &WorkerDraft::new(&form).unwrap()));
        Roster::read(&document)
    }

    fn home() -> Household {
        let mut document = Document::new(doc(DocKind::Household, 1));
        let form = CardForm { head: "周海强".into(), doorplate: "1组1号".into(), ..CardForm::default() };
        let draft = HouseholdDraft::new(doc(DocKind::Roster, 1), &form).unwrap();
        write(&mut document, 1, household::create(worker(1), &draft));
        for (n, by, note) in [(1, 1, "水压<小>"), (2, 2, "别人的走访")] {
            let form = VisitForm {
                workers: vec![worker(by)],
                date: Some(day(u32::from(n))),
                note: note.into(),
                next_on: Some(day(20)),
                entered_by: Some(worker(by)),
                ..VisitForm::default()
            };
            write(&mut document, 1, household::visit(id(n), &VisitDraft::new(form).unwrap()));
        }
        Household::read(&document)
    }

    fn month(n: u8, text: &str) -> Diary {
        let draft = EntryDraft::new(EntryForm { date: Some(day(3)), text: text.into(), ..EntryForm::default() });
        let header = DiaryHeader { author: worker(n), village: doc(DocKind::Roster, 1), audience: Audience::Branch };
        let draft = draft.unwrap();
        let mut document = Document::new(diary_id(worker(n), draft.month(), Audience::Branch));
        write(&mut document, n, diary::write(&header, id(1), &draft));
        Diary::read(&document)
    }

    fn concern(n: u8, title: &str, acts: &[Act]) -> Matter {
        let form = MatterForm {
            village: Some(doc(DocKind::Roster, 1)),
            date: Some(day(3)),
            title: title.into(),
            text: "不上墙的话".into(),
            ..MatterForm::default()
        };
        let mut document = Document::new(doc(DocKind::Matter, n));
        let draft = MatterDraft::new(&form, &Categories::default()).unwrap();
        write(&mut document, 1, matter::create(worker(1), &draft));
        for (n, act) in (1..).zip(acts) {
            let step = Matter::read(&document).step(id(n), worker(1), crate::DeviceMillis(1), act.clone());
            write(&mut document, 1, step);
        }
        Matter::read(&document)
    }

    fn book(roster: &Roster) -> Workbook<'_> {
        Workbook {
            worker: worker(1),
            roster: Some(roster),
            on: day(9),
            households: vec![home()],
            diaries: vec![month(1, "我的日记"), month(2, "别人的日记")],
            matters: vec![concern(1, "桥边路灯", &[]), concern(2, "撤回的事", &[Act::Submit, Act::Withdraw])],
        }
    }

    #[test]
    fn a_workbook_has_the_members_own_and_nobody_elses() {
        let roster = village();
        for paper in [Paper::A4, Paper::Pocket] {
            let html = workbook(&book(&roster), paper, Lang::Zh).to_html(Lang::Zh);
            for own in ["沈玉琼", "一支部", "周海强", "1组1号", "水压&lt;小&gt;", "2026-11-20", "我的日记", "桥边路灯"]
            {
                assert!(html.contains(own), "{own} on {}", paper.code());
            }
            for other in ["别人的走访", "别人的日记", "撤回的事", "水压<小>"] {
                assert!(!html.contains(other), "{other} on {}", paper.code());
            }
            assert!(html.contains("class=\"blank\""), "there is room to write");
            assert_eq!(
                html.contains("下次走访 2026-11-20"),
                paper == Paper::Pocket,
                "what stands under another is named"
            );
        }
    }

    #[test]
    fn an_empty_workbook_is_pages_to_write_on() {
        let (households, diaries, matters) = (Vec::new(), Vec::new(), Vec::new());
        let empty = Workbook { worker: worker(1), roster: None, on: day(9), households, diaries, matters };
        let html = workbook(&empty, Paper::A4, Lang::En).to_html(Lang::En);
        assert_eq!(html.matches("class=\"blank\"").count(), 4 + 4 + 6 + 10 + 6);
        assert!(html.contains("Linked households"));
        assert!(html.contains("withdraw consent") && !html.contains("Also kept"), "the notice of the minimal form");
    }
}
