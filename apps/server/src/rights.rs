//! What the audit log keeps of what phones write about people's rights: that somebody read what is known of a child, and that a
//! request was answered. It happened on a phone, perhaps days ago; it is logged once it is recorded.

use lianhu_core::gate::scan;
use lianhu_core::{DocId, DocKind, Private, Scalar};
use lianhu_sync::message::{DocChanges, Verdict};
use serde_json::Value;

use crate::audit::{Action, Actor, AuditLine};
use crate::town::Town;

const OPENED: &str = "opened/";
const ANSWER: &str = "answer/";

impl Town {
    /// Logs what of this was recorded just now, change by change as the verdicts are. What cannot be logged any more is
    /// told: the record itself stays in the household's document.
    pub(crate) fn log_rights(&self, by: &Actor, changes: &[DocChanges], verdicts: &[Verdict]) {
        let each = changes.iter().flat_map(|of_doc| of_doc.changes.iter().map(move |change| (of_doc.doc, &change.0)));
        let recorded = each.zip(verdicts).filter(|(_, verdict)| matches!(verdict, Verdict::Recorded));
        for ((doc, bytes), _) in recorded {
            let Some(doc) = DocId::from_bytes(doc.0).ok().filter(|doc| doc.kind() == DocKind::Household) else {
                continue;
            };
            for line in lines(by, doc, bytes) {
                if let Err(why) = self.audit(&line) {
                    tracing::error!(%doc, why = %why, "what was recorded about somebody's rights could not be logged");
                }
            }
        }
    }
}

/// The lines for one change to a household.
fn lines(by: &Actor, doc: DocId, bytes: &[u8]) -> Vec<AuditLine> {
    // Nearly every change is about neither: its bytes say so without taking it apart.
    let names = |key: &str| bytes.windows(key.len()).any(|at| at == key.as_bytes());
    if !names(OPENED) && !names(ANSWER) {
        return Vec::new();
    }
    let Ok(change) = scan(bytes) else { return Vec::new() };
    change.words().iter().filter_map(|(key, value)| line(by, doc, key, value.as_ref()?)).collect()
}

fn line(by: &Actor, doc: DocId, key: &str, value: &Scalar) -> Option<AuditLine> {
    let record: Value = serde_json::from_str(value.as_text()?).ok()?;
    let said = |field: &str| record.get(field).and_then(Value::as_str).map(str::to_owned);
    // The office's own reading was logged before anything was given ([`Town::open_minor`]).
    if key.starts_with(OPENED) && *by != Actor::Machine {
        let line = AuditLine::new(by.clone(), Action::NamedRead, "minor");
        let reason = said("reason").map(Private);
        return Some(AuditLine { doc: Some(doc), subject: said("resident"), reason, ..line });
    }
    if key.starts_with(ANSWER) {
        let line = AuditLine::new(by.clone(), Action::RequestAnswered, "answered");
        return Some(AuditLine { doc: Some(doc), subject: said("request"), ..line });
    }
    None
}
