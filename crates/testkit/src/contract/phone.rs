//! What every phone's store promises. `P` is opened anew for each rule.

use std::fmt::Debug;

use lianhu_sync::ids::{Digest, Heads, LogId, Position};
use lianhu_sync::message::{HeldReason, RefusedCode};
use lianhu_sync::ports::{
    PendingChange, PendingState, PhoneBase, PhoneDocSummary, PhoneStanding, PhoneStore, PhoneWrite,
};
use lianhu_sync::seal::Seal;

use super::{admitted, bytes, doc, hash};

/// One test for each rule, on the store that the closure opens.
#[macro_export]
macro_rules! phone_contract {
    ($open:expr) => {
        $crate::contract_tests!(
            $open,
            phone,
            a_new_phone_holds_nothing,
            a_standing_is_replaced_whole,
            changes_lengthen_the_tail,
            a_snapshot_replaces_snapshot_and_tail,
            a_card_alone_is_a_document_without_base,
            a_seal_stays_with_its_base_until_a_newer_one_comes,
            withdrawn_is_marked_and_unmarked,
            a_document_that_keeps_only_own_changes_can_be_withdrawn,
            a_forgotten_document_leaves_only_its_refused_changes,
            own_changes_come_oldest_first,
            own_changes_are_found_by_document,
            an_own_change_changes_its_state_and_nothing_else,
            a_settled_change_is_gone,
            what_is_not_there_is_moved_without_harm,
            adding_a_change_again_leaves_it_as_it_is,
            writes_apply_in_their_order,
            a_destroyed_phone_is_a_new_one,
        );
    };
}

/// Never met a township, no documents, nothing written.
pub fn a_new_phone_holds_nothing<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let phone = open();
    assert_eq!(phone.standing().unwrap(), PhoneStanding::default());
    assert!(phone.documents().unwrap().is_empty());
    assert!(phone.pending(None).unwrap().is_empty());
    assert_eq!(phone.base(doc(1)).unwrap(), None);
}

/// Nothing is left of what it held, and it can be written to like a new one.
pub fn a_destroyed_phone_is_a_new_one<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    let refused = pending(1, 8, refused());
    phone
        .commit(vec![PhoneWrite::Standing(standing()), base(1, Some(b"all"), &[1]), card(1, b"card"), refused])
        .unwrap();
    phone.destroy().unwrap();
    assert_eq!(phone.standing().unwrap(), PhoneStanding::default());
    assert!(phone.documents().unwrap().is_empty());
    assert!(phone.pending(None).unwrap().is_empty());
    assert_eq!(phone.base(doc(1)).unwrap(), None);
    phone.commit(vec![PhoneWrite::Standing(standing()), card(2, b"next")]).unwrap();
    assert_eq!(phone.standing().unwrap(), standing());
    assert_eq!(phone.documents().unwrap(), [summary(2, Heads::default(), b"next", false)]);
}

/// Every part of it.
pub fn a_standing_is_replaced_whole<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone.commit(vec![PhoneWrite::Standing(standing())]).unwrap();
    assert_eq!(phone.standing().unwrap(), standing());
    phone.commit(vec![PhoneWrite::Standing(PhoneStanding::default())]).unwrap();
    assert_eq!(phone.standing().unwrap(), PhoneStanding::default());
}

/// In the order in which they were absorbed.
pub fn changes_lengthen_the_tail<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone.commit(vec![base(1, None, &[5, 3])]).unwrap();
    phone.commit(vec![base(2, None, &[20]), base(1, None, &[4])]).unwrap();
    let expected = PhoneBase {
        heads: heads(4),
        snapshot: None,
        tail: vec![bytes(5, 40), bytes(3, 40), bytes(4, 40)],
        sealed: None,
    };
    assert_eq!(phone.base(doc(1)).unwrap(), Some(expected));
    assert_eq!(phone.base(doc(2)).unwrap().unwrap().tail, [bytes(20, 40)]);
}

/// And the tail starts anew after it.
pub fn a_snapshot_replaces_snapshot_and_tail<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone.commit(vec![base(1, Some(b"one"), &[1, 2])]).unwrap();
    let first = PhoneBase {
        heads: heads(2),
        snapshot: Some(b"one".to_vec()),
        tail: vec![bytes(1, 40), bytes(2, 40)],
        sealed: None,
    };
    assert_eq!(phone.base(doc(1)).unwrap(), Some(first));
    phone.commit(vec![base(1, Some(b"two"), &[3])]).unwrap();
    let second = PhoneBase { heads: heads(3), snapshot: Some(b"two".to_vec()), tail: vec![bytes(3, 40)], sealed: None };
    assert_eq!(phone.base(doc(1)).unwrap(), Some(second));
}

/// Over the heads it names, however the base grows; and a document without base keeps none.
pub fn a_seal_stays_with_its_base_until_a_newer_one_comes<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    let seal = |number: u8| PhoneWrite::Seal { doc: doc(1), heads: heads(number.into()), seal: Seal([number; 16]) };
    phone.commit(vec![seal(1)]).unwrap();
    assert_eq!(phone.base(doc(1)).unwrap(), None);
    phone.commit(vec![base(1, None, &[1]), seal(1), base(1, None, &[2])]).unwrap();
    assert_eq!(phone.base(doc(1)).unwrap().unwrap().sealed, Some((heads(1), Seal([1; 16]))));
    phone.commit(vec![seal(2)]).unwrap();
    assert_eq!(phone.base(doc(1)).unwrap().unwrap().sealed, Some((heads(2), Seal([2; 16]))));
    phone.commit(vec![PhoneWrite::Forget { doc: doc(1) }, seal(3)]).unwrap();
    assert_eq!(phone.base(doc(1)).unwrap(), None);
}

/// It is listed, with blank heads.
pub fn a_card_alone_is_a_document_without_base<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone.commit(vec![card(1, b"first")]).unwrap();
    assert_eq!(phone.base(doc(1)).unwrap(), None);
    assert_eq!(phone.documents().unwrap(), [summary(1, Heads::default(), b"first", false)]);
    phone.commit(vec![base(1, None, &[1]), card(1, b"second")]).unwrap();
    assert_eq!(phone.documents().unwrap(), [summary(1, heads(1), b"second", false)]);
}

/// The base stays meanwhile.
pub fn withdrawn_is_marked_and_unmarked<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone.commit(vec![base(1, None, &[1]), card(1, b"card")]).unwrap();
    for withdrawn in [true, false] {
        phone.commit(vec![PhoneWrite::Withdrawn { doc: doc(1), withdrawn }]).unwrap();
        assert_eq!(phone.documents().unwrap(), [summary(1, heads(1), b"card", withdrawn)]);
        assert!(phone.base(doc(1)).unwrap().is_some());
    }
}

/// The mark comes before the card.
pub fn a_document_that_keeps_only_own_changes_can_be_withdrawn<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    let mark = PhoneWrite::Withdrawn { doc: doc(1), withdrawn: true };
    phone.commit(vec![pending(1, 1, PendingState::Kept), mark, card(1, b"card")]).unwrap();
    assert_eq!(phone.documents().unwrap(), [summary(1, Heads::default(), b"card", true)]);
    assert_eq!(phone.base(doc(1)).unwrap(), None);
}

/// Words are never deleted by an exchange.
pub fn a_forgotten_document_leaves_only_its_refused_changes<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone.commit(vec![base(1, Some(b"one"), &[1]), card(1, b"card"), base(2, None, &[2])]).unwrap();
    phone.commit(vec![pending(1, 3, refused()), PhoneWrite::Forget { doc: doc(1) }]).unwrap();
    assert_eq!(phone.base(doc(1)).unwrap(), None);
    assert_eq!(phone.documents().unwrap(), [summary(2, heads(2), b"", false)]);
    assert_eq!(phone.pending(Some(doc(1))).unwrap(), [change(1, 3, refused())]);
    phone.commit(vec![base(1, None, &[9])]).unwrap();
    let again = PhoneBase { heads: heads(9), snapshot: None, tail: vec![bytes(9, 40)], sealed: None };
    assert_eq!(phone.base(doc(1)).unwrap(), Some(again), "nothing of the forgotten document is left");
}

/// Whatever their names and documents.
pub fn own_changes_come_oldest_first<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    for (on, number) in [(2, 9), (1, 5), (2, 1), (1, 7)] {
        phone.commit(vec![pending(on, number, PendingState::Kept)]).unwrap();
    }
    // The newest goes, and another comes: it is still the newest.
    phone.commit(vec![PhoneWrite::Settled { doc: doc(1), hash: hash(7) }]).unwrap();
    phone.commit(vec![pending(1, 2, PendingState::Kept)]).unwrap();
    let order: Vec<_> = phone.pending(None).unwrap().into_iter().map(|change| change.hash).collect();
    assert_eq!(order, [hash(9), hash(5), hash(1), hash(2)]);
}

/// And only that document's.
pub fn own_changes_are_found_by_document<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    let states = [PendingState::Kept, PendingState::Carried, PendingState::Held(HeldReason::Other(200)), refused()];
    for (number, state) in (1..).zip(states.clone()) {
        phone.commit(vec![pending(1, number, state.clone()), pending(2, number, state)]).unwrap();
    }
    let expected: Vec<_> = (1..).zip(states).map(|(number, state)| change(2, number, state)).collect();
    assert_eq!(phone.pending(Some(doc(2))).unwrap(), expected);
    assert!(phone.pending(Some(doc(3))).unwrap().is_empty());
}

/// Also back again.
pub fn an_own_change_changes_its_state_and_nothing_else<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone.commit(vec![pending(1, 1, PendingState::Kept), pending(1, 2, PendingState::Kept)]).unwrap();
    for state in [PendingState::Held(HeldReason::FollowsHeld), refused(), PendingState::Carried, PendingState::Kept] {
        phone.commit(vec![moved(1, 1, state.clone())]).unwrap();
        assert_eq!(phone.pending(None).unwrap(), [change(1, 1, state), change(1, 2, PendingState::Kept)]);
    }
}

/// From the list of all and from its document's.
pub fn a_settled_change_is_gone<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone.commit(vec![pending(1, 1, PendingState::Kept), pending(2, 1, PendingState::Kept)]).unwrap();
    phone.commit(vec![PhoneWrite::Settled { doc: doc(1), hash: hash(1) }]).unwrap();
    assert!(phone.pending(Some(doc(1))).unwrap().is_empty());
    assert_eq!(phone.pending(None).unwrap(), [change(2, 1, PendingState::Kept)]);
}

/// A verdict may come for a change that was settled long ago.
pub fn what_is_not_there_is_moved_without_harm<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    let settled = PhoneWrite::Settled { doc: doc(1), hash: hash(1) };
    phone.commit(vec![moved(1, 1, refused()), settled, PhoneWrite::Forget { doc: doc(1) }]).unwrap();
    phone
        .commit(vec![PhoneWrite::Withdrawn { doc: doc(1), withdrawn: false }, PhoneWrite::Forget { doc: doc(1) }])
        .unwrap();
    assert!(phone.pending(None).unwrap().is_empty());
    assert!(phone.documents().unwrap().is_empty());
}

/// A retry never makes a second one, nor takes back what became of the first.
pub fn adding_a_change_again_leaves_it_as_it_is<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone.commit(vec![pending(1, 1, refused())]).unwrap();
    phone.commit(vec![pending(1, 1, PendingState::Kept)]).unwrap();
    assert_eq!(phone.pending(None).unwrap(), [change(1, 1, refused())]);
}

/// Later writes see earlier ones.
pub fn writes_apply_in_their_order<P: PhoneStore>(open: &impl Fn() -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone
        .commit(vec![
            base(1, None, &[1]),
            card(1, b"old"),
            PhoneWrite::Forget { doc: doc(1) },
            pending(1, 3, PendingState::Kept),
            moved(1, 3, PendingState::Carried),
            base(1, Some(b"new"), &[]),
        ])
        .unwrap();
    let base = PhoneBase { heads: Heads::default(), snapshot: Some(b"new".to_vec()), tail: vec![], sealed: None };
    assert_eq!(phone.base(doc(1)).unwrap(), Some(base));
    assert_eq!(phone.documents().unwrap(), [summary(1, Heads::default(), b"", false)]);
    assert_eq!(phone.pending(None).unwrap(), [change(1, 3, PendingState::Carried)]);
}

/// Closes a phone with something of everything in it, opens it again with `reopen`, and compares all answers.
pub fn a_reopened_phone_gives_the_same_answers<P: PhoneStore>(open: &impl Fn() -> P, reopen: &impl Fn(P) -> P)
where
    P::Error: Debug,
{
    let mut phone = open();
    phone.commit(vec![PhoneWrite::Standing(standing()), base(1, Some(b"one"), &[1, 2]), card(1, b"card")]).unwrap();
    phone.commit(vec![pending(1, 3, PendingState::Kept), pending(2, 4, refused()), card(2, b"own")]).unwrap();
    phone.commit(vec![PhoneWrite::Seal { doc: doc(1), heads: heads(2), seal: Seal([7; 16]) }]).unwrap();
    let before = (phone.standing(), phone.documents(), phone.base(doc(1)), phone.pending(None));
    let phone = reopen(phone);
    assert_eq!(phone.standing().unwrap(), before.0.unwrap());
    assert_eq!(phone.documents().unwrap(), before.1.unwrap());
    assert_eq!(phone.base(doc(1)).unwrap(), before.2.unwrap());
    assert_eq!(phone.pending(None).unwrap(), before.3.unwrap());
}

fn standing() -> PhoneStanding {
    PhoneStanding {
        log: LogId([7; 16]),
        position: Position(1 << 40),
        digest: Digest::from_bytes([9; 16]),
        list_heads: true,
        host: b"host".to_vec(),
    }
}

fn base(on: u8, snapshot: Option<&[u8]>, tail: &[u64]) -> PhoneWrite {
    PhoneWrite::Base {
        doc: doc(on),
        heads: tail.last().map(|last| heads(*last)).unwrap_or_default(),
        snapshot: snapshot.map(<[u8]>::to_vec),
        tail: tail.iter().map(|number| admitted(*number, 40)).collect(),
    }
}

fn card(on: u8, card: &[u8]) -> PhoneWrite {
    PhoneWrite::Card { doc: doc(on), card: card.to_vec() }
}

fn change(on: u8, number: u64, state: PendingState) -> PendingChange {
    let touches = vec![format!("visits/{number}"), "title".to_owned()];
    PendingChange { doc: doc(on), hash: hash(number), bytes: bytes(number, 40), touches, state }
}

fn pending(on: u8, number: u64, state: PendingState) -> PhoneWrite {
    PhoneWrite::Pending(change(on, number, state))
}

fn moved(on: u8, number: u64, state: PendingState) -> PhoneWrite {
    PhoneWrite::PendingState { doc: doc(on), hash: hash(number), state }
}

fn summary(on: u8, heads: Heads, card: &[u8], withdrawn: bool) -> PhoneDocSummary {
    PhoneDocSummary { doc: doc(on), heads, card: card.to_vec(), withdrawn }
}

fn refused() -> PendingState {
    PendingState::Refused(RefusedCode::InvalidContent, "says why".into())
}

fn heads(number: u64) -> Heads {
    Heads::new(vec![hash(number)])
}
