//! The complaint box: from a phone without a line past lead and board to the desk, and the reply back.

use lianhu_core::complaint::{Complaint, ComplaintState};
use lianhu_core::deadline::Reminds;
use lianhu_core::deed::{Deed, from_json};
use lianhu_core::roster::{self, Role, WorkerDraft, WorkerForm};
use lianhu_core::{DocId, DocKind};

use super::world::{BOARD, LI, Phone, WANG, World, village, worker};
use crate::generations::Erase;

/// Leads the first branch, Wang's.
const OWN_LEAD: u8 = 6;

fn deed(json: &str) -> Box<dyn Deed + Send> {
    from_json(DocKind::Complaint, json).unwrap()
}

fn complaint(village: DocId) -> Box<dyn Deed + Send> {
    deed(&format!(
        r#"{{"do":"begin","village":"{village}","about":"forced_photos","text":"每户都要拍照上传，不拍不算走访。"}}"#
    ))
}

fn held(phone: &Phone) -> Vec<DocId> {
    phone.documents(DocKind::Complaint).unwrap().into_iter().map(|listed| listed.id).collect()
}

fn read(phone: &mut Phone, id: DocId) -> Complaint {
    phone.read(id, Complaint::read).unwrap().content
}

#[test]
fn a_complaint_goes_past_lead_and_board_to_the_desk_and_its_author_reads_the_reply() {
    let world = World::new();
    let form = WorkerForm {
        name: "周建平".into(),
        roles: [Role::BranchLead].into(),
        branch: "第一支部".into(),
        ..WorkerForm::default()
    };
    world.office(village(), roster::put_worker(worker(OWN_LEAD), &WorkerDraft::new(&form).unwrap()));
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let id = wang.begin(&*complaint(village())).unwrap();
    assert_eq!(read(&mut wang, id).state(), ComplaintState::Waiting, "it is kept before there is a line");
    world.sync(&mut wang);
    for other in [OWN_LEAD, BOARD, LI] {
        let mut phone = world.phone(other);
        assert!(world.sync(&mut phone).proven);
        assert_eq!(held(&phone), [], "worker {other}");
    }
    assert_eq!(world.column("complaints", "about"), ["forced_photos"]);
    assert_eq!(world.column("complaints", "status"), ["waiting"]);
    let reminds = || {
        let reminders = world.town.digest().unwrap().digest.reminders;
        reminders.iter().map(|reminder| (reminder.reminds, reminder.doc)).collect::<Vec<_>>()
    };
    assert_eq!(reminds(), [(Reminds::Reply, Some(id))], "the desk is reminded of it");

    assert!(world.town.do_to(id, &*deed(r#"{"do":"reply","text":"不用拍。已告诉村里。"}"#)).unwrap());
    assert_eq!(reminds(), [], "and no more once it has replied");
    world.sync(&mut wang);
    let complaint = read(&mut wang, id);
    let said: Vec<&str> =
        complaint.told().iter().filter_map(|(_, reply)| Some(reply.text.as_ref()?.as_str())).collect();
    assert_eq!((complaint.state(), said), (ComplaintState::Replied, vec!["不用拍。已告诉村里。"]));
    assert_eq!(world.column("complaints", "status"), ["replied"]);
    // Another phone of its author has all of it.
    let mut second = world.second_phone(WANG, 41);
    assert!(world.sync(&mut second).proven);
    assert_eq!(read(&mut second, id), complaint);
}

#[test]
fn what_was_taken_back_offline_is_withdrawn_at_the_town_too() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let id = wang.begin(&*complaint(village())).unwrap();
    world.sync(&mut wang);
    wang.act(id, &*deed(r#"{"do":"withdraw"}"#)).unwrap();
    world.sync(&mut wang);
    assert_eq!(world.column("complaints", "status"), ["withdrawn"]);
    assert!(world.town.do_to(id, &*deed(r#"{"do":"reply","text":"收到"}"#)).is_err(), "there is nothing to reply to");
}

#[test]
fn an_erased_complaint_keeps_no_word_and_its_author_hears_of_it() {
    let world = World::new();
    let mut wang = world.phone(WANG);
    world.sync(&mut wang);
    let id = wang.begin(&*complaint(village())).unwrap();
    world.sync(&mut wang);
    assert!(world.town.do_to(id, &*deed(r#"{"do":"reply","text":"不用拍"}"#)).unwrap());
    world.town.erase(id, &Erase::Whole, "本人要求").unwrap();
    assert!(world.column("complaints", "text").is_empty(), "and does not wait for a reply again");
    world.sync(&mut wang);
    let complaint = read(&mut wang, id);
    assert_eq!((complaint.text, complaint.about, complaint.replies.len()), (None, None, 0));
    assert_eq!(complaint.created_by.unwrap().value, worker(WANG), "it is still theirs");
}
