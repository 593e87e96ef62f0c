import type { Settings } from '$contract/settings.contract.ts';
import type { NibbleClient } from '../client/client.ts';
import { applyTheme } from './theme.ts';

/** The person's settings; null until they have arrived. */
export class SettingsState {
  readonly #client: NibbleClient;
  #current = $state.raw<Settings | null>(null);

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  get current(): Settings | null {
    return this.#current;
  }

  async load(): Promise<void> {
    this.apply(await this.#client.settings.get());
  }

  /** Shows the change at once and takes it back when it could not be saved. */
  async change(change: Partial<Settings>): Promise<void> {
    const before = this.#current;
    if (before) this.apply({ ...before, ...change });
    try {
      this.apply(await this.#client.settings.set(change));
    } catch (error) {
      if (before) this.apply(before);
      throw error;
    }
  }

  apply(settings: Settings): void {
    this.#current = settings;
    applyTheme(settings.theme);
  }
}
