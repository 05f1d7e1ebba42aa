import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { BOARD, Phone } from './phone.ts';
import { diceOf } from './relay.ts';
import { size } from './size.ts';
import { Slow } from './slow.ts';
import { Town } from './town.ts';

/** Records on the phone, and how many of them are visits of one household. */
const RECORDS = Number(process.env.RECORDS ?? 10_000);
const OF_ONE = Math.min(1_000, RECORDS / 2);
/** How much slower a cheap phone is. */
const SLOWER = Number(process.env.SLOWER ?? 4);
/** How often each is measured; the middle one is told. */
const TIMES = 9;
/** Nights over the slow line, and what the line's dice begin with. */
const NIGHTS = Number(process.env.NIGHTS ?? 15);
const SEED = Number(process.env.SEED ?? 1);
/**
 * A village's line: 50 kbit/s, 600 ms there and back, one segment of fifty lost. TCP sends again what is lost after three times there
 * and back, as long as it has measured the line but once (RFC 6298, 2.2).
 */
const LINE = { delayMs: 300, bytesPerSecond: 50_000 / 8, lostPerMille: 20, againAfterMs: 1_800 };

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
  const { code } = await town.invite(BOARD);
  await town.start();
  const homes = await filled(town);
  const phone = await Phone.open(town);
  let page = await phone.page();
  // The worker is there once it has said what state it is in.
  await page.getByRole('button', { name: '扫登记码' }).waitFor();
  await counting(page);
  const plain = await counting(page);
  let slow = Slow.begin(phone.profile, SLOWER);
  const firstSyncMs = await phone.enrol(page, code, 600_000);
  const first = (await phone.ask(page, 'status', {})).last_sync;
  // What the office wrote for others only, this phone does not have.
  const read = (await phone.ask(page, 'households', { limit: 1_000 })).rows;
  const records = read.reduce((sum, row) => sum + row.records, 0);
  await phone.isKept(page);
  // No sync by itself gets into what is measured.
  await phone.ask(page, 'set_aeroplane', { on: true });

  const cold: number[] = [];
  for (let round = 0; round < TIMES; round += 1) {
    slow.end();
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
    for (let round = 0; round < TIMES; round += 1) {
      // Whoever saves has looked at the page before: what the save before this one changed on it is asked for and drawn.
      await page.evaluate(async () => {
        const rest = () => new Promise((rested) => requestIdleCallback(rested));
        await rest();
        await window.lianhu.ask('status', {});
        await rest();
      });
      all.push(await inPage(call, args(round)));
    }
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
          const row = document.querySelector<HTMLAnchorElement>(`a[href$="${id}"]`);
          if (!row) throw new Error('the large household is not on the list');
          row.click();
          while (!document.querySelector('main .record')) await new Promise(requestAnimationFrame);
          return performance.now() - began;
        }, homes[0]),
      );
    }
    return median(all);
  };
  const figures = {
    households: read.length,
    records,
    slower: SLOWER,
    slower_as_measured: Number(slowdown.toFixed(1)),
    first_sync_ms: Math.round(firstSyncMs),
    first_sync_bytes_received: first?.bytes_received,
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
  slow.end();
  figures.slow_line = await slowLine(town, phone, page, homes);
  process.stdout.write(`\n${JSON.stringify(figures, null, 2)}\n`);
  await phone.close();
  await town.close();
  expect(figures.shell.brotli).toBeLessThan(1_500_000);
});

/** The households of the village, with the visits the office has typed in: many for the first, the rest for all others. */
async function filled(town: Town): Promise<string[]> {
  const all = (await town.list('households')).map((row) => String(row.doc));
  const person = (await town.list('workers')).find((row) => row.name === BOARD)?.id;
  const links = (await town.list('links')).filter((row) => row.worker === person);
  // One's own stand first on the phone's list.
  const own = links.map((row) => String(row.household));
  const homes = [...own, ...all.filter((home) => !own.includes(home))];
  for (let at = 0; at < RECORDS; at += 1) {
    const household = at < OF_ONE ? homes[0] : homes[1 + (at % (homes.length - 1))];
    const date = new Date(Date.now() - (at % 700) * 86_400_000).toISOString().slice(0, 10);
    await town.act(`documents/${household}/deeds`, { do: 'visit', note: `第${at}次走访，水压还是低`, date });
  }
  return homes;
}

/** Nights over a village's line, at full processor speed: six changes in three households, and one of the office's comes back. */
async function slowLine(town: Town, phone: Phone, page: Page, homes: string[]): Promise<object> {
  await phone.ask(page, 'sync', { once: true });
  const [all, dice] = [[] as number[], diceOf(SEED)];
  const sum = { round_trips: 0, bytes_sent: 0, bytes_received: 0, recorded: 0, received: 0 };
  for (let night = 0; night < NIGHTS; night += 1) {
    for (let at = 0; at < 6; at += 1)
      await phone.ask(page, 'visit', { household: homes[1 + (at % 3)] ?? '', visit: { note: `第${night}夜${at}` } });
    await town.act(`households/${homes[4]}`, { phone: `138${String(night).padStart(8, '0')}` });
    town.relay.hangUp();
    town.relay.slow = { ...LINE, dice };
    const began = performance.now();
    const report = await phone.ask(page, 'sync', { once: true });
    all.push(performance.now() - began);
    town.relay.slow = null;
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += report[name];
  }
  const each = Object.entries(sum).map(([name, of]) => [name, Math.round(of / NIGHTS)]);
  const slowest = Math.round(Math.max(...all));
  return {
    nights: NIGHTS,
    seed: SEED,
    median_ms: median(all),
    slowest_ms: slowest,
    lost_segments: town.relay.lost,
    ...Object.fromEntries(each),
  };
}
