import {
  attentionBiases,
  attentionKeys,
  attentionTensors,
  denseModel,
  embeddings,
  gatedFeedForward,
  headNorms,
  layersOf,
  matrix,
  small,
} from './real-model-parts.ts';
import type { RealModel, RealTensor } from './real-models.ts';

const withRotaryFactors = (model: RealModel, count: number): RealModel => ({
  ...model,
  tensors: [...model.tensors, small('rope_freqs', count)],
});

const llama = { architecture: 'llama', headsKv: 8, vocabulary: 128_256, context: 131_072 };

const qwen25 = {
  name: 'Qwen2.5-7B',
  architecture: 'qwen2',
  layers: 28,
  embedding: 3584,
  heads: 28,
  headsKv: 4,
  headSize: 128,
  feedForward: 18_944,
  vocabulary: 152_064,
  context: 32_768,
};

const gemmaNorms = (embedding: number): RealTensor[] => [
  small('post_attention_norm', embedding),
  small('post_ffw_norm', embedding),
];

const gemma2 = {
  name: 'Gemma-2-9B',
  architecture: 'gemma2',
  layers: 42,
  embedding: 3584,
  heads: 16,
  headsKv: 8,
  headSize: 256,
  feedForward: 14_336,
  vocabulary: 256_000,
  context: 8192,
  isTied: true,
};

const gemma3 = {
  name: 'Gemma-3-4B',
  architecture: 'gemma3',
  layers: 34,
  embedding: 2560,
  heads: 8,
  headsKv: 4,
  headSize: 256,
  feedForward: 10_240,
  vocabulary: 262_144,
  context: 131_072,
  isTied: true,
};

/** Attention and feed-forward input come out of one matrix each. */
/** Its name is turned round: llama.cpp wants Phi-3's own tokens of every model that is called so. */
function phi3(): RealModel {
  const attention = { embedding: 3072, heads: 32, headsKv: 32, headSize: 96 };
  return {
    name: 'Phi-Mini-3.5',
    architecture: 'phi3',
    vocabulary: 32_064,
    keys: { ...attentionKeys(attention, 32, 8192, 131_072), 'attention.sliding_window': 262_144 },
    tensors: [
      ...embeddings(3072, 32_064, false),
      small('rope_factors_long', 48),
      small('rope_factors_short', 48),
      ...layersOf(32, () => [
        small('attn_norm', 3072),
        matrix('attn_qkv', 3072, 3 * 3072),
        matrix('attn_output', 3072, 3072),
        small('ffn_norm', 3072),
        matrix('ffn_up', 3072, 2 * 8192),
        matrix('ffn_down', 8192, 3072),
      ]),
    ],
  };
}

/** Two head sizes, layers that borrow the cache of others, and an embedding for every layer. */
function gemma4(): RealModel {
  const layers = 42;
  const [embedding, perLayer, heads, headsKv, vocabulary] = [2560, 256, 8, 2, 262_144] as const;
  const isSliding = Array.from({ length: layers }, (_, layer) => layer % 6 !== 5);
  return {
    name: 'Gemma-4-E4B',
    architecture: 'gemma4',
    vocabulary,
    keys: {
      ...attentionKeys({ embedding, heads, headsKv, headSize: 512 }, layers, 10_240, 131_072),
      'attention.key_length_swa': 256,
      'attention.value_length_swa': 256,
      'attention.sliding_window': 512,
      'attention.sliding_window_pattern': isSliding,
      'attention.shared_kv_layers': 18,
      'rope.dimension_count_swa': 256,
      embedding_length_per_layer_input: perLayer,
    },
    tensors: [
      ...embeddings(embedding, vocabulary, true),
      matrix('per_layer_token_embd', perLayer * layers, vocabulary),
      matrix('per_layer_model_proj', embedding, perLayer * layers),
      small('per_layer_proj_norm', perLayer),
      small('rope_freqs', 256),
      ...layersOf(layers, (layer) => {
        const headSize = isSliding[layer] ? 256 : 512;
        return [
          ...attentionTensors({ embedding, heads, headsKv, headSize }),
          ...headNorms(headSize),
          ...gemmaNorms(embedding),
          ...gatedFeedForward(embedding, 10_240),
          small('layer_output_scale', 1),
          matrix('inp_gate', embedding, perLayer),
          matrix('proj', perLayer, embedding),
          small('post_norm', embedding),
        ];
      }),
    ],
  };
}

export const denseModels: readonly RealModel[] = [
  withRotaryFactors(
    denseModel({
      ...llama,
      name: 'Llama-3.2-1B',
      layers: 16,
      embedding: 2048,
      heads: 32,
      headSize: 64,
      feedForward: 8192,
      isTied: true,
    }),
    32,
  ),
  withRotaryFactors(
    denseModel({
      ...llama,
      name: 'Llama-3.1-8B',
      layers: 32,
      embedding: 4096,
      heads: 32,
      headSize: 128,
      feedForward: 14_336,
    }),
    64,
  ),
  denseModel({
    ...llama,
    name: 'Llama-3.1-70B',
    layers: 80,
    embedding: 8192,
    heads: 64,
    headSize: 128,
    feedForward: 28_672,
  }),
  denseModel({
    ...llama,
    name: 'Mistral-7B-v0.3',
    layers: 32,
    embedding: 4096,
    heads: 32,
    headSize: 128,
    feedForward: 14_336,
    vocabulary: 32_768,
    context: 32_768,
  }),
  denseModel(qwen25, attentionBiases(qwen25)),
  denseModel(
    {
      name: 'Qwen3-0.6B',
      architecture: 'qwen3',
      layers: 28,
      embedding: 1024,
      heads: 16,
      headsKv: 8,
      headSize: 128,
      feedForward: 3072,
      vocabulary: 151_936,
      context: 40_960,
      isTied: true,
    },
    headNorms(128),
  ),
  denseModel(
    {
      name: 'Qwen3-8B',
      architecture: 'qwen3',
      layers: 36,
      embedding: 4096,
      heads: 32,
      headsKv: 8,
      headSize: 128,
      feedForward: 12_288,
      vocabulary: 151_936,
      context: 40_960,
    },
    headNorms(128),
  ),
  denseModel(
    {
      name: 'Qwen3-14B',
      architecture: 'qwen3',
      layers: 40,
      embedding: 5120,
      heads: 40,
      headsKv: 8,
      headSize: 128,
      feedForward: 17_408,
      vocabulary: 151_936,
      context: 40_960,
    },
    headNorms(128),
  ),
  phi3(),
  denseModel(gemma2, gemmaNorms(3584), { 'attention.sliding_window': 4096 }),
  denseModel(
    {
      ...gemma3,
      name: 'Gemma-3-1B',
      layers: 26,
      embedding: 1152,
      heads: 4,
      headsKv: 1,
      feedForward: 6912,
      context: 32_768,
    },
    [...headNorms(256), ...gemmaNorms(1152)],
    { 'attention.sliding_window': 512 },
  ),
  denseModel(gemma3, [...headNorms(256), ...gemmaNorms(2560)], { 'attention.sliding_window': 1024 }),
  gemma4(),
];
