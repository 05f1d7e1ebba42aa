//! Complaints: what is written stays, the desk replies, and nobody between the author and the town reads it.

use super::*;
use crate::access::{Facts, readers, town_reads};
use crate::draft::{FieldId, Reason};
use crate::retention::{Kept, Past, past};
use crate::roster::{self, Role, Roster, WorkerDraft, WorkerForm};
use crate::testing::{day, deed_edit, doc, does, id, merge, put, stamp, worker, write};
use crate::views::{self, Cell};
use crate::{DocKind, Lang};

/// Deeds, of which tests make documents that people write apart. The first one begins.
pub(super) const SAMPLES: &[&str] = &[
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","about":"asked_twice","text":"户数报了三遍。"}"#,
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","text":"晚上十点还要回复。"}"#,
    r#"{"do":"reply","text":"已请村里改用台账里的数。"}"#,
    r#"{"do":"reply","text":"以后只报一次。"}"#,
    r#"{"do":"withdraw"}"#,
];

/// What is refused of a complaint that was just written.
pub(super) const REFUSED: &[&str] = &[
    r#"{"do":"begin","village":"01010101-0101-8101-8101-010101010101","about":"forced_photos","text":" "}"#,
    r#"{"do":"reply","text":""}"#,
];

const AUTHOR: u8 = 1;
const LEAD: u8 = 2;
const BOARD: u8 = 3;
const SUPERVISOR: u8 = 4;
const DESK: u8 = 8;

fn begun() -> Document {
    let mut document = Document::new(doc(DocKind::Complaint, 1));
    does(&mut document, AUTHOR, 1, SAMPLES[0]);
    document
}

fn village() -> Roster {
    let mut document = Document::new(doc(DocKind::Roster, 1));
    for (n, role) in [
        (AUTHOR, Role::Member),
        (LEAD, Role::BranchLead),
        (BOARD, Role::VillageBoard),
        (SUPERVISOR, Role::Supervisor),
        (DESK, Role::TownDesk),
    ] {
        let form =
            WorkerForm {
                name: "某某".into(), roles: [role].into(), branch: "一支部".into(), ..WorkerForm::default()
            };
        write(&mut document, DESK, roster::put_worker(worker(n), &WorkerDraft::new(&form).unwrap()));
    }
    Roster::read(&document)
}

#[test]
fn a_complaint_reads_as_it_was_written_with_what_the_town_says_to_it() {
    let mut document = begun();
    let complaint = Complaint::read(&document);
    assert_eq!(complaint.about.as_ref().map(|about| about.value), Some(About::Twice));
    assert_eq!(complaint.created_by.as_ref().map(|author| author.value), Some(worker(AUTHOR)));
    assert_eq!(
        (complaint.date.as_ref().map(|date| date.value), complaint.state()),
        (Some(day(9)), ComplaintState::Waiting)
    );
    does(&mut document, DESK, 3, SAMPLES[2]);
    does(&mut document, DESK, 4, SAMPLES[3]);
    let complaint = Complaint::read(&document);
    let said: Vec<&str> =
        complaint.told().into_iter().filter_map(|(_, reply)| Some(reply.text.as_ref()?.as_str())).collect();
    assert_eq!(said, ["已请村里改用台账里的数。", "以后只报一次。"]);
    assert_eq!((complaint.state(), complaint.replied_on()), (ComplaintState::Replied, Some(day(9))));
}

#[test]
fn what_it_is_about_need_not_be_said_and_its_words_must() {
    let mut document = Document::new(doc(DocKind::Complaint, 1));
    does(&mut document, AUTHOR, 1, SAMPLES[1]);
    assert_eq!(Complaint::read(&document).about.map(|about| about.value), Some(About::Other));
    let blank = Document::new(doc(DocKind::Complaint, 2));
    let refusal = deed_edit(&blank, AUTHOR, 1, REFUSED[0]).unwrap_err();
    assert_eq!((refusal.field, refusal.reason), (FieldId::Text, Reason::Missing));
}

#[test]
fn its_author_and_the_town_desk_read_it_and_no_lead_no_board_and_no_supervisor() {
    let (roster, document) = (village(), begun());
    let reading = readers(DocKind::Complaint, &Facts::of(&document), &roster, day(9));
    assert_eq!(reading, [worker(AUTHOR)].into());
    assert!(town_reads(&document));
}

#[test]
fn what_was_withdrawn_is_withdrawn_once_and_stays_so_when_the_town_replied_meanwhile() {
    let mut document = begun();
    let mut at_the_town = document.clone();
    does(&mut document, AUTHOR, 2, SAMPLES[4]);
    for again in [SAMPLES[4], SAMPLES[2]] {
        let refusal = deed_edit(&document, AUTHOR, 5, again).unwrap_err();
        assert_eq!((refusal.field, refusal.reason), (FieldId::WithdrawnOn, Reason::NotNow), "{again}");
    }
    does(&mut at_the_town, DESK, 3, SAMPLES[2]);
    let both = Complaint::read(&merge(&document, &at_the_town));
    assert_eq!((both.state(), both.replies.len()), (ComplaintState::Withdrawn, 1), "and the reply is there to be read");
}

#[test]
fn the_offices_table_counts_what_is_asked_for_and_names_nobody() {
    let mut document = begun();
    does(&mut document, DESK, 3, SAMPLES[2]);
    let rows = views::project(&document);
    let row = rows.iter().find(|row| row.view == "complaints").unwrap();
    assert!(row.values.contains(&Cell::text("asked_twice")) && row.values.contains(&Cell::text("replied")));
    assert!(!row.values.contains(&Cell::text(&worker(AUTHOR))), "a list is no list of who complains");
    assert_eq!(rows.iter().filter(|row| row.view != "conflicts").count(), 1);
}

#[test]
fn a_reply_is_rewritten_with_what_a_newer_version_added() {
    let newer = r#"{"at":3,"by":"08080808-0808-0808-0808-080808080808","newer":[1],"on":"2026-11-09","text":"一"}"#;
    let mut document = begun();
    write(&mut document, DESK, put(&format!("reply/{}", id(9)), newer));
    let complaint = Complaint::read(&document);
    let reply = &complaint.replies[&id(9)].value;
    assert_eq!(crate::value::Value::to_scalar(reply), newer.into());
}

#[test]
fn one_that_waits_is_kept_and_one_that_is_over_counts_from_the_last_word() {
    let gone = |document: &Document, since: u32| past(Kept::Complaint, document, None, day(30), day(since));
    let mut document = begun();
    assert_eq!(gone(&document, 30), None, "nobody has replied");
    does(&mut document, DESK, 3, SAMPLES[2]);
    assert_eq!((gone(&document, 9), gone(&document, 10)), (None, Some(Past::Whole)));
    let mut withdrawn = begun();
    does(&mut withdrawn, AUTHOR, 2, SAMPLES[4]);
    assert_eq!((gone(&withdrawn, 9), gone(&withdrawn, 10)), (None, Some(Past::Whole)));
}

#[test]
fn a_list_says_what_it_is_about_and_not_what_was_written() {
    let mut document = begun();
    document.write(stamp(AUTHOR, 2), put("about", "of_a_newer_version")).unwrap();
    assert_eq!(crate::card::Card::of(&document).title, None);
    for about in About::ALL {
        document.write(stamp(AUTHOR, 3), put("about", about.code())).unwrap();
        let title = crate::card::Card::of(&document).title.unwrap();
        assert!(title.as_str().contains(about.label(Lang::Zh)) && !title.as_str().contains("三遍"));
    }
}
