import { ggmlTypes } from '../../gguf/ggml-types.ts';
import { LEAST_VOCABULARY, tokenRead, withBytes, type BenchmarkShape } from '../benchmark/model.ts';
import type { ModelLayout } from '../layout/types.ts';

const MIB = 2 ** 20;
/** Larger than what processors keep close, so that memory decides as it does with the whole model. */
const LEAST_BYTES = 96 * MIB;
const MOST_BYTES = 512 * MIB;
/** The last layer computes little of a prompt. */
const LEAST_LAYERS = 2;
const K_QUANT_ROW = 256;

/** Llama 3.2 1B at Q4_K, for machines that have seen no model yet. */
export const usualStandIn: BenchmarkShape = withBytes(
  {
    width: 2048,
    heads: 32,
    headsKv: 8,
    headSize: 64,
    feedForward: 8192,
    vocabulary: LEAST_VOCABULARY,
    type: 'Q4_K',
  },
  LEAST_BYTES,
  LEAST_LAYERS,
);

/**
 * A few layers as wide as those of a model, in the format that most of its weights have: what decides which threads, batch and attention suit it is the
 * shape of its products, and there are as many of them in every layer. A model that has fewer layers than are usual here keeps to its own, since waking
 * threads for each token weighs the more the less there is to do: with two, a tiny model answered five times as slowly (seen). Whatever the architecture,
 * it is a Llama of that shape.
 */
export function standInFor({ layers, embeddingLength, experts, tensors }: ModelLayout): BenchmarkShape {
  const attending = layers.find(({ heads, headSizeK }) => heads > 0 && headSizeK > 0);
  const headsKv = Math.max(1, attending?.headsKv ?? 1);
  if (!attending || attending.heads % headsKv !== 0) return usualStandIn;
  const expertWidth = experts ? experts.feedForward * experts.used : 0;
  const shape = {
    width: embeddingLength,
    heads: attending.heads,
    headsKv,
    headSize: attending.headSizeK,
    feedForward: Math.max(...layers.map(({ feedForward }) => feedForward)) + expertWidth,
    vocabulary: LEAST_VOCABULARY,
    type: usualType(tensors),
  };
  const sized = withinBytes(isRegular(shape) ? shape : { ...shape, type: 'F16' });
  return { ...sized, layers: Math.min(sized.layers, Math.max(LEAST_LAYERS, layers.length)) };
}

/** One that is too wide for a short test gets a narrower feed-forward network. */
function withinBytes(shape: Omit<BenchmarkShape, 'layers'>): BenchmarkShape {
  const sized = withBytes(shape, LEAST_BYTES, LEAST_LAYERS);
  const narrower = Math.ceil(shape.feedForward / 2 / K_QUANT_ROW) * K_QUANT_ROW;
  if (tokenRead(sized).bytes <= MOST_BYTES || narrower >= shape.feedForward) return sized;
  return withinBytes({ ...shape, feedForward: narrower });
}

/** Rows of all products are whole blocks. */
function isRegular({ width, heads, headSize, feedForward, type }: Omit<BenchmarkShape, 'layers'>): boolean {
  const { blockElements } = [...ggmlTypes.values()].find(({ name }) => name === type) ?? { blockElements: 1 };
  return [width, heads * headSize, feedForward].every((row) => row % blockElements === 0);
}

/** Of the matrices' bytes most have this ggml type. */
function usualType(tensors: ModelLayout['tensors']): string {
  const bytes = new Map<string, number>();
  for (const { type, dimensions, sizeBytes } of tensors) {
    const name = ggmlTypes.get(type)?.name;
    if (name === undefined || dimensions.length < 2) continue;
    bytes.set(name, (bytes.get(name) ?? 0) + sizeBytes);
  }
  const [usual] = [...bytes].toSorted((a, b) => b[1] - a[1]);
  return usual?.[0] ?? usualStandIn.type;
}
