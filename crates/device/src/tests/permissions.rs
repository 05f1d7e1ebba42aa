//! The table of permissions at the phone's own door: before anything is kept.

use lianhu_core::DeviceMillis;
use lianhu_core::access::Facts;
use lianhu_core::policy::{RefuseCode, Ruling};
use lianhu_sync::ports::{PhoneStore as _, PhoneWrite};
use lianhu_testkit::memory::MemoryPhone;
use lianhu_testkit::permissions::{
    ELSEWHERE, Row, SUBJECTS, Table, VILLAGE, Who, copies, document, id_of, rows, stamp, worker,
};

use super::town::{Phone, scripted};
use crate::convert::{heads_of, sync_doc};
use crate::{NewDevice, Owner, Saved, Workbook, WorkbookError};

/// A phone that holds everything, more than its owner is ever granted: only what they may write is in question.
fn phone(who: Who) -> Phone {
    let mut store = MemoryPhone::default();
    for subject in SUBJECTS {
        for copy in 0..=copies(*subject) {
            let document = document(*subject, copy);
            let (doc, heads) = (sync_doc(id_of(*subject, copy)), heads_of(&document));
            let snapshot = Some(document.save().unwrap());
            store.commit(vec![PhoneWrite::Base { doc, heads, snapshot, tail: Vec::new() }]).unwrap();
        }
    }
    let mut surroundings = scripted(who as u64 + 1);
    let device = NewDevice::generate(&mut surroundings);
    let owner = Owner {
        worker: worker(who),
        name: "某某".into(),
        roles: who.roles().iter().map(|role| role.code().to_owned()).collect(),
        roster: if who.is_elsewhere() { ELSEWHERE.id() } else { VILLAGE.id() },
        township: "新塍镇".to_owned(),
        server: String::new(),
    };
    Workbook::create(store, surroundings, device, owner).unwrap()
}

/// Whether the village by whose roster it is judged is the one whose roster the phone holds.
fn is_of_here(table: &Table, row: &Row, who: Who) -> bool {
    let before = table.document(row.doc(who));
    let mut after = before.clone();
    after.write(stamp(who), row.edit(who)).unwrap();
    let village = Facts::of(&before).village.or(Facts::of(&after).village);
    village.is_none_or(|village| village == VILLAGE.id())
}

#[test]
fn a_phone_says_before_it_keeps_anything_what_the_table_says() {
    std::thread::scope(|scope| {
        for half in Who::ALL.chunks(Who::ALL.len().div_ceil(2)) {
            scope.spawn(|| walk(half));
        }
    });
}

fn walk(people: &[Who]) {
    let table = Table::new();
    let rows: Vec<Row> = SUBJECTS.iter().flat_map(|subject| rows(*subject)).collect();
    for who in people {
        let mut phone = phone(*who);
        // Whom the roster it holds does not list, it does not know, nor a village whose roster it does not hold: the
        // township decides.
        let listed = !who.is_elsewhere() && *who != Who::Unknown;
        for row in &rows {
            let stamp = phone.host.stamp(DeviceMillis(1_795_392_000_000));
            let said = phone.prepare(row.doc(*who), row.edit(*who), stamp);
            let cell = table.cell(row, *who);
            let same = match (cell, said) {
                (Ruling::Allow, Ok(Some(prepared))) => prepared.saved == Saved::Kept,
                (Ruling::AllowLate, Ok(Some(prepared))) => prepared.saved == Saved::KeptWillBeLate,
                (Ruling::Hold(_), Ok(Some(prepared))) => prepared.saved == Saved::KeptWillBeHeld,
                (Ruling::Refuse { why, .. }, Err(WorkbookError::WouldBeRefused(said))) => why == said,
                (Ruling::Refuse { code: RefuseCode::NotPermitted, .. }, Ok(Some(_))) => {
                    !(listed && is_of_here(&table, row, *who))
                }
                _ => false,
            };
            assert!(same, "{who:?} {} {}: {cell:?}", row.subject.kind.name(), row.name);
        }
    }
}
