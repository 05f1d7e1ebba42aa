//! The rows of a change: its columns written out, each as long as there are operations, and the references in them.
//! Run lengths are summed before anything is built.

use super::columns::{Column, Delta, Item, Text, Unsigned, find, flags, kind, runs, spec};
use super::limits::{MAX_CHANGE_OPS, MAX_CHANGE_PREDS};
use super::scan::ScanError;
use crate::document::CharId;
use crate::ids::ActorId;

const OBJECT_ACTOR: u32 = spec(0, kind::ACTOR);
const OBJECT_COUNTER: u32 = spec(0, kind::INTEGER);
const ELEMENT_ACTOR: u32 = spec(1, kind::ACTOR);
const ELEMENT_COUNTER: u32 = spec(1, kind::DELTA);
const KEY: u32 = spec(1, kind::TEXT);
const INSERT: u32 = spec(3, kind::FLAG);
const ACTION: u32 = spec(4, kind::INTEGER);
const VALUE_META: u32 = spec(5, kind::VALUE_META);
pub(super) const VALUE: u32 = spec(5, kind::VALUE);
const PRED_COUNT: u32 = spec(7, kind::GROUP);
const PRED_ACTOR: u32 = spec(7, kind::ACTOR);
const PRED_COUNTER: u32 = spec(7, kind::DELTA);
/// The columns there may be. What is missing here (marks, messages) is refused by that.
pub(super) const COLUMNS: [u32; 12] = [
    OBJECT_ACTOR,
    OBJECT_COUNTER,
    ELEMENT_ACTOR,
    ELEMENT_COUNTER,
    KEY,
    INSERT,
    ACTION,
    VALUE_META,
    VALUE,
    PRED_COUNT,
    PRED_ACTOR,
    PRED_COUNTER,
];

/// The rows of a change, column by column; every column has as many as there are operations.
pub(super) struct Rows<'a> {
    pub(super) actions: Vec<u64>,
    pub(super) keys: Vec<Option<&'a str>>,
    pub(super) inserts: Vec<bool>,
    pub(super) metas: Vec<u64>,
    pub(super) pred_counts: Vec<u64>,
    pub(super) objects: Vec<Reference>,
    pub(super) elements: Vec<Reference>,
}

/// An actor's place among those the change names, and a counter. Only both or neither refer to something; an element
/// without actor and with counter nought is the beginning of the prose.
pub(super) type Reference = (Option<u64>, Option<i64>);

impl<'a> Rows<'a> {
    pub(super) fn of(columns: &[Column<'a>]) -> Result<Self, ScanError> {
        let actions = expand::<Unsigned>(find(columns, ACTION), MAX_CHANGE_OPS)?;
        let ops = actions.len();
        if ops == 0 {
            return Err(ScanError::Empty);
        }
        let keys = expand_some::<Text>(columns, KEY, ops, ScanError::Key)?;
        let mut inserts = Vec::new();
        flags(find(columns, INSERT), MAX_CHANGE_OPS, |yes, count| {
            inserts.resize(inserts.len() + count, yes);
            Ok(())
        })?;
        let metas = expand::<Unsigned>(find(columns, VALUE_META), MAX_CHANGE_OPS)?;
        let pred_counts = expand::<Unsigned>(find(columns, PRED_COUNT), MAX_CHANGE_OPS)?;
        if inserts.len() != ops || pred_counts.len() != ops {
            return Err(ScanError::Spelling);
        }
        if metas.len() != ops {
            return Err(ScanError::Value);
        }
        let object_actors = expand_some::<Unsigned>(columns, OBJECT_ACTOR, ops, ScanError::Object)?;
        let object_counters = expand_some::<Unsigned>(columns, OBJECT_COUNTER, ops, ScanError::Object)?;
        let object_counters = object_counters.into_iter().map(|counter| match counter {
            None => Ok(None),
            Some(counter) => i64::try_from(counter).map(Some).map_err(|_| ScanError::Object),
        });
        let object_counters = object_counters.collect::<Result<Vec<_>, _>>()?;
        let element_actors = expand_some::<Unsigned>(columns, ELEMENT_ACTOR, ops, ScanError::Prose)?;
        let element_counters = summed(expand_some::<Delta>(columns, ELEMENT_COUNTER, ops, ScanError::Prose)?)?;
        let objects = object_actors.into_iter().zip(object_counters).collect();
        let elements = element_actors.into_iter().zip(element_counters).collect();
        Ok(Rows { actions, keys, inserts, metas, pred_counts, objects, elements })
    }
}

/// Differences as the numbers they add up to.
pub(super) fn summed(deltas: Vec<Option<i64>>) -> Result<Vec<Option<i64>>, ScanError> {
    let mut sum = 0_i64;
    let sums = deltas.into_iter().map(|delta| match delta {
        None => Ok(None),
        Some(delta) => {
            sum = sum.checked_add(delta).ok_or(ScanError::Counter)?;
            Ok(Some(sum))
        }
    });
    sums.collect()
}

/// The actors a change names, and which of the others it has named so far: each is there for a reason.
pub(super) struct Actors {
    all: Vec<ActorId>,
    named: Vec<bool>,
}

impl Actors {
    pub(super) fn new(author: ActorId, others: &[ActorId]) -> Self {
        let all: Vec<ActorId> = std::iter::once(author).chain(others.iter().copied()).collect();
        Actors { named: vec![false; all.len()], all }
    }

    fn at(&mut self, index: u64) -> Result<ActorId, ScanError> {
        let index = usize::try_from(index).map_err(|_| ScanError::OtherActors)?;
        *self.named.get_mut(index).ok_or(ScanError::OtherActors)? = true;
        self.all.get(index).copied().ok_or(ScanError::OtherActors)
    }

    /// The operation a reference names; both parts have to be there.
    pub(super) fn name(&mut self, reference: Reference) -> Result<CharId, ScanError> {
        let (Some(actor), Some(counter)) = reference else { return Err(ScanError::Object) };
        let counter = u64::try_from(counter).map_err(|_| ScanError::Object)?;
        Ok(CharId { actor: self.at(actor)?, counter })
    }

    /// The character an operation in prose refers to: an earlier one, or the beginning.
    pub(super) fn element(&mut self, reference: Reference, own: u64) -> Result<Option<CharId>, ScanError> {
        match reference {
            (None, Some(0)) => Ok(None),
            (Some(actor), Some(counter)) => {
                let counter = u64::try_from(counter).ok().filter(|counter| (1..own).contains(counter));
                let counter = counter.ok_or(ScanError::Counter)?;
                Ok(Some(CharId { actor: self.at(actor)?, counter }))
            }
            _ => Err(ScanError::Prose),
        }
    }

    pub(super) fn all_named(&self) -> Result<(), ScanError> {
        if self.named.iter().skip(1).all(|named| *named) { Ok(()) } else { Err(ScanError::OtherActors) }
    }
}

/// Writes a column's runs out, once their sum is known to stay within `limit`; empty values are refused.
pub(super) fn expand<'a, I: Item>(column: &'a [u8], limit: usize) -> Result<Vec<I::Value<'a>>, ScanError> {
    let mut values = Vec::new();
    let mut nothing = false;
    runs::<I>(column, limit, |value, count| {
        match value {
            Some(value) => values.resize(values.len() + count, value),
            None => nothing = true,
        }
        Ok(())
    })?;
    if nothing { Err(ScanError::Value) } else { Ok(values) }
}

/// The same for a column that says something of some operations only: as many values as operations, or no column at all
/// where it says nothing of any.
fn expand_some<'a, I: Item>(
    columns: &[Column<'a>],
    number: u32,
    ops: usize,
    otherwise: ScanError,
) -> Result<Vec<Option<I::Value<'a>>>, ScanError> {
    let column = find(columns, number);
    if column.is_empty() {
        return Ok(vec![None; ops]);
    }
    let mut values = Vec::new();
    runs::<I>(column, MAX_CHANGE_OPS, |value, count| {
        values.resize(values.len() + count, value);
        Ok(())
    })?;
    let says_something = values.iter().any(Option::is_some);
    if says_something && values.len() == ops { Ok(values) } else { Err(otherwise) }
}

/// Every predecessor is an operation with a smaller counter, of an actor the change names; all of them, in order.
pub(super) fn check_preds(
    columns: &[Column<'_>],
    counts: &[u64],
    named: &mut Actors,
    start_op: u64,
) -> Result<Vec<CharId>, ScanError> {
    let actors = expand::<Unsigned>(find(columns, PRED_ACTOR), MAX_CHANGE_PREDS)?;
    let deltas = expand::<Delta>(find(columns, PRED_COUNTER), MAX_CHANGE_PREDS)?;
    let mut rest = actors.iter().zip(&deltas);
    let mut preds = Vec::with_capacity(actors.len().min(deltas.len()));
    let mut sum = 0_i64;
    for (index, count) in counts.iter().enumerate() {
        let op = start_op + index as u64;
        for _ in 0..*count {
            // Ends after at most MAX_CHANGE_PREDS steps, whatever `count` says: there are no more pairs.
            let (actor, delta) = rest.next().ok_or(ScanError::Spelling)?;
            sum = sum.checked_add(*delta).ok_or(ScanError::Counter)?;
            let counter = u64::try_from(sum).ok().filter(|counter| (1..op).contains(counter));
            let counter = counter.ok_or(ScanError::Counter)?;
            preds.push(CharId { actor: named.at(*actor)?, counter });
        }
    }
    if rest.next().is_some() || actors.len() != deltas.len() {
        return Err(ScanError::Spelling);
    }
    Ok(preds)
}
