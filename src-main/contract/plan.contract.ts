import { z } from 'zod';
import { procedure } from './base-contract.ts';
import { gpuSchema, hardwareSchema } from './hardware.contract.ts';

const bytes = z.number().int().nonnegative();

/** Types of the KV cache that llama.cpp has (`-ctk`, `-ctv`). */
export const kvCacheTypes = ['f32', 'f16', 'bf16', 'q8_0', 'q5_1', 'q5_0', 'q4_1', 'q4_0', 'iq4_nl'] as const;
export const kvCacheTypeSchema = z.enum(kvCacheTypes);
export type KvCacheType = z.infer<typeof kvCacheTypeSchema>;

/** Those that Nibble chooses and offers. The engine takes every type that there is. */
export const cacheTypes = ['f16', 'q8_0', 'q4_0'] as const satisfies readonly KvCacheType[];
export const cacheTypeSchema = z.enum(cacheTypes);
export type CacheType = z.infer<typeof cacheTypeSchema>;

/** What the engine is told when it loads a model. */
export const loadSettingsSchema = z.object({
  gpuLayers: z.number().int().nonnegative(),
  contextSize: z.number().int().positive(),
  flashAttention: z.boolean(),
  cacheTypeK: kvCacheTypeSchema,
  cacheTypeV: kvCacheTypeSchema,
  batchSize: z.number().int().positive(),
  threads: z.number().int().positive(),
});
export type LoadSettings = z.infer<typeof loadSettingsSchema>;

/** Predicted need of one device. `weightsBytes + kvCacheBytes + computeBytes = totalBytes`. */
export const deviceMemorySchema = z.object({
  name: z.string(),
  weightsBytes: bytes,
  kvCacheBytes: bytes,
  computeBytes: bytes,
  totalBytes: bytes,
  freeBytes: bytes,
});
export type DeviceMemory = z.infer<typeof deviceMemorySchema>;

/** All on the GPU, some layers on it, in main memory only, or not at all. */
export const fitsSchema = z.enum(['gpu', 'partial', 'cpu', 'no']);

/** Expected speed of one answer. Null where nothing is known of the device. */
export const expectedSpeedSchema = z.object({
  decodeTokensPerSecond: z.number().nonnegative().nullable(),
  prefillTokensPerSecond: z.number().nonnegative().nullable(),
  /** measured: on this machine; given: in a machine file; modelled: from published figures. */
  basis: z.enum(['measured', 'given', 'modelled', 'unknown']),
});
export type ExpectedSpeed = z.infer<typeof expectedSpeedSchema>;

/** Expected loss against F16 as mean KL divergence, with the range it may lie in. Null where nothing is known. */
export const expectedQualitySchema = z.object({
  meanKld: z.number().nonnegative().nullable(),
  low: z.number().nonnegative().nullable(),
  high: z.number().nonnegative().nullable(),
  basis: z.enum(['measured', 'published', 'modelled', 'unknown']),
  /** Where the figure comes from. */
  source: z.string(),
  /** The loss as a person would feel it, e.g. `hardly any difference`. */
  words: z.string(),
});
export type ExpectedQuality = z.infer<typeof expectedQualitySchema>;

/** Of a mixture of experts: all layers on the GPU, but for the experts of the first so many, which the processor computes. */
export const expertsInMemorySchema = z.object({
  layers: z.number().int().positive(),
  memory: z.object({ devices: z.array(deviceMemorySchema) }),
  speed: expectedSpeedSchema,
  /** Nibble's engine cannot place experts by themselves yet, so this is shown and never picked. */
  isSupported: z.literal(false),
});
export type ExpertsInMemory = z.infer<typeof expertsInMemorySchema>;

/** One file of a model with the settings that suit it on this machine. */
export const planVariantSchema = loadSettingsSchema.extend({
  file: z.string(),
  label: z.string().nullable(),
  /** 0 where the file could not be read. */
  bitsPerWeight: z.number().nonnegative(),
  sizeBytes: bytes,
  fits: fitsSchema,
  totalLayers: z.number().int().nonnegative(),
  memory: z.object({ devices: z.array(deviceMemorySchema) }),
  speed: expectedSpeedSchema,
  quality: expectedQualitySchema,
  /** Where the GPU cannot hold the whole of a mixture of experts, and this would fit. */
  expertsInMemory: expertsInMemorySchema.optional(),
  /** The strict reader has refused the file, so it is of use to nobody; another one that is not planned may be. */
  isRefused: z.literal(true).optional(),
  /** Why each setting is what it is, one sentence each. */
  reasons: z.array(z.string()),
});
export type PlanVariant = z.infer<typeof planVariantSchema>;

export const planSchema = z.object({
  machine: hardwareSchema,
  variants: z.array(planVariantSchema),
  /** Index of the variant to use, or null when none serves. */
  pick: z.number().int().nonnegative().nullable(),
  /** The choice in two or three sentences. */
  why: z.string(),
});
export type Plan = z.infer<typeof planSchema>;

/** What a person may wish or fix; everything left out is chosen. */
export const planWishesSchema = z.object({
  contextSize: z.number().int().min(256).max(16_777_216).optional(),
  cacheTypeK: cacheTypeSchema.optional(),
  cacheTypeV: cacheTypeSchema.optional(),
  flashAttention: z.boolean().optional(),
  gpuLayers: z.number().int().min(0).max(1000).optional(),
  /** Memory to leave free on every device, in MiB; the default depends on the device. */
  reserveMib: z.number().int().min(0).max(1_048_576).optional(),
  /** Slower answers than this are not chosen. */
  minTokensPerSecond: z.number().min(0).max(10_000).optional(),
});
export type PlanWishes = z.infer<typeof planWishesSchema>;

/** Bytes per second that decoding can read from a device's memory. */
const bandwidth = { bandwidthBytesPerSecond: z.number().positive().optional() };

/** A machine that need not be here: the snapshot of another one, optionally with what is known of its speed. */
export const machineFileSchema = hardwareSchema.extend({
  memory: hardwareSchema.shape.memory.extend(bandwidth),
  gpus: z.array(gpuSchema.extend(bandwidth)),
  /** The same by device name, `Memory` for the computer's own. */
  bandwidthBytesPerSecond: z.record(z.string(), z.number().positive()).optional(),
});
export type MachineFile = z.infer<typeof machineFileSchema>;

export const planContract = {
  /** The levels of a model as a table: a file, a folder, or `hf:owner/name` (headers only, nothing is downloaded). */
  table: procedure
    .input(
      z.object({
        source: z.string().min(1).max(4096),
        wishes: planWishesSchema.default({}),
        machine: machineFileSchema.optional(),
      }),
    )
    .output(planSchema),
  forModel: procedure
    .input(z.object({ modelId: z.number().int(), contextSize: z.number().int().min(256).optional() }))
    .output(planSchema),
  /**
   * Measures this computer, and the settings that suit the model in memory, as far as that is not known yet; it takes up to a quarter of a minute, and ends
   * when an answer is asked for. `isNew`: plans will say something else now.
   */
  measure: procedure.output(z.object({ isNew: z.boolean() })),
};
