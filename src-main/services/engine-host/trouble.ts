import type { LoadSettings } from '../../contract/plan.contract.ts';
import type { Problem } from '../../contract/problem.ts';
import type { Trouble } from '../../domain/ladder/types.ts';
import type { ChildExit } from './child-process.ts';
import type { SessionPhase } from './engine-session.ts';

/** A load or an answer that failed. */
export interface EngineFailure {
  phase: SessionPhase;
  problem: Problem;
  settings: LoadSettings;
  /** Null when the process told of the problem and lived on. */
  exit: Pick<ChildExit, 'cause' | 'signal' | 'outOfMemory' | 'deviceLost'> | null;
}

/**
 * What lower settings could mend; null for everything else. While a model is loaded, a process that is killed for no known
 * reason has most likely asked for too much; in an answer only what is known counts, since anybody may have killed it.
 */
export function troubleOf({ phase, problem, settings, exit }: EngineFailure): Trouble | null {
  const isLoading = phase === 'loading' || phase === 'probing';
  const isAnswering = phase === 'prefill' || phase === 'decode';
  if (!isLoading && !isAnswering) return null;
  const onGpu = settings.gpuLayers > 0;
  const inWeights = phase === 'loading';
  const memory = (device: Trouble['device']): Trouble => ({ kind: 'memory', device, inWeights });
  if (exit === null) return problem.code === 'engine.outOfMemory' ? memory(onGpu ? 'gpu' : 'main') : null;
  // The kernel kills for main memory only, and traps are the allocator's of main memory.
  const crash: Trouble = { kind: 'crash', device: onGpu ? 'gpu' : 'main', inWeights };
  const { cause, signal, outOfMemory, deviceLost } = exit;
  if (cause === 'hung') return isLoading ? crash : null;
  if (outOfMemory) return memory(onGpu && signal !== 'SIGKILL' ? 'gpu' : 'main');
  if (signal === 'SIGTRAP' || (isLoading && signal === 'SIGKILL')) return memory('main');
  return isLoading || deviceLost ? crash : null;
}
