//! 党员名册: who the members and other workers are.

use std::collections::{BTreeMap, BTreeSet};

use super::header::Column;
use super::tally::{Row, RowError, Tally, Villages, covers, rows, settle};
use super::{ExistingRoster, KnownWorker, Note, Place, Reason, Source, Warning, WorkerRow, derive_worker, text};

/// What the list of members says.
#[derive(Default)]
pub(super) struct Workers {
    pub(super) taken: Vec<WorkerRow>,
    /// Village and name of everybody whose row was refused and is not a mere duplicate.
    pub(super) refused: BTreeSet<(String, String)>,
    /// Every village code, with where it stands.
    pub(super) codes: Vec<(String, String, Place)>,
}

/// A row that is clear in itself.
struct Clear {
    row: WorkerRow,
    birth: Option<(i32, u32)>,
}

pub(super) fn read<'a>(
    sources: impl Iterator<Item = &'a Source>,
    villages: &Villages,
    known: &ExistingRoster,
    tally: &mut Tally,
) -> Workers {
    let mut workers = Workers::default();
    let mut by_name: BTreeMap<(String, String), Vec<Clear>> = BTreeMap::new();
    for source in sources {
        let rows = rows(source, tally);
        // A column with a text such as 1990.10 keeps its zeros, so 1990.1 in it is January.
        let keeps_zeros =
            source.typed || rows.iter().any(|row| row.cell(Column::Birth).words().trim_end().ends_with(".10"));
        for row in rows {
            match parse(&row, keeps_zeros, villages, &mut workers.codes, tally) {
                Ok(clear) => {
                    let key = (clear.row.village.clone(), clear.row.name.0.clone());
                    by_name.entry(key).or_default().push(clear);
                }
                Err((column, reason)) => {
                    tally.refuse(row.at, &row.label(column), reason, None);
                    workers.refused.extend(identity(&row, villages));
                }
            }
        }
    }
    for (key, clear) in by_name {
        for person in persons(clear) {
            let Some(kept) = settle(&person, |clear| clear.row.at, says_all_of, tally) else {
                workers.refused.insert(key.clone());
                continue;
            };
            workers.taken.extend(person.into_iter().nth(kept).map(|clear| identified(&villages.town, clear)));
        }
    }
    recognise(&mut workers, known, tally);
    workers.taken.sort_by_key(|row| row.at);
    warn_shared_phones(&workers.taken, tally);
    workers
}

fn parse(
    row: &Row<'_>,
    keeps_zeros: bool,
    villages: &Villages,
    codes: &mut Vec<(String, String, Place)>,
    tally: &mut Tally,
) -> Result<Clear, RowError> {
    let village = row.village(villages, tally)?;
    let name = row.get(Column::Name, tally, text::name)?.ok_or((Some(Column::Name), Reason::NameMissing))?;
    let mut phone = row.get(Column::Phone, tally, text::phone)?;
    if phone.is_none() {
        phone = row.get(Column::MemberPhone, tally, text::phone)?;
    }
    let birth = match row.get(Column::Birth, tally, |cell| text::birth(cell, keeps_zeros)) {
        Ok(birth) => birth,
        // The month of birth is not kept; it only tells people apart, and with a phone that is not needed.
        Err(_) if phone.is_some() => None,
        Err(unclear) => return Err(unclear),
    };
    if phone.is_none() && birth.is_none() {
        return Err((None, Reason::IdentityMissing));
    }
    let code = row.get(Column::VillageCode, tally, text::area_code)?;
    let branch = row.get(Column::Branch, tally, text::line)?;
    let area = row.get(Column::Area, tally, text::line)?;
    let roles = row.get(Column::Office, tally, text::roles)?;
    let exempt = exempt(row, tally)?;
    codes.extend(code.map(|code| (village.clone(), code, row.at)));
    let id = derive_worker(&villages.town, &village, &name, "");
    let (name, phone) = (name.into(), phone.map(Into::into));
    let row = WorkerRow { at: row.at, id, known: false, village, name, phone, branch, area, roles, exempt };
    Ok(Clear { row, birth })
}

fn exempt(row: &Row<'_>, tally: &mut Tally) -> Result<Option<super::Exempt>, RowError> {
    if let Some(exempt) = row.get(Column::Exempt, tally, text::exempt)? {
        return Ok(Some(exempt));
    }
    // A remark frees from linking only where the list does not also expect households.
    let expected = row.get(Column::Expected, tally, text::count).ok().flatten().unwrap_or_default();
    let remark = row.get(Column::Remark, tally, text::exempt_in_remark)?;
    if remark.is_some() && expected > 0 {
        tally.note(row.at.sheet, &row.label(Some(Column::Remark)), Note::RemarkNotKept);
        return Ok(None);
    }
    Ok(remark)
}

/// Village and name, where at least those can be read.
fn identity(row: &Row<'_>, villages: &Villages) -> Option<(String, String)> {
    let mut aside = Tally::default();
    let village = row.village(villages, &mut aside).ok()?;
    Some((village, row.get(Column::Name, &mut aside, text::name).ok()??))
}

/// Rows of one name in one village, by person. Two rows are about one person when month of birth or phone is the same.
fn persons(rows: Vec<Clear>) -> Vec<Vec<Clear>> {
    let same = |one: &Clear, other: &Clear| {
        (one.birth.is_some() && one.birth == other.birth)
            || (one.row.phone.is_some() && one.row.phone == other.row.phone)
    };
    let mut persons: Vec<Vec<Clear>> = Vec::new();
    for row in rows {
        let (mut mine, others): (Vec<_>, Vec<_>) =
            persons.into_iter().partition(|person| person.iter().any(|other| same(&row, other)));
        persons = others;
        let mut person: Vec<Clear> = mine.drain(..).flatten().collect();
        person.push(row);
        persons.push(person);
    }
    persons
}

fn says_all_of(one: &Clear, other: &Clear) -> bool {
    let (first, second) = (&one.row, &other.row);
    covers(&one.birth, &other.birth)
        && covers(&first.phone, &second.phone)
        && covers(&first.branch, &second.branch)
        && covers(&first.area, &second.area)
        && covers(&first.exempt, &second.exempt)
        && first.roles.is_superset(&second.roles)
}

fn identified(town: &str, clear: Clear) -> WorkerRow {
    let Clear { mut row, birth } = clear;
    let birth = birth.map(|(year, month)| format!("{year}-{month:02}"));
    let mark = birth.unwrap_or_else(|| row.phone.as_ref().map(|phone| phone.0.clone()).unwrap_or_default());
    row.id = derive_worker(town, &row.village, &row.name, &mark);
    row
}

/// Finds people the township already holds: by id first, for it stands for the month of birth, which the township does
/// not keep; then by village, name and phone. A row of the same name as somebody held whom no other row accounts for, or
/// with the phone of somebody another row is, may be that person or another one: that is not for us to say.
fn recognise(workers: &mut Workers, known: &ExistingRoster, tally: &mut Tally) {
    let mut held: BTreeMap<(&str, &str), Vec<&KnownWorker>> = BTreeMap::new();
    for worker in &known.workers {
        held.entry((&worker.village, &worker.name)).or_default().push(worker);
    }
    let mut accounted = BTreeSet::new();
    for row in &mut workers.taken {
        let Some(namesakes) = held.get(&(row.village.as_str(), row.name.as_str())) else { continue };
        if namesakes.iter().any(|worker| worker.id == row.id) {
            row.known = true;
            accounted.insert(row.id);
        }
    }
    let same_phone = |row: &WorkerRow, worker: &KnownWorker| row.phone.is_some() && worker.phone == row.phone;
    for row in workers.taken.iter_mut().filter(|row| !row.known) {
        let Some(namesakes) = held.get(&(row.village.as_str(), row.name.as_str())) else { continue };
        let by_phone = namesakes.iter().find(|worker| same_phone(row, worker) && !accounted.contains(&worker.id));
        if let Some(worker) = by_phone {
            row.id = worker.id;
            row.known = true;
            accounted.insert(worker.id);
        }
    }
    let mut taken = Vec::new();
    for row in std::mem::take(&mut workers.taken) {
        let namesakes = held.get(&(row.village.as_str(), row.name.as_str()));
        let unclear = |worker: &&&KnownWorker| !accounted.contains(&worker.id) || same_phone(&row, worker);
        let open = namesakes.is_some_and(|held| held.iter().any(|worker| unclear(&worker)));
        if !row.known && open {
            tally.refuse(row.at, "", Reason::KnownOtherwise, None);
            workers.refused.insert((row.village, row.name.0));
        } else {
            taken.push(row);
        }
    }
    workers.taken = taken;
}

fn warn_shared_phones(taken: &[WorkerRow], tally: &mut Tally) {
    let mut phones: BTreeMap<&str, usize> = BTreeMap::new();
    for phone in taken.iter().filter_map(|row| row.phone.as_ref()) {
        *phones.entry(phone.as_str()).or_default() += 1;
    }
    for row in taken {
        if row.phone.as_ref().and_then(|phone| phones.get(phone.as_str())).is_some_and(|times| *times > 1) {
            tally.warn(row.at, Warning::PhoneShared);
        }
    }
}
