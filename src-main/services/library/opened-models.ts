import { stat } from 'node:fs/promises';
import type { IndexedFile } from '../store/queries/models.ts';
import type { Store } from '../store/store.ts';
import type { LibraryThread } from './worker/library-thread.ts';

/** Models that the person opened by their paths, in no folder that is looked at: they are asked for one by one. */
export class OpenedModels {
  readonly #store: Store;
  readonly #thread: LibraryThread;

  constructor(store: Store, thread: LibraryThread) {
    this.#store = store;
    this.#thread = thread;
  }

  /** Notes which of them are there, and reads again those that have changed. */
  async refresh(): Promise<void> {
    const files = await this.#store.run.listIndexedFiles({});
    const opened = files.filter(
      ({ source, folder, state }) => source === 'opened' && folder === null && state !== 'gone',
    );
    await Promise.all(opened.map((file) => this.#refresh(file)));
  }

  async #refresh(file: IndexedFile): Promise<void> {
    const { run } = this.#store;
    const stats = await stat(file.path).catch(() => null);
    const state = stats?.isFile() ? 'here' : 'away';
    if (state !== file.state) await run.setModelStates({ modelIds: [file.id], state });
    if (state === 'away') return;
    // Of a split model only the first part is asked: the others are checked when it is loaded.
    const isChanged = stats?.mtimeMs !== undefined && stats.mtimeMs > file.mtimeMs;
    if (file.complete && !isChanged) return;
    const facts = await this.#thread.call('read', { path: file.path }).catch(() => null);
    // A file that is broken now keeps its row: opening it says what is wrong.
    if (facts === null) return;
    const { source, folder } = file;
    await run.upsertModel({ ...facts, builtIn: false, source, folder, origin: null, now: Date.now() });
  }
}
