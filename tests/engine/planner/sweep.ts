import { rm } from 'node:fs/promises';
import type { CacheType, LoadSettings } from '../../../src-main/contract/plan.contract.ts';
import { simulateAnalytically } from '../../../src-main/domain/planner/analytic/estimate-memory.ts';
import { layoutOf } from '../../../src-main/domain/planner/layout/layout.ts';
import { isKnown, type ModelLayout } from '../../../src-main/domain/planner/layout/types.ts';
import type { SimulatedUse } from '../../../src-main/services/engine-host/protocol.ts';
import { runProbe } from '../../../src-main/services/engine-host/probe.ts';
import type { Logger } from '../../../src-main/services/logging/logger.ts';
import type { RealModel } from '../../helpers/real-models.ts';
import { realHeader, writeSparseGguf } from '../../helpers/sparse-gguf.ts';

const MIB = 2 ** 20;
const isLong = process.env['NIBBLE_LONG'] !== undefined;
const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** How flash attention and the cache's types go together; a quantized V cache needs flash attention. */
const caches: readonly [flashAttention: boolean, keys: CacheType, values: CacheType][] = [
  [true, 'f16', 'f16'],
  [true, 'q8_0', 'q8_0'],
  [true, 'q4_0', 'q4_0'],
  [true, 'q8_0', 'f16'],
  [false, 'f16', 'f16'],
];

/** One model of each architecture; all of them in the long form of the suite. */
export function sweptModels(models: readonly RealModel[]): readonly RealModel[] {
  if (isLong) return models;
  const seen = new Set<string>();
  return models.filter(({ architecture }) => !seen.has(architecture) && seen.add(architecture));
}

/** Every third case, which meets every context, cache and split; all of them in the long form of the suite. */
export function thinned(candidates: readonly LoadSettings[]): LoadSettings[] {
  return candidates.filter((_, index) => isLong || index % 3 === 0);
}

/** Every context with every kind of cache and every split, and smaller steps for one of the contexts. */
export function candidatesOf(contexts: readonly number[], gpuLayers: readonly number[]): LoadSettings[] {
  return contexts.flatMap((contextSize) =>
    gpuLayers.flatMap((layers) =>
      caches.flatMap(([flashAttention, cacheTypeK, cacheTypeV]) =>
        (contextSize === 4096 ? [512, 128] : [512]).map((batchSize) => {
          const settings = { gpuLayers: layers, contextSize, flashAttention, cacheTypeK, cacheTypeV };
          return { ...settings, batchSize, threads: 1 };
        }),
      ),
    ),
  );
}

export interface Case {
  model: string;
  device: 'cpu' | 'gpu';
  settings: LoadSettings;
  simulatedBytes: number;
  /** Above 0 where the analytic model asks for more. */
  errorBytes: number;
  weightsErrorBytes: number;
}

/** The least that the planner leaves free of a card. */
const RESERVE_BYTES = 256 * MIB;

export function layoutFor(model: RealModel, type: string): ModelLayout {
  const layout = layoutOf(realHeader(model, type));
  if (!isKnown(layout)) throw new Error(`${model.name}: ${layout.field ?? 'unknown architecture'}`);
  return layout;
}

/** Lets llama.cpp and the analytic model lay the same candidates out. What llama.cpp refuses is left out. */
export async function sweep(
  folder: string,
  model: RealModel,
  type: string,
  candidates: LoadSettings[],
): Promise<Case[]> {
  const layout = layoutFor(model, type);
  const path = await writeSparseGguf(folder, model, type);
  const { simulations } = await runProbe('simulate', { path, candidates }, { log: quiet, timeoutMs: 55_000 });
  await rm(path);
  return candidates.flatMap((settings, index) => {
    const simulated = simulations[index];
    if (!simulated || 'impossible' in simulated) return [];
    const predicted = simulateAnalytically(layout, { ...settings, sequences: 1 }, { gpu: anyGpu });
    if ('impossible' in predicted) throw new Error(predicted.impossible);
    const main = compare(model.name, 'cpu', settings, simulated.cpu, predicted.cpu);
    if (!simulated.gpu || !predicted.gpu || settings.gpuLayers === 0) return [main];
    return [main, compare(model.name, 'gpu', settings, simulated.gpu, predicted.gpu)];
  });
}

const anyGpu = { name: 'GPU', backend: 'vulkan' as const, totalBytes: 1, freeBytes: 1, unified: false };

function compare(
  model: string,
  device: Case['device'],
  settings: LoadSettings,
  simulated: SimulatedUse,
  predicted: SimulatedUse,
): Case {
  const total = (use: SimulatedUse) => use.weightsBytes + use.contextBytes;
  return {
    model,
    device,
    settings,
    simulatedBytes: total(simulated),
    errorBytes: total(predicted) - total(simulated),
    weightsErrorBytes: predicted.weightsBytes - simulated.weightsBytes,
  };
}

/** Cases that are further off than allowed: 300 MiB or 6 %, and never so far under that the reserve is gone. */
export function violations(cases: readonly Case[]): Case[] {
  return cases.filter(({ errorBytes, simulatedBytes }) => {
    const isClose = Math.abs(errorBytes) <= Math.max(300 * MIB, 0.06 * simulatedBytes);
    return !(isClose && errorBytes >= -RESERVE_BYTES);
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function relativeErrors(cases: readonly Case[]): number[] {
  return cases.map(({ errorBytes, simulatedBytes }) => Math.abs(errorBytes) / simulatedBytes);
}

/** One line a model: cases, median and largest error, and the two extremes in MiB. */
export function errorTable(title: string, cases: readonly Case[]): string {
  const lines = [`${title}: model, cases, median, most, lowest and highest in MiB`];
  for (const model of new Set(cases.map((each) => each.model))) {
    const own = cases.filter((each) => each.model === model);
    lines.push(row(model, own));
  }
  lines.push(row('all', cases));
  return lines.join('\n');
}

function row(name: string, cases: readonly Case[]): string {
  const errors = relativeErrors(cases);
  const percent = (value: number) => `${(value * 100).toFixed(2)} %`.padStart(8);
  const mib = (value: number) => (value / MIB).toFixed(1).padStart(7);
  const bytes = cases.map(({ errorBytes }) => errorBytes);
  return [
    name.padEnd(20),
    String(cases.length).padStart(4),
    percent(median(errors)),
    percent(Math.max(...errors)),
    mib(Math.min(...bytes)),
    mib(Math.max(...bytes)),
  ].join(' ');
}
