import { readdir, readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MEMBER, Phone } from './phone.ts';
import { Town } from './town.ts';

/**
 * The store in the browser, alone: whatever happens to a tab, every save that was acknowledged is there, and no other one is there
 * by half. The tests go in their order, on one phone, and ask the worker past the screens.
 */
let town: Town;
let phone: Phone;
let page: Page;
const acknowledged: string[] = [];

beforeAll(async () => {
  town = await Town.make();
  const { code } = await town.invite(MEMBER);
  await town.start();
  phone = await Phone.open(town);
  page = await phone.page();
  await phone.enrol(page, code);
  await phone.isKept(page);
  await phone.offline(true);
});
afterAll(async () => {
  await phone?.close();
  await town?.close();
});

const month = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);

/** What the diary says, and where its entries are. */
async function diary(): Promise<string[]> {
  const { entries } = await phone.ask(page, 'diary', { month: month() });
  expect(entries.every((entry) => entry.where.is === 'kept')).toBe(true);
  return entries.map((entry) => entry.text ?? '');
}

/** Opens the app anew, and waits until the workbook is open. */
async function reopen(): Promise<void> {
  page = await phone.page();
  await isReady(page);
}

const isReady = (at: Page) => at.waitForFunction(() => window.lianhu?.book.state.is === 'ready');

/** Writes entry after entry, and says so outside of the page each time one was acknowledged. */
async function writeOn(round: string): Promise<() => number> {
  let count = 0;
  await page.exposeFunction('acknowledged', (text: string) => {
    acknowledged.push(text);
    count += 1;
  });
  page
    .evaluate(async (name) => {
      for (let n = 0; ; n += 1) {
        const text = `${name} ${n} ${'字'.repeat(200)}`;
        await window.lianhu.ask('write_entry', { entry: { text } });
        await (window as unknown as { acknowledged: (text: string) => Promise<void> }).acknowledged(text);
      }
    }, round)
    // The page dies under it.
    .catch(() => undefined);
  return () => count;
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((ok) => setImmediate(ok));
}

/** Every acknowledged save is there, and at most the one that was under way besides. */
async function isAllThere(): Promise<void> {
  const there = await diary();
  expect(acknowledged.filter((text) => !there.includes(text))).toEqual([]);
  const unsaid = there.filter((text) => !acknowledged.includes(text));
  expect(unsaid.length).toBeLessThanOrEqual(1);
  expect(unsaid.every((text) => text.endsWith('字'.repeat(200)))).toBe(true);
  // It was written and nobody could be told.
  acknowledged.push(...unsaid);
  expect((await phone.ask(page, 'status', {})).kept).toBe(there.length);
}

test('what was acknowledged is there after the page was loaded anew', async () => {
  for (const text of ['一', '二', '三']) {
    await phone.ask(page, 'write_entry', { entry: { text } });
    acknowledged.push(text);
  }
  await page.reload();
  await isReady(page);
  await isAllThere();
});

test('a tab that is killed between any two writes loses nothing that was acknowledged', async () => {
  for (const saves of [1, 2, 3, 5, 8, 13]) {
    const count = await writeOn(`杀${saves}`);
    await until(() => count() >= saves);
    const session = await phone.context.newCDPSession(page);
    const gone = page.waitForEvent('crash');
    session.send('Page.crash').catch(() => undefined);
    await gone;
    await page.close();
    await reopen();
    await isAllThere();
  }
});

test('a browser that is killed like a phone without power loses nothing that was acknowledged', async () => {
  for (const saves of [4, 9]) {
    const count = await writeOn(`断电${saves}`);
    await until(() => count() >= saves);
    await killBrowser();
    await phone.restart();
    await phone.offline(true);
    await reopen();
    await isAllThere();
  }
});

test('of two tabs one leads, the other can take over, and what both wrote is there', async () => {
  const first = page;
  const second = await phone.page();
  await second.waitForFunction(() => window.lianhu?.book.state.is === 'another_tab');
  await expect(phone.ask(second, 'write_entry', { entry: { text: '不该记下' } })).rejects.toThrow('another_tab');
  expect((await phone.ask(second, 'take_over', {})).is).toBe('ready');
  await first.waitForFunction(() => window.lianhu?.book.state.is === 'another_tab');
  page = second;
  await phone.ask(page, 'write_entry', { entry: { text: '第二个窗口' } });
  acknowledged.push('第二个窗口');
  await isAllThere();
  // The one that waits has it again by itself once the other is gone.
  await second.close();
  page = first;
  await isReady(page);
  await isAllThere();
});

test('a full storage refuses a save in words, keeps everything before, and goes on once there is room', async () => {
  const session = await phone.context.newCDPSession(page);
  const origin = new URL(phone.at).origin;
  const { used } = (await phone.ask(page, 'status', {})).storage;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: (used ?? 0) + 100_000 });
  let refused = '';
  for (let n = 0; !refused && n < 2_000; n += 1) {
    const text = `满${n} ${'水'.repeat(3_900)}`;
    await phone.ask(page, 'write_entry', { entry: { text } }).then(
      () => acknowledged.push(text),
      (why) => {
        refused = String(why);
      },
    );
  }
  expect(refused).toContain('disk_full');
  await isAllThere();
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await phone.ask(page, 'write_entry', { entry: { text: '又有地方了' } });
  acknowledged.push('又有地方了');
  await isAllThere();
  await page.reload();
  await isReady(page);
  await isAllThere();
});

test('a store of a newer version is refused, with its words as they are', async () => {
  const pin = '四季平安2026';
  await phone.ask(page, 'set_pin', { pin });
  // Closes the store, so that all of it is in its file and none of it in the journal.
  await phone.ask(page, 'lock', {});
  const before = await meddle((bytes) => bytes, false);
  await meddle(claimNewer, true);
  page = await phone.page();
  await page.waitForFunction(() => window.lianhu?.book.state.is === 'newer');
  await page.close();
  await meddle(() => before, true);
  page = await phone.page();
  await page.waitForFunction(() => window.lianhu?.book.state.is === 'pin_needed');
  await phone.ask(page, 'unlock', { pin });
  await isAllThere();
  await phone.ask(page, 'set_pin', { old: pin, pin: null });
});

test('a damaged store is set aside and given out whole, and a new one begins beside it', async () => {
  await phone.ask(page, 'set_pin', { pin: '四季平安2026' });
  await phone.ask(page, 'lock', {});
  const damaged = await meddle((bytes) => bytes.fill(0x2a, 8_192, 40_000), true);
  page = await phone.page();
  await page.waitForFunction(() => window.lianhu?.book.state.is === 'not_enrolled');
  const state = await phone.ask(page, 'state', {});
  if (state.is !== 'not_enrolled' || !state.set_aside) throw new Error('nothing was set aside');
  const { name } = state.set_aside;
  const found = await page.evaluate(async (of) => {
    const { bytes } = (await window.lianhu.ask('export_store', { name: of })) as { bytes: ArrayBuffer };
    return [...new Uint8Array(bytes).subarray(512 + 8_192, 512 + 8_200)];
  }, name);
  expect(found).toEqual([...damaged.subarray(8_192, 8_200)]);
  await expect(phone.ask(page, 'today', {})).rejects.toThrow('not_ready');
});

/** Sees the database's bytes while no app is open, and puts others in their place. Nobody else could: the phone is unlocked. */
async function meddle(change: (bytes: Uint8Array) => Uint8Array, write: boolean): Promise<Uint8Array> {
  if (!page.isClosed()) await page.close();
  // Of the same origin, and not the app.
  const bare = await phone.context.newPage();
  await phone.offline(false);
  await bare.goto(`${phone.at}/v1/township`);
  await phone.offline(true);
  const given = await bare.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const pool = await (await root.getDirectoryHandle('lianhu-1')).getDirectoryHandle('.opaque');
    for await (const [name, entry] of pool.entries()) {
      const bytes = new Uint8Array(await (await (entry as FileSystemFileHandle).getFile()).arrayBuffer());
      if (!new TextDecoder().decode(bytes.subarray(0, 40)).split('\0')[0]?.endsWith('workbook.db')) continue;
      return { name, base64: btoa(Array.from(bytes.subarray(4_096), (byte) => String.fromCharCode(byte)).join('')) };
    }
    throw new Error('there is no database');
  });
  const bytes = change(new Uint8Array(Buffer.from(given.base64, 'base64')));
  if (write) {
    await bare.evaluate(
      async ({ name, base64 }) => {
        const root = await navigator.storage.getDirectory();
        const pool = await (await root.getDirectoryHandle('lianhu-1')).getDirectoryHandle('.opaque');
        const writing = await (await pool.getFileHandle(name)).createWritable({ keepExistingData: true });
        const data = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        await writing.write({ type: 'write', position: 4_096, data });
        await writing.close();
      },
      { name: given.name, base64: Buffer.from(bytes).toString('base64') },
    );
  }
  await bare.close();
  return bytes;
}

/** Says in the table of migrations, and in its index, that a much newer program was here. */
function claimNewer(bytes: Uint8Array): Uint8Array {
  const newest = Math.max(...migrations);
  const at = (from: number) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(names[newest] ?? '?', from);
  let changed = 0;
  for (let found = at(0); found > 0; found = at(found + 1)) {
    if (bytes[found - 1] !== newest) continue;
    bytes[found - 1] = 99;
    changed += 1;
  }
  for (let n = 0; n < bytes.length - 5; n += 1) {
    const record = bytes.subarray(n, n + 4);
    if (record[0] === 3 && record[1] === 1 && record[2] === 1 && record[3] === newest) {
      bytes[n + 3] = 99;
      changed += 1;
    }
  }
  if (changed < 2) throw new Error('the table of migrations was not found');
  return bytes;
}

const migrations: number[] = [];
const names: string[] = [];
beforeAll(async () => {
  const folder = new URL('../../../crates/store/migrations/phone/', import.meta.url);
  for (const file of await readdir(folder)) {
    const [, number = '0', name = ''] = /^V(\d+)__(\w+)\./.exec(file) ?? [];
    migrations.push(Number(number));
    names[Number(number)] = name;
  }
});

/** Ends the browser's processes of this phone's profile at once, all of them. */
async function killBrowser(): Promise<void> {
  const gone = new Promise((ok) => phone.context.once('close', ok));
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!line.includes(phone.profile) || line.includes('--type=')) continue;
    process.kill(Number(pid), 'SIGKILL');
  }
  await gone;
}
