//! Letting in what waited for a person. The office's word stands for the permission its author lacked; bounds, form and
//! content are asked for like everybody's.

use std::collections::{BTreeMap, BTreeSet};

use lianhu_core::WorkerId;
use lianhu_core::gate::{Scan, Trial, scan, trial};
use lianhu_core::policy::{Author, Ruling};
use lianhu_store::{HeldRecord, Reader};
use lianhu_sync::ids::{ChangeHash, DocId, ReaderId, ServerMillis};
use lianhu_sync::message::{RefusedCode, Verdict};
use lianhu_sync::ports::{Admitted, Caller, Commit, HeldChange, Received, RefusedChange, Scanned};

use super::document::refused;
use super::{Gate, GateError, Judging, OFFICE, home_of, words};
use crate::town::reader_of;

/// One held change, read.
struct Waiting {
    scan: Scan,
    record: HeldRecord,
}

impl Waiting {
    fn hash(&self) -> ChangeHash {
        self.record.hash
    }

    fn follows(&self, hash: ChangeHash) -> bool {
        self.scan.deps().iter().any(|dep| dep.0 == hash.0)
    }
}

impl Gate {
    /// What to commit so that a held change is recorded, with the held ones it follows. Held ones that follow it are
    /// judged again: what needs no person any more is recorded with it, the rest goes on waiting for its own reason.
    /// `Err`: it cannot be let in, and why. `None`: nothing of this name waits.
    pub(crate) fn accept(
        &self,
        reader: &Reader,
        doc: DocId,
        change: ChangeHash,
        at: ServerMillis,
    ) -> Result<Option<Result<Commit, Verdict>>, GateError> {
        let waiting = in_order(reader.held_of(doc)?);
        if !waiting.iter().any(|one| one.hash() == change) {
            return Ok(None);
        }
        let office = Caller { device: lianhu_sync::ids::DeviceId(reader.log().0), reader: reader_of(OFFICE) };
        let mut judging = self.begin(reader, office, at);
        let before = self.open(reader, doc)?;
        judging.based_on(doc, &before.heads);
        let needed = with_ancestors(&waiting, change);
        let mut so_far = trial(&before.document, &[]);
        let mut outside = BTreeSet::new();
        let (mut admitted, mut late) = (Vec::new(), Vec::new());
        for one in waiting {
            if one.scan.deps().iter().any(|dep| outside.contains(&dep.0)) {
                outside.insert(one.hash().0);
                continue;
            }
            let asked_for = needed.contains(&one.hash());
            match judging.look_again(&mut so_far, &one, asked_for)? {
                Ok(is_late) => {
                    if is_late {
                        late.push((one.scan.clone(), judging.author.worker));
                    }
                    admitted.push(one);
                }
                Err(verdict) if asked_for => return Ok(Some(Err(verdict))),
                Err(verdict) => {
                    outside.insert(one.hash().0);
                    judging.leave(one, verdict);
                }
            }
        }
        let admitted = admitted.into_iter().map(|one| {
            let received = Received::new(one.record.bytes);
            Admitted::by_gate(Scanned::by_gate(received, one.record.hash))
        });
        let mut admitted: Vec<Admitted> = admitted.collect();
        if let Some((marked, mark)) =
            (!late.is_empty()).then(|| judging.mark_late(&so_far, late.iter().map(|(scan, by)| (scan, *by)))).flatten()
        {
            so_far = marked;
            admitted.push(mark);
        }
        judging.admit(doc, &before, &so_far, admitted, None)?;
        Ok(Some(Ok(judging.commit)))
    }

    /// What to commit so that a held change is turned down, and with it the held ones that follow it.
    pub(crate) fn decline(
        reader: &Reader,
        doc: DocId,
        change: ChangeHash,
        reason: &str,
        at: ServerMillis,
    ) -> Result<Option<Commit>, GateError> {
        let waiting = in_order(reader.held_of(doc)?);
        let mut gone = BTreeSet::from([change]);
        let mut declined = Vec::new();
        for one in waiting {
            let hash = one.hash();
            let (code, reason) = if hash == change {
                (RefusedCode::Declined, reason.to_owned())
            } else if gone.iter().any(|gone| one.follows(*gone)) {
                (RefusedCode::FollowsRefused, String::new())
            } else {
                continue;
            };
            gone.insert(hash);
            declined.push(RefusedChange { doc, hash, code, reason });
        }
        let commit = Commit { refused: declined, at, ..Commit::default() };
        Ok(commit.refused.iter().any(|one| one.hash == change).then_some(commit))
    }
}

impl Judging<'_> {
    /// Tries and rules on a held change once more, and says whether it goes in late. Asked for by the office, it needs no
    /// permission.
    fn look_again(
        &mut self,
        so_far: &mut Trial,
        one: &Waiting,
        asked_for: bool,
    ) -> Result<Result<bool, Verdict>, GateError> {
        self.author = self.author_of(one.record.from.map(|(_, reader)| reader))?;
        let next = trial(&so_far.document, std::slice::from_ref(&one.scan));
        if let Some(verdict) = self.misfit(one.record.doc, &one.scan, &next)? {
            return Ok(Err(verdict));
        }
        let keys: Vec<String> = one.scan.touches().map(|(key, _)| key.to_owned()).collect();
        Ok(match self.rule(&so_far.document, &next.document, &keys)? {
            Ruling::Refuse { code, why } => {
                let (code, reason) = words::refused(code, why);
                Err(refused(code, reason))
            }
            Ruling::Hold(reason) if !asked_for => Err(Verdict::Held { reason: words::held(reason) }),
            ruling @ (Ruling::Allow | Ruling::AllowLate | Ruling::Hold(_)) => {
                *so_far = next;
                Ok(ruling != Ruling::Allow)
            }
        })
    }

    /// A follower goes on waiting for a reason of its own, or is turned down for one.
    fn leave(&mut self, one: Waiting, verdict: Verdict) {
        let HeldRecord { doc, hash, bytes, reason: before, .. } = one.record;
        match verdict {
            Verdict::Held { reason } if reason != before => {
                self.commit.held.push(HeldChange { doc, hash, bytes, reason });
            }
            Verdict::Refused { code, reason } if code != RefusedCode::MissingDependency => {
                self.commit.refused.push(RefusedChange { doc, hash, code, reason });
            }
            _ => {}
        }
    }

    /// Who a person is to the rules, whatever device their work came from.
    fn author_of(&mut self, reader: Option<ReaderId>) -> Result<Author, GateError> {
        let worker = reader.map_or(OFFICE, |reader| WorkerId(uuid::Uuid::from_bytes(reader.0)));
        let nobody = Author::unknown(worker);
        let Some(home) = home_of(self.reader, worker)? else { return Ok(nobody) };
        let roster = self.roster(home)?;
        Ok(Author::of_roster(worker, &roster).unwrap_or(nobody))
    }
}

/// The held changes of a document, each after those it follows. One that cannot be read waits on.
fn in_order(held: Vec<HeldRecord>) -> Vec<Waiting> {
    let mut left: BTreeMap<[u8; 32], Waiting> = BTreeMap::new();
    for record in held {
        if let Ok(scan) = scan(&record.bytes) {
            left.insert(record.hash.0, Waiting { scan, record });
        }
    }
    let mut ordered = Vec::new();
    loop {
        let free = |one: &&Waiting| !one.scan.deps().iter().any(|dep| left.contains_key(&dep.0));
        let next = left.values().find(free).map(|one| one.hash().0);
        let Some(next) = next.and_then(|hash| left.remove(&hash)) else { return ordered };
        ordered.push(next);
    }
}

/// A held change and the held ones it follows.
fn with_ancestors(waiting: &[Waiting], change: ChangeHash) -> BTreeSet<ChangeHash> {
    let mut needed = BTreeSet::from([change]);
    for one in waiting.iter().rev() {
        if needed.contains(&one.hash()) {
            needed.extend(one.scan.deps().iter().map(|dep| ChangeHash(dep.0)));
        }
    }
    needed
}
