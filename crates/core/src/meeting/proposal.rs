//! What a meeting should talk about: proposed from what is open, and put on the agenda by a person.

use chrono::NaiveDate;

use crate::draft::{ShortText, Title};
use crate::ids::DocId;
use crate::lang::codes;
use crate::matter::{Matter, State};
use crate::meeting::MeetingKind;

codes! {
    /// Why a matter is proposed.
    WhyProposed {
        New = "new", "新上报", "new";
        Studied = "studied", "已分析，待交办", "studied, to be assigned";
        Returned = "returned", "已退回", "returned";
        RecheckDue = "recheck_due", "暂缓到期", "parked, and its day has come";
        Overdue = "overdue", "超期未办结", "overdue";
        ToEvaluate = "to_evaluate", "待评议", "to be judged by the residents";
    }
}

/// What a proposal has to know of a matter.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenMatter {
    /// Its document.
    pub id: DocId,
    /// The roster of its village.
    pub village: Option<DocId>,
    /// Its number, if it has one.
    pub number: Option<ShortText>,
    /// Its title.
    pub title: Option<Title>,
    /// Where it stands.
    pub state: State,
    /// The day it is due.
    pub due: Option<NaiveDate>,
    /// When a parked one is looked at again.
    pub recheck_on: Option<NaiveDate>,
}

impl OpenMatter {
    /// What a proposal has to know, from the matter as it is read.
    pub fn of(matter: &Matter) -> Self {
        OpenMatter {
            id: matter.id,
            village: matter.village.as_ref().map(|village| village.value),
            number: matter.number.as_ref().map(|number| number.value.clone()),
            title: matter.title.as_ref().map(|title| title.value.clone()),
            state: matter.state(),
            due: matter.story.due,
            recheck_on: matter.story.recheck_on,
        }
    }
}

/// A matter proposed for an agenda.
#[derive(Clone, Debug, PartialEq)]
pub struct AgendaProposal {
    /// The matter.
    pub matter: DocId,
    /// Its number, if it has one.
    pub number: Option<ShortText>,
    /// What the item is called.
    pub title: Title,
    /// Why it is proposed.
    pub why: WhyProposed,
    /// The day that has come, of a parked or overdue one.
    pub since: Option<NaiveDate>,
}

/// What a meeting of a kind on a day should talk about, in a fixed order: by reason, then by the day that has come, then by
/// name. Matters without a title are left out: there is nothing to call them on paper.
///
/// | meeting | proposed |
/// |---|---|
/// | analysis | new ones, studied ones, returned ones, parked ones whose day has come, overdue ones |
/// | assignment | new ones, studied ones, returned ones, overdue ones |
/// | review | those whose residents were told and not yet asked |
/// | village talk, grid talk, branch meeting | nothing: people say what they come with |
pub fn propose<'a>(
    kind: MeetingKind,
    open: impl IntoIterator<Item = &'a OpenMatter>,
    on: NaiveDate,
) -> Vec<AgendaProposal> {
    let proposed = open.into_iter().filter_map(|matter| {
        let (why, since) = why(matter, on).filter(|(why, _)| belongs(kind, *why))?;
        let (number, title) = (matter.number.clone(), matter.title.clone()?);
        Some(AgendaProposal { matter: matter.id, number, title, why, since })
    });
    let mut proposed: Vec<_> = proposed.collect();
    proposed.sort_by_key(|proposal| (proposal.why, proposal.since, proposal.matter));
    proposed.dedup_by_key(|proposal| proposal.matter);
    proposed
}

fn belongs(kind: MeetingKind, why: WhyProposed) -> bool {
    match kind {
        MeetingKind::Analysis => why != WhyProposed::ToEvaluate,
        MeetingKind::Assignment => !matches!(why, WhyProposed::ToEvaluate | WhyProposed::RecheckDue),
        MeetingKind::Review => why == WhyProposed::ToEvaluate,
        MeetingKind::VillageTalk | MeetingKind::Grid | MeetingKind::Branch => false,
    }
}

fn why(matter: &OpenMatter, on: NaiveDate) -> Option<(WhyProposed, Option<NaiveDate>)> {
    match matter.state {
        State::Submitted => Some((WhyProposed::New, None)),
        State::Analysed => Some((WhyProposed::Studied, None)),
        State::Returned => Some((WhyProposed::Returned, None)),
        State::Parked => matter.recheck_on.filter(|day| *day <= on).map(|day| (WhyProposed::RecheckDue, Some(day))),
        State::FedBack => Some((WhyProposed::ToEvaluate, None)),
        state if state.is_with_owner() => {
            matter.due.filter(|due| *due < on).map(|due| (WhyProposed::Overdue, Some(due)))
        }
        _ => None,
    }
}
