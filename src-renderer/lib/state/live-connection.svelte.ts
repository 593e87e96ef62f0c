import { ORPCError } from '@orpc/client';
import type { LiveEvent } from '$contract/live.contract.ts';
import type { NibbleClient } from '../client/client.ts';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;

export interface LiveListener {
  /** The stream has begun (again): what was known before may be out of date. */
  opened(again: boolean): void;
  event(event: LiveEvent): void;
}

/** Keeps the stream of live events open, with growing pauses while the core is away. */
export class LiveConnection {
  readonly #client: NibbleClient;
  readonly #listener: LiveListener;
  #state = $state<'connecting' | 'open' | 'lost' | 'refused'>('connecting');

  constructor(client: NibbleClient, listener: LiveListener) {
    this.#client = client;
    this.#listener = listener;
  }

  get state(): 'connecting' | 'open' | 'lost' | 'refused' {
    return this.#state;
  }

  /** Runs until `signal` aborts or the core refuses this window. */
  async run(signal: AbortSignal): Promise<void> {
    let delay = FIRST_DELAY_MS;
    let again = false;
    while (!signal.aborted) {
      try {
        for await (const event of await this.#client.live.events(undefined, { signal })) {
          if (signal.aborted) return;
          if (this.#state !== 'open') {
            this.#state = 'open';
            this.#listener.opened(again);
            again = true;
            delay = FIRST_DELAY_MS;
          }
          this.#listener.event(event);
        }
      } catch (error) {
        if (error instanceof ORPCError && (error.status === 401 || error.status === 403)) {
          this.#state = 'refused';
          return;
        }
        // Everything else is the core being away, which `lost` says on the screen.
      }
      if (signal.aborted) return;
      this.#state = 'lost';
      await pause(delay, signal);
      delay = Math.min(delay * 2, LONGEST_DELAY_MS);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
