//! Every bound of the server that is its own, in one place. What a message may hold is bounded in `lianhu_sync::limits`.

use std::time::Duration;

use crate::meter::Measure;

/// Exchanges under way at once. Each holds a thread while it waits for its commit, and one commit to disk gathers all
/// that wait.
pub(crate) const EXCHANGES_AT_ONCE: usize = 64;
/// Phones let in, those under way and those that wait their turn. Each may hold a whole body in memory; the others are
/// asked to come back.
pub(crate) const PHONES_LET_IN: usize = 512;
/// Phones of one address let in at once: a village behind one router fits, and one machine that never finishes its
/// requests leaves room for everybody else.
pub(crate) const LET_IN_OF_ONE_ADDRESS: usize = 128;
/// How long a phone may take to send a request: the largest body on the slowest line (50 kbit/s), and no longer.
pub(crate) const BODY_WITHIN: Duration = Duration::from_secs(180);
/// After how long somebody who was not let in comes back, in seconds.
pub(crate) const COME_BACK_AFTER_S: u32 = 15;
/// The office's own requests under way at once. They never wait behind phones.
pub(crate) const OFFICE_AT_ONCE: usize = 8;
/// Requests for public boards under way at once; anybody may ask, so they have a room of their own.
pub(crate) const BOARDS_AT_ONCE: usize = 4;
/// Those let in; the others are asked to come back.
pub(crate) const BOARDS_LET_IN: usize = 64;
/// Boards kept laid out in memory: those of a district's villages fit.
pub(crate) const BOARDS_IN_MEMORY: usize = 256;
/// Files of the built handbook at most, packed ones included: far more than it has.
pub(crate) const HANDBOOK_FILES: usize = 1_000;
/// Bytes of it at most; they are kept in memory.
pub(crate) const HANDBOOK_BYTES: usize = 64 << 20;
/// Documents a sweep works on before what it found of them is taken.
pub(crate) const SWEEP_AT_ONCE: usize = 128;
/// Threads of a sweep at most; there is one for each core.
pub(crate) const SWEEP_HANDS: usize = 64;
/// Times a sweep tries to read with all of them at one moment while people write.
pub(crate) const SWEEP_TRIES: u32 = 5;
/// Documents whose rows wait to be written while the views are made again.
pub(crate) const ROWS_WAITING: usize = 128;
/// Wrong enrolment codes in one minute, from everybody together. A code is 80 bits of chance: this only keeps a mistaken
/// program from filling the journal.
pub(crate) const WRONG_CODES_PER_MINUTE: u32 = 30;
/// Characters of a device's name that are kept.
pub(crate) const DEVICE_NAME_CHARS: usize = 40;
/// For how long an enrolment code may be good, in hours: thirty days.
pub(crate) const MAX_CODE_HOURS: u32 = 720;

/// For how many days a phone may go on without contact unless the township sets it otherwise.
pub(crate) const LEASE_DAYS: u32 = 60;
/// The most it may set.
pub(crate) const MAX_LEASE_DAYS: u32 = 400;
/// Passwords hashed at once. Each takes 19 MiB and a tenth of a second: whoever floods the sign-in fills this room alone.
pub(crate) const PASSWORDS_AT_ONCE: usize = 2;
/// Those who may wait for it; the others are asked to come back.
pub(crate) const PASSWORDS_WAITING: usize = 32;
/// Bytes of what somebody may send who has not signed in yet.
pub(crate) const STRANGERS_BYTES: usize = 16 << 10;
/// How long they may take to send it.
pub(crate) const STRANGERS_WITHIN: Duration = Duration::from_secs(20);
/// After how long without a request a session of the office is over.
pub(crate) const SESSION_IDLE_MS: i64 = 30 * 60_000;
/// After how long it is over in any case.
pub(crate) const SESSION_MS: i64 = 12 * 3_600_000;
/// How exactly it is noted that a session is in use.
pub(crate) const SESSION_NOTED_MS: i64 = 60_000;
/// For how long a set-up code is good.
pub(crate) const SET_UP_MS: i64 = 24 * 3_600_000;
/// Recovery codes an account gets.
pub(crate) const RECOVERY_CODES: usize = 10;
/// Characters a password must have, and may have.
pub(crate) const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 12..=200;
/// Characters of an account's login and of the name that goes with it.
pub(crate) const LOGIN_CHARS: std::ops::RangeInclusive<usize> = 2..=32;
/// Failed sign-ins that cost nothing; every further one doubles the wait.
pub(crate) const FREE_FAILURES: u32 = 3;
/// The longest wait for one address, for all accounts and for one, in seconds.
pub(crate) const LONGEST_WAIT_S: i64 = 900;
/// The longest wait for an account as such, from addresses it does not know, in seconds.
pub(crate) const LONGEST_WAIT_OF_ACCOUNT_S: i64 = 60;
/// Failures that are remembered at once.
pub(crate) const FAILURES_REMEMBERED: usize = 20_000;
/// Characters of a reason for reading named data.
pub(crate) const REASON_CHARS: std::ops::RangeInclusive<usize> = 4..=500;

/// Connections at once. Further ones are told so and closed.
pub(crate) const CONNECTIONS: usize = 12_000;
/// How long a connection may take to say what it wants (the head of a request), and stay open without wanting anything.
pub(crate) const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// How long a TLS handshake may take.
pub(crate) const HANDSHAKE_WITHIN: Duration = Duration::from_secs(15);

/// Requests of one device: a first sync of a large village at once, then one a second.
pub(crate) const REQUESTS_PER_DAY: Measure = Measure::new(1_500, 86_400);
/// Changes of one device: years of one person's writing at once, then as much again every day.
pub(crate) const CHANGES_PER_DAY: Measure = Measure::new(40_000, 40_000);
/// Bytes of one device's requests.
pub(crate) const BYTES_PER_DAY: Measure = Measure::new(128 << 20, 128 << 20);
/// How often a device may ask although it was asked to come back later, before that is a flood.
pub(crate) const TURNED_AWAY_PER_DAY: Measure = Measure::new(1_000, 1_000);
/// Changes that are malformed or inconsistent: an honest phone makes none.
pub(crate) const POISON_PER_DAY: Measure = Measure::new(32, 32);
/// How many times what one device may, all devices of one person together may.
pub(crate) const PERSON_TIMES: u64 = 3;
/// Requests from one address that turned out not to be of whom they said they were: many at once, then two a second.
pub(crate) const REQUESTS_AT_ONCE: Measure = Measure::new(1_000, 172_800);
/// Devices, people and addresses whose use is remembered.
pub(crate) const METERS_IN_MEMORY: usize = 65_536;

/// Changes of a revoked device that are kept for the office to decide about: months of one person's writing. It gets no
/// more in; what it has beyond stays on it.
pub(crate) const HELD_OF_REVOKED: u64 = 4_096;
/// Bytes of them.
pub(crate) const HELD_BYTES_OF_REVOKED: u64 = 8 << 20;

/// Changes a document's tail may hold before its next commit brings a fresh snapshot: to open with changes after it costs little,
/// but whoever is granted the document gets each of them beside it (`docs/performance.md`).
pub(crate) const SNAPSHOT_EVERY: usize = 10;
/// Bytes of a document for each of which its tail may hold one change more: a long one is written seldomer.
pub(crate) const SNAPSHOT_BYTES_PER_CHANGE: usize = 16 << 10;
/// Rosters kept in memory. A town has 20 villages or so; a district's 142 fit too.
pub(crate) const ROSTERS_IN_MEMORY: usize = 256;
/// Access lists that one commit replaces at most: a whole village fits.
pub(crate) const LISTS_PER_COMMIT: usize = 2_000;
/// Commits in which access lists are brought up to date before it is given up until the next time.
pub(crate) const SETTLED_AGAIN: u32 = 512;
/// Matters that are numbered in one commit.
pub(crate) const NUMBERED_AT_ONCE: usize = 64;
/// How often the office makes or judges one write again because somebody else's got in first.
pub(crate) const WRITTEN_AGAIN: u32 = 64;

/// For how many months the audit log is kept unless the township says otherwise.
pub(crate) const AUDIT_MONTHS: u32 = 12;
/// For how many at least: half a year, as the law on network security asks (article 21).
pub(crate) const AUDIT_MONTHS_AT_LEAST: u32 = 6;

/// Rows in one answer to the office unless fewer are asked for.
pub(crate) const ROWS_PER_ANSWER: u32 = 500;
/// Entries of each list on the page of last night; its totals count all.
pub(crate) const SHOWN_PER_LIST: u32 = 200;

/// How long at most until the calendar is looked at again: whoever sets the machine's clock right is noticed.
pub(crate) const LOOK_AT_CALENDAR: Duration = Duration::from_secs(3_600);
/// How long the note of an exchange waits at most until it is handed over to be written, while the server listens.
pub(crate) const NOTED_WITHIN: Duration = Duration::from_secs(1);
/// How long requests under way may take to finish once the server is told to stop.
pub(crate) const STOP_WITHIN: Duration = Duration::from_secs(30);

const _: () = assert!(EXCHANGES_AT_ONCE < PHONES_LET_IN);
const _: () = assert!(LET_IN_OF_ONE_ADDRESS * 2 <= PHONES_LET_IN);
const _: () = assert!(BODY_WITHIN.as_secs() as usize * 50_000 / 8 >= lianhu_sync::limits::MAX_BODY_BYTES);
// A body of every phone that is let in fits into the memory of a small machine.
const _: () = assert!(PHONES_LET_IN * lianhu_sync::limits::MAX_BODY_BYTES <= 512 << 20);
