import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { TemplateInput } from './chat-template.ts';
import type { RenderedPrompt } from './prompt-segment.ts';
import type { TemplateReply } from './template-worker.ts';
import { workerFile } from './worker-file.ts';

/** Real templates render in 1–5 ms; `range(1e7)` takes 12.7 s and 2 GB. */
const RENDER_LIMIT_MS = 250;
const HEAP_LIMIT_MB = 64;

/** The reason why a template could not be used, for a person. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** Keeps one warm worker; one that overran its time or memory is ended and replaced at the next call. */
export class TemplateRenderer {
  #worker: Promise<Worker> | null = null;

  /** Starts the worker ahead of its first use. */
  warmUp(): void {
    this.#worker ??= startWorker();
    // A failure to start is reported by the render call that needs the worker.
    this.#worker.catch(() => (this.#worker = null));
  }

  /** Calls must not overlap: the engine answers one request at a time. */
  async render(input: TemplateInput): Promise<RenderedPrompt> {
    this.warmUp();
    const worker = await this.#worker;
    if (worker === null) throw new TemplateError('the renderer did not start');
    try {
      worker.postMessage(input);
      return await nextReply(worker);
    } catch (error) {
      this.#worker = null;
      await worker.terminate();
      throw error instanceof TemplateError ? error : new TemplateError(String(error), { cause: error });
    }
  }

  async dispose(): Promise<void> {
    const worker = await this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}

async function startWorker(): Promise<Worker> {
  const worker = new Worker(workerFile('template-worker'), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB, maxYoungGenerationSizeMb: 16 },
  });
  worker.unref();
  await once(worker, 'message');
  return worker;
}

async function nextReply(worker: Worker): Promise<RenderedPrompt> {
  const limit = AbortSignal.timeout(RENDER_LIMIT_MS);
  try {
    const [reply] = (await once(worker, 'message', { signal: limit })) as [TemplateReply];
    if ('rendered' in reply) return reply.rendered;
    throw new TemplateError('failed' in reply ? reply.failed : 'the renderer gave no answer');
  } catch (error) {
    if (limit.aborted) throw new TemplateError(`it took longer than ${RENDER_LIMIT_MS} ms`, { cause: error });
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(`it needed more than ${HEAP_LIMIT_MB} MB of memory`, { cause: error });
  }
}
