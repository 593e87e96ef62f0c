/**
 * What the layers of each architecture keep, after `load_arch_hparams` in src/models, `llama_hparams` and
 * `llama_model::create_memory` of llama.cpp v0.5.0. Only architectures that are held against llama.cpp's own simulation
 * by tests are here.
 */
import { readAttention, slidingLayers, type Attention } from './attention.ts';
import type { Keys } from './keys.ts';
import type { LayerCache } from './types.ts';

export interface Memory {
  attention: Attention;
  caches: LayerCache[];
  slidingWindow: number | null;
}

type State = Pick<Extract<LayerCache, { kind: 'recurrent' }>, 'stateElements' | 'width'>;

export type ReadMemory = (keys: Keys) => Memory;

function attending(
  keys: Keys,
  options: { isSliding?: boolean[]; window?: number; recurrent?: (layer: number) => State | null } = {},
): Memory {
  const { isSliding, window, recurrent } = options;
  const attention = readAttention(keys);
  const caches = attention.headsKv.map((headsKv, layer): LayerCache => {
    const state = recurrent?.(layer) ?? null;
    if (state) return { kind: 'recurrent', ...state };
    return isSliding?.[layer]
      ? {
          kind: 'sliding',
          keyElements: headsKv * attention.slidingHeadSizeK,
          valueElements: headsKv * attention.slidingHeadSizeV,
        }
      : {
          kind: 'full',
          keyElements: headsKv * attention.headSizeK,
          valueElements: headsKv * attention.headSizeV,
        };
  });
  return { attention, caches, slidingWindow: isSliding && window ? window : null };
}

const full: ReadMemory = (keys) => attending(keys);

/** All but every `pattern`th layer slide. */
const sliding =
  (pattern: number, usualWindow?: number): ReadMemory =>
  (keys) => {
    const window = keys.integer('attention.sliding_window', usualWindow ?? 0);
    if (window === 0) return attending(keys);
    return attending(keys, { isSliding: slidingLayers(keys, pattern), window });
  };

/** The last layers have no cache of their own: they attend to that of the last one before them of their kind. */
const gemma4: ReadMemory = (keys) => {
  const isSliding = slidingLayers(keys, 0);
  const memory = attending(keys, { isSliding, window: keys.integer('attention.sliding_window') });
  const shared = keys.integer('attention.shared_kv_layers', 0);
  const own = keys.layers - shared;
  const caches = memory.caches.map((cache, layer): LayerCache => {
    if (layer < own || (cache.kind !== 'full' && cache.kind !== 'sliding')) return cache;
    return { kind: 'shared', with: cache.kind };
  });
  return { ...memory, caches };
};

const deepseek2: ReadMemory = (keys) => {
  const memory = attending(keys);
  const isLatent =
    keys.integer('attention.key_length_mla', 0) > 0 && keys.integer('attention.value_length_mla', 0) > 0;
  if (!isLatent) return memory;
  const { headsKv, headSizeK } = memory.attention;
  return { ...memory, caches: headsKv.map((heads) => ({ kind: 'latent', keyElements: heads * headSizeK })) };
};

/** Convolution and state of Mamba and of gated delta nets (`n_embd_r`, `n_embd_s`), and what is convolved. */
function stateSpace(keys: Keys): State {
  const inner = keys.integer('ssm.inner_size');
  const state = keys.integer('ssm.state_size');
  const groups = keys.integer('ssm.group_count', 0);
  const kernel = keys.integer('ssm.conv_kernel');
  const convolved = inner + 2 * groups * state;
  return {
    stateElements: Math.max(0, kernel - 1) * convolved + state * inner,
    width: 4 * convolved + 5 * inner,
  };
}

/** Three of four layers are gated delta nets unless the file says otherwise. */
const qwen35: ReadMemory = (keys) => {
  const given = keys.flags('attention.recurrent_layers');
  const interval = keys.integer('full_attention_interval', 4);
  const trunk = keys.layers - keys.integer('nextn_predict_layers', 0);
  const state = stateSpace(keys);
  const isRecurrent = (layer: number) =>
    given ? given[layer] === true : layer < trunk && (layer + 1) % interval !== 0;
  return attending(keys, { recurrent: (layer) => (isRecurrent(layer) ? state : null) });
};

/** Layers without KV heads are short convolutions. */
const lfm2: ReadMemory = (keys) => {
  const { headsKv } = readAttention(keys);
  const embedding = keys.integer('embedding_length');
  const stateElements = embedding * Math.max(0, keys.integer('shortconv.l_cache') - 1);
  const isRecurrent = (layer: number) => headsKv[layer] === 0;
  const window = keys.integer('attention.sliding_window', 0);
  return attending(keys, {
    recurrent: (layer) => (isRecurrent(layer) ? { stateElements, width: 7 * embedding } : null),
    ...(window > 0 && { isSliding: headsKv.map((heads) => heads > 0), window }),
  });
};

const mamba: ReadMemory = (keys) => attending(keys, { recurrent: () => stateSpace(keys) });

const rwkv: ReadMemory = (keys) => {
  const embedding = keys.integer('embedding_length');
  const rows = keys.integer('token_shift_count', 2) + keys.integer('wkv.head_size');
  return attending(keys, { recurrent: () => ({ stateElements: rows * embedding, width: 16 * embedding }) });
};

export const knownArchitectures: ReadonlyMap<string, ReadMemory> = new Map([
  ['llama', full],
  ['qwen2', full],
  ['qwen2moe', full],
  ['qwen3', full],
  ['qwen3moe', full],
  ['qwen35', qwen35],
  ['qwen35moe', qwen35],
  // Its window is switched off in llama.cpp (llama.cpp#13676).
  ['phi3', full],
  ['gemma2', sliding(2, 4096)],
  ['gemma3', sliding(6)],
  ['gemma4', gemma4],
  ['gpt-oss', sliding(2)],
  ['deepseek2', deepseek2],
  ['lfm2', lfm2],
  ['mamba', mamba],
  ['rwkv7', rwkv],
]);
