//! What mutation begins with: honest messages, changes and documents, made by our own code, the same every time.

use lianhu_core::{ActorId, DeviceMillis, DocId, DocKind, Document, Edit, PROSE_KEY, Stamp, WorkerId};
use lianhu_sync::message::{Chunk, DocChanges, Entry, Reply, Request};
use lianhu_sync::wire;

use super::Target;

/// The honest inputs of a target; never empty, and never another one for the same version of the code.
pub fn corpus(target: Target) -> Vec<Vec<u8>> {
    match target {
        Target::Change => changes(),
        Target::Document => {
            documents().iter().map(|document| document.save().expect("a document that is open saves")).collect()
        }
        Target::Prose => minutes(),
        Target::Meeting => {
            meetings().iter().map(|document| document.save().expect("a document that is open saves")).collect()
        }
        Target::Request => requests(),
        Target::Reply => replies(),
    }
}

/// The document every change of the corpus is judged against.
pub(super) fn recorded() -> Document {
    let mut document = Document::new(DocId::mint(DocKind::Household, [9; 16]));
    write(&mut document, 1, &[("head", Some("张伟")), ("village", Some("南浜村"))]);
    write(&mut document, 2, &[("phone", Some("0573"))]);
    write(&mut document, 3, &[("head", Some("张玮")), ("phone", None)]);
    let mut apart = document.clone();
    write(&mut document, 1, &[("note", Some("路灯坏了"))]);
    let change = write(&mut apart, 2, &[("note", Some("路灯不亮"))]);
    reopened(&document, &change)
}

fn stamp(name: u8) -> Stamp {
    let worker = WorkerId::derive(&[&[name]]);
    let actor = ActorId::new(worker, [name; 16], 1);
    Stamp { worker, actor, at: DeviceMillis(1_700_000_000_000 + i64::from(name)) }
}

/// One person's save; gives the change.
fn write(document: &mut Document, name: u8, keys: &[(&str, Option<&str>)]) -> Vec<u8> {
    let mut edit = Edit::new();
    for (key, value) in keys {
        match value {
            Some(value) => edit.put(*key, *value),
            None => edit.remove(*key),
        };
    }
    let change = document.write(stamp(name), edit).expect("the corpus is honest");
    change.expect("every save changes something").bytes
}

fn reopened(document: &Document, change: &[u8]) -> Document {
    Document::open(document.id(), Some(&document.save().expect("a document that is open saves")), [change])
        .expect("the corpus is honest")
}

/// Next changes of people known and new to the document: one key, several, over others' words, and gone.
fn changes() -> Vec<Vec<u8>> {
    let saves: [&[(&str, Option<&str>)]; 6] = [
        &[("head", Some("张三"))],
        &[("fresh", Some("x"))],
        &[("note", Some("路灯修好了"))],
        &[("phone", Some("13800138000")), ("visit/AQEBAQEBAQE", Some("{}")), ("care/elderly", Some("1"))],
        &[("head", None), ("note", None)],
        &[("village", None), ("head", Some(""))],
    ];
    let each = |name| saves.iter().map(move |keys| write(&mut recorded(), name, keys));
    let mut changes: Vec<_> = [1, 2, 9].into_iter().flat_map(each).collect();
    let mut edit = Edit::new();
    edit.put("members", 4).put("noticed", true).put("blob", lianhu_core::Scalar::Bytes(vec![7; 40]));
    for n in 0..30 {
        edit.put(format!("visit/{n}"), "走访，谈了河道的事");
    }
    changes.push(recorded().write(stamp(4), edit).expect("honest").expect("new").bytes);
    changes
}

/// The document at several ages; all under one name.
pub(super) fn documents() -> Vec<Document> {
    let recorded = recorded();
    let mut documents = vec![Document::new(recorded.id()), recorded.clone()];
    documents.extend(changes().iter().step_by(5).map(|change| reopened(&recorded, change)));
    let mut long = recorded;
    for n in 0..40_u8 {
        write(
            &mut long,
            1 + n % 5,
            &[(&format!("visit/{n}"), Some("走访，谈了河道的事")), ("last", Some(&n.to_string()))],
        );
    }
    documents.push(long);
    documents
}

/// The meeting every change of the corpus is judged against: three people have written its minutes, two of them apart.
pub(super) fn minuted() -> Document {
    let mut document = Document::new(DocId::mint(DocKind::Meeting, [9; 16]));
    write(&mut document, 1, &[("title", Some("议事会"))]);
    minute(&mut document, 1, "到会十人。");
    minute(&mut document, 2, "到会十人。\n河道。");
    let mut apart = document.clone();
    minute(&mut document, 1, "到会九人。\n河道清淤。");
    let change = minute(&mut apart, 3, "到会十人。河道，路灯。");
    reopened(&document, &change)
}

/// One person's save of the minutes; gives the change.
fn minute(document: &mut Document, name: u8, text: &str) -> Vec<u8> {
    let mut edit = Edit::new();
    edit.prose(PROSE_KEY, text);
    let change = document.write(stamp(name), edit).expect("the corpus is honest");
    change.expect("every save changes something").bytes
}

/// Next changes in the minutes: one character that comes or goes, several, all of them, with other keys and without.
fn minutes() -> Vec<Vec<u8>> {
    let now = minuted().prose(PROSE_KEY).expect("meetings have prose");
    let without = |letter: &str| now.replace(letter, "");
    let saves = [
        format!("一{now}"),
        now.replace("会", "会者"),
        without("会"),
        without("人"),
        without("到").replace("河", "湖"),
        format!("{now}\n散会。"),
        String::new(),
        "x".repeat(200),
    ];
    let each = |name| saves.iter().map(move |text| minute(&mut minuted(), name, text));
    let mut changes: Vec<_> = [1, 2, 9].into_iter().flat_map(each).collect();
    let mut edit = Edit::new();
    edit.put("place", "村部").remove("title").prose(PROSE_KEY, format!("{now}散会。"));
    changes.push(minuted().write(stamp(4), edit).expect("honest").expect("new").bytes);
    changes
}

/// The meeting at several ages; all under one name.
fn meetings() -> Vec<Document> {
    let minuted = minuted();
    let mut documents = vec![Document::new(minuted.id()), minuted.clone()];
    documents.extend(minutes().iter().step_by(5).map(|change| reopened(&minuted, change)));
    let mut long = minuted;
    for n in 0..12_u8 {
        let now = long.prose(PROSE_KEY).expect("meetings have prose");
        minute(&mut long, 1 + n % 4, &format!("{}。{n}", now.trim_start_matches('到')));
    }
    documents.push(long);
    documents
}

macro_rules! golden {
    ($($name:literal),+ $(,)?) => { [$(include_str!(concat!("../../../sync/golden/", $name, ".hex"))),+].map(unhex) };
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).expect("golden files are hexadecimal");
    text.trim().as_bytes().chunks(2).map(|pair| (digit(&pair[0]) << 4 | digit(&pair[1])) as u8).collect()
}

/// The golden requests, and one that carries real changes.
fn requests() -> Vec<Vec<u8>> {
    let golden =
        golden!["request_empty", "request_full", "request_full_deflate", "request_full_deflate_v1", "request_returned"];
    let mut requests = golden.to_vec();
    let real = wire::decode_request(&golden[0]).expect("golden");
    let doc = lianhu_sync::ids::DocId(recorded().id().to_bytes());
    let changes = vec![DocChanges { doc, changes: changes().into_iter().map(Chunk).collect() }];
    requests.push(wire::encode_request(&Request { changes, ..real }).expect("honest"));
    requests
}

/// The golden replies, and one that carries real changes and documents.
fn replies() -> Vec<Vec<u8>> {
    let golden = golden![
        "reply_empty",
        "reply_flags",
        "reply_verdicts",
        "reply_changes",
        "reply_granted",
        "reply_withdrawn",
        "reply_settled",
        "reply_seals",
        "reply_late",
    ];
    let mut replies = golden.to_vec();
    let real = wire::decode_reply(&golden[0]).expect("golden");
    let doc = lianhu_sync::ids::DocId(recorded().id().to_bytes());
    let mut entries: Vec<_> = documents()
        .iter()
        .map(|document| Entry::Granted {
            doc,
            snapshot: Some(Chunk(document.save().expect("a document that is open saves"))),
            changes: vec![],
        })
        .collect();
    entries.push(Entry::Changes(DocChanges { doc, changes: changes().into_iter().map(Chunk).collect() }));
    replies.push(wire::encode_reply(&Reply { entries, ..real }).expect("honest"));
    replies
}
