import { z } from 'zod';
import { procedure } from './base-contract.ts';
import { problemSchema } from './problem.ts';

export const chatSettingsSchema = z.object({
  systemPrompt: z.string().max(65_536),
  temperature: z.number().min(0).max(5),
  /** 0 switches it off. */
  topK: z.number().int().min(0).max(1000),
  topP: z.number().min(0).max(1),
  minP: z.number().min(0).max(1),
  /** 1 switches it off. */
  repeatPenalty: z.number().min(0.5).max(2),
  /** Null draws a new seed for every answer. */
  seed: z.number().int().min(0).max(4_294_967_295).nullable(),
  /** Longest answer in tokens; null leaves it to the context. */
  maxTokens: z.number().int().min(1).max(1_000_000).nullable(),
});
export type ChatSettings = z.infer<typeof chatSettingsSchema>;

export const stopReasons = ['end', 'maxTokens', 'contextFull', 'stopped'] as const;
export const stopReasonSchema = z.enum(stopReasons);
export type StopReason = z.infer<typeof stopReasonSchema>;

export const answerStatsSchema = z.object({
  stopReason: stopReasonSchema,
  /** Tokens of the whole prompt; `reused` of them were still in the cache, the rest was evaluated. */
  promptTokens: z.number().int().nonnegative(),
  reusedTokens: z.number().int().nonnegative(),
  generatedTokens: z.number().int().nonnegative(),
  /** From the engine's receipt of the request to the first piece of text; model loading not included. */
  firstTokenMs: z.number().nonnegative(),
  /** Null when fewer than two tokens were generated. */
  decodeTokensPerSecond: z.number().nonnegative().nullable(),
  contextUsed: z.number().int().nonnegative(),
  contextSize: z.number().int().positive(),
  /** Oldest messages that were left out because the context is full. */
  droppedMessages: z.number().int().nonnegative(),
  /** Something the person should know although the answer is there, e.g. that the chat template could not be used. */
  note: problemSchema.optional(),
});
export type AnswerStats = z.infer<typeof answerStatsSchema>;

/** queued → answering → complete | stopped | failed | interrupted (its process or the app died). */
export const messageStatuses = [
  'queued',
  'answering',
  'complete',
  'stopped',
  'failed',
  'interrupted',
] as const;
export const messageStatusSchema = z.enum(messageStatuses);
export type MessageStatus = z.infer<typeof messageStatusSchema>;

export const messageSchema = z.object({
  id: z.number().int().positive(),
  chatId: z.number().int().positive(),
  parentId: z.number().int().positive().nullable(),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  reasoning: z.string(),
  status: messageStatusSchema,
  /** Set when `status` is `failed` or `interrupted`. */
  problem: problemSchema.nullable(),
  stats: answerStatsSchema.nullable(),
  /** Name of the model that wrote it. */
  modelName: z.string().nullable(),
  /** What changed while it was made, in plain sentences: which settings were lowered because memory ran out. */
  notes: z.array(z.string()),
  createdAt: z.number().int(),
});
export type Message = z.infer<typeof messageSchema>;

export const chatSummarySchema = z.object({
  id: z.number().int().positive(),
  title: z.string(),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
});
export type ChatSummary = z.infer<typeof chatSummarySchema>;

export const chatSchema = chatSummarySchema.extend({
  modelId: z.number().int().nullable(),
  settings: chatSettingsSchema,
});
export type Chat = z.infer<typeof chatSchema>;

const chatRef = z.object({ chatId: z.number().int().positive() });

export const chatsContract = {
  /** Newest first. */
  list: procedure.output(z.array(chatSummarySchema)),
  create: procedure.input(z.object({ modelId: z.number().int().optional() })).output(chatSchema),
  /** The chat with its current path through the message tree, oldest first. */
  get: procedure.input(chatRef).output(z.object({ chat: chatSchema, messages: z.array(messageSchema) })),
  rename: procedure.input(chatRef.extend({ title: z.string().trim().min(1).max(200) })).output(chatSchema),
  setModel: procedure.input(chatRef.extend({ modelId: z.number().int() })).output(chatSchema),
  setSettings: procedure.input(chatRef.extend({ settings: chatSettingsSchema })).output(chatSchema),
  /** Hides the chat; `restore` brings it back as it was. An answer in progress is stopped. */
  delete: procedure.input(chatRef).output(z.void()),
  restore: procedure.input(chatRef).output(chatSchema),
  /** Commits the person's turn, then queues the answer. Its text arrives through `live.events`. */
  send: procedure
    .input(chatRef.extend({ text: z.string().trim().min(1).max(1_000_000) }))
    .output(z.object({ question: messageSchema, answer: messageSchema })),
  /** Answers the question above `messageId` once more, as a new branch. */
  retry: procedure.input(chatRef.extend({ messageId: z.number().int() })).output(messageSchema),
  /** Stops the answer in progress or takes it out of the queue; the text so far stays. */
  stop: procedure.input(chatRef).output(z.void()),
};
