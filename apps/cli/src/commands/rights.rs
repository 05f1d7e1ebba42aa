//! `lianhu person notice`, `unnoticed`, `ask`, `answer`, `requests`, `minor`: a household's rights over its data.

use lianhu_core::groups::Group;
use lianhu_core::household::{AnswerTyped, AskTyped, Household, HouseholdDeed, NoticeTyped, OpenMinor, ResidentFields};
use lianhu_core::{DocId, DocKind, Lang, RecordId};
use lianhu_server::audit::Actor;
use serde_json::json;

use super::rules::terms;
use crate::args::{AnswerArgs, AskArgs, DeskArgs, MinorArgs, NoticeArgs, RightsAction};
use crate::desk::{Desk, deed_failure};
use crate::failure::{Failure, Kind};
use crate::phone::workbook_failure;
use crate::talk::Talk;

/// Does one thing about a person's rights.
pub(super) fn run(talk: Talk, action: &RightsAction) -> Result<(), Failure> {
    match action {
        RightsAction::Notice(args) => notice(talk, args),
        RightsAction::Unnoticed(desk) => unnoticed(talk, desk),
        RightsAction::Ask(args) => ask(talk, args),
        RightsAction::Answer(args) => answer(talk, args),
        RightsAction::Requests(desk) => requests(talk, desk),
        RightsAction::Minor(args) => minor(talk, args),
    }
}

fn notice(talk: Talk, args: &NoticeArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let told_by = args.told_by.as_ref().map(|said| desk.worker(said)).transpose()?;
    let deed = HouseholdDeed::Notice(NoticeTyped {
        group: args.group,
        basis: Some(args.basis),
        noticed_on: args.on.clone(),
        how: args.how,
        consented_on: args.consented_on.clone(),
        agreed_by: args.agreed_by,
        told_by,
        until: args.until.clone(),
    });
    done(talk, &mut desk, &args.household, &deed)
}

fn ask(talk: Talk, args: &AskArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let words = args.words.as_str().into();
    let (kind, asked_on) = (Some(args.kind), args.on.clone());
    done(
        talk,
        &mut desk,
        &args.household,
        &HouseholdDeed::Ask(AskTyped { kind, asked_on, asked_by: args.asked_by, words }),
    )
}

fn answer(talk: Talk, args: &AnswerArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let request = Some(record(&args.request)?);
    let (reason, on) = (args.reason.as_str().into(), args.on.clone());
    let deed = HouseholdDeed::Answer(AnswerTyped { request, answer: Some(args.answer), reason, on });
    done(talk, &mut desk, &args.household, &deed)
}

fn done(talk: Talk, desk: &mut Desk, household: &str, deed: &HouseholdDeed) -> Result<(), Failure> {
    let id = desk.household(household)?;
    let changed = desk.act(id, deed)?;
    desk.done(talk);
    talk.object(&json!({ "document": id, "changed": changed }));
    Ok(())
}

/// Every household at a desk.
fn households(desk: &mut Desk) -> Result<Vec<Household>, Failure> {
    let ids: Vec<DocId> = desk.list(DocKind::Household)?.into_iter().map(|(id, _)| id).collect();
    let mut read = Vec::new();
    for id in ids {
        read.extend(desk.document(id)?.map(|document| Household::read(&document)));
    }
    Ok(read)
}

fn called(home: &Household) -> String {
    let doorplate = home.doorplate.as_ref().map_or("", |doorplate| doorplate.value.as_str());
    let head = home.head.as_ref().map_or("", |head| head.value.as_str());
    format!("{doorplate} {head}").trim().to_owned()
}

fn unnoticed(talk: Talk, args: &DeskArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(args)?;
    let today = desk.hand()?.today;
    let mut listed = Vec::new();
    for home in households(&mut desk)? {
        let mut groups = home.unnoticed();
        groups.extend(home.minors_unnoticed(today).then_some(Group::Minors));
        if groups.is_empty() {
            continue;
        }
        let words: Vec<_> = groups.iter().map(|group| group.label(talk.lang())).collect();
        talk.print(format!("{}  {}", called(&home), words.join(talk.pick("、", ", "))));
        listed.push(json!({ "document": home.id, "groups": groups }));
    }
    if listed.is_empty() {
        talk.print(talk.pick("每一户都已告知。", "Every household has been told."));
    }
    talk.object(&json!({ "households": listed }));
    Ok(())
}

fn requests(talk: Talk, args: &DeskArgs) -> Result<(), Failure> {
    let rules = terms(args)?.rules;
    let mut desk = Desk::open(args)?;
    let mut listed = Vec::new();
    for home in households(&mut desk)? {
        for (id, request) in &home.requests {
            let last = home.answers_to(*id).last().and_then(|(_, answer)| answer.answer);
            let due = request.due(&rules).filter(|_| last.is_none());
            let kind = request.kind.map_or("", |kind| kind.label(talk.lang()));
            let state = match (last, due) {
                (Some(answer), _) => answer.label(talk.lang()).to_owned(),
                (None, due) => {
                    format!(
                        "{} {}",
                        talk.pick("答复期限", "answer by"),
                        due.map(|on| on.to_string()).unwrap_or_default()
                    )
                }
            };
            talk.print(format!("{id}  {kind}  {}  {state}", called(&home)));
            listed.push(json!({
                "document": home.id, "request": id, "kind": request.kind, "asked_on": request.asked_on,
                "asked_by": request.asked_by, "due": due, "answer": last,
            }));
        }
    }
    talk.object(&json!({ "requests": listed }));
    Ok(())
}

fn minor(talk: Talk, args: &MinorArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    let id = desk.household(&args.household)?;
    let resident = record(&args.resident)?;
    let fields = match &mut desk {
        Desk::Phone(book) => {
            book.households().minor(id, resident, &args.reason).map_err(|why| workbook_failure(&why))?
        }
        Desk::Town(town) => {
            let asked = OpenMinor { resident: Some(resident), reason: args.reason.as_str().into() };
            town.open_minor(Actor::Machine, id, &asked).map_err(deed_failure)?
        }
    };
    talk.say(talk.pick("理由已记录。", "The reason was written down."));
    talk.print(said(&fields, talk.lang()));
    talk.object(&json!({ "document": id, "resident": resident }));
    Ok(())
}

fn said(fields: &ResidentFields, lang: Lang) -> String {
    let parts = [
        fields.name.as_ref().map(|name| name.value.as_str().to_owned()),
        fields.relation.as_ref().map(|relation| relation.value.label(lang).to_owned()),
        fields.born.as_ref().map(|born| born.value.get().to_string()),
        fields.sex.as_ref().map(|sex| sex.value.label(lang).to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

fn record(said: &str) -> Result<RecordId, Failure> {
    said.trim().parse().map_err(|_| Failure::new(Kind::Input, ("这不是记录的编号", "that is no record's id")))
}
