//! `lianhu box`

use lianhu_core::complaint::{Complaint, ComplaintDeed};
use lianhu_core::{DocKind, Private};
use serde_json::json;

use crate::args::{BoxAction, BoxArgs};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::talk::Talk;

/// Does what was typed with the complaint box.
pub fn run(talk: Talk, args: &BoxArgs) -> Result<(), Failure> {
    let mut desk = Desk::open(&args.desk)?;
    match &args.action {
        BoxAction::List => list(talk, &mut desk),
        BoxAction::Put { text, about, village } => {
            let village = desk.village(village.as_deref())?;
            let id = desk.begin(&ComplaintDeed::Begin { village, about: *about, text: Private(text.clone()) })?;
            talk.print(id.to_string());
            desk.done(talk);
            talk.object(&json!({ "id": id }));
            Ok(())
        }
        BoxAction::Withdraw { complaint } => act(talk, &mut desk, complaint, &ComplaintDeed::Withdraw {}),
        BoxAction::Reply { complaint, text } => {
            act(talk, &mut desk, complaint, &ComplaintDeed::Reply { text: Private(text.clone()) })
        }
    }
}

fn act(talk: Talk, desk: &mut Desk, said: &str, deed: &ComplaintDeed) -> Result<(), Failure> {
    let (id, _) = desk.named(said, DocKind::Complaint)?;
    let changed = desk.act(id, deed)?;
    desk.done(talk);
    talk.object(&json!({ "id": id, "changed": changed }));
    Ok(())
}

fn list(talk: Talk, desk: &mut Desk) -> Result<(), Failure> {
    let mut told = Vec::new();
    for (id, _) in desk.list(DocKind::Complaint)? {
        let Some(document) = desk.document(id)? else { continue };
        let complaint = Complaint::read(&document);
        // One whose words are erased says nothing any more.
        let Some(text) = &complaint.text else { continue };
        let date = complaint.date.as_ref().map(|date| date.value);
        let about = complaint.about.as_ref().map(|about| about.value);
        let (state, lang) = (complaint.state(), talk.lang());
        let about_words = about.map(|about| about.label(lang)).unwrap_or_default();
        let day = date.map(|date| date.to_string()).unwrap_or_default();
        talk.print(format!("{id}  {day}  {about_words}  {}", state.label(lang)));
        talk.print(format!("  {}", text.value.as_str()));
        for (_, reply) in complaint.told() {
            let on = reply.on.map(|on| on.to_string()).unwrap_or_default();
            talk.print(format!("  {on}  {}", reply.text.as_ref().map(|text| text.as_str()).unwrap_or_default()));
        }
        told.push(
            json!({ "id": id, "date": date, "about": about, "state": state, "replies": complaint.replies.len() }),
        );
    }
    if told.is_empty() {
        talk.say(talk.pick("意见箱里没有意见。", "There is nothing in the complaint box."));
    }
    talk.object(&json!({ "complaints": told }));
    Ok(())
}
