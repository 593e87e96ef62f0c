/**
 * Architectures as tables of keys and tensors, after `load_arch_tensors` of llama.cpp v0.5.0. To add one, add a
 * table; a word stands for a number of the shape.
 */
export interface ModelShape {
  architecture: keyof typeof architectureTables;
  layers: number;
  embeddingLength: number;
  heads: number;
  headsKv: number;
  headSize: number;
  feedForward: number;
  /** At least the 2,048 tokens of the built-in model, whose tokenizer is used; the rest are unused ones. */
  vocabulary: number;
  context: number;
  /** ggml type of the matrices; norms and biases are F32. */
  type: string;
  /** Absent: the built-in model's. */
  chatTemplate?: string;
}

type Dimension = 'embedding' | 'feedForward' | 'heads' | 'headsKv' | 'headSize' | 'vocabulary';
interface TensorRow {
  name: string;
  dimensions: readonly Dimension[];
  /** A matrix has the shape's type and random weights, a norm is all ones, a bias random. */
  role: 'matrix' | 'norm' | 'bias';
}
interface ArchitectureTable {
  model: readonly TensorRow[];
  /** Once per layer, as `blk.N.…`. */
  layer: readonly TensorRow[];
}

const row = (name: string, role: TensorRow['role'], ...dimensions: Dimension[]): TensorRow => ({
  name: `${name}.${role === 'bias' ? 'bias' : 'weight'}`,
  dimensions,
  role,
});

const tiedModel = [
  row('token_embd', 'matrix', 'embedding', 'vocabulary'),
  row('output_norm', 'norm', 'embedding'),
];
const gatedLayer = [
  row('attn_norm', 'norm', 'embedding'),
  row('attn_q', 'matrix', 'embedding', 'heads'),
  row('attn_k', 'matrix', 'embedding', 'headsKv'),
  row('attn_v', 'matrix', 'embedding', 'headsKv'),
  row('attn_output', 'matrix', 'heads', 'embedding'),
  row('ffn_norm', 'norm', 'embedding'),
  row('ffn_gate', 'matrix', 'embedding', 'feedForward'),
  row('ffn_up', 'matrix', 'embedding', 'feedForward'),
  row('ffn_down', 'matrix', 'feedForward', 'embedding'),
];

export const architectureTables = {
  llama: { model: tiedModel, layer: gatedLayer },
  qwen2: {
    model: tiedModel,
    layer: [
      ...gatedLayer,
      row('attn_q', 'bias', 'heads'),
      row('attn_k', 'bias', 'headsKv'),
      row('attn_v', 'bias', 'headsKv'),
    ],
  },
  qwen3: {
    model: tiedModel,
    layer: [...gatedLayer, row('attn_q_norm', 'norm', 'headSize'), row('attn_k_norm', 'norm', 'headSize')],
  },
} as const satisfies Record<string, ArchitectureTable>;

/** Loads in milliseconds. */
export const tinyShape: ModelShape = {
  architecture: 'llama',
  layers: 2,
  embeddingLength: 64,
  heads: 4,
  headsKv: 2,
  headSize: 16,
  feedForward: 128,
  vocabulary: 2048,
  context: 2048,
  type: 'F16',
};

/** Rows long enough for every K-quant: 256 elements. */
export const tinyWideShape: ModelShape = {
  ...tinyShape,
  embeddingLength: 256,
  headSize: 64,
  feedForward: 512,
};

/** Llama 3.2 1B: 1.24 billion parameters, 0.7 GB at Q4_0. */
export const oneBillionShape: ModelShape = {
  architecture: 'llama',
  layers: 16,
  embeddingLength: 2048,
  heads: 32,
  headsKv: 8,
  headSize: 64,
  feedForward: 8192,
  vocabulary: 128_256,
  context: 131_072,
  type: 'Q4_0',
};

export interface ShapedTensor {
  name: string;
  dimensions: number[];
  role: TensorRow['role'];
}

export function tensorsOf(shape: ModelShape): ShapedTensor[] {
  const sizes: Record<Dimension, number> = {
    embedding: shape.embeddingLength,
    feedForward: shape.feedForward,
    heads: shape.heads * shape.headSize,
    headsKv: shape.headsKv * shape.headSize,
    headSize: shape.headSize,
    vocabulary: shape.vocabulary,
  };
  const sized = ({ name, dimensions, role }: TensorRow, prefix = ''): ShapedTensor => ({
    name: prefix + name,
    dimensions: dimensions.map((dimension) => sizes[dimension]),
    role,
  });
  const table: ArchitectureTable = architectureTables[shape.architecture];
  const layers = Array.from({ length: shape.layers }, (_, layer) =>
    table.layer.map((tensor) => sized(tensor, `blk.${layer}.`)),
  );
  return [...table.model.map((tensor) => sized(tensor)), ...layers.flat()];
}
