//! The server dies in the middle of the night, again and again. What a phone was told is recorded is recorded.

use std::collections::BTreeSet;
use std::sync::mpsc;

use lianhu::phone::{FileWorkbook, Line};
use lianhu_core::diary::EntryForm;
use lianhu_core::household::VisitForm;
use lianhu_core::{DocId, DocKind};
use lianhu_device::{Answer, Place, Signature, SyncError, Transport, TransportError};
use serde_json::Value;

use crate::house::{EVERYBODY, House, homes};
use crate::program::Server;

/// After how many answered requests the server is killed, round by round.
const KILLED_AFTER: [usize; 6] = [1, 7, 3, 12, 2, 5];

/// A record, as the office's JSON names it.
pub(crate) type Record = (DocId, String);

/// A line that tells of every reply the moment it is there, before the phone has looked at it: a server that answers
/// before it has committed is then killed in between.
struct Heard<'a>(Line, &'a mpsc::Sender<()>);

impl Transport for Heard<'_> {
    fn send(&mut self, body: &[u8], signature: &Signature) -> Result<Answer, TransportError> {
        let reply = self.0.send(body, signature)?;
        // Whoever counts may have stopped counting.
        let _ = self.1.send(());
        Ok(reply)
    }
}

/// A phone that writes and syncs until nobody answers: what it wrote.
fn write_and_sync(mut book: FileWorkbook, address: &str, answered: &mpsc::Sender<()>) -> Vec<Record> {
    let day = Some("2026-01-05".parse().unwrap());
    let homes = homes(&mut book);
    let mut written = Vec::new();
    for number in 0.. {
        let text = format!("第{number}件，路灯不亮");
        let form = EntryForm { date: day, text: text.clone().into(), ..EntryForm::default() };
        let entry = book.diary().write(form).unwrap();
        written.push((entry.doc, format!("entry/{}", entry.id)));
        let home = homes[number % homes.len()];
        let form = VisitForm { date: day, note: text.into(), ..VisitForm::default() };
        let visit = book.households().visit(home, form).unwrap();
        written.push((home, format!("visit/{visit}")));
        match book.sync(&mut Heard(Line::to(address), answered)) {
            Ok(_) => {}
            Err(SyncError::Transport(_)) => break,
            Err(other) => panic!("{other}"),
        }
    }
    written
}

/// Whether the phone shows a record as recorded.
fn is_recorded(book: &mut FileWorkbook, (doc, key): &Record) -> bool {
    let place = match doc.kind() {
        DocKind::Diary => book.diary().get(*doc).unwrap().places.key(key),
        _ => book.households().get(*doc).unwrap().places.key(key),
    };
    assert!(matches!(place, Place::Kept | Place::Recorded), "{key} is {place:?}");
    place == Place::Recorded
}

/// Every record the township's tables have.
pub(crate) fn listed(server: &Server) -> Vec<Record> {
    let of = |view: &str, collection: &str| {
        let text = |row: &Value, column: &str| row[column].as_str().unwrap().to_owned();
        let record = |row: &Value| (text(row, "doc").parse().unwrap(), format!("{collection}/{}", text(row, "id")));
        server.list(view).iter().map(record).collect::<Vec<Record>>()
    };
    [of("diary_entries", "entry"), of("visits", "visit")].concat()
}

/// Those of the records that the township does not have.
pub(crate) fn missing<'a>(server: &Server, records: impl IntoIterator<Item = &'a Record>) -> Vec<&'a Record> {
    let listed: BTreeSet<Record> = listed(server).into_iter().collect();
    records.into_iter().filter(|record| !listed.contains(*record)).collect()
}

#[test]
fn what_was_reported_recorded_survives_a_server_that_is_killed_in_the_night() {
    let house = House::with_a_village();
    let mut server = house.serve();
    for who in EVERYBODY {
        house.enrol(&server, who);
    }
    let changes_before = server.get("/office/v1/counters")["changes"].as_u64().unwrap();
    let mut written: Vec<(&str, Record)> = Vec::new();
    let mut acknowledged_in_all = 0;
    for after in KILLED_AFTER {
        let address = server.address.clone();
        let (sender, answers) = mpsc::channel();
        std::thread::scope(|scope| {
            let phones = EVERYBODY.map(|who| {
                let (book, address, answered) = (house.workbook(who), &address, sender.clone());
                (who, scope.spawn(move || write_and_sync(book, address, &answered)))
            });
            drop(sender);
            for _ in 0..after {
                answers.recv().expect("phones sync as long as the server lives");
            }
            server.kill();
            for (who, phone) in phones {
                written.extend(phone.join().unwrap().into_iter().map(|record| (who, record)));
            }
        });
        server = house.serve();
        let mut acknowledged = Vec::new();
        for who in EVERYBODY {
            let mut book = house.workbook(who);
            let own = written.iter().filter(|(author, _)| *author == who).map(|(_, record)| record);
            acknowledged.extend(own.filter(|record| is_recorded(&mut book, record)));
        }
        assert!(acknowledged.len() > acknowledged_in_all, "every round acknowledges something");
        acknowledged_in_all = acknowledged.len();
        assert_eq!(missing(&server, acknowledged), [] as [&Record; 0], "acknowledged, and lost");
    }

    // Everybody once, then once more for what others sent later.
    for _ in 0..2 {
        for who in EVERYBODY {
            let report = house.workbook(who).sync(&mut Line::to(&server.address)).unwrap();
            assert_eq!((report.held, report.refused, report.waiting), (0, 0, 0), "{who}");
            assert!(report.proven, "{who}");
        }
    }
    for (who, record) in &written {
        assert!(is_recorded(&mut house.workbook(who), record));
    }
    assert_eq!(missing(&server, written.iter().map(|(_, record)| record)), [] as [&Record; 0]);

    // Nothing is there twice: every save is one change, every record one row.
    let distinct: BTreeSet<_> = written.iter().map(|(_, record)| record).collect();
    assert_eq!(distinct.len(), written.len());
    let changes = server.get("/office/v1/counters")["changes"].as_u64().unwrap();
    assert_eq!(changes - changes_before, written.len() as u64);
    assert_eq!(listed(&server).len(), written.len());
    assert!(server.stop().success());
    house.sound();
}
