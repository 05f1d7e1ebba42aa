import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocId } from '../src/views.ts';
import { judged, picture, withJudge } from './judge.ts';
import { LEAD, MEMBER, Phone } from './phone.ts';
import { OUTPUT } from './places.ts';
import { type Invited, Town } from './town.ts';

/** Every screen, in both modes and with something on it: judged by axe, measured for fingers, and kept as a picture. */
let town: Town;
let invited: Invited;
let phone: Phone;
let page: Page;
let screens: Record<string, string>;

beforeAll(async () => {
  await mkdir(OUTPUT, { recursive: true });
  town = await Town.make();
  invited = await town.invite(LEAD);
  await town.start();
  phone = await Phone.open(town);
  await withJudge(phone);
  page = await phone.page();
});
afterAll(async () => {
  await phone?.close();
  await town?.close();
});

test('the first screens of a new phone are fit to be used', async () => {
  await page.getByRole('button', { name: '扫登记码' }).waitFor();
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'enrol');
  await page.getByRole('button', { name: '手工输入' }).click();
  expect(await judged(page, 44)).toEqual([]);
  await picture(page, 'enrol-type');
  await page.getByRole('button', { name: '返回' }).click();
});

test('a branch lead has a day full of work', async () => {
  await phone.enrol(page, invited.code);
  const state = await phone.ask(page, 'state', {});
  if (state.is !== 'ready') throw new Error(state.is);
  const { id: me, village } = state.owner;
  const homes = (await phone.ask(page, 'households', { mine: true })).rows.map((row) => row.id);
  const [home, other] = homes as [DocId, DocId];
  const { matter } = await phone.ask(page, 'visit', {
    household: home,
    visit: { note: '自来水又小了，烧饭要等半天。儿子下月回来过年，想问问新房宅基地的事。', mode: 'home', met: 'head' },
    raise: { title: '自来水水压低', text: '早晚最小，三楼上不去水。', household: home },
  });
  if (!matter) throw new Error('no matter');
  await phone.ask(page, 'act', { id: matter, deed: { do: 'submit' } });
  await phone.ask(page, 'act', { id: matter, deed: { do: 'assign', owner: me, text: '联系水厂查管道' } });
  await phone.ask(page, 'act', { id: matter, deed: { do: 'accept' } });
  await phone.ask(page, 'visit', {
    household: other,
    visit: { note: '老人一切都好，药还够吃半个月。', mode: 'phone', next_on: state.owner ? day(1) : '' },
  });
  await phone.ask(page, 'write_entry', {
    entry: {
      text: '桥边路灯不亮，记下来。晚上去看了三户，都说水压低。',
      weather: '晴',
      place: '桥头',
      households: [home],
    },
  });
  const plan = await phone.ask(page, 'begin', {
    kind: 'plan',
    deed: { do: 'draft', village, household: other, goal: '添两台织机，一年内增收一万元', helpers: [me] },
  });
  await phone.ask(page, 'act', {
    id: plan.id,
    deed: { do: 'add_measure', content: '买两台织机，保收购', due: day(20), provider: '针织厂', amount: '3,000' },
  });
  const items = [
    { content: '每月十五日免费修小家电', measured_by: '每月一次，有登记', baseline: '没有', due: day(30) },
    { content: '摊位明码标价，不短斤少两', measured_by: '居民评议', baseline: '偶有反映', due: day(30) },
  ];
  await phone.ask(page, 'begin', {
    kind: 'pledge',
    deed: { do: 'begin', village, year: Number(day(0).slice(0, 4)), place: '菜市场三号摊', items },
  });
  const meeting = await phone.ask(page, 'begin', {
    kind: 'meeting',
    deed: { do: 'call', village, kind: 'branch', date: day(5), time: '18:30', place: '村委会二楼', workers: [me] },
  });
  await phone.ask(page, 'act', { id: meeting.id, deed: { do: 'add_item', title: '桥边河道垃圾', matter } });
  const studio = await phone.ask(page, 'begin', {
    kind: 'studio',
    deed: {
      do: 'begin',
      village,
      studio: { name: '一家人工作室', place: '村口', skills: '水电、调解', open_hours: '周三晚上' },
    },
  });
  const complaint = await phone.ask(page, 'begin', {
    kind: 'complaint',
    deed: { do: 'begin', village, about: 'forced_photos', text: '每走一户都要拍照上传，不拍不算。' },
  });
  // Two people change one card without having seen each other, and a household changes hands meanwhile.
  await phone.ask(page, 'sync', { once: true });
  await phone.ask(page, 'set_aeroplane', { on: true });
  const third = homes[2] ?? home;
  await phone.ask(page, 'act', { id: home, deed: { do: 'change', phone: '13800000001' } });
  await phone.ask(page, 'visit', { household: third, visit: { note: '转交以前写的，晚到了' } });
  await town.act(`households/${home}`, { phone: '13800000002' });
  await town.act(`documents/${complaint.id}/deeds`, { do: 'reply', text: '走访不用拍照。已同村里说明。' });
  const heir = (await phone.ask(page, 'village', {})).people.find((one) => one.name === MEMBER)?.id;
  await town.act('reassignments', { households: [third], to: heir });
  await phone.ask(page, 'sync', { once: true });
  expect(await phone.ask(page, 'conflicts', {})).toHaveLength(1);
  expect((await phone.ask(page, 'late', {})).notices).toHaveLength(1);
  await phone.ask(page, 'visit', { household: other, visit: { note: '还没有送出的一句话' } });
  screens = {
    today: '/',
    households: '/households',
    household: `/households/${home}`,
    'visit-choose': '/visit',
    visit: `/visit/${home}`,
    diary: '/diary',
    'diary-write': '/diary/write',
    matters: '/matters',
    matter: `/matters/${matter}`,
    raise: '/matters/raise',
    more: '/more',
    pledge: '/pledge',
    plans: '/plans',
    plan: `/plans/${plan.id}`,
    meetings: '/meetings',
    meeting: `/meetings/${meeting.id}`,
    studios: '/shelf/studio',
    studio: `/documents/${studio.id}`,
    box: '/box',
    sync: '/sync',
    settle: '/settle',
    print: '/print',
    settings: '/settings',
    missing: '/nowhere',
  };
});

describe.each([
  { mode: 'normal', elder: false, target: 44, letters: 14 },
  { mode: 'elder', elder: true, target: 60, letters: 18 },
])('in $mode mode', ({ mode, elder, target, letters }) => {
  test('every screen is fit to be used', async () => {
    await page.evaluate((on) => localStorage.setItem('lianhu-look', JSON.stringify({ lang: 'zh', elder: on })), elder);
    const found: Record<string, string[]> = {};
    for (const [name, path] of Object.entries(screens)) {
      await page.goto(`${phone.at}/handbook${path}`);
      await settled();
      const wrong = await judged(page, target);
      const least = await page.evaluate(() => {
        const shown = [...document.querySelectorAll('main *, header *, nav *')].filter(
          (one) => one.checkVisibility() && one.childNodes[0]?.nodeType === 3 && one.textContent?.trim(),
        );
        return Math.min(...shown.map((one) => Number.parseFloat(getComputedStyle(one).fontSize)));
      });
      if (least < letters) wrong.push(`letters of ${least} px`);
      if (wrong.length) found[name] = wrong;
      await picture(page, elder ? `${name}-elder` : name);
    }
    expect(found, mode).toEqual({});
  }, 240_000);
});

test('the sheets for a step and for a lock are fit to be used', async () => {
  await page.goto(`${phone.at}/handbook${screens.matter}`);
  await page.locator('.next-steps .button.main').click();
  await page.getByRole('dialog').waitFor();
  await settled();
  expect(await judged(page, 60)).toEqual([]);
  await picture(page, 'step-elder');
});

test('what two people wrote differently is settled by one tap, and late work is seen', async () => {
  await page.goto(`${phone.at}/handbook/settle`);
  await page.locator('.rival', { hasText: '13800000002' }).getByRole('button', { name: '定这个' }).click();
  await page.locator('.rival').first().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '知道了' }).click();
  await page.getByText('没有要处理的').waitFor();
  expect(await phone.ask(page, 'conflicts', {})).toEqual([]);
});

test('an amount and hours are typed as on paper, and go in', async () => {
  await page.goto(`${phone.at}/handbook${screens.plan}`);
  await page.locator('section', { hasText: '措施' }).getByRole('button', { name: '添加' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('内容').fill('修织机');
  await sheet.getByLabel('办结期限').fill(day(30));
  await sheet.getByRole('button', { name: '补充其他内容' }).click();
  await sheet.getByLabel('金额').fill('1250.5');
  await sheet.getByRole('button', { name: '保存' }).click();
  await page.getByText('1,250.50').waitFor();

  await page.goto(`${phone.at}/handbook${screens.studio}`);
  await page.getByRole('button', { name: '记一次服务' }).click();
  await sheet.getByLabel('做了什么').fill('修水管');
  await sheet.getByLabel('几小时').fill('1.5');
  await sheet.getByRole('button', { name: '保存' }).click();
  await page.getByText('1.5 小时').waitFor();
  // Field by field, and none of it in the program's own words.
  expect(await page.locator('dl.facts').innerText()).not.toMatch(/[a-z_]{2,}/);
  await settled();
  await picture(page, 'studio-served');
});

test('the printed workbook fits its paper and has rows to write in', async () => {
  await page.goto(`${phone.at}/handbook/print`);
  await page.getByRole('button', { name: '口袋本' }).click();
  await settled();
  await page.pdf({ path: join(OUTPUT, 'workbook-pocket.pdf'), preferCSSPageSize: true });
  await page.getByRole('button', { name: 'A4' }).click();
  await settled();
  await page.pdf({ path: join(OUTPUT, 'workbook-a4.pdf'), preferCSSPageSize: true });
});

test('nothing complained in the console', () => {
  expect(phone.complaints).toEqual([]);
});

/** Until the worker has answered, and nothing moves any more. */
async function settled(): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => window.lianhu?.book.state.is !== 'starting');
  await page.evaluate(async () => {
    await window.lianhu.ask('status', {});
    await Promise.all(
      document
        .getAnimations()
        .filter((one) => one.effect?.getTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((one) => one.finished),
    );
  });
}

/** A day so many days from now, as forms have it. */
function day(ahead: number): string {
  return new Date(Date.now() + ahead * 86_400_000).toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' });
}
