import type { LoadSettings } from '../../contract/plan.contract.ts';

/** What went wrong: memory that was not there, or native code that could not cope with these settings. */
export interface Trouble {
  kind: 'memory' | 'crash';
  /** The device that ran short; only of meaning for `memory`. */
  device: 'gpu' | 'main';
  /** It happened while the weights were read: nothing was asked for the context yet. */
  inWeights: boolean;
}

export type StepKind = 'cache' | 'context' | 'layers' | 'batch' | 'model' | 'flashAttention';

/** One rung down. */
export interface Step {
  kind: StepKind;
  /** Null for another model: its settings are planned anew. */
  settings: LoadSettings | null;
  /** What is done, as the second half of a sentence: `the context was halved to 4096 tokens`. */
  done: string;
  /** The same as a proposal: `Set the context to 4096 tokens.` */
  proposal: string;
}

/** Bytes that settings take of each device. */
export interface MemoryNeed {
  gpuBytes: number;
  mainBytes: number;
}
