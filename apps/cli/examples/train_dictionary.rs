//! Makes the preset dictionary of the wire from the phones of a demo that was kept:
//!
//! ```sh
//! cargo run --release -p lianhu -- demo --exit --members 400 --dir /tmp/sample
//! cargo run --release -p lianhu --example train_dictionary -- /tmp/sample/phones crates/sync/src/dictionary/v1.bin
//! ```
//!
//! What the phones hold as recorded changes is put into requests and replies as a night would send them. The seed's
//! sentences are all made up; the dictionary is shipped with both sides and never changes once a version is released.

#![allow(clippy::print_stdout)]

use std::path::PathBuf;

use lianhu::phone::open_store;
use lianhu_sync::dictionary::train;
use lianhu_sync::ids::{DeviceId, Digest, LogId, Position};
use lianhu_sync::message::{Chunk, DocChanges, Entry, Reply, Request, Verdict};
use lianhu_sync::ports::PhoneStore as _;
use lianhu_sync::wire;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1).map(PathBuf::from);
    let (Some(phones), Some(target)) = (args.next(), args.next()) else {
        return Err("usage: train_dictionary PHONES_FOLDER TARGET_FILE".into());
    };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(phones)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "db"))
        .collect();
    paths.sort();
    let mut samples = Vec::new();
    for path in &paths {
        samples.extend(samples_of(path)?);
    }
    let dictionary = train(&samples);
    std::fs::write(&target, &dictionary)?;
    println!("{} bytes from {} bodies of {} phones", dictionary.len(), samples.len(), paths.len());
    Ok(())
}

/// A request with what the phone last wrote and a reply with what it last received, as far as its store still tells.
fn samples_of(path: &std::path::Path) -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error>> {
    let store = open_store(path).map_err(|why| why.to_string())?;
    let standing = store.standing()?;
    let mut changes = Vec::new();
    for document in store.documents()? {
        // Only what a night brings: rosters move seldom.
        let base = store.base(document.doc)?.unwrap_or_default();
        if base.tail.is_empty() || document.doc.0[0] == 1 {
            continue;
        }
        changes.push(DocChanges { doc: document.doc, changes: base.tail.into_iter().map(Chunk).collect() });
    }
    let verdicts = vec![Verdict::Recorded; changes.iter().map(|doc| doc.changes.len()).sum()];
    let request = Request {
        device: DeviceId::default(),
        log: LogId::default(),
        position: Position(standing.position.0),
        digest: Digest::EMPTY,
        changes: changes.clone(),
        ..Request::default()
    };
    let reply = Reply {
        log: LogId::default(),
        verdicts,
        entries: changes.into_iter().map(Entry::Changes).collect(),
        position: Position(standing.position.0),
        digest: Digest::EMPTY,
        ..Reply::default()
    };
    Ok(vec![wire::payload(&reply)?, wire::payload(&request)?])
}
