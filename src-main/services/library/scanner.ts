import { sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { PlaceState } from '../../contract/models.contract.ts';
import type { Logger } from '../logging/logger.ts';
import type { IndexedFile } from '../store/queries/models.ts';
import type { StoredRefusal } from '../store/queries/library.ts';
import type { Store } from '../store/store.ts';
import type { Place } from './places/place.ts';
import type { LibraryThread } from './worker/library-thread.ts';
import type { Look } from './worker/protocol.ts';

/** Several files are copied at once, and one of them changes many times: one look for all of it. */
const CHANGED_MS = 1000;
/** A file that somebody is still writing is looked at again after this. */
const UNSETTLED_MS = 3000;

export interface ScannerOptions {
  store: Store;
  log: Logger;
  /** A fresh thread; it says through the callback what has changed. */
  openThread: (onChanged: (path: string) => void) => LibraryThread;
  /** The index or the progress has changed. */
  onChange: () => void;
}

/**
 * Keeps the index like the disk: looks at every place when it becomes known, and again when it changes. One look at a time;
 * each reads the headers of what is new and leaves the rest alone. What a look found is in the index before the next begins.
 */
export class Scanner {
  readonly thread: LibraryThread;
  readonly #options: ScannerOptions;
  readonly #waiting = new Set<string>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #places: readonly Place[] = [];
  #states = new Map<string, PlaceState>();
  #running: Promise<void> | null = null;
  #progress: { done: number; total: number } | null = null;
  #isSet = false;
  #watched = '';
  #closed = false;

  constructor(options: ScannerOptions) {
    this.#options = options;
    this.thread = options.openThread((path) => this.#lookSoon(path, CHANGED_MS));
  }

  /** Headers read of those to read; null while no look is under way. */
  get progress(): { done: number; total: number } | null {
    return this.#progress;
  }

  /** As the last look has found it; `here` before the first one. */
  stateOf(path: string): PlaceState {
    return this.#states.get(path) ?? 'here';
  }

  /** From now on these places and no others. Their looks go on after this has resolved. */
  async setPlaces(places: readonly Place[]): Promise<void> {
    const known = new Set(this.#places.map(({ path }) => path));
    const isSame = places.length === known.size && places.every(({ path }) => known.has(path));
    // The first time the index may know of places of an earlier run.
    if (isSame && this.#isSet) return;
    this.#isSet = true;
    this.#places = places;
    await this.#dropOthers();
    this.look(places.filter(({ path }) => !known.has(path)).map(({ path }) => path));
    if (this.#running === null) await this.#watch();
  }

  /** Looks at these places, or at all, soon. */
  look(paths: readonly string[] = this.#places.map(({ path }) => path)): void {
    for (const path of paths) this.#waiting.add(path);
    if (paths.length === 0 || this.#closed) return;
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits to be looked at. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#waiting.clear();
    await this.thread.close();
    await this.#running;
  }

  #lookSoon(path: string, afterMs: number): void {
    if (this.#closed || this.#timers.has(path)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(path);
      this.look([path]);
    }, afterMs);
    timer.unref();
    this.#timers.set(path, timer);
  }

  async #run(): Promise<void> {
    try {
      // Whoever has just asked for the list gets it from the index before the looking takes the database and the processor.
      await setImmediate();
      // Places may be added while the watching begins.
      do {
        for (const path of this.#waiting) {
          this.#waiting.delete(path);
          const place = this.#places.find((each) => each.path === path);
          if (place) await this.#lookAt(place);
        }
        if (!this.#closed) await this.#watch();
      } while (this.#waiting.size > 0);
    } catch (error) {
      // The next change or question looks again; what is in the index still holds.
      if (!this.#closed) this.#options.log.error('looking for models failed', { reason: String(error) });
    } finally {
      this.#progress = null;
      this.#running = null;
      this.#options.onChange();
    }
  }

  async #lookAt(place: Place): Promise<void> {
    const { run } = this.#options.store;
    const [files, refused] = await Promise.all([run.listIndexedFiles({}), run.listRefusedFiles({})]);
    const known = [...files.filter(({ complete }) => complete), ...refused].map(
      ({ path, sizeBytes, mtimeMs }) => ({ path, sizeBytes, mtimeMs }),
    );
    this.#progress = { done: 0, total: 0 };
    let saving: Promise<unknown> = Promise.resolve();
    const found = await this.thread.call(
      'look',
      { place, known },
      ({ models, refused: broken, ...progress }) => {
        this.#progress = { done: progress.done, total: progress.total };
        if (models.length + broken.length === 0) return;
        const from = { source: place.source, folder: place.path };
        const now = Date.now();
        saving = saving.then(() =>
          run.saveFound({
            models: models.map(({ facts, origin }) => ({ ...facts, ...from, origin, builtIn: false, now })),
            refused: broken.map((file) => ({ ...file, ...from })),
          }),
        );
        saving.then(this.#options.onChange, () => undefined);
      },
    );
    await saving;
    await this.#reconcile(place, found, files, refused);
    this.#states.set(place.path, found.state);
    if (found.unsettled) this.#lookSoon(place.path, UNSETTLED_MS);
    if (!found.complete)
      this.#options.log.warn('a folder holds more than is looked at', { path: place.path });
  }

  /** What is there again, and what is not there any more. */
  async #reconcile(
    place: Place,
    found: Look,
    files: readonly IndexedFile[],
    refused: readonly StoredRefusal[],
  ): Promise<void> {
    const { run } = this.#options.store;
    const listed = new Set(this.#places.map(({ path }) => path));
    const unchanged = new Set(found.unchanged);
    const present = new Set(found.present);
    const back = files.filter(
      ({ path, state, folder, source }) =>
        unchanged.has(path) &&
        source !== 'builtIn' &&
        (state !== 'here' || folder === null || !listed.has(folder)),
    );
    if (back.length > 0)
      await run.markModelsFound({
        modelIds: back.map(({ id }) => id),
        source: place.source,
        folder: place.path,
      });

    const isHidden = (path: string) => found.closed.some((folder) => path.startsWith(folder + sep));
    const missing = files.filter(
      ({ path, folder, state }) =>
        folder === place.path && state !== 'gone' && !present.has(path) && !isHidden(path),
    );
    // A disk is mounted into an empty folder: nothing at all means that it is not connected.
    const isAway = found.state !== 'here' || found.empty;
    if (isAway || found.complete) {
      const modelIds = missing.filter(({ state }) => !isAway || state !== 'away').map(({ id }) => id);
      if (modelIds.length > 0) await run.setModelStates({ modelIds, state: isAway ? 'away' : 'gone' });
    }
    const paths = refused
      .filter(({ path, folder }) => folder === place.path && !present.has(path))
      .map(({ path }) => path);
    if (paths.length > 0) await run.dropRefusedFiles({ paths });
  }

  /** Models of places that are no longer looked at are not listed; they keep their names for when they are again. */
  async #dropOthers(): Promise<void> {
    const { run } = this.#options.store;
    const listed = new Set(this.#places.map(({ path }) => path));
    const [files, refused] = await Promise.all([run.listIndexedFiles({}), run.listRefusedFiles({})]);
    const modelIds = files
      .filter(({ folder, state }) => folder !== null && !listed.has(folder) && state !== 'gone')
      .map(({ id }) => id);
    const paths = refused.filter(({ folder }) => !listed.has(folder)).map(({ path }) => path);
    if (modelIds.length > 0) await run.setModelStates({ modelIds, state: 'gone' });
    if (paths.length > 0) await run.dropRefusedFiles({ paths });
    // A folder within a removed one lists its own again.
    const regained = this.#places.filter(({ path }) =>
      files.some(
        ({ path: file, folder }) => folder !== null && !listed.has(folder) && file.startsWith(path + sep),
      ),
    );
    if (regained.length > 0) this.look(regained.map(({ path }) => path));
  }

  async #watch(): Promise<void> {
    const places = this.#places.map((place) => ({ ...place, isThere: this.stateOf(place.path) === 'here' }));
    const key = JSON.stringify(places);
    // Without a place there is nothing to start a thread for.
    if (key === this.#watched || (places.length === 0 && this.#watched === '')) return;
    this.#watched = key;
    await this.thread.call('watch', { places });
  }
}
