import type { LlamaContextSequence } from 'node-llama-cpp';
import { open, rm } from 'node:fs/promises';

/** What of a context decides how its saved state is laid out. */
export interface PastShape {
  layers: number;
  headsKv: number;
  headSize: number;
  flashAttention: boolean;
  tokens: number;
}

/** `LLAMA_STATE_SEQ_MAGIC` and `LLAMA_STATE_SEQ_VERSION` of llama.cpp v0.5.0; another version refuses the file. */
const MAGIC = 0x67677371;
const VERSION = 3;
/** `GGML_TYPE_F16` */
const F16 = 1;
const F16_BYTES = 2;
const PAST_TOKEN = 1;

/**
 * Lets `sequence` believe that it has read `tokens` tokens, without the minutes that reading them would take: a saved state (`llama_kv_cache::state_write`
 * in llama-kv-cache.cpp) whose keys and values are a hole in the file, all zero. Looking back at them takes as long as at any others.
 * For models that attend to everything and keep their cache as F16. `path` is written, read and deleted.
 */
export async function giveLongPast(
  sequence: LlamaContextSequence,
  shape: PastShape,
  path: string,
): Promise<void> {
  try {
    await writePast(path, shape);
    await sequence.loadStateFromFile(path, { acceptRisk: true });
  } finally {
    await rm(path, { force: true });
  }
  if (sequence.nextTokenIndex !== shape.tokens)
    throw new Error(`the cache holds ${sequence.nextTokenIndex} tokens, not ${shape.tokens}`);
}

async function writePast(path: string, shape: PastShape): Promise<void> {
  const { layers, headsKv, headSize, flashAttention, tokens } = shape;
  await using file = await open(path, 'w', 0o600);
  let offset = 0;
  const append = async (bytes: Uint8Array) => {
    await file.write(bytes, 0, bytes.length, offset);
    offset += bytes.length;
  };
  const numbers = (...values: number[]) => append(new Uint8Array(Uint32Array.from(values).buffer));
  const cells = Uint32Array.from({ length: 3 * tokens }, (_, index) => cellWord(index));
  const width = headsKv * headSize;
  const rowBytes = width * F16_BYTES;

  await numbers(MAGIC, VERSION, tokens);
  await numbers(...new Array<number>(tokens).fill(PAST_TOKEN));
  // One stream with so many cells.
  await numbers(1, tokens);
  await append(new Uint8Array(cells.buffer));
  await numbers(flashAttention ? 0 : 1, layers);
  for (const part of ['keys', 'values']) {
    for (let layer = 0; layer < layers; layer++) {
      // Without flash attention values lie transposed: the size of one of them and how many a cell has, instead of a row's bytes as 64 bits.
      await numbers(F16, ...(part === 'values' && !flashAttention ? [F16_BYTES, width] : [rowBytes, 0]));
      offset += rowBytes * tokens;
    }
  }
  await file.truncate(offset);
}

/** Of each cell its position, the number of its sequences, and that sequence. */
function cellWord(index: number): number {
  const word = index % 3;
  if (word === 0) return index / 3;
  return word === 1 ? 1 : 0;
}
