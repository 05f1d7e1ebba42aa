//! A malicious township: it has its real key, so every phone believes its signature, and says what harms a phone most.
//!
//! The phone is a real one, on SQLite. Whatever it is told, it neither panics nor loses a word that is not settled, opens
//! again, and is whole again once an honest township answers it. What such a township can do all the same is said in
//! `docs/security.md`, and tried here too.

use std::cell::Cell;
use std::collections::BTreeSet;

use lianhu_core::matter::MatterForm;
use lianhu_core::{DocId, Document, Scalar};
use lianhu_crypto::SymmetricKey;
use lianhu_device::{
    Answer, Locked, Signature, SyncError, SyncReport, Transport, TransportError, Workbook, WorkbookError,
};
use lianhu_store::{Lock, Phone, PhoneOptions, StoreError};
use lianhu_sync::ids::{Digest, LogId, Position, ServerMillis};
use lianhu_sync::limits::{MAX_REPLY_BYTES, MAX_ROUND_TRIPS};
use lianhu_sync::message::{Chunk, DocHeads, Entry, HeldReason, Order, RefusedCode, Reply, Request, Verdict};
use lianhu_sync::ports::PhoneStore as _;
use lianhu_sync::signature::sign_reply;
use lianhu_sync::signed::{Certificate, Signed, TownshipKey};
use lianhu_sync::wire;
use lianhu_testkit::permissions::SUBJECTS;

use super::trust::enrolment;
use super::world::{Pocket, WANG, World, entry, home, sent, village, visit};

/// A phone on a file.
pub(super) type FilePhone = Workbook<Phone, Pocket>;

/// What Wang wrote and the township has.
const RECORDED: &str = "已记录：装好了扶手";
/// What Wang wrote and nobody else has: two visits, an entry of the diary, a matter.
pub(super) const UNSETTLED: [&str; 4] = ["未定：想修路灯", "未定：缺一种药", "未定：今天走了三户", "未定：河边缺栏杆"];

/// What a malicious township answers with.
pub(super) enum Said {
    Reply(Box<Reply>),
    Body(Vec<u8>),
    Refusal(&'static str),
}

impl From<Reply> for Said {
    fn from(reply: Reply) -> Self {
        Said::Reply(Box::new(reply))
    }
}

/// An honest township's folder, a phone's folder, and the line between them in hostile hands.
pub(super) struct Room {
    pub(super) world: World,
    folder: tempfile::TempDir,
    opened: Cell<u64>,
}

/// The line: it answers in the township's own name.
struct Line<'a, F> {
    world: &'a World,
    say: F,
    asked: usize,
}

impl<F: FnMut(&Request) -> Said> Transport for Line<'_, F> {
    fn send(&mut self, body: &[u8], _: &Signature) -> Result<Answer, TransportError> {
        self.asked += 1;
        let request = wire::decode_request(body).unwrap();
        let (said, refused) = match (self.say)(&request) {
            Said::Reply(reply) => (wire::encode_reply(&reply).expect("hostile, and yet a reply"), false),
            Said::Body(body) => (body, false),
            Said::Refusal(told) => (told.as_bytes().to_vec(), true),
        };
        let known = request.knows.unwrap_or(0);
        let sign = |keys: &crate::trust::Keys| Some(sign_reply(&keys.known_as(known)?.secret, body, &said));
        let signature = Some(self.world.town.with_keys(sign).unwrap());
        let answer = Answer { body: said, signature };
        if refused {
            return Err(TransportError::Answered { status: 403, code: "told".to_owned(), signed: Some(answer) });
        }
        Ok(answer)
    }
}

impl Room {
    /// Wang's phone has seen the honest township once, and holds words the township has and words it has not.
    pub(super) fn new() -> (Self, FilePhone) {
        let room = Room { world: World::new(), folder: tempfile::tempdir().unwrap(), opened: Cell::new(0) };
        let (device, pocket, reply) = enrolment(&room.world, WANG);
        let mut wang = Workbook::create_enrolled(room.store(), pocket, device, reply, "").unwrap();
        room.world.sync(&mut wang);
        wang.households().visit(home(1), visit(RECORDED)).unwrap();
        assert!(room.world.sync(&mut wang).proven);
        wang.households().visit(home(1), visit(UNSETTLED[0])).unwrap();
        wang.households().visit(home(2), visit(UNSETTLED[1])).unwrap();
        wang.diary().write(entry(UNSETTLED[2])).unwrap();
        wang.matters().raise(MatterForm { title: UNSETTLED[3].into(), ..MatterForm::default() }).unwrap();
        (room, wang)
    }

    fn store(&self) -> Phone {
        let options = PhoneOptions::new(Lock::Keystore(SymmetricKey([5; 32])));
        Phone::open(self.folder.path().join("phone.db"), options).unwrap()
    }

    /// The phone closed and opened again: its file is sound.
    pub(super) fn reopened(&self, phone: FilePhone) -> FilePhone {
        drop(phone);
        let store = self.store();
        assert_eq!(store.integrity_problems().unwrap(), Vec::<String>::new());
        assert!(!store.looks_copied());
        self.opened.set(self.opened.get() + 1);
        Workbook::open(store, self.world.pocket(self.opened.get())).unwrap()
    }

    /// One sync with the malicious township; no more is asked of it than the limits say.
    pub(super) fn attacked(
        &self,
        phone: &mut FilePhone,
        say: impl FnMut(&Request) -> Said,
    ) -> Result<SyncReport, SyncError<StoreError>> {
        let mut line = Line { world: &self.world, say, asked: 0 };
        let report = phone.sync(&mut line);
        assert!(line.asked <= 3 * MAX_ROUND_TRIPS, "{} times", line.asked);
        report
    }

    /// After an attack: the phone opens again and has every word that is not settled.
    #[track_caller]
    pub(super) fn stands(&self, phone: FilePhone, what: &str) -> FilePhone {
        let mut phone = self.reopened(phone);
        let told = readable(&mut phone);
        for words in UNSETTLED {
            assert!(told.contains(words), "{what}: {words} is nowhere");
        }
        phone
    }

    /// The honest township answers: the phone holds what it is to hold, and what was not settled is there or before its
    /// author.
    #[track_caller]
    pub(super) fn heals(&self, mut phone: FilePhone, what: &str) -> FilePhone {
        let mut report = self.world.sync(&mut phone);
        for _ in 0..3 {
            report = self.world.sync(&mut phone);
        }
        assert!(report.proven, "{what}: {report:?}");
        let mut phone = self.stands(phone, what);
        let told = readable(&mut phone);
        assert!(told.contains(RECORDED), "{what}");
        phone
    }

    /// The words of Wang's that are in the honest township's log.
    pub(super) fn arrived(&self, phone: &FilePhone) -> Vec<&'static str> {
        let kinds = SUBJECTS.iter().map(|subject| subject.kind);
        let ids: BTreeSet<DocId> =
            kinds.flat_map(|kind| phone.documents(kind).unwrap().into_iter()).map(|listed| listed.id).collect();
        let told: String = ids.into_iter().flat_map(|id| texts(&self.world.town.document(id).unwrap())).collect();
        UNSETTLED.into_iter().filter(|words| told.contains(words)).collect()
    }
}

fn texts(document: &Document) -> Vec<String> {
    document.list("").into_iter().filter_map(|(_, field)| field.value.as_text().map(str::to_owned)).collect()
}

/// Every text a person can find on a phone: in its documents, and under what needs attention.
pub(super) fn readable(phone: &mut FilePhone) -> String {
    let mut told = String::new();
    let kinds: BTreeSet<_> = SUBJECTS.iter().map(|subject| subject.kind).collect();
    for kind in kinds {
        for listed in phone.documents(kind).unwrap() {
            if let Ok(page) = phone.read(listed.id, texts) {
                page.content.iter().for_each(|text| told.push_str(text));
            }
        }
    }
    for attention in phone.needs_attention().unwrap() {
        for (_, value) in attention.words {
            if let Some(Scalar::Text(text)) = value {
                told.push_str(text.as_str());
            }
        }
    }
    told
}

/// A verdict that decides nothing.
pub(super) fn later() -> Verdict {
    refused(RefusedCode::MissingDependency)
}

fn refused(code: RefusedCode) -> Verdict {
    Verdict::Refused { code, reason: "不行".to_owned() }
}

/// A reply that says this of each change, and nothing else.
pub(super) fn verdicts(request: &Request, verdict: &Verdict) -> Reply {
    let changes = request.changes.iter().map(|doc| doc.changes.len()).sum();
    Reply {
        log: request.log,
        position: request.position,
        digest: request.digest,
        verdicts: vec![verdict.clone(); changes],
        server_time: ServerMillis(1_795_435_200_000),
        ..Reply::default()
    }
}

/// The documents a township knows this phone holds.
fn held() -> [DocId; 3] {
    [village(), home(1), home(2)]
}

fn withdrawn() -> Vec<Entry> {
    held().map(|doc| Entry::Withdrawn { doc: sent(doc) }).to_vec()
}

/// Attacks that end with every word at the honest township, as if nothing had been.
#[test]
fn a_phone_that_was_told_anything_but_a_final_no_ends_with_every_word_at_the_honest_township() {
    type Say = fn(usize, &Request) -> Said;
    let attacks: [(&str, Say); 18] = [
        ("everything is recorded", |_, request| verdicts(request, &Verdict::Recorded).into()),
        ("everything was known", |_, request| verdicts(request, &Verdict::Known).into()),
        ("everything is recorded, late, at the beginning of time", |_, request| {
            let reply = verdicts(request, &Verdict::Recorded);
            let late = Some((0..u32::try_from(reply.verdicts.len()).unwrap()).collect());
            Reply { late, server_time: ServerMillis(i64::MIN), ..reply }.into()
        }),
        ("everything is recorded at the end of time, and let nobody come for a century", |_, request| {
            let reply = verdicts(request, &Verdict::Recorded);
            Reply { retry_after_s: Some(u32::MAX), server_time: ServerMillis(i64::MAX), ..reply }.into()
        }),
        ("let nobody come for a century", |_, request| {
            Reply { retry_after_s: Some(u32::MAX), ..verdicts(request, &later()) }.into()
        }),
        ("everything is withdrawn", |_, request| Reply { entries: withdrawn(), ..verdicts(request, &later()) }.into()),
        ("twenty thousand documents nobody has are withdrawn", |_, request| {
            let entries = (0..20_000_u32).map(|n| {
                let id = [&[4; 12][..], &n.to_be_bytes()].concat();
                Entry::Withdrawn { doc: lianhu_sync::ids::DocId(id.try_into().unwrap()) }
            });
            Reply { entries: entries.collect(), ..verdicts(request, &later()) }.into()
        }),
        ("what was never sent is recorded", |_, request| {
            let settled = |n| {
                let hash = lianhu_sync::ids::ChangeHash([n; 32]);
                Entry::Settled { doc: sent(home(1)), hash, verdict: Verdict::Recorded }
            };
            Reply { entries: (0..200).map(settled).collect(), ..verdicts(request, &later()) }.into()
        }),
        ("another log each time", |asked, request| {
            let log = LogId((asked as u128 + 77).to_be_bytes());
            Reply { log, list_heads: true, more: true, ..verdicts(request, &later()) }.into()
        }),
        ("no log", |_, request| Reply { log: LogId::default(), ..verdicts(request, &later()) }.into()),
        ("there is always more", |asked, request| {
            let position = Position(asked as u64);
            Reply { position, more: true, ..verdicts(request, &later()) }.into()
        }),
        ("there is always more, and nothing moves", |_, request| {
            Reply { more: true, list_heads: true, ..verdicts(request, &later()) }.into()
        }),
        ("back to the beginning", |_, request| Reply { position: Position(0), ..verdicts(request, &later()) }.into()),
        ("on to the end of all positions", |_, request| {
            Reply { position: Position(u64::MAX), ..verdicts(request, &later()) }.into()
        }),
        ("positions that go back", |asked, request| {
            let position = Position(1_000_000 - asked as u64);
            Reply { position, more: asked < 40, ..verdicts(request, &later()) }.into()
        }),
        ("you hold nothing", |_, request| Reply { digest: Digest::EMPTY, ..verdicts(request, &later()) }.into()),
        ("you hold what nobody holds", |asked, request| {
            let digest = Digest::from_bytes((asked as u128 + 5).to_be_bytes());
            Reply { digest, list_heads: asked.is_multiple_of(2), ..verdicts(request, &later()) }.into()
        }),
        ("give everything back", |_, request| {
            let wanted = held().map(|doc| DocHeads { doc: sent(doc), heads: Default::default() });
            Reply { wanted: Some(wanted.to_vec()), ..verdicts(request, &later()) }.into()
        }),
    ];
    for (what, say) in attacks {
        let (room, mut wang) = Room::new();
        let mut asked = 0;
        let told = room.attacked(&mut wang, |request| {
            asked += 1;
            say(asked, request)
        });
        assert!(told.is_ok(), "{what}: {told:?}");
        let wang = room.stands(wang, what);
        let wang = room.heals(wang, what);
        assert_eq!(room.arrived(&wang), UNSETTLED, "{what}");
        assert_eq!(wang.status().unwrap().kept, 0, "{what}");
    }
}

#[test]
fn a_phone_that_was_told_no_by_whatever_code_keeps_the_words_before_its_author() {
    let unknown = RefusedCode::Other(99);
    for code in RefusedCode::NAMED.iter().copied().chain([unknown]) {
        for and_withdrawn in [false, true] {
            let what = format!("{code:?}, withdrawn: {and_withdrawn}");
            let (room, mut wang) = Room::new();
            for _ in 0..3 {
                let say = |request: &Request| {
                    let entries = if and_withdrawn { withdrawn() } else { Vec::new() };
                    Reply { entries, ..verdicts(request, &refused(code)) }.into()
                };
                let told = room.attacked(&mut wang, say);
                assert!(told.is_ok(), "{what}: {told:?}");
                wang = room.stands(wang, &what);
            }
            room.heals(wang, &what);
        }
    }
}

#[test]
fn what_a_township_claims_to_hold_stays_readable_and_is_sent_again_to_another_life_of_the_log() {
    for reason in HeldReason::NAMED.iter().copied().chain([HeldReason::Other(99)]) {
        let (room, mut wang) = Room::new();
        let say = |request: &Request| verdicts(request, &Verdict::Held { reason }).into();
        room.attacked(&mut wang, say).unwrap();
        let wang = room.heals(wang, "held");
        assert_eq!((wang.status().unwrap().held, room.arrived(&wang).len()), (4, 0));
    }
}

#[test]
fn a_body_that_is_no_reply_changes_nothing_however_well_it_is_signed() {
    let (room, mut wang) = Room::new();
    let before = (wang.store().standing().unwrap(), wang.store().pending(None).unwrap());
    let nested = [b"LH\x01\x00".to_vec(), vec![0x81; 1 << 20]].concat();
    let promised = [b"LH\x01\x00".to_vec(), vec![0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]].concat();
    let items = [b"LH\x01\x00".to_vec(), vec![0x9a, 0, 0x40, 0, 0], vec![0; 0x40_0000]].concat();
    let large = [b"LH\x01\x00".to_vec(), vec![0; MAX_REPLY_BYTES]].concat();
    for body in [Vec::new(), vec![0; 4], nested, promised, items, large] {
        let told = room.attacked(&mut wang, |_| Said::Body(body.clone()));
        assert!(matches!(told, Err(SyncError::Wire(_))), "{told:?}");
    }
    let whole = {
        let mut honest = None;
        let _ = room.attacked(&mut wang, |request| {
            let reply = Reply { entries: withdrawn(), ..verdicts(request, &Verdict::Recorded) };
            honest = Some(wire::encode_reply(&reply).unwrap());
            Said::Body(Vec::new())
        });
        honest.unwrap()
    };
    for length in 0..whole.len() {
        let told = room.attacked(&mut wang, |_| Said::Body(whole[..length].to_vec()));
        assert!(matches!(told, Err(SyncError::Wire(_))), "{length} bytes: {told:?}");
    }
    assert_eq!((wang.store().standing().unwrap(), wang.store().pending(None).unwrap()), before);
    for other in [-1_isize, 1] {
        let told = room.attacked(&mut wang, |request| {
            let mut reply = verdicts(request, &Verdict::Recorded);
            reply.verdicts.resize(reply.verdicts.len().saturating_add_signed(other), Verdict::Recorded);
            reply.into()
        });
        assert!(matches!(told, Err(SyncError::NotThisRequest)), "{told:?}");
    }
    let wang = room.stands(wang, "no reply");
    let wang = room.heals(wang, "no reply");
    assert_eq!(room.arrived(&wang), UNSETTLED);
}

#[test]
fn a_signed_refusal_locks_at_most_and_takes_nothing() {
    let refusals = [
        ("no JSON", "{"),
        ("deep JSON", include_str!("../../../../docs/protocol.md")),
        ("a code nobody knows", r#"{"code":"obey"}"#),
        ("a number at the end of all numbers", r#"{"code":"replayed","last":18446744073709551615}"#),
        ("a number far ahead", r#"{"code":"replayed","last":4611686018427387903}"#),
    ];
    for (what, refusal) in refusals {
        let (room, mut wang) = Room::new();
        for _ in 0..3 {
            assert!(room.attacked(&mut wang, |_| Said::Refusal(refusal)).is_err(), "{what}");
        }
        let wang = room.stands(wang, what);
        let wang = room.heals(wang, what);
        assert_eq!(room.arrived(&wang), UNSETTLED, "{what}");
    }
    // Revoked is for ever to a person; what was written still goes to the township, and a new enrolment unlocks it.
    let (room, mut wang) = Room::new();
    assert!(room.attacked(&mut wang, |_| Said::Refusal(r#"{"code":"revoked_device"}"#)).is_err());
    let mut wang = room.reopened(wang);
    assert_eq!(wang.locked(), Some(Locked::Revoked));
    assert!(matches!(wang.needs_attention(), Err(WorkbookError::Locked(Locked::Revoked))));
    assert_eq!((room.world.sync(&mut wang).recorded, room.world.counters().held), (4, 0));
}

#[test]
fn a_certificate_for_no_time_at_all_locks_a_phone_until_the_honest_township_answers_once() {
    for good_for_days in [0, u32::MAX] {
        let (room, mut wang) = Room::new();
        let kept = Signed::from_bytes(&wang.certificate().unwrap()).unwrap();
        let certificate = Certificate { good_for_days, ..kept.read().unwrap() };
        let say = |request: &Request| {
            let signed = |keys: &crate::trust::Keys| Some(Signed::by(&keys.known_as(0)?.secret, &certificate));
            let certificate = Some(room.world.town.with_keys(signed).unwrap());
            Reply { certificate, ..verdicts(request, &later()) }.into()
        };
        room.attacked(&mut wang, say).unwrap();
        let wang = room.reopened(wang);
        assert_eq!(wang.locked(), (good_for_days == 0).then_some(Locked::LeaseOver));
        let wang = room.heals(wang, "a certificate");
        assert_eq!((wang.locked(), room.arrived(&wang)), (None, UNSETTLED.to_vec()));
    }
}

#[test]
fn what_the_key_can_do_by_design_it_does_wipe_a_phone_hand_it_to_another_key_and_take_what_it_called_recorded() {
    // A wipe is obeyed and destroys everything.
    let (room, mut wang) = Room::new();
    let say = |request: &Request| Reply { order: Some(Order::Wipe), ..verdicts(request, &later()) }.into();
    assert!(room.attacked(&mut wang, say).unwrap().destroyed);
    assert_eq!(wang.store().pending(None).unwrap(), []);

    // An order nobody knows is not obeyed.
    let (room, mut wang) = Room::new();
    let say = |request: &Request| Reply { order: Some(Order::Other(9)), ..verdicts(request, &later()) }.into();
    assert!(!room.attacked(&mut wang, say).unwrap().destroyed);
    let _ = room.heals(wang, "an order nobody knows");

    // A phone follows the key from one to the next, whoever has the next one; its words stay where they are.
    let (room, mut wang) = Room::new();
    let theirs = lianhu_crypto::SecretKey::from_seed(lianhu_crypto::Suite::International, &[66; 32]).unwrap();
    let next = TownshipKey { number: 1, public_key: theirs.public().to_bytes(), since: ServerMillis(0) };
    let say = |request: &Request| {
        let signed = |keys: &crate::trust::Keys| Some(Signed::by(&keys.known_as(0)?.secret, &next));
        let keys = Some(vec![room.world.town.with_keys(signed).unwrap()]);
        Reply { keys, ..verdicts(request, &later()) }.into()
    };
    room.attacked(&mut wang, say).unwrap();
    let wang = room.stands(wang, "another key");
    assert_eq!(wang.township().unwrap().number, 1);

    // What it calls recorded and withdraws in one breath leaves the phone.
    let (room, mut wang) = Room::new();
    let say = |request: &Request| Reply { entries: withdrawn(), ..verdicts(request, &Verdict::Recorded) }.into();
    room.attacked(&mut wang, say).unwrap();
    let mut wang = room.reopened(wang);
    let told = readable(&mut wang);
    assert_eq!(UNSETTLED.map(|words| told.contains(words)), [false, false, true, true]);
}

/// A document as a township would send it, whole.
pub(super) fn granted(doc: DocId, document: &Document) -> Entry {
    Entry::Granted { doc: sent(doc), snapshot: Some(Chunk(document.save().unwrap())), changes: Vec::new() }
}
