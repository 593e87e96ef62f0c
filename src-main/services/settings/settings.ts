import { defaultSettings } from '../../contract/defaults.ts';
import { settingsSchema, type Settings } from '../../contract/settings.contract.ts';
import { problemError } from '../../contract/problem.ts';
import { parseWithDefaults } from '../store/parse-with-defaults.ts';
import type { Store } from '../store/store.ts';

type Listener = (settings: Settings) => void;

/** What can be changed: only the fields that are given. */
export type SettingsChanges = { [Key in keyof Settings]?: Settings[Key] | undefined };

/**
 * The person's settings, kept in the store. A stored value that this version cannot read counts as its default and
 * stays where it is, for the version that can. Changes are written and announced in the order they were made.
 */
export class SettingsService {
  readonly #store: Pick<Store, 'run'>;
  readonly #listeners = new Set<Listener>();
  #lastChange: Promise<unknown> = Promise.resolve();
  #latest: Settings = defaultSettings;

  constructor(store: Pick<Store, 'run'>) {
    this.#store = store;
  }

  /** As last read or changed, for those who cannot wait; the defaults before that. */
  get latest(): Settings {
    return this.#latest;
  }

  async get(): Promise<Settings> {
    const stored = await this.#store.run.getSettings({});
    this.#latest = parseWithDefaults(settingsSchema, defaultSettings, stored);
    return this.#latest;
  }

  /** Returns all settings after the change. An invalid value changes nothing. */
  set(changes: SettingsChanges): Promise<Settings> {
    const change = this.#lastChange.then(() => this.#apply(changes));
    this.#lastChange = change.catch(() => undefined);
    return change;
  }

  /** Calls `listener` after every change. Returns how to stop that. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #apply(changes: SettingsChanges): Promise<Settings> {
    const parsed = settingsSchema.partial().safeParse(changes);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const field = issue?.path.join('.') ?? 'settings';
      throw problemError('request.invalid', { field, reason: issue?.message ?? 'not valid' });
    }
    await this.#store.run.setSettings({ changes: parsed.data });
    const settings = await this.get();
    for (const listener of this.#listeners) listener(settings);
    return settings;
  }
}
