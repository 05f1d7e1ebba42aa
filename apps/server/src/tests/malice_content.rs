//! The same township with hostile content: changes and documents that would break a replica or deceive its owner.

use std::collections::BTreeSet;

use lianhu_core::{ActorId, DeviceMillis, DocId, DocKind, Document, Edit, PROSE_KEY, Scalar, Stamp};
use lianhu_device::WorkbookError;
use lianhu_sync::message::{Chunk, DocChanges, Entry, RefusedCode, Reply, Request, Verdict};
use lianhu_sync::ports::PhoneStore as _;
use lianhu_testkit::fuzz::{hostile_changes, hostile_documents};
use lianhu_testkit::permissions::{SUBJECTS, Subject, Table, Who, id_of, rows};

use super::malice::{FilePhone, Room, UNSETTLED, granted, later, readable, verdicts};
use super::world::{LI, WANG, home, sent, village, visit, worker};

/// The most memory a phone may take while it is attacked, in MiB, beside what the township and the test have.
const MEMORY_MIB: u64 = 64;

/// The most memory this process had, in MiB, where the system tells.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kib| kib >> 10)
}

fn changes(doc: DocId, chunks: Vec<Vec<u8>>) -> Entry {
    Entry::Changes(DocChanges { doc: sent(doc), changes: chunks.into_iter().map(Chunk).collect() })
}

fn say(request: &Request, entries: &[Entry]) -> super::malice::Said {
    Reply { entries: entries.to_vec(), ..verdicts(request, &later()) }.into()
}

#[test]
fn no_hostile_shape_gets_into_a_phone_in_whatever_way_a_township_sends_it() {
    let (room, mut wang) = Room::new();
    let before = peak_mib();
    let doc = home(1);
    let recorded = room.world.town.document(doc).unwrap();
    let li = room.world.hand(LI, 90);
    let honest = li.write(doc, li.visit(1, "诚实的话"));
    let shapes = hostile_changes(&honest);
    let documents = hostile_documents(&recorded.save().unwrap());
    let mut attacks: Vec<(String, Entry)> = Vec::new();
    for (what, bytes) in &shapes {
        attacks.push((format!("{what}, as news"), changes(doc, vec![bytes.clone()])));
        attacks.push((format!("{what}, after an honest one"), changes(doc, vec![honest.clone(), bytes.clone()])));
        let (snapshot, after) = (Some(Chunk(recorded.save().unwrap())), vec![Chunk(bytes.clone())]);
        attacks.push((format!("{what}, granted"), Entry::Granted { doc: sent(doc), snapshot, changes: after }));
        let blank = DocId::mint(DocKind::Household, [99; 16]);
        attacks.push((format!("{what}, of a new document"), changes(blank, vec![bytes.clone()])));
    }
    for (what, bytes) in &documents {
        for id in [doc, DocId::mint(DocKind::Household, [98; 16])] {
            let snapshot = Some(Chunk(bytes.clone()));
            attacks.push((format!("{what}, as {id}"), Entry::Granted { doc: sent(id), snapshot, changes: Vec::new() }));
        }
    }
    let standing = wang.store().standing().unwrap();
    let base = wang.store().base(sent(doc)).unwrap();
    for (what, entry) in &attacks {
        let entries = std::slice::from_ref(entry);
        let report = room.attacked(&mut wang, |request| say(request, entries)).unwrap();
        assert_eq!((report.not_admitted, report.received, report.granted), (1, 0, 0), "{what}");
        assert_eq!(wang.store().base(sent(doc)).unwrap(), base, "{what}");
        assert_eq!(wang.store().standing().unwrap().digest, standing.digest, "{what}");
    }
    // All of them in one reply, an honest document among them: that one gets in.
    let other = room.world.town.document(home(2)).unwrap();
    let all: Vec<Entry> = shapes.iter().map(|(_, bytes)| changes(doc, vec![bytes.clone()])).collect();
    let all: Vec<Entry> = all.into_iter().chain([granted(home(2), &other)]).collect();
    let report = room.attacked(&mut wang, |request| say(request, &all)).unwrap();
    assert_eq!((report.not_admitted, report.granted), (1, 1));
    if let (Some(before), Some(after)) = (before, peak_mib()) {
        println!("{} hostile entries took {} MiB at most", attacks.len(), after - before);
        assert!(after - before <= MEMORY_MIB, "{before} MiB before, {after} MiB after");
    }
    let wang = room.stands(wang, "hostile shapes");
    let wang = room.heals(wang, "hostile shapes");
    assert_eq!(room.arrived(&wang), UNSETTLED);
}

#[test]
fn a_document_under_another_documents_name_is_not_taken() {
    let (room, mut wang) = Room::new();
    let [one, two, roster] = [home(1), home(2), village()].map(|doc| room.world.town.document(doc).unwrap());
    let nobodys = Entry::Granted {
        doc: lianhu_sync::ids::DocId([0xff; 16]),
        snapshot: Some(Chunk(one.save().unwrap())),
        changes: Vec::new(),
    };
    let unknown = DocId::mint(DocKind::Household, [97; 16]);
    let swapped = [granted(home(1), &two), granted(home(2), &roster), granted(village(), &one), granted(unknown, &one)];
    for entry in swapped.into_iter().chain([nobodys]) {
        let entries = [entry];
        let report = room.attacked(&mut wang, |request| say(request, &entries)).unwrap();
        assert_eq!((report.not_admitted, report.granted), (1, 0));
    }
    let wang = room.heals(room.stands(wang, "swapped"), "swapped");
    assert_eq!(room.arrived(&wang), UNSETTLED);
}

/// The next changes of a document in the name and the hand of the phone that is attacked, numbered like its own.
fn forged(room: &Room, phone: &FilePhone, doc: DocId, count: usize) -> (Document, Vec<Vec<u8>>) {
    let own = phone.store().pending(Some(sent(doc))).unwrap();
    let own = lianhu_core::gate::scan(&own[0].bytes).unwrap();
    let mut document = room.world.town.document(doc).unwrap();
    let stamp = Stamp { worker: worker(WANG), actor: own.actor(), at: DeviceMillis(1_795_435_200_000) };
    let chunks = (0..count).map(|n| {
        let mut edit = Edit::new();
        edit.put("note", format!("伪造{n}"));
        document.write(stamp, edit).unwrap().unwrap().bytes
    });
    let chunks = chunks.collect();
    (document, chunks)
}

#[test]
fn changes_forged_in_the_phones_own_hand_hide_none_of_its_words() {
    for count in [1, 5] {
        for whole in [false, true] {
            for verdict in
                [later(), Verdict::Recorded, Verdict::Refused { code: RefusedCode::Forked, reason: String::new() }]
            {
                let what = format!("{count} forged, granted: {whole}, {verdict:?}");
                let (room, mut wang) = Room::new();
                let (document, chunks) = forged(&room, &wang, home(1), count);
                let entry = if whole { granted(home(1), &document) } else { changes(home(1), chunks) };
                let mut asked = 0;
                let told = room.attacked(&mut wang, |request| {
                    asked += 1;
                    let entries = if asked == 1 { vec![entry.clone()] } else { Vec::new() };
                    Reply { entries, ..verdicts(request, &verdict) }.into()
                });
                assert!(told.is_ok(), "{what}: {told:?}");
                let wang = room.stands(wang, &what);
                let wang = room.heals(wang, &what);
                assert_eq!(room.arrived(&wang), UNSETTLED, "{what}");
            }
        }
    }
}

#[test]
fn generations_that_were_never_begun_take_no_word_that_is_not_settled() {
    for verdict in [later(), Verdict::Refused { code: RefusedCode::GenerationClosed, reason: String::new() }] {
        for times in [1, 3] {
            let what = format!("{times} generations, {verdict:?}");
            let (room, mut wang) = Room::new();
            let next = |doc: DocId| {
                let mut document = room.world.town.document(doc).unwrap();
                for _ in 0..times {
                    document = document.next_generation(|key| key.starts_with("visit/")).unwrap().document;
                }
                granted(doc, &document)
            };
            let entries = [home(1), home(2), village()].map(next);
            for _ in 0..2 {
                let told = room.attacked(&mut wang, |request| {
                    Reply { entries: entries.to_vec(), ..verdicts(request, &verdict) }.into()
                });
                assert!(told.is_ok(), "{what}: {told:?}");
                wang = room.stands(wang, &what);
            }
            let report = room.world.sync(&mut wang);
            // The honest township has no such generation and the phone no other: it is not proven, and says so. What went
            // to the township in time is there; what was written on the false generation is still before its author.
            assert!(!report.proven, "{what}");
            let mut wang = room.reopened(wang);
            let told = readable(&mut wang);
            let arrived = room.arrived(&wang);
            let lost = UNSETTLED.iter().filter(|words| !told.contains(**words) && !arrived.contains(words)).count();
            assert_eq!(lost, 0, "{what}: {arrived:?} of {told}");
        }
    }
}

#[test]
fn words_put_into_other_peoples_mouths_cost_none_of_the_phones_own() {
    let (room, mut wang) = Room::new();
    let recorded = room.world.town.document(home(1)).unwrap();
    for number in 0..70 {
        let actor = ActorId::new(worker(LI), [number; 16], 3);
        let stamp = Stamp { worker: worker(LI), actor, at: DeviceMillis(1_795_435_200_000) };
        let mut edit = Edit::new();
        edit.put("head", format!("伪造{number}"));
        let change = recorded.clone().write(stamp, edit).unwrap().unwrap().bytes;
        let entries = [changes(home(1), vec![change])];
        let report = room.attacked(&mut wang, |request| say(request, &entries)).unwrap();
        // As many heads as a document may have, and no more.
        assert_eq!((report.received, report.not_admitted), if number < 64 { (1, 0) } else { (0, 1) }, "{number}");
    }
    let mut wang = room.stands(wang, "as many heads as there may be");
    // There is no room for one more head, and whoever writes is told so.
    let told = wang.households().visit(home(1), visit("还要写"));
    assert!(matches!(told, Err(WorkbookError::TooMuch(_))), "{told:?}");
    for _ in 0..3 {
        room.world.sync(&mut wang);
    }
    assert_eq!(room.arrived(&wang), UNSETTLED);
    let wang = room.stands(wang, "after the honest township");
    assert_eq!(wang.status().unwrap().kept, 0);
}

#[test]
fn words_on_top_of_what_only_a_malicious_township_recorded_wait_and_stay_readable() {
    let (room, mut wang) = Room::new();
    let li = room.world.hand(LI, 91);
    let forged = [changes(home(1), vec![li.write(home(1), li.visit(2, "伪造"))])];
    room.attacked(&mut wang, |request| say(request, &forged)).unwrap();
    wang.households().visit(home(1), visit("还要写")).unwrap();
    for _ in 0..3 {
        room.world.sync(&mut wang);
    }
    assert_eq!(room.arrived(&wang), UNSETTLED);
    let mut wang = room.stands(wang, "words on top of false ones");
    assert_eq!(wang.status().unwrap().kept, 1);
    assert!(readable(&mut wang).contains("还要写"));
}

/// Values no honest program writes.
fn absurd() -> Vec<Scalar> {
    let texts = [
        "",
        "-",
        "9999999-99-99",
        "-262143-01-01",
        "262142-12-31",
        "2026-02-30",
        "\u{0}\u{202e}\u{feff}",
        "=cmd|' /C calc'!A0",
        "{}",
        "[]",
        r#"{"at":9223372036854775807,"by":"","after":["0000000000000000"],"date":"262142-12-31","act":"note"}"#,
        r#"{"at":-9223372036854775808,"date":"-262143-01-01","due":"262142-12-31","amount":9223372036854775807}"#,
    ];
    let mut values: Vec<Scalar> = texts.iter().map(|text| Scalar::from(*text)).collect();
    values.extend(["[".repeat(1_000), "{\"a\":".repeat(200), "长".repeat(300)].map(|text| text.as_str().into()));
    values.extend([i64::MIN, -1, 0, i64::MAX].map(Scalar::from));
    values.extend([
        true.into(),
        Scalar::Bytes(Vec::new()),
        Scalar::Bytes(vec![0xff; 16]),
        Scalar::Bytes(vec![7; 3_000]),
    ]);
    values
}

/// The keys of a subject, as whoever fills in all its forms writes them.
fn keys_of(subject: Subject) -> BTreeSet<String> {
    let edits = rows(subject).into_iter().map(|row| row.edit(Who::Own));
    let keys = edits.flat_map(|edit| edit.keys().map(str::to_owned).collect::<Vec<_>>());
    keys.filter(|key| key != PROSE_KEY).collect()
}

#[test]
fn documents_full_of_absurd_values_can_be_read_listed_and_reported_from() {
    let (table, values) = (Table::new(), absurd());
    let (room, mut wang) = Room::new();
    // Each value meets some keys of each kind, and each key some values of each type.
    for turn in 0..6 {
        let mut entries = Vec::new();
        for subject in SUBJECTS {
            let mut edit = Edit::new();
            let put =
                |(place, key): (usize, String)| _ = edit.put(key, values[(place + 4 * turn) % values.len()].clone());
            keys_of(*subject).into_iter().enumerate().for_each(put);
            let id = if subject.kind == DocKind::Roster { village() } else { id_of(*subject, 0) };
            let mut document = if id == village() { room.world.town.document(id).unwrap() } else { table.document(id) };
            let actor = ActorId::new(worker(LI), [turn as u8 + 1; 16], 9);
            let stamp = Stamp { worker: worker(LI), actor, at: DeviceMillis(i64::MAX >> 16) };
            document.write(stamp, edit).unwrap().unwrap();
            entries.push(granted(id, &document));
        }
        let report = room.attacked(&mut wang, |request| say(request, &entries)).unwrap();
        assert_eq!(report.not_admitted, 0, "{turn}");
        everything_is_read(&mut wang);
    }
    let mut wang = room.stands(wang, "absurd values");
    everything_is_read(&mut wang);
}

/// Opens every page and list a phone has. That something cannot be had is an answer; a panic is none.
fn everything_is_read(phone: &mut FilePhone) {
    let _ = (phone.roster(), phone.terms(None), phone.status(), phone.late_entries(), phone.needs_attention());
    let _ = (phone.open_conflicts(), phone.open_matters(), phone.board(), phone.report_facts());
    for kind in SUBJECTS.iter().map(|subject| subject.kind).collect::<BTreeSet<_>>() {
        for listed in phone.documents(kind).unwrap() {
            let id = listed.id;
            let _ = (phone.households().get(id), phone.matters().get(id), phone.diary().get(id));
            let _ = (phone.conflicts(id), phone.carry_out(id, true));
            let _ = phone.read(id, |document| lianhu_core::views::project(document).len());
        }
    }
}
