import type { Library, Model } from '../../contract/models.contract.ts';
import type { Logger } from '../logging/logger.ts';

/** Models arrive one after the other during a look; the window is told together. */
const GATHER_MS = 250;

export interface LibraryNewsOptions {
  list: () => Promise<Model[]>;
  library: () => Promise<Library>;
  onModels: (models: Model[]) => void;
  onLibrary: (library: Library) => void;
  log: Logger;
}

/** Tells everybody of the models and the places they lie in. */
export class LibraryNews {
  readonly #options: LibraryNewsOptions;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: LibraryNewsOptions) {
    this.#options = options;
  }

  /** The list of models at once, as it was told, and the rest soon. */
  async publish(): Promise<Model[]> {
    const models = await this.#options.list();
    this.#options.onModels(models);
    this.soon();
    return models;
  }

  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#tellAll().catch((error: unknown) => {
        this.#options.log.warn('the list of models could not be told', { reason: String(error) });
      });
    }, GATHER_MS).unref();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #tellAll(): Promise<void> {
    const [models, library] = await Promise.all([this.#options.list(), this.#options.library()]);
    this.#options.onModels(models);
    this.#options.onLibrary(library);
  }
}
