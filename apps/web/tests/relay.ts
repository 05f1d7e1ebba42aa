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
 * `cutReplies`: what the phone sends arrives, and no answer to a sync comes back.
 */
export class Relay {
  cutReplies = false;
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
        town.write(bytes);
      });
      town.on('data', (bytes) => {
        if (relay.cutReplies && syncing) phone.destroy();
        else phone.write(bytes);
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
