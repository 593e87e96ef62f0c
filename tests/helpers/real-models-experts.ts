import {
  attentionBiases,
  attentionKeys,
  attentionTensors,
  embeddings,
  expertTensors,
  gatedFeedForward,
  headNorms,
  layersOf,
  matrix,
  sharedExpertTensors,
  small,
} from './real-model-parts.ts';
import type { RealModel } from './real-models.ts';

function mixtral(): RealModel {
  const attention = { embedding: 4096, heads: 32, headsKv: 8, headSize: 128 };
  return {
    name: 'Mixtral-8x7B',
    architecture: 'llama',
    vocabulary: 32_000,
    keys: {
      ...attentionKeys(attention, 32, 14_336, 32_768),
      expert_count: 8,
      expert_used_count: 2,
    },
    tensors: [
      ...embeddings(4096, 32_000, false),
      ...layersOf(32, () => [
        ...attentionTensors(attention),
        small('ffn_norm', 4096),
        ...expertTensors(4096, 14_336, 8),
      ]),
    ],
  };
}

function qwen2moe(): RealModel {
  const attention = { embedding: 2048, heads: 16, headsKv: 16, headSize: 128 };
  return {
    name: 'Qwen1.5-MoE-A2.7B',
    architecture: 'qwen2moe',
    vocabulary: 151_936,
    keys: {
      ...attentionKeys(attention, 24, 5632, 32_768),
      expert_count: 60,
      expert_used_count: 4,
      expert_feed_forward_length: 1408,
      expert_shared_feed_forward_length: 5632,
    },
    tensors: [
      ...embeddings(2048, 151_936, false),
      ...layersOf(24, () => [
        ...attentionTensors(attention),
        ...attentionBiases(attention),
        small('ffn_norm', 2048),
        ...expertTensors(2048, 1408, 60),
        small('ffn_gate_inp_shexp', 2048),
        ...sharedExpertTensors(2048, 5632),
      ]),
    ],
  };
}

function qwen3moe(): RealModel {
  const attention = { embedding: 2048, heads: 32, headsKv: 4, headSize: 128 };
  return {
    name: 'Qwen3-30B-A3B',
    architecture: 'qwen3moe',
    vocabulary: 151_936,
    keys: {
      ...attentionKeys(attention, 48, 6144, 40_960),
      expert_count: 128,
      expert_used_count: 8,
      expert_feed_forward_length: 768,
    },
    tensors: [
      ...embeddings(2048, 151_936, false),
      ...layersOf(48, () => [
        ...attentionTensors(attention),
        ...headNorms(128),
        small('ffn_norm', 2048),
        ...expertTensors(2048, 768, 128),
      ]),
    ],
  };
}

function gptOss(name: string, layers: number, experts: number): RealModel {
  const attention = { embedding: 2880, heads: 64, headsKv: 8, headSize: 64 };
  return {
    name,
    architecture: 'gpt-oss',
    vocabulary: 201_088,
    keys: {
      ...attentionKeys(attention, layers, 2880, 131_072),
      expert_count: experts,
      expert_used_count: 4,
      expert_feed_forward_length: 2880,
      'attention.sliding_window': 128,
    },
    tensors: [
      ...embeddings(2880, 201_088, false),
      ...layersOf(layers, () => [
        ...attentionTensors(attention),
        ...attentionBiases(attention),
        small('attn_output.bias', 2880),
        small('attn_sinks', 64),
        small('post_attention_norm', 2880),
        ...expertTensors(2880, 2880, experts),
        small('ffn_gate_inp.bias', experts),
        small('ffn_gate_exps.bias', 2880, experts),
        small('ffn_up_exps.bias', 2880, experts),
        small('ffn_down_exps.bias', 2880, experts),
      ]),
    ],
  };
}

/** Multi-head latent attention; the first layer has no experts. */
function deepseek2Lite(): RealModel {
  const [embedding, heads, rank, rotary] = [2048, 16, 512, 64] as const;
  return {
    name: 'DeepSeek-V2-Lite',
    architecture: 'deepseek2',
    vocabulary: 102_400,
    keys: {
      ...attentionKeys({ embedding, heads, headsKv: 1, headSize: 576 }, 27, 10_944, 163_840),
      'attention.value_length': 512,
      'attention.key_length_mla': 192,
      'attention.value_length_mla': 128,
      'attention.kv_lora_rank': rank,
      'rope.dimension_count': rotary,
      leading_dense_block_count: 1,
      expert_count: 64,
      expert_used_count: 6,
      expert_shared_count: 2,
      expert_feed_forward_length: 1408,
    },
    tensors: [
      ...embeddings(embedding, 102_400, false),
      ...layersOf(27, (layer) => [
        small('attn_norm', embedding),
        matrix('attn_q', embedding, heads * 192),
        matrix('attn_kv_a_mqa', embedding, rank + rotary),
        small('attn_kv_a_norm', rank),
        matrix('attn_k_b', 128, rank, heads),
        matrix('attn_v_b', rank, 128, heads),
        matrix('attn_output', heads * 128, embedding),
        ...(layer === 0
          ? gatedFeedForward(embedding, 10_944)
          : [
              small('ffn_norm', embedding),
              ...expertTensors(embedding, 1408, 64),
              ...sharedExpertTensors(embedding, 2 * 1408),
            ]),
      ]),
    ],
  };
}

/** Queries go through a low rank too; the first three layers have no experts. */
function deepseek3(): RealModel {
  const [embedding, heads, queryRank, rank, rotary] = [7168, 128, 1536, 512, 64] as const;
  return {
    name: 'DeepSeek-V3.1',
    architecture: 'deepseek2',
    vocabulary: 129_280,
    keys: {
      ...attentionKeys({ embedding, heads, headsKv: 1, headSize: 576 }, 61, 18_432, 163_840),
      'attention.value_length': 512,
      'attention.key_length_mla': 192,
      'attention.value_length_mla': 128,
      'attention.q_lora_rank': queryRank,
      'attention.kv_lora_rank': rank,
      'rope.dimension_count': rotary,
      leading_dense_block_count: 3,
      expert_count: 256,
      expert_used_count: 8,
      expert_shared_count: 1,
      expert_feed_forward_length: 2048,
      expert_group_count: 8,
      expert_group_used_count: 4,
      expert_gating_func: 2,
    },
    tensors: [
      ...embeddings(embedding, 129_280, false),
      ...layersOf(61, (layer) => [
        small('attn_norm', embedding),
        matrix('attn_q_a', embedding, queryRank),
        small('attn_q_a_norm', queryRank),
        matrix('attn_q_b', queryRank, heads * 192),
        matrix('attn_kv_a_mqa', embedding, rank + rotary),
        small('attn_kv_a_norm', rank),
        matrix('attn_k_b', 128, rank, heads),
        matrix('attn_v_b', rank, 128, heads),
        matrix('attn_output', heads * 128, embedding),
        ...(layer < 3
          ? gatedFeedForward(embedding, 18_432)
          : [
              small('ffn_norm', embedding),
              ...expertTensors(embedding, 2048, 256),
              small('exp_probs_b.bias', 256),
              ...sharedExpertTensors(embedding, 2048),
            ]),
      ]),
    ],
  };
}

export const expertModels: readonly RealModel[] = [
  mixtral(),
  qwen2moe(),
  qwen3moe(),
  gptOss('gpt-oss-20b', 24, 32),
  gptOss('gpt-oss-120b', 36, 128),
  deepseek2Lite(),
  deepseek3(),
];
