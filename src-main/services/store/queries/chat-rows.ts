import { z } from 'zod';
import { defaultChatSettings } from '../../../contract/defaults.ts';
import {
  answerStatsSchema,
  chatSettingsSchema,
  type AnswerStats,
  type Chat,
  type ChatSummary,
  type Message,
  type MessageStatus,
} from '../../../contract/chats.contract.ts';
import { describeProblem, problemSchema, type Problem } from '../../../contract/problem.ts';
import { parseJson, parseWithDefaults } from '../parse-with-defaults.ts';

export interface ChatSummaryRow {
  id: number;
  title: string;
  created_at: number;
  updated_at: number;
}

export interface ChatRow extends ChatSummaryRow {
  model_id: number | null;
  settings: string;
}

export interface MessageRow {
  id: number;
  chat_id: number;
  parent_id: number | null;
  role: Message['role'];
  text: string;
  reasoning: string;
  status: MessageStatus;
  problem: string | null;
  stats: string | null;
  model_name: string | null;
  created_at: number;
  /** JSON list of sentences. */
  notes: string;
}

export function toChatSummary(row: ChatSummaryRow): ChatSummary {
  return { id: row.id, title: row.title, createdAt: row.created_at, updatedAt: row.updated_at };
}

export function toChat(row: ChatRow): Chat {
  return {
    ...toChatSummary(row),
    modelId: row.model_id,
    settings: parseWithDefaults(chatSettingsSchema, defaultChatSettings, parseJson(row.settings)),
  };
}

export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    chatId: row.chat_id,
    parentId: row.parent_id,
    role: row.role,
    text: row.text,
    reasoning: row.reasoning,
    status: row.status,
    problem: row.problem === null ? null : toProblem(row.problem),
    stats: row.stats === null ? null : toStats(row.stats),
    modelName: row.model_name,
    createdAt: row.created_at,
    notes: z.array(z.string()).catch([]).parse(parseJson(row.notes)),
  };
}

/** A problem whose code this version does not know still shows as a problem. */
function toProblem(json: string): Problem {
  const parsed = problemSchema.safeParse(parseJson(json));
  return parsed.success ? parsed.data : describeProblem('internal');
}

/** Statistics that this version cannot read are left out; the answer is what counts. */
function toStats(json: string): AnswerStats | null {
  const parsed = answerStatsSchema.safeParse(parseJson(json));
  return parsed.success ? parsed.data : null;
}
