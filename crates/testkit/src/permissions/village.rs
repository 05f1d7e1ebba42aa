//! The village: its roster, a second one beside it, and a document of every kind, each with everybody in their place.

use lianhu_core::diary::{Audience, diary_id};
use lianhu_core::draft::Month;
use lianhu_core::pledge::pledge_id;
use lianhu_core::{DocId, DocKind, Document, Edit, RecordId};

use super::people::{Who, spare, worker};
use super::samples::{V, existing, put};
use super::stamp;

/// What rows are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The kind.
    pub kind: DocKind,
    /// Which of several that are not read alike, in Chinese; empty for the only one.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
    pub(super) number: u8,
}

const fn the(kind: DocKind) -> Subject {
    of(kind, 0, "", "")
}

const fn of(kind: DocKind, number: u8, zh: &'static str, en: &'static str) -> Subject {
    Subject { kind, zh, en, number }
}

/// Everything the table tells of, in its order.
pub const SUBJECTS: &[Subject] = &[
    of(DocKind::Household, 0, "已联户", "somebody is linked"),
    of(DocKind::Household, 1, "尚无联户人", "nobody is linked"),
    of(DocKind::Diary, 0, "仅本人", "for its author alone"),
    of(DocKind::Diary, 1, "支部", "for the branch"),
    of(DocKind::Diary, 2, "村", "for the village"),
    of(DocKind::Diary, 3, "镇", "for the town"),
    the(DocKind::Matter),
    the(DocKind::Roster),
    of(DocKind::Meeting, 0, "民情分析会", "an analysis meeting"),
    of(DocKind::Meeting, 1, "支部生活会", "a branch meeting"),
    of(DocKind::Meeting, 2, "网格议事", "a grid talk"),
    the(DocKind::HelpPlan),
    the(DocKind::Pledge),
    the(DocKind::Studio),
    the(DocKind::Base),
    of(DocKind::Fund, 0, "村", "the village's"),
    of(DocKind::Fund, 1, "镇", "the town's own"),
    the(DocKind::Application),
    the(DocKind::Complaint),
];

/// The village.
pub const VILLAGE: Place = Place(1);
/// Another village of the town.
pub const ELSEWHERE: Place = Place(2);

/// One of the two villages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(u8);

impl Place {
    /// Its roster.
    pub fn id(self) -> DocId {
        DocId::mint(DocKind::Roster, [self.0; 16])
    }
}

/// The linked household, and the one nobody is linked to.
pub(super) fn home(number: u8, copy: u8) -> DocId {
    minted(DocKind::Household, number, copy)
}

pub(super) fn minted(kind: DocKind, number: u8, copy: u8) -> DocId {
    let mut random = [0x40 + number; 16];
    random[15] = copy;
    DocId::mint(kind, random)
}

pub(super) fn record(number: u8) -> RecordId {
    RecordId([number; 8])
}

/// The grid of both households, and another.
pub(super) const GRIDS: [u8; 2] = [0xa1, 0xa2];

/// Whom a diary is for.
pub(super) fn audience(subject: Subject) -> Audience {
    Audience::ALL[usize::from(subject.number)]
}

/// The kind of a meeting.
pub(super) fn meeting(subject: Subject) -> &'static str {
    ["analysis", "branch", "grid"][usize::from(subject.number)]
}

pub(super) fn month(copy: u8) -> Month {
    Month::new(2026, 11 - copy).unwrap()
}

/// The name of a subject; copies stand in where a row would change who may do the rest.
pub fn id_of(subject: Subject, copy: u8) -> DocId {
    match subject.kind {
        DocKind::Roster => VILLAGE.id(),
        DocKind::Household => home(subject.number, copy),
        DocKind::Diary => diary_id(worker(Who::Own), month(copy), audience(subject)),
        DocKind::Pledge => pledge_id(worker(Who::Own), 2026 + i32::from(copy)),
        kind => minted(kind, subject.number, copy),
    }
}

/// The roster of a village.
pub(super) fn roster(place: Place) -> Document {
    let mut document = Document::new(place.id());
    document.write(stamp(Who::Desk), roster_of(place)).unwrap();
    document
}

/// A subject as it was founded.
pub fn document(subject: Subject, copy: u8) -> Document {
    if subject.kind == DocKind::Roster {
        return roster(VILLAGE);
    }
    let mut document = Document::new(id_of(subject, copy));
    for (who, edit) in edits(subject, copy) {
        document.write(stamp(who), edit).unwrap();
    }
    document
}

/// How both villages are founded: who writes what, in order, each as the rules have it.
pub fn founding() -> Vec<(DocId, Who, Edit)> {
    let rosters = [VILLAGE, ELSEWHERE].map(|place| (place.id(), Who::Desk, roster_of(place)));
    let mut founding = rosters.to_vec();
    for subject in SUBJECTS.iter().filter(|subject| subject.kind != DocKind::Roster) {
        for copy in 0..=super::copies(*subject) {
            founding.extend(edits(*subject, copy).into_iter().map(|(who, edit)| (id_of(*subject, copy), who, edit)));
        }
    }
    founding
}

fn roster_of(place: Place) -> Edit {
    let mut edit = Edit::new();
    put(&mut edit, "name", &V::Text(if place == VILLAGE { "火炬村" } else { "洛东村" }));
    put(&mut edit, "town", &V::Text("新塍镇"));
    let people = Who::ALL.iter().filter(|who| **who != Who::Unknown && who.is_elsewhere() != (place == VILLAGE));
    for who in people {
        let of = |field: &str| format!("worker/{}/{field}", worker(*who));
        put(&mut edit, &of("name"), &V::Text("某某"));
        let roles: Vec<_> = who.roles().iter().map(|role| role.code()).collect();
        edit.put(of("roles"), roles.join(","));
        put(&mut edit, &of("branch"), &V::Text(who.branch()));
        if !who.is_active() {
            put(&mut edit, &of("active"), &V::Bool(false));
        }
        if let Who::Node | Who::OtherNode = who {
            edit.put(of("grids"), record(GRIDS[usize::from(*who == Who::OtherNode)]).to_string());
        }
    }
    if place == VILLAGE {
        put(&mut edit, &format!("worker/{}/name", spare()), &V::Text("某某"));
        put(&mut edit, &format!("worker/{}/roles", spare()), &V::Text("member"));
        for group in lianhu_core::groups::Group::ALL {
            let on = r#"{"basis":"duty","on":true,"purpose":"核对","review_on":"2099-01-01"}"#;
            edit.put(format!("switch/{}", group.code()), on);
        }
        links(&mut edit);
        edit.extend(existing(SUBJECTS[7]).remove(0).1);
    }
    edit
}

/// Copies of the linked household are linked like it.
fn links(edit: &mut Edit) {
    let subject = SUBJECTS[0];
    for copy in 0..=super::copies(subject) {
        let household = id_of(subject, copy);
        let mut link = |number: u8, who: Who, rest: &str| {
            let id = RecordId::derive(&[&[number], &household.to_bytes()]);
            let worker = worker(who);
            let json = format!(r#"{{"household":"{household}","worker":"{worker}"{rest}}}"#);
            edit.put(format!("link/{id}"), json);
        };
        link(1, Who::Linked, &format!(r#","from":"2026-01-01","backup":"{}""#, worker(Who::Backup)));
        link(2, Who::FormerLinked, r#","from":"2026-01-01","to":"2026-10-31""#);
        link(3, Who::Gone, r#","from":"2026-01-01""#);
    }
}

fn edits(subject: Subject, copy: u8) -> Vec<(Who, Edit)> {
    let mut edit = Edit::new();
    let village = V::Doc(VILLAGE.id());
    let (recorder, own) = (V::Worker(worker(Who::Recorder)), V::Worker(worker(Who::Own)));
    let mut set = |key: &str, value: V| put(&mut edit, key, &value);
    let towns_own = subject.kind == DocKind::Fund && subject.number == 1;
    if !towns_own {
        set("village", village);
    }
    let about = V::Doc(home(0, 0));
    let (former, helping) = (worker(Who::FormerOwn), [worker(Who::Assisting), worker(Who::CadreAssisting)]);
    match subject.kind {
        DocKind::Household => {
            set("created_by", recorder);
            set("head", V::Text("张三"));
            set("grid", V::Record(record(GRIDS[0])));
        }
        DocKind::Diary => {
            set("author", own);
            set("month", V::Own(month(copy).to_string()));
            set("audience", V::Text(audience(subject).code()));
        }
        DocKind::Matter => {
            set("recorded_by", recorder);
            set("title", V::Text("河道有垃圾"));
            set("household", about);
        }
        DocKind::Meeting => {
            set("called_by", recorder);
            set("kind", V::Text(meeting(subject)));
            set("grid", V::Record(record(GRIDS[0])));
            set("chair", own);
            for called in helping {
                set(&format!("attendee/{called}"), V::Text("invited"));
            }
            set(&format!("former/{former}"), V::Bool(true));
        }
        DocKind::HelpPlan => {
            set("created_by", recorder);
            set("household", about);
            for (number, helper) in (1..).zip([worker(Who::Own), former].into_iter().chain(helping)) {
                set(&format!("helper/{}/worker", record(number)), V::Worker(helper));
                set(&format!("helper/{}/from", record(number)), V::Text("2026-01-01"));
            }
            set(&format!("helper/{}/to", record(2)), V::Text("2026-10-31"));
        }
        DocKind::Pledge => {
            set("worker", own);
            set("year", V::Int(2026 + i64::from(copy)));
            let item = r#"{"baseline":"无","content":"每月义诊","due":"2026-12-01","measured_by":"次数"}"#;
            set(&format!("item/{}", record(5)), V::Text(item));
        }
        DocKind::Studio => {
            set("created_by", recorder);
            set("name", V::Text("老张工作室"));
            set("leader", own);
            for member in helping {
                set(&format!("member/{member}"), V::Text(r#"{"since":"2026-01-01"}"#));
            }
            set(&format!("member/{former}"), V::Text(r#"{"since":"2026-01-01","until":"2026-10-31"}"#));
        }
        DocKind::Base => {
            set("created_by", recorder);
            set("name", V::Text("葡萄基地"));
            set("host_worker", own);
        }
        DocKind::Fund => {
            set("created_by", recorder);
            set("name", V::Text("关爱资金"));
        }
        DocKind::Application => {
            set("recorded_by", recorder);
            set("household", about);
        }
        DocKind::Complaint => {
            set("created_by", recorder);
            set("date", V::Text("2026-11-02"));
            set("about", V::Text("forced_photos"));
            set("text", V::Text("每户都要拍"));
        }
        DocKind::Roster | DocKind::Other(_) => {}
    }
    // A diary for its author alone is begun by nobody else.
    let beginner = if subject.kind == DocKind::Diary { Who::Own } else { Who::Desk };
    let mut all = vec![(beginner, edit)];
    all.extend(existing(subject));
    all
}
