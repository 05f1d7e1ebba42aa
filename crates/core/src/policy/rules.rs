//! The rules of [`super::judge`], kind by kind and key by key.

use std::collections::BTreeSet;

use crate::access::Relations;
use crate::course;
use crate::document::Scalar;
use crate::household::Visit;
use crate::ids::{DocId, RecordId, WorkerId};
use crate::kind::Kind;
use crate::matter::{Act, Matter, Step};
use crate::policy::matter_rules::{Relation, takers};
use crate::policy::{Judgement, Ruling, Why, written};
use crate::roster::{Role, Roster};
use crate::value::{Key, Value, shown};

/// Not any more, but the author was entitled.
pub(crate) const LATE: Ruling = Ruling::AllowLate;

/// A document of a village is judged by that village's roster.
pub(crate) fn of_a_village(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    if judgement.roster.is_none() && !judgement.author.has(Role::TownDesk) {
        return Err(Why::UnknownVillage.into());
    }
    new_in_village(judgement)
}

/// A new document names a village its author belongs to.
pub(crate) fn new_in_village(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    if shown::<DocId>(judgement.before, "village").is_some() {
        return Ok(());
    }
    let village: DocId = shown(judgement.after, "village").ok_or(Why::NoVillage)?;
    let own = judgement.author.village == Some(village) || judgement.author.has(Role::TownDesk);
    if own { Ok(()) } else { Err(Why::OtherVillage.into()) }
}

/// What holds for one key.
pub(super) fn key(judgement: &Judgement<'_>, kind: &dyn Kind, name: &str) -> Result<(), Ruling> {
    let written = written(judgement, name);
    let settles = settles(judgement, name, &written);
    if settles && judgement.author.has(Role::TownDesk) {
        return Ok(());
    }
    let of = judgement.after.id().kind();
    let off = |roster: &Roster| crate::groups::is_off(of, name, &roster.terms.switches);
    if !settles && !written.is_empty() && judgement.roster.is_some_and(off) {
        return Err(Why::GroupOff.into());
    }
    let parts = Key::of(name);
    // Late work is marked by the township, whatever it was done to.
    if matches!(parts, Key::Record("late", _)) {
        return only_the_desk(judgement, Why::TownMarks);
    }
    kind.key(judgement, parts, name, settles)
}

/// What the town desk alone may write.
pub(crate) fn only_the_desk(judgement: &Judgement<'_>, otherwise: Why) -> Result<(), Ruling> {
    if judgement.author.has(Role::TownDesk) { Ok(()) } else { Err(otherwise.into()) }
}

/// Whether a key in conflict is only settled: what is written under it is one of the values that were there.
fn settles(judgement: &Judgement<'_>, key: &str, written: &[Scalar]) -> bool {
    let before = judgement.before.get(key).filter(crate::Field::is_conflict);
    let was_there = |now: &Scalar, field: &crate::Field<Scalar>| field.rivals.iter().any(|told| told.value == *now);
    !written.is_empty() && before.is_some_and(|field| written.iter().all(|now| was_there(now, &field)))
}

/// Written once; later only by these roles.
pub(crate) fn stays_unless(judgement: &Judgement<'_>, key: &str, roles: &[Role]) -> Result<(), Ruling> {
    let Some(was) = judgement.before.get(key) else { return Ok(()) };
    let removed = judgement.after.get(key).is_none();
    let changed = written(judgement, key).iter().any(|now| *now != was.value);
    let may = roles.iter().any(|role| judgement.author.has(*role));
    if may || !(removed || changed) { Ok(()) } else { Err(Why::WrittenOnce.into()) }
}

/// The village a document names is changed by that village's own board, and by the town desk.
pub(crate) fn handed_on(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    let was = shown::<DocId>(judgement.before, key);
    let board: &[Role] =
        if was == judgement.author.village { &[Role::VillageBoard, Role::TownDesk] } else { &[Role::TownDesk] };
    stays_unless(judgement, key, board)
}

/// A village gives its workers the roles a village has; those of the town stay as the town gave them.
pub(crate) fn roles_of_a_village(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    if judgement.author.has(Role::TownDesk) {
        return Ok(());
    }
    let of_the_town =
        |roles: BTreeSet<Role>| -> BTreeSet<Role> { roles.into_iter().filter(|role| role.is_of_the_town()).collect() };
    let was = judgement.before.get(key).and_then(|field| BTreeSet::from_scalar(&field.value));
    let was = of_the_town(was.unwrap_or_default());
    let given =
        written(judgement, key).iter().filter_map(BTreeSet::from_scalar).all(|now| of_the_town(now).is_subset(&was));
    if given { Ok(()) } else { Err(Why::TownRoles.into()) }
}

/// The village a diary names may follow its author to another village, and nowhere else.
pub(crate) fn own_village_now(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    let now = shown::<DocId>(judgement.after, key);
    let own = now.is_some() && now == judgement.author.village;
    if own { Ok(()) } else { stays_unless(judgement, key, &[Role::TownDesk]) }
}

/// Written once, naming the author; the town desk enters for others.
pub(crate) fn names_author(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    stays_unless(judgement, key, &[])?;
    if judgement.before.get(key).is_some() || judgement.author.has(Role::TownDesk) {
        return Ok(());
    }
    let named = |value: &Scalar| WorkerId::from_scalar(value) == Some(judgement.author.worker);
    if written(judgement, key).iter().all(named) { Ok(()) } else { Err(Why::OtherName.into()) }
}

/// Whether the author may write a household: now, not any more, or never.
pub(crate) fn entitled(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    let author = judgement.author;
    if author.has(Role::TownDesk) {
        return Ok(());
    }
    let household = judgement.after.id();
    let Some(village) = shown::<DocId>(judgement.before, "village") else {
        return Ok(());
    };
    let Some(roster) = judgement.roster.filter(|roster| roster.id == village) else {
        return Err(Why::UnknownVillage.into());
    };
    let by = Relations { roster, on: judgement.on };
    let linked = by.linked(Some(household));
    let maker: Option<WorkerId> = shown(judgement.before, "created_by");
    // A link that was left open when its worker went to another village lets nothing new in as of right.
    let here = roster.workers.get(&author.worker).is_none_or(crate::roster::Worker::is_active);
    let may = here && linked.contains(&author.worker)
        || linked.is_empty() && maker == Some(author.worker)
        || author.has(Role::VillageBoard) && author.village == Some(village)
        || by.leads_of(&linked).contains(&author.worker)
        || by.nodes_of(shown::<RecordId>(judgement.before, "grid")).contains(&author.worker);
    if may {
        Ok(())
    } else if roster.was_ever_linked(author.worker, household) || maker == Some(author.worker) {
        Err(LATE)
    } else {
        Err(Why::NotLinked.into())
    }
}

/// Whether the author belongs to the village the document names; the town desk belongs to each.
pub(crate) fn is_of_its_village(judgement: &Judgement<'_>) -> bool {
    let village = shown::<DocId>(judgement.after, "village");
    judgement.author.has(Role::TownDesk) || village.is_some() && judgement.author.village == village
}

/// Whether the author holds one of these roles in the village the document names; the town desk holds them all.
pub(crate) fn holds_here(judgement: &Judgement<'_>, roles: &[Role]) -> bool {
    let holds = judgement.author.has(Role::TownDesk) || roles.iter().any(|role| judgement.author.has(*role));
    holds && is_of_its_village(judgement)
}

/// The steps of a course that a change writes under a key: new, naming their author, never rewritten nor taken away.
pub(crate) fn new_steps<A: course::Act>(judgement: &Judgement<'_>, key: &str) -> Result<Vec<A>, Ruling> {
    let steps = new_records::<course::Step<A>>(judgement, key, |step| step.by)?;
    Ok(steps.into_iter().filter_map(|step| step.act).collect())
}

/// The records a change writes under a key: new, naming their author, never rewritten nor taken away.
pub(crate) fn new_records<T: Value>(
    judgement: &Judgement<'_>,
    key: &str,
    by: impl Fn(&T) -> Option<WorkerId>,
) -> Result<Vec<T>, Ruling> {
    if judgement.before.get(key).is_some() {
        return Err(Why::StepsStay.into());
    }
    added_records(judgement, key, by)
}

/// Whether what is written under a key that is kept up names the author as who wrote it down.
pub(crate) fn named_by_author<T: Value>(
    judgement: &Judgement<'_>,
    key: &str,
    settles: bool,
    by: impl Fn(&T) -> Option<WorkerId>,
) -> Result<(), Ruling> {
    let written = written(judgement, key);
    let named = written.iter().filter_map(T::from_scalar).all(|record| by(&record) == Some(judgement.author.worker));
    if settles || named { Ok(()) } else { Err(Why::OtherName.into()) }
}

/// The same beside what is there: every value that stood under the key still does. Two who had not seen each other and wrote
/// under one name both pass.
pub(crate) fn added_records<T: Value>(
    judgement: &Judgement<'_>,
    key: &str,
    by: impl Fn(&T) -> Option<WorkerId>,
) -> Result<Vec<T>, Ruling> {
    let (written, after) = (written(judgement, key), judgement.after.told_values(key));
    let kept = judgement.before.told_values(key).iter().all(|told| after.contains(told));
    if !kept || written.is_empty() {
        return Err(Why::StepsStay.into());
    }
    let records: Vec<T> = written.iter().filter_map(T::from_scalar).collect();
    let named = records.iter().all(|record| by(record) == Some(judgement.author.worker));
    if named { Ok(records) } else { Err(Why::OtherName.into()) }
}

/// Whether somebody may type in what others tell them (paper books).
pub(crate) fn types_for_others(judgement: &Judgement<'_>) -> bool {
    let roles = [Role::Node, Role::BranchLead, Role::VillageBoard, Role::TownDesk];
    roles.iter().any(|role| judgement.author.has(*role))
}

/// A visit names whoever typed it, and among its workers the author, unless they type for others. Settling one leaves
/// the names that stand in it.
pub(crate) fn visit(judgement: &Judgement<'_>, key: &str, settles: bool) -> Result<(), Ruling> {
    let author = judgement.author.worker;
    let others = types_for_others(judgement);
    let before = judgement.before.get(key).and_then(|field| Visit::from_scalar(&field.value));
    if before.is_some_and(|before| !before.workers.contains(&author) && !others) {
        return Err(Why::OtherName.into());
    }
    for visit in written(judgement, key).iter().filter_map(Visit::from_scalar) {
        if !settles && visit.entered_by != Some(author) || !(others || visit.workers.contains(&author)) {
            return Err(Why::OtherName.into());
        }
    }
    Ok(())
}

/// How the author stands to a document of a village that may be about a household: by role, by link, and as who wrote it
/// down. Whether they own it, the document's kind knows.
pub(crate) fn standing(
    judgement: &Judgement<'_>,
    village: Option<DocId>,
    household: Option<DocId>,
    recorder: Option<WorkerId>,
) -> BTreeSet<Relation> {
    let author = judgement.author;
    let mut relations = BTreeSet::new();
    if author.has(Role::TownDesk) {
        relations.insert(Relation::Desk);
    }
    if recorder == Some(author.worker) {
        relations.insert(Relation::Recorder);
    }
    if let Some(roster) = judgement.roster.filter(|roster| village == Some(roster.id)) {
        let by = Relations { roster, on: judgement.on };
        if by.linked(household).contains(&author.worker) {
            relations.insert(Relation::Linked);
        }
    }
    if village.is_some() && author.village == village {
        let roles = [
            (Role::BranchLead, Relation::Lead),
            (Role::VillageBoard, Relation::Board),
            (Role::Supervisor, Relation::Supervisor),
        ];
        relations.extend(roles.iter().filter(|(role, _)| author.has(*role)).map(|(_, relation)| *relation));
    }
    relations
}

/// How the author once stood to a household: whoever was linked to it writes late, and is not refused.
pub(crate) fn once_linked(judgement: &Judgement<'_>, household: Option<DocId>) -> BTreeSet<Relation> {
    let author = judgement.author.worker;
    let linked = household.zip(judgement.roster).is_some_and(|(home, roster)| roster.was_ever_linked(author, home));
    linked.then_some(Relation::Linked).into_iter().collect()
}

/// How the author stands to the matter.
fn relations(judgement: &Judgement<'_>, matter: &Matter) -> BTreeSet<Relation> {
    let mut relations = standing(
        judgement,
        matter.village.as_ref().map(|village| village.value),
        matter.household.as_ref().map(|household| household.value),
        matter.recorded_by.as_ref().map(|by| by.value),
    );
    if matter.story.is_owned_by(judgement.author.worker) {
        relations.insert(Relation::Owner);
    }
    let in_hand = [Relation::Recorder, Relation::Linked, Relation::Owner];
    if judgement.author.has(Role::ResidentCadre) && in_hand.iter().any(|how| relations.contains(how)) {
        relations.insert(Relation::Cadre);
    }
    relations
}

/// Whether any of these relations is among those that may; an author who had one of them once is late.
pub(crate) fn may_by(
    takers: &[Relation],
    now: &BTreeSet<Relation>,
    once: &BTreeSet<Relation>,
    otherwise: Why,
) -> Result<(), Ruling> {
    if takers.iter().any(|taker| now.contains(taker)) {
        Ok(())
    } else if takers.iter().any(|taker| once.contains(taker)) {
        Err(LATE)
    } else {
        Err(otherwise.into())
    }
}

/// A step of a course ([`crate::course`]) is theirs to take, now or once.
pub(crate) fn course_step<A: course::Act>(
    judgement: &Judgement<'_>,
    key: &str,
    takers: impl Fn(&A) -> &'static [Relation],
    now: &BTreeSet<Relation>,
    once: &BTreeSet<Relation>,
) -> Result<(), Ruling> {
    let mut standing = Ok(());
    for act in new_steps::<A>(judgement, key)? {
        match may_by(takers(&act), now, once, Why::NotYourStep) {
            Err(LATE) => standing = Err(LATE),
            other => other?,
        }
    }
    standing
}

/// A matter's card: who recorded it, leads, the board, the desk.
pub(crate) fn matter_card(judgement: &Judgement<'_>) -> Result<(), Ruling> {
    let relations = relations(judgement, &Matter::read(judgement.after));
    let may = [Relation::Recorder, Relation::Lead, Relation::Board, Relation::Desk];
    if may.iter().any(|relation| relations.contains(relation)) { Ok(()) } else { Err(Why::NotYourMatter.into()) }
}

/// Whether a verdict is written or collected by somebody who owns the matter, or assists: as it is recorded, or as the
/// author had seen it (报办分离).
fn judges_own_work(matter: &Matter, step: &Step, author: WorkerId) -> bool {
    let Act::Evaluate { collected_by, .. } = &step.act else { return false };
    let owns = |worker: WorkerId| matter.story.is_owned_by(worker) || matter.story.owned_as_seen(step, worker);
    owns(author) || collected_by.is_some_and(owns)
}

/// A step is new, names its author, and is theirs to take.
pub(crate) fn step(judgement: &Judgement<'_>, key: &str) -> Result<(), Ruling> {
    if judgement.before.get(key).is_some() {
        return Err(Why::StepsStay.into());
    }
    let matter = Matter::read(judgement.after);
    let mut relations = relations(judgement, &matter);
    let author = judgement.author.worker;
    // Who gives a matter back owns it until then: the step that ends it is theirs, and not late.
    if Matter::read(judgement.before).story.is_owned_by(author) {
        relations.insert(Relation::Owner);
    }
    let steps = written(judgement, key);
    if steps.is_empty() {
        return Err(Why::StepsStay.into());
    }
    let mut late = false;
    for step in steps.iter().filter_map(Step::from_scalar) {
        if step.by != Some(author) {
            return Err(Why::OtherName.into());
        }
        let Some(kind) = step.act.kind() else { return Err(Why::NotItsType.into()) };
        if judges_own_work(&matter, &step, author) {
            return Err(Why::OwnWork.into());
        }
        let takers = takers(kind);
        if takers.iter().any(|taker| relations.contains(taker)) {
            continue;
        }
        let household = matter.household.as_ref().map(|household| household.value);
        let was_linked = takers.contains(&Relation::Linked)
            && household.zip(judgement.roster).is_some_and(|(home, roster)| roster.was_ever_linked(author, home));
        let was_owner = takers.contains(&Relation::Owner) && matter.story.owned_as_seen(&step, author);
        if !(was_linked || was_owner) {
            return Err(Why::NotYourStep.into());
        }
        late = true;
    }
    if late { Err(LATE) } else { Ok(()) }
}
