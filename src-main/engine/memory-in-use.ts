import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp';
import type { LoadMemory, PlacedBytes } from '../services/engine-host/protocol.ts';

/** What the process and the GPU had before a model came. */
export interface MemoryBefore {
  processBytes: number;
  gpuFreeBytes: number | null;
}

/** The same figures that the library keeps its own books with, read from the buffers that exist. Missing in the type definitions. */
interface WithBreakdown {
  getMemoryBreakdown(): { cpuRam: number; gpuVram: number };
}

export async function memoryBefore(llama: Llama): Promise<MemoryBefore> {
  return { processBytes: process.memoryUsage.rss(), gpuFreeBytes: await gpuFreeBytes(llama) };
}

/** What a loaded model really takes; `cache` is what llama.cpp's log told of it. */
export async function memoryInUse(
  model: LlamaModel,
  context: LlamaContext,
  before: MemoryBefore,
  cache: PlacedBytes,
): Promise<LoadMemory> {
  const weights = breakdownOf((model as unknown as { _model: WithBreakdown })._model);
  const held = breakdownOf((context as unknown as { _ctx: WithBreakdown })._ctx);
  const gpuFree = await gpuFreeBytes(model.llama);
  return {
    weights,
    cache,
    compute: {
      cpuBytes: Math.max(0, held.cpuBytes - cache.cpuBytes),
      gpuBytes: Math.max(0, held.gpuBytes - cache.gpuBytes),
    },
    process: { beforeBytes: before.processBytes, afterBytes: process.memoryUsage.rss() },
    gpuFree:
      before.gpuFreeBytes === null || gpuFree === null
        ? null
        : { beforeBytes: before.gpuFreeBytes, afterBytes: gpuFree },
  };
}

/** Null where no GPU driver is in the process. */
export async function gpuFreeBytes(llama: Llama): Promise<number | null> {
  if (llama.gpu === false || !llama.supportsGpuOffloading) return null;
  const { total, free } = await llama.getVramState();
  return total > 0 ? Math.min(free, total) : null;
}

function breakdownOf(part: WithBreakdown): PlacedBytes {
  const { cpuRam, gpuVram } = part.getMemoryBreakdown();
  return { cpuBytes: cpuRam, gpuBytes: gpuVram };
}
