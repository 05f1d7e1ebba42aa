//! Fuzzing: what comes from the network is taken apart, damaged and put together again, and whatever it is by then, the
//! decoders and the gate answer it.
//!
//! One design for three uses: a few thousand mutants in this crate's tests, millions with `cargo xtask fuzz` (which also
//! measures time and memory), and coverage-guided ones with `cargo fuzz` (both in `fuzz/`). A carrier's file, once there
//! is one, is the next target here.

mod chunk;
mod corpus;
mod dice;
mod message;
mod shapes;

pub use chunk::fix_checksum;
pub use corpus::corpus;
pub use dice::Dice;
pub use shapes::{hostile_changes, hostile_documents};

use lianhu_core::gate::{Scan, Trial, TrialVerdict, open_snapshot, scan, trial};
use lianhu_core::{ActorId, ChangeHash, DeviceMillis, Document, Edit, PROSE_KEY, Stamp, WorkerId, views};
use lianhu_sync::message::{Reply, Request};
use lianhu_sync::wire;

/// Bytes of the largest input that is tried: more than an honest night's, less than the decoders' own bounds.
pub const MAX_INPUT_BYTES: usize = 64 << 10;

/// What is fuzzed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A request's body, as the township receives it.
    Request,
    /// A reply's body, as a phone receives it.
    Reply,
    /// A change chunk, on its way into a document: scan and trial.
    Change,
    /// A document chunk, opened as it comes.
    Document,
    /// A change chunk on its way into a meeting, whose prose it may change.
    Prose,
    /// A meeting's document chunk, prose and all.
    Meeting,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 6] =
        [Target::Request, Target::Reply, Target::Change, Target::Document, Target::Prose, Target::Meeting];

    /// Whether its inputs are chunks, whose checksum a mutant had better keep.
    pub const fn is_chunk(self) -> bool {
        !matches!(self, Target::Request | Target::Reply)
    }

    /// Its name, which is that of its folder in the corpus.
    pub const fn name(self) -> &'static str {
        match self {
            Target::Request => "request",
            Target::Reply => "reply",
            Target::Change => "change",
            Target::Document => "document",
            Target::Prose => "prose",
            Target::Meeting => "meeting",
        }
    }
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was refused from its bytes alone.
    Refused,
    /// A change that passed the scan and was refused by the trial.
    Tried,
    /// It was taken: a message decoded, a change admitted, a document opened.
    Taken,
}

/// A mutant of `input`, which may be a mutant itself; at most [`MAX_INPUT_BYTES`] long.
pub fn mutate(target: Target, input: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = match target {
        Target::Request | Target::Reply => message::mutate(input, dice),
        _ => chunk::mutate(input, dice),
    };
    bytes.truncate(MAX_INPUT_BYTES);
    bytes
}

/// What a target said to an input, before anybody looked whether it is true.
pub enum Answer {
    /// Refused from its bytes alone.
    Refused,
    /// A request.
    Request(Box<Request>),
    /// A reply.
    Reply(Box<Reply>),
    /// A change that passed the scan, and its trial, on the document it was meant for.
    Change(Box<(Document, Scan, Trial)>),
    /// A document.
    Document(Box<Document>),
}

/// Puts inputs before their target and holds the answer against what must be true of it.
pub struct Judge {
    household: Document,
    meeting: Document,
    heads: [Vec<ChangeHash>; 2],
}

impl Default for Judge {
    fn default() -> Self {
        let (household, meeting) = (corpus::recorded(), corpus::minuted());
        Judge { heads: [household.heads(), meeting.heads()], household, meeting }
    }
}

impl Judge {
    /// Asks and checks. Panics when the target breaks a promise; callers wrap many of these in
    /// [`on_large_stack`](lianhu_core::gate::on_large_stack).
    pub fn judge(&self, target: Target, bytes: &[u8]) -> Fate {
        self.check(self.ask(target, bytes))
    }

    /// Puts one input before its target: exactly the work that a stranger's bytes can cause.
    pub fn ask(&self, target: Target, bytes: &[u8]) -> Answer {
        let document = match target {
            Target::Prose | Target::Meeting => &self.meeting,
            _ => &self.household,
        };
        let answer = match target {
            Target::Request => wire::decode_request(bytes).ok().map(|it| Answer::Request(Box::new(it))),
            Target::Reply => wire::decode_reply(bytes).ok().map(|it| Answer::Reply(Box::new(it))),
            Target::Document | Target::Meeting => {
                open_snapshot(document.id(), Some(bytes), []).ok().map(|it| Answer::Document(Box::new(it)))
            }
            Target::Change | Target::Prose => scan(bytes).ok().map(|scan| {
                let tried = trial(document, std::slice::from_ref(&scan));
                Answer::Change(Box::new((document.clone(), scan, tried)))
            }),
        };
        answer.unwrap_or(Answer::Refused)
    }

    /// Panics unless the answer keeps what the target promises.
    pub fn check(&self, answer: Answer) -> Fate {
        match answer {
            Answer::Refused => Fate::Refused,
            Answer::Request(request) => said_again(&*request, wire::decode_request, wire::encode_request),
            Answer::Reply(reply) => said_again(&*reply, wire::decode_reply, wire::encode_reply),
            Answer::Change(change) => self.change(&change.0, &change.1, &change.2),
            Answer::Document(found) => document(*found),
        }
    }

    /// What the gate lets in opens again and can be written on; what it refuses leaves the document alone.
    fn change(&self, document: &Document, scan: &Scan, tried: &Trial) -> Fate {
        every_operation_is_shown(scan);
        let heads = document.heads();
        let ours = [self.household.heads(), self.meeting.heads()];
        assert_eq!(ours, self.heads, "a trial leaves the documents alone");
        match tried.verdicts[..] {
            [TrialVerdict::Admitted] => {}
            [TrialVerdict::AlreadyHeld] => panic!("the corpus holds no change of the document itself"),
            _ => {
                assert_eq!(tried.heads, heads, "what is refused is not in the document");
                return Fate::Tried;
            }
        }
        let id = document.id();
        let reopened = open_snapshot(id, Some(&tried.saved().expect("what is admitted can be saved")), [])
            .expect("what is admitted opens again");
        assert_eq!(reopened.heads(), tried.heads);
        let replayed =
            Document::open(id, Some(&document.save().expect("a document that is open saves")), [scan.bytes()])
                .expect("what is admitted applies");
        assert!(says_the_same(&replayed, &reopened));
        usable(reopened);
        Fate::Taken
    }
}

/// Each operation on a key is one of the words; what comes into prose is in its passages, and what goes is mentioned.
fn every_operation_is_shown(scan: &Scan) {
    let words = scan.words();
    let of_prose = |key: &str| key == PROSE_KEY;
    let passages = words.iter().filter_map(|(key, said)| said.as_ref().filter(|_| of_prose(key))?.as_text());
    let letters: usize = passages.map(|passage| passage.chars().count()).sum();
    let shown = letters + words.iter().filter(|(key, _)| !of_prose(key)).count();
    let deletes = words.iter().any(|(key, said)| of_prose(key) && said.is_none());
    assert!(shown + usize::from(deletes) <= scan.ops(), "nothing is shown that is not there");
    assert!(deletes || shown == scan.ops(), "every operation can be shown to its author");
}

/// A document that opens is what it says, and can be read and written on.
fn document(found: Document) -> Fate {
    let again = open_snapshot(found.id(), Some(&found.save().expect("a document that is open saves")), [])
        .expect("what was opened opens again");
    assert_eq!(again.heads(), found.heads());
    assert!(says_the_same(&again, &found));
    usable(found);
    Fate::Taken
}

fn says_the_same(one: &Document, other: &Document) -> bool {
    one.list("") == other.list("") && one.prose(PROSE_KEY) == other.prose(PROSE_KEY)
}

/// What decodes can be said again, and says the same.
fn said_again<M: PartialEq>(
    message: &M,
    decode: impl Fn(&[u8]) -> Result<M, wire::WireError>,
    encode: impl Fn(&M) -> Result<Vec<u8>, wire::WireError>,
) -> Fate {
    let again = encode(message).expect("what was decoded is within every limit");
    assert!(decode(&again).is_ok_and(|again| again == *message), "a message says the same when it is said again");
    Fate::Taken
}

fn usable(mut document: Document) {
    let _rows = views::project(&document);
    let worker = WorkerId::derive(&[b"next"]);
    let stamp = Stamp { worker, actor: ActorId::new(worker, [8; 16], 0), at: DeviceMillis(0) };
    let mut edit = Edit::new();
    edit.put("after", "z");
    if document.prose(PROSE_KEY).is_some() {
        edit.prose_added(PROSE_KEY, "z");
    }
    document.write(stamp, edit).expect("a document that was let in can be written on");
    let _saved = document.save().expect("a document that is open saves");
}
