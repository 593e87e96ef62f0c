import type { AccuracyReport } from '$contract/accuracy.contract.ts';
import type { Problem } from '$contract/problem.ts';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';

/** What was predicted on this computer, and what came; asked for whenever its page is opened. */
export class AccuracyState {
  readonly #client: NibbleClient;
  #report = $state.raw<AccuracyReport | null>(null);
  #problem = $state.raw<Problem | null>(null);

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  get report(): AccuracyReport | null {
    return this.#report;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  async load(): Promise<void> {
    try {
      this.#report = await this.#client.accuracy.report();
      this.#problem = null;
    } catch (error) {
      this.#problem = toProblem(error);
    }
  }
}
