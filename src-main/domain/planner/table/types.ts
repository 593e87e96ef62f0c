import type { Gpu } from '../../../contract/hardware.contract.ts';
import type { PlanVariant } from '../../../contract/plan.contract.ts';
import type { GgufHeader, ModelSummary } from '../../gguf/types.ts';
import type { Headroom } from '../headroom.ts';
import type { MachineSpeed } from '../speed/types.ts';
import type { Candidate } from './candidate.ts';

/** A machine as the table needs it; it need not be here. */
export interface TableMachine {
  memory: Headroom & { availableBytes: number };
  gpu: (Gpu & Headroom) | null;
  cpuFeatures: readonly string[];
  threads: number;
  areThreadsMeasured: boolean;
  /** What suits the processor, where it computes all layers; as measured. */
  tuned?: { batchSize: number; flashAttention: boolean } | undefined;
  /** The GPU first, where there is one; then the CPU. */
  speed: MachineSpeed;
}

/** A model by its header alone. */
export interface TableModel {
  file: string;
  sizeBytes: number;
  header: GgufHeader;
  summary: ModelSummary;
  /** Owner of the repository; null for a file of this computer. */
  uploader: string | null;
}

/** A file that could not be read as a model: it gets a row that says why. */
export interface RefusedModel {
  file: string;
  sizeBytes: number;
  reason: string;
  /** By the strict reader; else it could only not be read. */
  isRefused?: boolean;
}

/** A row whose file cannot be planned: its reasons say why. */
export interface UnplannedRow {
  variant: PlanVariant;
}

/** A row, and what choosing among rows and explaining it needs beside it. */
export interface PlannedRow extends UnplannedRow {
  candidate: Candidate;
  /** Of the caches' types, in the order in which they are tried. */
  pair: number;
  isFast: boolean;
  /** Tokens that were aimed for. */
  targetContext: number;
  /**
   * Bytes that are missing on all devices together for the target context; where it fits with a smaller cache only, for one
   * of full precision; else 0.
   */
  missingBytes: number;
  /** Bytes that the GPU lacks to hold all layers with the target context; null without a GPU. */
  missingGpuBytes: number | null;
}

export type Row = PlannedRow | UnplannedRow;
