import { computed } from 'vue';
import type { ApiError, Words } from './api';
import { book } from './book';
import { prefs } from './prefs';
import type { Person, Word } from './views';
import { en } from './words/en';
import { type Dictionary, zh } from './words/zh';

/** The words of the screens in the language that is chosen. */
export const w = computed<Dictionary>(() => (prefs.lang === 'zh' ? zh : en));

/** Of two sentences the one in the language that is chosen. */
export function say(both: { zh: string | null; en: string | null } | null | undefined): string {
  return (prefs.lang === 'zh' ? both?.zh : both?.en) ?? '';
}

/** What a line of the workbook says. */
export const said = (line: { said_zh: string; said_en: string }): string =>
  prefs.lang === 'zh' ? line.said_zh : line.said_en;

/** What to do about an error. */
export const hint = (error: ApiError): string => (prefs.lang === 'zh' ? error.hint_zh : error.hint_en) ?? '';

/** The choices of a list. */
export const choices = (list: keyof Words): Word[] => book.words?.[list] ?? [];

/** A stored code in words; a code that is not in the list stays as it is. */
export function word(list: keyof Words, code: string | null | undefined): string {
  if (!code) return '';
  const found = choices(list).find((choice) => choice.code === code);
  return found ? say(found) : code;
}

/** Somebody by name. */
export const named = (person: Person | null | undefined): string =>
  person ? (person.name ?? w.value.common.nobody) : w.value.common.office;

/** Several people by name. */
export const listed = (people: Person[]): string => people.map(named).join(prefs.lang === 'zh' ? '、' : ', ');
