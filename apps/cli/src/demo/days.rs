//! The days before the night: members write without signal, and the office works on.

use std::sync::atomic::Ordering;

use chrono::{Datelike, Duration, NaiveDate};
use lianhu_core::diary::EntryForm;
use lianhu_core::draft::Prose;
use lianhu_core::household::{CardForm, ContactBy, Residence, VisitForm};
use lianhu_core::matter::{Act, FeedbackWay, MatterForm, State};
use lianhu_core::{DeviceMillis, DocId, Private};
use lianhu_device::{Saved, WorkbookError};
use serde::Serialize;
use serde_json::json;

use crate::failure::{Failure, Kind};
use crate::phone::{FileWorkbook, Line, sync_failure, workbook_failure};
use crate::talk::Talk;

use crate::scene::words::{Dice, Words};
use crate::scene::{Member, Pocket, Scene};

/// Days without signal.
const DAYS: i64 = 5;
/// One in so many households is also called on by the branch's lead, who has not seen what the member writes.
const LEADS_CALL_ONE_IN: usize = 12;

/// What members wrote while they had no signal.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Written {
    pub(super) visits: u64,
    pub(super) diary: u64,
    pub(super) matters: u64,
    pub(super) steps: u64,
    pub(super) cards: u64,
}

impl Written {
    fn add(self, other: Written) -> Written {
        Written {
            visits: self.visits + other.visits,
            diary: self.diary + other.diary,
            matters: self.matters + other.matters,
            steps: self.steps + other.steps,
            cards: self.cards + other.cards,
        }
    }

    /// Saves, each one change.
    pub(super) fn total(self) -> u64 {
        self.visits + self.diary + self.matters + self.steps + self.cards
    }
}

/// Members raise the first matters and sync them; then everybody is out of reach and writes for days.
pub(super) fn write(talk: Talk, scene: &Scene, line: &Line) -> Result<Written, Failure> {
    let words = Words::load().map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
    let end = scene.clock.load(Ordering::Relaxed);
    let begin = end - Duration::days(DAYS).num_milliseconds();
    scene.clock.store(begin, Ordering::Relaxed);
    scene.each(talk, talk.pick("出发前报上的事项", "matters before leaving"), |member| {
        let mut day = Day::of(scene, member, 3, &words, begin)?;
        if day.dice.percent(6) {
            day.raise()?;
        }
        day.workbook.sync(&mut line.clone()).map_err(|why| sync_failure(&why))
    })?;
    // Once more, so that leads and boards hold what was raised before they lose the signal too.
    scene.each(talk, talk.pick("出发前再同步", "the last signal"), |member| {
        let mut workbook = scene.open(member, 4)?;
        workbook.sync(&mut line.clone()).map_err(|why| sync_failure(&why))
    })?;
    let written = scene.each(talk, talk.pick("没有信号的几天", "days without signal"), |member| {
        let mut day = Day::of(scene, member, 5, &words, begin)?;
        for past in 0..DAYS {
            day.now = begin + Duration::days(past).num_milliseconds();
            day.live(past)?;
        }
        Ok(day.written)
    })?;
    scene.clock.store(end, Ordering::Relaxed);
    Ok(written.into_iter().fold(Written::default(), Written::add))
}

/// A member's day.
struct Day<'a> {
    member: &'a Member,
    words: &'a Words,
    workbook: FileWorkbook<Pocket>,
    dice: Dice,
    now: i64,
    written: Written,
}

impl<'a> Day<'a> {
    fn of(scene: &'a Scene, member: &'a Member, part: u64, words: &'a Words, now: i64) -> Result<Self, Failure> {
        let dice = scene.dice(member, part + 100);
        let workbook = scene.open(member, part)?;
        Ok(Day { member, words, workbook, dice, now, written: Written::default() })
    }

    fn date(&self) -> NaiveDate {
        DeviceMillis(self.now).in_china().date()
    }

    /// What one day brings: about three diary entries, two visits, one correction and now and then a matter in five days.
    fn live(&mut self, past: i64) -> Result<(), Failure> {
        if self.dice.percent(60) {
            self.diary()?;
        }
        if self.dice.percent(30) {
            self.visit()?;
        }
        if self.dice.percent(20) {
            self.correct_card()?;
        }
        if self.dice.percent(4) {
            self.raise()?;
        }
        if past == DAYS - 1 {
            self.act_on_matters()?;
            if self.member.lead {
                self.call_on_members_households()?;
            }
        }
        Ok(())
    }

    /// One of the member's own households, by the name of its head.
    fn household(&mut self) -> Result<Option<(DocId, String)>, Failure> {
        match self.dice.pick(&self.member.households).copied() {
            Some(id) => self.named(id).map(Some),
            None => Ok(None),
        }
    }

    fn named(&mut self, id: DocId) -> Result<(DocId, String), Failure> {
        let home = self.workbook.households().get(id).map_err(|why| workbook_failure(&why))?;
        let head = home.head.as_ref().map(|head| head.value.as_str().to_owned()).unwrap_or_default();
        Ok((id, head))
    }

    fn diary(&mut self) -> Result<(), Failure> {
        let month = self.date().month();
        let home = self.household()?;
        let head = home.as_ref().map(|(_, head)| head.as_str()).unwrap_or("王");
        let said = self.words.diary(&mut self.dice, month, head);
        let form = EntryForm {
            date: Some(self.date()),
            weather: said.weather,
            text: said.text.into(),
            households: home.iter().map(|(id, _)| *id).collect(),
            ..EntryForm::default()
        };
        self.workbook.diary().write(form).map_err(|why| workbook_failure(&why))?;
        self.written.diary += 1;
        Ok(())
    }

    fn visit(&mut self) -> Result<(), Failure> {
        let Some((id, head)) = self.household()? else { return Ok(()) };
        self.visit_to(id, &head)
    }

    fn visit_to(&mut self, id: DocId, head: &str) -> Result<(), Failure> {
        let month = self.date().month();
        let said = self.words.visit(&mut self.dice, month, head);
        let form = VisitForm {
            date: Some(self.date()),
            mode: Some(said.mode),
            met: Some(said.met),
            note: said.note.into(),
            ..VisitForm::default()
        };
        self.record_visit(id, form)
    }

    fn record_visit(&mut self, id: DocId, form: VisitForm) -> Result<(), Failure> {
        self.workbook.households().visit(id, form).map_err(|why| workbook_failure(&why))?;
        self.written.visits += 1;
        Ok(())
    }

    fn correct_card(&mut self) -> Result<(), Failure> {
        let Some((id, head)) = self.household()? else { return Ok(()) };
        self.correct_card_of(id, &head)
    }

    fn correct_card_of(&mut self, id: DocId, head: &str) -> Result<(), Failure> {
        let month = self.date().month();
        let said = self.words.field_change(&mut self.dice, month, head);
        let to = said.to.unwrap_or_default();
        let form = match said.field.as_str() {
            "phone" => CardForm { phone: Private(phone(&mut self.dice)), ..CardForm::default() },
            "residence" => CardForm { residence: Residence::parse(&to), ..CardForm::default() },
            "contact_by" => CardForm { contact_by: ContactBy::parse(&to), ..CardForm::default() },
            "contact_time" => CardForm { contact_time: to, ..CardForm::default() },
            _ => CardForm { members: Some(1 + self.dice.below(6) as i64), ..CardForm::default() },
        };
        let saved = self.workbook.households().change(id, &form).map_err(|why| workbook_failure(&why))?;
        // The card may say so already.
        self.written.cards += u64::from(saved != Saved::Unchanged);
        // What was corrected was heard on a visit.
        let heard = VisitForm { date: Some(self.date()), note: said.note.into(), ..VisitForm::default() };
        self.record_visit(id, heard)
    }

    fn raise(&mut self) -> Result<(), Failure> {
        let Some((household, head)) = self.household()? else { return Ok(()) };
        let month = self.date().month();
        let said = self.words.matter(&mut self.dice, month, &head);
        let form = MatterForm {
            date: Some(self.date()),
            household: Some(household),
            category: said.category,
            kind: Some(said.kind),
            urgency: Some(said.urgency),
            title: said.title.into(),
            text: said.text.into(),
            ..MatterForm::default()
        };
        let id = self.workbook.matters().raise(form).map_err(|why| workbook_failure(&why))?;
        self.written.matters += 1;
        if self.dice.percent(70) {
            return self.step(id, Act::Submit);
        }
        // A small matter never waits for a meeting: solved on the spot, and the resident knows.
        let month = self.date().month();
        let how = prose(&self.words.step(&mut self.dice, month, "done", &head))?;
        self.step(id, Act::Solve { how })?;
        self.step(id, Act::Feedback { way: FeedbackWay::Visit, on: self.date() })
    }

    fn step(&mut self, id: DocId, act: Act) -> Result<(), Failure> {
        match self.workbook.matters().step(id, act) {
            Ok(_) => self.written.steps += 1,
            // Not every reader of a matter may take every step; the rules said so before anything was kept.
            Err(WorkbookError::WouldBeRefused(_) | WorkbookError::Draft(_)) => {}
            Err(why) => return Err(workbook_failure(&why)),
        }
        Ok(())
    }

    /// The lead studies what was submitted and asks residents about what was solved; the member, who has not heard of it,
    /// adds a word. Both act on the same matter without seeing each other.
    fn act_on_matters(&mut self) -> Result<(), Failure> {
        let month = self.date().month();
        let listed = self.workbook.matters().list().map_err(|why| workbook_failure(&why))?;
        for matter in listed.into_iter().take(3) {
            let act = match (self.member.lead, matter.card.state) {
                (true, Some(State::Submitted)) => {
                    let said = self.words.step(&mut self.dice, month, "accept", "");
                    let opinion = prose(&said)?;
                    Act::Analyse { opinion: Some(opinion) }
                }
                (true, Some(State::FedBack)) => {
                    let said = self.words.evaluation(&mut self.dice);
                    let grounds = Some(prose(&said.text)?);
                    Act::Evaluate {
                        solved: said.solved,
                        satisfaction: said.satisfaction,
                        grounds,
                        collected_by: None,
                        on: None,
                    }
                }
                (false, Some(_)) if self.dice.percent(40) => {
                    let said = self.words.step(&mut self.dice, month, "comment", "");
                    Act::Note { note: prose(&said)?, contacted_on: None }
                }
                _ => continue,
            };
            self.step(matter.id, act)?;
        }
        Ok(())
    }

    /// The lead calls on some households of the branch's members and corrects the same cards they may have corrected.
    fn call_on_members_households(&mut self) -> Result<(), Failure> {
        let all = self.workbook.households().list().map_err(|why| workbook_failure(&why))?;
        for home in all.iter().step_by(LEADS_CALL_ONE_IN) {
            let (id, head) = self.named(home.id)?;
            self.correct_card_of(id, &head)?;
        }
        Ok(())
    }
}

fn prose(text: &str) -> Result<Prose, Failure> {
    Prose::parse(lianhu_core::draft::FieldId::Text, text)
        .map_err(|why| Failure::new(Kind::Failed, why.message(lianhu_core::Lang::Zh)))
}

/// A made-up number of a range that is not given to anybody (154).
fn phone(dice: &mut Dice) -> String {
    format!("154{:08}", dice.below(100_000_000))
}

/// Meanwhile the office works on its own: it corrects the card of every fortieth member's first household.
pub(super) fn office(talk: Talk, scene: &Scene, line: &Line) -> Result<u64, Failure> {
    let mut changes = 0;
    let mut dice = Dice::new(scene.seed ^ 0x000F_F1CE);
    let bar = talk.bar(talk.pick("镇里同时也在办公", "the office works on"), scene.members.len() as u64);
    for member in scene.members.iter().step_by(40) {
        bar.inc(40);
        let Some(household) = member.households.first() else { continue };
        let patch = json!({ "phone": phone(&mut dice) });
        line.post_json(&format!("/office/v1/households/{household}"), &patch)
            .map_err(|why| Failure::new(Kind::Network, why.to_string()))?;
        changes += 1;
    }
    bar.finish_and_clear();
    Ok(changes)
}
