import type { Library, OtherProgram, Verdict } from '$contract/models.contract.ts';
import { SvelteMap } from 'svelte/reactivity';
import type { NibbleClient } from '../client/client.ts';

/** Verdicts asked for in one call. */
const MOST_AT_ONCE = 24;
/** Rows come into view together: one call for all of them. */
const GATHER_MS = 60;

/** Where models are looked for, and what the planner says of those that are on the screen. */
export class LibraryState {
  readonly #client: NibbleClient;
  readonly #verdicts = new SvelteMap<number, Verdict | null>();
  readonly #wanted = new Set<number>();
  #current = $state.raw<Library | null>(null);
  #gathering: ReturnType<typeof setTimeout> | null = null;

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  /** Null before it has arrived. */
  get current(): Library | null {
    return this.#current;
  }

  apply(library: Library): void {
    this.#current = library;
  }

  async load(): Promise<void> {
    this.#current = await this.#client.models.library();
  }

  async addFolder(path: string): Promise<void> {
    this.#current = await this.#client.models.addFolder({ path });
  }

  async removeFolder(path: string): Promise<void> {
    this.#current = await this.#client.models.removeFolder({ path });
  }

  async useProgram(program: OtherProgram, enabled: boolean): Promise<void> {
    this.#current = await this.#client.models.useProgram({ program, enabled });
  }

  /** Looks at every folder again, for what the system does not tell of: a disk of another computer, say. */
  async rescan(): Promise<void> {
    await this.#client.models.rescan();
  }

  /** Undefined while it is worked out; null where there is none. */
  verdict(modelId: number): Verdict | null | undefined {
    return this.#verdicts.get(modelId);
  }

  /** Asks for the verdict of a model, together with others that are asked for at the same time. */
  wantVerdict(modelId: number): void {
    if (this.#verdicts.has(modelId)) return;
    this.#wanted.add(modelId);
    this.#gathering ??= setTimeout(() => void this.#gather(), GATHER_MS);
  }

  /** What was said holds no more: memory has been taken or given back, or a file has changed. */
  forgetVerdicts(): void {
    this.#verdicts.clear();
  }

  dispose(): void {
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    this.#wanted.clear();
  }

  async #gather(): Promise<void> {
    while (this.#wanted.size > 0) {
      // The latest first: they are what is on the screen now.
      const modelIds = [...this.#wanted].slice(-MOST_AT_ONCE);
      for (const modelId of modelIds) this.#wanted.delete(modelId);
      const verdicts = await this.#client.models.verdicts({ modelIds }).catch(() => []);
      const byId = new Map(verdicts.map((verdict) => [verdict.modelId, verdict]));
      for (const modelId of modelIds) this.#verdicts.set(modelId, byId.get(modelId) ?? null);
    }
    this.#gathering = null;
  }
}
