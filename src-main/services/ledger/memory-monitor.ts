import type { Clock } from '../../base/clock.ts';
import type { MemoryWarning } from '../../contract/hardware.contract.ts';

/** A program takes seconds to fill a memory; reading costs a fraction of a millisecond. */
const INTERVAL_MS = 5_000;

export interface MonitorOptions {
  clock: Clock;
  /** While a model is in memory and a window could show it; otherwise there is no timer. */
  isNeeded: () => boolean;
  read: () => Promise<MemoryWarning | null>;
  onChange: () => void;
}

/** Watches whether main memory runs short, for the status bar. */
export class MemoryMonitor {
  readonly #options: MonitorOptions;
  #warning: MemoryWarning | null = null;
  #cancel: (() => void) | null = null;
  #isReading = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  get warning(): MemoryWarning | null {
    return this.#warning;
  }

  /** Something has changed that may make it needed, or needless. */
  wake(): void {
    if (!this.#options.isNeeded()) return this.stop();
    if (this.#cancel === null && !this.#isReading) void this.#look();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#become(null);
  }

  async #look(): Promise<void> {
    this.#isReading = true;
    const warning = await this.#options.read().catch(() => null);
    this.#isReading = false;
    if (!this.#options.isNeeded()) return this.stop();
    this.#cancel = this.#options.clock.schedule(INTERVAL_MS, () => {
      this.#cancel = null;
      this.wake();
    });
    this.#become(warning);
  }

  #become(warning: MemoryWarning | null): void {
    const isSame = warning?.level === this.#warning?.level;
    this.#warning = warning;
    if (!isSame) this.#options.onChange();
  }
}
