/** What is known of a file before anyone measured it. */
export interface QualityQuestion {
  /** Of `familyOf`; null for one without published figures. */
  family: string | null;
  /** As in `general.architecture`. */
  architecture: string;
  parameters: number;
  /** As `parseLevel` says it (`Q4_K_M`, `Q6_K_L`, `UD-Q2_K_XL`), null when nothing tells. */
  level: string | null;
  /** Real bits, from the tensors. */
  bitsPerWeight: number;
  /** From metadata; null where there is no header to look into. */
  hasImatrix: boolean | null;
  isQat: boolean;
  /** Owner of the repository. */
  uploader?: string | null | undefined;
  cacheTypeK: string;
  cacheTypeV: string;
}

export type QualityBasis = 'measured' | 'published' | 'modelled';

/** Mean Kullback-Leibler divergence of the next token from that of the F16 file, in nats: 0 is the same, 0.03 a good 4-bit file. */
export interface ExpectedQuality {
  meanKld: number;
  /** Where it probably lies. */
  low: number;
  high: number;
  /** What a person would notice next to the original. */
  inWords: string;
  basis: QualityBasis;
  source: string;
}

/** A measurement on this machine. */
export interface MeasuredQuality {
  meanKld: number;
  /** Standard error of the mean. */
  error?: number | undefined;
}

/** Levels of one kind lie on one curve of loss over bits, others on another. */
export type LevelKind = 'legacy' | 'k' | 'iq';
