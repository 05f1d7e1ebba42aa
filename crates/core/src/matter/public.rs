//! What of a matter is on the public board (domain §5): number, title, owner, state and due date, from its assignment until
//! some days after it was closed.

use crate::board::{Item, Section, Seen};
use crate::deadline::Deadlines;
use crate::lang::Lang;
use crate::matter::{Matter, State, Timeline, temporary_code};

/// A matter on the board; none before it is assigned, and none that its resident took back or that is handled as another.
pub(super) fn public(matter: &Matter, seen: &Seen<'_>) -> Option<Item> {
    let story = &matter.story;
    let standing = || story.steps.iter().filter(|told| told.not_standing.is_none());
    let assigned = standing().any(|told| told.step.act.assignment().is_some());
    if !assigned || matches!(story.state, State::Withdrawn | State::Merged) {
        return None;
    }
    let title = &matter.title.as_ref()?.value;
    let mut item = Item::new(Section::Matters, matter.id);
    let number = matter.number.as_ref().map(|number| number.value.as_str().to_owned());
    let number = number.unwrap_or_else(|| temporary_code(matter.id));
    item.sort_by(&number).say("number", number).say("title", title.as_str());
    item.say_maybe("owner", story.owner.and_then(|owner| seen.name(owner)));
    let due = Deadlines::of(matter, &seen.roster.terms).due;
    item.say("state", state_words(matter))
        .say_maybe("due", due.map(|due| due.on))
        .say_maybe("posted_on", story.posted_on);
    item.hang(None, Timeline::of(matter).closed_on.map(|closed| seen.last_day(closed)));
    Some(item)
}

/// Where it stands; of one that is closed how it closed, which is never hidden.
fn state_words(matter: &Matter) -> &'static str {
    let conclusion = matter.story.conclusion.filter(|_| matter.state() == State::Closed);
    conclusion.map_or(matter.state().label(Lang::Zh), |conclusion| conclusion.closing.label(Lang::Zh))
}
