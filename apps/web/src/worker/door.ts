/** The handbook in Rust, as this worker holds it: loads the wasm, and notices when it stumbles. */

import type { ApiError } from '../api';
import load, { close_storage, Door, open_storage } from '../wasm/lianhu_wasm.js';
import address from '../wasm/lianhu_wasm_bg.wasm?url';

/** What is to be sent, as the Rust side says. */
export interface Sending {
  method: 'GET' | 'POST';
  url: string;
  headers: [string, string][];
  signature_header: string;
  at_most: number;
}

/** What an errand comes to. */
export type Stepped = { send: Sending; body: Uint8Array } | { ok: unknown } | { error: ApiError };

/** An answer of the Rust side. */
export type Answered = { ok: unknown; changed?: string[] } | { error: ApiError };

/** The Rust side trapped: its memory may be in any state, and only the store counts. */
export class Stumbled extends Error {}

let loading: ReturnType<typeof load> | null = null;

/** The Rust side, loaded once. Whoever waits for it after that failed tries again. */
export function loaded(): ReturnType<typeof load> {
  loading ??= load({ module_or_path: address }).catch((why) => {
    loading = null;
    throw why;
  });
  return loading;
}

/** Calls into wasm. A trap is no error to go on from. */
function inside<T>(act: () => T): T {
  try {
    return act();
  } catch (why) {
    if (why instanceof WebAssembly.RuntimeError || why instanceof RangeError) throw new Stumbled(String(why));
    throw why;
  }
}

function stepped(step: { json: string; body: Uint8Array; free(): void }): Stepped {
  const said = JSON.parse(step.json) as Stepped;
  const body = step.body;
  step.free();
  return 'send' in said ? { ...said, body } : said;
}

/** The handbook on the storage in one directory. */
export class Handbook {
  private constructor(private readonly door: Door) {}

  /** A handbook without a store: for what needs none, whatever became of the store. */
  static async bare(): Promise<Handbook> {
    await loaded();
    return new Handbook(new Door());
  }

  static async on(directory: string, token: FileSystemSyncAccessHandle): Promise<Handbook> {
    await loaded();
    await open_storage(directory, token);
    return new Handbook(new Door());
  }

  open(key: Uint8Array | null): unknown {
    return JSON.parse(inside(() => this.door.open(key ?? undefined)));
  }

  unlock(pin: string): Answered {
    return JSON.parse(inside(() => this.door.unlock(pin))) as Answered;
  }

  state(): unknown {
    return JSON.parse(inside(() => this.door.state()));
  }

  get hasPin(): boolean {
    return inside(() => this.door.has_pin());
  }

  changeLock(old: string | undefined, key: Uint8Array | null, pin: string | null, fresh: Uint8Array | null): Answered {
    const answer = inside(() => this.door.change_lock(old, key ?? undefined, pin ?? undefined, fresh ?? undefined));
    return JSON.parse(answer) as Answered;
  }

  destroy(): Answered {
    return JSON.parse(inside(() => this.door.destroy())) as Answered;
  }

  call(name: string, args: unknown): Answered {
    return JSON.parse(inside(() => this.door.call(name, JSON.stringify(args ?? {})))) as Answered;
  }

  begin(errand: 'enrol' | 'sync', args: unknown, key: Uint8Array | null): Stepped {
    return stepped(inside(() => this.door.begin(errand, JSON.stringify(args ?? {}), key ?? undefined)));
  }

  goOn(status: number, signature: string | null, body: Uint8Array): Stepped {
    return stepped(inside(() => this.door.go_on(status, signature ?? undefined, body)));
  }

  giveUp(why: string): Stepped {
    return stepped(inside(() => this.door.give_up(why)));
  }

  scan(width: number, height: number, grey: Uint8Array): string | null {
    return inside(() => this.door.scan(width, height, grey)) ?? null;
  }

  /** Closes the store and lets the storage go. */
  close(): void {
    inside(() => this.door.close());
    close_storage();
    this.door.free();
  }
}
