import { afterAll, beforeAll, expect, test } from 'vitest';
import { judged, picture, withJudge } from './judge.ts';
import { MEMBER, Phone } from './phone.ts';
import { Town } from './town.ts';

/** What goes wrong before and around the workbook: each has a screen that says what happened and what to do. */
let town: Town;
const phones: Phone[] = [];

beforeAll(async () => {
  town = await Town.make();
  await town.start();
});
afterAll(async () => {
  await Promise.all(phones.map((phone) => phone.close()));
  await town?.close();
});

async function phone(): Promise<Phone> {
  const opened = await Phone.open(town);
  phones.push(opened);
  await withJudge(opened);
  return opened;
}

test('a picture of nothing, words that are no invitation and a code that was used are each told apart', async () => {
  const { code } = await town.whileDown(() => town.invite(MEMBER));
  const first = await phone();
  await first.enrol(await first.page(), code);

  const second = await phone();
  const page = await second.page();
  await page.getByRole('button', { name: '手工输入' }).click();
  await page.getByLabel('登记短码').fill(code);
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await page.getByRole('alert').waitFor();
  const used = await page.getByRole('alert').innerText();

  await page.getByText('登记码文字').first().click();
  await page.getByLabel('登记码文字').fill('这不是登记码');
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await expect.poll(() => page.getByRole('alert').innerText()).not.toBe(used);
  expect(await second.ask(page, 'state', {})).toMatchObject({ is: 'not_enrolled' });
});

test('an app that was put on the home screen begins with aeroplane mode on', async () => {
  const { code } = await town.whileDown(() => town.invite(MEMBER));
  const installed = await phone();
  const page = await installed.context.newPage();
  // What a browser says to a page that was put on the home screen.
  await page.addInitScript(() => Object.defineProperty(navigator, 'standalone', { value: true }));
  await page.goto(`${installed.at}/handbook/`);
  await installed.enrol(page, code);
  expect(await installed.ask(page, 'state', {})).toMatchObject({ is: 'ready', aeroplane: true });
  await page.getByRole('switch', { name: '飞行模式' }).click();
  await page.reload();
  await page.getByRole('link', { name: '记走访' }).waitFor();
  expect(await installed.ask(page, 'state', {})).toMatchObject({ aeroplane: false });
});

test('an invitation of another township says where to open it, and nothing is sent', async () => {
  const { invitation } = await town.whileDown(() => town.invite(MEMBER, 'https://lianhu.example.org'));
  const page = await (await phone()).page();
  await page.getByRole('button', { name: '手工输入' }).click();
  await page.getByText('登记码文字').first().click();
  await page.getByLabel('登记码文字').fill(invitation);
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await page.getByText('这个登记码是别的镇的').waitFor();
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'enrol-elsewhere');
  expect(await page.getByRole('button', { name: '登记', exact: true }).count()).toBe(0);
});

test('a phone that is revoked says so, and its unsent words can be saved as a file', async () => {
  const { code } = await town.whileDown(() => town.invite(MEMBER));
  const lost = await phone();
  const page = await lost.page();
  await lost.enrol(page, code);
  const { device } = await lost.ask(page, 'status', {});
  const [home] = (await lost.ask(page, 'households', {})).rows;
  await lost.ask(page, 'visit', { household: home?.id ?? '', visit: { note: '还没有送出的话' } });
  await town.act(`devices/${device}`, { standing: 'revoked', reason: '试验' });
  await lost.ask(page, 'sync', { once: true }).catch(() => undefined);
  await page.getByRole('heading', { name: '手册已锁上' }).waitFor();
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'gate-revoked');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '把记录存成文件' }).click(),
  ]);
  expect(file.suggestedFilename()).not.toBe('');
});

test('a PIN locks the words away until it is given', async () => {
  const { code } = await town.whileDown(() => town.invite(MEMBER));
  const own = await phone();
  const page = await own.page();
  await own.enrol(page, code);
  await page.goto(`${own.at}/handbook/settings`);
  await page.getByRole('button', { name: '设 PIN' }).click();
  await page.getByLabel('新的 PIN（至少六位）').fill('135790');
  await page.getByLabel('再输一次').fill('135790');
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
  await page.getByRole('button', { name: '现在锁上' }).click();
  await page.getByRole('heading', { name: '请输入 PIN' }).waitFor();
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'gate-pin');
  await page.reload();
  await page.getByLabel('请输入 PIN').fill('000000');
  await page.getByRole('button', { name: '打开' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('请输入 PIN').fill('135790');
  await page.getByRole('button', { name: '打开' }).click();
  await page.getByRole('heading', { name: '设置' }).waitFor();
});

test('everything of mine goes into one file, and wiping asks for the word', async () => {
  const own = phones.at(-1);
  const page = own?.context.pages().at(-1);
  if (!own || !page) throw new Error('no phone');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出我的资料' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.json$/);
  await page.getByRole('button', { name: '清除本机全部内容' }).click();
  const dialog = page.getByRole('dialog');
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'wipe');
  expect(await dialog.getByRole('button', { name: '清除本机全部内容' }).isDisabled()).toBe(true);
  await dialog.getByLabel('请输入“清除”两个字').fill('清除');
  await dialog.getByRole('button', { name: '清除本机全部内容' }).click();
  await page.getByRole('button', { name: '扫登记码' }).waitFor();
});

test('a second window says where the handbook is open, and takes it over', async () => {
  const { code } = await town.whileDown(() => town.invite(MEMBER));
  const own = await phone();
  await own.enrol(await own.page(), code);
  const second = await own.page();
  await second.getByRole('heading', { name: '手册已在另一个窗口打开' }).waitFor();
  expect(await judged(second, 44)).toEqual([]);
  await picture(second, 'gate-another-tab');
  await second.getByRole('button', { name: '在这里打开' }).click();
  await second.getByRole('link', { name: '记走访' }).waitFor();
});
