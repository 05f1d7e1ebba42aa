//! The papers of a meeting, laid out to be printed, with room to write by hand.

use crate::ids::WorkerId;
use crate::lang::Lang;
use crate::meeting::{Attendance, Ballot, Meeting, MeetingKind, Paperwork};
use crate::print::{Paper, Sheet};
use crate::roster::Roster;

/// Blank rows for those who come unannounced.
const BLANK_ROWS: usize = 8;

/// Blank lines for minutes written by hand.
const BLANK_LINES: usize = 20;

/// One paper of a meeting. `roster` gives the names of workers; without one they stay blank, to be written in by hand.
pub fn sheet(meeting: &Meeting, which: Paperwork, roster: Option<&Roster>, paper: Paper, lang: Lang) -> Sheet {
    let kind = meeting.kind().map_or("", |kind| kind.label(lang));
    let laid = Laid { meeting, roster, lang };
    let mut sheet = Sheet::new(format!("{kind} · {}", which.label(lang)), paper);
    laid.head(&mut sheet);
    match which {
        Paperwork::Notice => laid.agenda(&mut sheet),
        Paperwork::Attendance => laid.attendance(&mut sheet),
        Paperwork::Minutes => laid.minutes(&mut sheet),
        Paperwork::Decisions => laid.decisions(&mut sheet),
        Paperwork::Ballots => laid.ballots(&mut sheet),
    }
    sheet
}

struct Laid<'a> {
    meeting: &'a Meeting,
    roster: Option<&'a Roster>,
    lang: Lang,
}

impl Laid<'_> {
    fn pick<'w>(&self, zh: &'w str, en: &'w str) -> &'w str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    fn name(&self, worker: WorkerId) -> String {
        let entry = self.roster.and_then(|roster| roster.workers.get(&worker));
        entry.and_then(|entry| entry.name.as_ref()).map(|name| name.value.as_str().to_owned()).unwrap_or_default()
    }

    fn title(&self, matter: Option<crate::DocId>) -> String {
        let Some(matter) = matter else {
            return self.pick("联户工作总体", "the contact work as a whole").to_owned();
        };
        let item = self.meeting.item_about(matter).and_then(|(_, item)| item.title.as_ref());
        item.map(|title| title.value.as_str().to_owned()).unwrap_or_default()
    }

    fn head(&self, sheet: &mut Sheet) {
        let meeting = self.meeting;
        let village = self.roster.and_then(|roster| roster.name.as_ref()).map(|name| name.value.as_str().to_owned());
        let text = |field: &Option<crate::Field<crate::draft::ShortText>>| {
            field.as_ref().map(|field| field.value.as_str().to_owned()).unwrap_or_default()
        };
        let person = |field: &Option<crate::Field<WorkerId>>| field.as_ref().map(|field| self.name(field.value));
        let date = meeting.held_on().or(meeting.date.as_ref().map(|date| date.value));
        let day = date.map(|date| date.to_string()).unwrap_or_default();
        let rows = [
            (self.pick("村", "village"), village.unwrap_or_default()),
            (self.pick("支部", "branch"), text(&meeting.branch)),
            (self.pick("编号", "number"), text(&meeting.number)),
            (self.pick("时间", "when"), format!("{day} {}", text(&meeting.time))),
            (self.pick("地点", "place"), text(&meeting.place)),
            (self.pick("主持人", "chair"), person(&meeting.chair).unwrap_or_default()),
            (self.pick("记录人", "recorder"), person(&meeting.recorder).unwrap_or_default()),
        ];
        let colon = self.pick("：", ": ");
        let lines = rows.iter().filter(|(_, said)| !said.trim().is_empty());
        sheet.text(lines.map(|(word, said)| format!("{word}{colon}{said}")).collect::<Vec<_>>().join("\n"));
    }

    fn agenda(&self, sheet: &mut Sheet) {
        sheet.section(self.pick("议题", "Agenda"));
        let rows = self.meeting.agenda().into_iter().enumerate().map(|(n, (_, item))| {
            let title = item.title.as_ref().map(|title| title.value.as_str().to_owned()).unwrap_or_default();
            let five = item.five.as_ref().map(|five| five.value.as_str().to_owned()).unwrap_or_default();
            vec![(n + 1).to_string(), title, five]
        });
        let columns = [self.pick("序号", "No."), self.pick("议题", "item"), self.pick("五事", "five matters")];
        sheet.table(&columns, rows).blank_rows(3);
        sheet.section(self.pick("参加人", "Called"));
        let mut called: Vec<String> = self.meeting.called().map(|worker| self.name(worker)).collect();
        called.extend(
            self.meeting
                .guests
                .values()
                .filter_map(|guest| guest.name.as_ref().map(|name| name.value.as_str().to_owned())),
        );
        called.retain(|name| !name.is_empty());
        sheet.text(called.join(self.pick("、", ", ")));
    }

    fn attendance(&self, sheet: &mut Sheet) {
        let mark = |attendance: Option<Attendance>| match attendance {
            Some(Attendance::Present | Attendance::Away) => {
                attendance.map(|attendance| attendance.label(self.lang).to_owned()).unwrap_or_default()
            }
            _ => String::new(),
        };
        let workers = self.meeting.attendees.iter().filter(|(_, field)| field.value != Attendance::LeftOut);
        let workers = workers.map(|(worker, field)| vec![self.name(*worker), String::new(), mark(Some(field.value))]);
        let guests = self.meeting.guests.values().map(|guest| {
            let name = guest.name.as_ref().map(|name| name.value.as_str().to_owned()).unwrap_or_default();
            let role = guest.role.as_ref().map(|role| role.value.as_str().to_owned()).unwrap_or_default();
            vec![name, role, mark(guest.attendance.as_ref().map(|attendance| attendance.value))]
        });
        let columns = [self.pick("姓名", "name"), self.pick("身份", "as"), self.pick("签到", "signature")];
        sheet.table(&columns, workers.chain(guests).collect::<Vec<_>>()).blank_rows(BLANK_ROWS);
    }

    fn minutes(&self, sheet: &mut Sheet) {
        self.agenda(sheet);
        sheet.section(self.pick("记录", "Minutes"));
        match self.meeting.minutes.trim() {
            "" => sheet.blank_rows(BLANK_LINES),
            minutes => sheet.text(minutes),
        };
        self.decided(sheet, true);
    }

    /// What goes on the board: never the free text.
    fn decisions(&self, sheet: &mut Sheet) {
        self.decided(sheet, false);
        let published = self.meeting.published_on().map(|day| day.to_string()).unwrap_or_default();
        sheet.note(format!("{}{published}", self.pick("公开日期：", "Published on: ")));
    }

    fn decided(&self, sheet: &mut Sheet, with_text: bool) {
        let meeting = self.meeting;
        let rows = meeting.decisions_in_order().into_iter().enumerate().map(|(n, (_, field))| {
            let said = &field.value;
            let owners = said.owner.iter().chain(&said.co_owners).map(|worker| self.name(*worker));
            let mut cells = vec![
                (n + 1).to_string(),
                said.title.as_ref().map(|title| title.as_str().to_owned()).unwrap_or_default(),
                said.decision.map(|decision| decision.label(self.lang).to_owned()).unwrap_or_default(),
                owners.collect::<Vec<_>>().join(self.pick("、", ", ")),
                said.due.map(|due| due.to_string()).unwrap_or_default(),
            ];
            if with_text {
                let words = said.text.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default();
                let target = said.target.as_ref().map(|target| target.as_str().to_owned()).unwrap_or_default();
                cells.push(if target.is_empty() { words } else { format!("{words}\n{target}").trim().to_owned() });
            }
            cells
        });
        let mut columns = vec![
            self.pick("序号", "No."),
            self.pick("事项", "matter"),
            self.pick("议定", "decided"),
            self.pick("承办人", "owner"),
            self.pick("办结期限", "due"),
        ];
        if with_text {
            columns.push(self.pick("措施、意见、目标", "measures, opinion, target"));
        }
        sheet.section(self.pick("议定事项", "Decisions")).table(&columns, rows.collect::<Vec<_>>()).blank_rows(3);
    }

    fn ballots(&self, sheet: &mut Sheet) {
        let counted = |matter: Option<crate::DocId>, ballot: Option<&Ballot>| {
            let count = |count: fn(&Ballot) -> i64| ballot.map(|ballot| count(ballot).to_string()).unwrap_or_default();
            vec![
                self.title(matter),
                count(|ballot| ballot.satisfied),
                count(|ballot| ballot.basically),
                count(|ballot| ballot.not),
                count(|ballot| ballot.no_answer),
                count(|ballot| ballot.yes),
                count(|ballot| ballot.partly),
                count(|ballot| ballot.no),
            ]
        };
        let items = self.meeting.agenda();
        let matters = items.iter().filter_map(|(_, item)| item.matter.as_ref().map(|matter| Some(matter.value)));
        let rows =
            matters.chain([None]).map(|matter| counted(matter, self.meeting.ballot(matter).map(|field| &field.value)));
        let columns = [
            self.pick("事项", "matter"),
            self.pick("满意", "satisfied"),
            self.pick("基本满意", "basically"),
            self.pick("不满意", "not satisfied"),
            self.pick("未表态", "no answer"),
            self.pick("已解决", "solved"),
            self.pick("部分解决", "partly"),
            self.pick("未解决", "not solved"),
        ];
        if self.meeting.kind() == Some(MeetingKind::Review) {
            sheet.table(&columns, rows.collect::<Vec<_>>()).blank_rows(3);
        } else {
            sheet.table(&columns, []).blank_rows(BLANK_ROWS);
        }
        sheet.note(self.pick(
            "只记票数，不记谁投了什么票。满意率按表态的票计算，不足5票的不公布。",
            "Counts only, never who voted how. Rates are of those who answered; fewer than 5 answers are not shown.",
        ));
    }
}
