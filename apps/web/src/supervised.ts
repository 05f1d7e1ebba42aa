/**
 * A worker that is begun again when it stumbles. The Rust side may trap: then its memory is worth nothing, the storage is let go
 * with the worker, and another one opens the workbook as the store has it.
 */

import type { Answer, ApiError, Told } from './api';
import type { WorkerLine } from './client';

/** Stumbling so often in so short a time, in milliseconds, it is not begun again. */
const OFTEN = { times: 3, within: 60_000 };

const RESTARTED: ApiError = {
  code: 'restarted',
  zh: '程序出错，已从存储重新打开。没有写完的没有记下，请再写一次',
  en: 'the program stumbled and began again from the store. What was not finished was not kept: write it again',
  hint_zh: null,
  hint_en: null,
  field: null,
  detail: null,
};

const BROKEN: ApiError = {
  code: 'store',
  zh: '手册打不开：程序一再出错',
  en: 'the workbook does not open: the program stumbles again and again',
  hint_zh: '请关掉应用再打开，并更新应用；手机上记下的都在',
  hint_en: 'close the app, open it again and update it; everything written on this phone is safe',
  field: null,
  detail: null,
};

export function supervised(make: () => Worker): WorkerLine {
  const waiting = new Set<number>();
  const stumbles: number[] = [];
  let worker: Worker | null = null;
  const line: WorkerLine = {
    onmessage: null,
    postMessage(message: unknown) {
      const { id, call } = message as { id: number; call: string };
      if (!worker) return tell({ id, error: BROKEN });
      waiting.add(id);
      const to = worker;
      // Only a page may ask the browser to keep what is stored; the worker then looks what it was promised.
      if (call === 'persist') navigator.storage.persist().finally(() => to.postMessage(message));
      else to.postMessage(message);
    },
  };
  const tell = (data: Answer | Told) => line.onmessage?.({ data } as MessageEvent);

  const stumbled = () => {
    worker?.terminate();
    worker = null;
    for (const id of waiting) tell({ id, error: RESTARTED });
    waiting.clear();
    const now = Date.now();
    stumbles.push(now);
    if (stumbles.filter((at) => now - at < OFTEN.within).length < OFTEN.times) begin();
    else tell({ event: 'state', state: { is: 'broken', error: BROKEN } });
  };

  const begin = () => {
    const fresh = make();
    worker = fresh;
    fresh.onerror = stumbled;
    fresh.onmessage = (event: MessageEvent<Answer | Told | { event: 'stumbled' }>) => {
      if (fresh !== worker) return;
      if ('event' in event.data && event.data.event === 'stumbled') {
        stumbled();
        return;
      }
      if ('id' in event.data) waiting.delete(event.data.id);
      line.onmessage?.(event);
    };
  };

  begin();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') worker?.postMessage({ event: 'seen' });
  });
  return line;
}
