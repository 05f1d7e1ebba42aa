use super::*;
use crate::testing::{doc, merge, put, stamp, worker, write};
use crate::{DeviceMillis, DocKind, WorkerId};

fn household() -> Document {
    Document::new(doc(DocKind::Household, 1))
}

fn text(document: &Document, key: &str) -> Option<String> {
    document.get(key)?.value.as_text().map(str::to_owned)
}

#[test]
fn the_genesis_is_the_same_on_every_replica_and_another_for_every_document() {
    let (one, other) = (household(), household());
    assert_eq!(one.heads(), other.heads());
    assert_eq!(one.save().unwrap(), other.save().unwrap());
    assert!(one.is_blank());
    assert_ne!(one.heads(), Document::new(doc(DocKind::Household, 2)).heads());
}

#[test]
fn two_members_who_change_different_fields_keep_both() {
    let (mut one, mut other) = (household(), household());
    write(&mut one, 1, put("head", "张三"));
    write(&mut other, 2, put("phone", "13800138000"));
    let (here, there) = (merge(&one, &other), merge(&other, &one));
    assert_eq!(here.heads(), there.heads());
    assert_eq!((text(&here, "head"), text(&here, "phone")), (Some("张三".into()), Some("13800138000".into())));
    assert!(!here.has_conflict());
}

#[test]
fn two_members_who_change_one_field_see_both_values_with_author_and_time() {
    let (mut one, mut other) = (household(), household());
    write(&mut one, 1, put("head", "张三"));
    write(&mut other, 2, put("head", "章三"));
    let (here, there) = (merge(&one, &other), merge(&other, &one));
    let field = here.get("head").unwrap();
    assert_eq!(Some(&field), there.get("head").as_ref());
    assert_eq!(field.rivals.len(), 2);
    assert_eq!(field.rivals[0].value, field.value);
    let mut told: Vec<_> =
        field.rivals.iter().map(|told| (told.at, told.value.as_text().unwrap().to_owned())).collect();
    told.sort();
    assert_eq!(told, [(DeviceMillis(1), "张三".to_owned()), (DeviceMillis(2), "章三".to_owned())]);
    assert!(field.rivals.iter().all(|told| told.by.is_of(worker(u8::try_from(told.at.0).unwrap()))));
    assert_eq!(here.conflicts(), [("head".to_owned(), field.clone())]);
    assert_eq!(here.list("head"), [("head".to_owned(), field)]);
}

#[test]
fn two_members_who_write_the_same_agree() {
    let (mut one, mut other) = (household(), household());
    write(&mut one, 1, put("head", "张三"));
    write(&mut other, 2, put("head", "张三"));
    let merged = merge(&one, &other);
    assert!(!merged.get("head").unwrap().is_conflict());
    assert!(!merged.has_conflict());
}

#[test]
fn writing_a_disputed_field_again_settles_it_even_with_the_value_shown() {
    let (mut one, mut other) = (household(), household());
    write(&mut one, 1, put("head", "张三"));
    write(&mut other, 2, put("head", "章三"));
    let merged = merge(&one, &other);
    let shown = text(&merged, "head").unwrap();
    for choice in ["张三", "章三", "张山"] {
        let mut settled = merged.clone();
        assert!(settled.write(stamp(3, 3), put("head", choice)).unwrap().is_some(), "shown was {shown}");
        assert_eq!(text(&settled, "head").as_deref(), Some(choice));
        assert!(!settled.has_conflict());
    }
}

#[test]
fn writing_what_is_there_writes_nothing() {
    let mut document = household();
    write(&mut document, 1, put("head", "张三"));
    let heads = document.heads();
    assert_eq!(document.write(stamp(2, 2), put("head", "张三")), Ok(None));
    assert_eq!(document.heads(), heads);
    let mut edit = Edit::new();
    edit.remove("never there");
    assert_eq!(document.write(stamp(2, 2), edit), Ok(None));
}

#[test]
fn a_removal_and_a_change_at_once_keep_the_change() {
    let mut one = household();
    write(&mut one, 1, put("head", "张三"));
    let mut other = one.clone();
    let mut edit = Edit::new();
    edit.remove("head");
    write(&mut one, 1, edit);
    assert_eq!(one.get("head"), None);
    write(&mut other, 2, put("head", "李四"));
    assert_eq!(text(&merge(&one, &other), "head").as_deref(), Some("李四"));
}

#[test]
fn a_document_opens_from_its_changes_and_from_a_snapshot() {
    let mut document = household();
    let first = document.write(stamp(1, 1), put("head", "张三")).unwrap().unwrap();
    let snapshot = document.save().unwrap();
    let second = document.write(stamp(1, 2), put("phone", "13800138000")).unwrap().unwrap();
    assert_eq!(document.heads(), [second.hash]);
    let id = document.id();
    let changes = Document::open(id, None, [&first.bytes[..], &second.bytes[..]]).unwrap();
    let whole = Document::open(id, Some(&snapshot), [&second.bytes[..]]).unwrap();
    assert_eq!(changes.heads(), document.heads());
    assert_eq!(whole.heads(), document.heads());
    assert!(whole.holds(first.hash) && !whole.is_blank());
    assert_eq!(whole.list(""), document.list(""));
}

#[test]
fn a_change_of_one_document_does_not_open_in_another() {
    let mut document = household();
    let change = document.write(stamp(1, 1), put("head", "张三")).unwrap().unwrap();
    let elsewhere = doc(DocKind::Household, 2);
    assert_eq!(Document::open(elsewhere, None, [&change.bytes[..]]).err(), Some(OpenError::Change));
    assert_eq!(Document::open(elsewhere, Some(&document.save().unwrap()), []).err(), Some(OpenError::OtherDocument));
}

#[test]
fn damaged_bytes_are_an_error() {
    let mut document = household();
    let change = document.write(stamp(1, 1), put("head", "张三")).unwrap().unwrap();
    let (id, snapshot) = (document.id(), document.save().unwrap());
    assert_eq!(Document::open(id, Some(&snapshot[..snapshot.len() - 3]), []).err(), Some(OpenError::Snapshot));
    assert_eq!(Document::open(id, Some(b"not a document"), []).err(), Some(OpenError::Snapshot));
    assert_eq!(Document::open(id, None, [&change.bytes[..9]]).err(), Some(OpenError::Change));
}

#[test]
fn the_documents_own_name_is_not_written() {
    let mut document = household();
    for key in [ID_KEY, SCHEMA_KEY, GENERATION_KEY] {
        assert_eq!(document.write(stamp(1, 1), put(key, 2)), Err(WriteError::GenesisKey));
    }
    let mut edit = put("head", "张三");
    edit.put("newer", Scalar::Unknown);
    assert_eq!(document.write(stamp(1, 1), edit), Err(WriteError::UnknownValue));
    assert!(document.is_blank(), "nothing of a failed write stays");
}

#[test]
fn what_a_newer_version_wrote_survives_a_rewrite_by_this_one() {
    let mut document = household();
    document
        .whole_mut()
        .transact::<_, _, automerge::AutomergeError>(|tx| {
            tx.put(ROOT, "drone", ScalarValue::F64(1.5))?;
            let list = tx.put_object(ROOT, "flights", ObjType::List)?;
            tx.insert(&list, 0, "first")
        })
        .unwrap();
    write(&mut document, 1, put("head", "张三"));
    let reopened = Document::open(document.id(), Some(&document.save().unwrap()), []).unwrap();
    assert_eq!(reopened.get("drone").unwrap().value, Scalar::Unknown);
    assert_eq!(reopened.get("flights").unwrap().value, Scalar::Unknown);
    let (value, _) = reopened.whole().unwrap().get(ROOT, "drone").unwrap().unwrap();
    assert_eq!(value.as_f64(), Some(1.5));
}

#[test]
fn a_value_that_is_written_again_counts_as_written_though_nothing_about_it_differs() {
    let mut before = household();
    write(&mut before, 1, put("head", "张三"));
    write(&mut before, 2, put("phone", "13800138000"));
    let mut after = before.clone();
    write(&mut after, 1, put("head", "李四"));
    write(&mut after, 1, put("head", "张三"));
    assert_eq!(after.told_values("head"), before.told_values("head"));
    assert_eq!(after.written_since(&before, "head"), [Scalar::from("张三")]);
    assert!(after.written_since(&before, "phone").is_empty());
    let mut edit = Edit::new();
    edit.remove("phone");
    write(&mut after, 1, edit);
    assert!(after.written_since(&before, "phone").is_empty(), "nothing is written where something was taken away");
}

#[test]
fn a_stored_change_that_follows_one_which_is_not_there_does_not_open() {
    let mut document = household();
    let changes = ["张三", "李四", "王五"].map(|head| document.write(stamp(1, 1), put("head", head)).unwrap().unwrap());
    let opens = |kept: &[usize]| {
        let stored = kept.iter().filter_map(|at| changes.get(*at)).map(|change| &change.bytes[..]);
        Document::open(document.id(), None, stored).map(|document| document.heads())
    };
    assert_eq!(opens(&[0, 1, 2]), Ok(document.heads()));
    for without in [&[0, 2][..], &[1], &[1, 2]] {
        assert_eq!(opens(without), Err(OpenError::Change), "{without:?}");
    }
}

#[test]
fn a_change_tells_who_wrote_it() {
    let actor = stamp(7, 0).actor;
    assert!(actor.is_of(worker(7)) && !actor.is_of(worker(8)));
    assert!(actor.belongs_to(worker(7), [7; 16]) && !actor.belongs_to(worker(7), [8; 16]));
    let next = ActorId::new(worker(7), [7; 16], 1);
    assert!(next != actor && next.belongs_to(worker(7), [7; 16]));
}

#[test]
fn a_document_id_carries_its_kind_and_is_derived_alike_everywhere() {
    for kind in [DocKind::Roster, DocKind::Household, DocKind::Diary, DocKind::Matter, DocKind::Other(77)] {
        let id = doc(kind, 9);
        assert_eq!(id.kind(), kind);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(DocId::from_bytes(id.to_bytes()), Ok(id));
    }
    let derived = DocId::derive(DocKind::Diary, &[b"ab", b"c"]);
    assert_eq!(derived, DocId::derive(DocKind::Diary, &[b"ab", b"c"]));
    assert_ne!(derived, DocId::derive(DocKind::Diary, &[b"a", b"bc"]));
    assert_eq!(derived.to_string(), "039ad4f2-fb98-88ea-880c-8a4c81b5e3b3", "derived names never change");
    assert!(DocId::from_bytes([0xff; 16]).is_err() && "not an id".parse::<DocId>().is_err());
}

#[test]
fn an_import_derives_the_same_people_and_records_again() {
    assert_eq!(WorkerId::derive(&[b"a"]), WorkerId::derive(&[b"a"]));
    assert_ne!(WorkerId::derive(&[b"a"]), WorkerId::derive(&[b"b"]));
    let record = crate::RecordId::derive(&[b"a"]);
    assert_eq!(record.to_string().parse(), Ok(record));
    assert_eq!(record.to_string().len(), 11);
    assert!("too short".parse::<crate::RecordId>().is_err());
}

mod flat;
mod generations;
