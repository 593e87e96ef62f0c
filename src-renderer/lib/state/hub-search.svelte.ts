import type { FoundRepository, SearchSort } from '$contract/discover.contract.ts';
import type { Problem } from '$contract/problem.ts';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';

/** A page of results: what fits a window without making the next one wait. */
const PAGE = 30;

/** One search of the Hub, page by page. A new one takes the place of the one before; the last answer wins. */
export class HubSearch {
  readonly #client: NibbleClient;
  #words = $state<string | null>(null);
  #sort = $state<SearchSort>('trend');
  #found = $state.raw<readonly FoundRepository[] | null>(null);
  #next = $state.raw<string | null>(null);
  #problem = $state.raw<Problem | null>(null);
  #loading = $state(false);
  #request: AbortController | null = null;

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  /** Null while nothing was searched for. */
  get words(): string | null {
    return this.#words;
  }

  get sort(): SearchSort {
    return this.#sort;
  }

  /** Null until the first page is there. */
  get found(): readonly FoundRepository[] | null {
    return this.#found;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  get loading(): boolean {
    return this.#loading;
  }

  async ask(words: string): Promise<void> {
    this.#words = words;
    this.#found = null;
    this.#next = null;
    await this.#load(undefined);
  }

  /** Another order: asks again where something was searched for. */
  async sortBy(sort: SearchSort): Promise<void> {
    this.#sort = sort;
    if (this.#words !== null) await this.ask(this.#words);
  }

  async more(): Promise<void> {
    if (this.#next !== null && !this.#loading) await this.#load(this.#next);
  }

  /** Once more what failed: the first page, or the next. */
  async again(): Promise<void> {
    await this.#load(this.#next ?? undefined);
  }

  /** Forgets the search. */
  clear(): void {
    this.stop();
    this.#words = null;
    this.#found = null;
    this.#next = null;
    this.#problem = null;
  }

  stop(): void {
    this.#request?.abort();
    this.#loading = false;
  }

  async #load(cursor: string | undefined): Promise<void> {
    this.stop();
    const request = new AbortController();
    this.#request = request;
    this.#loading = true;
    this.#problem = null;
    try {
      const page = await this.#client.discover.search(
        {
          words: this.#words ?? '',
          sort: this.#sort,
          limit: PAGE,
          ...(cursor !== undefined && { cursor }),
        },
        { signal: request.signal },
      );
      if (request.signal.aborted) return;
      const before = cursor === undefined ? [] : (this.#found ?? []);
      // A list that changes between two pages may bring one twice.
      const known = new Set(before.map(({ repository }) => repository));
      this.#found = [...before, ...page.found.filter(({ repository }) => !known.has(repository))];
      this.#next = page.next;
    } catch (error) {
      if (request.signal.aborted) return;
      this.#problem = toProblem(error);
    }
    this.#loading = false;
  }
}
