import type { Network, RequestRecord } from '$contract/downloads.contract.ts';
import type { NibbleClient } from '../client/client.ts';

/** How the Hub is reached, and every request that was made. The token itself never comes back to the window. */
export class NetworkState {
  readonly #client: NibbleClient;
  #current = $state.raw<Network | null>(null);
  #requests = $state.raw<readonly RequestRecord[] | null>(null);

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  /** Null until it was asked for. */
  get current(): Network | null {
    return this.#current;
  }

  /** Oldest first; null until they were asked for. */
  get requests(): readonly RequestRecord[] | null {
    return this.#requests;
  }

  async load(): Promise<void> {
    this.#current = await this.#client.downloads.network();
  }

  async loadRequests(): Promise<void> {
    this.#requests = await this.#client.downloads.requests();
  }

  async setToken(token: string): Promise<void> {
    this.#current = await this.#client.downloads.setToken({ token });
  }

  async clearToken(): Promise<void> {
    this.#current = await this.#client.downloads.clearToken();
  }
}
