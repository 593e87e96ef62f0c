import { join } from 'node:path';
import { z } from 'zod';
import type { Hardware } from '../../contract/hardware.contract.ts';
import { type BenchmarkShape } from '../../domain/planner/benchmark/model.ts';
import { usualStandIn } from '../../domain/planner/tuning/stand-in.ts';
import { searchSettings, type TakeTurn } from '../../domain/planner/tuning/search.ts';
import type { Tuning } from '../../domain/planner/tuning/words.ts';
import type { useProbe } from '../engine-host/probe.ts';
import type { Logger } from '../logging/logger.ts';
import { BenchmarkFiles } from './benchmark-files.ts';
import { JsonRecord } from './json-record.ts';

/** For the start of the process, which a busy machine takes seconds for, and one turn that was begun in time. */
const START_MS = 4_000;
const TURN_MS = 150;
/** A conversation that has begun. */
const DEPTH = 1024;
/** The least recently measured are forgotten. */
const MAX_KEPT = 64;

const settingsSchema = z.object({
  threads: z.number().int().positive(),
  batchSize: z.number().int().positive(),
  flashAttention: z.boolean(),
});
const recordSchema = z.object({
  machine: z.string(),
  tuned: z.array(
    z.object({
      shape: z.string(),
      /** Cores that other programs kept busy meanwhile: what wins beside them loses without. */
      busyCores: z.number().int().nonnegative(),
      settings: settingsSchema,
      trials: z.array(
        settingsSchema.extend({
          tokensPerSecond: z.number().positive(),
          promptTokensPerSecond: z.number().positive().nullable(),
        }),
      ),
    }),
  ),
});
type TuningRecord = z.infer<typeof recordSchema>;
type Kept = TuningRecord['tuned'][number];

export interface TuneOptions {
  busyCores: number;
  /** Whether as many cores are busy as before. */
  isSteady: () => Promise<boolean>;
  signal?: AbortSignal;
}

/**
 * Which threads, batch size and attention suit a model on this machine: found by trying them on a few layers of its shape, kept in `tuning.json`,
 * apart for every number of cores that other programs keep busy.
 */
export class SettingsTuner {
  readonly #useProbe: typeof useProbe;
  readonly #cacheDir: string;
  readonly #log: Logger;
  readonly #file: JsonRecord<TuningRecord>;
  #record: Promise<TuningRecord | null> | null = null;
  readonly #failed = new Set<string>();
  /** Not to be believed at the next start. */
  readonly #passing = new Set<Kept>();

  readonly #budgetMs: number;

  /** `budgetMs` is for the search itself. */
  constructor(dependencies: { useProbe: typeof useProbe; cacheDir: string; log: Logger; budgetMs: number }) {
    this.#budgetMs = dependencies.budgetMs;
    this.#useProbe = dependencies.useProbe;
    this.#cacheDir = dependencies.cacheDir;
    this.#log = dependencies.log;
    this.#file = new JsonRecord(join(dependencies.cacheDir, 'tuning.json'), recordSchema);
  }

  /** The best that is known; measures nothing. */
  async known(
    machine: string,
    cpu: CoreCounts,
    shape: BenchmarkShape | null,
    busyCores: number,
  ): Promise<Tuning> {
    const all = await this.#tuned(machine);
    const find = (wanted: BenchmarkShape | null, busy: number) =>
      wanted && all.find((kept) => kept.shape === JSON.stringify(wanted) && kept.busyCores === busy);
    const own = find(shape, busyCores);
    if (own) return { ...own.settings, trials: own.trials, basis: 'model' };
    const free = Math.max(1, coresOf(cpu) - busyCores);
    const other = find(usualStandIn, busyCores) ?? find(shape, 0) ?? find(usualStandIn, 0);
    if (!other)
      return { ...UNMEASURED, threads: Math.min(free, unmeasuredThreads(cpu)), trials: [], basis: 'unknown' };
    const threads = Math.min(other.settings.threads, other.busyCores === busyCores ? Infinity : free);
    return { ...other.settings, threads, trials: other.trials, basis: 'machine' };
  }

  async isWanted(machine: string, shape: BenchmarkShape, busyCores: number): Promise<boolean> {
    const key = JSON.stringify(shape);
    if (this.#failed.has(key)) return false;
    const all = await this.#tuned(machine);
    return !all.some((kept) => kept.shape === key && kept.busyCores === busyCores);
  }

  /**
   * `cacheDir` exists. What a search that did not come to its end has found is kept too; what was found while other programs came or
   * went, by what `isSteady` says after it, is used until Nibble ends.
   */
  async measure(
    machine: string,
    cpu: CoreCounts,
    shape: BenchmarkShape,
    { busyCores, isSteady, signal }: TuneOptions,
  ): Promise<void> {
    const budgetMs = this.#budgetMs;
    const key = JSON.stringify(shape);
    await using files = await BenchmarkFiles.open(this.#cacheDir);
    try {
      const modelPath = await files.model(shape);
      const tuned = await this.#useProbe(
        { timeoutMs: START_MS + budgetMs, log: this.#log, ...(signal && { signal }) },
        async (ask) => {
          const takeTurn: TakeTurn = async (settings, { promptTokens, giveUpSeconds }) => {
            const { tokenSeconds, promptSeconds } = await ask('benchmark', {
              ...settings,
              modelPath,
              onGpu: false,
              depths: [DEPTH],
              past: shape,
              scratchPath: files.scratchPath,
              promptTokens,
              giveUpSeconds,
              isSampled: false,
              limitMs: TURN_MS,
            });
            return {
              tokenSeconds: tokenSeconds[0] ?? Number.NaN,
              promptTokenSeconds: promptSeconds === null ? null : promptSeconds / promptTokens,
            };
          };
          // Loading the library and the model is not part of the search.
          let deadline = Infinity;
          const timed: TakeTurn = async (...turn) => {
            const result = await takeTurn(...turn);
            if (deadline === Infinity) deadline = performance.now() + budgetMs;
            return result;
          };
          return searchSettings(timed, {
            // A thread too many waits for a core at every step of every token: a thousand times as slow, seen.
            cores: Math.max(1, coresOf(cpu) - busyCores),
            canSwitchFlashAttention: true,
            remaining: () => Math.min(budgetMs, deadline - performance.now()) / 1000,
          });
        },
      );
      this.#log.info('tuned', { shape: key, busyCores, ...tuned.settings });
      const kept = { shape: key, busyCores, ...tuned };
      if (!(await isSteady())) this.#passing.add(kept);
      await this.#keep(machine, kept);
    } catch (error) {
      signal?.throwIfAborted();
      this.#failed.add(key);
      this.#log.warn('settings could not be tried', { reason: String(error) });
    }
  }

  async #tuned(machine: string): Promise<Kept[]> {
    this.#record ??= this.#file.read();
    const record = await this.#record;
    return record?.machine === machine ? record.tuned : [];
  }

  async #keep(machine: string, kept: Kept): Promise<void> {
    const others = (await this.#tuned(machine)).filter(
      ({ shape, busyCores }) => shape !== kept.shape || busyCores !== kept.busyCores,
    );
    const tuned = [...others, kept].slice(-MAX_KEPT);
    this.#record = Promise.resolve({ machine, tuned });
    const lasting = tuned.filter((each) => !this.#passing.has(each));
    if (lasting.length > 0) await this.#file.write(recordSchema.parse({ machine, tuned: lasting }));
  }
}

type CoreCounts = Pick<Hardware['cpu'], 'physicalCores' | 'logicalCores'>;

const UNMEASURED = { batchSize: 512, flashAttention: true };

function coresOf({ physicalCores, logicalCores }: CoreCounts): number {
  return physicalCores ?? logicalCores;
}

/** One core is left to everything else: with all of them a busy neighbour stops every step of the model. */
export function unmeasuredThreads({ physicalCores, logicalCores }: CoreCounts): number {
  return Math.max(1, (physicalCores ?? Math.ceil(logicalCores / 2)) - 1);
}
