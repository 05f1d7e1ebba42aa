//! `lianhu matter`: the whole life of a matter, on a phone or at the township.

mod show;

use lianhu_core::matter::{
    AmendForm, AssignForm, Matter, MatterDeed, RaiseForm, Urgency, emergency_card, temporary_code,
};
use lianhu_core::{DocId, DocKind, RecordId};
use lianhu_server::Town;
use lianhu_store::{Op, Query};
use lianhu_sync::ports::{Township as _, ViewValue};

use super::{store_failure, town_failure};
use crate::args::{Handed, MatterAction, MatterArgs, Raised, Said};
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Does one thing with matters.
pub fn run(talk: Talk, args: &MatterArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let desk = &mut desk;
    let id = match &args.action {
        MatterAction::List { state } => return show::list(talk, desk, state.as_deref()),
        MatterAction::Show(which) => {
            let id = named(desk, &which.matter)?;
            return show::one(talk, desk, id);
        }
        MatterAction::Raise(raised) => raise(talk, desk, raised)?,
        MatterAction::Split(said) => split(desk, said)?,
        action => {
            let (matter, deed) = deed(desk, action)?;
            let id = named(desk, matter)?;
            desk.act(id, &deed)?;
            id
        }
    };
    show::where_it_stands(talk, desk, id)?;
    desk.done(talk);
    Ok(())
}

/// A matter by its id, its number or its temporary code.
pub(super) fn named(desk: &mut Desk, said: &str) -> Result<DocId, Failure> {
    let said = said.trim();
    if said.parse::<DocId>().is_ok() {
        return desk.named(said, DocKind::Matter).map(|(id, _)| id);
    }
    let found = match desk {
        Desk::Town(town) => at_town(town, &["number", "code"], &said.to_uppercase())?,
        Desk::Phone(_) => {
            let mut found = Vec::new();
            for id in all(desk)? {
                let number = desk.document(id)?.and_then(|document| Matter::read(&document).number);
                let is = number.is_some_and(|number| number.value.as_str().eq_ignore_ascii_case(said));
                if is || temporary_code(id).eq_ignore_ascii_case(said) {
                    found.push(id);
                }
            }
            found
        }
    };
    match found.as_slice() {
        [one] => Ok(*one),
        _ => Err(Failure::new(Kind::Input, ("这里没有这件事项", "there is no such matter here"))
            .hint(("编号见：lianhu matter list", "their numbers: lianhu matter list"))),
    }
}

/// Writes down what a resident raised. An emergency is answered with the card, and nothing is written.
fn raise(talk: Talk, desk: &mut Desk, raised: &Raised) -> Result<DocId, Failure> {
    if raised.urgency == Some(Urgency::Emergency) {
        let card = emergency_card(talk.lang());
        for call in card.numbers {
            talk.say(format!("  {}  {}", call.number, call.answers));
        }
        return Err(Failure::new(
            Kind::Input,
            (emergency_card(lianhu_core::Lang::Zh).advice, emergency_card(lianhu_core::Lang::En).advice),
        ));
    }
    let form = RaiseForm {
        village: Some(desk.village(raised.village.as_deref())?),
        date: raised.on.map(|on| on.to_string()).unwrap_or_default(),
        title: raised.title.clone().into(),
        text: raised.text.clone().into(),
        household: raised.household.as_deref().map(|said| desk.household(said)).transpose()?,
        raiser: raised.raiser.clone().into(),
        phone: raised.phone.clone().into(),
        headcount: raised.people,
        category: raised.category.clone(),
        kind: raised.kind,
        urgency: raised.urgency,
        place: raised.place.clone().into(),
        channel: raised.channel,
        split_from: None,
    };
    desk.begin(&MatterDeed::Raise(Box::new(form)))
}

/// Begins a matter of its own with a part of another, and says so in both. The new one is given.
fn split(desk: &mut Desk, said: &Said) -> Result<DocId, Failure> {
    let whole = named(desk, &said.matter)?;
    let matter = read(desk, whole)?;
    let form = RaiseForm {
        village: matter.village.map(|village| village.value),
        title: said.text.clone().into(),
        household: matter.household.map(|household| household.value),
        split_from: Some(whole),
        ..RaiseForm::default()
    };
    let part = desk.begin(&MatterDeed::Raise(Box::new(form)))?;
    desk.act(whole, &MatterDeed::Split { parts: vec![part] })?;
    Ok(part)
}

fn read(desk: &mut Desk, id: DocId) -> Result<Matter, Failure> {
    let document = desk.document(id)?;
    let document =
        document.ok_or_else(|| Failure::new(Kind::Input, ("这里没有这件事项", "there is no such matter here")))?;
    Ok(Matter::read(&document))
}

/// To whom it is handed.
fn handed(desk: &mut Desk, handed: &Handed, to: &str, studio: Option<&str>) -> Result<Box<AssignForm>, Failure> {
    let studio = match studio {
        Some(said) => Some(desk.named(said, DocKind::Studio)?.0),
        None => None,
    };
    Ok(Box::new(AssignForm {
        owner: Some(desk.worker(&handed.owner)?),
        co_owners: handed.with.iter().map(|said| desk.worker(said)).collect::<Result<_, _>>()?,
        level: handed.level,
        text: handed.measures.clone().into(),
        due: handed.due.map(|due| due.to_string()).unwrap_or_default(),
        studio,
        to: to.into(),
    }))
}

/// The matter a step is about, as it was typed, and the step.
fn deed<'a>(desk: &mut Desk, action: &'a MatterAction) -> Result<(&'a str, MatterDeed), Failure> {
    let day = |on: &Option<chrono::NaiveDate>| on.map(|on| on.to_string()).unwrap_or_default();
    let text = |said: &Said| said.text.clone().into();
    Ok(match action {
        // These are no steps of one matter; they were dealt with before.
        MatterAction::List { .. } | MatterAction::Raise(_) => return Err(Failure::new(Kind::Usage, "not a step")),
        MatterAction::Show(which) => (&which.matter, MatterDeed::Submit {}),
        MatterAction::Amend { matter, title, category, kind, urgency, people, place } => {
            let form = AmendForm {
                title: title.clone().into(),
                category: category.clone(),
                kind: *kind,
                urgency: *urgency,
                headcount: *people,
                place: place.clone().into(),
                ..AmendForm::default()
            };
            (matter, MatterDeed::Amend(Box::new(form)))
        }
        MatterAction::Submit(which) => (&which.matter, MatterDeed::Submit {}),
        MatterAction::Solve(said) => (&said.matter, MatterDeed::Solve { text: text(said) }),
        MatterAction::ReferOut { matter, to } => (matter, MatterDeed::ReferOut { to: to.clone().into() }),
        MatterAction::Analyse { matter, text } => (matter, MatterDeed::Analyse { text: text.clone().into() }),
        MatterAction::Assign(to) => (&to.matter, MatterDeed::Assign(handed(desk, to, "", None)?)),
        MatterAction::Transfer(to) => (&to.matter, MatterDeed::Transfer(handed(desk, to, "", None)?)),
        MatterAction::Refer { handed: to, to: called, studio } => {
            (&to.matter, MatterDeed::Refer(handed(desk, to, called, studio.as_deref())?))
        }
        MatterAction::Assist { matter, worker } => (matter, MatterDeed::Assist { worker: desk.worker(worker)? }),
        MatterAction::Accept(which) => (&which.matter, MatterDeed::Accept {}),
        MatterAction::Start(which) => (&which.matter, MatterDeed::Start {}),
        MatterAction::Return(said) => (&said.matter, MatterDeed::Return { text: text(said) }),
        MatterAction::AskExtension { matter, text, until } => {
            (matter, MatterDeed::AskExtension { on: until.to_string(), text: text.clone().into() })
        }
        MatterAction::AnswerExtension { matter, text, refused, told_on } => {
            let (granted, on) = (!refused, day(told_on));
            (matter, MatterDeed::AnswerExtension { granted, text: text.clone().into(), on })
        }
        MatterAction::Escalate(said) => (&said.matter, MatterDeed::Escalate { text: text(said) }),
        MatterAction::Park { matter, text, until } => {
            (matter, MatterDeed::Park { text: text.clone().into(), on: until.to_string() })
        }
        MatterAction::Merge { matter, into } => (matter, MatterDeed::Merge { into: named(desk, into)? }),
        MatterAction::Split(said) => (&said.matter, MatterDeed::Split { parts: Vec::new() }),
        MatterAction::Similar { matter, other } => (matter, MatterDeed::Similar { similar: named(desk, other)? }),
        MatterAction::Decline(said) => (&said.matter, MatterDeed::Decline { text: text(said) }),
        MatterAction::Done(said) => (&said.matter, MatterDeed::Done { text: text(said) }),
        MatterAction::Feedback { matter, way, on } => (matter, MatterDeed::Feedback { way: *way, on: day(on) }),
        MatterAction::Evaluate { matter, solved, satisfaction, words, collected_by, on } => {
            let collected_by = collected_by.as_deref().map(|said| desk.worker(said)).transpose()?;
            let (solved, satisfaction, text, on) = (*solved, *satisfaction, words.clone().into(), day(on));
            (matter, MatterDeed::Evaluate { solved, satisfaction, text, collected_by, on })
        }
        MatterAction::Close { matter, kind } => (matter, MatterDeed::Close { closing: *kind }),
        MatterAction::Reopen(said) => (&said.matter, MatterDeed::Reopen { text: text(said) }),
        MatterAction::Withdraw(which) => (&which.matter, MatterDeed::Withdraw {}),
        MatterAction::Supervise(said) => (&said.matter, MatterDeed::Supervise { text: text(said) }),
        MatterAction::Post { matter, on } => (matter, MatterDeed::Post { on: day(on) }),
        MatterAction::Note { matter, text, spoke_on } => {
            (matter, MatterDeed::Note { text: text.clone().into(), on: day(spoke_on) })
        }
        MatterAction::Settle { matter, step } => {
            let stands: RecordId = step.trim().parse().map_err(|_| {
                Failure::new(Kind::Input, ("没有这一步", "there is no such step"))
                    .hint(("编号见：lianhu matter show", "their ids: lianhu matter show"))
            })?;
            (matter, MatterDeed::Settle { stands })
        }
    })
}

/// The matters of a desk.
fn all(desk: &mut Desk) -> Result<Vec<DocId>, Failure> {
    match desk {
        Desk::Town(town) => town.documents_of(DocKind::Matter).map_err(|why| town_failure(&why)),
        Desk::Phone(_) => Ok(desk.list(DocKind::Matter)?.into_iter().map(|(id, _)| id).collect()),
    }
}

/// The matters at the township that hold this in one of these columns.
fn at_town(town: &Town, columns: &[&str], said: &str) -> Result<Vec<DocId>, Failure> {
    let reader = town.store().read().map_err(|why| store_failure(&why))?;
    let mut found = Vec::new();
    for column in columns {
        let query = Query::default().filter(*column, Op::Eq(ViewValue::Text(said.to_owned())));
        let rows = reader.list("matters", &query).map_err(|why| store_failure(&why))?;
        found.extend(rows.iter().filter_map(|row| match row.first() {
            Some(ViewValue::Text(id)) => id.parse::<DocId>().ok(),
            _ => None,
        }));
    }
    Ok(found)
}
