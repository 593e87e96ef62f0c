/** Lets one task run at a time, in the order they came. A task that waits can be cancelled by its signal. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#tail;
    const gate = Promise.withResolvers<undefined>();
    this.#tail = gate.promise;
    try {
      await untilAborted(before, signal);
    } catch (error) {
      // This turn is not used, but those behind still wait for those in front.
      void before.then(() => gate.resolve(undefined));
      throw error;
    }
    try {
      return await task();
    } finally {
      gate.resolve(undefined);
    }
  }
}

/** `promise`, or the signal's reason if that comes first. */
export async function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
