import type { Ledger } from '$contract/hardware.contract.ts';
import type { NibbleClient } from '../client/client.ts';

/** Often enough to see a program start, seldom enough to cost nothing. */
const INTERVAL_MS = 2_000;

/** Who holds the memory, asked again and again while somebody looks. A hidden window asks nothing. */
export class LedgerState {
  readonly #client: NibbleClient;
  #current = $state.raw<Ledger | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWatching = false;

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  /** Null before the first answer, and where it cannot be had. */
  get current(): Ledger | null {
    return this.#current;
  }

  /** Keeps it up to date until the returned function is called. */
  watch(): () => void {
    this.#isWatching = true;
    const onVisibility = () => {
      clearTimeout(this.#timer);
      if (document.visibilityState === 'visible') void this.#ask();
    };
    document.addEventListener('visibilitychange', onVisibility);
    onVisibility();
    return () => {
      this.#isWatching = false;
      clearTimeout(this.#timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }

  async #ask(): Promise<void> {
    try {
      this.#current = await this.#client.hardware.ledger();
    } catch {
      // The connection's own line says so; the page shows what it knew.
    }
    clearTimeout(this.#timer);
    if (!this.#isWatching || document.visibilityState !== 'visible') return;
    this.#timer = setTimeout(() => void this.#ask(), INTERVAL_MS);
  }
}
