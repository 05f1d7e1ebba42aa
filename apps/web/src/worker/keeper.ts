/**
 * The worker's whole life: one tab leads and has the workbook; it opens the storage, answers the page, and keeps the line to the
 * township. Nothing here knows what is in the workbook.
 */

import type { Answer, ApiError, Args, Ask, CallName, SetAside, State, Storage, Syncing, Told } from '../api';
import { key_line } from '../wasm/lianhu_wasm.js';
import { Handbook, type Stepped, Stumbled } from './door';
import * as kept from './kept';
import { send } from './line';
import * as storage from './storage';
import { Tabs } from './tabs';

/** A refusal on its way to the page. */
export class Refused extends Error {
  constructor(readonly error: ApiError) {
    super(error.code);
  }
}

export function refusal(
  code: string,
  zh: string,
  en: string,
  hint_zh: string | null = null,
  hint_en: string | null = null,
) {
  return new Refused({ code, zh, en, hint_zh, hint_en, field: null, detail: null });
}

/** What the Rust side knows of the state; the rest is the worker's. */
type Inner = { is: string; error?: ApiError; has_pin?: boolean };

/** Seconds after a save until it is sent by itself: somebody who writes on is not asked for the line at every sentence. */
const SEND_AFTER_S = 20;

/** Seconds after which a sync that failed is tried again by itself: the first, and the longest. */
const RETRY_S = { first: 30, longest: 1800 };

/** How often, and every how many milliseconds, storage is asked for that somebody still holds. */
const HELD = { times: 20, every: 250 };

type Handlers = { [K in CallName]?: (args: Args<K>) => unknown };

export class Keeper {
  private state: State = { is: 'starting' };
  private handbook: Handbook | null = null;
  private directory = '';
  private setAside: SetAside | null = null;
  private settings: kept.Settings = { aeroplane: false };
  private room: Storage = { persisted: false, used: null, quota: null };
  private readonly tabs: Tabs;
  /** What changes the life of the workbook is done one after the other. */
  private turn: Promise<unknown> = Promise.resolve();
  private syncing: Promise<unknown> | null = null;
  private enrolling = false;
  private storeless: Promise<Handbook> | null = null;
  private stop = new AbortController();
  /** The next sync by itself, by the clock that is never set. */
  private planned: { timer: ReturnType<typeof setTimeout>; at: number } | null = null;
  private failures = 0;

  constructor(private readonly post: (message: Answer | Told | { event: 'stumbled' }) => void) {
    this.tabs = new Tabs(
      () => this.inTurn(() => this.lead()),
      () => this.inTurn(() => this.follow()),
    );
  }

  /** Begins: looks what this browser can, and whether another tab leads. */
  async begin(): Promise<void> {
    // A private window may have the words and refuse the deed.
    const settings = storage.isPossible() ? await kept.readSettings().catch(() => null) : null;
    if (!settings) {
      const { error } = refusal(
        'no_storage',
        '这个浏览器不能可靠地保存手册',
        'this browser cannot keep a workbook safely',
        '请不要用无痕窗口，并用较新的浏览器、以 https 地址打开',
        'leave the private window, use a newer browser, and open the address with https',
      );
      this.become({ is: 'no_storage', error });
      return;
    }
    this.settings = settings;
    addEventListener('online', () => this.syncByItself());
    if (!(await this.tabs.tryToLead())) this.become({ is: 'another_tab' });
  }

  /** Answers a call of the page. */
  async ask(ask: Ask): Promise<void> {
    try {
      const ok = await this.answer(ask.call, ask.args);
      this.post({ id: ask.id, ok });
    } catch (why) {
      // Whoever begins the worker again answers for it.
      if (why instanceof Stumbled) this.stumble(why);
      else this.post({ id: ask.id, error: this.errorOf(why) });
    }
  }

  private answer(call: CallName, args: unknown): unknown {
    const own = (this.own as Record<string, ((args: unknown) => unknown) | undefined>)[call];
    return own ? own(args) : this.inside(call, args);
  }

  /** What the worker answers itself, because it is about the storage, the lock or the line. */
  private readonly own: Handlers = {
    state: () => this.state,
    words: () => this.withoutStore('words', {}),
    read_invitation: (args) => this.withoutStore('read_invitation', args),
    take_over: () => this.takeOver(),
    set_aeroplane: ({ on }) => this.setAeroplane(on),
    persist: () => this.persist(),
    export_store: ({ name }) => this.inTurn(() => this.exportStore(name)),
    wipe: ({ really }) => this.inTurn(() => this.wipe(really)),
    scan: async ({ width, height, grey }) => ({ text: (await this.bare()).scan(width, height, grey) }),
    enrol: (args) => this.inTurn(() => this.enrol(args)),
    unlock: ({ pin }) => this.inTurn(() => this.unlock(pin)),
    set_pin: ({ old, pin }) => this.inTurn(() => this.setPin(old, pin)),
    lock: () => this.inTurn(() => this.lock()),
    hand_over: () => this.handOver(),
    status: () => this.status(),
    sync: ({ once }) => this.sync(once === true),
  };

  /** What the Rust side answers. */
  private inside(call: CallName, args: unknown): unknown {
    const answer = this.open().call(call, args);
    if ('error' in answer) throw new Refused(answer.error);
    if (answer.changed?.length) {
      this.post({ event: 'changed', docs: answer.changed });
      this.plan(SEND_AFTER_S);
    }
    return answer.ok;
  }

  /** What needs no store is answered in every state. */
  private async withoutStore(call: CallName, args: unknown): Promise<unknown> {
    const answer = (await this.bare()).call(call, args);
    if ('error' in answer) throw new Refused(answer.error);
    return answer.ok;
  }

  private bare(): Promise<Handbook> {
    this.storeless ??= Handbook.bare();
    return this.storeless;
  }

  private open(): Handbook {
    if (this.handbook) return this.handbook;
    if (this.state.is === 'another_tab')
      throw refusal('another_tab', '手册在另一个窗口里打开着', 'the workbook is open in another window');
    throw refusal('not_ready', '手册还没有打开', 'the workbook is not open');
  }

  // ------------------------------------------------------------------------------------------------------- leading

  /** This tab leads: opens the storage, and the workbook if it can. */
  private async lead(): Promise<void> {
    try {
      this.directory = await storage.present();
      await this.openDirectory();
    } catch (why) {
      if (why instanceof Stumbled) throw why;
      const { error } = refusal(
        'no_storage',
        '浏览器没有给出存储空间',
        `the browser gave no storage: ${String(why)}`,
        '请关掉其他窗口再打开；手机空间满了的，先腾出一些。什么也没有丢',
        'close other windows and open the app again; if the phone is full, free some space. Nothing was lost',
      );
      this.become({ is: 'no_storage', error });
    }
    this.syncByItself();
  }

  private async openDirectory(): Promise<void> {
    await this.look();
    this.handbook = await this.takeStorage();
    const inner = this.handbook.open(await kept.readKey(this.directory)) as Inner;
    if (inner.is === 'broken' && inner.error?.code === 'damaged') {
      await this.goOnBeside(inner.error);
      return;
    }
    this.take(inner);
  }

  /** The storage of this directory. A worker that has just ended may hold on to it for a moment. */
  private async takeStorage(): Promise<Handbook> {
    for (let left = HELD.times; ; left -= 1) {
      let token: FileSystemSyncAccessHandle | null = null;
      try {
        token = await storage.tokenOf(this.directory);
        return await Handbook.on(this.directory, token);
      } catch (why) {
        token?.close();
        const held = why instanceof DOMException && why.name === 'NoModificationAllowedError';
        if (!held || left === 0) throw why;
        await new Promise((ok) => setTimeout(ok, HELD.every));
      }
    }
  }

  /** A damaged store stays where it is, and a new one is begun beside it. */
  private async goOnBeside(error: ApiError): Promise<void> {
    this.setAside = { name: this.directory, zh: error.zh, en: error.en };
    this.shut();
    this.directory = await storage.next(this.directory);
    await this.openDirectory();
  }

  /** Another tab asked for the workbook: lets go of everything, and waits. */
  private async follow(): Promise<void> {
    this.stop.abort();
    await this.syncing?.catch(() => undefined);
    this.shut();
    this.become({ is: 'another_tab' });
  }

  private shut(): void {
    this.unplan();
    this.handbook?.close();
    this.handbook = null;
    this.stop.abort();
    this.stop = new AbortController();
  }

  private async takeOver(): Promise<State> {
    if (this.state.is !== 'another_tab') return this.state;
    if (!(await this.tabs.askForIt()))
      throw refusal(
        'another_tab',
        '另一个窗口没有让出手册',
        'the other window did not let go',
        '请关掉那个窗口',
        'close that window',
      );
    await this.turn;
    return this.state;
  }

  // --------------------------------------------------------------------------------------------------------- state

  private take(inner: Inner): State {
    const said = inner as unknown as State;
    switch (said.is) {
      case 'not_enrolled':
        return this.become({ is: 'not_enrolled', set_aside: this.setAside, storage: this.room });
      case 'ready':
        return this.become({ ...said, storage: this.room, aeroplane: this.settings.aeroplane });
      case 'locked':
        return this.become({ ...said, aeroplane: this.settings.aeroplane });
      default:
        return this.become(said);
    }
  }

  private become(state: State): State {
    this.state = state;
    this.post({ event: 'state', state });
    return state;
  }

  /** Looks again what the Rust side says of itself. */
  private lookAgain(): State {
    return this.take(this.open().state() as Inner);
  }

  private async look(): Promise<Storage> {
    const [persisted, estimate] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()]);
    this.room = { persisted, used: estimate.usage ?? null, quota: estimate.quota ?? null };
    return this.room;
  }

  private async persist(): Promise<{ persisted: boolean }> {
    // The page has asked before it told the worker so (`supervised.ts`).
    const { persisted } = await this.look();
    if (this.handbook && this.state.is === 'ready') this.lookAgain();
    return { persisted };
  }

  private async setAeroplane(on: boolean): Promise<State> {
    this.settings = { ...this.settings, aeroplane: on };
    await kept.writeSettings(this.settings);
    if (!on) this.syncByItself();
    return this.handbook && (this.state.is === 'ready' || this.state.is === 'locked') ? this.lookAgain() : this.state;
  }

  // ------------------------------------------------------------------------------------------- enrolling and locking

  private async enrol(args: Args<'enrol'>): Promise<unknown> {
    await this.over();
    // The key is durable before anything is sealed under it.
    const key = args.pin ? null : ((await kept.readKey(this.directory)) ?? (await kept.makeKey(this.directory)));
    const here = { ...args, server: args.server || (args.invitation ? undefined : location.origin) };
    this.enrolling = true;
    const enrolled = await this.errand('enrol', here, key).finally(() => {
      this.enrolling = false;
    });
    this.lookAgain();
    this.post({ event: 'changed', docs: null });
    return enrolled;
  }

  private async unlock(pin: string): Promise<State> {
    const answer = this.open().unlock(pin);
    if ('error' in answer) throw new Refused(answer.error);
    const state = this.take(answer.ok as Inner);
    this.syncByItself();
    return state;
  }

  private async setPin(old: string | undefined, pin: string | null): Promise<State> {
    const handbook = this.open();
    const key = await kept.readKey(this.directory);
    // A fresh key is durable before the store is locked by it; an old one goes after the store is locked by something else.
    const fresh = pin === null ? await kept.makeKey(this.directory) : null;
    const answer = handbook.changeLock(old, key, pin, fresh);
    if ('error' in answer) throw new Refused(answer.error);
    if (pin !== null) await kept.dropKey(this.directory);
    return this.lookAgain();
  }

  private async lock(): Promise<State> {
    const handbook = this.open();
    if (!handbook.hasPin)
      throw refusal('no_pin', '还没有设 PIN', 'there is no PIN', '请先设一个 PIN', 'set a PIN first');
    await this.over();
    return this.take(handbook.open(null) as Inner);
  }

  private handOver(): State {
    this.inside('hand_over', {});
    return this.lookAgain();
  }

  private async wipe(really: string): Promise<State> {
    if (really !== 'wipe') throw refusal('bad_call', '没有确认', 'it was not confirmed');
    await this.over();
    // Keys first: without them nothing of the rest opens, whatever the flash keeps of it.
    await kept.dropKey(this.directory);
    const answer = this.handbook?.destroy();
    this.shut();
    const gone = await storage.directories();
    this.directory = await storage.next(this.directory);
    for (const directory of gone) {
      await kept.dropKey(directory);
      await storage.remove(directory);
    }
    this.setAside = null;
    await this.openDirectory();
    if (answer && 'error' in answer) console.warn('the store was removed whole', answer.error.code);
    return this.state;
  }

  private async exportStore(name: string | undefined): Promise<{ name: string; bytes: ArrayBuffer }> {
    const directory = name ?? this.directory;
    if (!(await storage.directories()).includes(directory))
      throw refusal('not_here', '没有这个存储', 'there is no such store');
    await this.over();
    const wasOpen = this.handbook !== null && directory === this.directory;
    if (wasOpen) this.shut();
    try {
      const files = await storage.filesOf(directory);
      const key = await kept.readKey(directory);
      if (key) files.push({ name: 'workbook.db.key', bytes: new TextEncoder().encode(`${key_line(key)}\n`) });
      return { name: `${directory}.tar`, bytes: storage.packed(files) };
    } finally {
      if (wasOpen) {
        await this.openDirectory();
        this.syncByItself();
      }
    }
  }

  // ---------------------------------------------------------------------------------------------------------- line

  private async status(): Promise<unknown> {
    const inner = this.inside('status', {}) as object;
    return {
      ...inner,
      syncing: this.syncing !== null,
      aeroplane: this.settings.aeroplane,
      online: navigator.onLine,
      storage: await this.look(),
    };
  }

  /** Syncs; whoever asks while one is under way gets that one. */
  private sync(once: boolean): Promise<unknown> {
    if (this.settings.aeroplane && !once)
      throw refusal(
        'aeroplane',
        '飞行模式开着',
        'aeroplane mode is on',
        '请关掉飞行模式，或只同步这一次',
        'turn it off, or sync this once',
      );
    this.open();
    if (this.enrolling) throw refusal('not_ready', '正在登记', 'an enrolment is under way');
    this.syncing ??= this.syncNow().finally(() => {
      this.syncing = null;
    });
    return this.syncing;
  }

  private async syncNow(): Promise<unknown> {
    this.unplan();
    try {
      const report = (await this.errand('sync', {}, null)) as Extract<Syncing, { is: 'done' }>['report'];
      this.failures = 0;
      this.post({ event: 'sync', sync: { is: 'done', report } });
      return report;
    } catch (why) {
      if (why instanceof Stumbled) throw why;
      this.failures += 1;
      const error = this.errorOf(why);
      this.post({ event: 'sync', sync: { is: 'failed', error, again_at: this.tryAgainLater(error) } });
      throw why;
    } finally {
      if (this.handbook) this.lookAgain();
      this.post({ event: 'changed', docs: null });
    }
  }

  /** When a sync that failed is tried again by itself: not where the township said no. */
  private tryAgainLater(error: ApiError): number | null {
    if (error.code !== 'unreachable' || this.settings.aeroplane || !this.handbook) return null;
    const left = this.plan(Math.min(RETRY_S.first * 2 ** (this.failures - 1), RETRY_S.longest));
    return Date.now() + left;
  }

  /**
   * Plans a sync by itself so many seconds from now, and gives the milliseconds until the one that is planned. The earlier one counts:
   * a save never puts off what waits already, and does not wait for the end of a long pause after failures.
   */
  private plan(afterS: number): number {
    const [now, after] = [performance.now(), afterS * 1000];
    if (this.planned && this.planned.at <= now + after) return this.planned.at - now;
    this.unplan();
    const timer = setTimeout(() => {
      this.planned = null;
      // The one that is under way may have begun before the save it was planned for.
      if (this.syncing) this.plan(SEND_AFTER_S);
      else this.syncByItself();
    }, after);
    this.planned = { timer, at: now + after };
    return after;
  }

  private unplan(): void {
    if (this.planned) clearTimeout(this.planned.timer);
    this.planned = null;
  }

  /** The workbook was opened, the page is before somebody's eyes again, the line came back, or it was planned. */
  syncByItself(): void {
    const may = this.state.is === 'ready' || this.state.is === 'locked';
    if (!may || this.settings.aeroplane || !navigator.onLine || !this.handbook || this.enrolling) return;
    // What comes of it is told as an event.
    this.sync(true)?.catch(() => undefined);
  }

  private async errand(name: 'enrol' | 'sync', args: unknown, key: Uint8Array | null): Promise<unknown> {
    const handbook = this.open();
    let step: Stepped = handbook.begin(name, args, key);
    for (let round = 1; 'send' in step; round += 1) {
      if (name === 'sync') this.post({ event: 'sync', sync: { is: 'asking', round_trips: round } });
      const came = await send(step.send, step.body, this.stop.signal).catch((why) => String(why));
      // The workbook may have been closed meanwhile: another tab has it, or it was locked.
      if (this.handbook !== handbook) throw refusal('not_ready', '手册已关上', 'the workbook was closed');
      step = typeof came === 'string' ? handbook.giveUp(came) : handbook.goOn(came.status, came.signature, came.body);
    }
    if ('error' in step) throw new Refused(step.error);
    return step.ok;
  }

  /** Until no sync is under way. */
  private async over(): Promise<void> {
    if (!this.syncing) return;
    this.stop.abort();
    this.stop = new AbortController();
    await this.syncing.catch(() => undefined);
  }

  // -------------------------------------------------------------------------------------------------------- trouble

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const next = this.turn.then(act);
    this.turn = next.catch((why) => {
      if (why instanceof Stumbled) this.stumble(why);
    });
    return next;
  }

  private stumble(why: Stumbled): void {
    console.error('the workbook stumbled', why.message);
    this.handbook = null;
    this.post({ event: 'stumbled' });
  }

  private errorOf(why: unknown): ApiError {
    if (why instanceof Refused) return why.error;
    console.error(why);
    const { error } = refusal('store', '没有照办', `it did not do as asked: ${String(why)}`, '请再试一次', 'try again');
    return error;
  }
}
