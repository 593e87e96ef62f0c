import type { Catalogue, CatalogueModel } from '../../contract/catalogue.ts';
import type { ModelVerdicts, RepositoryPage, SearchPage } from '../../contract/discover.contract.ts';
import type { TableMachine } from '../../domain/planner/table/types.ts';
import type { Network } from '../hub/network.ts';
import { searchHub, type SearchQuestion } from '../hub/search.ts';
import { readCatalogue } from './read-catalogue.ts';
import { readRepositoryPage } from './repository-page.ts';

export interface DiscoverDependencies {
  network: Network;
  cataloguePath: string;
  /** This computer, as the planner sees it. */
  machine: () => Promise<TableMachine>;
  /** Not worked out in this thread, through which answers stream. */
  verdictsOf: (model: CatalogueModel, machine: TableMachine) => Promise<ModelVerdicts>;
}

/** What there is to find: the shipped catalogue, which asks nobody, and the Hub, when a person asks. */
export class DiscoverService {
  readonly #dependencies: DiscoverDependencies;
  #catalogue: Promise<Catalogue> | null = null;

  constructor(dependencies: DiscoverDependencies) {
    this.#dependencies = dependencies;
  }

  catalogue(): Promise<Catalogue> {
    this.#catalogue ??= readCatalogue(this.#dependencies.cataloguePath);
    this.#catalogue.catch(() => (this.#catalogue = null));
    return this.#catalogue;
  }

  async verdicts(signal?: AbortSignal): Promise<ModelVerdicts[]> {
    const { models } = await this.catalogue();
    const machine = await this.#dependencies.machine();
    const verdicts: ModelVerdicts[] = [];
    for (const model of models) {
      signal?.throwIfAborted();
      verdicts.push(await this.#dependencies.verdictsOf(model, machine));
    }
    return verdicts;
  }

  /** Throws a `hub.…` problem. */
  async search(question: SearchQuestion, signal?: AbortSignal): Promise<SearchPage> {
    return searchHub(await this.#dependencies.network.egress(), question, signal);
  }

  /** Throws a `hub.…` problem. */
  async repository(repository: string, signal?: AbortSignal): Promise<RepositoryPage> {
    return readRepositoryPage(await this.#dependencies.network.egress(), repository, signal);
  }
}
