import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IconName, icons } from '../src/parts/icons.ts';
import type { DocId } from '../src/views.ts';
import { judged, picture, withJudge } from './judge.ts';
import { MEMBER, Phone } from './phone.ts';
import { Town } from './town.ts';

/** Words the township does not take: held until somebody decides, or refused. One phone, in order; the words are never lost. */
let town: Town;
let phone: Phone;
let page: Page;
let device: string;
let homes: DocId[];

const NOTES = ['老人腿脚不便，想装扶手', '屋顶漏雨，东边那间', '问起孩子转学的事'] as const;
const WHY = '请先到镇里说明一下';

beforeAll(async () => {
  town = await Town.make();
  const { code } = await town.invite(MEMBER);
  await town.start();
  phone = await Phone.open(town);
  await withJudge(phone);
  page = await phone.page();
  await phone.enrol(page, code);
  await phone.isKept(page);
  ({ device } = await phone.ask(page, 'status', {}));
  homes = (await phone.ask(page, 'households', { mine: true })).rows.map((row) => row.id).slice(0, NOTES.length);
});
afterAll(async () => {
  await phone?.close();
  await town?.close();
});

const notesAtTheOffice = async () => (await town.list('visits')).map((row) => row.note);
const go = (path: string) => page.goto(`${phone.at}/handbook${path}`);

/** A visit on the screen of its household. */
async function record(at: number): Promise<Locator> {
  await go(`/households/${homes[at]}`);
  const found = page.locator('.record', { hasText: NOTES[at] ?? '?' });
  await found.waitFor();
  return found;
}

/** The card of a save on the screen where somebody looks at it. */
const kept = (at: number) => page.locator('article', { hasText: NOTES[at] ?? '?' });

/** The mark says it in a picture too. */
async function isMarked(on: Locator, word: string, icon: IconName): Promise<void> {
  const tag = on.locator('.mark .tag', { hasText: word });
  await tag.waitFor();
  expect(await tag.locator('path').getAttribute('d')).toBe(icons[icon]);
}

/** Syncs, and waits until it is over: also when the township says no. */
async function sync(): Promise<void> {
  await go('/sync');
  await page.getByRole('button', { name: '现在同步' }).waitFor();
  await phone.ask(page, 'sync', {}).catch(() => undefined);
}

test('what a suspended phone wrote is held: every record says so and why, and the words can neither be lost nor sent twice', async () => {
  await town.act(`devices/${device}`, { standing: 'suspended', reason: '在查' });
  for (const [at, note] of NOTES.entries())
    await phone.ask(page, 'visit', { household: homes[at] ?? '', visit: { note } });
  await sync();
  await page.getByRole('alert').filter({ hasText: '请向镇里询问' }).waitFor();
  expect(await phone.ask(page, 'status', {})).toMatchObject({ kept: 0, held: 3, refused: 0 });
  await page.getByText('3 条镇里还没有收下').first().waitFor();
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'sync-held');

  const held = await record(0);
  await isMarked(held, '待定', 'held');
  await held.getByText('手机已停用，等镇里决定').waitFor();
  await picture(page, 'household-held');

  await go('/settle');
  for (const at of NOTES.keys()) {
    await isMarked(kept(at), '待定', 'held');
    await kept(at).getByText('手机已停用，等镇里决定').waitFor();
    expect(await kept(at).getByRole('button').allInnerTexts()).toEqual(['复制文字']);
  }
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'settle-held');
});

test('what the office accepts is recorded, and what it declines says so with its reason and keeps its words', async () => {
  const { held } = (await town.office('held')) as {
    held: { doc: string; change: string; words: { said: string }[] }[];
  };
  for (const [at, note] of NOTES.entries()) {
    const work = held.find(({ words }) => words.some(({ said }) => said.includes(note)));
    if (!work) throw new Error(`the office does not have ${note}`);
    const path = `held/${work.doc}/${work.change}`;
    await (at === 0 ? town.act(`${path}/accept`, {}) : town.act(`${path}/decline`, { reason: WHY }));
  }
  await town.act(`devices/${device}`, { standing: 'active', reason: '查清了' });
  await sync();
  expect(await phone.ask(page, 'status', {})).toMatchObject({ kept: 0, held: 0, refused: 2 });
  expect(await notesAtTheOffice()).toEqual([NOTES[0]]);
  await isMarked(await record(0), '镇里已收', 'recorded');
  // What was not taken stands apart from the document, and its household says where.
  await go(`/households/${homes[1]}`);
  await isMarked(page.locator('.plate'), '未收', 'refused');
  expect(await page.locator('.record', { hasText: NOTES[1] }).count()).toBe(0);
  await page.getByRole('link', { name: '这一户有记录镇里没有收下' }).click();
  await kept(1).waitFor();
  await go('/');
  await page.getByRole('link', { name: '2 条记录要您看一看' }).click();
  for (const at of [1, 2]) {
    await isMarked(kept(at), '未收', 'refused');
    await kept(at).getByText(WHY).waitFor();
  }
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'settle-refused');
});

test('refused words are written again with one tap and go in', async () => {
  // Without a line: opening the next screen would send it by itself.
  await phone.offline(true);
  await kept(1).getByRole('button', { name: '照原样再写' }).click();
  await kept(1).waitFor({ state: 'detached' });
  await isMarked(await record(1), '在本机', 'kept');
  await phone.offline(false);
  await sync();
  expect(await notesAtTheOffice()).toContain(NOTES[1]);
  expect(await phone.ask(page, 'status', {})).toMatchObject({ kept: 0, refused: 1 });
});

test('refused words are let go only after a question, and nothing of them reaches the office', async () => {
  await go('/settle');
  await kept(2).getByRole('button', { name: '不要了' }).click();
  await page.getByRole('dialog').getByText('不能恢复').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: '取消' }).click();
  await kept(2).getByText(WHY).waitFor();
  await kept(2).getByRole('button', { name: '不要了' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '不要了' }).click();
  await page.getByText('没有要处理的').waitFor();
  await sync();
  expect(await notesAtTheOffice()).not.toContain(NOTES[2]);
  expect(await phone.ask(page, 'status', {})).toMatchObject({ kept: 0, held: 0, refused: 0 });
});

test('nothing complained in the console all the while', () => {
  expect(phone.complaints).toEqual([]);
});
