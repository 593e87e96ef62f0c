import type { RepositoryPage } from '$contract/discover.contract.ts';
import type { Problem } from '$contract/problem.ts';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';
import { PlanTable } from './plan-table.svelte.ts';

/** What of a repository an address named: a level, or one of its files. */
export interface WantedModel {
  readonly level: string | null;
  readonly path: string | null;
}

/** The repository that was opened last: its page, then the levels of it on this computer. */
export class RepositoryState {
  /** Of its levels, made from their headers. */
  readonly table: PlanTable;
  readonly #client: NibbleClient;
  #id = $state<string | null>(null);
  #wanted = $state.raw<WantedModel | null>(null);
  #page = $state.raw<RepositoryPage | null>(null);
  #problem = $state.raw<Problem | null>(null);
  #loading = $state(false);
  #request: AbortController | null = null;

  constructor(client: NibbleClient) {
    this.#client = client;
    this.table = new PlanTable(client);
  }

  /** `owner/name` as it was asked for; null before the first time. */
  get id(): string | null {
    return this.#id;
  }

  /** Null where the whole repository was meant. */
  get wanted(): WantedModel | null {
    return this.#wanted;
  }

  get page(): RepositoryPage | null {
    return this.#page;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** Its files are closed to whoever asks: nothing of them can be read or downloaded. */
  get isClosed(): boolean {
    return this.#page?.cardProblem?.code === 'hub.gated';
  }

  /** Asks the Hub for it, unless it is there or on its way. */
  async open(id: string, wanted: WantedModel | null = null): Promise<void> {
    this.#wanted = wanted;
    if (id !== this.#id || (this.#page === null && !this.#loading)) await this.#load(id);
  }

  /** Asks once more. */
  async again(): Promise<void> {
    if (this.#id !== null) await this.#load(this.#id);
  }

  async #load(id: string): Promise<void> {
    this.stop();
    const request = new AbortController();
    this.#request = request;
    this.#id = id;
    this.#page = null;
    this.#problem = null;
    this.#loading = true;
    try {
      const page = await this.#client.discover.repository({ repository: id }, { signal: request.signal });
      if (request.signal.aborted) return;
      this.#page = page;
      if (page.models.length > 0 && !this.isClosed) this.table.ask(`hf:${page.repository}`);
    } catch (error) {
      if (request.signal.aborted) return;
      this.#problem = toProblem(error);
    }
    this.#loading = false;
  }

  stop(): void {
    this.#request?.abort();
    this.table.stop();
    this.#loading = false;
  }
}
