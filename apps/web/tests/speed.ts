import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { MEMBER, Phone } from './phone.ts';
import { size } from './size.ts';
import { Slow } from './slow.ts';
import { Town } from './town.ts';

/** Records on the phone, and how many of them are visits of one household. */
const RECORDS = Number(process.env.RECORDS ?? 10_000);
const OF_ONE = Math.min(1_000, RECORDS / 2);
/** How much slower a cheap phone is. */
const SLOWER = Number(process.env.SLOWER ?? 4);
const TIMES = 9;

/** The middle one. */
const median = (all: number[]): number =>
  Math.round(all.sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? 0);

/** How long the worker counts to a number: what “slower” comes to. */
const counting = (page: Page): Promise<number> =>
  page.workers()[0]?.evaluate(() => {
    const began = performance.now();
    let sum = 0;
    for (let at = 0; at < 300_000_000; at += 1) sum ^= at;
    return performance.now() - began + Math.min(sum, 0);
  }) ?? Promise.resolve(0);

test('how long things take with a full workbook on a slow phone', async () => {
  const town = await Town.make();
  const { code } = await town.invite(MEMBER);
  await town.start();
  const phone = await Phone.open(town);
  let page = await phone.page();
  await phone.enrol(page, code);
  await phone.isKept(page);
  const homes = (await phone.ask(page, 'households', {})).rows.map((row) => row.id);
  // On a page that shows no records, and without a line: so that filling takes no longer than it must.
  await phone.ask(page, 'set_aeroplane', { on: true });
  await page.goto(`${phone.at}/handbook/settings`);
  await page.waitForFunction(() => window.lianhu?.book.state.is === 'ready');
  const filling = performance.now();
  await page.evaluate(
    async ([ids, records, ofOne]) => {
      for (let at = 0; at < records; at += 1) {
        const household = at < ofOne ? ids[0] : ids[1 + (at % (ids.length - 1))];
        const date = new Date(Date.now() - (at % 700) * 86_400_000).toISOString().slice(0, 10);
        await window.lianhu.ask('visit', {
          household: household ?? '',
          visit: { note: `第${at}次走访，水压还是低`, date },
        });
      }
    },
    [homes, RECORDS, OF_ONE] as const,
  );
  const fillMs = Math.round(performance.now() - filling);
  await phone.ask(page, 'sync', { once: true });
  await counting(page);
  const plain = await counting(page);

  const cold: number[] = [];
  let slow: Slow | null = null;
  for (let round = 0; round < 3; round += 1) {
    slow?.end();
    await phone.restart();
    page = await phone.context.newPage();
    slow = Slow.begin(phone.profile, SLOWER);
    const began = performance.now();
    await page.goto(`${phone.at}/handbook/`);
    await page.getByRole('heading', { name: /星期/ }).waitFor();
    cold.push(performance.now() - began);
  }
  const slowdown = (await counting(page)) / plain;
  // The page's own clock goes on while it is held.
  const inPage = (call: string, args: object) =>
    page.evaluate(
      async ([name, given]) => {
        const began = performance.now();
        await window.lianhu.ask(name as never, given as never);
        return performance.now() - began;
      },
      [call, args] as const,
    );
  const rounds = async (call: string, args: (round: number) => object) => {
    const all: number[] = [];
    for (let round = 0; round < TIMES; round += 1) all.push(await inPage(call, args(round)));
    return median(all);
  };
  /** From the tap on a household until its visits are on the screen. */
  const opened = async () => {
    const all: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await page.goto(`${phone.at}/handbook/households`);
      await page.locator('main a.row').first().waitFor();
      all.push(
        await page.evaluate(async (id) => {
          const began = performance.now();
          document.querySelector<HTMLAnchorElement>(`a[href$="${id}"]`)?.click();
          while (!document.querySelector('main .record')) await new Promise(requestAnimationFrame);
          return performance.now() - began;
        }, homes[0]),
      );
    }
    return median(all);
  };
  const figures = {
    records: RECORDS,
    slower: SLOWER,
    slower_as_measured: Number(slowdown.toFixed(1)),
    fill_ms_at_full_speed: fillMs,
    cold_start_ms: median(cold),
    list_ms: await rounds('households', () => ({})),
    search_ms: await rounds('households', () => ({ query: 'z' })),
    large_household_ms: await rounds('household', () => ({ id: homes[0] })),
    large_household_on_screen_ms: await opened(),
    save_ms: await rounds('visit', (round) => ({ household: homes[1], visit: { note: `量${round}` } })),
    save_in_the_large_ms: await rounds('visit', (round) => ({ household: homes[0], visit: { note: `量${round}` } })),
    slow_line: {},
    shell: size(),
  };
  slow?.end();
  figures.slow_line = await slowLine(town, phone, page, homes);
  process.stdout.write(`\n${JSON.stringify(figures, null, 2)}\n`);
  await phone.close();
  await town.close();
  expect(figures.shell.brotli).toBeLessThan(1_500_000);
});

/** A night's sync of six changes over 50 kbit/s and 600 ms, at full processor speed. */
async function slowLine(town: Town, phone: Phone, page: Page, homes: string[]): Promise<object> {
  await phone.ask(page, 'sync', { once: true });
  for (let at = 0; at < 6; at += 1)
    await phone.ask(page, 'visit', { household: homes[1 + (at % 3)] ?? '', visit: { note: `夜里${at}` } });
  town.relay.slow = { delayMs: 300, bytesPerSecond: 50_000 / 8 };
  const began = performance.now();
  const report = await phone.ask(page, 'sync', { once: true });
  const ms = Math.round(performance.now() - began);
  town.relay.slow = null;
  const { round_trips, bytes_sent, bytes_received, recorded } = report;
  return { ms, round_trips, bytes_sent, bytes_received, recorded };
}
