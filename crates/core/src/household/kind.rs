//! What the rest of the crate asks about households.

use std::collections::BTreeSet;

use crate::access::{Facts, Relations};
use crate::card::Card;
use crate::deed::{Deed, NotADeed};
use crate::document::Document;
use crate::groups::Group;
use crate::household::{Answer, Answered, Household, HouseholdDeed, Notice, Opened, Request, SCHEMA, VisitDays};
use crate::ids::{RecordId, WorkerId};
use crate::kind::Kind;
use crate::late::marks;
use crate::policy::rules::{self, LATE};
use crate::policy::{Judgement, Ruling, Why};
use crate::roster::Role;
use crate::value::{Key, KeySpec, shown};
use crate::views::ColumnType::{Doc, Id, Int, Personal, Text};
use crate::views::{Cell, Row, ViewSpec, joined, row, row_of};

/// Households.
pub(crate) struct Households;

impl Kind for Households {
    fn schema(&self) -> &'static [KeySpec] {
        SCHEMA
    }

    fn facts(&self, document: &Document) -> Facts {
        Facts {
            village: shown(document, "village"),
            grid: shown(document, "grid"),
            household: Some(document.id()),
            author: shown(document, "created_by"),
            ..Facts::default()
        }
    }

    fn readers(&self, facts: &Facts, by: &Relations<'_>) -> BTreeSet<WorkerId> {
        let linked = by.linked(facts.household);
        let mut readers = by.leads_of(&linked);
        if linked.is_empty() {
            readers.extend(facts.author);
        }
        readers.extend(by.nodes_of(facts.grid));
        readers.extend(by.all(Role::VillageBoard));
        readers.extend(linked);
        readers
    }

    fn decides_who_reads(&self, key: &str) -> bool {
        matches!(key, "village" | "grid" | "created_by")
    }

    fn stays_when_erased(&self, key: &str) -> bool {
        // That somebody asked and was answered is proof of what was done for them; their words go.
        self.decides_who_reads(key) || matches!(Key::of(key), Key::Record("request" | "answer", _))
    }

    fn card(&self, document: &Document) -> Card {
        let (home, visits) = (Household::with_visits(document, &BTreeSet::new()), VisitDays::read(document));
        Card {
            title: home.head.as_ref().map(|head| head.value.as_str().into()),
            village: home.village.as_ref().map(|village| village.value),
            doorplate: home.doorplate.as_ref().map(|doorplate| doorplate.value.as_str().into()),
            records: visits.count,
            last: visits.last,
            next: visits.next,
            asked: home.unanswered().next().is_some(),
            late: marks(document).len(),
            ..Card::default()
        }
    }

    fn deed(&self, json: &str) -> Result<Box<dyn Deed + Send>, NotADeed> {
        Ok(Box::new(serde_json::from_str::<HouseholdDeed>(json)?))
    }

    #[cfg(test)]
    fn samples(&self) -> &'static [&'static str] {
        SAMPLES
    }

    #[cfg(test)]
    fn refused(&self) -> &'static [&'static str] {
        REFUSED
    }

    fn views(&self) -> &'static [ViewSpec] {
        VIEWS
    }

    fn rows(&self, document: &Document) -> Vec<Row> {
        let home = Household::read(document);
        rows_of(&home, home.visit_days())
    }

    fn views_by_record(&self) -> &'static [&'static str] {
        &["visits", "visit_matters"]
    }

    fn rows_since(&self, document: &Document, keys: &[&str]) -> Option<(Vec<Row>, BTreeSet<RecordId>)> {
        // The village stands in the row of each visit.
        if keys.contains(&"village") {
            return None;
        }
        let visits: BTreeSet<&str> = keys.iter().copied().filter(|key| key.starts_with("visit/")).collect();
        let records = visits.iter().filter_map(|key| key.strip_prefix("visit/")?.parse().ok()).collect();
        let home = Household::with_visits(document, &visits);
        Some((rows_of(&home, VisitDays::read(document)), records))
    }

    fn whole(&self, judgement: &Judgement<'_>) -> Result<(), Ruling> {
        rules::of_a_village(judgement)
    }

    fn key(&self, judgement: &Judgement<'_>, key: Key<'_>, name: &str, settles: bool) -> Result<(), Ruling> {
        match key {
            Key::Own("village") => rules::handed_on(judgement, name),
            Key::Own("created_by") => rules::names_author(judgement, name),
            Key::Record("visit", _) => {
                let standing = rules::entitled(judgement);
                if standing.is_err_and(|ruling| ruling != LATE) {
                    return standing;
                }
                rules::visit(judgement, name, settles)?;
                standing
            }
            Key::Record("basis", _) => {
                rules::named_by_author::<Notice>(judgement, name, settles, |notice| notice.entered_by)?;
                rules::entitled(judgement)
            }
            Key::Record("request", _) => {
                rules::new_records::<Request>(judgement, name, |request| request.by)?;
                rules::entitled(judgement)
            }
            Key::Record("answer", _) => answers(judgement, name),
            Key::Record("words", _) => {
                // Words go with the record of their id, and stay as they were said.
                if judgement.before.get(name).is_some() {
                    Err(Why::StepsStay.into())
                } else {
                    rules::entitled(judgement)
                }
            }
            Key::Record("opened", _) => {
                rules::new_records::<Opened>(judgement, name, |opened| opened.by)?;
                rules::entitled(judgement)
            }
            _ => rules::entitled(judgement),
        }
    }
}

/// Whoever keeps the card says that a request was done. That it was not, or not in full, is for leads, the board and the desk.
fn answers(judgement: &Judgement<'_>, name: &str) -> Result<(), Ruling> {
    let written = rules::new_records::<Answer>(judgement, name, |answer| answer.by)?;
    let all_done = written.iter().all(|answer| answer.answer == Some(Answered::Done));
    if all_done || rules::holds_here(judgement, &[Role::BranchLead, Role::VillageBoard]) {
        rules::entitled(judgement)
    } else {
        Err(Why::RefusalsAbove.into())
    }
}

/// Its tables.
const VIEWS: &[ViewSpec] = &[
    ViewSpec {
        name: "households",
        columns: &[
            ("doc", Doc),
            ("village", Id),
            ("grid", Text),
            ("code", Text),
            ("doorplate", Personal),
            ("head", Personal),
            ("phone", Personal),
            ("members", Int),
            ("residence", Text),
            ("contact_by", Text),
            ("contact_time", Personal),
            ("basis", Text),
            ("noticed_on", Text),
            ("consented_on", Text),
            ("review_by", Text),
            ("care", Personal),
            ("residents", Int),
            ("visits", Int),
            ("last_visit", Text),
            ("village_group", Text),
            ("unnoticed", Text),
        ],
        indexes: &[&["village"]],
    },
    ViewSpec {
        name: "residents",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("name", Personal),
            ("relation", Personal),
            ("born", Int),
            ("sex", Personal),
            ("away", Int),
        ],
        indexes: &[],
    },
    ViewSpec {
        name: "visits",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("village", Id),
            ("date", Text),
            ("time", Text),
            ("mode", Text),
            ("channel", Text),
            ("met", Text),
            ("workers", Id),
            ("note", Personal),
            ("matters", Int),
            ("next_on", Text),
            ("recorded_at", Int),
            ("entered_by", Id),
            ("entered_at", Int),
        ],
        indexes: &[&["date"], &["village", "date"]],
    },
    ViewSpec {
        name: "visit_matters",
        columns: &[("doc", Doc), ("id", Text), ("village", Id), ("date", Text), ("matter", Id)],
        indexes: &[&["matter"]],
    },
    ViewSpec {
        name: "notices",
        columns: &[
            ("doc", Doc),
            ("field_group", Text),
            ("village", Id),
            ("basis", Text),
            ("noticed_on", Text),
            ("how", Text),
            ("consented_on", Text),
            ("agreed_by", Text),
            ("told_by", Text),
            ("until_on", Text),
        ],
        indexes: &[],
    },
    ViewSpec {
        name: "requests",
        columns: &[
            ("doc", Doc),
            ("id", Text),
            ("village", Id),
            ("kind", Text),
            ("asked_on", Text),
            ("asked_by", Text),
            ("entered_by", Id),
            ("answer", Text),
            ("answered_on", Text),
            ("answered_by", Text),
        ],
        indexes: &[],
    },
];

/// The rows of a household as far as its visits were read, and the days of all of them.
fn rows_of(home: &Household, days: VisitDays) -> Vec<Row> {
    let doc = Cell::text(&home.id);
    let mut rows = vec![row(
        "households",
        vec![
            doc.clone(),
            Cell::field(home.village.as_ref()),
            Cell::field(home.grid.as_ref()),
            Cell::field(home.code.as_ref()),
            Cell::field(home.doorplate.as_ref()),
            Cell::field(home.head.as_ref()),
            Cell::field(home.phone.as_ref()),
            Cell::field(home.members.as_ref()),
            Cell::field(home.residence.as_ref()),
            Cell::field(home.contact_by.as_ref()),
            Cell::field(home.contact_time.as_ref()),
            Cell::field(home.basis.as_ref()),
            Cell::field(home.noticed_on.as_ref()),
            Cell::field(home.consented_on.as_ref()),
            Cell::field(home.review_by.as_ref()),
            joined(home.care.iter().map(|tag| tag.code())),
            Cell::count(home.residents.len()),
            Cell::count(days.count),
            Cell::maybe(days.last),
            Cell::field(home.group.as_ref()),
            joined(home.unnoticed().into_iter().map(Group::code)),
        ],
    )];
    rows.extend(home.residents.iter().map(|(id, resident)| {
        row(
            "residents",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::field(resident.fields.name.as_ref()),
                Cell::field(resident.fields.relation.as_ref()),
                Cell::field(resident.fields.born.as_ref()),
                Cell::field(resident.fields.sex.as_ref()),
                Cell::field(resident.fields.away.as_ref()),
            ],
        )
    }));
    rows.extend(home.visits.iter().map(|(id, visit)| {
        let visit = &visit.value;
        row_of(
            *id,
            "visits",
            vec![
                doc.clone(),
                Cell::text(id),
                Cell::field(home.village.as_ref()),
                Cell::value(visit.date.as_ref()),
                Cell::value(visit.time.as_ref()),
                Cell::value(visit.mode.as_ref()),
                Cell::value(visit.channel.as_ref()),
                Cell::value(visit.met.as_ref()),
                joined(&visit.workers),
                Cell::value(visit.note.as_ref()),
                Cell::count(visit.matters.len()),
                Cell::value(visit.next_on.as_ref()),
                Cell::value(visit.recorded_at.as_ref()),
                Cell::value(visit.entered_by.as_ref()),
                Cell::value(visit.entered_at.as_ref()),
            ],
        )
    }));
    rows.extend(home.visits.iter().flat_map(|(id, visit)| {
        let cells = |matter| {
            let (village, date) = (Cell::field(home.village.as_ref()), Cell::value(visit.value.date.as_ref()));
            vec![Cell::text(&home.id), Cell::text(id), village, date, Cell::text(matter)]
        };
        visit.value.matters.iter().map(move |matter| row_of(*id, "visit_matters", cells(matter)))
    }));
    rows.extend(rights_of(home));
    rows
}

/// What they were told, and what they asked.
fn rights_of(home: &Household) -> Vec<Row> {
    let village = || Cell::field(home.village.as_ref());
    let notices = home.notices.iter().map(|(group, notice)| {
        let notice = &notice.value;
        row(
            "notices",
            vec![
                Cell::text(&home.id),
                Cell::text(group.code()),
                village(),
                Cell::value(notice.basis.as_ref()),
                Cell::value(notice.noticed_on.as_ref()),
                Cell::value(notice.how.as_ref()),
                Cell::value(notice.consented_on.as_ref()),
                Cell::value(notice.agreed_by.as_ref()),
                Cell::value(notice.told_by.as_ref()),
                Cell::value(notice.until.as_ref()),
            ],
        )
    });
    let requests = home.requests.iter().map(|(id, request)| {
        let answers = home.answers_to(*id);
        let last = answers.last().map(|(_, answer)| *answer);
        row(
            "requests",
            vec![
                Cell::text(&home.id),
                Cell::text(id),
                village(),
                Cell::value(request.kind.as_ref()),
                Cell::value(request.asked_on.as_ref()),
                Cell::value(request.asked_by.as_ref()),
                Cell::value(request.by.as_ref()),
                Cell::value(last.and_then(|answer| answer.answer.as_ref())),
                Cell::value(last.and_then(|answer| answer.on.as_ref())),
                Cell::value(last.and_then(|answer| answer.by.as_ref())),
            ],
        )
    });
    notices.chain(requests).collect()
}

/// Deeds of every sort, on few residents and visits, so that they meet.
#[cfg(test)]
const SAMPLES: &[&str] = &[
    r#"{"do":"create","village":"01010101-0101-8101-8101-010101010101","head":"张三","doorplate":"1组1号","group":"第1组"}"#,
    r#"{"do":"change","phone":"138 0013 8000","members":3}"#,
    r#"{"do":"change","phone":"13900139000","residence":"empty","review_by":"2027年1月1日"}"#,
    r#"{"do":"change","clear":["phone","contact_time"]}"#,
    r#"{"do":"set_care","tag":"dibao","set":true}"#,
    r#"{"do":"set_care","tag":"dibao","set":false}"#,
    r#"{"do":"put_resident","name":"张小四","relation":"2","away":true}"#,
    r#"{"do":"put_resident","resident":"AQEBAQEBAQE","name":"张小五"}"#,
    r#"{"do":"put_resident","resident":"AQEBAQEBAQE","name":"张小五","clear":["away"]}"#,
    r#"{"do":"remove_resident","resident":"AQEBAQEBAQE"}"#,
    r#"{"do":"visit","date":"2026-11-03","time":"21:30","mode":"home","channel":"overnight","met":"family","note":"想装扶手"}"#,
    r#"{"do":"visit","date":"2026-11-03","met":"nobody","next_on":"2026-11-10"}"#,
    r#"{"do":"rewrite_visit","visit":"AQEBAQEBAQE","date":"2026-11-04","mode":"phone","note":"改过"}"#,
    r#"{"do":"notice","basis":"duty","how":"spoken"}"#,
    r#"{"do":"notice","group":"care","basis":"consent","noticed_on":"2026-11-03","consented_on":"2026-11-03","agreed_by":"head"}"#,
    r#"{"do":"notice","group":"care","basis":"duty"}"#,
    r#"{"do":"ask","kind":"delete","asked_by":"person","words":"把电话删掉"}"#,
    r#"{"do":"ask","kind":"copy"}"#,
    r#"{"do":"answer","request":"AQEBAQEBAQE","answer":"done"}"#,
    r#"{"do":"answer","request":"AQEBAQEBAQE","answer":"refused","reason":"救助期内依法须保存"}"#,
    r#"{"do":"open_minor","resident":"AQEBAQEBAQE","reason":"入学帮扶"}"#,
];

/// Deeds that are refused: one for each thing a person can get wrong.
#[cfg(test)]
const REFUSED: &[&str] = &[
    r#"{"do":"create","head":"张三"}"#,
    r#"{"do":"create","village":"01010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"change","village":"01010101-0101-8101-8101-010101010101"}"#,
    r#"{"do":"change","review_by":"明年"}"#,
    r#"{"do":"change","clear":["head"]}"#,
    r#"{"do":"set_care","set":true}"#,
    r#"{"do":"set_care","tag":"dibao"}"#,
    r#"{"do":"put_resident","born":1950}"#,
    r#"{"do":"put_resident","resident":"CQkJCQkJCQk","away":true}"#,
    r#"{"do":"put_resident","resident":"AQEBAQEBAQE","clear":["name"]}"#,
    r#"{"do":"remove_resident"}"#,
    r#"{"do":"remove_resident","resident":"CQkJCQkJCQk"}"#,
    r#"{"do":"visit","date":"昨天"}"#,
    r#"{"do":"visit","time":"晚上"}"#,
    r#"{"do":"visit","date":"2026-11-05","next_on":"2026-11-03"}"#,
    r#"{"do":"visit","recorded_on":"上周"}"#,
    r#"{"do":"rewrite_visit","note":"改过"}"#,
    r#"{"do":"rewrite_visit","visit":"CQkJCQkJCQk"}"#,
    r#"{"do":"notice"}"#,
    r#"{"do":"notice","basis":"consent"}"#,
    r#"{"do":"notice","basis":"duty","noticed_on":"上周"}"#,
    r#"{"do":"notice","basis":"consent","noticed_on":"2026-11-05","consented_on":"2026-11-03"}"#,
    r#"{"do":"notice","basis":"duty","noticed_on":"2026-11-05","until":"2026-11-03"}"#,
    r#"{"do":"notice","group":"minors","basis":"consent","consented_on":"2026-11-09","agreed_by":"head"}"#,
    r#"{"do":"ask"}"#,
    r#"{"do":"ask","kind":"copy","asked_on":"2026-12-01"}"#,
    r#"{"do":"answer","answer":"done"}"#,
    r#"{"do":"answer","request":"CQkJCQkJCQk","answer":"done"}"#,
    r#"{"do":"open_minor","reason":"入学帮扶"}"#,
    r#"{"do":"open_minor","resident":"CQkJCQkJCQk","reason":"入学帮扶"}"#,
];
