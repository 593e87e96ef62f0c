export interface AnswerJob {
  chatId: number;
  messageId: number;
}

/**
 * One engine writes one answer at a time; the others wait in the order they were asked. Jobs of different chats
 * are stopped separately: a waiting one is taken out, the running one is told to end.
 */
export class AnswerQueue<Job extends AnswerJob> {
  readonly #run: (job: Job, signal: AbortSignal) => Promise<void>;
  readonly #onChange: () => void;
  readonly #waiting: Job[] = [];
  #current: { job: Job; abort: AbortController; done: Promise<void> } | null = null;
  #closed = false;

  /** `run` must not reject: a failure belongs into the answer it happened to. */
  constructor(run: (job: Job, signal: AbortSignal) => Promise<void>, onChange: () => void) {
    this.#run = run;
    this.#onChange = onChange;
  }

  get waiting(): readonly Job[] {
    return this.#waiting;
  }

  get isIdle(): boolean {
    return this.#current === null;
  }

  hasChat(chatId: number): boolean {
    return this.#current?.job.chatId === chatId || this.#waiting.some((job) => job.chatId === chatId);
  }

  add(job: Job): void {
    this.#waiting.push(job);
    this.#next();
    this.#onChange();
  }

  /** Ends the chat's answer. Returns the job if it had not started; a running one finishes through `run`. */
  stop(chatId: number): Job | null {
    if (this.#current?.job.chatId === chatId) this.#current.abort.abort();
    const index = this.#waiting.findIndex((job) => job.chatId === chatId);
    if (index < 0) return null;
    const [job] = this.#waiting.splice(index, 1);
    this.#onChange();
    return job ?? null;
  }

  /** Stops the running job and returns those that never started. */
  async close(): Promise<Job[]> {
    this.#closed = true;
    const left = this.#waiting.splice(0);
    this.#current?.abort.abort();
    await this.#current?.done;
    return left;
  }

  #next(): void {
    if (this.#current !== null || this.#closed) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    const abort = new AbortController();
    const done = this.#run(job, abort.signal).finally(() => {
      this.#current = null;
      this.#next();
      this.#onChange();
    });
    this.#current = { job, abort, done };
  }
}
