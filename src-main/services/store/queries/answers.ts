import type { AnswerStats, Message, MessageStatus } from '../../../contract/chats.contract.ts';
import { problemError, type Problem } from '../../../contract/problem.ts';
import { chatTitle } from '../../../domain/chat-title/chat-title.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import { change, first, sql } from '../database/sql.ts';
import { getMessage } from './messages.ts';

export interface NewTurn {
  chatId: number;
  text: string;
  modelName: string | null;
  now: number;
}

/**
 * The person's message below the current leaf and the answer that waits for its turn. The first question names the
 * chat, unless the person did.
 */
export function addTurn(
  db: WritableDatabase,
  { chatId, text, modelName, now }: NewTurn,
): { question: Message; answer: Message } {
  const chat = first<{ leaf_message_id: number | null; title_is_automatic: number }>(
    db,
    sql`SELECT leaf_message_id, title_is_automatic FROM chats WHERE id = ${chatId} AND deleted_at IS NULL`,
  );
  if (chat === null) throw problemError('chat.notFound');
  const { id: questionId } = change(
    db,
    sql`
      INSERT INTO messages (chat_id, parent_id, role, text, status, created_at)
      VALUES (${chatId}, ${chat.leaf_message_id}, 'user', ${text}, 'complete', ${now})`,
  );
  if (chat.leaf_message_id === null && chat.title_is_automatic === 1) {
    change(db, sql`UPDATE chats SET title = ${chatTitle(text)} WHERE id = ${chatId}`);
  }
  const answer = queueAnswer(db, { chatId, questionId, modelName, now });
  return { question: existingMessage(db, questionId), answer };
}

export interface NewAnswer {
  chatId: number;
  questionId: number;
  modelName: string | null;
  now: number;
}

/** One more answer to a question, as a new branch that becomes the current one. */
export function addAnswer(db: WritableDatabase, answer: NewAnswer): Message {
  const question = first(
    db,
    sql`
      SELECT 1 FROM messages JOIN chats ON chats.id = messages.chat_id
      WHERE messages.id = ${answer.questionId} AND chats.id = ${answer.chatId}
        AND role = 'user' AND deleted_at IS NULL`,
  );
  if (question === null) throw problemError('chat.notFound');
  return queueAnswer(db, answer);
}

export interface AnswerProgress {
  messageId: number;
  text: string;
  reasoning: string;
  status: MessageStatus;
}

/** Keeps what was written so far. Does nothing to an answer that has reached its final status. */
export function saveProgress(
  db: WritableDatabase,
  { messageId, text, reasoning, status }: AnswerProgress,
): void {
  change(
    db,
    sql`
      UPDATE messages SET text = ${text}, reasoning = ${reasoning}, status = ${status}
      WHERE id = ${messageId} AND status IN ('queued', 'answering')`,
  );
}

export interface FinishedAnswer extends AnswerProgress {
  stats: AnswerStats | null;
  problem: Problem | null;
  /** Left as it is when not given. */
  modelName?: string | null;
  notes?: readonly string[];
}

export function finishAnswer(db: WritableDatabase, answer: FinishedAnswer): Message {
  const { messageId, text, reasoning, status, stats, problem, modelName, notes } = answer;
  change(
    db,
    sql`
      UPDATE messages SET
        text = ${text}, reasoning = ${reasoning}, status = ${status}, stats = ${toJson(stats)},
        problem = ${toJson(problem)}, model_name = coalesce(${modelName ?? null}, model_name),
        notes = coalesce(${notes === undefined ? null : JSON.stringify(notes)}, notes)
      WHERE id = ${messageId} AND role = 'assistant'`,
  );
  return existingMessage(db, messageId);
}

/** For the start of Nibble: nothing is being written yet, so what looks so was cut off. Returns how many. */
export function interruptUnfinished(db: WritableDatabase, { problem }: { problem: Problem }): number {
  return change(
    db,
    sql`
      UPDATE messages SET status = 'interrupted', problem = ${toJson(problem)}
      WHERE status IN ('queued', 'answering')`,
  ).changes;
}

function queueAnswer(db: WritableDatabase, { chatId, questionId, modelName, now }: NewAnswer): Message {
  const { id } = change(
    db,
    sql`
      INSERT INTO messages (chat_id, parent_id, role, text, status, model_name, created_at)
      VALUES (${chatId}, ${questionId}, 'assistant', '', 'queued', ${modelName}, ${now})`,
  );
  change(db, sql`UPDATE chats SET leaf_message_id = ${id}, updated_at = ${now} WHERE id = ${chatId}`);
  return existingMessage(db, id);
}

function existingMessage(db: ReadableDatabase, messageId: number): Message {
  const message = getMessage(db, { messageId });
  if (message === null) throw problemError('chat.notFound');
  return message;
}

function toJson(value: AnswerStats | Problem | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
