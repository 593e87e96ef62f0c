import type { GgufInsights, Llama } from 'node-llama-cpp';
import type { LoadSettings } from '../../contract/plan.contract.ts';
import type { SimulateParams, SimulateResult, Simulation } from '../../services/engine-host/protocol.ts';
import { ggmlTypeName } from '../cache-type.ts';
import type { RequestContext } from '../handlers.ts';
import { bumpProgress } from '../heartbeat.ts';
import { llamaLibrary, openLlama } from '../llama-library.ts';

/**
 * Lets llama.cpp itself lay out model and context without allocating them, 3–7 ms a candidate. Candidates without
 * GPU layers are simulated as the engine would run them: without a GPU driver in the process.
 */
export async function simulate(params: SimulateParams, { signal }: RequestContext): Promise<SimulateResult> {
  const { path, candidates } = params;
  const llama = await openLlama(candidates.some(({ gpuLayers }) => gpuLayers > 0) ? 'auto' : false);
  const { readGgufFileInfo, GgufInsights } = await llamaLibrary();
  const insights = await GgufInsights.from(await readGgufFileInfo(path, { signal }), llama);
  const hasGpu = llama.gpu !== false && llama.supportsGpuOffloading;
  const simulations: Simulation[] = [];
  for (const candidate of candidates) {
    signal.throwIfAborted();
    simulations.push(await simulateOne(llama, insights, candidate, hasGpu));
    bumpProgress();
  }
  return { simulations, gpuFreeBytes: hasGpu ? (await llama.getVramState()).free : null };
}

async function simulateOne(
  llama: Llama,
  insights: GgufInsights,
  settings: LoadSettings,
  hasGpu: boolean,
): Promise<Simulation> {
  if (settings.gpuLayers > 0 && !hasGpu) return { impossible: 'there is no GPU' };
  const { GgmlType } = await llamaLibrary();
  const { failure, value } = await watchingForFallback(llama, async () => ({
    model: await insights.estimateModelResourceRequirementsV2({ gpuLayers: settings.gpuLayers }),
    context: await insights.estimateContextResourceRequirementsV2({
      contextSize: settings.contextSize,
      modelGpuLayers: settings.gpuLayers,
      batchSize: Math.min(settings.batchSize, settings.contextSize),
      sequences: 1,
      flashAttention: settings.flashAttention,
      kvCacheKeyType: GgmlType[ggmlTypeName(settings.cacheTypeK)],
      kvCacheValueType: GgmlType[ggmlTypeName(settings.cacheTypeV)],
    }),
  }));
  if (failure !== null) return { impossible: failure };
  const { model, context } = value;
  return {
    cpu: { weightsBytes: model.cpuRam, contextBytes: context.cpuRam },
    gpu: hasGpu ? { weightsBytes: model.gpuVram, contextBytes: context.gpuVram } : null,
  };
}

/**
 * Where the simulation fails, the library quietly answers with its older formulas, which are up to 27 times wrong; the
 * only sign is a warning, written before the estimate resolves.
 */
async function watchingForFallback<T>(
  llama: Llama,
  work: () => Promise<T>,
): Promise<{ failure: string | null; value: T }> {
  const logger = llama.logger;
  let failure: string | null = null;
  llama.logger = (level, message) => {
    const fallback = /Falling back to estimation heuristic\.(?: Error: (.*))?/.exec(message);
    if (fallback) failure = fallback[1] ?? 'the simulation failed';
    logger(level, message);
  };
  try {
    const value = await work();
    return { failure, value };
  } finally {
    llama.logger = logger;
  }
}
