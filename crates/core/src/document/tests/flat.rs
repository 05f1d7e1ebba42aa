//! The evidence of `docs/adr/0001-flat-documents.md`: the same visit written flat and nested.

use automerge::transaction::Transactable as _;
use automerge::{Automerge, ObjType, ROOT, ReadDoc as _};

use crate::household::{self, Met, VisitDraft, VisitForm, VisitMode};
use crate::testing::{day, doc, id, stamp, worker};
use crate::{DocKind, Document};

const NOTE: &str = "王阿婆家的自来水又小了，说是楼上装修后就这样，已答应帮她问物业。";

fn visit_form() -> VisitForm {
    VisitForm {
        workers: vec![worker(1)],
        date: Some(day(3)),
        mode: Some(VisitMode::Home),
        met: Some(Met::Head),
        note: NOTE.into(),
        entered_by: Some(worker(1)),
        ..VisitForm::default()
    }
}

/// Bytes and operations of a change.
type Cost = (usize, usize);

/// A visit as this crate writes it: what its change costs, and the document.
fn flat() -> (Cost, Document) {
    let mut document = Document::new(doc(DocKind::Household, 1));
    let draft = VisitDraft::new(visit_form()).unwrap();
    let change = document.write(stamp(1, 1), household::visit(id(1), &draft)).unwrap().unwrap();
    let operations = automerge::Change::try_from(&change.bytes[..]).unwrap().len();
    ((change.bytes.len(), operations), document)
}

/// The same visit as a map inside a map of visits, as automerge's own examples would have it.
fn nested() -> Cost {
    let mut document = Document::new(doc(DocKind::Household, 1)).whole().unwrap().clone();
    let visits = document
        .transact::<_, _, automerge::AutomergeError>(|tx| tx.put_object(ROOT, "visits", ObjType::Map))
        .unwrap()
        .result;
    document.set_actor(automerge::ActorId::from(&stamp(1, 1).actor.to_bytes()[..]));
    let written = document
        .transact::<_, _, automerge::AutomergeError>(|tx| {
            let visit = tx.put_object(&visits, id(1).to_string(), ObjType::Map)?;
            let workers = tx.put_object(&visit, "workers", ObjType::Map)?;
            tx.put(&workers, worker(1).to_string(), true)?;
            tx.put(&visit, "date", day(3).to_string())?;
            tx.put(&visit, "mode", VisitMode::Home.code())?;
            tx.put(&visit, "met", Met::Head.code())?;
            tx.put(&visit, "note", NOTE)?;
            tx.put(&visit, "entered_by", worker(1).to_string())
        })
        .unwrap();
    let change = document.get_change_by_hash(&written.hash.unwrap()).unwrap();
    (change.raw_bytes().len(), change.len())
}

#[test]
fn a_flat_visit_is_one_operation_and_no_more_bytes_than_a_nested_one() {
    let ((flat, _), nested) = (flat(), nested());
    assert_eq!((flat.1, nested.1), (1, 8), "operations");
    assert!(flat.0 < nested.0, "flat {} bytes, nested {}", flat.0, nested.0);
}

#[test]
fn a_flat_document_holds_no_object_but_its_root() {
    let (_, document) = flat();
    assert!(
        document.whole().unwrap().map_range(ROOT, ..).all(|item| matches!(item.value, automerge::ValueRef::Scalar(_)))
    );
}

#[test]
fn two_nested_maps_made_at_once_hide_one_sides_data_and_flat_keys_do_not() {
    let write = |n: u8| {
        let mut document = Automerge::new();
        document.set_actor(automerge::ActorId::from(&[n; 16][..]));
        document
            .transact::<_, _, automerge::AutomergeError>(|tx| {
                let visits = tx.put_object(ROOT, "visits", ObjType::Map)?;
                tx.put(&visits, n.to_string(), "visited")
            })
            .unwrap();
        document
    };
    let mut nested = write(1);
    nested.merge(&mut write(2)).unwrap();
    let (_, visits) = nested.get(ROOT, "visits").unwrap().unwrap();
    assert_eq!(nested.keys(&visits).count(), 1, "one of two visits is hidden");

    let (mut one, mut other) = (flat().1, Document::new(doc(DocKind::Household, 1)));
    let draft = VisitDraft::new(visit_form()).unwrap();
    other.write(stamp(2, 2), household::visit(id(2), &draft)).unwrap();
    one = crate::testing::merge(&one, &other);
    assert_eq!(household::Household::read(&one).visits.len(), 2);
}
