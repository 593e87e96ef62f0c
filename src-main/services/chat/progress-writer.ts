/** An answer in progress reaches the disk at least once a second; 0.9 s leaves room for the commit itself. */
const SAVE_INTERVAL_MS = 900;

/**
 * Saves a growing answer at most once per interval, one save at a time, always the newest state. There is no timer
 * while nothing is new.
 */
export class ProgressWriter<State> {
  readonly #save: (state: State) => Promise<unknown>;
  #newest: State | null = null;
  #timer: NodeJS.Timeout | null = null;
  #saving: Promise<void> | null = null;
  #lastSaveAt = 0;

  /** `save` must not reject. */
  constructor(save: (state: State) => Promise<unknown>) {
    this.#save = save;
  }

  update(state: State): void {
    this.#newest = state;
    if (this.#timer !== null || this.#saving !== null) return;
    const waitMs = Math.max(0, this.#lastSaveAt + SAVE_INTERVAL_MS - performance.now());
    this.#timer = setTimeout(() => this.#flush(), waitMs);
  }

  /** Forgets what was not saved yet (the final save follows) and waits for a save under way. */
  async end(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#newest = null;
    await this.#saving;
  }

  #flush(): void {
    this.#timer = null;
    const state = this.#newest;
    if (state === null) return;
    this.#newest = null;
    this.#lastSaveAt = performance.now();
    this.#saving = this.#save(state).then(() => {
      this.#saving = null;
      if (this.#newest !== null) this.update(this.#newest);
    });
  }
}
