import type { Model } from '$contract/models.contract.ts';
import type { NibbleClient } from '../client/client.ts';

/** The models that Nibble knows: the built-in one first, then by last use. */
export class ModelsState {
  readonly #client: NibbleClient;
  #list = $state.raw<readonly Model[]>([]);
  #loaded = $state(false);
  readonly builtIn = $derived(this.#list.find((model) => model.builtIn) ?? null);

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  get list(): readonly Model[] {
    return this.#list;
  }

  /** False until the first list has arrived: an empty list means nothing before that. */
  get loaded(): boolean {
    return this.#loaded;
  }

  byId(id: number | null): Model | null {
    return this.#list.find((model) => model.id === id) ?? null;
  }

  async load(): Promise<void> {
    this.apply(await this.#client.models.list());
  }

  apply(models: readonly Model[]): void {
    this.#list = models;
    this.#loaded = true;
  }

  /** Checks and remembers the file at `path`. Throws what the call throws. */
  async open(path: string): Promise<Model> {
    const model = await this.#client.models.open({ path });
    this.put(model);
    return model;
  }

  /** Null gives it its own name again. */
  async rename(modelId: number, name: string | null): Promise<void> {
    this.put(await this.#client.models.rename({ modelId, name }));
  }

  put(model: Model): void {
    if (this.byId(model.id)) this.#list = this.#list.map((each) => (each.id === model.id ? model : each));
    else this.#list = [...this.#list, model];
  }

  drop(modelId: number): void {
    this.#list = this.#list.filter((model) => model.id !== modelId);
  }

  async forget(modelId: number): Promise<void> {
    await this.#client.models.forget({ modelId });
    this.drop(modelId);
  }
}
