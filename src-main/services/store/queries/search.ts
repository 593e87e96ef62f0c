import type { Message } from '../../../contract/chats.contract.ts';
import type { ReadableDatabase } from '../database/handles.ts';
import { all, sql } from '../database/sql.ts';
import { toFtsQuery } from './fts-query.ts';

/** A piece of the text around a hit. */
export interface SnippetPart {
  text: string;
  isMatch: boolean;
}

export interface SearchHit {
  messageId: number;
  chatId: number;
  chatTitle: string;
  role: Message['role'];
  createdAt: number;
  snippet: SnippetPart[];
}

interface HitRow {
  message_id: number;
  chat_id: number;
  chat_title: string;
  role: Message['role'];
  created_at: number;
  snippet: string;
}

/** Marks that no keyboard writes; a text that holds them anyway only gets its emphasis wrong. */
const MATCH_START = '\u0002';
const MATCH_END = '\u0003';
const SNIPPET_TOKENS = 24;

/**
 * Messages that hold all words of the query, newest first: sorting a common word's hits by relevance costs 129 ms
 * among a million messages, by rowid 0.05 ms. CROSS JOIN keeps the index as the outer loop, so that the limit ends it.
 */
export function searchMessages(
  db: ReadableDatabase,
  { query, limit }: { query: string; limit: number },
): SearchHit[] {
  const match = toFtsQuery(query);
  if (match === null) return [];
  const rows = all<HitRow>(
    db,
    sql`
      SELECT messages.id AS message_id, chats.id AS chat_id, chats.title AS chat_title, role, messages.created_at,
        snippet(messages_fts, 0, ${MATCH_START}, ${MATCH_END}, '…', ${SNIPPET_TOKENS}) AS snippet
      FROM messages_fts
      CROSS JOIN messages ON messages.id = messages_fts.rowid
      CROSS JOIN chats ON chats.id = messages.chat_id
      WHERE messages_fts MATCH ${match} AND chats.deleted_at IS NULL
      ORDER BY messages_fts.rowid DESC LIMIT ${limit}`,
  );
  return rows.map((row) => ({
    messageId: row.message_id,
    chatId: row.chat_id,
    chatTitle: row.chat_title,
    role: row.role,
    createdAt: row.created_at,
    snippet: splitSnippet(row.snippet),
  }));
}

function splitSnippet(marked: string): SnippetPart[] {
  return marked
    .split(MATCH_START)
    .flatMap((piece, index) => {
      if (index === 0) return [{ text: piece, isMatch: false }];
      const [match = '', ...rest] = piece.split(MATCH_END);
      return [
        { text: match, isMatch: true },
        { text: rest.join(''), isMatch: false },
      ];
    })
    .filter(({ text }) => text !== '');
}
