import fc from 'fast-check';
import { estimate } from '../../../../src-main/domain/planner/estimate.ts';
import { listCandidates } from '../../../../src-main/domain/planner/candidates.ts';
import { choose, type Choice } from '../../../../src-main/domain/planner/choose.ts';
import type { Machine, Simulation, Wish } from '../../../../src-main/domain/planner/types.ts';
import type { GgufTensor, ModelSummary } from '../../../../src-main/domain/gguf/types.ts';

export const GIB = 2 ** 30;

export const llama8b: ModelSummary = {
  name: 'Llama 8B',
  architecture: 'llama',
  level: 'Q4_K_M',
  parameters: 8_030_261_248,
  bitsPerWeight: 4.89,
  weightsBytes: Math.round(4.58 * GIB),
  trainedContext: 131_072,
  layers: 32,
  embeddingLength: 4096,
  headsKv: new Array<number>(32).fill(8),
  headSizeK: 128,
  headSizeV: 128,
  vocabularySize: 128_256,
  chatTemplate: null,
};

export const models: fc.Arbitrary<ModelSummary> = fc
  .record({
    architecture: fc.constantFrom('llama', 'qwen2', 'qwen3', 'gemma2', 'deepseek2', 'mamba'),
    // Most have few layers: a plan takes as much longer as there are more.
    layers: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 1, max: 6 }) },
      { weight: 1, arbitrary: fc.integer({ min: 7, max: 96 }) },
    ),
    heads: fc.integer({ min: 0, max: 64 }),
    headSizeK: fc.constantFrom(32, 40, 64, 80, 96, 128, 192, 256, 576),
    sameHeads: fc.boolean(),
    weightsBytes: fc.integer({ min: 1, max: 200 * GIB }),
    trainedContext: fc.oneof(
      fc.integer({ min: 1, max: 1_048_576 }),
      fc.constantFrom(512, 2048, 8192, 131_072),
    ),
  })
  .map(({ heads, sameHeads, ...shape }) => ({
    ...llama8b,
    ...shape,
    headsKv: new Array<number>(shape.layers).fill(heads),
    headSizeV: sameHeads ? shape.headSizeK : 128,
  }));

export const machines: fc.Arbitrary<Machine> = fc
  .record({
    totalGib: fc.double({ min: 0, max: 256, noNaN: true }),
    availableShare: fc.double({ min: 0, max: 1, noNaN: true }),
    gpu: fc.option(
      fc.record({
        totalGib: fc.double({ min: 0, max: 96, noNaN: true }),
        freeShare: fc.double({ min: 0, max: 1, noNaN: true }),
        unified: fc.boolean(),
      }),
    ),
    cpuFeatures: fc.constantFrom(['AVX2'], []),
    threads: fc.integer({ min: 1, max: 128 }),
  })
  .map(({ totalGib, availableShare, gpu, cpuFeatures, threads }) => {
    const totalBytes = Math.floor(totalGib * GIB);
    return {
      memory: { totalBytes, availableBytes: Math.floor(totalBytes * availableShare) },
      gpu: gpu && {
        name: 'GPU',
        totalBytes: Math.floor(gpu.totalGib * GIB),
        freeBytes: Math.floor(gpu.totalGib * GIB * gpu.freeShare),
        unified: gpu.unified,
      },
      cpuFeatures,
      threads,
    };
  });

export const wishes: fc.Arbitrary<Wish> = fc.oneof(
  fc.constant<Wish>({}),
  fc.record({ contextSize: fc.oneof(fc.integer({ min: 256, max: 200_000 }), fc.constantFrom(2048, 8192)) }),
);

/** All weights in one matrix that ggml rearranges on a CPU with AVX2. */
function tensorsOf({ weightsBytes }: ModelSummary): GgufTensor[] {
  return [{ name: 'output.weight', type: 2, dimensions: [32, 8], offsetBytes: 0, sizeBytes: weightsBytes }];
}

/** The planner's search as the service runs it, on estimates instead of simulations. */
export function planOn(
  model: ModelSummary,
  machine: Machine,
  wish: Wish,
  simulate: typeof estimate | (() => Simulation) = estimate,
): Choice | null {
  let found: Choice | null = null;
  for (const candidates of listCandidates(model, machine, wish)) {
    const simulations = candidates.map((candidate) => simulate(model, candidate));
    found = choose({ summary: model, tensors: tensorsOf(model) }, machine, candidates, simulations) ?? found;
    if (found?.fits) break;
  }
  return found;
}
