import { prefs } from './prefs';
import { w } from './say';
import type { Day, Millis, Month } from './views';

const two = (number: number) => String(number).padStart(2, '0');

/** The day of a moment where this phone is. */
export const dayOf = (at: Date): Day => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

/** Today by this phone's clock; only to fill forms and to say “today”. What counts is said by the workbook. */
export const today = (): Day => dayOf(new Date());

const parts = (day: Day): [number, number, number] => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return [year, month, date];
};

const moved = (day: Day, by: number): Day => {
  const [year, month, date] = parts(day);
  return dayOf(new Date(year, month - 1, date + by));
};

/** A day as people say it: today, yesterday, 3月8日, and the year when it is another one. */
export function spoken(day: Day | null | undefined): string {
  if (!day) return '';
  const now = today();
  if (day === now) return w.value.common.today;
  if (day === moved(now, -1)) return w.value.common.yesterday;
  if (day === moved(now, 1)) return w.value.common.tomorrow;
  const [year, month, date] = parts(day);
  const sameYear = year === parts(now)[0];
  if (prefs.lang === 'zh') return sameYear ? `${month}月${date}日` : `${year}年${month}月${date}日`;
  const name = new Date(year, month - 1, date).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return sameYear ? name : `${name} ${year}`;
}

/** A day with its weekday, for headings. */
export function headed(day: Day): string {
  const [year, month, date] = parts(day);
  const weekday = w.value.weekdays[new Date(year, month - 1, date).getDay()] ?? '';
  if (prefs.lang === 'zh') return `${month}月${date}日 星期${weekday}`;
  const name = new Date(year, month - 1, date).toLocaleDateString('en-GB', { day: 'numeric', month: 'long' });
  return `${weekday} ${name}`;
}

/** A month in words. */
export function monthly(month: Month): string {
  const [year, number] = parts(`${month}-01`);
  if (prefs.lang === 'zh') return `${year}年${number}月`;
  return new Date(year, number - 1, 1).toLocaleDateString('en-GB', { month: 'long', year: 'numeric' });
}

/** The month so many months away. */
export function monthAway(month: Month, by: number): Month {
  const [year, number] = parts(`${month}-01`);
  return dayOf(new Date(year, number - 1 + by, 1)).slice(0, 7);
}

/** A moment: the day and the time of day. */
export function moment(at: Millis | null | undefined): string {
  if (at === null || at === undefined) return '';
  const date = new Date(at);
  return `${spoken(dayOf(date))} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Bytes as people say them. */
export function size(bytes: number | null): string {
  if (bytes === null) return '?';
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  if (bytes < 1024 ** 3) return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}

/** A key as people compare it: groups of four, however it came. */
export const grouped = (key: string): string =>
  key
    .replaceAll(/\s/g, '')
    .match(/.{1,4}/g)
    ?.join(' ') ?? '';

/** Fen as yuan. */
export const yuan = (fen: number): string =>
  (fen / 100).toLocaleString('zh-CN', { minimumFractionDigits: fen % 100 ? 2 : 0 });
