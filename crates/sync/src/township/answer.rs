//! What a phone is told: nothing, a page of the log, or a repair of what it listed.

use std::collections::BTreeMap;

use super::Counters;
use crate::ids::{DocId, Heads, LogId, Position, ServerMillis};
use crate::limits::{MAX_CHANGES, REPLY_BUDGET_BYTES};
use crate::message::{Chunk, DocHeads, Entry, Holds, Reply, Request, Verdict};
use crate::ports::{Caller, Page, RecordedDoc, Standing, TownshipReader};
use crate::seal::Seal;

/// Bytes an entry without content takes, about.
const ENTRY_BYTES: usize = 24;

pub(super) fn answer<R: TownshipReader>(
    reader: &R,
    caller: Caller,
    request: &Request,
    verdicts: Vec<Verdict>,
    now: ServerMillis,
    counters: &mut Counters,
) -> Result<Reply, R::Error> {
    let standing = reader.standing(caller.reader)?;
    let budget = request.budget.map_or(REPLY_BUDGET_BYTES, |bytes| (bytes as usize).min(REPLY_BUDGET_BYTES));
    let mut reply = Reply {
        log: standing.log,
        verdicts,
        entries: Vec::new(),
        position: standing.head,
        digest: standing.digest,
        more: false,
        list_heads: false,
        retry_after_s: None,
        server_time: now,
        seals: None,
        late: None,
        ..Reply::default()
    };
    match (plan(request, &standing), &request.holds) {
        (_, Some(holds)) => repair(reader, caller, request, holds, &standing, budget, &mut reply, counters)?,
        (Plan::Nothing, None) => {
            // Nobody wrote, and yet the phone holds something else: the list is asked for at once.
            reply.list_heads = request.changes.is_empty() && request.digest != standing.digest;
        }
        (Plan::Page(after), None) => {
            let Page { entries, position, more } = reader.page(caller.reader, caller.device, after, budget)?;
            (reply.entries, reply.position, reply.more) = (entries, position, more);
        }
        // From here on the phone follows this log; what came before, the list will settle.
        (Plan::AskForList, None) => (reply.list_heads, reply.more) = (true, true),
    }
    count(&reply, counters);
    let spoken_of = reply.spoken_of(request).into_iter();
    let seals = spoken_of.map(|doc| seal(reader, &standing, doc)).collect::<Result<Vec<_>, _>>()?;
    reply.seals = Some(seals).filter(|seals| !seals.is_empty());
    Ok(reply)
}

/// The township's word on where a document stands now; none for a blank one.
fn seal<R: TownshipReader>(reader: &R, standing: &Standing, doc: DocId) -> Result<Option<Seal>, R::Error> {
    let heads = reader.heads(doc)?;
    Ok((!heads.is_empty()).then(|| standing.seals.seal(doc, &heads)))
}

enum Plan {
    Nothing,
    Page(Position),
    AskForList,
}

/// What a request without a list gets.
fn plan(request: &Request, standing: &Standing) -> Plan {
    if request.log == LogId::default() {
        // First contact: a phone that knows nothing is told everything from the beginning.
        Plan::Page(Position::default())
    } else if request.log != standing.log || request.position > standing.head {
        // Its position means nothing here. Equal digests say the same as a list would.
        if request.changes.is_empty() && request.digest == standing.digest { Plan::Nothing } else { Plan::AskForList }
    } else if standing.newest <= request.position {
        Plan::Nothing
    } else {
        Plan::Page(request.position)
    }
}

/// Compares one range of what the phone holds with what it may read, in the order of ids, until the budget is filled.
///
/// The position stays where it is: whatever happens while the pieces of a list are compared is paged afterwards. A range
/// that is cut short is resumed after the last entry's document.
#[expect(clippy::too_many_arguments, reason = "one step of `answer`, cut out to be read by itself")]
fn repair<R: TownshipReader>(
    reader: &R,
    caller: Caller,
    request: &Request,
    holds: &Holds,
    standing: &Standing,
    budget: usize,
    reply: &mut Reply,
    counters: &mut Counters,
) -> Result<(), R::Error> {
    let in_range =
        |doc: DocId| holds.after.is_none_or(|after| doc > after) && holds.until.is_none_or(|until| doc <= until);
    let readable: BTreeMap<DocId, Heads> = reader
        .readable(caller.reader)?
        .into_iter()
        .filter(|(doc, heads)| in_range(*doc) && !heads.is_empty())
        .collect();
    let held: BTreeMap<DocId, &Heads> = holds.docs.iter().map(|doc| (doc.doc, &doc.heads)).collect();
    let mut different: Vec<(DocId, bool)> = readable
        .iter()
        .filter(|(doc, heads)| held.get(doc) != Some(heads))
        .map(|(doc, _)| (*doc, true))
        .chain(held.keys().filter(|doc| !readable.contains_key(doc)).map(|doc| (*doc, false)))
        .collect();
    different.sort_unstable();

    let (mut bytes, mut changes) = (0, 0);
    let mut wanted = Vec::new();
    for (doc, may_read) in different {
        let lacks = match held.get(&doc) {
            Some(heads) => lacks_any(reader, doc, heads)?,
            None => false,
        };
        if lacks {
            wanted.push(DocHeads { doc, heads: reader.heads(doc)? });
        }
        // Who may read it is known only once it is here again: nothing is taken from a phone that has more than we have.
        // A document never recorded here was lost, not withdrawn: an empty township empties no phone.
        if lacks && !may_read {
            continue;
        }
        let Some(recorded) = reader.document(doc)? else { continue };
        counters.documents_loaded += 1;
        let (entry, entry_bytes, entry_changes) = match may_read {
            true => granted(recorded),
            false => (Entry::Withdrawn { doc }, ENTRY_BYTES, 0),
        };
        let full = bytes + entry_bytes > budget || changes + entry_changes > MAX_CHANGES;
        if full && !reply.entries.is_empty() {
            reply.list_heads = true;
            break;
        }
        bytes += entry_bytes;
        changes += entry_changes;
        reply.entries.push(entry);
    }
    reply.wanted = Some(wanted).filter(|wanted| !wanted.is_empty());
    // A list says nothing about verdicts the office gave meanwhile: those are paged afterwards, from where the phone was.
    if request.log == standing.log && request.position <= standing.head {
        reply.position = request.position;
    }
    reply.more = reply.list_heads || standing.newest > reply.position;
    Ok(())
}

/// Whether a phone holds heads that this log has not recorded.
fn lacks_any<R: TownshipReader>(reader: &R, doc: DocId, heads: &Heads) -> Result<bool, R::Error> {
    for hash in heads.hashes() {
        if reader.verdict(doc, *hash)? != Some(Verdict::Recorded) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn granted(recorded: RecordedDoc) -> (Entry, usize, usize) {
    let RecordedDoc { doc, snapshot, tail, .. } = recorded;
    let bytes = snapshot.iter().chain(&tail).map(|part| part.len() + 4).sum::<usize>() + ENTRY_BYTES;
    let changes = tail.len();
    (
        Entry::Granted { doc, snapshot: snapshot.map(Chunk), changes: tail.into_iter().map(Chunk).collect() },
        bytes,
        changes,
    )
}

fn count(reply: &Reply, counters: &mut Counters) {
    counters.entries = u32::try_from(reply.entries.len()).unwrap_or(u32::MAX);
    for entry in &reply.entries {
        let chunks = match entry {
            Entry::Changes(doc) => &doc.changes,
            Entry::Granted { snapshot, changes, .. } => {
                counters.entry_bytes += snapshot.as_ref().map_or(0, |Chunk(bytes)| bytes.len() as u64);
                changes
            }
            Entry::Withdrawn { .. } | Entry::Settled { .. } => continue,
        };
        counters.entry_bytes += chunks.iter().map(|Chunk(bytes)| bytes.len() as u64).sum::<u64>();
    }
}
