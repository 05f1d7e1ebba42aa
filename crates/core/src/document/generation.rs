//! A document begun anew: what its keys hold now, without the history behind it and without what is to be forgotten.
//!
//! The new history is as short as the authors allow. Values nobody disputes are written by one change for each actor who
//! wrote one of them; each rival of a conflict is a change of its own, beside the others, with the time it was written at.
//! Nothing is taken on trust: the result is read back and has to say the same, or there is no result.

use std::collections::BTreeMap;

use automerge::transaction::{CommitOptions, Failure, Transactable as _, Transaction};
use automerge::{Automerge, AutomergeError, ROOT, ReadDoc as _, ScalarValue};

use super::genesis::heads_of;
use super::prose::{characters, prose_object};
use super::{Document, Edit, NewChange, PROSE_KEY, is_genesis_key};
use crate::gate::limits::{MAX_CHANGE_BYTES, MAX_CHANGE_OPS};
use crate::gate::{Scan, TrialVerdict, scan, trial};
use crate::ids::{ActorId, ChangeHash, DeviceMillis, DocKind, Generation, Stamp, WorkerId};

/// Bytes of keys and values in one change: far enough below what the gate takes of a whole change.
const VALUE_BYTES: usize = MAX_CHANGE_BYTES / 2;
/// Generations before and after that are looked through for a genesis.
const GENERATIONS_LOOKED_AT: u32 = 1_000;
/// Characters in one passage of prose, and passages in one change: no more operations than the gate takes.
const LETTERS_AT_ONCE: usize = 100;
const PASSAGES_AT_ONCE: usize = MAX_CHANGE_OPS / LETTERS_AT_ONCE;
/// What an operation costs besides its key and value, about.
const OPERATION_BYTES: usize = 16;

/// A document's next generation. It passed the gate.
#[derive(Clone, Debug)]
pub struct NextGeneration {
    /// The document.
    pub document: Document,
    /// Its changes after the genesis, each after what it follows.
    pub changes: Vec<NewChange>,
}

/// Why a document has no next generation. It stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRenewed {
    /// A value of a newer version that could not be written again as it is.
    #[error("the document holds a value of a newer version, which this version must not rewrite")]
    UnknownValue,
    /// What survives would be a blank document, which has no readers and no place in the log.
    #[error("nothing of the document would be left")]
    NothingLeft,
    /// There are no numbers left.
    #[error("the document has had all the generations there can be")]
    LastGeneration,
    /// The new document would not say the same as the old one, or the gate would not let it in.
    #[error("the document cannot be written anew without changing what it says")]
    WouldDiffer,
}

/// One value that survives, exactly as automerge keeps it.
#[derive(Clone, PartialEq)]
struct Kept {
    by: ActorId,
    at: DeviceMillis,
    value: ScalarValue,
}

/// All that survives under each key; the value that is shown comes last.
type Survivors = BTreeMap<String, Vec<Kept>>;

impl Document {
    /// The next generation: every value that stands, with its author, and with all its rivals where people disagree; the
    /// keys `forget` names are left out, whoever wrote them. Keys of newer versions are carried like any other.
    ///
    /// A value nobody disputes takes the time of its author's latest such value; rivals keep their own. Prose keeps its
    /// characters, each with its author; what was deleted from it is gone.
    pub fn next_generation(&self, forget: impl Fn(&str) -> bool) -> Result<NextGeneration, NotRenewed> {
        let generation = self.generation.next().ok_or(NotRenewed::LastGeneration)?;
        self.begun_as(generation, forget, |author| author)
    }

    /// The same for a generation that was begun before and is not here: what stands in for it until it is. Every author
    /// keeps their name and gets another hand ([`ActorId::stand_in`]), so that what stands in and what it stands in for
    /// can be parts of one document. `hand` tells one such beginning from another.
    pub fn stand_in(
        &self,
        generation: Generation,
        hand: &[u8],
        forget: impl Fn(&str) -> bool,
    ) -> Result<NextGeneration, NotRenewed> {
        self.begun_as(generation, forget, |author| author.stand_in(hand))
    }

    fn begun_as(
        &self,
        generation: Generation,
        forget: impl Fn(&str) -> bool,
        hand_of: impl Fn(ActorId) -> ActorId,
    ) -> Result<NextGeneration, NotRenewed> {
        let mut prose = if forget(PROSE_KEY) { Vec::new() } else { kept_prose(self.id.kind(), opened(self)?)? };
        let mut survivors = survivors(opened(self)?, forget)?;
        if survivors.is_empty() && prose.is_empty() {
            return Err(NotRenewed::NothingLeft);
        }
        prose.iter_mut().for_each(|letter| letter.by = hand_of(letter.by));
        survivors.values_mut().flatten().for_each(|kept| kept.by = hand_of(kept.by));
        let blank = Document::of_generation(self.id, generation);
        let mut writing = Writing { kind: self.id.kind(), inner: opened(&blank)?.clone(), changes: Vec::new() };
        for (key, rivals) in survivors.iter().filter(|(_, values)| values.len() > 1) {
            writing.dispute(key, rivals)?;
        }
        writing.agree(&survivors)?;
        writing.prose(&prose)?;

        let scans = writing.changes.iter().map(|change| scan(&change.bytes));
        let scans = scans.collect::<Result<Vec<_>, _>>().map_err(|_| NotRenewed::WouldDiffer)?;
        let tried = trial(&blank, &scans);
        let all_in = tried.verdicts.iter().all(|verdict| *verdict == TrialVerdict::Admitted);
        let same =
            self::survivors(opened(&tried.document)?, |_| false).is_ok_and(|after| says_the_same(&survivors, &after));
        let after = kept_prose(self.id.kind(), opened(&tried.document)?)?;
        let same_prose = after.iter().map(Letter::said).eq(prose.iter().map(Letter::said));
        if all_in && same && same_prose {
            Ok(NextGeneration { document: tried.document, changes: writing.changes })
        } else {
            Err(NotRenewed::WouldDiffer)
        }
    }

    /// What takes back all that the document said at `heads`, on top of just that: values that somebody has put in the
    /// place of it since, and values put beside it, stay. Written under `by`, in as many changes as the gate wants.
    pub fn retraction(&self, heads: &[ChangeHash], by: Stamp) -> Result<Vec<NewChange>, NotRenewed> {
        let heads: Vec<_> = heads.iter().map(|hash| automerge::ChangeHash(hash.0)).collect();
        let inner = opened(self)?.fork_at(&heads).map_err(|_| NotRenewed::WouldDiffer)?;
        let mut then = Document::from_inner(self.id, inner);
        let keys: Vec<String> = then.list("").into_iter().map(|(key, _)| key).collect();
        let keys: Vec<_> = keys.iter().filter(|key| !is_genesis_key(key) && *key != PROSE_KEY).collect();
        let mut edits: Vec<Edit> = Vec::new();
        for keys in keys.chunks(MAX_CHANGE_OPS / 2) {
            let mut edit = Edit::new();
            keys.iter().for_each(|key| _ = edit.remove(key.as_str()));
            edits.push(edit);
        }
        let text: Vec<char> =
            characters(self.id.kind(), opened(&then)?).into_iter().map(|(letter, _)| letter).collect();
        for left in (0..text.len()).step_by(MAX_CHANGE_OPS / 2).collect::<Vec<_>>().into_iter().rev() {
            let mut edit = Edit::new();
            edit.prose(PROSE_KEY, text.iter().take(left).collect::<String>());
            edits.push(edit);
        }
        let written = edits.into_iter().map(|edit| then.write(by, edit).map_err(|_| NotRenewed::WouldDiffer));
        Ok(written.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Words of changes of another generation, written again beside what this one says: same words, same time, under a
    /// hand of their author's that nobody else writes with. What was removed is not removed again, because nobody can
    /// tell any more what its author had seen.
    pub fn carried(&self, changes: &[Scan], hand: &[u8]) -> Result<Vec<NewChange>, NotRenewed> {
        let mut beside = Document::of_generation(self.id, self.generation);
        let mut carried = Vec::new();
        for change in changes {
            let edit = Edit::again(change).only_puts();
            let (actor, at) = (change.actor().stand_in(hand), change.time());
            let stamp = Stamp { worker: WorkerId(uuid::Uuid::nil()), actor, at };
            carried.extend(beside.write(stamp, edit).map_err(|_| NotRenewed::WouldDiffer)?);
        }
        Ok(carried)
    }

    /// Which earlier generation of the document this is the genesis of: one of the last thousand.
    pub fn earlier_genesis(&self, hash: ChangeHash) -> Option<Generation> {
        let Generation(now) = self.generation;
        let earlier = (now.saturating_sub(GENERATIONS_LOOKED_AT)..now).map(Generation);
        earlier.rev().find(|earlier| heads_of(self.id, *earlier).contains(&automerge::ChangeHash(hash.0)))
    }

    /// Which later generation of the document this is the genesis of: one of the next thousand.
    pub fn later_genesis(&self, hash: ChangeHash) -> Option<Generation> {
        let Generation(now) = self.generation;
        let later = now.saturating_add(1)..=now.saturating_add(GENERATIONS_LOOKED_AT);
        later.map(Generation).find(|later| heads_of(self.id, *later).contains(&automerge::ChangeHash(hash.0)))
    }

    /// Whether this is the genesis of an earlier generation of the document: of one of the last thousand.
    pub fn is_earlier_genesis(&self, hash: ChangeHash) -> bool {
        self.earlier_genesis(hash).is_some()
    }
}

fn opened(document: &Document) -> Result<&Automerge, NotRenewed> {
    document.whole().map_err(|_| NotRenewed::WouldDiffer)
}

fn survivors(inner: &Automerge, forget: impl Fn(&str) -> bool) -> Result<Survivors, NotRenewed> {
    let mut survivors = Survivors::new();
    let prose_apart =
        |key: &str| key == PROSE_KEY && inner.get(ROOT, key).is_ok_and(|it| it.is_some_and(|it| it.0.is_object()));
    for key in inner.keys(ROOT).filter(|key| !is_genesis_key(key) && !prose_apart(key) && !forget(key)) {
        let all = inner.get_all(ROOT, key.as_str()).map_err(|_| NotRenewed::WouldDiffer)?;
        let kept = all.iter().map(|(value, id)| kept(inner, value, id)).collect::<Result<Vec<_>, _>>()?;
        survivors.insert(key, kept);
    }
    Ok(survivors)
}

fn kept(inner: &Automerge, value: &automerge::Value<'_>, id: &automerge::ObjId) -> Result<Kept, NotRenewed> {
    let automerge::Value::Scalar(scalar) = value else { return Err(NotRenewed::UnknownValue) };
    match scalar.as_ref() {
        ScalarValue::Null
        | ScalarValue::Boolean(_)
        | ScalarValue::Int(_)
        | ScalarValue::Uint(_)
        | ScalarValue::Str(_)
        | ScalarValue::Bytes(_) => {}
        _ => return Err(NotRenewed::UnknownValue),
    }
    let (by, at) = told(inner, id)?;
    Ok(Kept { by, at, value: scalar.as_ref().clone() })
}

/// Who wrote something, and when.
fn told(inner: &Automerge, id: &automerge::ObjId) -> Result<(ActorId, DeviceMillis), NotRenewed> {
    let automerge::ObjId::Id(_, actor, _) = id else { return Err(NotRenewed::WouldDiffer) };
    let by = ActorId::from_bytes(actor.to_bytes()).ok_or(NotRenewed::WouldDiffer)?;
    let hash = inner.hash_for_opid(id);
    let meta = hash.and_then(|hash| inner.get_change_meta_by_hash(&hash)).ok_or(NotRenewed::WouldDiffer)?;
    Ok((by, DeviceMillis(meta.timestamp)))
}

/// One character of prose that stands.
struct Letter {
    by: ActorId,
    at: DeviceMillis,
    character: char,
}

impl Letter {
    /// What the next generation says of it too; the time may become a later one of its author's.
    fn said(&self) -> (ActorId, char) {
        (self.by, self.character)
    }
}

fn kept_prose(kind: DocKind, inner: &Automerge) -> Result<Vec<Letter>, NotRenewed> {
    let letters = characters(kind, inner).into_iter().map(|(character, id)| {
        let (by, at) = told(inner, &id)?;
        Ok(Letter { by, at, character })
    });
    letters.collect()
}

/// The same keys, each with the same values by the same authors, the shown one last; rivals with their times too.
fn says_the_same(before: &Survivors, after: &Survivors) -> bool {
    let same_value = |one: &Kept, other: &Kept| one.by == other.by && one.value == other.value;
    before.len() == after.len()
        && before.iter().zip(after).all(|((key, old), (new_key, new))| {
            key == new_key
                && match (old.as_slice(), new.as_slice()) {
                    ([old], [new]) => same_value(old, new),
                    _ => old == new,
                }
        })
}

struct Writing {
    kind: DocKind,
    inner: Automerge,
    changes: Vec<NewChange>,
}

impl Writing {
    /// Writes the rivals of one key beside each other, each on top of everything written so far. automerge shows the one
    /// whose operation has the greatest number, and of equal numbers the greatest actor's; a value whose author is too
    /// small for its place is written over a passing value first, which raises its number.
    fn dispute(&mut self, key: &str, rivals: &[Kept]) -> Result<(), NotRenewed> {
        let before = self.inner.clone();
        let mut written = Vec::new();
        let mut raised = 0;
        let mut smaller: Option<&Kept> = None;
        for rival in rivals {
            raised += usize::from(smaller.is_some_and(|smaller| smaller.by >= rival.by));
            smaller = Some(rival);
            let passing = (0..raised).rev().map(|step| passing_value(step, &rival.value));
            let values: Vec<_> = passing.chain([rival.value.clone()]).map(|value| (key, value)).collect();
            let mut branch = before.clone();
            written.extend(write(&mut branch, rival.by, rival.at, &values)?);
        }
        for change in &written {
            self.changes.push(new_change(change));
        }
        self.inner.apply_changes(written).map_err(|_| NotRenewed::WouldDiffer)
    }

    /// Writes what nobody disputes, author by author, in one line.
    fn agree(&mut self, survivors: &Survivors) -> Result<(), NotRenewed> {
        type Wrote<'v> = (DeviceMillis, Vec<(&'v str, ScalarValue)>);
        let mut by_author: BTreeMap<ActorId, Wrote<'_>> = BTreeMap::new();
        for (key, values) in survivors {
            let [only] = values.as_slice() else { continue };
            let (at, values) = by_author.entry(only.by).or_insert((only.at, Vec::new()));
            *at = only.at.max(*at);
            values.push((key, only.value.clone()));
        }
        for (by, (at, values)) in by_author {
            for values in in_pieces(&values) {
                let change = write(&mut self.inner, by, at, values)?;
                self.changes.extend(change.iter().map(new_change));
            }
        }
        Ok(())
    }
}

/// One author's passages of prose: where each begins once it is written, from the first to the last.
struct Passages {
    at: DeviceMillis,
    passages: Vec<(usize, String)>,
}

impl Writing {
    /// Writes the prose author by author, in one line: each puts their passages among those that stand already.
    fn prose(&mut self, letters: &[Letter]) -> Result<(), NotRenewed> {
        let Some(prose) = prose_object(self.kind, &self.inner) else { return Ok(()) };
        for (by, Passages { at, passages }) in by_author(letters) {
            for passages in passages.chunks(PASSAGES_AT_ONCE) {
                let write = |tx: &mut Transaction<'_>| {
                    passages.iter().try_for_each(|(place, text)| tx.splice_text(&prose, *place, 0, text))
                };
                let change = write_as(&mut self.inner, by, at, write)?;
                self.changes.extend(change.iter().map(new_change));
            }
        }
        Ok(())
    }
}

/// Each author's passages, no longer than [`LETTERS_AT_ONCE`]. Authors write in the order of their names, and a passage
/// begins behind all that its author and those before them have written of what comes before it.
fn by_author(letters: &[Letter]) -> BTreeMap<ActorId, Passages> {
    let mut authors: BTreeMap<ActorId, Passages> = BTreeMap::new();
    for letter in letters {
        let own = authors.entry(letter.by).or_insert(Passages { at: letter.at, passages: Vec::new() });
        own.at = letter.at.max(own.at);
    }
    let ranks: BTreeMap<ActorId, usize> = authors.keys().copied().zip(0..).collect();
    // How much of what was passed was written by each author or one before them.
    let mut before = vec![0_usize; ranks.len()];
    let mut last = None;
    for letter in letters {
        let rank = ranks.get(&letter.by).copied().unwrap_or(0);
        let Some(own) = authors.get_mut(&letter.by) else { continue };
        match own.passages.last_mut() {
            Some((_, text)) if last == Some(letter.by) && text.chars().count() < LETTERS_AT_ONCE => {
                text.push(letter.character);
            }
            _ => own.passages.push((before.get(rank).copied().unwrap_or(0), letter.character.to_string())),
        }
        before.iter_mut().skip(rank).for_each(|written| *written += 1);
        last = Some(letter.by);
    }
    authors
}

/// Something else than what it makes way for, and than the passing value before it.
fn passing_value(step: usize, last: &ScalarValue) -> ScalarValue {
    let even = step.is_multiple_of(2);
    match last {
        ScalarValue::Boolean(_) | ScalarValue::Null => ScalarValue::Int(i64::from(even)),
        _ => ScalarValue::Boolean(even),
    }
}

/// Cuts the values of one author into changes the gate takes.
fn in_pieces<'a, 'v>(values: &'a [(&'v str, ScalarValue)]) -> Vec<&'a [(&'v str, ScalarValue)]> {
    let mut pieces = Vec::new();
    let (mut begin, mut bytes) = (0, 0);
    for (place, (key, value)) in values.iter().enumerate() {
        let size = key.len() + size_of(value) + OPERATION_BYTES;
        if place > begin && (bytes + size > VALUE_BYTES || place - begin == MAX_CHANGE_OPS) {
            pieces.extend(values.get(begin..place));
            (begin, bytes) = (place, 0);
        }
        bytes += size;
    }
    pieces.extend(values.get(begin..));
    pieces
}

fn size_of(value: &ScalarValue) -> usize {
    match value {
        ScalarValue::Str(text) => text.len(),
        ScalarValue::Bytes(bytes) => bytes.len(),
        _ => 8,
    }
}

/// Writes one change of values; nothing when there was nothing to write.
fn write(
    inner: &mut Automerge,
    by: ActorId,
    at: DeviceMillis,
    values: &[(&str, ScalarValue)],
) -> Result<Option<automerge::Change>, NotRenewed> {
    write_as(inner, by, at, |tx| values.iter().try_for_each(|(key, value)| tx.put(ROOT, *key, value.clone())))
}

/// Writes one change; nothing when there was nothing to write.
fn write_as(
    inner: &mut Automerge,
    by: ActorId,
    at: DeviceMillis,
    write: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
) -> Result<Option<automerge::Change>, NotRenewed> {
    inner.set_actor(automerge::ActorId::from(&by.to_bytes()[..]));
    let written: Result<_, Failure<AutomergeError>> =
        inner.transact_with(|()| CommitOptions::default().with_time(at.0), write);
    let hash = written.map_err(|_| NotRenewed::WouldDiffer)?.hash;
    Ok(hash.and_then(|hash| inner.get_change_by_hash(&hash)))
}

fn new_change(change: &automerge::Change) -> NewChange {
    NewChange { hash: ChangeHash(change.hash().0), bytes: change.raw_bytes().to_vec() }
}
