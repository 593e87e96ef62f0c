import {
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
import type { RealModel, RealTensor } from './real-models.ts';

interface DeltaNet {
  embedding: number;
  inner: number;
  state: number;
  groups: number;
  heads: number;
}

const deltaNetKeys = ({ inner, state, groups, heads }: DeltaNet): RealModel['keys'] => ({
  'ssm.conv_kernel': 4,
  'ssm.inner_size': inner,
  'ssm.state_size': state,
  'ssm.time_step_rank': heads,
  'ssm.group_count': groups,
  'rope.dimension_sections': [11, 11, 10, 0],
  'rope.dimension_count': 64,
});

function deltaNetTensors({ embedding, inner, state, groups, heads }: DeltaNet): RealTensor[] {
  const convolved = 2 * state * groups + inner;
  return [
    small('attn_norm', embedding),
    small('post_attention_norm', embedding),
    matrix('attn_qkv', embedding, convolved),
    matrix('attn_gate', embedding, inner),
    small('ssm_conv1d', 4, convolved),
    small('ssm_dt.bias', heads),
    small('ssm_a', heads),
    matrix('ssm_beta', embedding, heads),
    matrix('ssm_alpha', embedding, heads),
    small('ssm_norm', state),
    matrix('ssm_out', inner, embedding),
  ];
}

/** Queries come with a gate of their size. */
function gatedAttention(embedding: number, heads: number, headsKv: number, headSize: number): RealTensor[] {
  return [
    ...attentionTensors({ embedding, heads, headsKv, headSize }).map((tensor) =>
      tensor.name === 'attn_q.weight' ? matrix('attn_q', embedding, 2 * heads * headSize) : tensor,
    ),
    small('post_attention_norm', embedding),
    ...headNorms(headSize),
  ];
}

function qwen35(): RealModel {
  const deltaNet = { embedding: 4096, inner: 4096, state: 128, groups: 16, heads: 32 };
  return {
    name: 'Qwen3.5-9B',
    architecture: 'qwen35',
    vocabulary: 248_320,
    keys: {
      ...attentionKeys({ embedding: 4096, heads: 16, headsKv: 4, headSize: 256 }, 32, 12_288, 262_144),
      ...deltaNetKeys(deltaNet),
    },
    tensors: [
      ...embeddings(4096, 248_320, false),
      ...layersOf(32, (layer) => [
        ...(layer % 4 === 3 ? gatedAttention(4096, 16, 4, 256) : deltaNetTensors(deltaNet)),
        ...gatedFeedForward(4096, 12_288).slice(1),
      ]),
    ],
  };
}

function qwen35moe(): RealModel {
  const deltaNet = { embedding: 2048, inner: 4096, state: 128, groups: 16, heads: 32 };
  return {
    name: 'Qwen3.5-35B-A3B',
    architecture: 'qwen35moe',
    vocabulary: 248_320,
    keys: {
      ...attentionKeys({ embedding: 2048, heads: 16, headsKv: 2, headSize: 256 }, 40, 512, 262_144),
      ...deltaNetKeys(deltaNet),
      expert_count: 256,
      expert_used_count: 8,
      expert_feed_forward_length: 512,
      expert_shared_feed_forward_length: 512,
    },
    tensors: [
      ...embeddings(2048, 248_320, false),
      ...layersOf(40, (layer) => [
        ...(layer % 4 === 3 ? gatedAttention(2048, 16, 2, 256) : deltaNetTensors(deltaNet)),
        ...expertTensors(2048, 512, 256),
        small('ffn_gate_inp_shexp', 2048),
        ...sharedExpertTensors(2048, 512),
      ]),
    ],
  };
}

/** Every third layer or so attends; the others are short convolutions. */
function lfm2(): RealModel {
  const layers = 16;
  const attending = new Set([2, 5, 8, 10, 12, 14]);
  const attention = { embedding: 2048, heads: 32, headsKv: 8, headSize: 64 };
  return {
    name: 'LFM2-1.2B',
    architecture: 'lfm2',
    vocabulary: 65_536,
    keys: {
      ...attentionKeys(attention, layers, 8192, 128_000),
      'attention.head_count_kv': Array.from({ length: layers }, (_, layer) => (attending.has(layer) ? 8 : 0)),
      'shortconv.l_cache': 3,
    },
    tensors: [
      matrix('token_embd', 2048, 65_536),
      small('token_embd_norm', 2048),
      ...layersOf(layers, (layer) => [
        ...(attending.has(layer)
          ? [...attentionTensors(attention), ...headNorms(64)]
          : [
              small('attn_norm', 2048),
              small('shortconv.conv', 3, 2048),
              matrix('shortconv.in_proj', 2048, 3 * 2048),
              matrix('shortconv.out_proj', 2048, 2048),
            ]),
        ...gatedFeedForward(2048, 8192),
      ]),
    ],
  };
}

function mamba(): RealModel {
  const [embedding, inner, state, rank, layers] = [2560, 5120, 16, 160, 64] as const;
  return {
    name: 'Mamba-2.8B',
    architecture: 'mamba',
    vocabulary: 50_280,
    keys: {
      context_length: 1_048_576,
      embedding_length: embedding,
      block_count: layers,
      feed_forward_length: 0,
      'attention.head_count': 0,
      'attention.layer_norm_rms_epsilon': { f32: 1e-5 },
      'ssm.conv_kernel': 4,
      'ssm.inner_size': inner,
      'ssm.state_size': state,
      'ssm.time_step_rank': rank,
    },
    tensors: [
      ...embeddings(embedding, 50_280, true),
      ...layersOf(layers, () => [
        small('attn_norm', embedding),
        matrix('ssm_in', embedding, 2 * inner),
        small('ssm_conv1d', 4, inner),
        small('ssm_conv1d.bias', inner),
        matrix('ssm_x', inner, rank + 2 * state),
        matrix('ssm_dt', rank, inner),
        small('ssm_dt.bias', inner),
        small('ssm_a', state, inner),
        small('ssm_d', inner),
        matrix('ssm_out', inner, embedding),
      ]),
    ],
  };
}

function rwkv7(): RealModel {
  const [embedding, width, vocabulary] = [2048, 8192, 65_536] as const;
  const [decay, learning, residual, gate] = [96, 96, 64, 256] as const;
  return {
    name: 'RWKV-7-1.5B',
    architecture: 'rwkv7',
    vocabulary,
    keys: {
      context_length: 4096,
      embedding_length: embedding,
      block_count: 24,
      feed_forward_length: width,
      'attention.head_count': 0,
      'attention.layer_norm_epsilon': { f32: 1e-5 },
      'wkv.head_size': 64,
      'attention.decay_lora_rank': decay,
      'attention.iclr_lora_rank': learning,
      'attention.value_residual_mix_lora_rank': residual,
      'attention.gate_lora_rank': gate,
    },
    tensors: [
      ...embeddings(embedding, vocabulary, false),
      small('output_norm.bias', embedding),
      small('token_embd_norm', embedding),
      small('token_embd_norm.bias', embedding),
      ...layersOf(24, (layer) => {
        const mixed = layer === 0 ? learning : residual;
        return [
          small('attn_norm', embedding),
          small('attn_norm.bias', embedding),
          small('attn_norm_2', embedding),
          small('attn_norm_2.bias', embedding),
          ...['time_mix_w0', 'time_mix_a0', 'time_mix_v0'].map((name) => small(name, embedding)),
          matrix('time_mix_w1', embedding, decay),
          matrix('time_mix_w2', decay, embedding),
          matrix('time_mix_a1', embedding, learning),
          matrix('time_mix_a2', learning, embedding),
          matrix('time_mix_v1', embedding, mixed),
          matrix('time_mix_v2', mixed, embedding),
          matrix('time_mix_g1', embedding, gate),
          matrix('time_mix_g2', gate, embedding),
          small('time_mix_lerp_fused', embedding, 1, 1, 6),
          ...['time_mix_k_k', 'time_mix_k_a', 'time_mix_r_k'].map((name) => small(name, embedding)),
          ...['time_mix_key', 'time_mix_value', 'time_mix_receptance', 'time_mix_output'].map((name) =>
            matrix(name, embedding, embedding),
          ),
          small('time_mix_ln', embedding),
          small('time_mix_ln.bias', embedding),
          small('channel_mix_lerp_k', embedding, 1, 1),
          matrix('channel_mix_key', embedding, width),
          matrix('channel_mix_value', width, embedding),
        ];
      }),
    ],
  };
}

export const statefulModels: readonly RealModel[] = [qwen35(), qwen35moe(), lfm2(), mamba(), rwkv7()];
