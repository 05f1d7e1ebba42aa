import { beforeEach, expect, test, vi } from 'vitest';
import type { Told } from './api';
import { Client } from './client';
import { supervised } from './supervised';

/** A worker that does what a test says. */
class FakeWorker {
  static all: FakeWorker[] = [];
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: (() => void) | null = null;
  ended = false;
  asked: { id: number; call: string }[] = [];
  constructor() {
    FakeWorker.all.push(this);
  }
  postMessage(message: { id: number; call: string }): void {
    this.asked.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  says(data: unknown): void {
    this.onmessage?.({ data } as MessageEvent);
  }
}

const last = () => FakeWorker.all.at(-1) as FakeWorker;

beforeEach(() => {
  FakeWorker.all = [];
  vi.stubGlobal('document', { addEventListener: () => undefined, visibilityState: 'visible' });
});

function open(): { client: Client; told: Told[] } {
  const client = new Client(supervised(() => new FakeWorker() as unknown as Worker));
  const told: Told[] = [];
  client.listen((event) => told.push(event));
  return { client, told };
}

test('whoever waits when the worker stumbles is told so, and a new worker answers the next call', async () => {
  const { client } = open();
  const lost = client.call('today', {});
  const first = last();
  first.says({ event: 'stumbled' });
  await expect(lost).rejects.toMatchObject({ error: { code: 'restarted' } });
  expect(first.ended).toBe(true);
  expect(FakeWorker.all).toHaveLength(2);

  const next = client.call('words', {});
  const asked = last().asked.at(-1);
  // What the first one still says is nobody's answer.
  first.says({ id: asked?.id, ok: 'of the dead' });
  last().says({ id: asked?.id, ok: 'of the living' });
  expect(await next).toBe('of the living');
});

test('a worker that stumbles again and again is not begun for ever, and the page is told that nothing is lost', async () => {
  const { client, told } = open();
  for (let times = 0; times < 3; times += 1) last().onerror?.();
  expect(FakeWorker.all).toHaveLength(3);
  expect(told.at(-1)).toMatchObject({ event: 'state', state: { is: 'broken' } });
  await expect(client.call('today', {})).rejects.toMatchObject({ error: { code: 'store' } });
});
