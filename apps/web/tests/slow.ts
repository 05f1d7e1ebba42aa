import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';

/** How long the pages of a browser run before they are held, in milliseconds. */
const RUN_MS = 1;

/**
 * Makes a browser's pages, with their workers, so many times slower: their processes run for a moment and are held for the rest.
 * Chromium's own throttle slows the page's thread alone, and the workbook does not live there.
 */
export class Slow {
  private running = true;
  private constructor(private readonly profile: string) {}

  static begin(profile: string, times: number): Slow {
    const slow = new Slow(profile);
    void slow.turn(times);
    return slow;
  }

  private async turn(times: number): Promise<void> {
    let [pids, looked] = [[] as number[], 0];
    while (this.running) {
      if (performance.now() - looked > 100) [pids, looked] = [this.pages(), performance.now()];
      for (const pid of pids) signal(pid, 'SIGCONT');
      const began = performance.now();
      await after(RUN_MS);
      const ran = performance.now() - began;
      if (!this.running) break;
      for (const pid of pids) signal(pid, 'SIGSTOP');
      await after(ran * (times - 1));
    }
    for (const pid of this.pages()) signal(pid, 'SIGCONT');
  }

  /** The processes that show pages of this profile. */
  private pages(): number[] {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => {
        try {
          const line = pid > 0 ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
          return line.includes('--type=renderer') && this.isOurs(pid);
        } catch {
          return false;
        }
      });
  }

  /** Whether a process belongs to the browser of this profile: one of those it came from says so. */
  private isOurs(pid: number): boolean {
    for (let at = pid; at > 1; ) {
      const line = readFileSync(`/proc/${at}/cmdline`, 'utf8');
      if (line.includes(`--user-data-dir=${this.profile}`)) return true;
      at = Number(readFileSync(`/proc/${at}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] ?? 0);
    }
    return false;
  }

  end(): void {
    this.running = false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
