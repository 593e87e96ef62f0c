import type { Download, DownloadSettings, DownloadSpace } from '../../contract/downloads.contract.ts';
import { describeProblem, problemError, ProblemError } from '../../contract/problem.ts';
import type { Network } from '../hub/network.ts';
import type { Logger } from '../logging/logger.ts';
import type { SettingsService } from '../settings/settings.ts';
import type { StoredDownload } from '../store/queries/downloads.ts';
import type { Store } from '../store/store.ts';
import { DownloadItem } from './download-item.ts';
import { DownloadJob } from './download-job.ts';
import { discardDownload } from './discard-download.ts';
import type { Found } from './found-files.ts';
import { freeBytesAt } from './free-space.ts';
import { keptBytes } from './kept-bytes.ts';
import { readSource } from './read-source.ts';
import { SpeedLimit } from './speed-limit.ts';

export interface DownloadServiceOptions {
  store: Pick<Store, 'run'>;
  settings: SettingsService;
  network: Network;
  /** Where models are put while the settings name no folder. */
  defaultFolder: string;
  /** Offers a file that is complete and was checked to the library, with where it is from; resolves with its id there. */
  addToLibrary: (path: string, origin: string) => Promise<number>;
  log: Logger;
  onChange: (downloads: Download[]) => void;
  /** Shorter in tests. */
  patienceScale?: number;
  undoMs?: number;
}

const TELL_EVERY_MS = 400;
/** As the contract promises. */
const UNDO_MS = 15_000;

interface Run {
  abort: AbortController;
  done: Promise<void>;
}

/**
 * The queue of downloads: what was asked for, in which order, how far it is and what became of it. It goes on by itself
 * with what an earlier Nibble had begun, from the first time a window asks for the list: a person started it then.
 */
export class DownloadService {
  readonly #options: DownloadServiceOptions;
  readonly #items = new Map<number, DownloadItem>();
  readonly #runs = new Map<number, Run>();
  readonly #discards = new Map<number, NodeJS.Timeout>();
  readonly #limit: SpeedLimit;
  #opening: Promise<void> | null = null;
  #ticker: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: DownloadServiceOptions) {
    this.#options = options;
    this.#limit = new SpeedLimit(() => this.#settings.maxBytesPerSecond);
    options.settings.onChange(() => this.#advance());
  }

  async list(): Promise<Download[]> {
    await this.#open();
    return this.#views();
  }

  /** What is on its way already is returned as it is. Throws `download.badAddress` or `hub.badReference`. */
  async start({ source: given, path = null }: { source: string; path?: string | null }): Promise<Download> {
    await this.#open();
    const source = given.trim();
    readSource(source, path);
    const same = this.#unfinished().find(({ record }) => record.source === source && record.path === path);
    if (same) return this.#view(same);
    const record = await this.#options.store.run.addDownload({ source, path, now: Date.now() });
    const item = new DownloadItem(record);
    this.#items.set(item.id, item);
    this.#advance();
    return this.#view(item);
  }

  async pause(downloadId: number): Promise<Download> {
    const item = await this.#item(downloadId);
    if (!item.hasEnded) await this.#stop(item, { state: 'paused' });
    return this.#view(item);
  }

  async resume(downloadId: number): Promise<Download> {
    const item = await this.#item(downloadId);
    if (item.record.state === 'done' || item.record.state === 'active') return this.#view(item);
    this.#keep(downloadId);
    await this.#save(item, { state: 'active', problem: null, finishedAt: null });
    this.#advance();
    return this.#view(item);
  }

  async cancel(downloadId: number): Promise<Download> {
    const item = await this.#item(downloadId);
    if (item.hasEnded) return this.#view(item);
    await this.#stop(item, { state: 'cancelled', finishedAt: Date.now() });
    const timer = setTimeout(() => void this.#discard(item), this.#options.undoMs ?? UNDO_MS);
    this.#discards.set(downloadId, timer.unref());
    return this.#view(item);
  }

  async remove(downloadId: number): Promise<void> {
    const item = await this.#item(downloadId);
    if (!item.hasEnded) throw problemError('download.notEnded');
    this.#keep(downloadId);
    await this.#options.store.run.removeDownload({ downloadId });
    this.#items.delete(downloadId);
    if (item.record.state !== 'done') await this.#discard(item);
    this.#tell();
  }

  async reorder(downloadIds: readonly number[]): Promise<Download[]> {
    await this.#open();
    const named = downloadIds.flatMap((id) => this.#items.get(id) ?? []);
    const order = [...new Set([...named, ...this.#inOrder()])];
    await this.#options.store.run.orderDownloads({ downloadIds: order.map(({ id }) => id) });
    for (const [index, { record }] of order.entries()) record.place = index + 1;
    this.#tell();
    return this.#views();
  }

  async space(): Promise<DownloadSpace> {
    await this.#open();
    const folder = await this.#folder();
    return {
      folder,
      freeBytes: await freeBytesAt(folder),
      neededBytes: this.#unfinished().reduce((sum, { missingBytes }) => sum + missingBytes, 0),
    };
  }

  /** Stops everything and keeps what was fetched; the next Nibble goes on with it. */
  async dispose(): Promise<void> {
    this.#isClosed = true;
    if (this.#ticker) clearInterval(this.#ticker);
    for (const timer of this.#discards.values()) clearTimeout(timer);
    for (const { abort } of this.#runs.values()) abort.abort();
    await Promise.allSettled([...this.#runs.values()].map(({ done }) => done));
  }

  #open(): Promise<void> {
    this.#opening ??= this.#read().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #read(): Promise<void> {
    await this.#options.settings.get();
    for (const record of await this.#options.store.run.listDownloads({})) {
      const item = new DownloadItem(record);
      item.keptBytes = await Promise.all((item.found?.files ?? []).map(keptBytes));
      this.#items.set(record.id, item);
      // The time to take it back ended with the Nibble it was cancelled in.
      if (record.state === 'cancelled') await this.#discard(item);
    }
    this.#advance();
  }

  get #settings(): DownloadSettings {
    return this.#options.settings.latest.downloads;
  }

  async #folder(): Promise<string> {
    const { downloads } = await this.#options.settings.get();
    return downloads.folder ?? this.#options.defaultFolder;
  }

  async #item(downloadId: number): Promise<DownloadItem> {
    await this.#open();
    const item = this.#items.get(downloadId);
    if (!item) throw problemError('download.notFound');
    return item;
  }

  /** Begins with what is next, as many at once as the person wants. */
  #advance(): void {
    for (const item of this.#unfinished()) {
      if (this.#isClosed || this.#runs.size >= this.#settings.simultaneous) break;
      if (!item.isQueued || this.#runs.has(item.id)) continue;
      const abort = new AbortController();
      const done = this.#run(item, abort.signal).finally(() => {
        this.#runs.delete(item.id);
        this.#advance();
      });
      this.#runs.set(item.id, { abort, done });
    }
    this.#tell();
  }

  async #run(item: DownloadItem, signal: AbortSignal): Promise<void> {
    const { network, addToLibrary, patienceScale = 1 } = this.#options;
    try {
      const job = new DownloadJob(
        {
          source: item.record.source,
          path: item.record.path,
          found: item.found,
          folder: await this.#folder(),
        },
        {
          egress: () => network.egress(),
          connections: () => this.#settings.connections,
          limit: this.#limit,
          patienceScale,
        },
      );
      item.job = job;
      const found = await job.run(signal, async (what) => {
        item.found = what;
        await this.#save(item, { found: what });
      });
      const [first] = found.files;
      const added = first ? await this.#offer(first.path, found, addToLibrary) : {};
      await this.#save(item, { state: 'done', finishedAt: Date.now(), ...added });
    } catch (error) {
      if (!signal.aborted) await this.#failed(item, error);
    } finally {
      item.keptBytes = await Promise.all((item.found?.files ?? []).map(keptBytes));
      item.job = null;
      this.#tell();
    }
  }

  /** A file that came as it should may still be none that this Nibble can run: it stays, and the list says why. */
  async #offer(
    path: string,
    found: Found,
    addToLibrary: DownloadServiceOptions['addToLibrary'],
  ): Promise<Partial<StoredDownload>> {
    try {
      return { modelId: await addToLibrary(path, originOf(found)), problem: null };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { modelId: null, problem: error.problem };
    }
  }

  /** A full disk is none of the download's faults: it waits for the person to make room. */
  async #failed(item: DownloadItem, error: unknown): Promise<void> {
    const problem = error instanceof ProblemError ? error.problem : describeProblem('internal');
    if (problem.code === 'internal') this.#options.log.error('a download failed', { reason: String(error) });
    const isFull = problem.code === 'download.noSpace';
    const change: Partial<StoredDownload> = isFull
      ? { state: 'paused', problem }
      : { state: 'failed', problem, finishedAt: Date.now() };
    await this.#save(item, change).catch((failure: unknown) => {
      this.#options.log.error('the end of a download was not kept', { reason: String(failure) });
    });
  }

  async #stop(item: DownloadItem, change: Partial<StoredDownload>): Promise<void> {
    const run = this.#runs.get(item.id);
    await this.#save(item, { problem: null, ...change });
    run?.abort.abort();
    await run?.done;
    this.#tell();
  }

  async #save(item: DownloadItem, change: Partial<StoredDownload>): Promise<void> {
    item.record = { ...item.record, ...change };
    await this.#options.store.run.saveDownload(item.record);
    this.#tell();
  }

  /** What was fetched of it is not deleted after all. */
  #keep(downloadId: number): void {
    clearTimeout(this.#discards.get(downloadId));
    this.#discards.delete(downloadId);
  }

  async #discard(item: DownloadItem): Promise<void> {
    this.#discards.delete(item.id);
    const folder = await this.#folder();
    await discardDownload(folder, item.found).catch((error: unknown) => {
      this.#options.log.warn('what was downloaded could not be deleted', { reason: String(error) });
    });
    item.keptBytes = [];
    this.#tell();
  }

  #inOrder(): DownloadItem[] {
    return [...this.#items.values()].sort((a, b) => a.record.place - b.record.place || a.id - b.id);
  }

  #unfinished(): DownloadItem[] {
    return this.#inOrder().filter((item) => !item.hasEnded);
  }

  #views(): Download[] {
    const ended = this.#inOrder().filter((item) => item.hasEnded);
    ended.sort((a, b) => (b.record.finishedAt ?? 0) - (a.record.finishedAt ?? 0));
    return [...this.#unfinished(), ...ended].map((item) => this.#view(item));
  }

  #view(item: DownloadItem): Download {
    const queued = this.#unfinished().filter(({ isQueued }) => isQueued);
    const position = queued.indexOf(item);
    return item.view(position < 0 ? null : position + 1);
  }

  /** At once when something has changed, and a few times a second while something is at work. */
  #tell(): void {
    if (this.#isClosed) return;
    this.#options.onChange(this.#views());
    if (this.#runs.size > 0) this.#ticker ??= setInterval(() => this.#tell(), TELL_EVERY_MS).unref();
    else if (this.#ticker) {
      clearInterval(this.#ticker);
      this.#ticker = null;
    }
  }
}

/** As the library tells where a model is from: `hf:owner/name`, or the host. */
function originOf({ repository, files: [file] }: Found): string {
  return repository === null ? new URL(file?.url ?? 'https://unknown').hostname : `hf:${repository}`;
}
