//! The demo checks itself: the township from its log up, and every phone against the township.

use lianhu_server::{Findings, verify};
use lianhu_sync::ids::{Digest, ReaderId};
use lianhu_sync::ports::{PhoneStore as _, Township as _, TownshipReader as _};

use crate::args::TownshipArgs;
use crate::commands::{open_town, store_failure, town_failure};
use crate::failure::Failure;
use crate::talk::Talk;

use super::Scene;

/// What the check found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checked {
    pub(crate) township: Findings,
    /// Phones whose documents are not what the township says they may read.
    pub(crate) phones_differ: u64,
    /// Changes still on phones although everybody synced.
    pub(crate) not_delivered: u64,
}

impl Checked {
    pub(crate) fn is_sound(&self) -> bool {
        self.differences() == 0
    }

    pub(crate) fn differences(&self) -> u64 {
        self.township.differences + self.phones_differ
    }
}

/// Checks everything while nothing runs.
pub(crate) fn everything(talk: Talk, scene: &Scene) -> Result<Checked, Failure> {
    let town = open_town(&TownshipArgs::in_folder(scene.township.clone()))?;
    let bar = talk.bar(talk.pick("核对正本库", "verify the township"), 0);
    let findings = verify(&town, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let township = findings.map_err(|why| town_failure(&why))?;
    let reader = town.store().read().map_err(|why| store_failure(&why))?;
    let reader = std::sync::Mutex::new(reader);
    let phones = scene.each(talk, talk.pick("核对每部手机", "check every phone"), |member| {
        let store = member.store()?;
        // The digest of what lies on the phone now, not the one it remembers.
        let documents = store.documents().map_err(|why| store_failure(&why))?;
        let held = documents.iter().filter(|document| !document.withdrawn);
        let digest = held.fold(Digest::EMPTY, |sum, document| sum.with(Digest::of(document.doc, &document.heads)));
        let pending = store.pending(None).map_err(|why| store_failure(&why))?.len() as u64;
        let worker = ReaderId(member.worker.0.into_bytes());
        let reader = reader.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let standing = reader.standing(worker).map_err(|why| store_failure(&why))?;
        Ok((standing.digest != digest, pending))
    })?;
    Ok(Checked {
        township,
        phones_differ: phones.iter().filter(|(differs, _)| *differs).count() as u64,
        not_delivered: phones.iter().map(|(_, pending)| pending).sum(),
    })
}
