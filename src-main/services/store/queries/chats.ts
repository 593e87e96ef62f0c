import type { Chat, ChatSettings, ChatSummary } from '../../../contract/chats.contract.ts';
import { problemError } from '../../../contract/problem.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import { all, change, first, sql } from '../database/sql.ts';
import { toChat, toChatSummary, type ChatRow, type ChatSummaryRow } from './chat-rows.ts';

/** Newest first. */
export function listChats(db: ReadableDatabase): ChatSummary[] {
  const rows = all<ChatSummaryRow>(
    db,
    sql`
      SELECT id, title, created_at, updated_at FROM chats
      WHERE deleted_at IS NULL ORDER BY updated_at DESC, id DESC`,
  );
  return rows.map(toChatSummary);
}

/** Null when there is no such chat or it is deleted. */
export function getChat(db: ReadableDatabase, { chatId }: { chatId: number }): Chat | null {
  const row = first<ChatRow>(
    db,
    sql`
      SELECT id, title, model_id, settings, created_at, updated_at FROM chats
      WHERE id = ${chatId} AND deleted_at IS NULL`,
  );
  return row === null ? null : toChat(row);
}

export interface NewChat {
  /** Stands until the first question gives a better one. */
  title: string;
  modelId: number | null;
  settings: ChatSettings;
  now: number;
}

export function createChat(db: WritableDatabase, { title, modelId, settings, now }: NewChat): Chat {
  const { id } = change(
    db,
    sql`
      INSERT INTO chats (title, title_is_automatic, model_id, settings, created_at, updated_at)
      VALUES (${title}, ${true}, ${modelId}, ${JSON.stringify(settings)}, ${now}, ${now})`,
  );
  return existingChat(db, id);
}

export function renameChat(db: WritableDatabase, { chatId, title }: { chatId: number; title: string }): Chat {
  change(db, sql`UPDATE chats SET title = ${title}, title_is_automatic = ${false} WHERE id = ${chatId}`);
  return existingChat(db, chatId);
}

export function setChatModel(
  db: WritableDatabase,
  { chatId, modelId }: { chatId: number; modelId: number | null },
): Chat {
  change(db, sql`UPDATE chats SET model_id = ${modelId} WHERE id = ${chatId}`);
  return existingChat(db, chatId);
}

export function setChatSettings(
  db: WritableDatabase,
  { chatId, settings }: { chatId: number; settings: ChatSettings },
): Chat {
  change(db, sql`UPDATE chats SET settings = ${JSON.stringify(settings)} WHERE id = ${chatId}`);
  return existingChat(db, chatId);
}

/** Hides the chat until it is restored or purged. Deleting twice keeps the first time. */
export function deleteChat(db: WritableDatabase, { chatId, now }: { chatId: number; now: number }): void {
  change(db, sql`UPDATE chats SET deleted_at = ${now} WHERE id = ${chatId} AND deleted_at IS NULL`);
}

export function restoreChat(db: WritableDatabase, { chatId }: { chatId: number }): Chat {
  change(db, sql`UPDATE chats SET deleted_at = NULL WHERE id = ${chatId}`);
  return existingChat(db, chatId);
}

/** Removes for good what was deleted before that time, out of the search index too. Returns how many chats. */
export function purgeDeletedChats(db: WritableDatabase, { before }: { before: number }): number {
  change(
    db,
    sql`
      DELETE FROM messages
      WHERE chat_id IN (SELECT id FROM chats WHERE deleted_at IS NOT NULL AND deleted_at < ${before})`,
  );
  return change(db, sql`DELETE FROM chats WHERE deleted_at IS NOT NULL AND deleted_at < ${before}`).changes;
}

/** The chat, or the problem that it is gone. */
export function existingChat(db: ReadableDatabase, chatId: number): Chat {
  const chat = getChat(db, { chatId });
  if (chat === null) throw problemError('chat.notFound');
  return chat;
}
