import type { Llama } from 'node-llama-cpp';
import type { PlacedBytes } from '../services/engine-host/protocol.ts';
import { llamaLibrary } from './llama-library.ts';

/** `llama_kv_cache: Vulkan0 KV buffer size = 3.00 MiB`; recurrent models keep their state in an `RS buffer`. */
const CACHE_LINE = /(\S+) (?:KV|RS) buffer size\s*=\s*([\d.]+) MiB/g;
/** Buffers of main memory; all others belong to a GPU. */
const MAIN_MEMORY = /^(?:CPU|BLAS|AMX)|_Host$|_Mapped$/;
const MIB = 2 ** 20;

/**
 * Listens to what llama.cpp says of its buffers while a model is loaded: the binding tells cache and compute buffers as one
 * number, the log tells them apart. To two digits of a MiB, in lines that may come a little after the call that wrote them.
 */
export class BufferLog implements Disposable {
  readonly cache: PlacedBytes = { cpuBytes: 0, gpuBytes: 0 };
  readonly #restore: () => void;

  private constructor(restore: () => void) {
    this.#restore = restore;
  }

  static async listen(llama: Llama): Promise<BufferLog> {
    const { LlamaLogLevel, LlamaLogLevelGreaterThanOrEqual } = await llamaLibrary();
    const { logger, logLevel } = llama;
    const log = new BufferLog(() => Object.assign(llama, { logger, logLevel }));
    llama.logLevel = LlamaLogLevel.info;
    llama.logger = (level, message) => {
      if (LlamaLogLevelGreaterThanOrEqual(level, logLevel)) logger(level, message);
      log.read(message);
    };
    return log;
  }

  read(message: string): void {
    for (const [, buffer = '', size] of message.matchAll(CACHE_LINE))
      this.cache[MAIN_MEMORY.test(buffer) ? 'cpuBytes' : 'gpuBytes'] += Math.round(Number(size) * MIB);
  }

  [Symbol.dispose](): void {
    this.#restore();
  }
}
