export type SpeedBackend = 'cuda' | 'vulkan' | 'metal' | 'cpu';

/** What decides how long a device takes for a token. */
export interface DeviceSpeed {
  name: string;
  backend: SpeedBackend;
  /** Of the memory that holds the weights: the vendor's peak, or what a benchmark read. */
  bandwidthBytesPerSecond: number;
  /** The share of that bandwidth that reading weights reaches. */
  readEfficiency: number;
  /** Launches and waiting between the operations of one layer, whatever its size. */
  secondsPerLayer: number;
  /** Sustained in reading a prompt, not a vendor's peak. */
  computeFlops: number;
  /** Bits per weight that could be read while one is unpacked; measured here, in place of `unpackBits`. */
  unpackBits?: Partial<Readonly<Record<WeightFormat, number>>>;
  /** The share of the bandwidth that reading the cache reaches; measured here, with flash attention. */
  cacheEfficiency?: number;
  /** Looking back as it was measured here; CPUs compute with the cache slower than they could read it. */
  attention?: readonly AttentionPoint[];
  /** `computeFlops` by the format of the weights; measured here. */
  flopsByFormat?: Partial<Readonly<Record<WeightFormat, number>>>;
  /** Sustained in the products of a prompt with the cache; measured here. */
  attentionFlops?: number;
  /** Measured on this machine, by a benchmark or by real answers. */
  isMeasured?: boolean;
}

/** How long one query head of one layer looks back for one token. */
export interface AttentionPoint {
  flashAttention: boolean;
  headSize: number;
  /** Tokens it looks back at, at least one. */
  depth: number;
  seconds: number;
}

/** `measured`: on this machine. `given`: by the person, in a machine file. `modelled`: from published figures of devices of that name. */
export type SpeedBasis = 'measured' | 'given' | 'modelled';

export interface MachineSpeed {
  devices: readonly DeviceSpeed[];
  /** Sampling, detokenizing and handing the token on. */
  secondsPerToken: number;
  /** Sampling looks at every token of the vocabulary; measured here, else part of `secondsPerToken`. */
  secondsPerCandidate?: number;
  /** Handing the activations of one token from one device to another, and waiting for it. */
  secondsPerCrossing: number;
  /** Weights in main memory that a GPU reads for a batch of a prompt. */
  transferBytesPerSecond: number;
  basis: SpeedBasis;
}

/** Tensor types that cost about the same to unpack, apart from reading them. */
export const weightFormats = [
  'f16',
  'q8',
  'legacy',
  'q2k',
  'q3k',
  'q4k',
  'q5k',
  'q6k',
  'iq4',
  'iq3',
  'iq2',
  'iq1',
] as const;
export type WeightFormat = (typeof weightFormats)[number];

/** Weights of one format that are read for every token. */
export interface WeightRead {
  format: WeightFormat;
  bytes: number;
  /** How many weights these bytes hold. */
  weights: number;
}

/** Cache of layers that look equally far back. */
export interface CacheRead {
  /** Of all these layers together, for one token of the past. */
  bytesPerPosition: number;
  /** Tokens of a sliding window; null looks back to the beginning. */
  window: number | null;
  /** Query heads of all these layers together, and values of a key. */
  queries?: { heads: number; headSize: number } | undefined;
}

/** What one device does for every token. */
export interface DeviceShare {
  /** Index into `MachineSpeed.devices`. */
  device: number;
  /** Of experts only the active ones, of token embeddings nothing: they are a look-up of one row. */
  reads: readonly WeightRead[];
  /** Of these weights, the part that of a prompt only the last token is multiplied with: the output. */
  outputShare?: number | undefined;
  /** Layers that run here, the output layer not counted. */
  layers: number;
  cache: readonly CacheRead[];
  /** Recurrent state, read and written whatever the depth. */
  stateBytes: number;
  /** All experts that lie here, and the part of them that one token needs: a batch of a prompt needs more than that. */
  experts?: { bytes: number; active: number } | undefined;
}

export interface SpeedModelInput {
  shares: readonly DeviceShare[];
  flashAttention: boolean;
  cacheTypeK: string;
  cacheTypeV: string;
  /** Tokens that sampling chooses from. */
  vocabulary?: number | undefined;
  /** How often a token goes from one device to another: once for a split by layers, twice a layer for experts on the CPU. */
  crossings: number;
}
