//! People write on their phones, and sync.

use chrono::{Days, NaiveDate};
use lianhu_core::diary::{Audience, EntryForm};
use lianhu_core::draft::{FieldId, Prose};
use lianhu_core::household::{CardForm, VisitForm};
use lianhu_core::matter::{Act, FeedbackWay, MatterForm};
use lianhu_core::meeting::{CallForm, MeetingDeed, MeetingKind};
use lianhu_core::{DocId, DocKind, WorkerId};
use lianhu_device::{Place, Saved};

use super::somebody;
use crate::dice::Dice;
use crate::failure::Held;
use crate::judges;
use crate::ledger::Fate;
use crate::words::words_in;
use crate::world::World;

fn a_day(world: &mut World<'_>) -> Held<NaiveDate> {
    let today = world.town()?.today();
    Ok(today.checked_sub_days(Days::new(world.dice.below(40))).unwrap_or(today))
}

fn one(dice: &mut Dice, listed: &[lianhu_device::Listed]) -> Option<DocId> {
    dice.pick(listed).map(|listed| listed.id)
}

/// Somebody records a visit.
pub(super) fn visit(world: &mut World<'_>) -> Held {
    let (number, day) = (somebody(world), a_day(world)?);
    world.write(number, |book, dice, word| {
        let Some(home) = one(dice, &book.households().list()?) else { return Ok(false) };
        let form = VisitForm { date: Some(day), note: word.to_owned().into(), ..VisitForm::default() };
        book.households().visit(home, form).map(|_| true)
    })
}

/// Somebody writes into the diary.
pub(super) fn diary(world: &mut World<'_>) -> Held {
    let (number, day) = (somebody(world), a_day(world)?);
    world.write(number, |book, dice, word| {
        let audience = dice.pick(Audience::ALL).copied().unwrap_or_default();
        let form = EntryForm { date: Some(day), text: word.to_owned().into(), ..EntryForm::default() };
        book.diary().write_for(audience, form).map(|_| true)
    })
}

/// Somebody corrects a card; two who do so without seeing each other disagree.
pub(super) fn card(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    world.write(number, |book, dice, word| {
        let Some(home) = one(dice, &book.households().list()?) else { return Ok(false) };
        let form = match dice.below(3) {
            0 => CardForm { contact_time: word.to_owned(), ..CardForm::default() },
            1 => CardForm { doorplate: word.to_owned().into(), ..CardForm::default() },
            _ => CardForm { code: word.to_owned(), ..CardForm::default() },
        };
        Ok(book.households().change(home, &form)? != Saved::Unchanged)
    })
}

/// Somebody raises a matter.
pub(super) fn raise(world: &mut World<'_>) -> Held {
    let (number, day) = (somebody(world), a_day(world)?);
    world.write(number, |book, dice, word| {
        let household = one(dice, &book.households().list()?);
        let form = MatterForm {
            date: Some(day),
            household,
            title: "路灯不亮".to_owned().into(),
            text: word.to_owned().into(),
            ..MatterForm::default()
        };
        book.matters().raise(form).map(|_| true)
    })
}

/// Somebody takes a step in a matter, whatever others have done meanwhile.
pub(super) fn step(world: &mut World<'_>) -> Held {
    let (number, day) = (somebody(world), a_day(world)?);
    world.write(number, |book, dice, word| {
        let Some(matter) = one(dice, &book.matters().list()?) else { return Ok(false) };
        let Ok(words) = Prose::parse(FieldId::Text, word) else { return Ok(false) };
        let (act, has_word) = match dice.below(8) {
            0 => (Act::Submit, false),
            1 => (Act::Solve { how: words }, true),
            2 => (Act::Analyse { opinion: Some(words) }, true),
            3 => (Act::Feedback { way: FeedbackWay::Visit, on: day }, false),
            4 => (Act::Reopen { grounds: words }, true),
            5 => (Act::Withdraw, false),
            _ => (Act::Note { note: words, contacted_on: None }, true),
        };
        book.matters().step(matter, act).map(|_| has_word)
    })
}

/// The board of a village calls a meeting of everybody in it.
pub(super) fn call(world: &mut World<'_>) -> Held {
    let (somebody, day) = (somebody(world), a_day(world)?);
    let village = world.scene.phones.get(somebody).map(|phone| phone.village);
    let Some(village) = village else { return Ok(()) };
    let here = world.scene.phones.iter().enumerate().filter(|(_, phone)| phone.village == village);
    let (numbers, workers): (Vec<usize>, Vec<WorkerId>) = here.map(|(number, phone)| (number, phone.worker)).unzip();
    // The first of a village is its board.
    let Some(board) = numbers.first().copied() else { return Ok(()) };
    world.write(board, |book, _, word| {
        let form = CallForm {
            village,
            kind: MeetingKind::Analysis.code().to_owned(),
            date: day.to_string(),
            number: String::new(),
            time: String::new(),
            place: word.to_owned(),
            chair: None,
            recorder: None,
            branch: String::new(),
            grid: None,
            workers,
        };
        book.begin(&MeetingDeed::Call(form)).map(|_| true)
    })
}

/// Somebody adds to the minutes of a meeting, whatever others have added meanwhile. Nothing is taken out: then it would be
/// nobody's loss that a word is gone.
pub(super) fn minutes(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    world.write(number, |book, dice, word| {
        let Some(meeting) = one(dice, &book.documents(DocKind::Meeting)?) else { return Ok(false) };
        let added = MeetingDeed::AddMinutes { text: word.to_owned().into() };
        Ok(book.act(meeting, &added)? != Saved::Unchanged)
    })
}

/// Somebody settles a value people disagree about.
pub(super) fn settle(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    let settled = world.with_book(number, |book, dice| {
        for home in book.households().list()? {
            if let Some(conflict) = book.conflicts(home.id)?.first() {
                let choice = dice.index(conflict.rivals.len());
                let key = conflict.key.clone();
                return Ok(book.settle(home.id, &key, choice)? != Saved::Unchanged);
            }
        }
        Ok(false)
    })?;
    if settled == Some(true) {
        world.events.count("conflicts settled in fact");
        judges::names::after_a_save(world, number)?;
    }
    Ok(())
}

/// Somebody looks at what was turned down: writes it again, or lets it go.
pub(super) fn refused(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    let again = world.dice.percent(60);
    let gone = world.with_book(number, |book, _| {
        let attention = book.needs_attention()?;
        let Some(turned_down) = attention.iter().find(|one| matches!(one.place, Place::Refused(..))) else {
            return Ok(Vec::new());
        };
        let (doc, change) = (turned_down.doc, turned_down.change);
        if again {
            book.write_again(doc, change)?;
            return Ok(Vec::new());
        }
        let words = turned_down.words.iter().filter_map(|(_, value)| value.as_ref());
        let words: Vec<u64> =
            words.filter_map(|value| value.as_text()).flat_map(|text| words_in(text.as_bytes())).collect();
        book.discard(doc, change)?;
        Ok(words)
    })?;
    for word in gone.into_iter().flatten() {
        world.ledger.moved(word, Fate::Discarded);
    }
    Ok(())
}

/// Somebody has signal.
pub(super) fn sync(world: &mut World<'_>) -> Held {
    let number = somebody(world);
    world.sync(number).map(|_| ())
}

/// Something that was under way for long arrives.
pub(super) fn late(world: &mut World<'_>) -> Held {
    world.late_request()
}
