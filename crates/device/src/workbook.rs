//! The workbook: a store, whose it is, and the one way in which anything is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use lianhu_core::access::Facts;
use lianhu_core::card::Card;
use lianhu_core::deadline::Terms;
use lianhu_core::gate::{Scan, TrialVerdict, scan, trial};
use lianhu_core::policy::{Author, HoldReason, Judgement, RefuseCode, Ruling, judge};
use lianhu_core::roster::{Role, Roster};
use lianhu_core::{DocId, DocKind, Document, Edit, NewChange, Private, Stamp};
use lianhu_sync::ports::{PendingChange, PendingState, PhoneStanding, PhoneStore, PhoneWrite};

use crate::convert::{sync_doc, sync_hash};
use crate::enrol::{DeviceName, EnrolRequest, NewDevice, NotAnEnrolment, Owner};
use crate::error::WorkbookError;
use crate::exchange::{SyncReport, Underway};
use crate::gate::{stored, working};
use crate::host::Host;
use crate::limits::MAX_CACHED_DOCUMENTS;
use crate::place::{Page, Place, Places};
use crate::search::Sought;
use crate::shelf::{Saves, Shelf};
use crate::surroundings::{Surroundings, today};
use crate::trust::Locked;

/// One worker's workbook on one device.
///
/// Everything read includes what was written here and is not recorded yet; everything written is durable in the store when
/// the call returns, and needs no township.
pub struct Workbook<S, X> {
    pub(crate) store: S,
    pub(crate) surroundings: X,
    pub(crate) host: Host,
    pub(crate) underway: Option<Underway>,
    /// The documents last used, the latest at the end.
    cache: Vec<(DocId, Opened)>,
    /// The roster last judged by, read: every save asks it.
    roster: Option<Arc<Roster>>,
    pub(crate) shelf: Shelf,
}

/// A document in memory, this phone's unsettled changes included.
pub(crate) struct Opened {
    pub(crate) document: Document,
    pub(crate) places: Places,
    /// Whether the phone holds it at all, or it is still blank.
    pub(crate) exists: bool,
}

/// A save that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Kept on this phone; the next sync takes it along.
    Kept,
    /// Kept too, and the township will mark it as late: the author is entitled no longer.
    KeptWillBeLate,
    /// Kept too, but the township will ask a person first: the author does not work there any more.
    KeptWillBeHeld,
    /// There was nothing to change.
    Unchanged,
}

/// A document in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The document.
    pub id: DocId,
    /// What the list shows.
    pub card: Card,
    /// Where its newest change is.
    pub place: Place,
    /// The township has taken it back; it goes once this phone's own changes to it are settled.
    pub withdrawn: bool,
}

/// How things stand, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Documents on this phone.
    pub documents: usize,
    /// Own saves on this phone only.
    pub kept: usize,
    /// Own saves handed to a carrier.
    pub carried: usize,
    /// Own saves that wait for a person at the township.
    pub held: usize,
    /// Own saves that were turned down, words kept.
    pub refused: usize,
    /// Own saves recorded since the workbook was made.
    pub recorded: u64,
    /// Place in the township's log; nought before the first sync.
    pub position: u64,
    /// The last sync that came to its end.
    pub last_sync: Option<SyncReport>,
}

impl Status {
    /// Own saves that are not in the township's log: kept, carried, held or refused. Nought is what a member wants to see.
    pub fn not_delivered(&self) -> usize {
        self.kept + self.carried + self.held + self.refused
    }
}

/// A document and what a list shows first of it.
pub(crate) type Titled = (DocId, Private<String>);

impl<S: PhoneStore, X: Surroundings> Workbook<S, X> {
    /// Makes a workbook in an empty store. No township is needed; with one, enrol first ([`NewDevice::enrolment`]).
    pub fn create(store: S, surroundings: X, device: NewDevice, owner: Owner) -> Result<Self, WorkbookError<S::Error>> {
        Self::create_with(store, surroundings, Host::new(device, owner))
    }

    pub(crate) fn create_with(mut store: S, surroundings: X, host: Host) -> Result<Self, WorkbookError<S::Error>> {
        let standing = store.standing().map_err(WorkbookError::Store)?;
        if !standing.host.is_empty() {
            return Err(WorkbookError::AlreadyAWorkbook);
        }
        let standing = PhoneStanding { host: host.to_bytes(), ..standing };
        store.commit(vec![PhoneWrite::Standing(standing)]).map_err(WorkbookError::Store)?;
        Ok(Self::on(store, surroundings, host))
    }

    /// Opens the workbook a store holds. A store that was restored from a backup or may be a copy needs
    /// [`Workbook::fresh_incarnation`] before anything is written.
    pub fn open(store: S, surroundings: X) -> Result<Self, WorkbookError<S::Error>> {
        let standing = store.standing().map_err(WorkbookError::Store)?;
        if standing.host.is_empty() {
            return Err(WorkbookError::NoWorkbook);
        }
        let host = Host::from_bytes(&standing.host).ok_or(WorkbookError::UnreadableWorkbook)?;
        let mut workbook = Self::on(store, surroundings, host);
        // A store that takes nothing may still be read; the clock is looked at again.
        let _ = workbook.look_at_clock();
        Ok(workbook)
    }

    fn on(store: S, surroundings: X, host: Host) -> Self {
        Workbook { store, surroundings, host, underway: None, cache: Vec::new(), roster: None, shelf: Shelf::default() }
    }

    /// Gives the store back.
    pub fn into_store(self) -> S {
        self.store
    }

    /// The store, for what a host keeps in it besides.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The store, for what only its own kind can do: making a copy the one and only after
    /// [`Workbook::fresh_incarnation`], compacting, backing up. Documents are written through the workbook alone.
    pub fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// Whose workbook it is.
    pub fn owner(&self) -> &Owner {
        &self.host.owner
    }

    /// The device's name.
    pub fn device(&self) -> DeviceName {
        self.host.device
    }

    /// How things stand.
    pub fn status(&self) -> Result<Status, WorkbookError<S::Error>> {
        let standing = self.store.standing().map_err(WorkbookError::Store)?;
        let waiting = self.shelf.waiting(&self.store).map_err(WorkbookError::Store)?;
        let count = |is: fn(&Place) -> bool| waiting.iter().filter(|change| is(&change.place)).count();
        Ok(Status {
            documents: self.shelf.cards(&self.store).map_err(WorkbookError::Store)?.len(),
            kept: count(|place| matches!(place, Place::Kept)),
            carried: count(|place| matches!(place, Place::Carried)),
            held: count(|place| matches!(place, Place::Held(_))),
            refused: count(|place| matches!(place, Place::Refused(..))),
            recorded: self.host.recorded,
            position: standing.position.0,
            last_sync: self.host.last_sync.clone(),
        })
    }

    /// Why nothing can be read or written now, if so.
    pub fn locked(&self) -> Option<Locked> {
        self.host.trust.locked(|| self.surroundings.now())
    }

    pub(crate) fn unlocked(&self) -> Result<(), WorkbookError<S::Error>> {
        self.locked().map_or(Ok(()), |why| Err(WorkbookError::Locked(why)))
    }

    /// What to ask a township that does not know this device any more (it was put back from a backup older than the
    /// enrolment): to take it again, with a new code for the same person. Nothing in the workbook changes.
    pub fn enrolment(&self, code: &str, name: &str) -> Result<EnrolRequest, NotAnEnrolment> {
        let device = NewDevice { device: self.host.device, key: self.host.key.clone() };
        Ok(EnrolRequest { worker: Some(self.host.owner.worker), ..device.enrolment(code, name)? })
    }

    /// Takes a fresh name to write under. To be called once whenever the store may exist twice: restored from a backup,
    /// copied to another phone. Two stores must never write under one name.
    pub fn fresh_incarnation(&mut self) -> Result<(), WorkbookError<S::Error>> {
        // Drawn and not counted: two copies of one store, each of which notices, must not come to the same name. Where the
        // dice meet all the same, the township's answer (forked) makes one of them draw again.
        let [high, low, ..] = self.surroundings.random();
        let drawn = u16::from_be_bytes([high, low]);
        let incarnation = if drawn == self.host.incarnation { drawn.wrapping_add(1) } else { drawn };
        let host = Host { incarnation, ..self.host.clone() };
        self.keep_host(host)
    }

    /// The village's roster; `None` while the phone has not received it.
    pub fn roster(&mut self) -> Result<Option<Page<Roster>>, WorkbookError<S::Error>> {
        match self.page(self.host.owner.roster, DocKind::Roster, Roster::read) {
            Ok(page) => Ok(Some(page)),
            Err(WorkbookError::NotHere(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn keep_host(&mut self, host: Host) -> Result<(), WorkbookError<S::Error>> {
        let standing = self.store.standing().map_err(WorkbookError::Store)?;
        let standing = PhoneStanding { host: host.to_bytes(), ..standing };
        self.store.commit(vec![PhoneWrite::Standing(standing)]).map_err(WorkbookError::Store)?;
        self.host = host;
        Ok(())
    }

    /// Every document of a kind, by its card.
    pub(crate) fn list(&self, kind: DocKind) -> Result<Vec<Listed>, WorkbookError<S::Error>> {
        self.unlocked()?;
        let waiting = self.shelf.waiting(&self.store).map_err(WorkbookError::Store)?;
        let mut places: BTreeMap<_, &Place> = waiting.iter().map(|change| (change.doc, &change.place)).collect();
        let shelf = self.shelf.cards(&self.store).map_err(WorkbookError::Store)?;
        let listed = shelf.iter().filter(|(_, shelved)| shelved.id.kind() == kind).map(|(doc, shelved)| Listed {
            id: shelved.id,
            card: shelved.card.clone(),
            place: places.remove(doc).cloned().unwrap_or(Place::Recorded),
            withdrawn: shelved.withdrawn,
        });
        Ok(listed.collect())
    }

    /// The documents whose cards say so, with what a list shows first of each.
    pub(crate) fn documents_by(&self, wanted: impl Fn(&Card) -> bool) -> Result<Vec<Titled>, WorkbookError<S::Error>> {
        self.unlocked()?;
        self.titled(wanted)
    }

    /// The same, locked or not: what a sync notes down goes on.
    pub(crate) fn titled(&self, wanted: impl Fn(&Card) -> bool) -> Result<Vec<Titled>, WorkbookError<S::Error>> {
        let shelf = self.shelf.cards(&self.store).map_err(WorkbookError::Store)?;
        let found = shelf.values().filter(|shelved| wanted(&shelved.card));
        Ok(found.map(|shelved| (shelved.id, shelved.card.called())).collect())
    }

    /// Reads a document this phone holds.
    pub(crate) fn page<T>(
        &mut self,
        id: DocId,
        kind: DocKind,
        read: fn(&Document) -> T,
    ) -> Result<Page<T>, WorkbookError<S::Error>> {
        self.unlocked()?;
        self.page_anyway(id, kind, read)
    }

    /// The same, locked or not: a sync judges by the roster too.
    fn page_anyway<T>(
        &mut self,
        id: DocId,
        kind: DocKind,
        read: fn(&Document) -> T,
    ) -> Result<Page<T>, WorkbookError<S::Error>> {
        let opened = self.opened(id)?;
        if id.kind() == kind && opened.exists {
            Ok(Page { content: read(&opened.document), places: opened.places.clone() })
        } else {
            Err(WorkbookError::NotHere(id))
        }
    }

    /// Whether this phone holds a document of a kind, which is not read for that.
    pub(crate) fn is_here(&mut self, id: DocId, kind: DocKind) -> Result<(), WorkbookError<S::Error>> {
        self.unlocked()?;
        let exists = self.opened(id)?.exists;
        if id.kind() == kind && exists { Ok(()) } else { Err(WorkbookError::NotHere(id)) }
    }

    /// A document in memory; blank if the phone does not hold it.
    pub(crate) fn opened(&mut self, id: DocId) -> Result<&Opened, WorkbookError<S::Error>> {
        let entry = match self.cache.iter().position(|(cached, _)| *cached == id) {
            Some(index) => self.cache.remove(index),
            None => (id, self.load(id)?),
        };
        if self.cache.len() >= MAX_CACHED_DOCUMENTS {
            self.cache.remove(0);
        }
        self.cache.push(entry);
        // The entry was just pushed.
        self.cache.last().map(|(_, opened)| opened).ok_or(WorkbookError::NotHere(id))
    }

    fn load(&self, id: DocId) -> Result<Opened, WorkbookError<S::Error>> {
        let base = self.store.base(sync_doc(id)).map_err(WorkbookError::Store)?;
        let pending = self.store.pending(Some(sync_doc(id))).map_err(WorkbookError::Store)?;
        let recorded = match &base {
            Some(base) => stored(id, base).map_err(|_| WorkbookError::UnreadableDocument(id))?,
            None => Document::new(id),
        };
        let document = working(recorded, &pending);
        let exists = base.is_some() || !document.is_blank();
        Ok(Opened { document, places: Places::of(&pending), exists })
    }

    /// Forgets what is in memory, because the store has moved on: of one document, or of all.
    pub(crate) fn forget_cached(&mut self, id: Option<DocId>) {
        self.shelf = Shelf::default();
        self.cache.retain(|(cached, _)| id.is_some_and(|id| *cached != id));
        self.roster = self.roster.take().filter(|roster| id.is_some_and(|id| roster.id != id));
    }

    /// What lists show of a document; `None` for one that is not on this phone. It is not opened for that.
    pub fn card(&self, id: DocId) -> Result<Option<Card>, WorkbookError<S::Error>> {
        self.unlocked()?;
        let shelf = self.shelf.cards(&self.store).map_err(WorkbookError::Store)?;
        Ok(shelf.get(&sync_doc(id)).map(|shelved| shelved.card.clone()))
    }

    /// The documents of a kind that answer to what somebody looks for.
    pub fn search(&self, kind: DocKind, sought: &Sought) -> Result<Vec<Listed>, WorkbookError<S::Error>> {
        let mut found = self.list(kind)?;
        if !sought.is_all() {
            found.retain(|listed| sought.is_in(&listed.card));
        }
        Ok(found)
    }

    /// The roster of a village, as far as this phone has it, the owner's where none is named. It is read once and shared.
    pub fn village(&mut self, village: Option<DocId>) -> Result<Option<Arc<Roster>>, WorkbookError<S::Error>> {
        self.unlocked()?;
        self.roster_of(village.unwrap_or(self.host.owner.roster))
    }

    /// The roster of a village, as far as this phone has it.
    fn roster_of(&mut self, village: DocId) -> Result<Option<Arc<Roster>>, WorkbookError<S::Error>> {
        if let Some(roster) = self.roster.as_ref().filter(|roster| roster.id == village) {
            return Ok(Some(Arc::clone(roster)));
        }
        match self.page_anyway(village, DocKind::Roster, Roster::read) {
            Ok(page) => Ok(Some(Arc::clone(self.roster.insert(Arc::new(page.content))))),
            Err(WorkbookError::NotHere(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What a village works under, as far as this phone has its roster; the owner's village where none is named.
    pub fn terms(&mut self, village: Option<DocId>) -> Result<Terms, WorkbookError<S::Error>> {
        let roster = self.roster_of(village.unwrap_or(self.host.owner.roster))?;
        Ok(roster.map(|roster| roster.terms.clone()).unwrap_or_default())
    }

    /// Writes one save: judged as the township will judge it, then durable in one transaction.
    pub(crate) fn save(&mut self, id: DocId, edit: Edit) -> Result<Saved, WorkbookError<S::Error>> {
        self.unlocked()?;
        let stamp = self.host.stamp(self.surroundings.now());
        let Some(prepared) = self.prepare(id, edit, stamp)? else { return Ok(Saved::Unchanged) };
        let saved = prepared.saved;
        let mut places = self.opened(id)?.places.clone();
        places.kept(prepared.touches);
        let (shelf, saves) = (std::mem::take(&mut self.shelf), Saves::among(&prepared.writes));
        self.store.commit(prepared.writes).map_err(WorkbookError::Store)?;
        self.forget_cached(Some(id));
        self.shelf = shelf.with(saves);
        self.cache.push((id, Opened { document: prepared.document, places, exists: true }));
        Ok(saved)
    }

    /// Writes several documents as one: each judged as if it were saved alone, all durable in one transaction or none. Each
    /// document is named once.
    pub(crate) fn save_all(&mut self, edits: Vec<(DocId, Edit)>) -> Result<Vec<Saved>, WorkbookError<S::Error>> {
        self.unlocked()?;
        let stamp = self.host.stamp(self.surroundings.now());
        let (mut writes, mut saved, mut touched) = (Vec::new(), Vec::new(), Vec::new());
        for (id, edit) in edits {
            let Some(prepared) = self.prepare(id, edit, stamp)? else {
                saved.push(Saved::Unchanged);
                continue;
            };
            writes.extend(prepared.writes);
            saved.push(prepared.saved);
            touched.push(id);
        }
        if !writes.is_empty() {
            let (shelf, saves) = (std::mem::take(&mut self.shelf), Saves::among(&writes));
            self.store.commit(writes).map_err(WorkbookError::Store)?;
            touched.into_iter().for_each(|id| self.forget_cached(Some(id)));
            self.shelf = shelf.with(saves);
        }
        Ok(saved)
    }

    /// Makes the change and judges it; nothing is stored. `None` when there is nothing to change.
    pub(crate) fn prepare(
        &mut self,
        id: DocId,
        edit: Edit,
        stamp: Stamp,
    ) -> Result<Option<Prepared>, WorkbookError<S::Error>> {
        let Some((written, change)) = self.opened(id)?.document.written(stamp, edit)? else { return Ok(None) };
        let prepared = self.weigh(id, change)?;
        // The next save finds automerge's document open in the one that was written to.
        Ok(Some(Prepared { document: written, ..prepared }))
    }

    /// Judges a change to a document as it stands here; nothing is stored.
    pub(crate) fn weigh(&mut self, id: DocId, change: NewChange) -> Result<Prepared, WorkbookError<S::Error>> {
        let before = self.opened(id)?.document.clone();
        let (scanned, touches) = touched(&change)?;
        let outcome = trial(&before, &[scanned]);
        if let Some(TrialVerdict::Refused(reason)) = outcome.verdicts.first() {
            return Err(WorkbookError::Misfit(*reason));
        }
        let saved = self.judge(&touches, &before, &outcome.document)?;
        let card = Card::of(&outcome.document).to_bytes();
        let (doc, hash) = (sync_doc(id), sync_hash(change.hash));
        let pending =
            PendingChange { doc, hash, bytes: change.bytes, touches: touches.clone(), state: PendingState::Kept };
        let writes = vec![PhoneWrite::Pending(pending), PhoneWrite::Card { doc, card }];
        Ok(Prepared { writes, saved, document: outcome.document, touches })
    }

    /// Asks the rules the township will ask, as far as this phone can: without the village's roster, or off it, only the
    /// content is judged, since nobody here knows better. Says what the township will make of it.
    pub(crate) fn judge(
        &mut self,
        keys: &[String],
        before: &Document,
        after: &Document,
    ) -> Result<Saved, WorkbookError<S::Error>> {
        let on = today(self.surroundings.now());
        let village = Facts::of(before).village.or(Facts::of(after).village).unwrap_or(self.host.owner.roster);
        let roster = self.roster_of(village)?;
        let Owner { worker, roles, roster: own_village, .. } = &self.host.owner;
        let known = roster.as_ref().and_then(|roster| Author::of_roster(*worker, roster));
        // Who does not work in another village any more is judged there as whoever they are at home.
        let known = known.filter(|author| author.active || author.village == Some(*own_village));
        let knows_better = known.is_some();
        let author = known.unwrap_or_else(|| Author {
            worker: *worker,
            roles: roles.iter().filter_map(|role| Role::parse(role)).collect(),
            village: Some(*own_village),
            active: true,
        });
        let judgement = Judgement { author: &author, keys, before, after, roster: roster.as_deref(), on };
        match judge(&judgement) {
            Ruling::Allow => Ok(Saved::Kept),
            Ruling::AllowLate => Ok(Saved::KeptWillBeLate),
            Ruling::Hold(HoldReason::NoLongerEntitled) => Ok(Saved::KeptWillBeHeld),
            Ruling::Refuse { code: RefuseCode::InvalidContent, why } => Err(WorkbookError::WouldBeRefused(why)),
            Ruling::Refuse { why, .. } if knows_better => Err(WorkbookError::WouldBeRefused(why)),
            Ruling::Refuse { .. } => Ok(Saved::Kept),
        }
    }
}

/// A change fit to be kept.
pub(crate) struct Prepared {
    pub(crate) writes: Vec<PhoneWrite>,
    pub(crate) saved: Saved,
    document: Document,
    touches: Vec<String>,
}

/// A change as the gate reads it, and the keys it sets or removes.
pub(crate) fn touched<E>(change: &NewChange) -> Result<(Scan, Vec<String>), WorkbookError<E>> {
    let scanned = scan(&change.bytes).map_err(WorkbookError::TooMuch)?;
    let touches = scanned.touches().map(|(key, _)| key.to_owned()).collect();
    Ok((scanned, touches))
}
