import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { grouped, headed, monthAway, monthly, size, spoken, yuan } from './days';

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
const { prefs } = await import('./prefs');

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 26, 23, 30) });
});
afterEach(() => {
  vi.useRealTimers();
  prefs.lang = 'zh';
});

test('a day is said as people say it, with the year when it is another one', () => {
  expect(['2026-11-26', '2026-11-25', '2026-11-27'].map(spoken)).toEqual(['今天', '昨天', '明天']);
  expect(spoken('2026-03-08')).toBe('3月8日');
  expect(spoken('2025-12-31')).toBe('2025年12月31日');
  expect(spoken(null)).toBe('');
  prefs.lang = 'en';
  expect(spoken('2025-12-31')).toBe('31 Dec 2025');
});

test('days and months keep their place around the turn of a year', () => {
  expect(headed('2026-11-26')).toBe('11月26日 星期四');
  expect([monthAway('2026-01', -1), monthAway('2026-12', 1)]).toEqual(['2025-12', '2027-01']);
  expect(monthly('2026-11')).toBe('2026年11月');
});

test('money is shown to the fen where there are any, and sizes in words of their own', () => {
  expect([yuan(300_000), yuan(105)]).toEqual(['3,000', '1.05']);
  expect([size(null), size(500), size(2_503)]).toEqual(['?', '500 B', '2 KB']);
});

test('a key is shown in groups of four, whether it came in groups or not', () => {
  expect(grouped('f8ed 59df 57ac')).toBe('f8ed 59df 57ac');
  expect(grouped('f8ed59df57')).toBe('f8ed 59df 57');
});
