import type { Clock } from '../../base/clock.ts';
import type { LoadSettings } from '../../contract/plan.contract.ts';
import { problemError, type ProblemError } from '../../contract/problem.ts';
import type { Logger } from '../logging/logger.ts';
import { ChildExitError, ChildProcess, type ChildExit } from './child-process.ts';
import type { ChildProgress, GenerateParams, GenerateResult, LoadResult } from './protocol.ts';
import { ChildWatch } from './watch-child.ts';

/** A load that is cancelled has to be over within a second: most of it is the child's, the rest is the kill's. */
const LOAD_CANCEL_MS = 700;
/** The child gives itself 2 s to free its memory in order. */
const STOP_GRACE_MS = 3_000;
/** A window waits for it. */
const GPU_ANSWER_MS = 500;

export interface EngineModel {
  path: string;
  /** `size:mtime` of the file, so that a changed file is another model. */
  identity: string;
  name: string;
  modelId: number | null;
}

export type SessionPhase = 'starting' | 'loading' | 'probing' | 'prefill' | 'decode' | 'idle' | 'unloading';

const phaseWords: Record<SessionPhase, string> = {
  starting: 'starting',
  loading: 'loading the model',
  probing: 'trying the model out',
  prefill: 'reading the prompt',
  decode: 'writing the answer',
  idle: 'waiting for the next message',
  unloading: 'unloading the model',
};

export interface SessionOptions {
  model: EngineModel;
  settings: LoadSettings;
  childEntry: string;
  log: Logger;
  clock: Clock;
  onPhase: (phase: SessionPhase, loadProgress: number | null) => void;
  /** The process died or hung by itself. Comes before the running request is rejected. */
  onDeath: (death: SessionDeath) => void;
}

export interface SessionDeath {
  phase: SessionPhase;
  exit: ChildExit;
  problem: ProblemError;
}

/** One engine process with its one model, from start to end. A second model gets a new session. */
export class EngineSession {
  readonly model: EngineModel;
  /** As asked for; what is really used is in `result`. */
  readonly settings: LoadSettings;
  readonly #options: SessionOptions;
  readonly #child: ChildProcess;
  readonly #watch: ChildWatch;
  #phase: SessionPhase = 'starting';
  #result: LoadResult | null = null;
  #death: SessionDeath | null = null;
  #failedIn: SessionPhase | null = null;
  #asked: Promise<number | null> | null = null;

  constructor(options: SessionOptions) {
    const { clock, log } = options;
    this.model = options.model;
    this.settings = options.settings;
    this.#options = options;
    this.#watch = new ChildWatch(clock, (hang) => void this.#child.kill(hang));
    this.#child = new ChildProcess({
      role: 'engine',
      entry: options.childEntry,
      log,
      clock,
      onBeat: (beat) => this.#watch.beat(beat),
      onExit: (exit) => this.#onExit(exit),
    });
  }

  get pid(): number | undefined {
    return this.#child.isGone ? undefined : this.#child.pid;
  }

  /** Set when the process ended by itself or hung; null while it lives and when it was ended on purpose. */
  get death(): SessionDeath | null {
    return this.#death;
  }

  /** What it was doing when loading or answering failed. */
  get failedIn(): SessionPhase | null {
    return this.#failedIn;
  }

  /** Null until the model is loaded and has answered its test token. */
  get result(): LoadResult | null {
    return this.#result;
  }

  /** Starts the process, loads the model and lets it answer one token. Ends the session if that fails. */
  async load(signal: AbortSignal): Promise<LoadResult> {
    this.#enter('starting');
    let cancelKill: () => void = () => undefined;
    const onAbort = () => {
      cancelKill = this.#options.clock.schedule(LOAD_CANCEL_MS, () => void this.#child.kill());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      this.#result = await this.#watch.during('load', this.#startAndLoad(signal));
      signal.throwIfAborted();
      this.#enter('idle');
      return this.#result;
    } catch (error) {
      this.#failedIn = this.#phase;
      if (signal.aborted) void this.#child.kill();
      await this.close();
      if (signal.aborted) throw signal.reason;
      throw this.#failure(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
      cancelKill();
    }
  }

  /** Cancelled, it returns what was written so far with the stop reason `stopped`. */
  async generate(
    params: GenerateParams,
    options: { signal?: AbortSignal | undefined; onProgress: (progress: ChildProgress) => void },
  ): Promise<GenerateResult> {
    const { signal } = options;
    this.#enter('prefill');
    const onProgress = (progress: ChildProgress) => {
      if (progress.kind === 'text') this.#phase = 'decode';
      options.onProgress(progress);
    };
    try {
      return await this.#watch.during(
        'generate',
        this.#child.request('generate', params, { signal, onProgress }),
      );
    } catch (error) {
      this.#failedIn = this.#phase;
      if (signal?.aborted === true) throw signal.reason;
      throw this.#failure(error);
    } finally {
      if (!this.#child.isGone) this.#enter('idle');
    }
  }

  /** Free memory of the GPU that the model is on, as the process sees it; null without one, or when it does not answer in time. */
  async gpuFreeBytes(): Promise<number | null> {
    // A process that hangs is asked once, however often a window asks.
    this.#asked ??= this.#child
      .request('gpuMemory', {})
      .then(({ freeBytes }) => freeBytes)
      .catch(() => null)
      .finally(() => (this.#asked = null));
    const late = Promise.withResolvers<null>();
    const cancel = this.#options.clock.schedule(GPU_ANSWER_MS, () => late.resolve(null));
    const freeBytes = await Promise.race([this.#asked, late.promise]);
    cancel();
    return freeBytes;
  }

  /** Resolves when the process is really gone: its memory is free again. */
  async close(): Promise<void> {
    if (!this.#child.isGone) this.#phase = 'unloading';
    const exit = await this.#child.stop(STOP_GRACE_MS);
    this.#options.log.debug('engine ended', { reason: exit.reason, detail: exit.detail });
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    await this.#child.kill();
  }

  async #startAndLoad(signal: AbortSignal): Promise<LoadResult> {
    await this.#child.ready;
    this.#watch.started();
    signal.throwIfAborted();
    this.#enter('loading', 0);
    const { path } = this.model;
    return this.#child.request(
      'load',
      { path, settings: this.settings },
      {
        signal,
        onProgress: (progress) => {
          if (progress.kind !== 'load') return;
          // The weights are in memory; what is left is the context and the test token.
          if (progress.fraction >= 1) this.#enter('probing');
          else this.#enter('loading', progress.fraction);
        },
      },
    );
  }

  #enter(phase: SessionPhase, loadProgress: number | null = null): void {
    this.#phase = phase;
    this.#options.onPhase(phase, loadProgress);
  }

  #onExit(exit: ChildExit): void {
    if (exit.cause === 'asked') return;
    this.#death = { phase: this.#phase, exit, problem: this.#deathProblem(exit) };
    this.#options.onDeath(this.#death);
  }

  #failure(error: unknown): unknown {
    if (!(error instanceof ChildExitError)) return error;
    return this.#death?.problem ?? new DOMException('The engine was closed.', 'AbortError');
  }

  #deathProblem({ reason, hang }: ChildExit): ProblemError {
    const phase = phaseWords[this.#phase];
    if (hang !== null) return problemError('engine.hung', { phase, seconds: hang.seconds });
    return problemError(this.#phase === 'starting' ? 'engine.startFailed' : 'engine.crashed', {
      phase,
      reason,
    });
  }
}
