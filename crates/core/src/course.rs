//! A course: the steps by which something comes to its end, folded into one state on every replica.
//!
//! Steps are append-only facts, one JSON record each under `step/<id>`, and carry in `after` the steps their author had
//! seen. They are folded in causal order, ties by id; a step that does not fit where it comes is kept and shown with the
//! reason ([`NotStanding`]), never dropped. Which act leads where is each kind's own table ([`Act::target`]). Matters have
//! more to say about steps that meet and fold them themselves ([`crate::matter::Story`]); the order is the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::deed::Hand;
use crate::document::{Edit, Scalar};
use crate::draft::{FieldId, Reason, Refusal};
use crate::ids::{DeviceMillis, RecordId, WorkerId};
use crate::lang::Lang;
use crate::record::Record;
use crate::value::Value;

/// What a step does, with all it needs to do it.
pub trait Act: Sized + Clone + PartialEq {
    /// Where a course stands.
    type State: Copy + PartialEq + std::fmt::Debug;

    /// Where it begins.
    const START: Self::State;

    /// The state it leads to from another; the same one for an act that only adds. `None` where there is no such arrow.
    fn target(&self, from: Self::State) -> Option<Self::State>;

    /// Takes the act out of a record; `None` for one of a newer version, or one that lacks what it needs.
    fn take(record: &mut Record) -> Option<Self>;

    /// Puts the act into a record.
    fn put(&self, record: &mut Record);
}

/// A step as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Step<A> {
    /// Who took it.
    pub by: Option<WorkerId>,
    /// When, by their device's clock.
    pub at: Option<DeviceMillis>,
    /// The latest steps its author had seen.
    pub after: BTreeSet<RecordId>,
    /// What it does; `None` for an act of a newer version. Kept, shown, and without effect.
    pub act: Option<A>,
    other: Record,
}

impl<A: Act> Step<A> {
    /// A step whose author had seen some.
    pub fn new(by: WorkerId, at: DeviceMillis, after: BTreeSet<RecordId>, act: A) -> Self {
        Step { by: Some(by), at: Some(at), after, act: Some(act), other: Record::default() }
    }

    pub(crate) fn is_valid(scalar: &Scalar) -> bool {
        Self::from_scalar(scalar).is_some_and(|step| step.by.is_some() && step.at.is_some() && step.act.is_some())
    }
}

impl<A: Act> Value for Step<A> {
    fn from_scalar(scalar: &Scalar) -> Option<Self> {
        let mut record = Record::of(scalar)?;
        let (by, at) = (record.take("by"), record.take("at"));
        let after = record.take_all("after").into_iter().collect();
        let mut fields = record.clone();
        let act = A::take(&mut fields);
        let other = if act.is_some() { fields } else { record };
        Some(Step { by, at, after, act, other })
    }
    fn to_scalar(&self) -> Scalar {
        let mut record = self.other.clone();
        record.put("by", self.by.as_ref());
        record.put("at", self.at.as_ref());
        record.put_all("after", &self.after);
        if let Some(act) = &self.act {
            act.put(&mut record);
        }
        record.into_scalar()
    }
}

/// Why a step is shown and has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotStanding {
    /// Its act is of a newer version, or lacks what it needs.
    Unreadable,
    /// There is no such step from where the course stood, as its author knew.
    NoSuchStep,
    /// Somebody whose step its author had not seen was first.
    Overtaken {
        /// The step that was.
        by: RecordId,
    },
}

impl NotStanding {
    /// The code that is shown and listed.
    pub const fn code(self) -> &'static str {
        match self {
            NotStanding::Unreadable => "unreadable",
            NotStanding::NoSuchStep => "no_such_step",
            NotStanding::Overtaken { .. } => "overtaken",
        }
    }

    /// Why, in a few words for people.
    pub const fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (NotStanding::Unreadable, Lang::Zh) => "需要更新版本才能查看",
            (NotStanding::Unreadable, Lang::En) => "needs a newer version",
            (NotStanding::NoSuchStep, Lang::Zh) => "当前状态下不能这样办理",
            (NotStanding::NoSuchStep, Lang::En) => "not possible from the state it was in",
            (NotStanding::Overtaken { .. }, Lang::Zh) => "他人已先行办理",
            (NotStanding::Overtaken { .. }, Lang::En) => "somebody else was first",
        }
    }
}

/// A step in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<A> {
    /// Its name.
    pub id: RecordId,
    /// The step.
    pub step: Step<A>,
    /// Why it has no effect, if it has none.
    pub not_standing: Option<NotStanding>,
}

/// All steps in their order, and where they lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Course<A: Act> {
    /// Where it stands.
    pub state: A::State,
    /// Every step, each after those its author had seen.
    pub steps: Vec<Told<A>>,
    /// The steps no other names: what the next one comes after.
    pub latest: BTreeSet<RecordId>,
}

impl<A: Act> Default for Course<A> {
    fn default() -> Self {
        Course { state: A::START, steps: Vec::new(), latest: BTreeSet::new() }
    }
}

impl<A: Act> Course<A> {
    /// Folds steps. The same steps give the same course, in whatever order they came and however often.
    pub fn of(steps: &BTreeMap<RecordId, Step<A>>) -> Self {
        let after: BTreeMap<RecordId, &BTreeSet<RecordId>> =
            steps.iter().map(|(id, step)| (*id, &step.after)).collect();
        let mut course = Course::default();
        let mut mover = None;
        for id in causal_order(&after) {
            let Some(step) = steps.get(&id) else { continue };
            let not_standing = match step.act.as_ref().map(|act| act.target(course.state)) {
                None => Some(NotStanding::Unreadable),
                Some(Some(to)) => {
                    if to != course.state {
                        course.state = to;
                        mover = Some(id);
                    }
                    None
                }
                Some(None) => Some(match mover.filter(|mover| !saw(&after, id, *mover)) {
                    Some(by) => NotStanding::Overtaken { by },
                    None => NotStanding::NoSuchStep,
                }),
            };
            course.steps.push(Told { id, step: step.clone(), not_standing });
        }
        let named: BTreeSet<RecordId> = steps.values().flat_map(|step| step.after.iter().copied()).collect();
        course.latest = steps.keys().copied().filter(|id| !named.contains(id)).collect();
        course
    }

    /// The acts that have effect, in order, each with its step.
    pub fn standing(&self) -> impl Iterator<Item = (&Step<A>, &A)> {
        let standing = self.steps.iter().filter(|told| told.not_standing.is_none());
        standing.filter_map(|told| Some((&told.step, told.step.act.as_ref()?)))
    }

    /// Whether people acted apart and a step has no effect for it.
    pub fn has_overtaken(&self) -> bool {
        self.steps.iter().any(|told| matches!(told.not_standing, Some(NotStanding::Overtaken { .. })))
    }

    /// The edit that takes a step after every step read.
    pub fn step(&self, id: RecordId, by: WorkerId, at: DeviceMillis, act: A) -> Edit {
        let mut edit = Edit::new();
        edit.put(format!("step/{id}"), Step::new(by, at, self.latest.clone(), act).to_scalar());
        edit
    }

    /// The edit of a hand that takes a step now. One that would not stand is refused before it is written.
    pub fn taken(&self, hand: &Hand, act: A) -> Result<Edit, Refusal> {
        match act.target(self.state) {
            Some(_) => Ok(self.step(hand.record(0), hand.worker, hand.at, act)),
            None => Err(Refusal::new(FieldId::Step, Reason::NotNow)),
        }
    }
}

/// Each step after those it names, ties by id; a ring is broken at its smallest id.
pub(crate) fn causal_order(after: &BTreeMap<RecordId, &BTreeSet<RecordId>>) -> Vec<RecordId> {
    let known = |id: &RecordId, before: &RecordId| before != id && after.contains_key(before);
    let mut waits: BTreeMap<RecordId, usize> = BTreeMap::new();
    let mut followers: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
    for (id, named) in after {
        let before: Vec<_> = named.iter().filter(|before| known(id, before)).collect();
        waits.insert(*id, before.len());
        for before in before {
            followers.entry(*before).or_default().push(*id);
        }
    }
    let mut ready: BTreeSet<_> = waits.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    let mut order = Vec::with_capacity(after.len());
    while let Some(next) = ready.pop_first().or_else(|| waits.keys().next().copied()) {
        if waits.remove(&next).is_none() {
            continue;
        }
        order.push(next);
        for follower in followers.get(&next).into_iter().flatten() {
            if let Some(count) = waits.get_mut(follower) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.insert(*follower);
                }
            }
        }
    }
    order
}

/// Whether the author of `later` had seen `earlier`.
pub(crate) fn saw(after: &BTreeMap<RecordId, &BTreeSet<RecordId>>, later: RecordId, earlier: RecordId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![later];
    while let Some(id) = open.pop() {
        if id == earlier {
            return true;
        }
        if seen.insert(id) {
            open.extend(after.get(&id).into_iter().flat_map(|named| named.iter().copied()));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{id, worker};

    #[derive(Clone, Debug, PartialEq)]
    enum Light {
        On,
        Off,
        Look,
    }

    impl Act for Light {
        type State = bool;
        const START: bool = false;
        fn target(&self, lit: bool) -> Option<bool> {
            match (self, lit) {
                (Light::On, false) => Some(true),
                (Light::Off, true) => Some(false),
                (Light::Look, lit) => Some(lit),
                _ => None,
            }
        }
        fn take(record: &mut Record) -> Option<Self> {
            match record.take::<String>("act")?.as_str() {
                "on" => Some(Light::On),
                "off" => Some(Light::Off),
                "look" => Some(Light::Look),
                _ => None,
            }
        }
        fn put(&self, record: &mut Record) {
            let word = match self {
                Light::On => "on",
                Light::Off => "off",
                Light::Look => "look",
            };
            record.put("act", Some(&word.to_owned()));
        }
    }

    fn step(n: u8, after: &[u8], act: Light) -> (RecordId, Step<Light>) {
        (id(n), Step::new(worker(n), DeviceMillis(0), after.iter().map(|n| id(*n)).collect(), act))
    }

    fn reasons(course: &Course<Light>) -> Vec<Option<NotStanding>> {
        course.steps.iter().map(|told| told.not_standing).collect()
    }

    #[test]
    fn a_step_comes_after_those_its_author_had_seen_whatever_its_name() {
        let course = Course::of(&[step(9, &[], Light::On), step(1, &[9], Light::Off)].into());
        assert!(!course.state);
        assert_eq!(reasons(&course), [None, None]);
        assert_eq!(course.latest, [id(1)].into());
    }

    #[test]
    fn of_two_who_acted_apart_the_second_in_order_is_shown_as_overtaken() {
        let course = Course::of(&[step(1, &[], Light::On), step(2, &[], Light::On)].into());
        assert!(course.state);
        assert_eq!(reasons(&course), [None, Some(NotStanding::Overtaken { by: id(1) })]);
        assert_eq!(course.standing().count(), 1);
    }

    #[test]
    fn a_step_without_an_arrow_is_kept_and_told_as_such() {
        let course = Course::of(&[step(1, &[], Light::Off), step(2, &[1], Light::Look)].into());
        assert_eq!(reasons(&course), [Some(NotStanding::NoSuchStep), None]);
    }

    #[test]
    fn an_act_of_a_newer_version_is_carried_and_has_no_effect() {
        let newer = r#"{"act":"dim","by":"01010101-0101-0101-0101-010101010101","at":5,"to":3}"#;
        let step = Step::<Light>::from_scalar(&newer.into()).unwrap();
        assert!(!Step::<Light>::is_valid(&newer.into()));
        assert_eq!(reasons(&Course::of(&[(id(1), step.clone())].into())), [Some(NotStanding::Unreadable)]);
        let again = Step::<Light>::from_scalar(&step.to_scalar()).unwrap();
        assert_eq!(again, step);
    }

    #[test]
    fn steps_that_name_each_other_are_taken_by_name() {
        let course = Course::of(&[step(1, &[2], Light::On), step(2, &[1], Light::Off)].into());
        assert_eq!(course.steps.len(), 2);
        assert!(!course.state);
    }
}
