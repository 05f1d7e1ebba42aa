//! The agenda: items in an order that several people can change while they are apart.

use crate::document::{Document, Edit, Field, Scalar};
use crate::draft::{ShortText, Title};
use crate::ids::{DocId, RecordId};
use crate::meeting::{Meeting, PublicTitle};
use crate::value::{Value, typed};

/// The most items on one agenda.
pub const MAX_ITEMS: usize = 200;

/// Where an item stands: items are ordered by it, ties by id. Between two items there is room for twenty more before the
/// positions have to be given out anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(i64);

impl Position {
    const GAP: i64 = 1 << 20;
    const MAX: i64 = 1 << 50;

    /// The `n`th position of an agenda that is laid out afresh, from 0.
    fn nth(n: usize) -> Self {
        let n = i64::try_from(n).unwrap_or(Self::MAX);
        Position(n.saturating_add(1).saturating_mul(Self::GAP).min(Self::MAX))
    }

    /// A position between two others; `None` if there is no room.
    fn between(before: Option<Position>, after: Option<Position>) -> Option<Self> {
        let low = before.map_or(0, |position| position.0);
        let place = match after {
            Some(Position(high)) => low.checked_add(high.checked_sub(low)?.checked_div(2)?)?,
            None => low.checked_add(Self::GAP)?,
        };
        let fits = place > low && after.is_none_or(|after| place < after.0) && place <= Self::MAX;
        fits.then_some(Position(place))
    }
}

impl Value for Position {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        scalar.as_int().filter(|place| (0..=Self::MAX).contains(place)).map(Position)
    }
    fn to_scalar(&self) -> Scalar {
        self.0.into()
    }
}

/// One item of an agenda.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// The matter it is about, if it is one.
    pub matter: Option<Field<DocId>>,
    /// What it is called, fit for the public board.
    pub title: Option<Field<Title>>,
    /// Which of the five matters (五事) it belongs to, in the village's own words.
    pub five: Option<Field<ShortText>>,
    /// Where it stands.
    pub position: Option<Field<Position>>,
}

impl Item {
    pub(super) fn take(&mut self, name: &str, field: &Field<Scalar>) {
        match name {
            "matter" => self.matter = typed(field),
            "title" => {
                self.title = field
                    .try_map(PublicTitle::from_scalar)
                    .and_then(|title| title.try_map(|title| Some(title.0.clone())));
            }
            "five" => self.five = typed(field),
            "position" => self.position = typed(field),
            _ => {}
        }
    }

    /// Whether there is something to talk about: what somebody moved while another dropped it is none any more.
    pub(super) fn is_one(&self) -> bool {
        self.matter.is_some() || self.title.is_some()
    }

    /// The name of the item about a matter: whoever puts a matter on the agenda gives its item the same name.
    pub fn id_of(matter: DocId) -> RecordId {
        RecordId::derive(&[b"item", &matter.to_bytes()])
    }

    fn place(&self) -> Position {
        self.position.as_ref().map_or(Position(Position::MAX), |position| position.value)
    }
}

impl Meeting {
    /// The items in their order. Every replica that holds the same changes has the same order.
    pub fn agenda(&self) -> Vec<(RecordId, &Item)> {
        let mut agenda: Vec<_> = self.items.iter().map(|(id, item)| (*id, item)).collect();
        agenda.sort_by_key(|(id, item)| (item.place(), *id));
        agenda
    }

    /// The item about a matter, whatever its name.
    pub fn item_about(&self, matter: DocId) -> Option<(RecordId, &Item)> {
        let is = |item: &Item| item.matter.as_ref().is_some_and(|field| field.value == matter);
        self.items.iter().find(|(_, item)| is(item)).map(|(id, item)| (*id, item))
    }
}

/// Puts an item before another one, or at the end. Only its own position is written, unless there is no room left
/// between its neighbours: then all are given out anew.
pub(super) fn put_before(meeting: &Meeting, item: RecordId, before: Option<RecordId>) -> Edit {
    let others: Vec<(RecordId, Position)> =
        meeting.agenda().into_iter().filter(|(id, _)| *id != item).map(|(id, item)| (id, item.place())).collect();
    let at = before.and_then(|before| others.iter().position(|(id, _)| *id == before)).unwrap_or(others.len());
    let left = at.checked_sub(1).and_then(|left| others.get(left)).map(|(_, place)| *place);
    let right = others.get(at).map(|(_, place)| *place);
    let mut edit = Edit::new();
    let mut put = |id: RecordId, place: Position| {
        edit.put(format!("item/{id}/position"), place.to_scalar());
    };
    match Position::between(left, right) {
        Some(place) => put(item, place),
        None => {
            let mut order: Vec<RecordId> = others.iter().map(|(id, _)| *id).collect();
            order.insert(at.min(order.len()), item);
            order.into_iter().enumerate().for_each(|(n, id)| put(id, Position::nth(n)));
        }
    }
    edit
}

/// Takes an item off. What was decided about it stays.
pub(super) fn drop_item(document: &Document, item: RecordId) -> Edit {
    let mut edit = Edit::new();
    for (key, _) in document.list(&format!("item/{item}/")) {
        edit.remove(key);
    }
    edit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_between_two_positions_until_there_is_none() {
        let (mut low, high) = (Position(0), Position::nth(0));
        let mut halved = 0;
        while let Some(middle) = Position::between(Some(low), Some(high)) {
            assert!(low < middle && middle < high);
            low = middle;
            halved += 1;
        }
        assert_eq!(halved, 20);
        assert_eq!(Position::between(Some(Position(Position::MAX)), None), None, "after the last there is none");
        assert_eq!(Position::between(Some(high), Some(high)), None);
    }

    #[test]
    fn a_position_out_of_bounds_reads_as_absent() {
        for bad in [-1, i64::MAX, i64::MIN, Position::MAX + 1] {
            assert_eq!(Position::from_scalar(&bad.into()), None, "{bad}");
        }
        assert_eq!(Position::from_scalar(&7.into()), Some(Position(7)));
    }
}
