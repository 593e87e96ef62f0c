import type { Problem } from '../../contract/problem.ts';
import type { OperationName } from './operations.ts';

export interface WorkerOptions {
  dataDir: string;
}

export type ToWorker =
  | { type: 'call'; id: number; name: OperationName; args: unknown }
  /** Empty the log and end. */
  | { type: 'close' };

export type FromWorker =
  | { type: 'opened'; migrated: { from: number; to: number; backup: string | null } | null }
  /** The database cannot be opened; the worker ends. */
  | { type: 'refused'; problem: Problem }
  | { type: 'result'; id: number; result: unknown; durationMs: number }
  | { type: 'problem'; id: number; problem: Problem; durationMs: number; detail: string }
  /** Null when everything is in the main file. */
  | { type: 'closed'; problem: Problem | null };
