/** Predicted memory against what a process really takes when all of it is touched, for models of real shapes cut short. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Hardware } from '../../src-main/contract/hardware.contract.ts';
import { choose } from '../../src-main/domain/planner/choose.ts';
import type { ChosenSettings } from '../../src-main/domain/planner/types.ts';
import { runProbe } from '../../src-main/services/engine-host/probe.ts';
import { openModelFile } from '../../src-main/services/library/model-file.ts';
import { silentLogger } from '../../src-main/services/logging/logger.ts';
import { realModel, type RealModel } from './real-models.ts';
import { writeSparseGguf } from './sparse-gguf.ts';

const MIB = 2 ** 20;
const worker = join(import.meta.dirname, '../engine/probe-memory-worker.ts');

export interface PredictionCase {
  /** What is special about it. */
  what: string;
  model: string;
  /** Kept of its layers: large enough to matter, small enough for a test. */
  layers: number;
  type: string;
  settings: Partial<ChosenSettings>;
}

/** Few layers: all of it is held in memory. The first few are enough for every day. */
export const predictionCases: readonly PredictionCase[] = [
  at('Gemma-3-1B', 4, 'Q8_0', 1024, 'sliding window, 262,144 tokens of vocabulary'),
  at('Qwen1.5-MoE-A2.7B', 1, 'Q8_0', 512, 'experts'),
  at('Llama-3.2-1B', 4, 'Q4_0', 512, 'rearranged weights'),
  at('Qwen3-0.6B', 8, 'Q4_0', 1024, 'rearranged, 151,936 tokens of vocabulary'),
  at('Qwen3-0.6B', 6, 'Q6_K', 1024, 'quantized cache', { cacheTypeK: 'q8_0', cacheTypeV: 'q8_0' }),
  at('Llama-3.2-1B', 4, 'Q8_0', 1024, 'without flash attention', { flashAttention: false }),
  at('Qwen3-30B-A3B', 1, 'Q4_K', 512, 'experts, rearranged'),
  at('LFM2-1.2B', 6, 'Q8_0', 1024, 'hybrid'),
  at('Mamba-2.8B', 4, 'Q8_0', 512, 'recurrent'),
];

function at(
  model: string,
  layers: number,
  type: string,
  contextSize: number,
  what: string,
  settings: Partial<ChosenSettings> = {},
): PredictionCase {
  return { what, model, layers, type, settings: { contextSize, ...settings } };
}

export interface Prediction {
  plannedBytes: number;
  measuredBytes: number;
  /** Above 0 where more was planned than taken. */
  errorBytes: number;
  isClose: boolean;
}

/** `hardware` is that of this machine. */
export async function predict(
  folder: string,
  { cpu, memory }: Pick<Hardware, 'cpu' | 'memory'>,
  { model, layers, type, settings }: PredictionCase,
): Promise<Prediction> {
  const path = await writeSparseGguf(folder, cutShort(realModel(model), layers), type);
  try {
    const { summary, header } = await openModelFile(path);
    const all: ChosenSettings = { ...plain, ...settings };
    const { simulations } = await runProbe(
      'simulate',
      { path, candidates: [all] },
      { log: silentLogger, timeoutMs: 55_000 },
    );
    const machine = { memory, gpu: null, cpuFeatures: cpu.features, threads: 1 };
    const candidate = { settings: all, placement: 'cpu', demand: 'resident' } as const;
    const choice = choose({ summary, tensors: header.tensors }, machine, [candidate], simulations);
    if (choice === null) throw new Error(`${model} cannot be laid out: ${JSON.stringify(simulations)}`);
    const plannedBytes = choice.devices.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
    const { stdout } = await promisify(execFile)(process.execPath, [worker, path, JSON.stringify(all)]);
    const measuredBytes = Number(stdout);
    const errorBytes = plannedBytes - measuredBytes;
    const isClose = Math.abs(errorBytes) <= Math.max(64 * MIB, 0.02 * measuredBytes);
    return { plannedBytes, measuredBytes, errorBytes, isClose };
  } finally {
    await rm(path);
  }
}

const plain: ChosenSettings = {
  gpuLayers: 0,
  contextSize: 1024,
  flashAttention: true,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 1,
};

function cutShort(model: RealModel, layers: number): RealModel {
  const isKept = (name: string) => Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? 0) < layers;
  const keys = Object.entries(model.keys).map(([key, value]) => {
    if (key === 'block_count') return [key, layers] as const;
    return [key, Array.isArray(value) ? value.slice(0, layers) : value] as const;
  });
  return {
    ...model,
    keys: Object.fromEntries(keys),
    tensors: model.tensors.filter(({ name }) => isKept(name)),
  };
}
