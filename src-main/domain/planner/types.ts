import type { Gpu } from '../../contract/hardware.contract.ts';
import type { CacheType, LoadSettings } from '../../contract/plan.contract.ts';
import type { Headroom } from './headroom.ts';

/** What the planner needs to know of a machine. */
export interface Machine {
  memory: Headroom & { availableBytes: number };
  /** Used as one: the engine spreads layers over all GPUs of its backend. */
  gpu: (Pick<Gpu, 'name' | 'freeBytes' | 'unified'> & Headroom) | null;
  cpuFeatures: readonly string[];
  threads: number;
  /** What suits the processor, where it computes all layers; as measured. */
  tuned?: { batchSize: number; flashAttention: boolean } | undefined;
}

export interface Wish {
  /** Tokens the person asked for; without it the planner decides. */
  contextSize?: number | undefined;
}

export type Placement = 'gpu' | 'partial' | 'cpu';

/** The planner chooses among the types of cache that Nibble offers. */
export type ChosenSettings = LoadSettings & Record<'cacheTypeK' | 'cacheTypeV', CacheType>;

/** Settings worth trying, and what must hold for them to be taken. */
export interface Candidate {
  settings: ChosenSettings;
  placement: Placement;
  /**
   * `roomy`: leaves half of the memory free (only for contexts beyond what is needed). `resident`: all of it stays in memory.
   * `disk`: weights may be read from the file again and again.
   */
  demand: 'roomy' | 'resident' | 'disk';
}

export interface MemoryUse {
  weightsBytes: number;
  /** Cache and compute buffers. */
  contextBytes: number;
}

export type Simulation = { cpu: MemoryUse; gpu: MemoryUse | null } | { impossible: string };
