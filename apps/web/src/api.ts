/**
 * The contract between the page and the worker that holds the workbook.
 *
 * The page asks `{id, call, args}` and gets `{id, ok}` or `{id, error}`; besides, the worker tells what happens by itself
 * (`{event}`). Nothing here decides anything: what may be done, and what it means, is said by the Rust crates behind the
 * worker (`crates/wasm`). Names are those of `docs/glossary.md`; deeds are those of the table in `docs/protocol.md`.
 *
 * Conventions. A call that writes resolves when what it wrote is durable on this phone, and not before. Ids, hashes and
 * other names are strings and mean nothing to the page. A `Day` is `yyyy-mm-dd`, a `Millis` milliseconds since 1970, counts are
 * numbers. What is not known is `null`, never absent. A choice is its stored code; what people read for it is in `Words`.
 * `zh` and `en` are sentences to show as they are.
 */

import type {
  Attention, Complaint, Conflict, Day, DiaryMonth, DocId, EntryForm, Household, Kind, Lang, Late, ListArgs, Matter,
  Meeting, Millis, Month, Named, Pages, Plan, Pledge, RaiseForm, RecordId, Resident, Rows, Saved, Today, Word,
  WorkerId,
} from './views';

// ---------------------------------------------------------------------------------------------------------------- errors

/** Why a call did nothing. Whatever was typed stays in the page's form; nothing of it was kept. */
export interface ApiError {
  /**
   * What a program acts on. Of the forms: `missing`, `too_long`, `not_a_date` … (`docs/refusals.md`), `would_be_refused`,
   * `emergency` (the words name the numbers to call). Of the workbook: `locked`, `not_here`, `no_such_record`,
   * `too_much`, `misfit`, `unreadable`. Of the store: `disk_full` (nothing was written), `store`, `damaged`, `newer`, `no_key`,
   * `no_storage`. Of enrolling and syncing: `unreachable`, `answered` (the township said no; `detail` is its code), `no_township`,
   * `not_this_township`, `not_an_invitation`, `names_nobody`, `bad_server`, `bad_code`, `no_whole_reply`, `enrol_first`, `aeroplane`. Of the lock: `pin_needed`, `wrong_pin`, `pin_too_short`, `no_pin`. Of the call: `bad_call`, `not_ready`
   * (look at `state`), `another_tab`, `restarted` (the program stumbled and began again from the store; ask again).
   */
  code: string;
  zh: string;
  en: string;
  /** What to do about it. */
  hint_zh: string | null;
  hint_en: string | null;
  /** The field of the form it is about (`title`, `date` …), if it is about one. */
  field: string | null;
  /** The township's own code, with `answered`. */
  detail: string | null;
}

// ----------------------------------------------------------------------------------------------------------------- state

/** What the app can do now. It comes as the event `state` whenever it changes; the page shows one screen for each. */
export type State =
  /** The worker is loading. */
  | { is: 'starting' }
  /** Nobody's phone yet. `set_aside`: a damaged store was put out of the way just now; its file can be given to the office. */
  | { is: 'not_enrolled'; set_aside: SetAside | null; storage: Storage }
  /** The store is sealed under a PIN. */
  | { is: 'pin_needed' }
  | { is: 'ready'; owner: Owner; storage: Storage; has_pin: boolean; aeroplane: boolean }
  /** Nothing can be read or written; syncing still works. `destroyed`: enrol anew. */
  | { is: 'locked'; why: 'lease_over' | 'revoked' | 'handed_over' | 'destroyed'; zh: string; en: string; not_delivered: number; aeroplane: boolean }
  /** Another tab or window has the workbook open. `take_over` asks it to let go. */
  | { is: 'another_tab' }
  /** The browser gives no storage that lasts: private window, too old, or refused. Nothing was lost. */
  | { is: 'no_storage'; error: ApiError }
  /** A newer version of this app wrote the store: update. The words in it are untouched. */
  | { is: 'newer'; error: ApiError }
  /** The store is there and does not open now (no room, no key). Nothing of it was changed; `export_store` gives the file. */
  | { is: 'broken'; error: ApiError };

/** A store that did not open and was renamed; nothing is ever deleted. */
export interface SetAside { name: string; zh: string; en: string }

export interface Storage {
  /** The browser has promised not to clear it by itself. Where it is false: ask to install the app, sync often. */
  persisted: boolean;
  /** Bytes used and allowed, as the browser says; null where it does not. */
  used: number | null;
  quota: number | null;
}

/** Whose workbook it is. */
export interface Owner {
  id: WorkerId;
  name: string;
  roles: Word[];
  /** Leads a branch or sits on the village board: sees more than the own households. */
  leads: boolean;
  /** The roster of the own village: what deeds that begin a document take as `village`. */
  village: DocId;
  village_name: string | null;
  township: string;
  server: string;
  /** Enrols at its first contact (begun without a line). */
  not_enrolled_yet: boolean;
  /** The roster has come with a sync; before that names and rules are not known. */
  has_roster: boolean;
}

// ------------------------------------------------------------------------------------------------------------ status, sync

export interface Status {
  documents: number;
  /** Own saves by where they are; `recorded` since the workbook was made. */
  kept: number; carried: number; held: number; refused: number; recorded: number; not_delivered: number;
  attention: number; conflicts: number; notices: number; late: number;
  lease_days: number | null;
  last_sync: SyncReport | null;
  /** A sync is under way. */
  syncing: boolean;
  aeroplane: boolean;
  online: boolean;
  storage: Storage;
  has_pin: boolean;
  /** For the office: which device this is, and by which key it and the township are known. */
  device: string; key_fingerprint: string; township_fingerprint: string | null;
  version: string;
}

export interface SyncReport {
  at: Millis | null;
  recorded: number; late: number; held: number; refused: number; waiting: number; written_again: number; received: number;
  granted: number; withdrawn: number; given_back: number; not_admitted: number;
  round_trips: number; bytes_sent: number; bytes_received: number;
  /** This phone holds exactly what it may read, proven by one digest. */
  proven: boolean;
  /** Seconds; the township asks not to come back sooner. */
  retry_after_s: number | null;
  /** Everything was destroyed, by the township's order or after a hand-over. */
  destroyed: boolean;
}

/** What a QR code or typed code said, before anything is sent. */
export interface Invitation {
  server: string; fingerprint: string; device_name: string | null;
  /** Until when, by the township's clock. */
  until: Millis;
  /** It names whose phone it will be: the workbook can begin without a line (`offline`). */
  names_holder: boolean;
}

export interface Enrolled { name: string; township: string; fingerprint: string; /** Nobody has compared the key: show it, and ask to compare it with the office's. */ compare: boolean }

/** The village as the roster has it: what forms choose from. */
export interface Village {
  id: DocId; name: string | null; town: string | null;
  people: { id: WorkerId; name: string | null; roles: Word[]; branch: string | null; active: boolean }[];
  grids: { id: RecordId; name: string | null; kind: string | null }[];
  categories: string[];
  five_matters: string[];
  quiet_hours: { from: string; until: string };
}

/** Every list of choices, by name; codes are what views hold and deeds take. */
export type Words = Record<
  | 'residence' | 'contact_by' | 'care' | 'sex' | 'relation' | 'mode' | 'channel' | 'met'
  | 'audience' | 'raised' | 'matter_kind' | 'urgency' | 'level' | 'closing' | 'solved' | 'satisfaction' | 'way' | 'state' | 'act'
  | 'cause' | 'plan_status' | 'pledge_state' | 'outcome' | 'reviewer' | 'about'
  | 'meeting_kind' | 'attendance' | 'meeting_state' | 'decision' | 'paperwork'
  | 'role' | 'place' | 'saved' | 'field', Word[]>;

// ----------------------------------------------------------------------------------------------------------------- calls

/** A deed: `do`, and the fields of the table "Deeds" in `docs/protocol.md`. */
export type Deed = { do: string } & Record<string, unknown>;

type None = Record<string, never>;

/** Every call: what it takes and what it gives. */
export interface Calls {
  // --- the app itself; these answer in every state
  state: { args: None; ok: State };
  words: { args: None; ok: Words };
  /** Asks the tab that has the workbook to let go of it; resolves with the new state. */
  take_over: { args: None; ok: State };
  /** Off until somebody says otherwise; the installed app turns it on once. While it is on, nothing is sent but by `sync` with `once`. */
  set_aeroplane: { args: { on: boolean }; ok: State };
  /** Asks the browser not to clear the storage. Answers whether it promised. */
  persist: { args: None; ok: { persisted: boolean } };
  /**
   * The store as it lies here, or one set aside, as a tar: the database and its journal, sealed, and the line of its key where no PIN
   * locks it. Unpacked elsewhere, `lianhu device --workbook workbook.db` opens it: to be kept like the phone itself.
   */
  export_store: { args: { name?: string }; ok: { name: string; bytes: ArrayBuffer } };
  /** Destroys everything on this phone, keys first. `really` is the word `wipe`. What was not delivered is lost. */
  wipe: { args: { really: 'wipe' }; ok: State };

  // --- enrolling and locking
  /** Reads what a QR code says. Nothing is sent. */
  read_invitation: { args: { text: string }; ok: Invitation };
  /** Reads the QR code in a picture: 8-bit grey, row by row. Null when there is none. */
  scan: { args: { width: number; height: number; grey: Uint8Array }; ok: { text: string | null } };
  /**
   * Makes this somebody's phone: with the text of a QR code, or a server and a typed code (and the fingerprint, if it is
   * known). `offline` begins without a line, from an invitation that names whose phone it will be, and enrols at the first sync.
   * With a workbook here already: a township that was put back from a backup takes the phone again, for the same person.
   */
  enrol: { args: { invitation?: string; server?: string; code?: string; fingerprint?: string; offline?: boolean; pin?: string; device_name?: string }; ok: Enrolled };
  unlock: { args: { pin: string }; ok: State };
  /** A PIN of six characters or more from now on; null takes it away. `old` is needed where there is one. */
  set_pin: { args: { old?: string; pin: string | null }; ok: State };
  /** Closes the workbook until the PIN is given; `no_pin` without one. */
  lock: { args: None; ok: State };
  /** Seals the workbook for good: the phone is somebody else's from now on. What waits goes out with the next sync. */
  hand_over: { args: None; ok: State };
  /** A fresh device key from the next sync on. */
  renew_key: { args: None; ok: Saved };

  // --- reading
  today: { args: { anyway?: boolean }; ok: Today };
  village: { args: None; ok: Village };
  /** Own households first where the phone holds others' too; by doorplate, or by the day of the last visit, the longest ago first. */
  households: { args: ListArgs & { order?: 'doorplate' | 'last'; mine?: boolean }; ok: Rows };
  /** `visits`: how many visits at most, the newest; 50 if left out. */
  household: { args: { id: DocId; visits?: number }; ok: Household };
  /** What is known of a child under 14, after the reason was written down in the document. */
  open_minor: { args: { household: DocId; resident: RecordId; reason: string }; ok: Resident };
  diary: { args: { month: Month }; ok: DiaryMonth };
  matters: { args: ListArgs & { open?: boolean; mine?: boolean; state?: string }; ok: Rows };
  matter: { args: { id: DocId }; ok: Matter };
  /** Every document of a kind, the newest first. */
  documents: { args: ListArgs & { kind: Kind }; ok: Rows };
  plan: { args: { id: DocId }; ok: Plan };
  pledge: { args: { id: DocId }; ok: Pledge };
  /** The own pledge of a year; null when there is none. */
  my_pledge: { args: { year: number }; ok: Pledge | null };
  /** Everything this worker put into the complaint box, the newest first. */
  complaints: { args: None; ok: Complaint[] };
  meeting: { args: { id: DocId }; ok: Meeting };
  document: { args: { id: DocId }; ok: Pages };

  // --- writing
  /** Records a visit; with `raise`, the matter that came up at it too, both or neither. `note` is one sentence or more. */
  visit: {
    args: { household: DocId; visit: { date?: Day; time?: string; mode?: string; channel?: string; met?: string; note?: string; next_on?: Day; workers?: WorkerId[]; recorded_on?: Day }; raise?: RaiseForm };
    ok: { visit: RecordId; matter: DocId | null };
  };
  write_entry: { args: { entry: EntryForm; audience?: string }; ok: { doc: DocId; id: RecordId } };
  /** Who reads it from now on. */
  move_entry: { args: { doc: DocId; id: RecordId; audience: string }; ok: { doc: DocId; id: RecordId } };
  /** Makes a sentence of an entry a matter; without `sentence` it is the whole text. */
  raise_from_entry: { args: { doc: DocId; id: RecordId; sentence?: string; raise?: Partial<RaiseForm> }; ok: { matter: DocId } };
  raise: { args: { raise: RaiseForm }; ok: { matter: DocId } };
  /** Makes the card of a household that has none; fields as in the deed `change`. */
  create_household: { args: { card: Record<string, unknown> }; ok: { id: DocId } };
  /** Begins a document: `plan` `draft`, `pledge` `begin`, `meeting` `call`, `complaint` `begin` … */
  begin: { args: { kind: Kind; deed: Deed }; ok: { id: DocId } };
  /** Does something to a document: `change`, `set_care`, `put_resident`, `rewrite_visit`, `rewrite`, `remove`, every step … */
  act: { args: { id: DocId; deed: Deed }; ok: { saved: Saved } };
  /** Turns what a meeting decided into steps of its matters. */
  carry_out: { args: { meeting: DocId; verdicts: boolean }; ok: { taken: { matter: Named; act: Word }[]; left: { matter: Named; zh: string; en: string }[] } };

  // --- what people have to look at
  attention: { args: None; ok: Attention[] };
  discard: { args: { doc: DocId; change: string }; ok: None };
  write_again: { args: { doc: DocId; change: string }; ok: { saved: Saved } };
  conflicts: { args: None; ok: Conflict[] };
  /** `choice` counts from 0. */
  settle: { args: { id: string; choice: number }; ok: { saved: Saved } };
  late: { args: None; ok: Late };
  dismiss: { args: { id: RecordId }; ok: None };
  looked_at: { args: { doc: DocId }; ok: None };

  // --- the township
  status: { args: None; ok: Status };
  /** Syncs now and resolves when it is over; one at a time (a second call waits for the one under way). `once`: although aeroplane mode is on. */
  sync: { args: { once?: boolean }; ok: SyncReport };

  // --- paper and files
  /** Everything of mine on this phone as one readable file (JSON), the words that were not delivered included. */
  export_mine: { args: { lang: Lang }; ok: { name: string; text: string } };
  /** A page of HTML that stands by itself, to be printed: the workbook with blank rows, the board, or a paper of a meeting. */
  print: { args: { what: 'workbook' | 'board' | 'meeting'; paper: 'a4' | 'pocket'; lang: Lang; doc?: DocId; paperwork?: string }; ok: { title: string; html: string } };
}

export type CallName = keyof Calls;
export type Args<K extends CallName> = Calls[K]['args'];
export type Ok<K extends CallName> = Calls[K]['ok'];

// --------------------------------------------------------------------------------------------------------------- messages

/** What the page sends. */
export interface Ask<K extends CallName = CallName> { id: number; call: K; args: Args<K> }

/** What the worker answers. */
export type Answer = { id: number; ok: unknown } | { id: number; error: ApiError };

/** What the worker tells by itself. */
export type Told =
  | { event: 'state'; state: State }
  /** Something on this phone has changed; null: look at everything again. */
  | { event: 'changed'; docs: DocId[] | null }
  | { event: 'sync'; sync: Syncing };

export type Syncing =
  | { is: 'asking'; round_trips: number }
  | { is: 'done'; report: SyncReport }
  | { is: 'failed'; error: ApiError; /** When it is tried again by itself; null: not before somebody asks. */ again_at: Millis | null };
