//! Every call of the page, by name, with what it takes. What is no call, or has another shape, is an error and nothing else.

use lianhu_core::deed::from_json;
use lianhu_core::diary::{Audience, EntryForm};
use lianhu_core::draft::{Month, parse_optional_date};
use lianhu_core::household::{VisitTyped, millis_of};
use lianhu_core::matter::MatterForm;
use lianhu_core::meeting::NotCarried;
use lianhu_core::{DocId, DocKind, RecordId};
use lianhu_device::{EntryAt, Saved, Surroundings};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::forms::{CardArgs, EntryArgs, RaiseArgs};
use crate::handbook::Handbook;
use crate::invitation;
use crate::view::{self, Asked, Look, change_named, name_of, word};

/// What a call came to, and which documents it changed.
pub(crate) type Answer = Result<(Value, Vec<DocId>), ApiError>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ById {
    id: DocId,
    #[serde(default)]
    visits: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfRecord {
    #[serde(alias = "household")]
    doc: DocId,
    #[serde(alias = "resident")]
    id: RecordId,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    audience: Option<Audience>,
    #[serde(default)]
    sentence: Option<String>,
    #[serde(default)]
    raise: RaiseArgs,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VisitArgs {
    household: DocId,
    visit: VisitTyped,
    #[serde(default)]
    raise: Option<RaiseArgs>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeedArgs {
    #[serde(default)]
    id: Option<DocId>,
    #[serde(default)]
    kind: Option<String>,
    deed: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfChange {
    doc: DocId,
    change: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PrintArgs {
    what: String,
    paper: String,
    lang: String,
    #[serde(default)]
    doc: Option<DocId>,
    #[serde(default)]
    paperwork: Option<String>,
}

/// Small arguments of one field each.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Small {
    anyway: bool,
    month: String,
    year: i32,
    text: String,
    lang: String,
    meeting: Option<DocId>,
    verdicts: bool,
    id: String,
    choice: usize,
    doc: Option<DocId>,
    entry: Option<EntryArgs>,
    audience: Option<Audience>,
    raise: Option<RaiseArgs>,
    card: Option<CardArgs>,
}

/// Answers one call.
pub(crate) fn answer<X: Surroundings + Clone>(handbook: &mut Handbook<X>, name: &str, args: &str) -> Answer {
    match name {
        "words" => return read(Ok(view::words())),
        "read_invitation" => return read(invitation::read(&parse::<Small>(args)?.text)),
        _ => {}
    }
    let has_pin = handbook.has_pin();
    let book = handbook.open_book()?;
    match name {
        "status" => return read(view::status(book, has_pin)),
        "hand_over" => return book.hand_over().map_err(ApiError::from).map(|()| (Value::Null, Vec::new())),
        _ => {}
    }
    let look = &mut Look::at(book)?;
    match name {
        "today" => read(look.today(parse::<Small>(args)?.anyway)),
        "village" => read(look.village()),
        "households" => read(look.households(&parse::<Asked>(args)?)),
        "household" => {
            let ById { id, visits } = parse(args)?;
            read(look.household(id, visits))
        }
        "open_minor" => {
            let OfRecord { doc, id, reason, .. } = parse(args)?;
            Ok((look.open_minor(doc, id, &reason)?, vec![doc]))
        }
        "diary" => read(look.diary(month(&parse::<Small>(args)?.month)?)),
        "matters" => read(look.matters(&parse::<Asked>(args)?)),
        "matter" => read(look.matter(parse::<ById>(args)?.id)),
        "documents" => {
            let asked = parse::<Asked>(args)?;
            read(look.documents(kind(asked.kind.as_deref())?, &asked))
        }
        "plan" => read(look.plan(parse::<ById>(args)?.id)),
        "pledge" => read(look.pledge(parse::<ById>(args)?.id)),
        "my_pledge" => read(look.my_pledge(parse::<Small>(args)?.year)),
        "complaints" => read(look.complaints()),
        "meeting" => read(look.meeting(parse::<ById>(args)?.id)),
        "document" => read(look.document(parse::<ById>(args)?.id)),
        "attention" => read(look.attention()),
        "conflicts" => read(look.conflicts()),
        "late" => read(look.late()),
        "export_mine" => read(look.export_mine(view::lang(&parse::<Small>(args)?.lang)?)),
        "print" => read(print(look, &parse(args)?)),
        _ => write(look, name, args),
    }
}

/// The calls that write.
fn write<X: Surroundings>(look: &mut Look<'_, X>, name: &str, args: &str) -> Answer {
    match name {
        "visit" => visit(look, parse(args)?),
        "write_entry" => {
            let Small { entry, audience, .. } = parse(args)?;
            let form = entry.ok_or_else(|| ApiError::bad_call("entry"))?.form(look.today)?;
            let EntryAt { doc, id } = look.book.diary().write_for(audience.unwrap_or_default(), form)?;
            Ok((json!({ "doc": doc, "id": id }), vec![doc]))
        }
        "move_entry" => {
            let OfRecord { doc, id, audience, .. } = parse(args)?;
            let audience = audience.ok_or_else(|| ApiError::bad_call("audience"))?;
            let moved = look.book.diary().move_to(EntryAt { doc, id }, audience)?;
            Ok((json!({ "doc": moved.doc, "id": moved.id }), vec![doc, moved.doc]))
        }
        "raise_from_entry" => {
            let OfRecord { doc, id, sentence, raise, .. } = parse(args)?;
            let sentence = match sentence {
                Some(sentence) => sentence,
                None => look.text_of(doc, id)?,
            };
            let matter = look.book.diary().raise(EntryAt { doc, id }, &sentence, raise.form()?)?;
            Ok((json!({ "matter": matter }), vec![doc, matter]))
        }
        "raise" => {
            let form = parse::<Small>(args)?.raise.ok_or_else(|| ApiError::bad_call("raise"))?.form()?;
            let matter = look.book.matters().raise(form)?;
            Ok((json!({ "matter": matter }), vec![matter]))
        }
        "create_household" => {
            let card = parse::<Small>(args)?.card.ok_or_else(|| ApiError::bad_call("card"))?;
            let id = look.book.households().create(&card.form()?)?;
            Ok((json!({ "id": id }), vec![id]))
        }
        "begin" => {
            let DeedArgs { kind: of, deed, .. } = parse(args)?;
            let deed = from_json(kind(of.as_deref())?, &deed.to_string())?;
            let id = look.book.begin(deed.as_ref())?;
            Ok((json!({ "id": id }), vec![id]))
        }
        "act" => {
            let DeedArgs { id, deed, .. } = parse(args)?;
            let id = id.ok_or_else(|| ApiError::bad_call("id"))?;
            let deed = from_json(id.kind(), &deed.to_string())?;
            saved(look.book.act(id, deed.as_ref())?, id)
        }
        "carry_out" => carry_out(look, &parse(args)?),
        _ => settle(look, name, args),
    }
}

/// The calls about what people have to look at.
fn settle<X: Surroundings>(look: &mut Look<'_, X>, name: &str, args: &str) -> Answer {
    match name {
        "discard" => {
            let OfChange { doc, change } = parse(args)?;
            look.book.discard(doc, change_named(&change)?)?;
            Ok((json!({}), vec![doc]))
        }
        "write_again" => {
            let OfChange { doc, change } = parse(args)?;
            saved(look.book.write_again(doc, change_named(&change)?)?, doc)
        }
        "settle" => {
            let Small { id, choice, .. } = parse(args)?;
            let open = look.book.open_conflicts()?.into_iter().find(|open| name_of(open) == id);
            let open = open.ok_or_else(ApiError::not_here)?;
            saved(look.book.settle_open(&open, choice)?, open.doc)
        }
        "dismiss" => {
            let id: RecordId = parse::<Small>(args)?.id.parse().map_err(|_| ApiError::not_here())?;
            look.book.dismiss_notice(id)?;
            Ok((json!({}), Vec::new()))
        }
        "looked_at" => {
            let doc = parse::<Small>(args)?.doc.ok_or_else(|| ApiError::bad_call("doc"))?;
            look.book.looked_at_late(doc)?;
            Ok((json!({}), vec![doc]))
        }
        "renew_key" => {
            look.book.renew_key()?;
            Ok((json!("kept"), Vec::new()))
        }
        _ => Err(ApiError::bad_call("there is no such call")),
    }
}

fn visit<X: Surroundings>(look: &mut Look<'_, X>, args: VisitArgs) -> Answer {
    let VisitArgs { household, visit, raise } = args;
    let form = visit.form(&look.book.hand())?;
    match raise {
        None => {
            let visit = look.book.households().visit(household, form)?;
            Ok((json!({ "visit": visit, "matter": null }), vec![household]))
        }
        Some(raise) => {
            let form_of_matter: MatterForm = raise.form()?;
            let (visit, matter) = look.book.households().visit_and_raise(household, form, form_of_matter)?;
            Ok((json!({ "visit": visit, "matter": matter }), vec![household, matter]))
        }
    }
}

fn carry_out<X: Surroundings>(look: &mut Look<'_, X>, args: &Small) -> Answer {
    let meeting = args.meeting.ok_or_else(|| ApiError::bad_call("meeting"))?;
    let out = look.book.carry_out(meeting, args.verdicts)?;
    let mut changed = vec![meeting];
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    for (matter, act) in &out.steps {
        changed.push(*matter);
        let act = lianhu_core::matter::ActKind::parse(act).map(|act| word!(act));
        taken.push(json!({ "matter": look.named(*matter)?, "act": act }));
    }
    for one in &out.left {
        let (zh, en) = not_carried(one.why);
        left.push(json!({ "matter": look.named(one.matter)?, "zh": zh, "en": en }));
    }
    Ok((json!({ "taken": taken, "left": left }), changed))
}

fn not_carried(why: NotCarried) -> (&'static str, &'static str) {
    match why {
        NotCarried::NotHere => ("这件事项不在这部手机上", "the matter is not on this phone"),
        NotCarried::NotNow => ("事项现在的状态下不能这样办理", "not possible from where the matter stands"),
        NotCarried::Disputed => ("记录不一致，先裁定", "it was written down differently: settle that first"),
        NotCarried::OwnWork => ("承办人不得记录对自己的评议", "owners do not record how their own work is judged"),
        NotCarried::NoVerdict => ("没有记录是否解决", "nobody said whether it is solved"),
        NotCarried::NotYours => ("您没有权限办理这一步", "the rules do not give you this step"),
        NotCarried::Unreadable => ("需要更新版本", "needs a newer version"),
    }
}

fn print<X: Surroundings>(look: &mut Look<'_, X>, args: &PrintArgs) -> view::Outcome {
    let (paper, lang) = (view::paper(&args.paper)?, view::lang(&args.lang)?);
    match (args.what.as_str(), args.doc) {
        ("workbook", None) => look.print_workbook(paper, lang),
        ("board", None) => look.print_board(lang),
        ("meeting", Some(id)) => look.print_meeting(id, args.paperwork.as_deref().unwrap_or("notice"), paper, lang),
        _ => Err(ApiError::bad_call("nothing to print by that name")),
    }
}

fn read(ok: Result<Value, ApiError>) -> Answer {
    ok.map(|ok| (ok, Vec::new()))
}

fn saved(saved: Saved, doc: DocId) -> Answer {
    let code = match saved {
        Saved::Kept => "kept",
        Saved::KeptWillBeLate => "kept_will_be_late",
        Saved::KeptWillBeHeld => "kept_will_be_held",
        Saved::Unchanged => "unchanged",
    };
    let changed = if saved == Saved::Unchanged { Vec::new() } else { vec![doc] };
    Ok((json!({ "saved": code }), changed))
}

/// The arguments of a call. What was typed is not repeated by the error.
pub(crate) fn parse<T: DeserializeOwned>(args: &str) -> Result<T, ApiError> {
    serde_json::from_str(args).map_err(|why| {
        let kind = if why.is_data() { "its arguments have another shape" } else { "its arguments are no JSON" };
        ApiError::bad_call(format!("{kind} (column {})", why.column()))
    })
}

fn kind(name: Option<&str>) -> Result<DocKind, ApiError> {
    name.and_then(DocKind::from_name).ok_or_else(|| ApiError::bad_call("no such kind of document"))
}

fn month(text: &str) -> Result<Month, ApiError> {
    let parts = text.split_once('-').and_then(|(year, month)| Some((year.parse().ok()?, month.parse().ok()?)));
    let (year, month) = parts.ok_or_else(|| ApiError::bad_call("no month"))?;
    Ok(Month::new(year, month)?)
}

/// The entry as typed, for a day.
impl EntryArgs {
    fn form(self, today: chrono::NaiveDate) -> Result<EntryForm, ApiError> {
        use lianhu_core::draft::FieldId;
        let date = parse_optional_date(FieldId::Date, &self.date)?.unwrap_or(today);
        let recorded_on = parse_optional_date(FieldId::RecordedOn, &self.recorded_on)?;
        Ok(EntryForm {
            date: Some(date),
            weather: self.weather,
            place: self.place,
            households: self.households,
            title: self.title,
            text: self.text,
            reflection: self.reflection,
            tags: self.tags,
            recorded_at: recorded_on.map(millis_of),
            ..EntryForm::default()
        })
    }
}
