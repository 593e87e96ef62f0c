import type { Download, DownloadSpace, DownloadState } from '$contract/downloads.contract.ts';
import { SvelteSet } from 'svelte/reactivity';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';
import { plainName } from '../format/visible-text.ts';
import type { Notices } from './notices.svelte.ts';

/** What is taken off the list can be brought back for as long as the core keeps what was fetched of a cancelled one. */
const UNDO_MS = 15_000;

const running: readonly DownloadState[] = ['checking', 'downloading', 'waiting', 'verifying'];
const ended: readonly DownloadState[] = ['done', 'failed', 'cancelled'];

/**
 * What is on its way to this computer, in the order of the queue, then what has ended. The live stream tells the whole
 * list a few times a second; a download that ends, or stops because of a problem, is handed to `settled` once.
 */
export class DownloadsState {
  readonly #client: NibbleClient;
  readonly #notices: Notices;
  readonly #settled: (download: Download) => void;
  readonly #removing = new Map<number, ReturnType<typeof setTimeout>>();
  /** Notices that offer to take a cancelled download up again. */
  readonly #undoNotices = new Map<number, number>();
  readonly #hidden = new SvelteSet<number>();
  #all = $state.raw<readonly Download[]>([]);
  #loaded = $state(false);
  #space = $state.raw<DownloadSpace | null>(null);
  #announcement = $state('');
  #eventsSeen = 0;

  readonly list = $derived(this.#all.filter(({ id }) => !this.#hidden.has(id)));
  readonly unfinished = $derived(this.list.filter(({ state }) => !ended.includes(state)));
  /** Being worked on now, or as soon as a server lets us. */
  readonly running = $derived(this.list.filter(({ state }) => running.includes(state)));
  readonly queued = $derived(this.list.filter(({ state }) => state === 'queued'));
  readonly bytesPerSecond = $derived(
    this.running.reduce((sum, download) => sum + (download.bytesPerSecond ?? 0), 0),
  );

  constructor(client: NibbleClient, notices: Notices, settled: (download: Download) => void) {
    this.#client = client;
    this.#notices = notices;
    this.#settled = settled;
  }

  /** False until the first list has arrived: an empty list means nothing before that. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Null until it was asked for. */
  get space(): DownloadSpace | null {
    return this.#space;
  }

  /** The latest news for screen readers, where the page itself shows them. */
  get announcement(): string {
    return this.#announcement;
  }

  announce(words: string): void {
    this.#announcement = words;
  }

  async load(): Promise<void> {
    await this.#latest(this.#client.downloads.list(), (downloads) => this.#show(downloads));
    this.#loaded = true;
  }

  apply(downloads: readonly Download[]): void {
    this.#eventsSeen += 1;
    this.#show(downloads);
  }

  async loadSpace(): Promise<void> {
    try {
      this.#space = await this.#client.downloads.space();
    } catch (error) {
      this.#notices.fail(toProblem(error));
    }
  }

  /** `hf:owner/name:level` or an https address; `path` names one file of the repository. Throws what the call throws. */
  async start(source: string, path?: string): Promise<Download> {
    return this.#latest(
      this.#client.downloads.start({ source, ...(path !== undefined && { path }) }),
      (download) => this.#put(download),
    );
  }

  async pause({ id }: Download): Promise<void> {
    await this.#change(this.#client.downloads.pause({ downloadId: id }));
  }

  /** Goes on, tries again, or takes back that it was cancelled. */
  async resume({ id }: Download): Promise<void> {
    await this.#change(this.#client.downloads.resume({ downloadId: id }));
  }

  async cancel(download: Download): Promise<void> {
    const done = await this.#change(this.#client.downloads.cancel({ downloadId: download.id }));
    if (!done) return;
    const undo = () => void this.resume(download);
    const notice = this.#notices.say(`“${plainName(download.name)}” cancelled`, { label: 'Undo', run: undo });
    this.#undoNotices.set(download.id, notice);
  }

  /** Takes an ended download off the list. Where it takes something fetched with it, that can be undone for a while. */
  async remove(download: Download): Promise<void> {
    const { id, state, receivedBytes } = download;
    this.#closeUndo(id);
    this.#hidden.add(id);
    if (state !== 'failed' || receivedBytes === 0) return this.#remove(id);
    const notice = this.#notices.say(
      `“${plainName(download.name)}” is off the list. What was fetched of it will be deleted.`,
      { label: 'Undo', run: () => this.#bringBack(id) },
    );
    const remove = () => {
      this.#notices.close(notice);
      void this.#remove(id);
    };
    this.#removing.set(id, setTimeout(remove, UNDO_MS));
  }

  /** Moves a queued download by `step` places among those that are queued. */
  async move(download: Download, step: 1 | -1): Promise<void> {
    const ids = this.queued.map(({ id }) => id);
    const place = ids.indexOf(download.id);
    const other = ids[place + step];
    if (place < 0 || other === undefined) return;
    const swapped = this.unfinished.map(({ id }) =>
      id === download.id ? other : id === other ? download.id : id,
    );
    try {
      await this.#latest(this.#client.downloads.reorder({ downloadIds: swapped }), (downloads) =>
        this.#show(downloads),
      );
    } catch (error) {
      this.#notices.fail(toProblem(error));
    }
  }

  /** What was to be removed stays: closing the window is no answer. */
  dispose(): void {
    for (const id of this.#removing.keys()) this.#bringBack(id);
  }

  #closeUndo(id: number): void {
    const notice = this.#undoNotices.get(id);
    if (notice !== undefined) this.#notices.close(notice);
    this.#undoNotices.delete(id);
  }

  #bringBack(id: number): void {
    clearTimeout(this.#removing.get(id));
    this.#removing.delete(id);
    this.#hidden.delete(id);
  }

  async #remove(id: number): Promise<void> {
    this.#removing.delete(id);
    try {
      await this.#client.downloads.remove({ downloadId: id });
      this.#all = this.#all.filter((each) => each.id !== id);
    } catch (error) {
      this.#notices.fail(toProblem(error));
    } finally {
      this.#hidden.delete(id);
    }
  }

  /** False when it failed, which is said. */
  async #change(call: Promise<Download>): Promise<boolean> {
    try {
      await this.#latest(call, (download) => this.#put(download));
      return true;
    } catch (error) {
      this.#notices.fail(toProblem(error));
      return false;
    }
  }

  /** Shows what a call answers, unless an event that came meanwhile told something newer. */
  async #latest<Answer>(call: Promise<Answer>, show: (answer: Answer) => void): Promise<Answer> {
    const seen = this.#eventsSeen;
    const answer = await call;
    if (seen === this.#eventsSeen) show(answer);
    return answer;
  }

  /** One of the list; its place among the others follows as an event. */
  #put(download: Download): void {
    const isKnown = this.#all.some(({ id }) => id === download.id);
    if (isKnown) this.#show(this.#all.map((each) => (each.id === download.id ? download : each)));
    else this.#show([...this.#all, download]);
  }

  #show(downloads: readonly Download[]): void {
    const before = new Map(this.#all.map(({ id, state }) => [id, state]));
    this.#all = downloads;
    for (const download of downloads) {
      const state = before.get(download.id);
      if (state && state !== download.state && needsTelling(download)) this.#settled(download);
    }
  }
}

/** A person does not wait for what they have stopped themselves. */
function needsTelling({ state, problem }: Download): boolean {
  return state === 'done' || state === 'failed' || (state === 'paused' && problem !== null);
}
