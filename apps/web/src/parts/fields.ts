import type { Words } from '../api';
import type { Kind } from '../views';

/** How a field of a deed is typed. What the field means, and whether it is fit, is said by the workbook. */
export type Control =
  | {
      as:
        | 'line'
        | 'long'
        | 'day'
        | 'time'
        | 'number'
        | 'decimal'
        | 'yesno'
        | 'person'
        | 'people'
        | 'matter'
        | 'matters'
        | 'household'
        | 'category';
    }
  /** Codes of a list. */
  | { as: 'choice'; list: keyof Words; many?: boolean; most?: number }
  /** A record of the document itself: a measure, an item. */
  | { as: 'record' }
  /** Fields of its own. */
  | { as: 'group'; needs: string[]; may: string[] };

const long: Control = { as: 'long' };
const day: Control = { as: 'day' };
const person: Control = { as: 'person' };
const people: Control = { as: 'people' };
const record: Control = { as: 'record' };
const one = (list: keyof Words): Control => ({ as: 'choice', list });

/** Fields that are typed in the same way wherever they come. */
const USUAL: Record<string, Control> = {
  text: long,
  words: long,
  reason: long,
  note: long,
  effect: long,
  goal: long,
  reflection: long,
  content: long,
  minutes: long,
  date: day,
  on: day,
  due: day,
  review_on: day,
  next: day,
  next_on: day,
  from: day,
  noticed_on: day,
  recorded_on: day,
  review_by: day,
  time: { as: 'time' },
  owner: person,
  worker: person,
  collected_by: person,
  chair: person,
  recorder: person,
  leader: person,
  co_owners: people,
  workers: people,
  helpers: people,
  assist: people,
  level: one('level'),
  way: one('way'),
  solved: one('solved'),
  satisfaction: one('satisfaction'),
  closing: one('closing'),
  outcome: one('outcome'),
  verdict: one('outcome'),
  reviewer: one('reviewer'),
  attendance: one('attendance'),
  decision: one('decision'),
  urgency: one('urgency'),
  channel: one('channel'),
  mode: one('mode'),
  met: one('met'),
  raised: one('raised'),
  residence: one('residence'),
  contact_by: one('contact_by'),
  sex: one('sex'),
  relation: one('relation'),
  audience: one('audience'),
  causes: { as: 'choice', list: 'cause', many: true, most: 2 },
  granted: { as: 'yesno' },
  yes: { as: 'yesno' },
  supports: { as: 'yesno' },
  away: { as: 'yesno' },
  into: { as: 'matter' },
  similar: { as: 'matter' },
  matter: { as: 'matter' },
  parts: { as: 'matters' },
  household: { as: 'household' },
  category: { as: 'category' },
  headcount: { as: 'number' },
  members: { as: 'number' },
  born: { as: 'number' },
  amount: { as: 'decimal' },
  asked: { as: 'decimal' },
  measure: record,
  stands: record,
};

/** Those that mean something else with one deed. */
const ODD: Partial<Record<Kind, Record<string, Control>>> = {
  matter: { kind: one('matter_kind') },
  meeting: { kind: one('meeting_kind'), item: record, yes: { as: 'number' } },
  pledge: {
    'item.item': { as: 'group', needs: ['content', 'measured_by', 'due'], may: ['baseline'] },
    'review.review': { as: 'group', needs: ['reviewer', 'verdict'], may: ['text', 'on'] },
    item: record,
    id: record,
  },
  plan: { from: day },
};

/** How a field of a deed to a document of this kind is typed. */
export function controlOf(kind: Kind, deed: string, field: string): Control {
  const odd = ODD[kind];
  return odd?.[`${deed}.${field}`] ?? odd?.[field] ?? USUAL[field] ?? { as: 'line' };
}
