//! The district that is measured: plain members with seven households each, and what was written before the first night.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Days, NaiveDate};
use lianhu_core::draft::Refusal;
use lianhu_core::groups::{Group, LegalBasis, SwitchTyped};
use lianhu_core::household::{
    self, CardChange, CardForm, ContactBy, Relation, ResidentDraft, ResidentForm, Sex, VisitDraft, VisitForm,
};
use lianhu_core::roster::Roster;
use lianhu_core::{DocId, DocKind, RecordId, Stamp, WorkerId};

use crate::commands::import::RosterFile;
use crate::failure::{Failure, Kind};
use crate::roster::{Plan, Planned};
use crate::scene::words::{Dice, Words};

/// Households of one member.
pub(super) const HOUSEHOLDS: u64 = 7;
/// Members of one village.
const MEMBERS: u64 = 62;
/// Residents of one household.
const RESIDENTS: u64 = 3;
/// Characters of a visit's note.
pub(super) const NOTE: usize = 60;
/// Characters of a diary entry.
pub(super) const ENTRY: usize = 80;

/// The lists of a district, as an office would have them.
pub(super) fn rosters(devices: u64) -> Vec<RosterFile> {
    let mut members = "乡镇,行政村,村代码,所属支部,姓名,联系电话,职务,责任区\n".to_owned();
    let mut households = "行政村,村民小组,责任区,门牌号,户主姓名,家庭人口,联系电话,居住情况\n".to_owned();
    let mut links = "党员姓名,党员电话,行政村,户主姓名,门牌号,联户起始日期\n".to_owned();
    for member in 0..devices {
        let (village, group) = (member / MEMBERS, member % MEMBERS + 1);
        let (name, phone) = (called(member), number(member));
        // Writing to a string cannot fail.
        _ = writeln!(
            members,
            "量测区,第{village}村,{},第{village}支部,{name},{phone},,第{group}责任区",
            990_101_101_200 + village
        );
        for place in 0..HOUSEHOLDS {
            let household = member * HOUSEHOLDS + place;
            let (door, head) = (format!("{group}组{place}号"), called(household + 7));
            let own = number(100_000 + household);
            _ = writeln!(households, "第{village}村,第{group}组,第{group}责任区,{door},{head},4,{own},常住");
            _ = writeln!(links, "{name},{phone},第{village}村,{head},{door},2024-05-02");
        }
    }
    let files = [("members.csv", members), ("households.csv", households), ("links.csv", links)];
    files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect()
}

/// A made-up name; nobody's.
fn called(number: u64) -> String {
    let of = |list: &str, number: u64| list.chars().nth(usize::try_from(number).unwrap_or_default());
    let surname = of("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", number % 16);
    let given = [of("春夏秋冬东南西北", number / 16 % 8), of("山川河海花草树木", number / 128 % 8)];
    surname.into_iter().chain(given.into_iter().flatten()).collect()
}

/// A made-up telephone number of a range that is not given to anybody (154).
fn number(number: u64) -> String {
    format!("154{number:08}")
}

/// Words of so many characters.
pub(super) fn of_length(mut more: impl FnMut() -> String, characters: usize) -> String {
    let mut text = String::new();
    while text.chars().count() < characters {
        text.push_str(&more());
    }
    text.chars().take(characters).collect()
}

/// What every household's document holds before the first night: residents, two more fields, visits. One change for each.
pub(super) fn past(plan: &mut Plan, stamp: Stamp, visits: u64, seed: u64) -> Result<(), Failure> {
    let words = Words::load().map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
    let mut members: BTreeMap<DocId, WorkerId> = BTreeMap::new();
    for planned in plan.documents.iter().filter(|planned| planned.document.id().kind() == DocKind::Roster) {
        let links = Roster::read(&planned.document).links;
        members.extend(links.values().filter_map(|link| Some((link.value.household?, link.value.worker?))));
    }
    let mut dice = Dice::new(seed);
    // Residents are written down only where a village has switched them on.
    let today = stamp.at.in_china().date();
    let on = SwitchTyped {
        group: Some(Group::Residents),
        on: Some(true),
        purpose: "量测".to_owned(),
        basis: Some(LegalBasis::Consent),
        review_on: (today + Days::new(300)).to_string(),
    };
    let on = on.edit(today).map_err(|why| Failure::new(Kind::Failed, why.message(lianhu_core::Lang::En)))?;
    for planned in &mut plan.documents {
        if planned.document.id().kind() == DocKind::Roster {
            write(planned, stamp, on.clone())?;
        }
        let Some(member) = members.get(&planned.document.id()) else { continue };
        let edits = lived(*member, stamp.worker, visits, &words, &mut dice)
            .map_err(|why| Failure::new(Kind::Failed, why.message(lianhu_core::Lang::En)))?;
        for edit in edits {
            write(planned, stamp, edit)?;
        }
    }
    Ok(())
}

fn write(planned: &mut Planned, stamp: Stamp, edit: lianhu_core::Edit) -> Result<(), Failure> {
    let written = planned.document.write(stamp, edit).map_err(|why| Failure::new(Kind::Failed, why.to_string()))?;
    planned.changes.extend(written);
    Ok(())
}

fn lived(
    member: WorkerId,
    office: WorkerId,
    visits: u64,
    words: &Words,
    dice: &mut Dice,
) -> Result<Vec<lianhu_core::Edit>, Refusal> {
    let mut edits = Vec::new();
    let card =
        CardForm { contact_by: Some(ContactBy::Phone), contact_time: "晚上".to_owned(), ..CardForm::default() };
    edits.push(household::change_card(&CardChange::new(&card)?));
    for resident in 0..RESIDENTS {
        let form = ResidentForm {
            name: called(dice.next() % 1024).into(),
            relation: Some(if resident == 0 { Relation::Head } else { Relation::Daughter }),
            born: i64::try_from(1950 + dice.below(40)).ok(),
            sex: Some(if dice.percent(50) { Sex::Female } else { Sex::Male }),
            away: Some(dice.percent(30)),
            ..ResidentForm::default()
        };
        edits.push(household::put_resident(record(dice), &ResidentDraft::new(&form)?));
    }
    let first = NaiveDate::default() + Days::new(20_000);
    for visit in 0..visits {
        let said = words.visit(dice, 6, "王");
        let form = VisitForm {
            workers: vec![member],
            date: Some(first + Days::new(visit)),
            mode: Some(said.mode),
            met: Some(said.met),
            note: of_length(|| words.visit(dice, 6, "王").note, NOTE).into(),
            entered_by: Some(office),
            ..VisitForm::default()
        };
        edits.push(household::visit(record(dice), &VisitDraft::new(form)?));
    }
    Ok(edits)
}

fn record(dice: &mut Dice) -> RecordId {
    RecordId(dice.next().to_be_bytes())
}
