import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DIST, LIANHU, ROOT } from './places.ts';
import { freePort, Relay } from './relay.ts';

const run = promisify(execFile);

/** What an invitation is made of. */
export interface Invited {
  code: string;
  invitation: string;
}

/** A real township in a folder of its own: the first village of `seeds/town`, served by the real program. */
export class Town {
  private server: ChildProcess | null = null;
  private constructor(
    readonly dir: string,
    private readonly port: number,
    /** The line its phones come by. */
    readonly relay: Relay,
    /** The handbook it serves; another one counts from the next start. */
    public web: string,
  ) {}

  static async make(): Promise<Town> {
    const dir = await mkdtemp(join(tmpdir(), 'lianhu-town-'));
    const files = await Promise.all(['members', 'households', 'links'].map((name) => village(dir, name)));
    const port = await freePort();
    const town = new Town(join(dir, 'town'), port, await Relay.to(port), DIST);
    await town.command('import', 'roster', ...files, '--report', join(dir, 'report.csv'));
    return town;
  }

  /** Where phones reach it. */
  get at(): string {
    return `http://127.0.0.1:${this.relay.port}`;
  }

  /** One command at the township; the server must be down. What it says as JSON is given back. */
  async command(...args: string[]): Promise<Record<string, unknown>> {
    const { stdout } = await run(LIANHU, ['--json', ...args, '--dir', this.dir]);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
  }

  /** A one-time code and the text of the QR code for somebody of the roster; the server must be down. */
  async invite(who: string, server = this.at): Promise<Invited> {
    return (await this.command('code', who, '--server', server)) as unknown as Invited;
  }

  /** The same as a drawing, as the office prints it. */
  async drawn(who: string): Promise<{ svg: string; invited: Invited }> {
    const file = join(this.dir, '..', 'invitation.svg');
    const invited = await this.command('code', who, '--server', this.at, '--svg', file);
    return { svg: await readFile(file, 'utf8'), invited: invited as unknown as Invited };
  }

  async start(): Promise<void> {
    const args = ['--json', 'serve', '--until-stdin-closes', '--office', 'this-machine'];
    const server = spawn(
      LIANHU,
      [...args, '--listen', `127.0.0.1:${this.port}`, '--web', this.web, '--dir', this.dir],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    this.server = server;
    await new Promise<void>((ready, no) => {
      server.stdout?.once('data', () => ready());
      server.once('exit', (code) => no(new Error(`the township ended with ${code}`)));
    });
  }

  /** It finishes what is under way and is gone. */
  async stop(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((done) => server.once('exit', done));
    server.stdin?.end();
    await ended;
  }

  /** Commands that need the folder for themselves. */
  async whileDown<T>(work: () => Promise<T>): Promise<T> {
    await this.stop();
    const done = await work();
    await this.start();
    return done;
  }

  /** What the office reads. */
  async office(path: string): Promise<Record<string, unknown>> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/office/v1/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** What the office does. */
  async act(path: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/office/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** The rows of one of the office's lists, by column. */
  async list(view: string): Promise<Record<string, unknown>[]> {
    const { columns, rows } = (await this.office(`lists/${view}`)) as { columns: string[]; rows: unknown[][] };
    return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])));
  }

  /** A handbook of the next version: the same files with another digest. */
  async nextVersion(): Promise<void> {
    const next = join(this.dir, '..', 'next');
    await cp(this.web, next, { recursive: true });
    const worker = join(next, 'sw.js');
    const text = await readFile(worker, 'utf8');
    await writeFile(worker, text.replace(/"[0-9a-f]{16}"/, '"00000000000000ff"'));
    for (const packed of ['br', 'gz']) await rm(`${worker}.${packed}`, { force: true });
    this.web = next;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.relay.close();
    await rm(join(this.dir, '..'), { recursive: true, force: true });
  }
}

/** The rows of one village of the seeds, as a file. */
async function village(dir: string, name: string): Promise<string> {
  const [head = '', ...rows] = (await readFile(join(ROOT, 'seeds/town', `${name}.csv`), 'utf8')).split('\n');
  const file = join(dir, `${name}.csv`);
  await writeFile(file, [head, ...rows.filter((row) => row.includes('柳泾村'))].join('\n'));
  return file;
}
