//! What of a meeting is for everybody.

use chrono::NaiveDate;

use crate::board::{Item, Section, Seen};
use crate::document::Document;
use crate::draft::{ShortText, Title};
use crate::ids::{DocId, RecordId, WorkerId};
use crate::lang::Lang;
use crate::meeting::{Decided, Meeting, MeetingKind, MeetingState};

/// What the public board shows of a published meeting. Never minutes, guests, who attended, phones, ballots, or the free
/// text of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicMeeting {
    /// Its document.
    pub id: DocId,
    /// The roster of its village.
    pub village: Option<DocId>,
    /// Which meeting it was.
    pub kind: MeetingKind,
    /// Its number.
    pub number: Option<ShortText>,
    /// The day it was held.
    pub date: Option<NaiveDate>,
    /// The place.
    pub place: Option<ShortText>,
    /// The day its decisions were published.
    pub published_on: Option<NaiveDate>,
    /// What was decided, in the order of the agenda.
    pub decisions: Vec<PublicDecision>,
}

/// What the public board shows of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicDecision {
    /// Its record.
    pub id: RecordId,
    /// The matter, if it is one.
    pub matter: Option<DocId>,
    /// What it is about.
    pub title: Title,
    /// What was decided.
    pub decision: Decided,
    /// The owner.
    pub owner: Option<WorkerId>,
    /// The day it is due.
    pub due: Option<NaiveDate>,
}

/// What is public of a meeting; `None` while it is not published, or for one of a newer version. A decision about which
/// people disagree is left out until it is settled.
pub fn public(document: &Document) -> Option<PublicMeeting> {
    let meeting = Meeting::read(document);
    if meeting.state() != MeetingState::Published {
        return None;
    }
    let decisions = meeting.decisions_in_order().into_iter().filter(|(_, field)| !field.is_conflict());
    let decisions = decisions.filter_map(|(id, field)| {
        let said = &field.value;
        let (title, decision) = (said.title.clone()?, said.decision?);
        Some(PublicDecision { id, matter: said.matter, title, decision, owner: said.owner, due: said.due })
    });
    Some(PublicMeeting {
        id: meeting.id,
        village: meeting.village.as_ref().map(|village| village.value),
        kind: meeting.kind()?,
        number: meeting.number.as_ref().map(|number| number.value.clone()),
        date: meeting.held_on(),
        place: meeting.place.as_ref().map(|place| place.value.clone()),
        published_on: meeting.published_on(),
        decisions: decisions.collect(),
    })
}

/// A published meeting as it hangs on the board, until the end of the next year.
pub(super) fn hung(document: &Document, seen: &Seen<'_>) -> Option<Item> {
    let meeting = public(document)?;
    let published_on = meeting.published_on?;
    let lines = meeting.decisions.iter().map(|said| {
        let owner = said.owner.and_then(|owner| seen.name(owner)).map(|name| format!("，{name}"));
        let due = said.due.map(|due| format!("，{due}"));
        let (title, decision) = (said.title.as_str(), said.decision.label(Lang::Zh));
        format!("{title}：{decision}{}{}", owner.unwrap_or_default(), due.unwrap_or_default())
    });
    let mut item = Item::new(Section::Meetings, meeting.id);
    item.sort_by(meeting.date.map(|date| date.to_string()).unwrap_or_default());
    item.say("kind", meeting.kind.label(Lang::Zh)).say_maybe("date", meeting.date);
    item.say_maybe("number", meeting.number.as_ref().map(ShortText::as_str));
    item.say_maybe("place", meeting.place.as_ref().map(ShortText::as_str));
    item.say_lines("decisions", lines).say("published_on", published_on);
    item.hang(Some(published_on), Some(seen.year_after(published_on)));
    Some(item)
}

impl Meeting {
    /// The decisions in the order of the agenda; those whose item was dropped come last.
    pub fn decisions_in_order(&self) -> Vec<(RecordId, &crate::Field<crate::meeting::Decision>)> {
        let order: Vec<RecordId> = self.agenda().into_iter().map(|(id, _)| id).collect();
        let place = |id: &RecordId| order.iter().position(|item| item == id).unwrap_or(order.len());
        let mut decisions: Vec<_> = self.decisions.iter().map(|(id, field)| (*id, field)).collect();
        decisions.sort_by_key(|(id, _)| (place(id), *id));
        decisions
    }
}
