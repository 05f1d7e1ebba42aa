import { onScopeDispose, reactive, type ShallowRef, shallowRef, watch } from 'vue';
import type { ApiError, Args, CallName, Enrolled, Ok, State, Status, Syncing, Words } from './api';
import { CallRefused, Client, type WorkerLine } from './client';

/** What the page knows of the workbook without asking. */
export const book = reactive({
  state: { is: 'starting' } as State,
  words: null as Words | null,
  status: null as Status | null,
  syncing: null as Syncing | null,
  /** Grows whenever something on this phone has changed: whatever is on the screen asks again. */
  revision: 0,
  /** Just enrolled: the township's key waits to be compared before anything else is shown. */
  comparing: null as Enrolled | null,
  /** The program stumbled and began again from the store. */
  restarted: false,
});

let client: Client | null = null;

/** Begins to listen to the worker that holds the workbook. */
export async function open(worker: WorkerLine): Promise<void> {
  client = new Client(worker);
  client.listen((told) => {
    if (told.event === 'state') take(told.state);
    else if (told.event === 'sync') book.syncing = told.sync;
    if (told.event !== 'state') book.revision += 1;
  });
  take(await ask('state', {}));
}

/** The words of the workbook; a worker that is still loading is asked again when it says what it can do. */
async function fetchWords(): Promise<void> {
  try {
    book.words = await ask('words', {});
  } catch (why) {
    if (!(why instanceof CallRefused)) throw why;
  }
}

/** Takes a state that a call gave or the worker told. */
export function take(state: State): void {
  book.state = state;
  if (!book.words) fetchWords().catch(errorOf);
  book.revision += 1;
}

/** The same without what makes a form react: a worker takes plain values only. */
function plain<T>(value: T): T {
  if (Array.isArray(value)) return value.map(plain) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)])) as T;
}

/** What was put aside on this phone changes no document; whatever is on the screen asks again all the same. */
export function lookAgain(): void {
  book.revision += 1;
}

/** Asks the worker. Whatever is refused is a [`CallRefused`]. */
export async function ask<K extends CallName>(call: K, args: Args<K>): Promise<Ok<K>> {
  if (!client) throw new Error('the worker is not there yet');
  try {
    return await client.call(call, plain(args));
  } catch (why) {
    if (why instanceof CallRefused && why.error.code === 'restarted') book.restarted = true;
    throw why;
  }
}

/** What somebody is told about an error, whatever it is. */
export function errorOf(why: unknown): ApiError {
  if (why instanceof CallRefused) return why.error;
  console.error(why);
  return {
    code: 'page',
    zh: '页面出错了，写的都还在。',
    en: 'This page failed; what you wrote is still there.',
    hint_zh: '关掉再打开手册。',
    hint_en: 'Close the handbook and open it again.',
    field: null,
    detail: null,
  };
}

/** An answer that is kept fresh. */
export interface Asked<T> {
  data: ShallowRef<T | null>;
  error: ShallowRef<ApiError | null>;
  again: () => Promise<void>;
}

/** Asks, and asks again whenever the workbook or the arguments change. Null arguments ask nothing. */
export function useAsk<K extends CallName>(call: K, args: () => Args<K> | null): Asked<Ok<K>> {
  const data: ShallowRef<Ok<K> | null> = shallowRef(null);
  const error: ShallowRef<ApiError | null> = shallowRef(null);
  let newest = 0;
  const again = async () => {
    const wanted = args();
    if (!wanted || book.state.is !== 'ready') return;
    newest += 1;
    const mine = newest;
    try {
      const answer = await ask(call, wanted);
      if (mine !== newest) return;
      data.value = answer;
      error.value = null;
    } catch (why) {
      if (mine === newest) error.value = errorOf(why);
    }
  };
  const stop = watch([() => JSON.stringify(args()), () => book.revision, () => book.state.is], again, {
    immediate: true,
  });
  onScopeDispose(stop);
  return { data, error, again };
}

/** What is shown for a moment at the foot of the page. */
export const told = reactive({ text: '', at: 0 });

export function tell(text: string): void {
  told.text = text;
  told.at += 1;
}

/** A deed under way: `go` does it once at a time and keeps why it was refused. */
export function useDeed(): {
  busy: ShallowRef<boolean>;
  error: ShallowRef<ApiError | null>;
  go: <T>(deed: () => Promise<T>) => Promise<T | null>;
} {
  const busy = shallowRef(false);
  const error: ShallowRef<ApiError | null> = shallowRef(null);
  const go = async <T>(deed: () => Promise<T>): Promise<T | null> => {
    if (busy.value) return null;
    busy.value = true;
    error.value = null;
    try {
      return await deed();
    } catch (why) {
      error.value = errorOf(why);
      return null;
    } finally {
      busy.value = false;
    }
  };
  return { busy, error, go };
}

let asking = false;

/** Keeps the figures of the sync mark fresh. What changes while they are asked for makes them be asked for once more. */
export function followStatus(): void {
  const fresh = async () => {
    if (asking) return;
    asking = true;
    try {
      let asked = -1;
      while (asked !== book.revision && book.state.is === 'ready') {
        asked = book.revision;
        book.status = await ask('status', {});
      }
    } catch {
      // The page that needs it says why.
    } finally {
      asking = false;
    }
  };
  watch([() => book.revision, () => book.state.is], fresh, { immediate: true });
}

/** Syncs; how it went comes as an event, and the outcome is shown where it was asked for. */
export const syncNow = (once: boolean) => ask('sync', once ? { once: true } : {});
