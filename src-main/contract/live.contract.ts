import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './base-contract.ts';
import { chatSummarySchema, messageSchema } from './chats.contract.ts';
import { downloadSchema } from './downloads.contract.ts';
import { engineStatusSchema } from './engine.contract.ts';
import { librarySchema, modelSchema } from './models.contract.ts';
import { settingsSchema } from './settings.contract.ts';

/**
 * What changes while a window is open. A subscriber first gets `engine` and one `message` for each answer in
 * progress (with its text so far); `delta` then carries what is new. A slow subscriber gets fewer, longer deltas.
 */
export const liveEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('engine'), status: engineStatusSchema }),
  z.object({ type: z.literal('message'), message: messageSchema }),
  z.object({
    type: z.literal('delta'),
    chatId: z.number().int(),
    messageId: z.number().int(),
    text: z.string(),
    reasoning: z.string(),
  }),
  /** Reading the prompt: how much of what is new has been evaluated. */
  z.object({
    type: z.literal('prefill'),
    chatId: z.number().int(),
    messageId: z.number().int(),
    evaluatedTokens: z.number().int().nonnegative(),
    totalTokens: z.number().int().nonnegative(),
  }),
  z.object({ type: z.literal('chat'), chat: chatSummarySchema }),
  z.object({ type: z.literal('chatDeleted'), chatId: z.number().int() }),
  z.object({ type: z.literal('models'), models: z.array(modelSchema) }),
  z.object({ type: z.literal('library'), library: librarySchema }),
  /** All of them, a few times a second while one is being fetched. */
  z.object({ type: z.literal('downloads'), downloads: z.array(downloadSchema) }),
  z.object({ type: z.literal('settings'), settings: settingsSchema }),
]);
export type LiveEvent = z.infer<typeof liveEventSchema>;

export const liveContract = {
  events: procedure.output(eventIterator(liveEventSchema)),
};
