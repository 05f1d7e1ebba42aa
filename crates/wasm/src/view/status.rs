//! How things stand, and whose workbook it is.

use data_encoding::HEXLOWER;
use lianhu_core::Lang;
use lianhu_core::roster::Role;
use lianhu_device::{Locked, Surroundings, SyncReport};
use serde_json::{Value, json};

use super::village::role_words;
use super::{Book, Look, Outcome, Shown as _};
use crate::error::{ApiError, locked_words};

const DAY_MS: i64 = 86_400_000;

impl<X: Surroundings> Look<'_, X> {
    pub(crate) fn owner(&self) -> Value {
        let owner = self.book.owner();
        let entry = self.roster.as_ref().and_then(|roster| roster.workers.get(&owner.worker));
        let roles = entry.and_then(|worker| worker.roles.as_ref().map(|roles| roles.value.clone()));
        let roles = roles.unwrap_or_else(|| owner.roles.iter().filter_map(|code| Role::parse(code)).collect());
        let village = self.roster.as_ref().and_then(|roster| roster.name.clone());
        json!({
            "id": owner.worker, "name": owner.name, "roles": role_words(&roles),
            "leads": roles.contains(&Role::BranchLead) || roles.contains(&Role::VillageBoard),
            "village": owner.roster, "village_name": village.shown(), "township": owner.township, "server": owner.server,
            "not_enrolled_yet": self.book.awaited_enrolment("").is_some(), "has_roster": self.roster.is_some(),
        })
    }
}

/// What the page shows first: whose workbook it is, or why it is locked.
pub(crate) fn state<X: Surroundings>(book: &mut Book<X>, has_pin: bool) -> Outcome {
    if let Some(why) = book.locked() {
        return locked(book, why);
    }
    let look = Look::at(book)?;
    Ok(json!({ "is": "ready", "owner": look.owner(), "has_pin": has_pin }))
}

fn locked<X: Surroundings>(book: &Book<X>, why: Locked) -> Outcome {
    let (code, zh, en) = locked_words(why);
    // What was destroyed has nothing left to deliver.
    let not_delivered = if why == Locked::Destroyed { 0 } else { book.status()?.not_delivered() };
    Ok(json!({ "is": "locked", "why": code, "zh": zh, "en": en, "not_delivered": not_delivered }))
}

pub(crate) fn status<X: Surroundings>(book: &mut Book<X>, has_pin: bool) -> Result<Value, ApiError> {
    let status = book.status()?;
    let (attention, conflicts, late) = match book.locked() {
        Some(_) => (0, 0, 0),
        None => (book.attention_count()?, book.open_conflicts()?.len(), book.late_entries()?.len()),
    };
    let township = book.township().map(|known| known.key.fingerprint());
    Ok(json!({
        "documents": status.documents, "kept": status.kept, "carried": status.carried, "held": status.held,
        "refused": status.refused, "recorded": status.recorded, "not_delivered": status.not_delivered(),
        "attention": attention, "conflicts": conflicts, "notices": book.notices().len(), "late": late,
        "lease_days": book.lease_left_ms().map(|left| left / DAY_MS),
        "last_sync": status.last_sync.as_ref().map(report), "has_pin": has_pin,
        "device": HEXLOWER.encode(&book.device().0), "key_fingerprint": book.key().fingerprint(),
        "township_fingerprint": township, "version": env!("CARGO_PKG_VERSION"),
    }))
}

/// What a sync did.
pub(crate) fn report(report: &SyncReport) -> Value {
    json!(report)
}

/// The word for the language of a sheet.
pub(crate) fn lang(code: &str) -> Result<Lang, ApiError> {
    match code {
        "zh" => Ok(Lang::Zh),
        "en" => Ok(Lang::En),
        _ => Err(ApiError::bad_call("a language")),
    }
}
