import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MEMBER, Phone } from './phone.ts';
import { type Invited, Town } from './town.ts';

/** One member's days with the handbook, in their order: what one test wrote is there for the next. */
let town: Town;
let phone: Phone;
let page: Page;
let invited: Invited;

beforeAll(async () => {
  town = await Town.make();
  invited = await town.invite(MEMBER);
  await town.start();
  phone = await Phone.open(town);
});
afterAll(async () => {
  await phone?.close();
  await town?.close();
});

const words = '自来水又小了，烧饭要等半天';
/** On the screen of the line, with the sync over that opening the app began. */
async function atRest(): Promise<void> {
  await page.goto(`${phone.at}/handbook/sync`);
  await page.getByRole('button', { name: '现在同步' }).waitFor();
}
/** Where the household lives that was visited. */
const visited = async () => (await phone.ask(page, 'households', {})).rows.find((row) => row.last !== null)?.doorplate;
const notesAtTheOffice = async () => (await town.list('visits')).map((row) => row.note);

test('a member enrols with a typed code and finds the own households', async () => {
  page = await phone.page();
  await phone.enrol(page, invited.code);
  await phone.isKept(page);
  await page.getByRole('link', { name: '我的户' }).click();
  const homes = await phone.ask(page, 'households', {});
  expect(homes.total).toBeGreaterThan(4);
  await page
    .getByText(homes.rows[0]?.title ?? '?')
    .first()
    .waitFor();
});

test('a visit takes three taps and a sentence, and is still there after the phone was switched off without a line', async () => {
  await phone.offline(true);
  await page.goto(`${phone.at}/handbook/`);
  await page.getByRole('link', { name: '记走访' }).click();
  await page.locator('main li button').first().click();
  await page.getByLabel('听到什么、看到什么').fill(words);
  await page.getByRole('button', { name: '保存走访' }).click();
  await page.getByText(words).waitFor();
  await page.getByText('在本机').first().waitFor();

  await phone.restart();
  await phone.offline(true);
  page = await phone.page('/households');
  await page.getByText('在本机').first().waitFor();
  await page.locator('a.row', { hasText: '在本机' }).first().click();
  await page.getByText(words).waitFor();
  expect(await notesAtTheOffice()).not.toContain(words);
});

test('the day’s page says which households wait longest for a visit, and leads to all of them in that order', async () => {
  await page.goto(`${phone.at}/handbook/`);
  const longest = page.locator('section', { has: page.getByRole('heading', { name: '最久没走访的户' }) });
  await longest.locator('a.row').nth(2).waitFor();
  const shown = await longest.locator('a.row .door').allTextContents();
  expect(shown).toHaveLength(3);
  expect(await visited()).toBeTruthy();
  expect(shown).not.toContain(await visited());
  await longest.getByRole('link', { name: '全部' }).click();
  await page.getByRole('button', { name: '最久没走访的在前', pressed: true }).waitFor();
  await page.locator('main a.row').nth(3).waitFor();
  expect((await page.locator('main a.row .door').allTextContents()).slice(0, 3)).toEqual(shown);
});

test('with a line again it is recorded, the phone says so, and the office reads it', async () => {
  await phone.offline(false);
  await page.goto(`${phone.at}/handbook/sync`);
  await page.getByRole('button', { name: '现在同步' }).click();
  await page.getByText('都已送到镇里').waitFor();
  expect(await notesAtTheOffice()).toContain(words);
});

test('with a line nobody has to tap anything: a while after the save the office has it', async () => {
  await atRest();
  const note = '没有人点同步';
  const [home] = (await phone.ask(page, 'households', {})).rows;
  await phone.ask(page, 'visit', { household: home?.id ?? '', visit: { note } });
  await page.getByText('1 条还在本机，没有送出').first().waitFor();
  await expect.poll(notesAtTheOffice, { timeout: 60_000 }).toContain(note);
  await page.getByText('都已送到镇里').waitFor();
});

test('a sync by itself that finds nobody there tries again by itself', async () => {
  await atRest();
  const note = '镇里的机器停了一会儿';
  await town.stop();
  // Half a minute is a second and a half to this worker.
  await page.workers()[0]?.evaluate(() => {
    const real = setTimeout;
    self.setTimeout = ((act: () => void, ms: number) => real(act, ms / 20)) as typeof setTimeout;
  });
  const [home] = (await phone.ask(page, 'households', {})).rows;
  await phone.ask(page, 'visit', { household: home?.id ?? '', visit: { note } });
  await page.getByRole('alert').filter({ hasText: '自己再试' }).waitFor();
  await town.start();
  await page.getByText('都已送到镇里').waitFor();
  expect(await notesAtTheOffice()).toContain(note);
});

test('an answer that is lost on the way loses nothing and records nothing twice', async () => {
  const second = '问起新房的宅基地';
  const [home] = (await phone.ask(page, 'households', {})).rows;
  await phone.ask(page, 'visit', { household: home?.id ?? '', visit: { note: second } });
  town.relay.cutReplies = true;
  await page.getByRole('button', { name: '现在同步' }).click();
  await page.getByRole('alert').waitFor();
  expect((await phone.ask(page, 'status', {})).kept).toBe(1);
  expect((await notesAtTheOffice()).filter((note) => note === second)).toHaveLength(1);

  town.relay.cutReplies = false;
  await page.getByRole('button', { name: '现在同步' }).click();
  await page.getByText('都已送到镇里').waitFor();
  expect((await notesAtTheOffice()).filter((note) => note === second)).toHaveLength(1);
});

test('a township that is gone in the middle of the evening is told of, and everything waits', async () => {
  await town.stop();
  const [home] = (await phone.ask(page, 'households', {})).rows;
  await phone.ask(page, 'visit', { household: home?.id ?? '', visit: { note: '一切都好' } });
  await page.getByRole('button', { name: '现在同步' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByText('1 条还在本机，没有送出').first().waitFor();
  await town.start();
  await page.getByRole('button', { name: '现在同步' }).click();
  await page.getByText('都已送到镇里').waitFor();
});

test('a phone whose clock went back a year still writes and syncs', async () => {
  const [worker] = page.workers();
  await worker?.evaluate(() => {
    const [year, real] = [365 * 86_400_000, Date.now.bind(Date)];
    Date.now = () => real() - year;
  });
  const [home] = (await phone.ask(page, 'households', {})).rows;
  const note = '钟不对，话还在';
  await phone.ask(page, 'visit', { household: home?.id ?? '', visit: { note } });
  await page.getByRole('button', { name: '现在同步' }).click();
  await page.getByText('都已送到镇里').waitFor();
  expect(await notesAtTheOffice()).toContain(note);
});

test('a sentence of the diary becomes a matter with one tap, and has its number after the sync', async () => {
  await page.goto(`${phone.at}/handbook/diary`);
  await page.getByRole('link', { name: '写日记' }).click();
  await page.getByLabel('今天的事').fill('桥边路灯不亮');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('button', { name: '转为事项' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '转为事项' }).click();
  await page.getByRole('link', { name: /已转为事项/ }).click();
  await page.getByText('临时编号').waitFor();
  await phone.ask(page, 'sync', {});
  await page.getByText('临时编号').waitFor({ state: 'detached' });
  const matters = await town.list('matters');
  expect(matters.map((row) => row.title)).toContain('桥边路灯不亮');
});

test('a complaint written without a line goes past the village to the township, and its reply is read on the phone', async () => {
  await phone.offline(true);
  await page.goto(`${phone.at}/handbook/more`);
  await page.getByRole('link', { name: '意见箱' }).click();
  await page.getByRole('button', { name: '写意见' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: '重复填报' }).click();
  await sheet.getByLabel('怎么回事').fill('户数报了三遍');
  await sheet.getByRole('button', { name: '保存' }).click();
  await page.locator('main').getByText('户数报了三遍').waitFor();
  await page.locator('main').getByText('在本机').waitFor();
  expect(await town.list('complaints')).toEqual([]);

  await phone.offline(false);
  await phone.ask(page, 'sync', {});
  const [row] = await town.list('complaints');
  expect(row).toMatchObject({ about: 'asked_twice', status: 'waiting' });
  await town.act(`documents/${row?.doc}/deeds`, { do: 'reply', text: '以后用台账里的数' });
  await phone.ask(page, 'sync', {});
  await page.getByText('以后用台账里的数').waitFor();
});

test('a program that stumbles begins again from the store, and says that nothing was lost', async () => {
  await page.goto(`${phone.at}/handbook/households`);
  await page.locator('main a.row').first().waitFor();
  const before = await phone.ask(page, 'status', {});
  // A call is under way when the worker gives up.
  town.relay.slow = { delayMs: 10_000, bytesPerSecond: 1_000 };
  await page.evaluate(() => {
    window.lianhu.ask('sync', { once: true }).catch(() => undefined);
  });
  await page.workers()[0]?.evaluate(() => postMessage({ event: 'stumbled' }));
  town.relay.slow = null;
  await page.getByText('什么也没有丢').waitFor();
  await page.locator('main a.row').first().waitFor();
  await expect.poll(async () => (await phone.ask(page, 'state', {})).is).toBe('ready');
  expect((await phone.ask(page, 'status', {})).documents).toBe(before.documents);
});

test('a new version takes over when somebody says so, with unsent work left alone', async () => {
  await phone.offline(true);
  const [home] = (await phone.ask(page, 'households', {})).rows;
  const note = '更新以前写的';
  await phone.ask(page, 'visit', { household: home?.id ?? '', visit: { note } });
  await town.stop();
  await town.nextVersion();
  await town.start();
  await phone.offline(false);
  await page.goto(`${phone.at}/handbook/more`);
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await page.getByText('有新版本').waitFor();
  // Until then every file comes from the version that runs.
  const before = await page.evaluate(async () => (await caches.keys()).length);
  expect(before).toBe(2);
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: '更新' }).click()]);
  await page.goto(`${phone.at}/handbook/households/${home?.id}`);
  await page.getByText(note).waitFor();
  await phone.ask(page, 'sync', { once: true });
  expect(await notesAtTheOffice()).toContain(note);
});

test('nothing complained in the console all the while', () => {
  expect(phone.complaints).toEqual([]);
});
