import type { Place } from './place.ts';
import { PlaceWatch } from './watch-place.ts';

/** One watch for each place that is asked for; a place that has come or gone is watched anew. */
export class PlaceWatches {
  readonly #changed: (path: string) => void;
  readonly #failed: (path: string, reason: string) => void;
  #watches = new Map<string, PlaceWatch>();

  constructor(changed: (path: string) => void, failed: (path: string, reason: string) => void) {
    this.#changed = changed;
    this.#failed = failed;
  }

  /** Resolves when what is no longer asked for is no longer watched. */
  async set(places: readonly (Place & { isThere: boolean })[]): Promise<void> {
    const old = this.#watches;
    this.#watches = new Map();
    for (const place of places) {
      const known = old.get(place.path);
      if (known?.isWaiting === !place.isThere) {
        this.#watches.set(place.path, known);
        old.delete(place.path);
        continue;
      }
      const { path } = place;
      const failed = (error: unknown) => this.#failed(path, String(error));
      this.#watches.set(path, new PlaceWatch(place, () => this.#changed(path), failed));
    }
    await Promise.all([...old.values()].map((watch) => watch.close()));
  }

  close(): Promise<void> {
    return this.set([]);
  }
}
