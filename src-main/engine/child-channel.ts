import { toProblem } from '../contract/problem.ts';
import type { ChildMethod, FromChild, ToChild } from '../services/engine-host/protocol.ts';
import type { Handlers, RequestContext } from './handlers.ts';

/** Loads the handler of a method when it is first asked for. */
export type HandlerSource = {
  [K in ChildMethod]: () => Promise<Handlers<K>[K]>;
};
type AnyHandler = (params: unknown, context: RequestContext) => Promise<unknown>;

function send(message: FromChild): void {
  // The channel closes when the parent dies; `disconnect` ends this process, so the message may be dropped.
  if (process.connected) process.send?.(message);
}

/** Everything for the log; the host gets a problem in plain words. */
function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Answers the host's requests of the given methods, each with a result or a problem, whatever happens. */
export function serveRequests(source: HandlerSource, methods: readonly ChildMethod[]) {
  const running = new Map<number, { abort: AbortController; done: Promise<void> }>();

  async function answer(request: ToChild & { type: 'request' }, signal: AbortSignal): Promise<void> {
    const { id, method, params } = request;
    try {
      if (!methods.includes(method)) throw new Error(`this process does not serve ${method}`);
      const handler = (await source[method]()) as AnyHandler;
      const result = await handler(params, {
        signal,
        progress: (progress) => send({ type: 'progress', id, progress }),
      });
      send({ type: 'result', id, result });
    } catch (error) {
      // What was cancelled did not fail.
      if (!signal.aborted) process.stderr.write(`${method} failed: ${detailOf(error)}\n`);
      send({ type: 'problem', id, problem: toProblem(error) });
    } finally {
      running.delete(id);
    }
  }

  process.on('message', (message: ToChild) => {
    if (message.type === 'cancel') {
      running.get(message.id)?.abort.abort();
      return;
    }
    const abort = new AbortController();
    running.set(message.id, { abort, done: answer(message, abort.signal) });
  });

  return {
    ready: () => send({ type: 'ready' }),
    /** Aborts what is running and waits for it. */
    async close(): Promise<void> {
      const requests = [...running.values()];
      for (const { abort } of requests) abort.abort();
      await Promise.all(requests.map(({ done }) => done));
    },
  };
}
