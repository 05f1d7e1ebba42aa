import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DocId } from '../src/views.ts';
import { judged, picture, withJudge } from './judge.ts';
import { MEMBER, Phone } from './phone.ts';
import { Town } from './town.ts';

/** What goes wrong with a workbook that is open: each is said on the screen, with what to do, and the words are safe. In order. */
let town: Town;
let phone: Phone;
let page: Page;
let homes: DocId[];

beforeAll(async () => {
  town = await Town.make();
  const { code } = await town.invite(MEMBER);
  await town.start();
  phone = await Phone.open(town);
  await withJudge(phone);
  page = await phone.page();
  await phone.enrol(page, code);
  await phone.isKept(page);
  homes = (await phone.ask(page, 'households', { mine: true })).rows.map((row) => row.id);
});
afterAll(async () => {
  await phone?.close();
  await town?.close();
});

const notesAtTheOffice = async () => (await town.list('visits')).map((row) => row.note);
const visit = (home: number, note: string) =>
  phone.ask(page, 'visit', { household: homes[home] ?? '', visit: { note } });
const go = (path: string) => page.goto(`${phone.at}/handbook${path}`);

test('storage the browser may clear is told of, and the browser is asked to keep it', async () => {
  await go('/');
  const said = page.getByText('浏览器可能会清掉没有送出的记录');
  await said.waitFor();
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'today-may-be-cleared');
  await page.getByRole('button', { name: '请浏览器不要清理' }).click();
  await page.getByText('浏览器没有答应').waitFor();

  const session = await phone.context.newCDPSession(page);
  const origin = new URL(phone.at).origin;
  await session.send('Browser.grantPermissions', { origin, permissions: ['durableStorage'] });
  await page.getByRole('button', { name: '请浏览器不要清理' }).click();
  await said.waitFor({ state: 'detached' });
  await go('/settings');
  await page.getByText('浏览器答应不清理').waitFor();
});

test('in quiet hours no reminder is shown unless somebody asks, and the screens say when they are', async () => {
  await go('/more');
  await page.waitForFunction(() => window.lianhu?.book.state.is === 'ready');
  // Ten in the evening of the next fifteenth, when members report to the secretary.
  const evening = new Date(Date.now() + 8 * 3_600_000);
  evening.setUTCMonth(evening.getUTCMonth() + (evening.getUTCDate() < 15 ? 0 : 1), 15);
  evening.setUTCHours(22 - 8, 0, 0, 0);
  const at = async (ahead: number) => {
    await page.workers()[0]?.evaluate((now) => {
      Date.now = () => now;
    }, evening.getTime() + ahead);
    await page.getByRole('link', { name: '我的户' }).click();
    await page.getByRole('link', { name: '今日' }).click();
    await page.getByRole('heading', { name: '15日' }).waitFor();
  };
  const reminders = page.getByRole('heading', { name: '提醒' });
  // Two hours before they are shown.
  await at(-2 * 3_600_000);
  await reminders.waitFor();
  expect(await page.getByText('现在是安静时间').count()).toBe(0);

  await at(0);
  await page.getByText('现在是安静时间（21:00 至 07:00），不提醒').waitFor();
  expect(await reminders.count()).toBe(0);
  expect(await page.getByText('今天没有到期的事').count()).toBe(0);
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'today-quiet');
  await page.getByRole('button', { name: '还是要看' }).click();
  await reminders.waitFor();

  await go('/settings');
  await page.getByText('21:00 至 07:00 不提醒').waitFor();
});

test('a township of another version is told of, nothing is lost, and the new app is offered and brings the words', async () => {
  const note = '两边版本不合的时候写的';
  await go('/sync');
  await page.getByRole('button', { name: '现在同步' }).waitFor();
  await town.stop();
  await town.nextVersion();
  await town.start();
  // Its person puts the new app off, until the township does not understand the old one any more.
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await page.getByRole('button', { name: '以后再说' }).click();
  const offered = page.getByRole('button', { name: '更新' });
  await offered.waitFor({ state: 'detached' });
  town.relay.ofAnotherVersion = true;
  await visit(0, note);
  await page.getByRole('button', { name: '现在同步' }).click();
  const told = page.getByRole('alert').filter({ hasText: '版本不合' });
  await told.filter({ hasText: '写下的都在这部手机上' }).waitFor();
  await page.getByText('1 条还在本机，没有送出').first().waitFor();
  await offered.waitFor();
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'sync-other-version');
  expect(await notesAtTheOffice()).not.toContain(note);

  town.relay.ofAnotherVersion = false;
  await Promise.all([page.waitForEvent('load'), offered.click()]);
  await page.getByText('都已送到镇里').waitFor();
  expect(await notesAtTheOffice()).toContain(note);
});

test('nothing complained in the console all the while', () => {
  expect(phone.complaints).toEqual([]);
});
