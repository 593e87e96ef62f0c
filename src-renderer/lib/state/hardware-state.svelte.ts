import type { Hardware } from '$contract/hardware.contract.ts';
import type { Problem } from '$contract/problem.ts';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';

/** The snapshot of this computer, asked for when a page first needs it. */
export class HardwareState {
  readonly #client: NibbleClient;
  #snapshot = $state.raw<Hardware | null>(null);
  #problem = $state.raw<Problem | null>(null);
  #loading = $state(false);

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  get snapshot(): Hardware | null {
    return this.#snapshot;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  get loading(): boolean {
    return this.#loading;
  }

  async load({ refresh = false } = {}): Promise<void> {
    if (this.#loading || (this.#snapshot && !refresh)) return;
    this.#loading = true;
    try {
      this.#snapshot = await this.#client.hardware.snapshot({ refresh });
      this.#problem = null;
    } catch (error) {
      this.#problem = toProblem(error);
    } finally {
      this.#loading = false;
    }
  }
}
