import type { Clock } from '../../base/clock.ts';
import type { EngineState } from '../../contract/engine.contract.ts';
import type { LoadSettings } from '../../contract/plan.contract.ts';
import type { Problem } from '../../contract/problem.ts';
import type { Logger } from '../logging/logger.ts';
import type { EngineModel, SessionPhase } from './engine-session.ts';

/** What the screens show of the engine. */
export interface HostStatus {
  state: EngineState;
  /** The model in memory, or the one being loaded or that was being loaded when its engine died. */
  model: EngineModel | null;
  settings: LoadSettings | null;
  /** 0…1 while loading. */
  loadProgress: number | null;
  processBytes: number | null;
  pid: number | null;
  problem: Problem | null;
  /** What to try after `gaveUp`; null otherwise, or when only a smaller model is left. */
  saferSettings: LoadSettings | null;
}

export interface EngineHostOptions {
  stateDir: string;
  /** Read whenever it matters, so that a changed setting counts at once. 0 keeps the model in memory. */
  idleMs: () => number;
  log: Logger;
  clock?: Clock;
  childEntry?: string;
}

export const stateOfPhase: Record<SessionPhase, EngineState> = {
  starting: 'starting',
  loading: 'loading',
  probing: 'probing',
  idle: 'ready',
  prefill: 'busy',
  decode: 'busy',
  unloading: 'evicted',
};
