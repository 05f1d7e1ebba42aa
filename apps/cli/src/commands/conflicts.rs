//! `lianhu conflicts` and `lianhu device conflicts`: what people disagree about, every value with its author and time, and
//! the word of whoever settles it.

use std::collections::BTreeMap;

use lianhu_core::dispute::About;
use lianhu_core::household::KEPT_BACK;
use lianhu_core::views::{key_label, value_words};
use lianhu_core::{ActorId, DeviceMillis, DocId, Scalar, Told, WorkerId};
use lianhu_device::Saved;
use lianhu_server::audit::{Action, AuditLine};
use lianhu_server::{ActError, Disputed, OFFICE, SettleError};
use serde_json::{Value, json};

use crate::args::{ConflictsAction, ConflictsArgs};
use crate::commands::{account_for, by_hand, existing_town, names_of_workers, town_failure};
use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, workbook_failure};
use crate::talk::Talk;

/// Lists what is open in a township, or settles one.
pub fn run(talk: Talk, args: &ConflictsArgs) -> Result<(), Failure> {
    let town = existing_town(&args.township)?;
    let open = town.disputed().map_err(|why| town_failure(&why))?;
    match &args.action {
        None | Some(ConflictsAction::List) => {
            let names: Names = names_of_workers(&town)?
                .into_iter()
                .filter_map(|(id, name)| Some((id.parse::<WorkerId>().ok()?, name)))
                .collect();
            let mut open = open;
            for told in open.iter_mut().filter(|one| one.kept_back).flat_map(|one| &mut one.dispute.choices) {
                told.value = KEPT_BACK.into();
            }
            let shown = open.iter().map(|Disputed { doc, title, dispute, .. }| Shown {
                doc: *doc,
                title: &title.0,
                about: &dispute.about,
                choices: &dispute.choices,
            });
            list(talk, &names, shown);
        }
        Some(ConflictsAction::Settle { number, choice }) => {
            let one = chosen(&open, *number)?;
            let value = chosen(&one.dispute.choices, *choice)?.value.clone();
            account_for(&town, &AuditLine { doc: Some(one.doc), ..by_hand(Action::Written, "settled") })?;
            town.settle_dispute(one.doc, &one.dispute.about, &value).map_err(|why| failure(&why))?;
            settled(talk, one.doc, &one.dispute.about);
        }
    }
    Ok(())
}

/// Lists what is open on a phone.
pub(super) fn list_of_phone(talk: Talk, workbook: &mut FileWorkbook) -> Result<(), Failure> {
    let open = workbook.open_conflicts().map_err(|why| workbook_failure(&why))?;
    let names = names_on_phone(workbook)?;
    let shown =
        open.iter().map(|one| Shown { doc: one.doc, title: &one.title.0, about: &one.about, choices: &one.choices });
    list(talk, &names, shown);
    Ok(())
}

/// Settles one on a phone; the next sync takes it to everybody.
pub(super) fn settle_on_phone(
    talk: Talk,
    workbook: &mut FileWorkbook,
    number: usize,
    choice: usize,
) -> Result<(), Failure> {
    let open = workbook.open_conflicts().map_err(|why| workbook_failure(&why))?;
    let one = chosen(&open, number)?;
    chosen(&one.choices, choice)?;
    let saved = workbook.settle_open(one, choice - 1).map_err(|why| workbook_failure(&why))?;
    settled(talk, one.doc, &one.about);
    if saved == Saved::KeptWillBeHeld {
        talk.say(talk.pick("镇里会先请人决定。", "A person at the township will decide first."));
    }
    Ok(())
}

/// The names of those who write here, as far as this phone knows them.
pub(super) fn names_on_phone(workbook: &mut FileWorkbook) -> Result<Names, Failure> {
    let roster = workbook.roster().map_err(|why| workbook_failure(&why))?;
    let workers = roster.iter().flat_map(|page| &page.content.workers);
    let named = workers.filter_map(|(id, worker)| Some((*id, worker.name.as_ref()?.value.as_str().to_owned())));
    Ok(named.collect())
}

/// What people are called.
pub(super) type Names = BTreeMap<WorkerId, String>;

struct Shown<'a> {
    doc: DocId,
    title: &'a str,
    about: &'a About,
    choices: &'a [Told<Scalar>],
}

fn list<'a>(talk: Talk, names: &Names, open: impl Iterator<Item = Shown<'a>>) {
    let mut rows: Vec<Value> = Vec::new();
    for (at, one) in open.enumerate() {
        let item = item(talk, one.about);
        talk.print(format!("{}  {}\t{item}", at + 1, one.title));
        let mut choices = Vec::new();
        for (place, told) in one.choices.iter().enumerate() {
            let said = said(talk, names, &told.value);
            let name = name(talk, names, told.by);
            talk.print(format!("   {}. {said}\t[{name} {}]", place + 1, moment(told.at)));
            choices.push(json!({ "choice": place + 1, "said": said, "name": name, "at": told.at }));
        }
        rows.push(json!({ "number": at + 1, "document": one.doc, "item": item, "choices": choices }));
    }
    if rows.is_empty() {
        talk.say(talk.pick("没有不一致的地方。", "People disagree about nothing."));
    }
    talk.object(&json!({ "conflicts": rows }));
}

fn item(talk: Talk, about: &About) -> String {
    match about {
        About::Key(key) => key_label(key, talk.lang()),
        About::Steps(..) => talk.pick("两个步骤不能并存", "two steps that cannot both stand").to_owned(),
    }
}

/// The words of a value; of a step that names an owner, also whom.
fn said(talk: Talk, names: &Names, value: &Scalar) -> String {
    let words = value_words(value, talk.lang());
    let record: Option<Value> = value.as_text().and_then(|text| serde_json::from_str(text).ok());
    let owner = record.as_ref().and_then(|record| record.get("owner")?.as_str()?.parse::<WorkerId>().ok());
    match owner.and_then(|owner| names.get(&owner)) {
        Some(owner) => format!("{words} {owner}"),
        None => words,
    }
}

fn name(talk: Talk, names: &Names, by: ActorId) -> String {
    if by.is_of(OFFICE) {
        return talk.pick("镇里", "the office").to_owned();
    }
    let known = names.iter().find(|(worker, _)| by.is_of(**worker));
    known.map_or_else(|| talk.pick("不在名册", "not in the roster").to_owned(), |(_, name)| name.clone())
}

/// A moment as the author's clock claimed it, by the wall clock of the country.
pub(super) fn moment(at: DeviceMillis) -> String {
    at.in_china().format("%Y-%m-%d %H:%M").to_string()
}

fn settled(talk: Talk, doc: DocId, about: &About) {
    let item = item(talk, about);
    talk.print(format!("{item}{}", talk.pick("：已裁定，各处都会一致。", ": settled; everybody will see the same.")));
    talk.object(&json!({ "document": doc, "item": item, "settled": true }));
}

fn chosen<T>(from: &[T], number: usize) -> Result<&T, Failure> {
    number.checked_sub(1).and_then(|at| from.get(at)).ok_or_else(|| {
        Failure::new(Kind::Input, ("没有这个号", "there is no such number")).hint((
            "先列出来：lianhu conflicts（镇里）或 lianhu device conflicts（手机上）",
            "list them first: `lianhu conflicts` at the office, `lianhu device conflicts` on a phone",
        ))
    })
}

fn failure(why: &SettleError) -> Failure {
    match why {
        SettleError::Act(ActError::Town(why)) => town_failure(why),
        other => Failure::new(Kind::Input, (format!("没有裁定（{other}）"), other.to_string())),
    }
}
