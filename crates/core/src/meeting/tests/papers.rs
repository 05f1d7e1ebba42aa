//! What is proposed, what is printed, what is public, what the office lists.

use serde_json::json;

use super::{CHAIR, OWNER, RECORDER, called, does, held, matter, village};
use crate::draft::{FieldId, Title};
use crate::lang::Lang;
use crate::matter::State;
use crate::meeting::{Item, Meeting, MeetingKind, OpenMatter, Paperwork, WhyProposed, propose, public, sheet};
use crate::print::Paper;
use crate::roster::{self, Role, Roster, RosterDraft, RosterForm, WorkerDraft, WorkerForm};
use crate::testing::{day, worker, write};
use crate::views::{Cell, project};
use crate::{Document, Edit};

fn open(n: u8, state: State, due: Option<u32>, recheck: Option<u32>) -> OpenMatter {
    OpenMatter {
        id: matter(n),
        village: Some(village()),
        number: None,
        title: Title::parse(FieldId::Title, &format!("事项{n}")).ok(),
        state,
        due: due.map(day),
        recheck_on: recheck.map(day),
    }
}

#[test]
fn an_analysis_meeting_is_proposed_what_is_open_and_nothing_that_rests() {
    let matters = [
        open(1, State::Parked, None, Some(6)),
        open(2, State::InProgress, Some(5), None),
        open(3, State::Submitted, None, None),
        open(4, State::Analysed, None, None),
        open(5, State::Returned, None, None),
        open(6, State::Parked, None, Some(7)),
        open(7, State::InProgress, Some(6), None),
        open(8, State::FedBack, Some(1), None),
        open(9, State::Closed, Some(1), None),
        open(10, State::Recorded, None, None),
        open(11, State::Accepted, Some(4), None),
        open(3, State::Submitted, None, None),
    ];
    let proposed = |kind| -> Vec<_> {
        propose(kind, &matters, day(6)).iter().map(|proposal| (proposal.matter, proposal.why)).collect()
    };
    use WhyProposed::*;
    let analysis = [(3, New), (4, Studied), (5, Returned), (1, RecheckDue), (11, Overdue), (2, Overdue)]
        .map(|(n, why)| (matter(n), why));
    assert_eq!(proposed(MeetingKind::Analysis), analysis);
    let assignment =
        [(3, New), (4, Studied), (5, Returned), (11, Overdue), (2, Overdue)].map(|(n, why)| (matter(n), why));
    assert_eq!(proposed(MeetingKind::Assignment), assignment);
    assert_eq!(proposed(MeetingKind::Review), [(matter(8), ToEvaluate)]);
    assert!(proposed(MeetingKind::VillageTalk).is_empty());
}

fn decided() -> Document {
    let mut document = held("assignment");
    does(&mut document, RECORDER, 29, json!({ "do": "guest", "name": "沈阿姨", "role": "居民代表" }));
    let said = json!({
        "do": "decide", "matter": matter(2), "decision": "assign", "owner": worker(OWNER), "due": "2026-11-20",
        "text": "找王师傅换灯", "target": "一周内亮灯"
    });
    does(&mut document, RECORDER, 30, said);
    let said =
        json!({ "do": "decide", "matter": matter(1), "decision": "park", "text": "等疏浚", "due": "2026-11-30" });
    does(&mut document, RECORDER, 31, said);
    document
}

fn published() -> Document {
    let mut document = decided();
    does(&mut document, CHAIR, 40, json!({ "do": "publish", "on": "2026-11-08" }));
    document
}

#[test]
fn what_is_public_is_titles_owners_and_due_dates_of_a_published_meeting() {
    assert_eq!(public(&decided()), None);
    let shown = public(&published()).unwrap();
    assert_eq!((shown.kind, shown.date, shown.published_on), (MeetingKind::Assignment, Some(day(6)), Some(day(8))));
    let decisions: Vec<_> = shown.decisions.iter().map(|said| (said.title.as_str(), said.owner, said.due)).collect();
    let expected = [("清理河道垃圾", None, Some(day(30))), ("桥边路灯不亮", Some(worker(OWNER)), Some(day(20)))];
    assert_eq!(decisions, expected, "in the order of the agenda");
}

fn names() -> Roster {
    let mut document = Document::new(village());
    let form = RosterForm { name: "火炬村".into(), town: "新塍镇".into(), ..RosterForm::default() };
    let mut edit = roster::create(&RosterDraft::new(&form).unwrap());
    for (n, name) in [(OWNER, "王建国"), (RECORDER, "李秀英"), (CHAIR, "孙丽华")] {
        let form = WorkerForm {
            name: name.into(),
            phone: "13800138000".into(),
            roles: [Role::Member].into(),
            ..WorkerForm::default()
        };
        edit.extend(roster::put_worker(worker(n), &WorkerDraft::new(&form).unwrap()));
    }
    write(&mut document, 1, edit);
    Roster::read(&document)
}

#[test]
fn every_paper_is_laid_out_with_room_to_write() {
    let meeting = Meeting::read(&published());
    let print = |which| sheet(&meeting, which, Some(&names()), Paper::A4, Lang::Zh).to_html(Lang::Zh);
    let notice = print(Paperwork::Notice);
    for word in ["民事交办会", "火炬村", "2026-11-06 晚上七点", "文化礼堂", "孙丽华", "清理河道垃圾", "沈阿姨"]
    {
        assert!(notice.contains(word), "{word}");
    }
    let attendance = print(Paperwork::Attendance);
    assert!(attendance.contains("居民代表") && attendance.matches("class=\"blank\"").count() == 8);
    let minutes = print(Paperwork::Minutes);
    assert!(minutes.contains("找王师傅换灯") && minutes.contains("class=\"line\""));
    let mut written = published();
    does(&mut written, RECORDER, 50, json!({ "do": "minutes", "text": "王建国说要雇船。" }));
    let written = Meeting::read(&written);
    let minutes = sheet(&written, Paperwork::Minutes, None, Paper::A4, Lang::Zh).to_html(Lang::Zh);
    assert!(minutes.contains("王建国说要雇船。") && !minutes.contains("class=\"line\""));
    let board = print(Paperwork::Decisions);
    assert!(board.contains("王建国") && board.contains("2026-11-20") && board.contains("2026-11-08"));
    for private in ["找王师傅换灯", "等疏浚", "沈阿姨", "13800138000"] {
        assert!(!board.contains(private), "{private} is not for the board");
    }
    for which in Paperwork::ALL {
        let english = sheet(&meeting, *which, None, Paper::Pocket, Lang::En).to_html(Lang::En);
        assert!(english.contains(which.label(Lang::En)), "{which:?}");
    }
}

#[test]
fn a_tally_has_a_row_for_every_matter_and_one_for_the_contact_work() {
    let mut document = held("review");
    does(
        &mut document,
        RECORDER,
        30,
        json!({ "do": "ballot", "matter": matter(1), "satisfied": 12, "yes": 11, "no": 1 }),
    );
    does(&mut document, RECORDER, 31, json!({ "do": "ballot", "satisfied": 20, "basically": 3 }));
    let html = sheet(&Meeting::read(&document), Paperwork::Ballots, None, Paper::A4, Lang::Zh).to_html(Lang::Zh);
    assert!(html.contains("<td>清理河道垃圾</td><td>12</td><td>0</td>"));
    assert!(html.contains("<td>联户工作总体</td><td>20</td><td>3</td>"));
    assert!(html.contains("<td>桥边路灯不亮</td><td></td>"), "not counted yet: left blank");
}

#[test]
fn the_office_lists_meetings_decisions_and_ballots() {
    let mut document = held("review");
    does(&mut document, RECORDER, 30, json!({ "do": "ballot", "matter": matter(1), "satisfied": 12, "not": 1 }));
    does(&mut document, RECORDER, 31, json!({ "do": "ballot", "satisfied": 20, "no_answer": 3 }));
    let rows = project(&document);
    let of = |view: &str| rows.iter().filter(|row| row.view == view).collect::<Vec<_>>();
    let meetings = of("meetings");
    assert_eq!(meetings.len(), 1);
    assert_eq!(meetings[0].values[2], Cell::text("review"));
    assert_eq!(meetings[0].values[6], Cell::text("held"));
    assert_eq!(meetings[0].values[7..9], [Cell::Int(2), Cell::Int(0)]);
    let ballots = of("meeting_ballots");
    assert_eq!(ballots.len(), 2);
    let whole = ballots.iter().find(|row| row.values[3] == Cell::Null).unwrap();
    assert_eq!(whole.values[4..], [Cell::Int(20), Cell::Int(0), Cell::Int(0), Cell::Int(3)]);

    let rows = project(&published());
    let decisions: Vec<_> = rows.iter().filter(|row| row.view == "meeting_decisions").collect();
    assert_eq!(decisions.len(), 2);
    let assigned = decisions.iter().find(|row| row.values[4] == Cell::text("assign")).unwrap();
    assert_eq!(assigned.values[3], Cell::text(&matter(2)));
    assert_eq!(assigned.values[5..], [Cell::text(&worker(OWNER)), Cell::text("2026-11-20")]);
    assert_eq!(rows.iter().find(|row| row.view == "meetings").unwrap().values[9], Cell::text("2026-11-08"));
}

#[test]
fn a_meeting_of_keys_nobody_knows_is_read_without_them() {
    let mut document = called("analysis");
    let mut edit = Edit::new();
    for key in
        ["newer", "item/x/title", "item/AQEBAQEBAQE/newer", "attendee/x", "decision/AQEBAQEBAQE", "ballot/x", "step/x"]
    {
        edit.put(key, "[1]");
    }
    write(&mut document, 1, edit);
    let meeting = Meeting::read(&document);
    assert!(meeting.items.is_empty() && meeting.decisions.is_empty() && meeting.ballots.is_empty());
    assert!(!project(&document).is_empty());
    assert_eq!(Item::id_of(matter(1)), Item::id_of(matter(1)));
}
