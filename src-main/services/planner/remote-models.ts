import { join } from 'node:path';
import type { RefusedModel, TableModel } from '../../domain/planner/table/types.ts';
import { HeaderCache } from '../hub/headers/header-cache.ts';
import { RemoteHeaders } from '../hub/headers/remote-headers.ts';
import { HubClient } from '../hub/hub-client.ts';
import type { Network } from '../hub/network.ts';
import { parseHubReference } from '../hub/reference.ts';

/** What a table was made from stays good for so long: moving a slider asks nobody. */
const KEPT_MS = 10 * 60_000;
const MAX_KEPT = 8;

interface Kept {
  readAtMs: number;
  models: (TableModel | RefusedModel)[];
}

/** The levels of repositories on the Hub, by their headers alone. */
export class RemoteModels {
  readonly #network: Network;
  readonly #cacheDir: string;
  readonly #kept = new Map<string, Kept>();

  constructor(network: Network, cacheDir: string) {
    this.#network = network;
    this.#cacheDir = cacheDir;
  }

  /** Throws a `hub.…` problem when the repository as a whole cannot be read; a single file that cannot becomes a row. */
  async read(reference: string, signal?: AbortSignal): Promise<(TableModel | RefusedModel)[]> {
    const known = this.#kept.get(reference);
    if (known && performance.now() - known.readAtMs < KEPT_MS) return known.models;
    const models = await this.#read(reference, signal);
    this.#kept.delete(reference);
    this.#kept.set(reference, { readAtMs: performance.now(), models });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return models;
  }

  async #read(text: string, signal: AbortSignal | undefined): Promise<(TableModel | RefusedModel)[]> {
    const reference = parseHubReference(text);
    const client = new HubClient(await this.#network.egress());
    const repository = await client.repository(reference, signal);
    const headers = new RemoteHeaders(client, new HeaderCache(join(this.#cacheDir, 'headers')));
    const [uploader = null] = repository.id.split('/');
    const read = await headers.readAll(repository, { ...(signal && { signal }) });
    return read.map((result) => {
      const { path: file, sizeBytes } = result.model;
      if ('problem' in result) {
        const { code, what, why } = result.problem;
        return { file, sizeBytes, reason: `${what} ${why}`, isRefused: code.startsWith('model.') };
      }
      return { file, sizeBytes, header: result.header, summary: result.summary, uploader };
    });
  }
}
