import { join } from 'node:path';
import type { EngineState } from '../../contract/engine.contract.ts';
import { loadSettingsSchema, type LoadSettings } from '../../contract/plan.contract.ts';
import { ProblemError, problemError, type Problem } from '../../contract/problem.ts';
import { crashProposal, crashStep } from '../../domain/ladder/crash-step.ts';
import { entryFile } from '../entry-files.ts';
import { DeathRecord } from './death-record.ts';
import { EngineSession, type EngineModel, type SessionDeath, type SessionPhase } from './engine-session.ts';
import { stateOfPhase, type EngineHostOptions, type HostStatus } from './host-status.ts';
import { IdleTimer } from './idle-timer.ts';
import { Mutex, untilAborted } from './mutex.ts';
import type { ChildProgress, GenerateParams, GenerateResult, LoadResult } from './protocol.ts';
import { residentBytes } from './resident-memory.ts';
import { isSameCombination, isSameSettings, Sentinel, type Combination } from './sentinel.ts';
import { systemClock } from './system-clock.ts';
import type { EngineFailure } from './trouble.ts';

export type { EngineModel } from './engine-session.ts';
export type { EngineHostOptions, HostStatus } from './host-status.ts';

/** The progress of loading is told no more often than a window can show it. */
const PROGRESS_MS = 100;

/**
 * Keeps one engine process with one model, and heals it. Nothing runs until the first `ensureLoaded`.
 *
 * Every process holds one model: another model, other settings and a changed file get a new process, started when the
 * old one is really gone. Loading, answering and unloading take turns in a mutex. A process that dies rejects what ran in
 * it. If that was an answer, the same model is started again at once, so that the next message finds it loaded; a death
 * while loading is left to the person, and three deaths in five minutes end it until `reset`.
 */
export class EngineHost {
  readonly #options: Required<EngineHostOptions>;
  readonly #sentinel: Sentinel;
  readonly #deaths = new DeathRecord();
  readonly #idle: IdleTimer;
  readonly #turns = new Mutex();
  readonly #listeners = new Set<(status: HostStatus) => void>();
  readonly #closing = new AbortController();
  #session: EngineSession | null = null;
  #restart: { combination: Combination; abort: AbortController } | null = null;
  #state: EngineState = 'absent';
  #loadProgress: number | null = null;
  #toldAt = 0;
  #problem: Problem | null = null;
  #saferSettings: LoadSettings | null = null;
  #failure: { error: unknown; failure: EngineFailure } | null = null;
  #last: { model: EngineModel; settings: LoadSettings } | null = null;

  constructor(options: EngineHostOptions) {
    this.#options = { clock: systemClock, childEntry: entryFile('engine-child'), ...options };
    this.#sentinel = new Sentinel(join(options.stateDir, 'loading.json'), options.log);
    this.#idle = new IdleTimer(this.#options.clock, options.idleMs, () => this.#inBackground(this.unload()));
  }

  get status(): HostStatus {
    return {
      state: this.#state,
      model: this.#last?.model ?? null,
      settings: this.#session?.result?.settings ?? this.#last?.settings ?? null,
      loadProgress: this.#loadProgress,
      processBytes: residentBytes(this.#session?.pid),
      pid: this.#session?.pid ?? null,
      problem: this.#problem,
      saferSettings: this.#saferSettings,
    };
  }

  /** Of the GPU that the loaded model is on; null when it is not known. */
  async gpuFreeBytes(): Promise<number | null> {
    return this.#session?.result ? this.#session.gpuFreeBytes() : null;
  }

  /** Calls back after every change. The returned function ends that. */
  onStatus(listener: (status: HostStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when `model` is in memory with `settings` and has answered a test token. At once if it already is. */
  async ensureLoaded(
    model: EngineModel,
    settings: LoadSettings,
    options: { signal?: AbortSignal; evenIfSuspect?: boolean; isStepDown?: boolean } = {},
  ): Promise<LoadResult> {
    const signal = this.#untilClosed(options.signal);
    const asked = loadSettingsSchema.parse(settings);
    const combination = { identity: model.identity, name: model.name, settings: asked };
    if (this.#restart !== null && !isSameCombination(this.#restart.combination, combination))
      this.#restart.abort.abort();
    return this.#turns.run(async () => {
      if (options.isStepDown === true) this.#startAfresh();
      this.#refuseAfterGivingUp();
      if (options.evenIfSuspect !== true && (await this.#sentinel.isSuspect(combination))) {
        const proposal = crashProposal(asked);
        throw problemError('engine.suspect', { model: model.name, proposal });
      }
      return this.#load(model, combination, signal);
    }, signal);
  }

  /** What is known of a load or an answer that failed with `error`; null for anything else. */
  failureOf(error: unknown): EngineFailure | null {
    return this.#failure?.error === error ? (this.#failure?.failure ?? null) : null;
  }

  /** Needs a loaded model. A cancelled answer resolves with what was written so far. */
  async generate(
    params: GenerateParams,
    options: { signal?: AbortSignal; onProgress: (progress: ChildProgress) => void },
  ): Promise<GenerateResult> {
    const waiting = this.#untilClosed(options.signal);
    return this.#turns.run(async () => {
      const session = this.#session;
      if (session === null) throw this.#notLoaded();
      this.#idle.stop();
      try {
        const result = await session.generate(params, options);
        this.#deaths.succeeded();
        return result;
      } catch (error) {
        this.#note(error, session);
        throw error;
      } finally {
        if (this.#session === session) this.#idle.start();
      }
    }, waiting);
  }

  /** Frees the model's memory; resolves when the process is gone. Refused while an answer is written. */
  async unload(): Promise<void> {
    if (this.#state === 'busy') throw problemError('engine.busy');
    this.#restart?.abort.abort();
    await this.#turns.run(() => this.#close());
  }

  /** Leaves `gaveUp` and forgets what is suspect. */
  reset(): void {
    this.#inBackground(this.#sentinel.clear());
    this.#startAfresh();
  }

  /** Deaths with other settings do not speak against the ones that come now. */
  #startAfresh(): void {
    this.#deaths.clear();
    if (this.#state === 'gaveUp' || this.#state === 'crashed' || this.#state === 'hung') {
      this.#become('absent', { problem: null });
    }
  }

  /** Ends whatever runs, without waiting for it, and resolves when no process is left. */
  async dispose(): Promise<void> {
    this.#closing.abort(new DOMException('Nibble is closing.', 'AbortError'));
    this.#restart?.abort.abort();
    const session = this.#session;
    if (this.#state === 'busy') await session?.kill();
    await this.#turns.run(() => this.#close());
    this.#listeners.clear();
  }

  async #load(model: EngineModel, combination: Combination, signal: AbortSignal): Promise<LoadResult> {
    const { settings } = combination;
    const current = this.#session;
    const isCurrent = current?.model.path === model.path && current.model.identity === model.identity;
    if (isCurrent && current?.result && isSameSettings(current.settings, settings)) {
      this.#idle.start();
      return current.result;
    }
    await this.#close();
    await this.#backoff(signal);
    signal.throwIfAborted();
    this.#last = { model, settings };
    await this.#sentinel.add(combination);
    const { childEntry, log, clock } = this.#options;
    const session = new EngineSession({
      model,
      settings,
      childEntry,
      log,
      clock,
      onPhase: (phase, loadProgress) => this.#onPhase(phase, loadProgress),
      onDeath: (death) => this.#onDeath(death, combination),
    });
    this.#session = session;
    try {
      const result = await session.load(signal);
      this.#idle.start();
      return result;
    } catch (error) {
      this.#note(error, session);
      // A death keeps its entry and its state; anything else is an ending in order.
      if (session.death === null) {
        this.#session = null;
        this.#become('absent');
      }
      throw error;
    } finally {
      if (session.death === null) await this.#sentinel.remove(combination);
    }
  }

  async #close(): Promise<void> {
    this.#idle.stop();
    const session = this.#session;
    if (session === null) return;
    this.#become('evicted');
    await session.close();
    this.#session = null;
    this.#become('absent');
  }

  #onPhase(phase: SessionPhase, loadProgress: number | null): void {
    const state = stateOfPhase[phase];
    const now = this.#options.clock.now();
    if (state === this.#state && state === 'loading' && now - this.#toldAt < PROGRESS_MS) {
      this.#loadProgress = loadProgress;
      return;
    }
    this.#toldAt = now;
    this.#become(state, { loadProgress, problem: null });
  }

  #onDeath({ phase, exit, problem }: SessionDeath, combination: Combination): void {
    const { log, clock } = this.#options;
    log.error('the engine died', { phase, cause: exit.cause, reason: exit.reason, detail: exit.detail });
    this.#session = null;
    this.#idle.stop();
    this.#deaths.add(clock.now());
    if (this.#deaths.hasGivenUp(clock.now())) {
      const reason = exit.cause === 'hung' ? problem.problem.what.replace(/\.$/, '') : exit.reason;
      const gaveUp = problemError('engine.gaveUp', { reason, proposal: crashProposal(combination.settings) });
      const saferSettings = crashStep(combination.settings)?.settings ?? null;
      this.#become('gaveUp', { problem: gaveUp.problem, saferSettings });
      return;
    }
    this.#become(exit.cause === 'hung' ? 'hung' : 'crashed', { problem: problem.problem });
    if (phase === 'prefill' || phase === 'decode') this.#startAgain(combination);
  }

  /** Someone is talking to this model: have it loaded by the time the next message comes. */
  #startAgain(combination: Combination): void {
    const last = this.#last;
    if (last === null || this.#closing.signal.aborted) return;
    const restart = { combination, abort: new AbortController() };
    this.#restart = restart;
    const signal = AbortSignal.any([restart.abort.signal, this.#closing.signal]);
    const loading = this.#turns.run(async () => {
      // Somebody may have loaded another model meanwhile, or that load was the third death.
      if (this.#session === null && this.#state !== 'gaveUp') {
        await this.#load(last.model, combination, signal);
      }
    }, signal);
    this.#inBackground(
      loading.finally(() => {
        if (this.#restart === restart) this.#restart = null;
      }),
    );
  }

  #note(error: unknown, { settings, failedIn: phase, death }: EngineSession): void {
    if (phase === null || !(error instanceof ProblemError)) return;
    const { problem } = error;
    this.#failure = { error, failure: { phase, problem, settings, exit: death?.exit ?? null } };
  }

  async #backoff(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const waitMs = this.#deaths.waitMs(clock.now());
    if (waitMs === 0) return;
    const over = Promise.withResolvers<undefined>();
    const cancel = clock.schedule(waitMs, () => over.resolve(undefined));
    try {
      await untilAborted(over.promise, signal);
    } finally {
      cancel();
    }
  }

  /** The engine died between loading and asking, or nothing was ever loaded. */
  #notLoaded(): ProblemError {
    return this.#problem === null ? problemError('engine.notLoaded') : new ProblemError(this.#problem);
  }

  #refuseAfterGivingUp(): void {
    if (this.#state !== 'gaveUp' || this.#problem === null) return;
    throw new ProblemError(this.#problem);
  }

  #become(
    state: EngineState,
    change: Partial<Pick<HostStatus, 'loadProgress' | 'problem' | 'saferSettings'>> = {},
  ): void {
    this.#state = state;
    this.#loadProgress = change.loadProgress ?? null;
    if (change.problem !== undefined) this.#problem = change.problem;
    this.#saferSettings = change.saferSettings ?? null;
    if (state === 'absent') this.#last = null;
    const status = this.status;
    for (const listener of this.#listeners) listener(status);
  }

  #untilClosed(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#options.log.warn('engine', { reason: String(error) }));
  }
}
