import type { Message } from '../../../contract/chats.contract.ts';
import type { ReadableDatabase } from '../database/handles.ts';
import { all, first, sql } from '../database/sql.ts';
import { toMessage, type MessageRow } from './chat-rows.ts';

export function getMessage(db: ReadableDatabase, { messageId }: { messageId: number }): Message | null {
  const row = first<MessageRow>(db, sql`SELECT * FROM messages WHERE id = ${messageId}`);
  return row === null ? null : toMessage(row);
}

/** The chat's current path through its tree, from the first message to the leaf. Empty for a deleted chat. */
export function getPath(db: ReadableDatabase, { chatId }: { chatId: number }): Message[] {
  const chat = first<{ leaf_message_id: number | null }>(
    db,
    sql`SELECT leaf_message_id FROM chats WHERE id = ${chatId} AND deleted_at IS NULL`,
  );
  const leaf = chat?.leaf_message_id ?? null;
  return leaf === null ? [] : getPathTo(db, { messageId: leaf });
}

/** The message and all above it, the first message of the chat first. */
export function getPathTo(db: ReadableDatabase, { messageId }: { messageId: number }): Message[] {
  // UNION, not UNION ALL: it ends even in a damaged tree that goes round. A parent is older than its children, so
  // the order of ids is the order of the path.
  const rows = all<MessageRow>(
    db,
    sql`
      WITH RECURSIVE path (id, parent_id) AS (
        SELECT id, parent_id FROM messages WHERE id = ${messageId}
        UNION
        SELECT parent.id, parent.parent_id FROM path JOIN messages AS parent ON parent.id = path.parent_id
      )
      SELECT messages.* FROM path JOIN messages ON messages.id = path.id ORDER BY messages.id`,
  );
  return rows.map(toMessage);
}
