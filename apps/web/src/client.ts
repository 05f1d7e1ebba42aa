/** The page's end of the conversation with the worker. */

import type { Answer, ApiError, Args, Ask, CallName, Ok, Told } from './api';

/** What a call is refused with. */
export class CallRefused extends Error {
  constructor(readonly error: ApiError) {
    super(error.code);
    this.name = 'CallRefused';
  }
}

/** As much of a worker as is needed here; a test brings its own. */
export interface WorkerLine {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** Asks the worker, and listens to it. */
export class Client {
  private next = 1;
  private readonly waiting = new Map<number, { ok: (value: never) => void; no: (why: CallRefused) => void }>();
  private readonly listeners = new Set<(told: Told) => void>();

  constructor(private readonly worker: WorkerLine) {
    worker.onmessage = (event: MessageEvent) => this.take(event.data as Answer | Told);
  }

  call<K extends CallName>(call: K, args: Args<K>): Promise<Ok<K>> {
    const id = this.next++;
    return new Promise<Ok<K>>((ok, no) => {
      this.waiting.set(id, { ok: ok as (value: never) => void, no });
      this.worker.postMessage({ id, call, args } satisfies Ask<K>);
    });
  }

  /** Calls back on every event; gives what ends that. */
  listen(told: (told: Told) => void): () => void {
    this.listeners.add(told);
    return () => this.listeners.delete(told);
  }

  private take(message: Answer | Told): void {
    if ('event' in message) {
      for (const listener of this.listeners) listener(message);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ('ok' in message) waiting?.ok(message.ok as never);
    else waiting?.no(new CallRefused(message.error));
  }
}
