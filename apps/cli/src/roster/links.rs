//! 联户关系: who keeps in touch with which household.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use lianhu_core::{DocId, WorkerId};

use super::header::Column;
use super::households::Households;
use super::limits::MANY_LINKS;
use super::tally::{Row, RowError, Tally, Villages, rows};
use super::workers::Workers;
use super::{ExistingRoster, LinkRow, Note, Place, Reason, Source, Warning, derive_link, text};

/// Somebody a link may mean.
#[derive(Clone)]
struct Person {
    id: WorkerId,
    phone: Option<String>,
}

/// A home a link may mean.
#[derive(Clone)]
struct Home {
    id: DocId,
    head: String,
}

/// Everybody and every home there is: taken now, or held already.
struct Town {
    people: BTreeMap<(String, String), Vec<Person>>,
    refused_people: BTreeSet<(String, String)>,
    phones: BTreeMap<String, BTreeSet<WorkerId>>,
    homes: BTreeMap<(String, String), Home>,
    refused_homes: BTreeSet<(String, String)>,
}

/// What a row says, as far as it can be read.
struct Said {
    at: Place,
    /// The home it names, even when the row itself is refused: it still contradicts another.
    door: Option<(String, String)>,
    /// Who it names, in words, so that two rows of one refused member are not two members.
    who: Option<(String, Option<String>)>,
    /// A link that has ended contradicts nobody.
    ended: bool,
    parsed: Result<LinkRow, RowError>,
    label: String,
}

pub(super) fn read<'a>(
    sources: impl Iterator<Item = &'a Source>,
    villages: &Villages,
    workers: &Workers,
    households: &Households,
    known: &ExistingRoster,
    tally: &mut Tally,
) -> Vec<LinkRow> {
    let town = Town::of(workers, households, known);
    let mut all = Vec::new();
    for source in sources {
        for row in rows(source, tally) {
            let parsed = parse(&row, villages, &town, tally);
            let (door, who, ended) = identity(&row, villages);
            let label = parsed.as_ref().err().map(|(column, _)| row.label(*column)).unwrap_or_default();
            all.push(Said { at: row.at, door, who, ended, parsed, label });
        }
    }
    let taken = settle(all, tally);
    let taken = recognise(taken, known, tally);
    warn(&taken, workers, known, tally);
    taken
}

impl Town {
    fn of(workers: &Workers, households: &Households, known: &ExistingRoster) -> Self {
        let mut town = Town {
            people: BTreeMap::new(),
            refused_people: workers.refused.clone(),
            phones: BTreeMap::new(),
            homes: BTreeMap::new(),
            refused_homes: households.refused.clone(),
        };
        let now: BTreeSet<WorkerId> = workers.taken.iter().map(|row| row.id).collect();
        let fresh = workers.taken.iter().map(|row| (row.id, &row.village, &row.name, &row.phone));
        let held = known.workers.iter().filter(|worker| !now.contains(&worker.id));
        let held = held.map(|worker| (worker.id, &worker.village, &worker.name, &worker.phone));
        for (id, village, name, phone) in fresh.chain(held) {
            let phone = phone.as_ref().map(|phone| phone.0.clone());
            if let Some(phone) = &phone {
                town.phones.entry(phone.clone()).or_default().insert(id);
            }
            town.people.entry((village.clone(), name.0.clone())).or_default().push(Person { id, phone });
        }
        let held = known.households.iter().map(|home| (home.id, &home.village, &home.doorplate, &home.head));
        let fresh = households.taken.iter().map(|home| (home.id, &home.village, &home.doorplate, &home.head));
        for (id, village, doorplate, head) in held.chain(fresh) {
            town.homes.insert((village.clone(), doorplate.0.clone()), Home { id, head: head.0.clone() });
        }
        town
    }

    /// The member meant, and whether only the name said so.
    fn member(&self, village: &str, name: &str, phone: Option<&str>) -> Result<(WorkerId, bool), Reason> {
        let key = (village.to_owned(), name.to_owned());
        let people = self.people.get(&key).map(Vec::as_slice).unwrap_or_default();
        let refused = self.refused_people.contains(&key);
        if let Some(phone) = phone {
            let mut same = people.iter().filter(|person| person.phone.as_deref() == Some(phone));
            if let (Some(person), None) = (same.next(), same.next()) {
                return Ok((person.id, false));
            }
        }
        match (people, refused, phone) {
            ([], true, _) => Err(Reason::MemberRefused),
            ([], false, _) => Err(Reason::MemberUnknown),
            ([person], false, None) => Ok((person.id, true)),
            // The list has no phone for them; the link's own belongs to nobody else, so nothing speaks against it.
            ([person], false, Some(phone)) if person.phone.is_none() && !self.phones.contains_key(phone) => {
                Ok((person.id, true))
            }
            (_, true, Some(_)) => Err(Reason::MemberRefused),
            (_, _, Some(_)) => Err(Reason::MemberPhoneDiffers),
            (_, _, None) => Err(Reason::MemberAmbiguous),
        }
    }

    fn home(&self, door: &(String, String), head: Option<&str>) -> Result<DocId, (Column, Reason)> {
        match self.homes.get(door) {
            _ if self.refused_homes.contains(door) => Err((Column::Doorplate, Reason::HouseholdRefused)),
            None => Err((Column::Doorplate, Reason::HouseholdUnknown)),
            Some(home) if head.is_some_and(|head| head != home.head) => Err((Column::Head, Reason::HeadDiffers)),
            Some(home) => Ok(home.id),
        }
    }
}

fn parse(row: &Row<'_>, villages: &Villages, town: &Town, tally: &mut Tally) -> Result<LinkRow, RowError> {
    let village = row.village(villages, tally)?;
    let name = row.get(Column::Name, tally, text::name)?.ok_or((Some(Column::Name), Reason::NameMissing))?;
    let phone = row.get(Column::MemberPhone, tally, text::phone)?;
    let doorplate = row.get(Column::Doorplate, tally, text::line)?;
    let doorplate = doorplate.ok_or((Some(Column::Doorplate), Reason::DoorplateMissing))?;
    let head = row.get(Column::Head, tally, text::name)?;
    let from = row.get(Column::From, tally, text::date)?;
    let to = row.get(Column::To, tally, text::date)?;
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err((Some(Column::To), Reason::DatesReversed));
    }
    let by_column = |column| move |reason| (Some(column), reason);
    let column = if phone.is_some() { Column::MemberPhone } else { Column::Name };
    let member = town.member(&village, &name, phone.as_deref());
    let (worker, by_name) = member.map_err(|reason| match reason {
        Reason::MemberPhoneDiffers => by_column(column)(reason),
        _ => by_column(Column::Name)(reason),
    })?;
    let door = (village.clone(), doorplate);
    let household = town.home(&door, head.as_deref()).map_err(|(column, reason)| by_column(column)(reason))?;
    if by_name {
        tally.note(row.at.sheet, &row.label(Some(Column::Name)), Note::FoundByName);
    }
    let id = derive_link(worker, household, from);
    Ok(LinkRow { at: row.at, id, known: false, village, worker, household, from, to })
}

type Identity = (Option<(String, String)>, Option<(String, Option<String>)>, bool);

fn identity(row: &Row<'_>, villages: &Villages) -> Identity {
    let mut aside = Tally::default();
    let village = row.village(villages, &mut aside).ok();
    let doorplate = row.get(Column::Doorplate, &mut aside, text::line).ok().flatten();
    let name = row.get(Column::Name, &mut aside, text::name).ok().flatten();
    let phone = row.get(Column::MemberPhone, &mut aside, text::phone).ok().flatten();
    let ended = row.get(Column::To, &mut aside, text::date).ok().flatten().is_some();
    (village.zip(doorplate), name.map(|name| (name, phone)), ended)
}

/// Rows about one home: the same link twice is a duplicate, two members are a contradiction.
fn settle(all: Vec<Said>, tally: &mut Tally) -> Vec<LinkRow> {
    let mut doors: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (index, said) in all.iter().enumerate().filter(|(_, said)| !said.ended) {
        if let Some(door) = &said.door {
            doors.entry(door.clone()).or_default().push(index);
        }
    }
    // Why a row that is clear in itself is refused after all, and the row it is about.
    let mut against: BTreeMap<usize, (Reason, Place)> = BTreeMap::new();
    for rows in doors.values().filter(|rows| rows.len() > 1) {
        let about: Vec<(usize, &Said)> = rows.iter().filter_map(|index| Some((*index, all.get(*index)?))).collect();
        for (index, said) in &about {
            let Some((_, other)) = about.iter().find(|(other, _)| other != index) else { continue };
            if let Some(rival) = about.iter().find(|(_, other)| is_other_member(said, other)) {
                against.insert(*index, (Reason::LinkedTwice, rival.1.at));
            } else if let Ok(link) = &said.parsed {
                let same = about.iter().filter(|(earlier, _)| earlier < index);
                let mut same = same.filter_map(|(_, other)| Some((other.at, other.parsed.as_ref().ok()?)));
                let dates: BTreeSet<Option<NaiveDate>> =
                    about.iter().filter_map(|(_, other)| Some(other.parsed.as_ref().ok()?.from)).collect();
                if dates.iter().flatten().count() > 1 {
                    against.insert(*index, (Reason::RowsContradict, other.at));
                } else if dates.len() > 1 && link.from.is_none() {
                    against.insert(*index, (Reason::DuplicateRow, other.at));
                } else if let Some((at, _)) = same.find(|(_, other)| other.from == link.from) {
                    against.insert(*index, (Reason::DuplicateRow, at));
                }
            }
        }
    }
    let mut taken = Vec::new();
    let mut ids = BTreeMap::new();
    for (index, said) in all.into_iter().enumerate() {
        match (said.parsed, against.get(&index)) {
            (Err((_, reason)), _) => tally.refuse(said.at, &said.label, reason, None),
            (Ok(_), Some((reason, other))) => tally.refuse(said.at, "", *reason, Some(*other)),
            (Ok(link), None) => match ids.insert(link.id, said.at) {
                Some(first) => {
                    ids.insert(link.id, first);
                    tally.refuse(said.at, "", Reason::DuplicateRow, Some(first));
                }
                None => taken.push(link),
            },
        }
    }
    taken
}

/// Whether two rows about one home name different members; a row whose member cannot be read may name anybody.
fn is_other_member(one: &Said, other: &Said) -> bool {
    match (&one.parsed, &other.parsed) {
        (Ok(one), Ok(other)) => one.worker != other.worker,
        _ => match (&one.who, &other.who) {
            (Some((name, phone)), Some((other, other_phone))) => {
                name != other || (phone.is_some() && other_phone.is_some() && phone != other_phone)
            }
            _ => true,
        },
    }
}

fn recognise(links: Vec<LinkRow>, known: &ExistingRoster, tally: &mut Tally) -> Vec<LinkRow> {
    let mut held: BTreeMap<DocId, Vec<_>> = BTreeMap::new();
    for link in &known.links {
        held.entry(link.household).or_default().push(link);
    }
    let mut taken = Vec::new();
    for mut link in links {
        let at_home = held.get(&link.household).map(Vec::as_slice).unwrap_or_default();
        let mine = || at_home.iter().filter(|held| held.worker == link.worker);
        let same = mine().find(|held| held.from == link.from);
        let mut open = at_home.iter().filter(|held| !held.ended);
        match mine().find(|held| !held.ended) {
            // An end for a link that is held without one is news: the plan writes it.
            _ if same.is_some() => link.known = link.to.is_none() || same.is_some_and(|held| held.to.is_some()),
            _ if link.to.is_some() => {}
            Some(_) => {
                tally.refuse(link.at, "", Reason::LinkKnownOtherwise, None);
                continue;
            }
            None if open.next().is_some() => {
                tally.refuse(link.at, "", Reason::LinkedElsewhere, None);
                continue;
            }
            None => {}
        }
        taken.push(link);
    }
    taken
}

fn warn(links: &[LinkRow], workers: &Workers, known: &ExistingRoster, tally: &mut Tally) {
    let mut homes: BTreeMap<WorkerId, BTreeSet<DocId>> = BTreeMap::new();
    let fresh = links.iter().filter(|link| link.to.is_none()).map(|link| (link.worker, link.household));
    let held = known.links.iter().filter(|link| !link.ended).map(|link| (link.worker, link.household));
    for (worker, household) in fresh.chain(held) {
        homes.entry(worker).or_default().insert(household);
    }
    for worker in &workers.taken {
        let count = homes.get(&worker.id).map(BTreeSet::len).unwrap_or_default();
        if count > MANY_LINKS {
            tally.warn(worker.at, Warning::ManyLinks);
        }
        if count > 0 && worker.exempt.is_some() {
            tally.warn(worker.at, Warning::ExemptWithLinks);
        }
    }
}
