//! 农户信息: the households.

use std::collections::{BTreeMap, BTreeSet};

use super::header::Column;
use super::tally::{Row, RowError, Tally, Villages, covers, rows, settle};
use super::{ExistingRoster, HouseholdRow, Private, Reason, Residence, Source, derive_household, text};

/// What the list of households says.
#[derive(Default)]
pub(super) struct Households {
    pub(super) taken: Vec<HouseholdRow>,
    /// Village and doorplate of every household refused.
    pub(super) refused: BTreeSet<(String, String)>,
}

/// Everything said about one doorplate.
#[derive(Default)]
struct Door {
    heads: BTreeSet<String>,
    clear: Vec<HouseholdRow>,
}

pub(super) fn read<'a>(
    sources: impl Iterator<Item = &'a Source>,
    villages: &Villages,
    known: &ExistingRoster,
    tally: &mut Tally,
) -> Households {
    let mut doors: BTreeMap<(String, String), Door> = BTreeMap::new();
    for source in sources {
        for row in rows(source, tally) {
            let parsed = parse(&row, villages, tally);
            if let Err((column, reason)) = &parsed {
                tally.refuse(row.at, &row.label(*column), *reason, None);
            }
            let Some((village, doorplate, head)) = identity(&row, villages) else { continue };
            let door = doors.entry((village, doorplate)).or_default();
            door.heads.extend(head);
            door.clear.extend(parsed);
        }
    }
    let mut households = Households::default();
    for (key, door) in doors {
        if door.heads.len() > 1 {
            for row in &door.clear {
                let other = door.clear.iter().find(|other| other.at != row.at).map(|other| other.at);
                tally.refuse(row.at, "", Reason::TwoHeads, other);
            }
            households.refused.insert(key);
            continue;
        }
        let kept = settle(&door.clear, |row| row.at, says_all_of, tally);
        match kept.and_then(|kept| door.clear.into_iter().nth(kept)) {
            Some(row) => households.taken.push(row),
            None => {
                households.refused.insert(key);
            }
        }
    }
    recognise(&mut households, known, tally);
    households.taken.sort_by_key(|row| row.at);
    households
}

fn parse(row: &Row<'_>, villages: &Villages, tally: &mut Tally) -> Result<HouseholdRow, RowError> {
    let village = row.village(villages, tally)?;
    let doorplate = row.get(Column::Doorplate, tally, text::line)?;
    let doorplate = doorplate.ok_or((Some(Column::Doorplate), Reason::DoorplateMissing))?;
    let head = row.get(Column::Head, tally, text::name)?.ok_or((Some(Column::Head), Reason::HeadMissing))?;
    let members = row.get(Column::Members, tally, text::count)?;
    let mut phone = row.get(Column::Phone, tally, text::phone)?;
    if phone.is_none() {
        phone = row.get(Column::HeadPhone, tally, text::phone)?;
    }
    let residence = row.get(Column::Residence, tally, text::residence)?;
    if members == Some(0) && residence != Some(Residence::Empty) {
        return Err((Some(Column::Members), Reason::CountUnclear));
    }
    Ok(HouseholdRow {
        at: row.at,
        id: derive_household(&villages.town, &village, &doorplate, &head),
        known: false,
        group: row.get(Column::Group, tally, text::line)?,
        area: row.get(Column::Area, tally, text::line)?,
        members,
        phone: phone.map(Into::into),
        residence,
        care: row.get(Column::Care, tally, text::care)?.into_iter().map(Private).collect(),
        node: row.get(Column::Node, tally, text::yes)?,
        village,
        doorplate: doorplate.into(),
        head: head.into(),
    })
}

/// Village and doorplate, where at least those can be read, and the head if that can be read too.
fn identity(row: &Row<'_>, villages: &Villages) -> Option<(String, String, Option<String>)> {
    let mut aside = Tally::default();
    let village = row.village(villages, &mut aside).ok()?;
    let doorplate = row.get(Column::Doorplate, &mut aside, text::line).ok()??;
    Some((village, doorplate, row.get(Column::Head, &mut aside, text::name).ok().flatten()))
}

fn says_all_of(one: &HouseholdRow, other: &HouseholdRow) -> bool {
    covers(&one.group, &other.group)
        && covers(&one.area, &other.area)
        && covers(&one.members, &other.members)
        && covers(&one.phone, &other.phone)
        && covers(&one.residence, &other.residence)
        && one.care.is_superset(&other.care)
        && (one.node || !other.node)
}

/// Finds households the township already holds. A doorplate held under another head may have a new head or a second
/// family: that is not for us to say.
fn recognise(households: &mut Households, known: &ExistingRoster, tally: &mut Tally) {
    let mut held: BTreeMap<(&str, &str), Vec<_>> = BTreeMap::new();
    for household in &known.households {
        held.entry((&household.village, &household.doorplate)).or_default().push(household);
    }
    let mut taken = Vec::new();
    for mut row in std::mem::take(&mut households.taken) {
        let at_door = held.get(&(row.village.as_str(), row.doorplate.as_str()));
        let same = at_door.and_then(|held| held.iter().find(|household| household.head == row.head));
        if let Some(household) = same {
            row.id = household.id;
            row.known = true;
        } else if at_door.is_some() {
            tally.refuse(row.at, "", Reason::DoorplateKnown, None);
            households.refused.insert((row.village, row.doorplate.0));
            continue;
        }
        taken.push(row);
    }
    households.taken = taken;
}
