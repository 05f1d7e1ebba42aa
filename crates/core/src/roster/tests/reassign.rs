//! Households handed on, on a roster alone.

use super::*;
use crate::lang::Lang;

const A: u8 = 1;
const B: u8 = 2;
const C: u8 = 3;

fn home(n: u8) -> DocId {
    doc(DocKind::Household, n)
}

/// A, B and C at work, D gone; A has the first two households, B the third.
fn roster(links: &[(u8, LinkForm)]) -> Document {
    let mut document = village();
    write(&mut document, 9, put_worker(worker(C), &member("王五")));
    let mut gone = put_worker(worker(4), &member("赵六"));
    gone.extend(set_active(worker(4), false));
    write(&mut document, 9, gone);
    for (n, form) in links {
        write(&mut document, 9, put_link(id(*n), &LinkDraft::new(form).unwrap()));
    }
    document
}

fn usual() -> Document {
    roster(&[(1, link(A, 1)), (2, link(A, 2)), (3, link(B, 3))])
}

fn for_good(which: Which, to: u8, first: u32) -> Reassignment {
    Reassignment { which, to: worker(to), first_day: day(first), last_day: None }
}

fn cover(which: Which, to: u8, first: u32, last: u32) -> Reassignment {
    Reassignment { last_day: Some(day(last)), ..for_good(which, to, first) }
}

fn these(homes: &[u8]) -> Which {
    Which::These { households: homes.iter().map(|n| home(*n)).collect(), of: None }
}

fn all_of(n: u8) -> Which {
    Which::AllOf(worker(n))
}

/// Reassigns, and says how many households changed hands.
fn done(document: &mut Document, asked: &Reassignment) -> usize {
    let reassigned = Roster::read(document).reassign(asked).unwrap();
    for (key, value) in reassigned.edit.writes() {
        assert!(crate::value::check(SCHEMA, Key::of(key), value.unwrap()).unwrap(), "{key} may be recorded");
    }
    write(document, 9, reassigned.edit);
    reassigned.households.len()
}

/// Who has a household on each of some days.
fn contacts(document: &Document, n: u8, days: &[u32]) -> Vec<Vec<u8>> {
    let roster = Roster::read(document);
    let number = |id: &WorkerId| id.0.as_bytes()[0];
    days.iter().map(|on| roster.linked_to(home(n), day(*on)).iter().map(number).collect()).collect()
}

#[test]
fn a_household_is_the_former_workers_until_the_eve_and_the_new_ones_from_the_day_on() {
    let mut document = usual();
    assert_eq!(done(&mut document, &for_good(these(&[1]), B, 10)), 1);
    assert_eq!(contacts(&document, 1, &[1, 9, 10, 30]), [vec![A], vec![A], vec![B], vec![B]]);
    assert_eq!(contacts(&document, 2, &[9, 10]), [vec![A], vec![A]], "the other one stays");
    assert!(Roster::read(&document).was_ever_linked(worker(A), home(1)));
}

#[test]
fn all_of_a_workers_households_move_at_once_those_where_the_worker_stands_in_too() {
    let stands_in = LinkForm { backup: Some(worker(A)), ..link(C, 4) };
    let mut document = roster(&[(1, link(A, 1)), (2, link(A, 2)), (3, link(B, 3)), (4, stands_in)]);
    assert_eq!(done(&mut document, &for_good(all_of(A), B, 10)), 3);
    for n in [1, 2] {
        assert_eq!(contacts(&document, n, &[9, 10]), [vec![A], vec![B]]);
    }
    assert_eq!(contacts(&document, 4, &[9, 10]), [vec![A, C], vec![B, C]], "C stays the contact");
    assert_eq!(Roster::read(&document).households_of(worker(A), day(10)).len(), 0);
}

#[test]
fn a_worker_who_has_left_still_hands_on() {
    let mut document = roster(&[(1, link(4, 1))]);
    assert_eq!(done(&mut document, &for_good(all_of(4), B, 10)), 1);
    assert_eq!(contacts(&document, 1, &[10]), [vec![B]]);
}

#[test]
fn a_cover_ends_by_itself_and_leaves_the_link_as_it_is() {
    let mut document = usual();
    assert_eq!(done(&mut document, &cover(all_of(A), B, 10, 12)), 2);
    assert_eq!(contacts(&document, 1, &[9, 10, 12, 13]), [vec![A], vec![A, B], vec![A, B], vec![A]]);
    let link = Roster::read(&document).links[&id(1)].value.clone();
    assert_eq!((link.worker, link.to), (Some(worker(A)), None));
}

#[test]
fn a_cover_lasts_no_longer_than_the_link_it_covers() {
    let ends = LinkForm { from: Some(day(5)), to: Some(day(11)), ..link(A, 1) };
    let mut document = roster(&[(1, ends)]);
    done(&mut document, &cover(these(&[1]), B, 1, 20));
    assert_eq!(contacts(&document, 1, &[4, 5, 11, 12]), [vec![], vec![A, B], vec![A, B], vec![]]);
}

#[test]
fn covers_that_overlap_become_one_and_a_hand_over_during_a_cover_makes_it_last() {
    let mut document = usual();
    done(&mut document, &cover(these(&[1]), B, 10, 14));
    assert_eq!(
        done(
            &mut document,
            &Reassignment {
                which: Which::These { households: [home(1)].into(), of: Some(worker(A)) },
                ..cover(these(&[1]), B, 12, 18)
            }
        ),
        1
    );
    assert_eq!(contacts(&document, 1, &[9, 10, 16, 18, 19]), [vec![A], vec![A, B], vec![A, B], vec![A, B], vec![A]]);
    assert_eq!(Roster::read(&document).links.len(), 4, "the cover was stretched, not doubled");
    done(&mut document, &for_good(all_of(A), B, 15));
    assert_eq!(contacts(&document, 1, &[14, 15, 30]), [vec![A, B], vec![B], vec![B]]);
    assert!(
        Roster::read(&document)
            .load_warnings(day(20), Preset::JIAXING)
            .iter()
            .all(|told| !matches!(told, LoadWarning::LinkedTwice { .. }))
    );
}

#[test]
fn a_second_reassignment_on_the_same_day_leaves_a_trace_of_the_first() {
    let mut document = usual();
    done(&mut document, &for_good(these(&[1]), B, 10));
    assert_eq!(done(&mut document, &for_good(these(&[1]), C, 10)), 1);
    assert_eq!(contacts(&document, 1, &[9, 10, 11]), [vec![A], vec![C], vec![C]]);
    assert!(Roster::read(&document).was_ever_linked(worker(B), home(1)), "so that B's work is late and not refused");
    done(&mut document, &for_good(these(&[1]), B, 10));
    assert_eq!(contacts(&document, 1, &[9, 10, 11]), [vec![A], vec![B], vec![B]], "and back");
}

#[test]
fn a_link_that_begins_later_is_handed_on_from_its_own_first_day() {
    let later = LinkForm { from: Some(day(20)), ..link(A, 1) };
    let mut document = roster(&[(1, later)]);
    done(&mut document, &for_good(these(&[1]), B, 10));
    assert_eq!(contacts(&document, 1, &[10, 19, 20]), [vec![], vec![], vec![B]]);
}

#[test]
fn asking_again_for_what_is_done_writes_nothing() {
    for asked in [
        for_good(these(&[1]), B, 10),
        for_good(all_of(A), B, 10),
        cover(all_of(A), B, 10, 12),
        cover(these(&[1]), B, 10, 12),
    ] {
        let mut document = usual();
        assert!(done(&mut document, &asked) > 0);
        let again = Roster::read(&document).reassign(&asked).unwrap();
        assert!(again.edit.is_empty() && again.households.is_empty(), "{asked:?}");
    }
}

#[test]
fn what_cannot_be_handed_on_says_why_in_both_languages() {
    use NotReassigned::*;
    let twice = (4, link(C, 1));
    let of = |n: u8| Which::These { households: [home(1)].into(), of: Some(worker(n)) };
    for (asked, expected) in [
        (for_good(these(&[1]), 77, 10), UnknownWorker),
        (for_good(all_of(77), B, 10), UnknownWorker),
        (for_good(these(&[1]), 4, 10), NotActive),
        (for_good(all_of(A), A, 10), SamePerson),
        (cover(these(&[1]), B, 10, 9), DaysInWrongOrder),
        (for_good(all_of(4), B, 10), NothingToHandOn),
        (for_good(these(&[]), B, 10), NothingToHandOn),
        (for_good(these(&[9]), B, 10), NotLinked),
        (for_good(of(4), B, 10), NotLinked),
        (for_good(these(&[1]), B, 10), SeveralContacts),
    ] {
        let document = roster(&[(1, link(A, 1)), (2, link(A, 2)), twice.clone()]);
        assert_eq!(Roster::read(&document).reassign(&asked).err(), Some(expected), "{asked:?}");
    }
    for why in NotReassigned::ALL {
        assert!(why.message(Lang::Zh).ends_with('。') && why.message(Lang::En).ends_with('.'), "{why:?}");
    }
}
