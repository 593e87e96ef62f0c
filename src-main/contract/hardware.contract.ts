import { z } from 'zod';
import { procedure } from './base-contract.ts';

const bytes = z.number().int().nonnegative();

export const gpuSchema = z.object({
  name: z.string(),
  backend: z.enum(['cuda', 'vulkan', 'metal']),
  totalBytes: bytes,
  freeBytes: bytes,
  /** The GPU uses the computer's own memory instead of memory of its own. */
  unified: z.boolean(),
});
export type Gpu = z.infer<typeof gpuSchema>;

/** What this computer is. A field that could not be read is null, and `problems` says why. */
export const hardwareSchema = z.object({
  os: z.object({ platform: z.string(), name: z.string(), release: z.string(), arch: z.string() }),
  cpu: z.object({
    model: z.string().nullable(),
    physicalCores: z.number().int().positive().nullable(),
    logicalCores: z.number().int().positive(),
    /** Vector features that matter to inference, in the order of `cpuFeatureNames`. */
    features: z.array(z.string()),
    /** The build of ggml's CPU backend that is used here, e.g. `zen4`. */
    ggmlVariant: z.string().nullable(),
  }),
  memory: z.object({ totalBytes: bytes, availableBytes: bytes }),
  gpus: z.array(gpuSchema),
  power: z.object({
    source: z.enum(['mains', 'battery', 'unknown']),
    batteryPercent: z.number().min(0).max(100).nullable(),
  }),
  /** What could not be read, in plain sentences. */
  problems: z.array(z.string()),
});
export type Hardware = z.infer<typeof hardwareSchema>;

/** Who holds a device's memory at this moment. The parts make up the whole, where all are known. */
export const ledgerDeviceSchema = z.object({
  name: z.string(),
  totalBytes: bytes,
  /** Of the loaded model; `computeBytes` holds the rest of the engine's process too. */
  weightsBytes: bytes,
  kvCacheBytes: bytes,
  computeBytes: bytes,
  /** Null where it is not known. */
  othersBytes: bytes.nullable(),
  freeBytes: bytes.nullable(),
  /** What is not known or not as it seems, in a sentence. */
  note: z.string().nullable(),
});
export type LedgerDevice = z.infer<typeof ledgerDeviceSchema>;

export const memoryWarningSchema = z.object({
  /** tight: the next program may make the machine swap. swapping: it does already. */
  level: z.enum(['tight', 'swapping']),
  words: z.string(),
});
export type MemoryWarning = z.infer<typeof memoryWarningSchema>;

export const ledgerSchema = z.object({
  /** Name of the model in memory; null when there is none. */
  modelName: z.string().nullable(),
  /** GPUs first, then main memory. */
  devices: z.array(ledgerDeviceSchema),
  warning: memoryWarningSchema.nullable(),
});
export type Ledger = z.infer<typeof ledgerSchema>;

export const hardwareContract = {
  /** Memory as it is now; cheap enough to ask every two seconds. */
  ledger: procedure.output(ledgerSchema),
  /** The snapshot taken at first use; `refresh` takes a new one. */
  snapshot: procedure.input(z.object({ refresh: z.boolean().default(false) })).output(hardwareSchema),
};
