import type { Catalogue } from '$contract/catalogue.ts';
import type { ModelVerdicts } from '$contract/discover.contract.ts';
import type { Problem } from '$contract/problem.ts';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';

/** The shipped list of models, and what to expect of them here once that is worked out. */
export class CatalogueState {
  readonly #client: NibbleClient;
  #catalogue = $state.raw<Catalogue | null>(null);
  #verdicts = $state.raw<ReadonlyMap<string, ModelVerdicts>>(new Map());
  #problem = $state.raw<Problem | null>(null);
  #loading: Promise<void> | null = null;

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  get catalogue(): Catalogue | null {
    return this.#catalogue;
  }

  /** By the model's id; empty until they are worked out. */
  get verdicts(): ReadonlyMap<string, ModelVerdicts> {
    return this.#verdicts;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  /** The list once, the verdicts each time: free memory changes. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      this.#catalogue ??= await this.#client.discover.catalogue();
      const verdicts = await this.#client.discover.verdicts();
      this.#verdicts = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
      this.#problem = null;
    } catch (error) {
      this.#problem = toProblem(error);
    }
  }
}
