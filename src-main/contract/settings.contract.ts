import { z } from 'zod';
import { procedure } from './base-contract.ts';
import { chatSettingsSchema } from './chats.contract.ts';
import { downloadSettingsSchema } from './downloads.contract.ts';

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** The model for new chats. Null means the built-in one. */
  defaultModelId: z.number().int().nullable(),
  /** Minutes without an answer after which the engine leaves memory; 0 keeps it. */
  idleMinutes: z.number().int().min(0).max(1440),
  /** What new chats start with. */
  chatDefaults: chatSettingsSchema,
  downloads: downloadSettingsSchema,
});
export type Settings = z.infer<typeof settingsSchema>;

export const settingsContract = {
  get: procedure.output(settingsSchema),
  /** Changes the fields that are given and returns all of them. */
  set: procedure.input(settingsSchema.partial()).output(settingsSchema),
};
