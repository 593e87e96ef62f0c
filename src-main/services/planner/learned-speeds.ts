import { join } from 'node:path';
import { z } from 'zod';
import type { SpeedObservation } from '../../domain/planner/speed/refine.ts';
import { weightFormats, type SpeedModelInput } from '../../domain/planner/speed/types.ts';
import type { Logger } from '../logging/logger.ts';
import { JsonRecord } from './json-record.ts';

/** Enough for the middle of each device's to stay calm, few enough to follow a machine that has changed. */
const MAX_KEPT = 48;

const readSchema = z.object({ format: z.enum(weightFormats), bytes: z.number(), weights: z.number() });
const cacheSchema = z.object({
  bytesPerPosition: z.number(),
  window: z.number().nullable(),
  queries: z.object({ heads: z.number(), headSize: z.number() }).optional(),
});
const inputSchema: z.ZodType<SpeedModelInput> = z.object({
  shares: z.array(
    z.object({
      device: z.number().int().nonnegative(),
      reads: z.array(readSchema),
      outputShare: z.number().optional(),
      layers: z.number(),
      cache: z.array(cacheSchema),
      stateBytes: z.number(),
    }),
  ),
  flashAttention: z.boolean(),
  cacheTypeK: z.string(),
  cacheTypeV: z.string(),
  vocabulary: z.number().optional(),
  crossings: z.number(),
});
const observationSchema: z.ZodType<SpeedObservation> = z.object({
  input: inputSchema,
  depth: z.number().nonnegative(),
  tokensPerSecond: z.number().positive(),
  prompt: z
    .object({
      tokens: z.number().positive(),
      depth: z.number().nonnegative(),
      batchSize: z.number().positive(),
      tokensPerSecond: z.number().positive(),
    })
    .optional(),
});
const recordSchema = z.object({ machine: z.string(), answers: z.array(observationSchema) });
type LearnedRecord = z.infer<typeof recordSchema>;

/** How fast the last real answers on this machine were; kept in `answers.json`. */
export class LearnedSpeeds {
  readonly #log: Logger;
  readonly #file: JsonRecord<LearnedRecord>;
  #record: Promise<LearnedRecord | null> | null = null;
  /** Answers are added one after the other. */
  #adding: Promise<void> = Promise.resolve();

  constructor({ cacheDir, log }: { cacheDir: string; log: Logger }) {
    this.#log = log;
    this.#file = new JsonRecord(join(cacheDir, 'answers.json'), recordSchema);
  }

  async of(machine: string): Promise<readonly SpeedObservation[]> {
    this.#record ??= this.#file.read();
    const record = await this.#record;
    return record?.machine === machine ? record.answers : [];
  }

  /** Resolves when it is on disk, or could not be put there: then it counts until the next start. */
  add(machine: string, observation: SpeedObservation): Promise<void> {
    this.#adding = this.#adding
      .then(() => this.#add(machine, observation))
      .catch((error: unknown) => this.#log.warn('speeds could not be kept', { reason: String(error) }));
    return this.#adding;
  }

  async #add(machine: string, observation: SpeedObservation): Promise<void> {
    const checked = observationSchema.safeParse(observation);
    if (!checked.success) return;
    const answers = [...(await this.of(machine)), checked.data].slice(-MAX_KEPT);
    const record = { machine, answers };
    this.#record = Promise.resolve(record);
    await this.#file.write(record);
  }
}
