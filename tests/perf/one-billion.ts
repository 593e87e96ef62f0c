/** A model of the shape of Llama 3.2 1B at several levels, and one model at a time in a process that times it. */
import { join } from 'node:path';
import type { BenchmarkTask, BenchmarkTiming } from '../../src-main/services/engine-host/protocol.ts';
import type { AskProbe } from '../../src-main/services/engine-host/probe.ts';
import { oneBillionShape, writeSyntheticGguf } from '../helpers/synthetic-gguf.ts';

/** A level by the types of its matrices. */
export const levels = {
  F16: () => 'F16',
  Q8_0: () => 'Q8_0',
  Q6_K: () => 'Q6_K',
  Q4_K_M: typeInQ4KM,
  Q4_0: () => 'Q4_0',
  Q2_K: () => 'Q2_K',
} as const satisfies Record<string, (tensorName: string) => string>;
export type Level = keyof typeof levels;

/** As llama.cpp mixes it: the output, and values and the last product of every other layer, with more bits. */
function typeInQ4KM(tensorName: string): string {
  const [, layer = '', name = tensorName] = /^blk\.(\d+)\.(.*)\.weight$/.exec(tensorName) ?? [];
  if (name.startsWith('token_embd')) return 'Q6_K';
  const hasMore = Number(layer) % 2 === 0;
  return hasMore && (name === 'attn_v' || name === 'ffn_down') ? 'Q6_K' : 'Q4_K';
}

export function writeLevel(folder: string, level: Level): Promise<string> {
  const options = { fileName: `one-billion-${level}.gguf`, typeOf: levels[level] };
  return writeSyntheticGguf(folder, oneBillionShape, options);
}

export interface Timed {
  depths: number[];
  promptTokens?: number;
  threads: number;
  batchSize?: number;
  flashAttention?: boolean;
  giveUpSeconds?: number;
  limitMs?: number;
}

/** Times a model on the processor, after a past of zeros. */
export function timeModel(
  ask: AskProbe,
  modelPath: string,
  folder: string,
  { limitMs = 1500, ...timed }: Timed,
): Promise<BenchmarkTiming> {
  const { layers, headsKv, headSize } = oneBillionShape;
  const task: BenchmarkTask = {
    batchSize: 512,
    flashAttention: true,
    promptTokens: 0,
    isSampled: true,
    modelPath,
    onGpu: false,
    past: { layers, headsKv, headSize },
    scratchPath: join(folder, 'past'),
    limitMs,
    ...timed,
  };
  return ask('benchmark', task);
}
