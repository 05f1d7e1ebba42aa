import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Args, CallName, Ok } from '../src/api.ts';
import { CHROMIUM } from './places.ts';
import type { Town } from './town.ts';

/** Somebody of the village with households of their own, who leads nobody. */
export const MEMBER = '陈志军';
/** A branch lead. */
export const LEAD = '陈丽芳';
/** Of the village's board, who reads the whole village. */
export const BOARD = '沈玉琼';

/** How a phone is. */
export interface Looks {
  elder?: boolean;
  lang?: 'zh' | 'en';
  width?: number;
  height?: number;
  /** What the camera sees: a film as raw pictures (Y4M). */
  film?: string;
}

/** A phone: a browser with a profile of its own on the disk, as small as cheap phones are. */
export class Phone {
  /** What the console said that no page of ours may say. */
  readonly complaints: string[] = [];
  private constructor(
    readonly profile: string,
    public context: BrowserContext,
    private readonly looks: Looks,
    readonly at: string,
  ) {}

  static async open(town: Town, looks: Looks = {}): Promise<Phone> {
    const profile = await mkdtemp(join(tmpdir(), 'lianhu-phone-'));
    const phone = new Phone(profile, await launch(profile, looks), looks, town.at);
    phone.listen();
    return phone;
  }

  private listen(): void {
    this.context.on('weberror', (error) => this.complaints.push(String(error.error())));
    this.context.on('console', (line) => {
      if (line.type() === 'error' && !/Failed to load resource|net::ERR/.test(line.text()))
        this.complaints.push(line.text());
    });
  }

  /** A new tab at an address below `/handbook/`. */
  async page(path = '/'): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(`${this.at}/handbook${path}`);
    return page;
  }

  /** Enrols with a typed code, as a person does; gives the milliseconds until the first sync has brought the households. */
  async enrol(page: Page, code: string, timeout = 60_000): Promise<number> {
    await page.getByRole('button', { name: '手工输入' }).click();
    await page.getByLabel('登记短码').fill(code);
    await page.getByRole('button', { name: '登记', exact: true }).click();
    await page.getByRole('button', { name: '对过了，一样' }).click();
    const began = performance.now();
    await page.waitForFunction(() => window.lianhu?.book.status?.last_sync != null, null, { timeout });
    const took = performance.now() - began;
    await page.getByRole('link', { name: '记走访' }).waitFor();
    return took;
  }

  /** Asks the worker, past the screens. */
  ask<K extends CallName>(page: Page, call: K, args: Args<K>): Promise<Ok<K>> {
    return page.evaluate(([name, given]) => window.lianhu.ask(name as never, given as never), [
      call,
      args,
    ] as const) as Promise<Ok<K>>;
  }

  /** Until the service worker has the whole app. */
  async isKept(page: Page): Promise<void> {
    await page.waitForFunction(
      async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated',
    );
  }

  offline(on: boolean): Promise<void> {
    return this.context.setOffline(on);
  }

  /** The browser is closed and opened again, as when the phone is switched off. */
  async restart(): Promise<void> {
    await this.context.close();
    this.context = await launch(this.profile, this.looks);
    this.listen();
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
  }
}

async function launch(profile: string, looks: Looks): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      ...(looks.film
        ? [
            '--use-fake-ui-for-media-stream',
            '--use-fake-device-for-media-stream',
            `--use-file-for-fake-video-capture=${looks.film}`,
          ]
        : []),
    ],
    viewport: { width: looks.width ?? 360, height: looks.height ?? 740 },
    deviceScaleFactor: 2,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(20_000);
  const look = JSON.stringify({ lang: looks.lang ?? 'zh', elder: looks.elder ?? false });
  await context.addInitScript((kept) => {
    // The empty page a tab begins with has no storage.
    if (location.protocol !== 'about:' && !localStorage.getItem('lianhu-look'))
      localStorage.setItem('lianhu-look', kept);
  }, look);
  return context;
}
