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

/**
 * The line between a phone and the township, as real bytes over real sockets: it can be cut at the worst moment.
 *
 * `cutReplies`: what the phone sends arrives, and no answer to a sync comes back. `slow`: bytes take their time, each way.
 */
export class Relay {
  cutReplies = false;
  slow: { delayMs: number; bytesPerSecond: number } | null = null;
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
      let syncing = false;
      phone.on('data', (bytes) => {
        syncing = bytes.includes('POST /v1/sync') || (syncing && !bytes.includes('GET /'));
        pace(relay, 'up', bytes, (paced) => town.write(paced));
      });
      town.on('data', (bytes) => {
        if (relay.cutReplies && syncing) phone.destroy();
        else pace(relay, 'down', bytes, (paced) => phone.write(paced));
      });
    });
    await new Promise<void>((ready) => server.listen(own, '127.0.0.1', ready));
    return relay;
  }

  async close(): Promise<void> {
    for (const line of this.lines) line.destroy();
    await new Promise((done) => this.server.close(done));
  }
}

/** When each way of each line is free again. */
const free = new WeakMap<Relay, Record<'up' | 'down', number>>();

/** Passes bytes on at once, or as late as a slow line would. */
function pace(relay: Relay, way: 'up' | 'down', bytes: Buffer, pass: (bytes: Buffer) => void): void {
  if (!relay.slow) {
    pass(bytes);
    return;
  }
  const now = performance.now();
  const ways = free.get(relay) ?? { up: now, down: now };
  ways[way] = Math.max(ways[way], now) + (bytes.length / relay.slow.bytesPerSecond) * 1000;
  free.set(relay, ways);
  setTimeout(() => pass(bytes), ways[way] + relay.slow.delayMs - now);
}
