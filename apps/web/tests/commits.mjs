// What one durable save costs in a browser, of the two ways there are: SQLite's writes on the browser's own file system, and
// one IndexedDB transaction. Prints JSON. `node tests/commits.mjs [THROTTLE]`; see docs/adr/0013-store-in-the-browser.md.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const throttle = Number(process.argv[2] ?? 4);
const CHROMIUM = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);

const worker = `
const bytes = (n) => crypto.getRandomValues(new Uint8Array(n));
const ROUNDS = 200;
async function opfs() {
  const root = await navigator.storage.getDirectory();
  const file = await (await root.getFileHandle('wal', { create: true })).createSyncAccessHandle();
  const times = [];
  for (let n = 0; n < ROUNDS; n++) {
    // What a save adds to the journal: six pages of 4 KiB, each with its header.
    const frames = Array.from({ length: 6 }, () => bytes(4120));
    const began = performance.now();
    frames.forEach((frame, at) => file.write(frame, { at: (n * 6 + at) * 4120 }));
    file.flush();
    times.push(performance.now() - began);
  }
  file.close();
  return times;
}
const asked = (request) => new Promise((ok, no) => { request.onsuccess = () => ok(request.result); request.onerror = () => no(request.error); });
async function indexed() {
  const opening = indexedDB.open('commits', 1);
  opening.onupgradeneeded = () => { for (const name of ['documents', 'pending', 'standing']) opening.result.createObjectStore(name); };
  const db = await asked(opening);
  const times = [];
  for (let n = 0; n < ROUNDS; n++) {
    // The same save as rows: a change, a card, the count of commits.
    const rows = [['pending', bytes(900), n], ['documents', bytes(300), n % 20], ['standing', bytes(24), 0]];
    const began = performance.now();
    const transaction = db.transaction(['documents', 'pending', 'standing'], 'readwrite', { durability: 'strict' });
    for (const [store, value, key] of rows) transaction.objectStore(store).put(value, key);
    await new Promise((ok, no) => { transaction.oncomplete = ok; transaction.onabort = () => no(transaction.error); });
    times.push(performance.now() - began);
  }
  // Opening: all of it into memory, since the port does not wait.
  for (let from = 0; from < 10000; from += 1000) {
    const filling = db.transaction('documents', 'readwrite');
    for (let n = from; n < from + 1000; n++) filling.objectStore('documents').put(bytes(700), n);
    await new Promise((ok) => { filling.oncomplete = ok; });
  }
  const began = performance.now();
  const all = await asked(db.transaction('documents').objectStore('documents').getAll());
  return { times, mirror_ms: performance.now() - began, rows: all.length };
}
onmessage = async () => postMessage({ opfs: await opfs(), indexed: await indexed() });
`;

const server = createServer((asked, answer) => {
  answer.setHeader('content-type', asked.url === '/worker.js' ? 'text/javascript' : 'text/html');
  answer.end(asked.url === '/worker.js' ? worker : '<!doctype html><title>commits</title>');
}).listen(0, '127.0.0.1');
// A profile on the disk: a window without one keeps everything in memory, and its figures say nothing.
const profile = await mkdtemp(join(tmpdir(), 'lianhu-commits-'));
const browser = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, args: ['--no-sandbox'] });
const page = await browser.newPage();
const session = await page.context().newCDPSession(page);
await session.send('Emulation.setCPUThrottlingRate', { rate: throttle });
await page.goto(`http://127.0.0.1:${server.address().port}/`);
const said = await page.evaluate(
  () =>
    new Promise((ok) => {
      const worker = new Worker('/worker.js');
      worker.onmessage = (event) => ok(event.data);
      worker.postMessage(null);
    }),
);
const figures = (times) => {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part) => Number(sorted[Math.floor(sorted.length * part)].toFixed(2));
  return { median_ms: at(0.5), p95_ms: at(0.95), worst_ms: at(0.999) };
};
console.log(
  JSON.stringify({
    throttle,
    opfs_commit: figures(said.opfs),
    indexeddb_commit: figures(said.indexed.times),
    indexeddb_read_10000_rows_ms: Math.round(said.indexed.mirror_ms),
  }),
);
await browser.close();
await rm(profile, { recursive: true, force: true });
server.close();
