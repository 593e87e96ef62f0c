/** Rows of tensor lists that architectures share. */
import type { RealModel, RealTensor, RealValue } from './real-models.ts';

export interface Attention {
  embedding: number;
  heads: number;
  headsKv: number;
  headSize: number;
}

export const matrix = (name: string, ...dimensions: number[]): RealTensor => ({
  name: `${name}.weight`,
  dimensions,
  role: 'matrix',
});

export const small = (name: string, ...dimensions: number[]): RealTensor => ({
  name: /\.(?:weight|bias)$|ssm_[ad]$/.test(name) ? name : `${name}.weight`,
  dimensions,
  role: 'small',
});

export function embeddings(embedding: number, vocabulary: number, isTied: boolean): RealTensor[] {
  const ends = [matrix('token_embd', embedding, vocabulary), small('output_norm', embedding)];
  return isTied ? ends : [...ends, matrix('output', embedding, vocabulary)];
}

export function attentionTensors({ embedding, heads, headsKv, headSize }: Attention): RealTensor[] {
  return [
    small('attn_norm', embedding),
    matrix('attn_q', embedding, heads * headSize),
    matrix('attn_k', embedding, headsKv * headSize),
    matrix('attn_v', embedding, headsKv * headSize),
    matrix('attn_output', heads * headSize, embedding),
  ];
}

export function attentionBiases({ heads, headsKv, headSize }: Attention): RealTensor[] {
  return [
    small('attn_q.bias', heads * headSize),
    small('attn_k.bias', headsKv * headSize),
    small('attn_v.bias', headsKv * headSize),
  ];
}

export const headNorms = (headSize: number): RealTensor[] => [
  small('attn_q_norm', headSize),
  small('attn_k_norm', headSize),
];

export function gatedFeedForward(embedding: number, width: number): RealTensor[] {
  return [
    small('ffn_norm', embedding),
    matrix('ffn_gate', embedding, width),
    matrix('ffn_up', embedding, width),
    matrix('ffn_down', width, embedding),
  ];
}

export function expertTensors(embedding: number, width: number, count: number): RealTensor[] {
  return [
    small('ffn_gate_inp', embedding, count),
    matrix('ffn_gate_exps', embedding, width, count),
    matrix('ffn_up_exps', embedding, width, count),
    matrix('ffn_down_exps', width, embedding, count),
  ];
}

export function sharedExpertTensors(embedding: number, width: number): RealTensor[] {
  return [
    matrix('ffn_gate_shexp', embedding, width),
    matrix('ffn_up_shexp', embedding, width),
    matrix('ffn_down_shexp', width, embedding),
  ];
}

/** The tensors of `count` layers; `make` is told which. */
export function layersOf(count: number, make: (layer: number) => RealTensor[]): RealTensor[] {
  return Array.from({ length: count }, (_, layer) =>
    make(layer).map((tensor) => ({ ...tensor, name: `blk.${layer}.${tensor.name}` })),
  ).flat();
}

/** The keys of a model with attention in every layer. */
export function attentionKeys(
  { embedding, heads, headsKv, headSize }: Attention,
  layers: number,
  feedForward: number,
  context: number,
): Record<string, RealValue> {
  return {
    context_length: context,
    embedding_length: embedding,
    block_count: layers,
    feed_forward_length: feedForward,
    'attention.head_count': heads,
    'attention.head_count_kv': headsKv,
    'attention.key_length': headSize,
    'attention.value_length': headSize,
    'rope.dimension_count': headSize,
    'attention.layer_norm_rms_epsilon': { f32: 1e-6 },
  };
}

export type DenseShape = Attention & {
  name: string;
  architecture: string;
  layers: number;
  feedForward: number;
  vocabulary: number;
  context: number;
  isTied?: boolean;
};

/** A model whose layers are all alike: attention, what `extra` adds, and a gated feed-forward network. */
export function denseModel(
  shape: DenseShape,
  extra: RealTensor[] = [],
  keys: RealModel['keys'] = {},
): RealModel {
  const { name, architecture, layers, feedForward, vocabulary, context, embedding } = shape;
  return {
    name,
    architecture,
    vocabulary,
    keys: { ...attentionKeys(shape, layers, feedForward, context), ...keys },
    tensors: [
      ...embeddings(embedding, vocabulary, shape.isTied ?? false),
      ...layersOf(layers, () => [
        ...attentionTensors(shape),
        ...extra,
        ...gatedFeedForward(embedding, feedForward),
      ]),
    ],
  };
}
