import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MEMBER, Phone } from './phone.ts';
import { Town } from './town.ts';

/** The office's QR code on paper: before the camera, and as a picture that somebody sent. */
let town: Town;
const phones: Phone[] = [];
const SIDE = 480;

beforeAll(async () => {
  town = await Town.make();
});
afterAll(async () => {
  await Promise.all(phones.map((phone) => phone.close()));
  await town?.close();
});

/** A drawing as a photograph: a little turned, on a grey table. */
async function photographed(page: Page, svg: string): Promise<Buffer> {
  await page.setViewportSize({ width: SIDE, height: SIDE });
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  const style = `margin:0;background:#999;display:grid;place-items:center;height:${SIDE}px`;
  await page.setContent(`<body style="${style}"><img style="width:340px;transform:rotate(4deg)" src="${source}">`);
  return page.screenshot();
}

/** A film of one still picture, as the browser's own test camera takes it: brightness, then two planes without colour. */
async function film(page: Page, png: Buffer): Promise<Buffer> {
  const grey = await page.evaluate(
    async ([text, side]) => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob());
      const canvas = new OffscreenCanvas(side, side);
      const paint = canvas.getContext('2d');
      paint?.drawImage(picture, 0, 0, side, side);
      const { data } = paint?.getImageData(0, 0, side, side) ?? { data: [] };
      return Array.from({ length: side * side }, (_, at) => data[at * 4] ?? 0);
    },
    [png.toString('base64'), SIDE] as const,
  );
  const head = Buffer.from(`YUV4MPEG2 W${SIDE} H${SIDE} F10:1 Ip A1:1 C420mpeg2\n`);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(grey), Buffer.alloc((SIDE * SIDE) / 2, 128)]);
  return Buffer.concat([head, frame, frame, frame]);
}

async function isEnrolled(phone: Phone, page: Page): Promise<void> {
  await page.getByText('请核对').or(page.getByText('登记以后')).first().waitFor();
  await page.getByRole('button', { name: '登记', exact: true }).click();
  const compared = page.getByRole('button', { name: '对过了，一样' });
  const begun = page.getByRole('link', { name: '记走访' });
  await compared.or(begun).first().waitFor();
  // The invitation names the key, so that nobody has to compare it by eye.
  if (await compared.isVisible()) await compared.click();
  await begun.waitFor();
  expect(await phone.ask(page, 'state', {})).toMatchObject({ is: 'ready', owner: { name: MEMBER } });
}

test('the code on the office’s paper is read by the camera and enrols the phone', async () => {
  const { svg } = await town.drawn(MEMBER);
  await town.start();
  const helper = await Phone.open(town);
  phones.push(helper);
  const desk = await helper.context.newPage();
  const path = join(town.dir, '..', 'code.y4m');
  await writeFile(path, await film(desk, await photographed(desk, svg)));

  const phone = await Phone.open(town, { film: path });
  phones.push(phone);
  const page = await phone.page();
  await page.getByRole('button', { name: '扫登记码' }).click();
  await isEnrolled(phone, page);
});

test('a picture of the code does as well, and a picture of something else says so', async () => {
  const { svg } = await town.whileDown(() => town.drawn(MEMBER));
  const phone = await Phone.open(town);
  phones.push(phone);
  const desk = await phone.context.newPage();
  const code = await photographed(desk, svg);
  const other = await photographed(
    desk,
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="5" height="5"/></svg>',
  );
  const page = await phone.page();
  const picture = page.locator('input[type=file]');
  await picture.setInputFiles({ name: 'other.png', mimeType: 'image/png', buffer: other });
  await page.getByText('照片里没有找到登记码').waitFor();
  await picture.setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: code });
  await isEnrolled(phone, page);
});
