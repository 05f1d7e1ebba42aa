//! A desk: a phone's workbook or a township. What is done with documents that have deeds is done the same way at both, so a
//! command is written once.

use lianhu_core::card::Card;
use lianhu_core::deed::{Deed, Hand};
use lianhu_core::meeting::{CarriedOut, OpenMatter};
use lianhu_core::{DocId, DocKind, Document, Lang, Refusal, WorkerId};
use lianhu_device::{Saved, WorkbookError};
use lianhu_server::audit::{Action, AuditLine};
use lianhu_server::{ActError, DeedError, Town};
use lianhu_sync::message::Verdict;

use crate::args::DeskArgs;
use crate::commands::{account_for, by_hand, device, existing_town, find, names_of_workers, reassign, town_failure};
use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, System, open_workbook_with, pin, workbook_failure};
use crate::talk::Talk;

/// Where a command works.
pub enum Desk {
    /// On a phone.
    Phone(Box<FileWorkbook>),
    /// At the township.
    Town(Box<Town>),
}

impl Desk {
    /// Opens the desk that was named.
    pub fn open(args: &DeskArgs) -> Result<Self, Failure> {
        match &args.workbook {
            Some(path) => Ok(Desk::Phone(Box::new(open_workbook_with(path, pin(&args.pin)?, System)?))),
            None => Ok(Desk::Town(Box::new(existing_town(&args.township)?))),
        }
    }

    /// Begins a document, and gives its name.
    pub fn begin(&mut self, deed: &dyn Deed) -> Result<DocId, Failure> {
        match self {
            Desk::Phone(book) => book.begin(deed).map_err(|why| workbook_failure(&why)),
            Desk::Town(town) => {
                account_for(town, &by_hand(Action::Written, "begun"))?;
                town.begin(deed).map_err(deed_failure)
            }
        }
    }

    /// Does something to a document. Answers whether there was anything to write.
    pub fn act(&mut self, id: DocId, deed: &dyn Deed) -> Result<bool, Failure> {
        match self {
            Desk::Phone(book) => {
                book.act(id, deed).map(|saved| saved != Saved::Unchanged).map_err(|why| workbook_failure(&why))
            }
            Desk::Town(town) => at_the_town(town, id, deed),
        }
    }

    /// Does several things to documents that belong together, in this order. On a phone it is all of them or none. The
    /// township does one after another, so the deeds are such that doing all of them once more mends what was cut short.
    pub fn act_together(&mut self, deeds: &[(DocId, &dyn Deed)]) -> Result<bool, Failure> {
        match self {
            Desk::Phone(book) => {
                let saved = book.act_together(deeds).map_err(|why| workbook_failure(&why))?;
                Ok(saved.iter().any(|saved| *saved != Saved::Unchanged))
            }
            Desk::Town(town) => {
                let mut changed = false;
                for (id, deed) in deeds {
                    changed |= at_the_town(town, *id, *deed)?;
                }
                Ok(changed)
            }
        }
    }

    /// A document as it stands here; `None` if it is not here.
    pub fn document(&mut self, id: DocId) -> Result<Option<Document>, Failure> {
        match self {
            Desk::Phone(book) => match book.read(id, Document::clone) {
                Ok(page) => Ok(Some(page.content)),
                Err(WorkbookError::NotHere(_)) => Ok(None),
                Err(why) => Err(workbook_failure(&why)),
            },
            Desk::Town(town) => {
                let document = town.document(id).map_err(|why| town_failure(&why))?;
                Ok(Some(document).filter(|document| !document.is_blank()))
            }
        }
    }

    /// A document by its id, as it was typed.
    pub fn named(&mut self, said: &str, kind: DocKind) -> Result<(DocId, Document), Failure> {
        let id = said.trim().parse::<DocId>().ok().filter(|id| id.kind() == kind);
        if let Some(id) = id
            && let Some(document) = self.document(id)?
        {
            return Ok((id, document));
        }
        Err(Failure::new(Kind::Input, ("这里没有这份资料", "there is no such document here"))
            .hint(("请写列表里的编号", "give the id that the list shows")))
    }

    /// Every document of a kind, by its card.
    pub fn list(&mut self, kind: DocKind) -> Result<Vec<(DocId, Card)>, Failure> {
        match self {
            Desk::Phone(book) => {
                let listed = book.documents(kind).map_err(|why| workbook_failure(&why))?;
                Ok(listed.into_iter().map(|listed| (listed.id, listed.card)).collect())
            }
            Desk::Town(town) => {
                let ids = town.documents_of(kind).map_err(|why| town_failure(&why))?;
                let card = |id| town.document(id).map(|document| (id, Card::of(&document)));
                ids.into_iter().map(|id| card(id).map_err(|why| town_failure(&why))).collect()
            }
        }
    }

    /// Carries out what a meeting decided.
    pub fn carry_out(&mut self, meeting: DocId, verdicts: bool) -> Result<CarriedOut, Failure> {
        match self {
            Desk::Phone(book) => book.carry_out(meeting, verdicts).map_err(|why| workbook_failure(&why)),
            Desk::Town(town) => {
                account_for(town, &AuditLine { doc: Some(meeting), ..by_hand(Action::Written, "carried_out") })?;
                town.carry_out(meeting, verdicts).map_err(deed_failure)
            }
        }
    }

    /// The matters an agenda is proposed from: a village's at the township, those on the phone.
    pub fn open_matters(&mut self, village: DocId) -> Result<Vec<OpenMatter>, Failure> {
        match self {
            Desk::Phone(book) => book.open_matters().map_err(|why| workbook_failure(&why)),
            Desk::Town(town) => town.open_matters(village).map_err(|why| town_failure(&why)),
        }
    }

    /// Who works at this desk, when, and with fresh dice.
    pub fn hand(&mut self) -> Result<Hand, Failure> {
        match self {
            Desk::Phone(book) => Ok(book.hand()),
            Desk::Town(town) => town.hand().map_err(|why| town_failure(&why)),
        }
    }

    /// The roster of the village somebody means: at the township its name or id, on a phone the owner's own.
    pub fn village(&mut self, said: Option<&str>) -> Result<DocId, Failure> {
        let town = match self {
            Desk::Phone(book) => return Ok(book.owner().roster),
            Desk::Town(town) => town,
        };
        let ids = town.documents_of(DocKind::Roster).map_err(|why| town_failure(&why))?;
        let said = said.map(str::trim);
        if let Some(id) = said.and_then(|said| said.parse::<DocId>().ok()).filter(|id| ids.contains(id)) {
            return Ok(id);
        }
        let mut found = Vec::new();
        for id in ids {
            let document = town.document(id).map_err(|why| town_failure(&why))?;
            let title = Card::of(&document).title.unwrap_or_default();
            if said.is_none_or(|said| said == title.as_str()) {
                found.push(id);
            }
        }
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(Failure::new(Kind::Input, ("没有这个村", "there is no such village"))),
            _ => Err(Failure::new(Kind::Input, ("请写明是哪个村", "say which village"))
                .hint(("加上 --village 村名", "add --village NAME"))),
        }
    }

    /// A household by id, doorplate or the head's name.
    pub fn household(&mut self, said: &str) -> Result<DocId, Failure> {
        match self {
            Desk::Phone(book) => device::find_household(book, said),
            Desk::Town(town) => reassign::household(town, said),
        }
    }

    /// A worker by name, phone or id; on a phone one of its village's roster.
    pub fn worker(&mut self, said: &str) -> Result<WorkerId, Failure> {
        let book = match self {
            Desk::Town(town) => return find(town, said),
            Desk::Phone(book) => book,
        };
        if let Ok(worker) = said.parse() {
            return Ok(worker);
        }
        let said = said.trim();
        let roster = book.roster().map_err(|why| workbook_failure(&why))?;
        let found: Vec<WorkerId> = roster.iter().flat_map(|page| page.content.called(said)).collect();
        match found.as_slice() {
            [one] => Ok(*one),
            [] => {
                Err(Failure::new(Kind::Input, ("村名册里没有这个人", "nobody of the village's roster answers to that")))
            }
            _ => Err(Failure::new(Kind::Input, ("不止一位叫这个名字", "more than one answers to that"))
                .hint(("请改写电话或工作人员编号", "give the phone or the worker id instead"))),
        }
    }

    /// What a worker is called; nothing for somebody no roster here names.
    pub fn name(&mut self, worker: WorkerId) -> Result<String, Failure> {
        let book = match self {
            Desk::Town(town) => {
                return Ok(names_of_workers(town)?.remove(&worker.to_string()).unwrap_or_default());
            }
            Desk::Phone(book) => book,
        };
        let roster = book.roster().map_err(|why| workbook_failure(&why))?;
        let entry = roster.as_ref().and_then(|page| page.content.workers.get(&worker));
        Ok(entry.and_then(|entry| entry.name.as_ref()).map(|name| name.value.as_str().to_owned()).unwrap_or_default())
    }

    /// What was done, for people: where it is now.
    pub fn done(&self, talk: Talk) {
        talk.say(match self {
            Desk::Phone(_) => talk.pick(
                "已记在这部手机上，下次同步时送到镇里。",
                "Kept on this phone; the next sync takes it to the township.",
            ),
            Desk::Town(_) => talk.pick("已记入镇里的正本。", "Recorded in the township's store."),
        });
    }
}

/// The office's deed. What a roster says decides about permission, and is written down as that.
fn at_the_town(town: &Town, id: DocId, deed: &dyn Deed) -> Result<bool, Failure> {
    let line = by_hand(Action::of_document(id), "deed");
    account_for(town, &AuditLine { doc: Some(id), ..line })?;
    town.do_to(id, deed).map_err(deed_failure)
}

/// A draft that was not taken, in both languages.
pub fn refused(refusal: &Refusal) -> Failure {
    Failure::new(Kind::Input, (refusal.message(Lang::Zh), refusal.message(Lang::En)))
}

pub(crate) fn deed_failure(why: DeedError) -> Failure {
    match why {
        DeedError::Draft(refusal) => refused(&refusal),
        DeedError::NotHere => Failure::new(Kind::Input, ("这里没有这份资料", "there is no such document here")),
        DeedError::Act(ActError::NotRecorded(Verdict::Refused { reason, .. })) => Failure::new(Kind::Input, reason),
        DeedError::Act(ActError::Town(why)) => town_failure(&why),
        DeedError::Act(other) => Failure::new(Kind::Failed, (format!("没有写入（{other}）"), other.to_string())),
    }
}
