import type { NibbleClient } from '../client/client.ts';
import { CatalogueState } from './catalogue-state.svelte.ts';
import { HubSearch } from './hub-search.svelte.ts';
import { RepositoryState } from './repository-state.svelte.ts';

/** What there is to find. Only `search` and `repository` ask anybody, and only when a person does. */
export class DiscoverState {
  readonly catalogue: CatalogueState;
  readonly search: HubSearch;
  readonly repository: RepositoryState;

  constructor(client: NibbleClient) {
    this.catalogue = new CatalogueState(client);
    this.search = new HubSearch(client);
    this.repository = new RepositoryState(client);
  }

  stop(): void {
    this.search.stop();
    this.repository.stop();
  }
}
