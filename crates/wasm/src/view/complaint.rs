//! The complaint box: what its owner put into it, and what the town said.

use lianhu_core::DocKind;
use lianhu_core::complaint::Complaint;
use lianhu_device::Surroundings;
use serde_json::{Value, json};

use super::{Look, Outcome, Shown as _, place, word};

impl<X: Surroundings> Look<'_, X> {
    /// Everything in the box on this phone, the newest first. It is few: nobody is asked to complain.
    pub(crate) fn complaints(&mut self) -> Outcome {
        let mut told = Vec::new();
        for listed in self.book.documents(DocKind::Complaint)? {
            let page = self.book.read(listed.id, Complaint::read)?;
            let (complaint, places) = (&page.content, &page.places);
            // One whose words are erased says nothing any more.
            let Some(text) = &complaint.text else { continue };
            let replies = complaint.told().into_iter().map(|(id, reply)| {
                json!({ "id": id, "on": reply.on, "text": reply.text.shown(), "where": place(&places.record("reply", id)) })
            });
            let may = self.may(listed.id, r#"{"do":"withdraw"}"#);
            let date = complaint.date.as_ref().map(|date| date.value);
            let view = json!({
                "id": listed.id, "where": place(&places.whole()), "date": date, "text": text.shown(),
                "about": complaint.about.as_ref().map_or(Value::Null, |about| word!(about.value)),
                "state": word!(complaint.state()), "withdrawn_on": complaint.withdrawn_on.shown(),
                "replies": replies.collect::<Vec<_>>(), "may": { "withdraw": may },
            });
            told.push(((std::cmp::Reverse(date), listed.id), view));
        }
        told.sort_by_key(|(order, _)| *order);
        Ok(told.into_iter().map(|(_, view)| view).collect())
    }
}
