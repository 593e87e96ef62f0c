import { ggmlTypeId, ggmlTypes, tensorBytes } from '../../gguf/ggml-types.ts';
import { layOutGguf, type GgufLayout, type MetadataEntry, type TensorShape } from '../../gguf/writer.ts';
import { weightFormatOf } from '../speed/backends.ts';
import type { WeightRead } from '../speed/types.ts';

/**
 * A model that nobody talks to: the proportions of a Llama and hardly any vocabulary. Its weights are all zero, a hole in the file that costs
 * no disk; as pages of memory they are as far away as any others, and they take as long to unpack and multiply (1B at Q8_0, Q4_0, Q2_K: within 6 %).
 */
export interface BenchmarkShape {
  layers: number;
  width: number;
  heads: number;
  headsKv: number;
  headSize: number;
  feedForward: number;
  vocabulary: number;
  /** ggml type of the matrices. */
  type: string;
}

const SPECIAL_TOKENS = ['<unk>', '<s>', '</s>'];
const BYTE_TOKENS_END = SPECIAL_TOKENS.length + 256;
/** llama.cpp wants a token for every byte, and some that are none. */
export const LEAST_VOCABULARY = 320;
const CONTEXT_LENGTH = 32_768;

export function layOutBenchmark(shape: BenchmarkShape): GgufLayout {
  return layOutGguf(metadataOf(shape), tensorsOf(shape));
}

/** What a token reads of it: everything but the embeddings, of which it looks one up. */
export function tokenRead(shape: BenchmarkShape): WeightRead {
  return readOf(
    shape,
    weightsOf(shape, ({ name }) => name !== 'token_embd.weight'),
  );
}

/**
 * What the tokens of a prompt are multiplied with: where no answer follows, neither the output matrix nor the feed-forward network of the last
 * layer, because nobody asks for what comes out of it.
 */
export function promptRead(shape: BenchmarkShape): WeightRead {
  const last = `blk.${shape.layers - 1}.ffn`;
  return readOf(
    shape,
    weightsOf(shape, ({ name }) => name.startsWith('blk.') && !name.startsWith(last)),
  );
}

/** As many layers as `bytes` of weights take, `least` at the least. */
export function withBytes(
  shape: Omit<BenchmarkShape, 'layers'>,
  bytes: number,
  least: number,
): BenchmarkShape {
  const [one, two] = [1, 2].map((layers) => tokenRead({ ...shape, layers }).bytes) as [number, number];
  return { ...shape, layers: Math.max(least, 1 + Math.ceil((bytes - one) / (two - one))) };
}

function readOf({ type }: BenchmarkShape, weights: number): WeightRead {
  const known = ggmlTypes.get(ggmlTypeId(type));
  if (!known) throw new RangeError(`there is no ggml type ${type}`);
  return { format: weightFormatOf(type), bytes: tensorBytes(known, [weights]), weights };
}

function weightsOf(shape: BenchmarkShape, isRead: (tensor: TensorShape) => boolean): number {
  return tensorsOf(shape)
    .filter((tensor) => tensor.dimensions.length > 1 && isRead(tensor))
    .reduce((sum, { dimensions: [row = 0, rows = 0] }) => sum + row * rows, 0);
}

function metadataOf(shape: BenchmarkShape): MetadataEntry[] {
  const ids = Array.from({ length: shape.vocabulary }, (_, id) => id);
  const u32 = (key: string, value: number): MetadataEntry => ({ key: `llama.${key}`, type: 'u32', value });
  return [
    { key: 'general.architecture', type: 'str', value: 'llama' },
    u32('block_count', shape.layers),
    u32('context_length', CONTEXT_LENGTH),
    u32('embedding_length', shape.width),
    u32('feed_forward_length', shape.feedForward),
    u32('attention.head_count', shape.heads),
    u32('attention.head_count_kv', shape.headsKv),
    u32('attention.key_length', shape.headSize),
    u32('attention.value_length', shape.headSize),
    u32('rope.dimension_count', shape.headSize),
    { key: 'llama.attention.layer_norm_rms_epsilon', type: 'f32', value: 1e-5 },
    { key: 'tokenizer.ggml.model', type: 'str', value: 'llama' },
    { key: 'tokenizer.ggml.tokens', type: 'str[]', value: ids.map(tokenText) },
    { key: 'tokenizer.ggml.scores', type: 'f32[]', value: ids.map(() => 0) },
    { key: 'tokenizer.ggml.token_type', type: 'i32[]', value: ids.map(tokenType) },
  ];
}

function tokenText(id: number): string {
  const special = SPECIAL_TOKENS[id];
  if (special !== undefined) return special;
  if (id >= BYTE_TOKENS_END) return `t${id}`;
  return `<0x${(id - SPECIAL_TOKENS.length).toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** llama.cpp's numbers for unknown, control, byte and normal tokens. */
function tokenType(id: number): number {
  if (id === 0) return 2;
  if (id < SPECIAL_TOKENS.length) return 3;
  return id < BYTE_TOKENS_END ? 6 : 1;
}

function tensorsOf(shape: BenchmarkShape): TensorShape[] {
  const { width, feedForward, heads, headsKv, headSize, vocabulary } = shape;
  const matrix = (name: string, rowLength: number, rows: number): TensorShape => ({
    name: `${name}.weight`,
    type: ggmlTypeId(shape.type),
    dimensions: [rowLength, rows],
  });
  const norm = (name: string): TensorShape => ({
    name: `${name}.weight`,
    type: ggmlTypeId('F32'),
    dimensions: [width],
  });
  const layers = Array.from({ length: shape.layers }, (_, layer) => [
    norm(`blk.${layer}.attn_norm`),
    matrix(`blk.${layer}.attn_q`, width, heads * headSize),
    matrix(`blk.${layer}.attn_k`, width, headsKv * headSize),
    matrix(`blk.${layer}.attn_v`, width, headsKv * headSize),
    matrix(`blk.${layer}.attn_output`, heads * headSize, width),
    norm(`blk.${layer}.ffn_norm`),
    matrix(`blk.${layer}.ffn_gate`, width, feedForward),
    matrix(`blk.${layer}.ffn_up`, width, feedForward),
    matrix(`blk.${layer}.ffn_down`, feedForward, width),
  ]);
  return [
    matrix('token_embd', width, vocabulary),
    ...layers.flat(),
    norm('output_norm'),
    matrix('output', width, vocabulary),
  ];
}
