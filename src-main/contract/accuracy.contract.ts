import { z } from 'zod';
import { procedure } from './base-contract.ts';
import { deviceMemorySchema, expectedSpeedSchema, loadSettingsSchema } from './plan.contract.ts';

const bytes = z.number().int().nonnegative();
const speed = z.number().nonnegative().nullable();

/** What a loaded model really takes of one device. */
export const actualDeviceSchema = z.object({
  name: z.string(),
  weightsBytes: bytes,
  kvCacheBytes: bytes,
  computeBytes: bytes,
  /** Main memory: by how much the process grew. GPU: by how much its free memory fell. Null where that cannot be read. */
  seenBytes: bytes.nullable(),
});
export type ActualDevice = z.infer<typeof actualDeviceSchema>;

export const predictionSchema = z.object({
  devices: z.array(deviceMemorySchema),
  speed: expectedSpeedSchema,
});

export const answerSpeedSchema = z.object({
  decodeTokensPerSecond: speed,
  prefillTokensPerSecond: speed,
});
export type AnswerSpeed = z.infer<typeof answerSpeedSchema>;

/** One load of a model: what was predicted and what came. */
export const loadRecordSchema = z.object({
  id: z.number().int().positive(),
  loadedAt: z.number().int(),
  modelName: z.string(),
  file: z.string(),
  level: z.string().nullable(),
  sizeBytes: bytes,
  settings: loadSettingsSchema,
  predicted: predictionSchema,
  /** Null when the memory was not there after all. */
  actual: z.array(actualDeviceSchema).nullable(),
  /** Why loading failed; null when it did not. */
  failure: z.string().nullable(),
  /** Of its answers, oldest first. */
  speeds: z.array(answerSpeedSchema),
});
export type LoadRecord = z.infer<typeof loadRecordSchema>;

const compared = z.object({ predicted: z.number(), actual: z.number() });

/** All loads of one file with the same settings. */
export const accuracyRowSchema = z.object({
  modelName: z.string(),
  file: z.string(),
  level: z.string().nullable(),
  settings: loadSettingsSchema,
  loads: z.number().int().nonnegative(),
  failures: z.number().int().nonnegative(),
  lastLoadedAt: z.number().int(),
  /** Medians over the loads, in bytes. */
  devices: z.array(
    z.object({
      name: z.string(),
      total: compared,
      weights: compared,
      kvCache: compared,
      compute: compared,
    }),
  ),
  /** Tokens per second, medians over the answers; null where nothing was predicted or measured. */
  decode: compared.nullable(),
  prefill: compared.nullable(),
  answers: z.number().int().nonnegative(),
  /** How far it was off, in a sentence or two. */
  words: z.string(),
});
export type AccuracyRow = z.infer<typeof accuracyRowSchema>;

/** What is left free of one device. */
export const reserveSchema = z.object({
  device: z.string(),
  bytes,
  defaultBytes: bytes,
  /** Loads it was learned from; 0 while the default is used. */
  loads: z.number().int().nonnegative(),
  words: z.string(),
});
export type Reserve = z.infer<typeof reserveSchema>;

export const accuracyReportSchema = z.object({
  rows: z.array(accuracyRowSchema),
  reserves: z.array(reserveSchema),
});
export type AccuracyReport = z.infer<typeof accuracyReportSchema>;

export const accuracyContract = {
  /** What was predicted on this machine, and what came; last used first. */
  report: procedure.output(accuracyReportSchema),
};
