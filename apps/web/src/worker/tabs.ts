/** Which tab has the workbook: the one that holds the lock. A tab that closes or dies lets go of it by itself. */

const LOCK = 'lianhu-workbook';
const CHANNEL = 'lianhu-tabs';
/** How long the tab that leads may take to let go. */
const PATIENCE_MS = 5_000;

export class Tabs {
  private readonly channel = new BroadcastChannel(CHANNEL);
  private letGo: (() => void) | null = null;
  private waiting: AbortController | null = null;

  /** `lead` is called when this tab has the lock, and `follow` when another asked for it; the lock is given up after that. */
  constructor(
    private readonly lead: () => Promise<void>,
    private readonly follow: () => Promise<void>,
  ) {
    this.channel.onmessage = () => this.asked();
  }

  /** Leads if nobody else does; otherwise waits until the others have gone. */
  async tryToLead(): Promise<boolean> {
    const leads = await new Promise<boolean>((told) => {
      const held = navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
        told(lock !== null);
        return lock ? this.hold() : undefined;
      });
      held.catch(console.error);
    });
    if (!leads) this.wait();
    return leads;
  }

  /** Asks the tab that leads to let go. Answers whether this one leads now. */
  async askForIt(): Promise<boolean> {
    this.channel.postMessage('let go');
    const deadline = Date.now() + PATIENCE_MS;
    while (!this.letGo && Date.now() < deadline) await new Promise((ok) => setTimeout(ok, 50));
    return this.letGo !== null;
  }

  /** Stands in the queue for the lock. */
  private wait(): void {
    this.waiting = new AbortController();
    const held = navigator.locks.request(LOCK, { signal: this.waiting.signal }, () => this.hold());
    // Who steps out of the queue is no error.
    held.catch(() => undefined);
  }

  /** Holds the lock until it is let go. */
  private async hold(): Promise<void> {
    this.waiting = null;
    const until = new Promise<void>((ok) => {
      this.letGo = ok;
    });
    await this.lead();
    await until;
  }

  /** Another tab asks for the workbook. Whoever only waits steps back behind it. */
  private asked(): void {
    const step = this.letGo;
    if (!step) {
      this.waiting?.abort();
      setTimeout(() => this.wait(), PATIENCE_MS / 10);
      return;
    }
    this.letGo = null;
    this.follow().finally(() => {
      step();
      setTimeout(() => this.wait(), PATIENCE_MS / 10);
    });
  }
}
