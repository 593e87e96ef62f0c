import type { PlanWishes } from '../../../contract/plan.contract.ts';
import { gib, grouped } from '../numbers.ts';
import type { Pace } from './settle.ts';
import type { PlannedRow, Row, TableMachine } from './types.ts';

/** What was chosen among what, and for whom. */
export interface Chosen {
  rows: readonly Row[];
  pick: PlannedRow | null;
  machine: TableMachine;
  wishes: PlanWishes;
  pace: Pace;
  context: { size: number; isLargest: boolean };
}

/** `Q4_K_M (4.6 GiB)` */
export function nameOf({ variant: { label, file, sizeBytes } }: Row): string {
  return `${label ?? file} (${gib(sizeBytes)})`;
}

export function rateOf({ variant }: Row): number {
  return variant.speed.decodeTokensPerSecond ?? 0;
}

export function paceInWords(rate: number): string {
  return `${rate < 10 ? rate.toFixed(1) : grouped(rate)} tokens/s`;
}

/** What other programs hold of the GPU's own memory, of the main memory, or of both. */
export function usedByOthers(
  { memory, gpu }: TableMachine,
  which: 'gpu' | 'main' | 'all',
): { bytes: number; name: string } {
  const main = Math.max(0, memory.totalBytes - memory.availableBytes);
  const card = gpu && !gpu.unified ? { ...gpu, bytes: Math.max(0, gpu.totalBytes - gpu.freeBytes) } : null;
  if (which === 'all') return { bytes: main + (card?.bytes ?? 0), name: 'memory' };
  return which === 'gpu' && card
    ? { bytes: card.bytes, name: `${card.name}'s memory` }
    : { bytes: main, name: 'main memory' };
}
