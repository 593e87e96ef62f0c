import type { Problem } from '$contract/problem.ts';

/** Long enough to read two lines and reach for the button. */
const SHOWN_MS = 8000;

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly problem: Problem | null;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

/** Short messages at the edge of the window. Problems stay until they are closed. */
export class Notices {
  #list = $state.raw<readonly Notice[]>([]);
  #nextId = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  get list(): readonly Notice[] {
    return this.#list;
  }

  /** Returns what `close` takes, for notices whose action can be too late. */
  say(text: string, action: Notice['action'] = null): number {
    const id = this.#add({ text, problem: null, action });
    this.resume(id);
    return id;
  }

  fail(problem: Problem, action: Notice['action'] = null): void {
    if (this.#list.some((notice) => notice.problem?.what === problem.what)) return;
    this.#add({ text: problem.what, problem, action });
  }

  /** Holds a notice while the pointer or the focus is on it. */
  pause(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  /** Starts the time after which a notice leaves; problems do not leave by themselves. */
  resume(id: number): void {
    const notice = this.#list.find((each) => each.id === id);
    if (!notice || notice.problem) return;
    this.pause(id);
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), SHOWN_MS),
    );
  }

  close(id: number): void {
    this.pause(id);
    this.#list = this.#list.filter((notice) => notice.id !== id);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #add(notice: Omit<Notice, 'id'>): number {
    const id = this.#nextId++;
    this.#list = [...this.#list, { ...notice, id }];
    return id;
  }
}
