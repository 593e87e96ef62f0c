import { watch, type FSWatcher as ChokidarWatcher } from 'chokidar';
import { watch as watchFolder, statSync, type FSWatcher } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { walkLimits, type Place } from './place.ts';

/** Files that say something about models: the files themselves, and Ollama's manifests, which have no ending. */
function isOfInterest(path: string, { source }: Place): boolean {
  return path.toLowerCase().endsWith('.gguf') || (source === 'ollama' && path.includes('manifests'));
}

/**
 * Tells that something at a place has changed, not what: whoever is told looks for himself. A place that is not there is waited
 * for by its nearest folder that is. Nothing is polled.
 */
export class PlaceWatch {
  readonly #place: Place;
  readonly #changed: () => void;
  readonly #failed: (error: unknown) => void;
  #watcher: ChokidarWatcher | null = null;
  #ancestor: FSWatcher | null = null;

  constructor(place: Place, changed: () => void, failed: (error: unknown) => void) {
    this.#place = place;
    this.#changed = changed;
    this.#failed = failed;
    this.#start();
  }

  get isWaiting(): boolean {
    return this.#ancestor !== null;
  }

  async close(): Promise<void> {
    this.#ancestor?.close();
    this.#ancestor = null;
    await this.#watcher?.close();
    this.#watcher = null;
  }

  #start(): void {
    if (isFolder(this.#place.path)) this.#watchPlace();
    else this.#waitForPlace();
  }

  #watchPlace(): void {
    const { path: root } = this.#place;
    this.#watcher = watch(root, {
      ignoreInitial: true,
      followSymlinks: false,
      depth: walkLimits.depth,
      // Asked first without `stats`: only then whether to look at all.
      ignored: (path, stats) =>
        path !== root &&
        ((basename(path).startsWith('.') && this.#place.source !== 'ollama') ||
          (stats?.isFile() === true && !isOfInterest(path, this.#place))),
    });
    this.#watcher.on('all', () => this.#changed());
    // What has changed since the last look and before everything was watched.
    this.#watcher.on('ready', () => this.#changed());
    this.#watcher.on('error', (error) => this.#failed(error));
  }

  #waitForPlace(): void {
    this.#ancestor?.close();
    let ancestor = dirname(this.#place.path);
    while (!isFolder(ancestor) && dirname(ancestor) !== ancestor) ancestor = dirname(ancestor);
    try {
      this.#ancestor = watchFolder(ancestor, () => this.#ancestorChanged(ancestor));
      this.#ancestor.on('error', this.#failed);
    } catch (error) {
      this.#failed(error);
    }
    if (isFolder(this.#place.path)) this.#changed();
  }

  /** It may hold the place now, or a folder that is nearer to it; or it has gone itself. */
  #ancestorChanged(ancestor: string): void {
    const below = relative(ancestor, this.#place.path).split(sep)[0] ?? '';
    if (isFolder(this.#place.path)) this.#changed();
    else if (!isFolder(ancestor) || isFolder(join(ancestor, below))) this.#waitForPlace();
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
