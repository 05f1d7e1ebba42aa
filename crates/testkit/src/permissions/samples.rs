//! What is written under each key: one sample a row. A key of a schema that has none is found by a test.

use std::collections::BTreeMap;

use lianhu_core::deadline::{YearPlan, put_calendar};
use lianhu_core::diary::diary_id;
use lianhu_core::draft::Month;
use lianhu_core::pledge::pledge_id;
use lianhu_core::{DocId, DocKind, Edit, PROSE_KEY, RecordId, Scalar, WorkerId};

use super::people::{Who, outsider, spare, worker};
use super::steps;
use super::village::{ELSEWHERE, GRIDS, Subject, VILLAGE, audience, home, meeting, minted, record};

/// A value. In texts, `{me}` is whoever is named as the author and `{…}` a few other names, see [`filled`].
#[derive(Clone, Debug)]
pub(super) enum V {
    Text(&'static str),
    Own(String),
    Int(i64),
    Bool(bool),
    Doc(DocId),
    Worker(WorkerId),
    Record(RecordId),
    Me,
    Prose(&'static str),
}

/// One sample.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) name: String,
    writes: Vec<(String, V)>,
    /// The key of a record like it that is there already, for the row that takes it out.
    pub(super) was: Option<String>,
    /// Whether it changes who may do the rest.
    pub(super) decides: bool,
    pub(super) names_author: bool,
    pub(super) begins: Option<Begun>,
    subject: Subject,
}

/// The names in a text.
fn filled(text: &str, subject: Subject, who: Who, named: Who) -> String {
    let seen = if subject.kind == DocKind::Matter && who == Who::FormerOwn { 2 } else { 3 };
    let after = if subject.kind == DocKind::Matter { format!("\"{}\"", record(seen)) } else { String::new() };
    let mut text = text.replace("{after}", &after);
    for (name, value) in [
        ("{me}", worker(named).to_string()),
        ("{own}", worker(Who::Own).to_string()),
        ("{former}", worker(Who::FormerOwn).to_string()),
        ("{linked}", worker(Who::Linked).to_string()),
        ("{assisting}", worker(Who::Assisting).to_string()),
        ("{cadre}", worker(Who::CadreAssisting).to_string()),
        ("{spare}", spare().to_string()),
        ("{outsider}", outsider().to_string()),
        ("{home}", home(0, 0).to_string()),
        ("{free}", home(1, 0).to_string()),
        ("{matter}", DocId::mint(DocKind::Matter, [9; 16]).to_string()),
        ("{fund}", DocId::mint(DocKind::Fund, [9; 16]).to_string()),
        ("{old}", record(1).to_string()),
        ("{new}", record(9).to_string()),
        ("{grid}", record(GRIDS[1]).to_string()),
    ] {
        text = text.replace(name, &value);
    }
    text
}

pub(super) fn put(edit: &mut Edit, key: &str, value: &V) {
    let scalar: Scalar = match value {
        V::Text(text) => (*text).into(),
        V::Own(text) => text.as_str().into(),
        V::Int(number) => (*number).into(),
        V::Bool(yes) => (*yes).into(),
        V::Doc(doc) => Scalar::Bytes(doc.to_bytes().to_vec()),
        V::Worker(worker) => Scalar::Bytes(worker.0.as_bytes().to_vec()),
        V::Record(record) => record.to_string().as_str().into(),
        V::Prose(text) => {
            edit.prose(key, *text);
            return;
        }
        V::Me => unreachable!("filled in before"),
    };
    edit.put(key, scalar);
}

impl Sample {
    /// What `who` writes, naming somebody as its author.
    pub(super) fn edit(&self, who: Who, named: Who) -> Edit {
        let mut edit = Edit::new();
        for (key, value) in &self.writes {
            let value = match value {
                V::Text(text) => V::Own(filled(text, self.subject, who, named)),
                V::Own(text) => V::Own(filled(text, self.subject, who, named)),
                V::Me => V::Worker(worker(named)),
                other => other.clone(),
            };
            put(&mut edit, &filled(key, self.subject, who, named), &value);
        }
        edit
    }

    fn decides(mut self) -> Self {
        self.decides = true;
        self
    }

    fn like(mut self, was: &str) -> Self {
        self.was = Some(filled(was, self.subject, Who::Linked, Who::Linked));
        self
    }
}

/// The records that are there already, what the rows that take one out take, and who wrote them.
pub(super) fn existing(subject: Subject) -> Vec<(Who, Edit)> {
    let mut written: BTreeMap<Who, Edit> = BTreeMap::new();
    for sample in samples(subject) {
        let Some(was) = &sample.was else { continue };
        // What rewrites the first step says the same at another moment.
        let sample = if sample.name == REWRITTEN { first_step(&sample) } else { sample.clone() };
        let keeper = keeper(subject, &sample.name);
        let like = sample.edit(keeper, keeper);
        let (_, value) = like.writes().next().unwrap();
        if subject.kind != DocKind::Matter || sample.name != REWRITTEN {
            written.entry(keeper).or_default().put(was.as_str(), value.unwrap().clone());
        }
    }
    let mut written: Vec<_> = written.into_iter().collect();
    if subject.kind == DocKind::Matter {
        written.extend(steps::story(|who, text| filled(text, subject, who, who)));
    }
    written
}

/// Who wrote the records that are there.
fn keeper(subject: Subject, name: &str) -> Who {
    match (subject.kind, name) {
        (_, "late") | (DocKind::Roster | DocKind::Fund | DocKind::Complaint, _) => Who::Desk,
        (DocKind::Household, _) if subject.number == 0 => Who::Linked,
        (DocKind::Household, _) | (DocKind::Application, "loan" | "repayment") => Who::Recorder,
        (DocKind::Application, _) => Who::Lead,
        (DocKind::Pledge, "review") => Who::Member,
        _ => Who::Own,
    }
}

const REWRITTEN: &str = "step (rewritten)";

fn first_step(rewritten: &Sample) -> Sample {
    let (_, json) = steps::of(rewritten.subject.kind)[0];
    Sample { writes: vec![("step/{old}".to_owned(), V::Text(json))], ..rewritten.clone() }
}

/// The samples of a subject, in the order of its schema, then what is more than a key.
pub(super) fn samples(subject: Subject) -> Vec<Sample> {
    let one = |name: &str, key: &str, value: V| {
        let names_author = matches!(value, V::Text(text) if text.contains("by\":\"{me}\""));
        Sample {
            name: name.to_owned(),
            writes: vec![(key.to_owned(), value)],
            was: None,
            decides: false,
            names_author,
            begins: None,
            subject,
        }
    };
    let own = |key: &str, value: V| one(key, key, value);
    let text = |key: &str| own(key, V::Text("新的"));
    let day = |key: &str| own(key, V::Text("2026-12-01"));
    let part = |collection: &str, id: &str, field: &str, value: V| {
        one(&format!("{collection}/{field}"), &format!("{collection}/{id}/{field}"), value)
    };
    let new = |collection: &str, value: &'static str| {
        one(collection, &format!("{collection}/{{new}}"), V::Text(value)).like(&format!("{collection}/{{old}}"))
    };
    let begins = |begun: Begun, writes: &[(&str, V)]| Sample {
        writes: writes.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
        begins: Some(begun),
        ..one("begin", "", V::Bool(true))
    };
    let village = || V::Doc(VILLAGE.id());
    let handed_on = || own("village", V::Doc(ELSEWHERE.id())).decides();
    let late = || new("late", r#"{"at":5,"by":"{linked}","keys":["phone"]}"#);
    let other = || V::Worker(spare());
    let mut all = match subject.kind {
        DocKind::Household => vec![
            handed_on(),
            own("created_by", other()).decides(),
            own("grid", V::Record(record(GRIDS[1]))).decides(),
            text("group"),
            text("code"),
            text("doorplate"),
            own("head", V::Text("李四")),
            own("phone", V::Text("13800138000")),
            own("members", V::Int(3)),
            own("residence", V::Text("empty")),
            own("contact_by", V::Text("phone")),
            text("contact_time"),
            text("basis"),
            day("noticed_on"),
            day("consented_on"),
            day("review_by"),
            one("care", "care/dibao", V::Bool(true)).like("care/tekun"),
            part("resident", "{new}", "name", V::Text("张小四")),
            part("resident", "{new}", "relation", V::Text("2")),
            part("resident", "{new}", "born", V::Int(1950)),
            part("resident", "{new}", "sex", V::Text("1")),
            part("resident", "{new}", "away", V::Bool(true)),
            new("visit", r#"{"date":"2026-11-03","entered_by":"{me}","workers":["{me}"]}"#),
            one(
                "visit (typed in for another)",
                "visit/AgICAgICAgI",
                V::Text(r#"{"date":"2026-11-03","entered_by":"{me}","workers":["{linked}"]}"#),
            ),
            one("basis/", "basis/phone", V::Text(r#"{"basis":"duty","entered_by":"{me}","noticed_on":"2026-11-03"}"#))
                .like("basis/base"),
            new("request", r#"{"asked_on":"2026-11-03","by":"{me}","kind":"copy"}"#),
            new("answer", r#"{"answer":"done","by":"{me}","on":"2026-11-03","request":"{old}"}"#),
            one(
                "answer (refused, or in part)",
                "answer/AgICAgICAgI",
                V::Text(r#"{"answer":"refused","by":"{me}","on":"2026-11-03","request":"{old}"}"#),
            ),
            new("words", "把电话删掉"),
            new("opened", r#"{"at":5,"by":"{me}","reason":"入学帮扶","resident":"{old}"}"#),
            late(),
            begins(Begun::Fresh, &[("village", village()), ("created_by", V::Me), ("head", V::Text("王五"))]),
        ],
        DocKind::Diary => vec![
            own("author", other()).decides(),
            own("month", V::Text("2027-01")).decides(),
            own("audience", V::Text(if subject.number == 3 { "self" } else { "town" })).decides(),
            handed_on(),
            new("entry", r#"{"date":"2026-11-03","entered_by":"{me}","text":"一"}"#),
            new("comment", r#"{"at":5,"by":"{me}","entry":"{old}","text":"好"}"#),
            begins(
                Begun::OwnDiary,
                &[
                    ("author", V::Me),
                    ("month", V::Text("2025-01")),
                    ("audience", V::Text(audience(subject).code())),
                    ("village", village()),
                    ("entry/{new}", V::Text(r#"{"date":"2025-01-03","entered_by":"{me}","text":"一"}"#)),
                ],
            ),
            Sample {
                name: "begin (another's book)".to_owned(),
                ..begins(
                    Begun::AnothersDiary,
                    &[
                        ("author", V::Worker(worker(Who::Own))),
                        ("month", V::Text("2025-02")),
                        ("audience", V::Text(audience(subject).code())),
                        ("village", village()),
                        ("entry/{new}", V::Text(r#"{"date":"2025-02-03","entered_by":"{me}","text":"一"}"#)),
                    ],
                )
            },
        ],
        DocKind::Matter => vec![
            handed_on(),
            own("recorded_by", other()).decides(),
            day("recorded_on"),
            own("title", V::Text("路灯坏了")),
            text("text"),
            own("household", V::Doc(home(1, 0))).decides(),
            own("raised", V::Text("anonymous")),
            own("raiser", V::Text("李四")),
            own("phone", V::Text("13800138000")),
            own("headcount", V::Int(3)),
            own("category", V::Text("交通")),
            own("kind", V::Text("help")),
            own("urgency", V::Text("hard")),
            text("place"),
            own("number", V::Text("330411101203-2026-0001")),
            own("source", V::Text("{home}/{old}")),
            own("channel", V::Text("everyday")),
            own("split_from", V::Doc(DocId::mint(DocKind::Matter, [9; 16]))),
            late(),
            begins(Begun::Fresh, &[("village", village()), ("recorded_by", V::Me), ("title", V::Text("路灯坏了"))]),
        ],
        DocKind::Roster => vec![
            own("name", V::Text("火炬新村")),
            own("town", V::Text("新塍")),
            own("area", V::Text("330411101203")),
            text("district"),
            part("grid", "{new}", "name", V::Text("第九网格")),
            part("grid", "{new}", "kind", V::Text("micro_grid")),
            part("grid", "{new}", "branch", V::Text("五支部")),
            part("grid", "{new}", "leader", other()),
            part("grid", "{new}", "node", V::Doc(home(1, 0))),
            part("grid", "{new}", "parent", V::Text("{old}")),
            part("grid", "{new}", "from", V::Text("2026-01-01")),
            part("grid", "{new}", "to", V::Text("2026-12-31")),
            part("grid", "{new}", "replaced_by", V::Text("{old}")),
            part("service", "{new}", "leader", other()),
            part("service", "{new}", "members", V::Text("{spare}")),
            part("worker", "{spare}", "name", V::Text("某人")),
            part("worker", "{spare}", "phone", V::Text("13800138000")),
            part("worker", "{spare}", "roles", V::Text("member,node")),
            Sample {
                name: "worker/roles (of the town)".to_owned(),
                ..part("worker", "{spare}", "roles", V::Text("member,county_view"))
            },
            part("worker", "{spare}", "branch", V::Text("五支部")),
            part("worker", "{spare}", "grids", V::Text("{grid}")),
            part("worker", "{spare}", "exempt", V::Text("age")),
            part("worker", "{spare}", "active", V::Bool(false)),
            new("link", r#"{"from":"2026-11-01","household":"{free}","to":"2026-11-02","worker":"{spare}"}"#),
            new("pair", r#"{"from":"2026-11-01","household":"{free}","worker":"{spare}"}"#),
            new("station", r#"{"from":"2026-11-01","worker":"{spare}"}"#),
            one("rule", "rule/accept_days", V::Text("3")).like("rule/finish_days"),
            one("calendar", "calendar/2027", V::Own(calendar(2027))).like("calendar/2026"),
            one(
                "switch",
                "switch/care",
                V::Text(r#"{"basis":"duty","on":true,"purpose":"复核","review_on":"2099-01-01"}"#),
            )
            .like("switch/partners"),
            begins(Begun::Fresh, &[("name", V::Text("新村")), ("town", V::Text("新塍镇"))]),
        ],
        DocKind::Meeting => vec![
            handed_on(),
            own("called_by", other()).decides(),
            own("kind", V::Text("review")).decides(),
            text("number"),
            day("date"),
            text("time"),
            text("place"),
            own("chair", other()).decides(),
            own("recorder", other()).decides(),
            text("branch"),
            own("grid", V::Record(record(GRIDS[1]))).decides(),
            one("attendee", "attendee/{spare}", V::Text("invited")).like("attendee/{outsider}"),
            one("former", "former/{spare}", V::Bool(true)).like("former/{outsider}"),
            part("guest", "{new}", "name", V::Text("李四")),
            part("guest", "{new}", "role", V::Text("村民代表")),
            part("guest", "{new}", "attendance", V::Text("present")),
            part("item", "{new}", "matter", V::Doc(DocId::mint(DocKind::Matter, [9; 16]))),
            part("item", "{new}", "title", V::Text("修路")),
            part("item", "{new}", "five", V::Text("一")),
            part("item", "{new}", "position", V::Int(1 << 20)),
            new("decision", r#"{"decision":"agree","title":"修路"}"#),
            new("ballot", r#"{"basically":1,"no":0,"no_answer":0,"not":0,"partly":0,"satisfied":3,"yes":4}"#),
            late(),
            own(PROSE_KEY, V::Prose("大家说到河道。")),
            begins(Begun::Fresh, &[("village", village()), ("called_by", V::Me), ("kind", V::Text(meeting(subject)))]),
        ],
        DocKind::HelpPlan => vec![
            handed_on(),
            own("created_by", other()).decides(),
            own("household", V::Doc(home(1, 0))).decides(),
            own("causes", V::Text("illness")),
            text("cause_other"),
            text("goal"),
            text("effect"),
            day("review_on"),
            part("helper", "{new}", "worker", other()),
            part("helper", "{new}", "from", V::Text("2026-11-01")),
            part("helper", "{new}", "to", V::Text("2026-12-01")),
            part("measure", "{new}", "kind", V::Text("送教")),
            part("measure", "{new}", "content", V::Text("每周上门")),
            part("measure", "{new}", "provider", V::Text("村小")),
            part("measure", "{new}", "amount", V::Int(100)),
            part("measure", "{new}", "due", V::Text("2026-12-01")),
            part("measure", "{new}", "done_on", V::Text("2026-12-01")),
            part("measure", "{new}", "result", V::Text("已办")),
            late(),
            begins(Begun::Fresh, &[("village", village()), ("created_by", V::Me), ("goal", V::Text("脱困"))]),
        ],
        DocKind::Pledge => vec![
            own("worker", other()).decides(),
            own("year", V::Int(2020)).decides(),
            handed_on(),
            text("place"),
            new("item", r#"{"baseline":"无","content":"每月义诊","due":"2026-12-01","measured_by":"次数"}"#),
            new("review", r#"{"by":"{me}","on":"2026-11-03","reviewer":"members","verdict":"kept"}"#),
            one(
                "review (of oneself)",
                "review/AwMDAwMDAwM",
                V::Text(r#"{"by":"{me}","on":"2026-11-03","reviewer":"self","verdict":"kept"}"#),
            ),
            one(
                "review (of the organisation)",
                "review/BAQEBAQEBAQ",
                V::Text(r#"{"by":"{me}","on":"2026-11-03","reviewer":"organisation","verdict":"kept"}"#),
            ),
            begins(Begun::OwnPledge, &[("village", village()), ("worker", V::Me), ("year", V::Int(2050))]),
        ],
        DocKind::Studio => vec![
            handed_on(),
            own("created_by", other()).decides(),
            own("kind", V::Text("team")),
            own("name", V::Text("新工作室")),
            own("leader", other()).decides(),
            text("place"),
            own("skills", V::Text("水电")),
            own("services", V::Text("义诊")),
            text("open_hours"),
            own("phone", V::Text("13800138000")),
            own("phone_public", V::Bool(true)),
            day("closed_on"),
            one("member", "member/{spare}", V::Text(r#"{"since":"2026-11-01"}"#)).like("member/{outsider}"),
            one("member (oneself)", "member/{me}", V::Text(r#"{"since":"2026-11-02"}"#)).decides(),
            new("service", r#"{"by":"{own}","content":"修水管","date":"2026-11-03","entered_by":"{me}"}"#),
            one(
                "service (one's own)",
                "service/AwMDAwMDAwM",
                V::Text(r#"{"by":"{me}","content":"修水管","date":"2026-11-03","entered_by":"{me}"}"#),
            ),
            begins(Begun::Fresh, &[("village", village()), ("created_by", V::Me), ("name", V::Text("工作室"))]),
        ],
        DocKind::Base => vec![
            handed_on(),
            own("created_by", other()).decides(),
            own("name", V::Text("新基地")),
            text("trade"),
            text("place"),
            text("sheds"),
            own("host", V::Text("李四")),
            own("host_worker", other()).decides(),
            new("batch", r#"{"by":"{me}","from":"2026-11-01","topic":"葡萄栽培"}"#),
            new("outcome", r#"{"by":"{me}","on":"2026-11-03","text":"增收"}"#),
            begins(Begun::Fresh, &[("village", village()), ("created_by", V::Me), ("name", V::Text("基地"))]),
        ],
        DocKind::Fund => vec![
            handed_on(),
            own("created_by", other()).decides(),
            own("name", V::Text("新基金")),
            own("opening", V::Int(100)),
            day("opened_on"),
            new("ledger", r#"{"amount":100,"at":5,"by":"{me}","date":"2026-11-03","direction":"in","source":"捐赠"}"#),
            begins(
                Begun::Fresh,
                &match subject.number {
                    0 => vec![("village", village()), ("created_by", V::Me), ("name", V::Text("基金"))],
                    _ => vec![("created_by", V::Me), ("name", V::Text("镇基金"))],
                },
            ),
        ],
        DocKind::Application => vec![
            handed_on(),
            own("recorded_by", other()).decides(),
            own("household", V::Doc(home(1, 0))).decides(),
            own("applicant", V::Text("李四")),
            own("scheme", V::Text("care_fund")),
            text("scheme_other"),
            own("asked", V::Int(100)),
            text("reason"),
            day("applied_on"),
            new(
                "loan",
                r#"{"at":5,"by":"{me}","from":"2026-01-01","interest":100,"lender":"信用社","principal":10000,"rate":400,"rule":"days_365","to":"2026-12-31"}"#,
            ),
            new("repayment", r#"{"amount":100,"at":5,"by":"{me}","date":"2026-11-03","loan":"{old}"}"#),
            late(),
            begins(Begun::Fresh, &[("village", village()), ("recorded_by", V::Me), ("applicant", V::Text("李四"))]),
        ],
        DocKind::Complaint => vec![
            handed_on(),
            own("created_by", other()).decides(),
            day("date"),
            own("about", V::Text("asked_twice")),
            text("text"),
            day("withdrawn_on"),
            new("reply", r#"{"at":5,"by":"{me}","on":"2026-11-03","text":"已取消"}"#),
            begins(Begun::Fresh, &[("village", village()), ("created_by", V::Me), ("text", V::Text("每天两次"))]),
        ],
        DocKind::Other(_) => Vec::new(),
    };
    for (step, json) in steps::of(subject.kind) {
        // A step's name in the document is its own, so that one request can carry them all.
        let id = RecordId::derive(&[step.as_bytes()]);
        let mut sample = one(&format!("step {step}"), &format!("step/{id}"), V::Text(json));
        sample.decides = steps::decides(subject.kind, step);
        all.push(sample);
    }
    if let Some(json) = steps::of(subject.kind).first().map(|(_, json)| *json) {
        // The first step is there already: it is never rewritten nor taken out.
        let again = V::Own(json.replace("\"at\":5", "\"at\":6"));
        all.push(one(REWRITTEN, "step/{old}", again).like("step/{old}"));
    }
    all.push(one("a field of a newer version", "newer", V::Bool(true)));
    all
}

fn calendar(year: u16) -> String {
    let edit = put_calendar(&YearPlan::parse(&format!("{year}-01-01,off")).unwrap());
    let (_, value) = edit.writes().next().unwrap();
    value.unwrap().as_text().unwrap().to_owned()
}

/// The name of a document that somebody begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Begun {
    /// Any new one.
    Fresh,
    /// A month of their own diary.
    OwnDiary,
    /// A month of somebody else's, out of a paper book.
    AnothersDiary,
    /// Their own pledge.
    OwnPledge,
}

impl Begun {
    pub(super) fn doc(self, subject: Subject, who: Who) -> DocId {
        let month = |month| Month::new(2025, month).unwrap();
        match self {
            Begun::Fresh => minted(subject.kind, 0x20 + subject.number, who as u8),
            Begun::OwnDiary => diary_id(worker(who), month(1), audience(subject)),
            Begun::AnothersDiary => diary_id(worker(Who::Own), month(2), audience(subject)),
            Begun::OwnPledge => pledge_id(worker(who), 2050),
        }
    }
}
