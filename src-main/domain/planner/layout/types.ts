import type { GgufTensor } from '../../gguf/types.ts';

/** What one layer keeps of the conversation. Elements are counted per cell, or per sequence where there are no cells. */
export type LayerCache =
  /** Every token of the context, or only those of the sliding window. */
  | { kind: 'full' | 'sliding'; keyElements: number; valueElements: number }
  /** Multi-head latent attention: one compressed row, which serves as key and value. */
  | { kind: 'latent'; keyElements: number }
  /** A state of fixed size in F32; `width` values a token are at work where attention would be. */
  | { kind: 'recurrent'; stateElements: number; width: number }
  /** Attends to the cache of an earlier layer with the same kind of attention. */
  | { kind: 'shared'; with: 'full' | 'sliding' }
  | { kind: 'none' };

/** Bytes of one layer's tensors. */
export interface LayerWeights {
  /** Attention, or what stands in its place: state space, short convolution, time mixing. */
  attention: number;
  /** Dense feed-forward, shared experts and the router. */
  feedForward: number;
  experts: number;
  norms: number;
  other: number;
}

export interface LayerLayout {
  cache: LayerCache;
  /** Query heads; 0 where nothing attends. */
  heads: number;
  headsKv: number;
  headSizeK: number;
  headSizeV: number;
  /** Width of the dense feed-forward network or of the shared experts; 0 without. */
  feedForward: number;
  weights: LayerWeights;
  /** Rows of the matrix that makes queries, keys and values at once; 0 where each has its own. */
  fusedRows: number;
  /** One matrix makes both inputs of the gated feed-forward network. */
  isGateFused: boolean;
  /** What has to be carried to a GPU at once that computes for a layer in main memory. */
  largestTensorBytes: number;
}

export interface Experts {
  count: number;
  /** Of `count`, for each token. */
  used: number;
  /** Beside them, for every token. */
  shared: number;
  feedForward: number;
}

/** A model as far as its memory goes, from its header alone. */
export interface ModelLayout {
  architecture: string;
  tensors: readonly GgufTensor[];
  embeddingLength: number;
  vocabularySize: number;
  trainedContext: number;
  /** Tokens that layers with a sliding window look back; null without such layers. */
  slidingWindow: number | null;
  /** `attention.sliding_window` is in the file, whether the engine heeds it or not. */
  declaresWindow: boolean;
  experts: Experts | null;
  /** Values a token beside its embedding that every layer takes a share of (Gemma 4); 0 without. */
  perLayerInput: number;
  /** In order, with those at the end that only predict further tokens and are not loaded. */
  layers: readonly LayerLayout[];
  /** Layers at the end that are in the file but not loaded (multi-token prediction). */
  skippedLayers: number;
  /** Looked up, never multiplied, so always in main memory. */
  inputBytes: number;
  /** Of `inputBytes`, the token embeddings. */
  tokenEmbeddingsBytes: number;
  /** The output matrix is the token embeddings once more. */
  isTied: boolean;
  /** Output matrix (0 when tied) and last norm. */
  outputBytes: number;
  /** Rotary factors, which every device with a layer gets. */
  perDeviceBytes: number;
  /** In the file but not loaded. */
  skippedBytes: number;
}

/** An architecture whose memory is not known, or a header that does not describe its own. */
export interface UnknownLayout {
  /** The architecture's name as the file gives it. */
  unknown: string;
  /** The metadata that is missing or makes no sense; absent if the architecture itself is not known. */
  field?: string;
}

export function isKnown<Known extends object>(layout: Known | UnknownLayout): layout is Known {
  return !('unknown' in layout);
}
