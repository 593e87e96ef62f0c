import { z } from 'zod';
import { procedure } from './base-contract.ts';
import { memoryWarningSchema } from './hardware.contract.ts';
import { planVariantSchema } from './plan.contract.ts';
import { problemSchema } from './problem.ts';

/** absent → starting → probing → ready ⇄ busy; crashed or hung lead to a new start or, after three, to gaveUp. */
export const engineStates = [
  'absent',
  'starting',
  'loading',
  'probing',
  'ready',
  'busy',
  'crashed',
  'hung',
  'evicted',
  'gaveUp',
] as const;
export const engineStateSchema = z.enum(engineStates);
export type EngineState = z.infer<typeof engineStateSchema>;

export const engineStatusSchema = z.object({
  state: engineStateSchema,
  modelId: z.number().int().nullable(),
  modelName: z.string().nullable(),
  /** Null while no model is loaded. */
  plan: planVariantSchema.nullable(),
  /** 0…1 while loading. */
  loadProgress: z.number().min(0).max(1).nullable(),
  /** Resident memory of the engine's process. */
  processBytes: z.number().int().nonnegative().nullable(),
  /** Speed of the last answer. */
  decodeTokensPerSecond: z.number().nonnegative().nullable(),
  /** Answers that wait for their turn, in order. */
  queue: z.array(z.object({ chatId: z.number().int(), messageId: z.number().int() })),
  problem: problemSchema.nullable(),
  /** What `useSaferSettings` would do after a model took the engine down, as a sentence; null where there is nothing to propose. */
  saferProposal: z.string().nullable(),
  /** Told while a model is loaded and main memory runs short. */
  memoryWarning: memoryWarningSchema.nullable(),
});
export type EngineStatus = z.infer<typeof engineStatusSchema>;

export const engineContract = {
  status: procedure.output(engineStatusSchema),
  /** Frees the model's memory. Refused with a problem while an answer is written. */
  unload: procedure.output(z.void()),
  /** Leaves `gaveUp` and forgets the sentinel, so that the next message loads the model again. */
  reset: procedure.output(z.void()),
  /** The same, and the model that was asked for last is loaded with the next safer settings. */
  useSaferSettings: procedure.output(z.void()),
};
