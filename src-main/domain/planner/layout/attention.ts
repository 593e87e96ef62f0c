import type { Keys } from './keys.ts';

export interface Attention {
  heads: number[];
  headsKv: number[];
  headSizeK: number;
  headSizeV: number;
  /** Layers with a sliding window may have heads of another size. */
  slidingHeadSizeK: number;
  slidingHeadSizeV: number;
}

/** What every architecture gives alike (`llama_model_base::load_hparams`). */
export function readAttention(keys: Keys): Attention {
  const heads = keys.perLayer('attention.head_count', 0);
  const headsKv = keys.has('attention.head_count_kv') ? keys.perLayer('attention.head_count_kv') : heads;
  const first = heads[0] ?? 0;
  const usual = first > 0 ? Math.floor(keys.integer('embedding_length') / first) : 0;
  const size = (name: string) => (first > 0 ? keys.integer(`attention.${name}`, usual) : 0);
  const headSizeK = size('key_length');
  const headSizeV = size('value_length');
  return {
    heads,
    headsKv,
    headSizeK,
    headSizeV,
    slidingHeadSizeK: keys.integer('attention.key_length_swa', headSizeK),
    slidingHeadSizeV: keys.integer('attention.value_length_swa', headSizeV),
  };
}

/** Of every `pattern` layers all but the last slide (`llama_hparams::set_swa_pattern`); the file may say it layer by layer. */
export function slidingLayers(keys: Keys, pattern: number): boolean[] {
  const given = keys.flags('attention.sliding_window_pattern');
  if (given) return given;
  const period = keys.integer('attention.sliding_window_pattern', pattern);
  return Array.from({ length: keys.layers }, (_, layer) => period === 0 || layer % period < period - 1);
}
