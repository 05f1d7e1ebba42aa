import { connect, createServer, type Server, type Socket } from 'node:net';

/** A port of this machine that nobody uses. */
export function freePort(): Promise<number> {
  return new Promise((found, no) => {
    const server = createServer();
    server.once('error', no);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? found(address.port) : no(new Error('no port'))));
    });
  });
}

/** What is sent at once, in bytes: a packet of Ethernet without its headers. */
const SEGMENT = 1_460;

/** A line as villages have it. */
export interface SlowLine {
  /** One way, in milliseconds. A connection costs there and back before its first byte. */
  delayMs: number;
  bytesPerSecond: number;
  /** Of a thousand segments so many are lost. */
  lostPerMille?: number;
  /** What is lost is sent again after so many milliseconds, and twice as many each further time; all after it waits, as with TCP. */
  againAfterMs?: number;
  /** Throws for each segment, from 0 to below 1. */
  dice?: () => number;
}

/** Dice that fall the same way for the same seed (mulberry32). */
export function diceOf(seed: number): () => number {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The line between a phone and the township, as real bytes over real sockets: it can be cut at the worst moment.
 *
 * `cutReplies`: what the phone sends arrives, and no answer to a sync comes back. `slow`: bytes take their time, each way.
 * `ofAnotherVersion`: what the phone says to sync is in a version of the protocol that this township does not speak.
 */
export class Relay {
  cutReplies = false;
  ofAnotherVersion = false;
  slow: SlowLine | null = null;
  /** Segments that were lost so far. */
  lost = 0;
  /** When each way is free again. */
  readonly free = { up: 0, down: 0 };
  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly lines: Set<Socket>,
  ) {}

  static async to(port: number): Promise<Relay> {
    const own = await freePort();
    const lines = new Set<Socket>();
    const server = createServer();
    const relay = new Relay(server, own, lines);
    server.on('connection', (phone) => {
      const town = connect(port, '127.0.0.1');
      for (const line of [phone, town]) {
        lines.add(line);
        line.on('error', () => undefined);
        line.on('close', () => {
          lines.delete(line);
          phone.destroy();
          town.destroy();
        });
      }
      const up = new Way(relay, 'up', (part) => town.write(part));
      const down = new Way(relay, 'down', (part) => phone.write(part));
      let syncing = false;
      phone.on('data', (bytes) => {
        syncing = bytes.includes('POST /v1/sync') || (syncing && !bytes.includes('GET /'));
        if (relay.ofAnotherVersion && syncing) claimAnother(bytes);
        up.pass(bytes);
      });
      town.on('data', (bytes) => {
        if (relay.cutReplies && syncing) phone.destroy();
        else down.pass(bytes);
      });
    });
    await new Promise<void>((ready) => server.listen(own, '127.0.0.1', ready));
    return relay;
  }

  /** Ends every connection: the next sync begins with a fresh one. */
  hangUp(): void {
    for (const line of this.lines) line.destroy();
  }

  async close(): Promise<void> {
    this.hangUp();
    await new Promise((done) => this.server.close(done));
  }
}

/** One way of one connection: bytes leave in the order they came. */
class Way {
  private readonly underway: { part: Buffer; at: number }[] = [];
  /** When all that was sent so far is there. */
  private arrived: number;

  constructor(
    private readonly relay: Relay,
    private readonly way: 'up' | 'down',
    private readonly on: (part: Buffer) => void,
  ) {
    // The phone says its first word once the connection stands.
    this.arrived = performance.now() + (way === 'up' && relay.slow ? 2 * relay.slow.delayMs : 0);
  }

  /** Passes bytes on at once, or segment by segment as late as a slow line would. */
  pass(bytes: Buffer): void {
    const { slow } = this.relay;
    const now = performance.now();
    for (let at = 0; at < bytes.length; at += SEGMENT) {
      const part = bytes.subarray(at, at + SEGMENT);
      this.arrived = Math.max(this.arrived, slow ? this.arrival(slow, part.length, now) : now);
      this.underway.push({ part, at: this.arrived });
    }
    this.deliver();
  }

  private deliver(): void {
    const now = performance.now();
    const there = this.underway.findIndex(({ at }) => at > now);
    for (const { part } of this.underway.splice(0, there < 0 ? this.underway.length : there)) this.on(part);
    const [next] = this.underway;
    if (next) setTimeout(() => this.deliver(), next.at - now);
  }

  /** When a segment of so many bytes is there, if nothing else holds it back. */
  private arrival(slow: SlowLine, bytes: number, now: number): number {
    const { free } = this.relay;
    free[this.way] = Math.max(free[this.way], now) + (bytes / slow.bytesPerSecond) * 1000;
    let late = 0;
    for (let wait = slow.againAfterMs ?? 0; (slow.dice?.() ?? 1) * 1000 < (slow.lostPerMille ?? 0); wait *= 2) {
      this.relay.lost += 1;
      late += wait;
    }
    return free[this.way] + slow.delayMs + late;
  }
}

/** A message says its version after two letters (`docs/protocol.md`, section 2); from now on this one is of the next. */
function claimAnother(bytes: Buffer): void {
  const at = bytes.indexOf(Buffer.from('LH\u0001'));
  if (at >= 0) bytes[at + 2] = 2;
}
