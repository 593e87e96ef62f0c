import { join } from 'node:path';
import { z } from 'zod';
import {
  benchmarkOf,
  calibrationSteps,
  expectedSeconds,
  middleTiming,
  type CalibrationStep,
  type StepResult,
  type StepTiming,
} from '../../domain/planner/benchmark/calibration.ts';
import type { DeviceBenchmark } from '../../domain/planner/speed/calibrate.ts';
import { weightFormats } from '../../domain/planner/speed/types.ts';
import type { AskProbe, useProbe } from '../engine-host/probe.ts';
import type { Logger } from '../logging/logger.ts';
import { BenchmarkFiles } from './benchmark-files.ts';
import { JsonRecord } from './json-record.ts';

/** For the writing and opening of a step's model. */
const OPEN_MS = 300;
/** Of the time that is left, what a graphics card may take: the processor comes after it. */
const GPU_SHARE = 0.6;
/** Of a processor's time, what timing its models again may take at the least. */
const REPEATED_SHARE = 0.3;
/** More tell hardly more. */
const MOST_ROUNDS = 8;
const BATCH_SIZE = 512;

const seconds = z.number().positive();
const readSchema = z.object({ format: z.enum(weightFormats), bytes: z.number(), weights: z.number() });
const layers = z.number().int();
const benchmarkSchema: z.ZodType<DeviceBenchmark> = z.object({
  reads: z.array(z.object({ read: readSchema, layers, seconds })),
  launches: z.array(z.object({ layers, seconds })).optional(),
  sampling: z.object({ vocabulary: z.number().int(), layers, read: readSchema, seconds }).optional(),
  attention: z
    .array(
      z.object({
        flashAttention: z.boolean(),
        headSize: z.number(),
        depth: z.number(),
        // A difference of two measurements.
        seconds: z.number(),
        heads: z.number(),
        cacheBytes: z.number(),
      }),
    )
    .optional(),
  prefills: z.array(z.object({ read: readSchema, tokens: z.number(), seconds })).optional(),
  attentionPrefill: z
    .object({ products: z.number(), read: readSchema, tokens: z.number(), seconds })
    .optional(),
});

const recordSchema = z.object({
  machine: z.string(),
  devices: z.record(
    z.string(),
    z.object({
      benchmark: benchmarkSchema,
      /** Measured beside other busy programs: true for now, and measured again when there is time. */
      isDisturbed: z.boolean(),
    }),
  ),
});
type CalibrationRecord = z.infer<typeof recordSchema>;

export interface CalibratedDevice {
  /** Names the device and its backend; in the record it stands for them. */
  key: string;
  onGpu: boolean;
}

export interface CalibrateOptions {
  threads: number;
  /** Whether there is memory for all models of a processor at once. */
  isRoomy: boolean;
  /** Whether other programs leave the machine alone, asked when a device has been measured. */
  isQuiet: () => Promise<boolean>;
  signal?: AbortSignal;
}

/** How fast the devices of this machine are, by a benchmark of at most ten seconds; kept in `calibration.json`. */
export class Calibration {
  readonly #useProbe: typeof useProbe;
  readonly #cacheDir: string;
  readonly #log: Logger;
  readonly #file: JsonRecord<CalibrationRecord>;
  #record: Promise<CalibrationRecord | null> | null = null;
  /** Devices whose benchmark gave nothing are left alone until the next start. */
  readonly #failed = new Set<string>();

  readonly #budgetMs: number;
  readonly #mostSteps: number | undefined;

  /** `budgetMs` is for everything, the start of the process and the writing of files included. */
  constructor(dependencies: {
    useProbe: typeof useProbe;
    cacheDir: string;
    log: Logger;
    budgetMs: number;
    mostSteps?: number | undefined;
  }) {
    this.#budgetMs = dependencies.budgetMs;
    this.#mostSteps = dependencies.mostSteps;
    this.#useProbe = dependencies.useProbe;
    this.#cacheDir = dependencies.cacheDir;
    this.#log = dependencies.log;
    this.#file = new JsonRecord(join(dependencies.cacheDir, 'calibration.json'), recordSchema);
  }

  /** What was measured on `machine` so far. */
  async known(machine: string): Promise<ReadonlyMap<string, DeviceBenchmark>> {
    const devices = (await this.#devices(machine)) ?? {};
    return new Map(Object.entries(devices).map(([key, { benchmark }]) => [key, benchmark]));
  }

  /** Whether there is something to measure: for the first time or, while the machine is quiet, because it was disturbed. */
  async isWanted(machine: string, wanted: readonly CalibratedDevice[], isQuiet: boolean): Promise<boolean> {
    const devices = (await this.#devices(machine)) ?? {};
    return wanted.some(
      ({ key }) => !this.#failed.has(key) && (!devices[key] || (isQuiet && devices[key].isDisturbed)),
    );
  }

  /** Measures all of `wanted` and keeps what came out, also of a probe that did not live to the end. `cacheDir` exists. */
  async measure(
    machine: string,
    wanted: readonly CalibratedDevice[],
    { isQuiet, ...how }: CalibrateOptions,
  ): Promise<void> {
    const deadline = performance.now() + this.#budgetMs;
    const remaining = () => deadline - performance.now();
    await using files = await BenchmarkFiles.open(this.#cacheDir);
    const devices = { ...(await this.#devices(machine)) };
    for (const [index, { key, onGpu }] of wanted.entries()) {
      const isLast = index === wanted.length - 1;
      const until = remaining() * (isLast ? 1 : GPU_SHARE);
      const results = await this.#run(onGpu, files, { ...how, limitMs: until });
      if (results.length === 0) this.#failed.add(key);
      else devices[key] = { benchmark: benchmarkOf(results), isDisturbed: !(await isQuiet()) };
      this.#log.info('calibrated', { device: key, steps: results.length, ...devices[key] });
    }
    await this.#keep({ machine, devices });
  }

  async #run(
    onGpu: boolean,
    files: BenchmarkFiles,
    { threads, isRoomy, limitMs, signal }: Omit<CalibrateOptions, 'isQuiet'> & { limitMs: number },
  ): Promise<StepResult[]> {
    const steps = calibrationSteps(onGpu ? 'gpu' : 'cpu').slice(0, this.#mostSteps);
    const timings = new Map<CalibrationStep, StepTiming[]>();
    const results = () => [...timings].map(([step, own]) => ({ step, timing: middleTiming(own) }));
    const deadline = performance.now() + limitMs;
    // A card keeps its pace, and has no room for all models.
    const keepsOthers = isRoomy && !onGpu;
    try {
      await this.#useProbe({ timeoutMs: limitMs, log: this.#log, ...(signal && { signal }) }, async (ask) => {
        const time = async (step: CalibrationStep, openMs: number, until: number) => {
          const neededMs = openMs + 1000 * expectedSeconds(step, results());
          if (performance.now() + neededMs > until) return null;
          return timeStep(ask, step, files, { threads, onGpu, keepsOthers });
        };
        const tokensOnly = (step: CalibrationStep) => ({ ...step, promptTokens: 0 });
        const opened = deadline - (keepsOthers ? limitMs * REPEATED_SHARE : 0);
        for (const step of steps) {
          const timing = await time(keepsOthers ? tokensOnly(step) : step, OPEN_MS, opened);
          if (timing) timings.set(step, [timing]);
        }
        // A model that was just opened reads slowly at first, prompts above all.
        for (let round = 1; keepsOthers && round < MOST_ROUNDS; round++)
          for (const [step, own] of timings) {
            const timing = await time(round === 1 ? step : tokensOnly(step), 0, deadline);
            if (timing) own.push(timing);
          }
      });
    } catch (error) {
      signal?.throwIfAborted();
      this.#log.warn('the calibration ended early', { steps: timings.size, reason: String(error) });
    }
    return results();
  }

  async #devices(machine: string): Promise<CalibrationRecord['devices'] | null> {
    this.#record ??= this.#file.read();
    const record = await this.#record;
    return record?.machine === machine ? record.devices : null;
  }

  async #keep(record: CalibrationRecord): Promise<void> {
    // Checked like what is read: a clock that stood still must not stay.
    const checked = recordSchema.safeParse(record);
    if (!checked.success)
      return this.#log.warn('the calibration makes no sense', { reason: checked.error.message });
    this.#record = Promise.resolve(checked.data);
    await this.#file.write(checked.data);
  }
}

async function timeStep(
  ask: AskProbe,
  step: CalibrationStep,
  files: BenchmarkFiles,
  how: { threads: number; onGpu: boolean; keepsOthers: boolean },
): Promise<StepTiming> {
  const { shape, kind, flashAttention, depths, promptTokens, limitMs } = step;
  return ask('benchmark', {
    modelPath: await files.model(shape),
    ...how,
    batchSize: BATCH_SIZE,
    flashAttention,
    depths,
    past: shape,
    scratchPath: files.scratchPath,
    promptTokens,
    isSampled: kind === 'sampling',
    limitMs,
  });
}
