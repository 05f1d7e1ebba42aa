/**
 * What the worker shows of the workbook: values, lists and documents. The calls that give them are in `api.ts`, with the
 * conventions that hold for both.
 */

// ---------------------------------------------------------------------------------------------------------------- values

/** A document, e.g. a household. Its kind is part of it. */
export type DocId = string;
/** A record in a document: a visit, an entry, a step, a resident, an item. */
export type RecordId = string;
/** Somebody who writes or reads here. */
export type WorkerId = string;
/** A day, `yyyy-mm-dd`. What people type into a form may also be `2026/3/8` or `2026年3月8日`. */
export type Day = string;
/** A month, `yyyy-mm`. */
export type Month = string;
/** A moment by a device's clock: milliseconds since 1970 (UTC). Shown, never compared. */
export type Millis = number;
export type Lang = 'zh' | 'en';
export type Kind =
  | 'roster' | 'household' | 'diary' | 'matter' | 'meeting' | 'plan' | 'pledge' | 'studio' | 'base' | 'fund' | 'aid'
  | 'complaint' | 'other';

/** A choice as it is stored, with the word for it in both languages. */
export interface Word { code: string; zh: string; en: string }

/** A worker, by name where this phone's roster has one. */
export interface Person { id: WorkerId; name: string | null }

/** A document named in another, with what lists show of it; `title` is null when it is not on this phone. */
export interface Named { id: DocId; title: string | null }

/** Where a record is: on this phone, handed to a carrier, in the township's log, waiting for a person, or turned down. */
export type PlaceCode = 'kept' | 'carried' | 'recorded' | 'held' | 'refused';

/** The same with the reason in words; both are null unless it is held or refused. `Words.place` has the word for the code. */
export interface Place { is: PlaceCode; zh: string | null; en: string | null }

/** What the township will make of a save, as far as this phone can tell. `unchanged`: there was nothing to write. */
export type Saved = 'kept' | 'kept_will_be_late' | 'kept_will_be_held' | 'unchanged';

// ----------------------------------------------------------------------------------------------------------------- lists

/** A document in a list. */
export interface Row {
  id: DocId;
  kind: Kind;
  /** The head of household, a matter's title, a diary's month, a meeting's title … */
  title: string;
  /** Of a household, else null. */
  doorplate: string | null;
  /** A household's visits, a diary's entries, a matter's steps. */
  records: number;
  /** The day of the last visit or entry. */
  last: Day | null;
  /** Where a matter stands, else null. */
  state: Word | null;
  owner: Person | null;
  due: Day | null;
  /** Due before today and not over. */
  overdue: boolean;
  /** Changes that came late. */
  late: number;
  /** People disagree about something in it. */
  conflict: boolean;
  /** The township has taken it back; it goes once own saves in it are settled. */
  withdrawn: boolean;
  /** Where its newest change is. */
  where: PlaceCode;
}

/** A part of a list. */
export interface Rows {
  rows: Row[];
  /** How many there are in all that match. */
  total: number;
}

export interface ListArgs {
  /** Part of a name, a doorplate or a title, or pinyin initials (`wjg`), every reading of a character counting. Empty or null: all. */
  query?: string | null;
  /** The first row, from 0; 0 if left out. */
  offset?: number;
  /** How many rows at most; 100 if left out. */
  limit?: number;
}

// ----------------------------------------------------------------------------------------------------------------- today

export interface Today {
  day: Day;
  /** The village's quiet hours: reminders are not shown unasked. `reminders` is empty then, unless `anyway` was asked. */
  quiet: boolean;
  reminders: Reminder[];
  /** Households that expect a visit by tomorrow. */
  visits: Row[];
  /** Own households that wait longest for a visit, one never visited first; three at most, none that is visited today. */
  longest: Row[];
  /** Matters that are not over: those one owns first, then by due day; 50 at most. */
  matters: Row[];
  open_matters: number;
  /** Own saves not in the township's log. */
  not_delivered: number;
  /** Own saves somebody has to look at: held, refused, or shown on no page. */
  attention: number;
  conflicts: number;
  /** Own work that went in late, and others' late work in one's documents. */
  late: number;
  /** Days the workbook goes on without contact; null before there is a certificate. */
  lease_days: number | null;
  last_sync: Millis | null;
}

export interface Reminder {
  /** What about: `overdue`, `today`, `soon`, `visit`, `report`, `review`; `reply` at the town desk alone. */
  about: 'overdue' | 'today' | 'soon' | 'visit' | 'reply' | 'report' | 'review';
  /** What is expected (`accept`, `feedback` …), with `overdue`, `today` and `soon`; which group of data, with `review`. */
  what: Word | null;
  on: Day;
  /** The day may move when the year's holidays are published. */
  provisional: boolean;
  doc: DocId | null;
  kind: Kind | null;
  /** A matter's number and title, a household's doorplate and head. */
  called: string;
}

// ------------------------------------------------------------------------------------------------------------- household

export interface Household {
  id: DocId;
  title: string;
  /** Where its newest change is. */
  where: Place;
  card: {
    doorplate: string | null; head: string | null; phone: string | null; code: string | null; group: string | null;
    members: number | null; residence: string | null; contact_by: string | null; contact_time: string | null;
    basis: string | null; noticed_on: Day | null; consented_on: Day | null; review_by: Day | null;
    /** Its grid in the roster, with the grid's name. */
    grid: { id: RecordId; name: string | null } | null;
  };
  /** Where each field of the card is that is not recorded yet, by field. */
  card_where: Record<string, Place>;
  /** Fields of the card, residents' keys and visits that people disagree about: `phone`, `visit/<id>` … See `conflicts`. */
  disputed: string[];
  /** Codes of care tags that are set. */
  care: string[];
  /** What the village keeps: whether residents and care tags may be written. */
  may_keep: { residents: boolean; care: boolean };
  residents: Resident[];
  /** The newest first, `args.visits` of them. */
  visits: Visit[];
  visits_total: number;
  /** Who keeps in touch with it today. */
  links: Person[];
  /** Matters about it on this phone, and its help plans. */
  matters: Row[];
  plans: Row[];
}

export interface Resident {
  id: RecordId;
  /** Under 14: the rest is null until `open_minor`. */
  kept_back: boolean;
  name: string | null; relation: string | null; born: number | null; sex: string | null; away: boolean | null;
  where: Place;
}

export interface Visit {
  id: RecordId;
  date: Day | null; time: string | null; mode: string | null; channel: string | null; met: string | null;
  note: string | null; next_on: Day | null;
  matters: Named[];
  workers: Person[];
  entered_by: Person | null;
  recorded_at: Millis | null;
  entered_at: Millis | null;
  where: Place;
  conflict: boolean;
}

// ----------------------------------------------------------------------------------------------------------------- diary

export interface DiaryMonth {
  month: Month;
  /** One's own, by day. */
  entries: Entry[];
  /** Months on this phone that have entries, the newest first. */
  months: Month[];
}

export interface Entry {
  doc: DocId; id: RecordId;
  /** Who else reads it: `self`, `branch`, `village`, `town`. */
  audience: string;
  date: Day | null; weather: string | null; place: string | null; title: string | null; text: string | null;
  reflection: string | null; tags: string[];
  households: Named[];
  matters: Named[];
  recorded_at: Millis | null;
  comments: Comment[];
  where: Place;
  conflict: boolean;
}

export interface Comment { id: RecordId; by: Person | null; at: Millis | null; text: string; where: Place }

/** An entry as typed. `date` and `text` are needed; the day is today if empty. */
export interface EntryForm {
  date?: Day; weather?: string; place?: string; households?: DocId[]; title?: string; text: string; reflection?: string; tags?: string[];
  /** The day it was written on paper, when it is typed in later. */
  recorded_on?: Day;
}

// ---------------------------------------------------------------------------------------------------------------- matter

export interface Matter {
  id: DocId;
  /** The township's number, or the temporary code until it is recorded. */
  number: string;
  numbered: boolean;
  title: string;
  where: Place;
  text: string | null; raiser: string | null; phone: string | null; headcount: number | null; category: string | null;
  raised: string | null; kind: string | null; urgency: string | null; place: string | null; channel: string | null;
  household: Named | null;
  source: { doc: DocId; record: RecordId } | null;
  split_from: Named | null;
  recorded_by: Person | null;
  recorded_on: Day | null;
  state: Word;
  owner: Person | null; co_owners: Person[]; level: string | null;
  due: Day | null;
  /** What is expected, by when. */
  limits: { what: Word; on: Day; provisional: boolean; overdue: boolean }[];
  evaluation: { solved: string; satisfaction: string } | null;
  closing: string | null;
  posted_on: Day | null;
  /** Oldest first. */
  timeline: Step[];
  /** What this worker may do next: steps that stand and that the rules give them, the usual ones first. */
  next: NextStep[];
  disputed: string[];
}

export interface Step {
  id: RecordId;
  act: Word;
  by: Person | null;
  at: Millis | null;
  /** What it says, field by field: its words, days, people by name. */
  said: Line[];
  /** Why it has no effect; null when it stands. */
  not_standing: Word | null;
  where: Place;
}

/** A field with its name and what it says. */
export interface Line { key: string; zh: string; en: string; said_zh: string; said_en: string }

/** A deed that may be done now: `act({id, deed: {do: …, …fields}})`. */
export interface NextStep {
  do: string;
  zh: string;
  en: string;
  /** Fields without which it is refused, then those it may have; names as in `docs/protocol.md`. */
  needs: string[];
  may: string[];
}

/** A matter as typed; `title` is needed. Day, village and household follow from where it is raised. */
export interface RaiseForm {
  title: string; date?: Day; text?: string; household?: DocId; raiser?: string; phone?: string; headcount?: number; category?: string;
  kind?: string; urgency?: string; place?: string; channel?: string; split_from?: DocId;
}

// --------------------------------------------------------------------------------------------------- plan, pledge, meeting

export interface Plan {
  id: DocId; title: string; where: Place;
  household: Named | null;
  status: Word;
  /** The household has confirmed what was reported done. */
  confirmed: boolean;
  causes: string[]; cause_other: string | null; goal: string | null; effect: string | null; review_on: Day | null;
  helpers: { id: RecordId; worker: Person | null; from: Day | null; to: Day | null; where: Place }[];
  measures: { id: RecordId; kind: string | null; content: string | null; provider: string | null; /** Fen. */ amount: number | null; due: Day | null; done_on: Day | null; result: string | null; where: Place }[];
  timeline: Step[];
  next: NextStep[];
}

export interface Pledge {
  id: DocId; title: string; where: Place;
  worker: Person | null; year: number | null; place: string | null;
  state: Word;
  items: { id: RecordId; content: string | null; measured_by: string | null; baseline: string | null; due: Day | null; result: string | null; where: Place }[];
  reviews: { id: RecordId; reviewer: string | null; verdict: string | null; text: string | null; on: Day | null; by: Person | null; where: Place }[];
  timeline: Step[];
  next: NextStep[];
}

export interface Meeting {
  id: DocId; title: string; where: Place;
  kind: string | null; state: Word; number: string | null; date: Day | null; time: string | null; place: string | null; branch: string | null;
  chair: Person | null; recorder: Person | null;
  attendees: { worker: Person; attendance: string; where: Place }[];
  guests: { id: RecordId; name: string | null; role: string | null; attendance: string | null; where: Place }[];
  /** In the order of the agenda. */
  items: { id: RecordId; title: string | null; matter: Named | null; five: string | null; decision: Decision | null; where: Place }[];
  ballots: { matter: Named | null; satisfied: number; basically: number; not: number; no_answer: number; yes: number; partly: number; no: number }[];
  minutes: string;
  timeline: Step[];
  next: NextStep[];
  /** What else this worker may do now. */
  may: { add_item: boolean; decide: boolean; add_minutes: boolean };
}

export interface Decision { decision: string | null; text: string | null; target: string | null; owner: Person | null; co_owners: Person[]; level: string | null; due: Day | null }

/** What this worker put into the complaint box, and what the town desk said to it. Nobody else reads it. */
export interface Complaint {
  id: DocId; where: Place;
  date: Day | null;
  /** What it is about. */
  about: Word | null;
  text: string;
  state: Word;
  withdrawn_on: Day | null;
  /** Oldest first. */
  replies: { id: RecordId; on: Day | null; text: string | null; where: Place }[];
  /** What this worker may do now. */
  may: { withdraw: boolean };
}

/** Any other document, field by field. */
export interface Pages { id: DocId; kind: Kind; title: string; where: Place; fields: (Line & { where: Place })[] }

// ------------------------------------------------------------------------------------------- attention, conflicts, late work

/** An own save somebody has to look at. The words stay until their author writes them again or discards them. */
export interface Attention {
  doc: DocId; kind: Kind; title: string;
  /** The change's hash. */
  change: string;
  where: Place;
  at: Millis;
  /** What was written, key by key; `said_zh` is empty where something was removed (`removed`). */
  words: (Line & { removed: boolean })[];
  may_discard: boolean;
  may_write_again: boolean;
}

/** Something people disagree about. */
export interface Conflict {
  /** Names this conflict as it is now: settling one that has changed since is `no_such_record`. */
  id: string;
  doc: DocId; kind: Kind; title: string;
  /** The key, or `steps` for two steps of a matter that cannot both stand. */
  key: string;
  zh: string; en: string;
  /** The first is what everybody sees meanwhile. */
  choices: { said_zh: string; said_en: string; by: Person | null; by_office: boolean; at: Millis }[];
}

export interface Late {
  /** Own work that went in late; stays until `dismiss`. `at` is by the township's clock. */
  notices: { id: RecordId; doc: DocId; title: string; at: Millis; what_zh: string[]; what_en: string[] }[];
  /** Others' late work in one's documents; goes with `looked_at`. */
  entries: { id: RecordId; doc: DocId; title: string; by: Person; at: Millis; what_zh: string[]; what_en: string[] }[];
}
