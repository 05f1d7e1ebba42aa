//! `docs/adr/0004-generations.md`: what a next generation keeps, forgets and never lets in.

use automerge::transaction::Transactable as _;
use automerge::{ROOT, ScalarValue};

use super::super::*;
use crate::draft::{FieldId, Prose};
use crate::gate::limits::MAX_CHANGE_BYTES;
use crate::gate::{Refusal, TrialVerdict, keep_beyond, open_snapshot, scan, trial};
use crate::household::{self, VisitDraft, VisitForm};
use crate::matter::{Act, Categories, Matter, MatterDraft, MatterForm};
use crate::roster::{self, LinkDraft, LinkForm, Roster};
use crate::testing::{day, doc, id, merge, put, stamp, worker, write};
use crate::{DeviceMillis, DocKind, RecordId, WorkerId, matter};

fn household() -> Document {
    Document::new(doc(DocKind::Household, 1))
}

/// What a document says: every key but the genesis's, with every rival.
fn said(document: &Document) -> Vec<(String, Field<Scalar>)> {
    document.list("").into_iter().filter(|(key, _)| !is_genesis_key(key)).collect()
}

fn changes(document: &Document) -> usize {
    document.whole().unwrap().get_changes(&[]).len() - 1
}

fn holds_bytes(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn a_next_generation_says_the_same_with_less_history() {
    let mut document = household();
    for time in 0..200 {
        document.write(stamp(1, time), put("phone", format!("1380013{time:04}"))).unwrap();
    }
    write(&mut document, 2, put("head", "张三"));
    write(&mut document, 3, put("a_key_of_a_newer_version", 7));
    let next = document.next_generation(|_| false).unwrap();
    assert_eq!(said(&next.document), said(&document));
    assert_eq!((document.generation(), next.document.generation()), (Generation(0), Generation(1)));
    assert_eq!((changes(&document), next.changes.len(), changes(&next.document)), (202, 3, 3));
    assert_eq!(next.document.heads().len(), 1);
    assert!(next.document.save().unwrap().len() * 4 < document.save().unwrap().len());
    let told = next.document.told_values("phone");
    assert_eq!((told[0].by, told[0].at), (stamp(1, 0).actor, DeviceMillis(199)));
    let after_that = next.document.next_generation(|_| false).unwrap().document;
    assert_eq!((said(&after_that), after_that.generation()), (said(&document), Generation(2)));
}

#[test]
fn whoever_wrote_it_the_value_that_was_shown_is_shown_and_every_rival_stays() {
    // Each author's value has a number of its own; all orders of authors and numbers.
    for order in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]] {
        let mut merged = household();
        write(&mut merged, 7, put("head", "张三"));
        let begun = merged.clone();
        for (before, author) in order.into_iter().enumerate() {
            let mut branch = begun.clone();
            for time in 0..before {
                branch.write(stamp(author, time as i64), put("remark", format!("{time}"))).unwrap();
            }
            let at = 100 + i64::from(author);
            let mut edit = put("phone", format!("电话{author}"));
            edit.put("contact", author == 2);
            branch.write(stamp(author, at), edit).unwrap();
            merged = merge(&merged, &branch);
        }
        let next = merged.next_generation(|_| false).unwrap();
        let rivals = merged.get("phone").unwrap().rivals;
        assert_eq!(
            rivals.iter().map(|told| told.by).collect::<Vec<_>>(),
            order.map(|n| stamp(n, 0).actor).into_iter().rev().collect::<Vec<_>>()
        );
        assert_eq!(next.document.get("phone").unwrap(), merged.get("phone").unwrap());
        assert_eq!(said(&next.document), said(&merged));
        assert_eq!(next.document.heads().len(), 1);
        let opened = open_snapshot(next.document.id(), Some(&next.document.save().unwrap()), []).unwrap();
        assert_eq!(opened.heads(), next.document.heads());
    }
}

#[test]
fn what_is_forgotten_is_nowhere_in_the_bytes() {
    let mut document = household();
    write(&mut document, 1, put("head", "张三"));
    write(&mut document, 1, put("phone", "旧号码"));
    write(&mut document, 2, put("phone", "认得出的号码"));
    write(&mut document, 2, put("visit/x", "认得出的谈话"));
    let next = document.next_generation(|key| key == "phone" || key.starts_with("visit/")).unwrap();
    assert_eq!(
        next.document.list("").into_iter().map(|(key, _)| key).collect::<Vec<_>>(),
        ["generation", "head", "id", "schema"]
    );
    for words in ["旧号码", "认得出"] {
        assert!(holds_bytes(&document.save().unwrap(), words));
        assert!(!holds_bytes(&next.document.save().unwrap(), words));
        assert!(next.changes.iter().all(|change| !holds_bytes(&change.bytes, words)));
    }
    assert_eq!(document.next_generation(|_| true).unwrap_err(), NotRenewed::NothingLeft);
}

#[test]
fn no_change_of_one_generation_enters_another() {
    let mut old = household();
    write(&mut old, 1, put("head", "张三"));
    let mut next = old.next_generation(|_| false).unwrap().document;
    let late = old.write(stamp(2, 9), put("phone", "1")).unwrap().unwrap();
    let first = household().write(stamp(3, 9), put("phone", "2")).unwrap().unwrap();
    for change in [&late, &first] {
        let tried = trial(&next, &[scan(&change.bytes).unwrap()]);
        assert_eq!(tried.verdicts, [TrialVerdict::Refused(Refusal::MissingDependency)]);
    }
    let new = next.write(stamp(2, 9), put("phone", "3")).unwrap().unwrap();
    let tried = trial(&old, &[scan(&new.bytes).unwrap()]);
    assert_eq!(tried.verdicts, [TrialVerdict::Refused(Refusal::MissingDependency)]);
    let genesis = household().heads()[0];
    assert!(
        next.is_earlier_genesis(genesis) && !old.is_earlier_genesis(genesis) && !next.is_earlier_genesis(late.hash)
    );
}

#[test]
fn a_phone_takes_a_later_generation_and_keeps_its_own_before_an_earlier_one() {
    let mut old = household();
    write(&mut old, 1, put("head", "张三"));
    let new = old.next_generation(|_| false).unwrap().document;
    write(&mut old, 1, put("phone", "1"));
    let opened = open_snapshot(new.id(), Some(&new.save().unwrap()), []).unwrap();
    assert_eq!((opened.generation(), opened.heads()), (Generation(1), new.heads()));
    assert_eq!(keep_beyond(&opened, &old).heads(), new.heads());
    assert_eq!(keep_beyond(&old, &opened).heads(), new.heads());
    let reopened = Document::open(new.id(), Some(&new.save().unwrap()), []).unwrap();
    assert_eq!(reopened.generation(), Generation(1));
    let bytes = new.beyond(&[]);
    let replayed = Document::replay(new.id(), Generation(1), bytes.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(replayed.heads(), new.heads());
    assert!(Document::open(new.id(), None, bytes.iter().map(Vec::as_slice)).is_err());
    assert!(!new.is_blank() && Document::of_generation(new.id(), Generation(1)).is_blank());
    let other = doc(DocKind::Household, 2);
    assert!(open_snapshot(other, Some(&new.save().unwrap()), []).is_err());
    assert_eq!(Document::open(other, Some(&new.save().unwrap()), []).unwrap_err(), OpenError::OtherDocument);
}

#[test]
fn a_matter_with_a_hundred_authors_comes_out_as_one_line_with_the_same_story() {
    let form = MatterForm {
        title: "路灯不亮".into(),
        village: Some(doc(DocKind::Roster, 1)),
        date: Some(day(3)),
        ..MatterForm::default()
    };
    let mut document = Document::new(doc(DocKind::Matter, 1));
    write(&mut document, 1, matter::create(worker(1), &MatterDraft::new(&form, &Categories::default()).unwrap()));
    for author in 2..=101 {
        let act = Act::Note { note: Prose::parse(FieldId::Text, "看过了").unwrap(), contacted_on: None };
        let step = Matter::read(&document).step(id(author), worker(author), DeviceMillis(i64::from(author)), act);
        write(&mut document, author, step);
    }
    let next = document.next_generation(|_| false).unwrap().document;
    assert_eq!(Matter::read(&next), Matter::read(&document));
    assert_eq!((changes(&next), next.heads().len()), (101, 1));
}

#[test]
fn a_big_roster_is_cut_into_changes_the_gate_takes() {
    let mut document = Document::new(roster::roster_id("高桥镇", "南浜村"));
    for n in 0..1_200_u64 {
        let form = LinkForm {
            worker: Some(WorkerId::derive(&[&n.to_be_bytes()])),
            household: Some(doc(DocKind::Household, 1)),
            ..LinkForm::default()
        };
        write(&mut document, 9, roster::put_link(RecordId(n.to_be_bytes()), &LinkDraft::new(&form).unwrap()));
    }
    let next = document.next_generation(|_| false).unwrap();
    assert_eq!(Roster::read(&next.document), Roster::read(&document));
    assert!(next.changes.len() < 10, "{}", next.changes.len());
    assert!(next.changes.iter().all(|change| change.bytes.len() <= MAX_CHANGE_BYTES));
    assert!(next.document.save().unwrap().len() < document.save().unwrap().len());
}

#[test]
fn a_value_of_a_newer_version_is_never_rewritten_and_one_the_gate_lets_in_always_is() {
    let with = |value: ScalarValue| {
        let mut document = household();
        document.whole_mut().set_actor(automerge::ActorId::from(&stamp(1, 1).actor.to_bytes()[..]));
        let written: Result<_, automerge::transaction::Failure<automerge::AutomergeError>> =
            document.whole_mut().transact(|tx| tx.put(ROOT, "newer", value));
        written.unwrap();
        document
    };
    assert_eq!(with(ScalarValue::F64(1.5)).next_generation(|_| false).unwrap_err(), NotRenewed::UnknownValue);
    for value in [ScalarValue::Null, ScalarValue::Uint(u64::MAX), ScalarValue::Bytes(vec![7])] {
        let next = with(value.clone()).next_generation(|_| false).unwrap().document;
        assert_eq!(next.whole().unwrap().get(ROOT, "newer").unwrap().unwrap().0.as_scalar(), Some(&value));
    }
}

#[test]
fn two_people_who_wrote_the_same_still_both_wrote_it() {
    let (mut one, mut other) = (household(), household());
    write(&mut one, 1, put("head", "张三"));
    write(&mut other, 2, put("head", "张三"));
    let next = merge(&one, &other).next_generation(|_| false).unwrap().document;
    assert!(!next.has_conflict());
    assert_eq!(next.told_values("head").len(), 2);
}

#[test]
fn visits_stay_as_they_were_told() {
    let mut document = household();
    for n in 1..=5 {
        let form = VisitForm {
            workers: vec![worker(n)],
            date: Some(day(3)),
            note: format!("谈话{n}").into(),
            entered_by: Some(worker(n)),
            ..VisitForm::default()
        };
        write(&mut document, n, household::visit(id(n), &VisitDraft::new(form).unwrap()));
    }
    let next = document.next_generation(|key| key == format!("visit/{}", id(3))).unwrap().document;
    let kept: Vec<_> = said(&document).into_iter().filter(|(key, _)| *key != format!("visit/{}", id(3))).collect();
    assert_eq!(said(&next), kept);
}
