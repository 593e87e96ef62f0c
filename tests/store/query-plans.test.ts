import { expect, test } from 'vitest';
import { defaultChatSettings } from '../../src-main/contract/defaults.ts';
import { closeDatabase, openDatabase } from '../../src-main/services/store/database/open-database.ts';
import { readers, writers } from '../../src-main/services/store/operations.ts';
import { temporaryFolder } from './helpers.ts';

type Db = ReturnType<typeof openDatabase>['db'];

/** How SQLite would carry out every SELECT and UPDATE that `operation` prepares. */
function plansOf(db: Db, operation: () => unknown): string[] {
  const prepare = db.prepare.bind(db);
  const texts: string[] = [];
  db.prepare = (text: string) => {
    texts.push(text);
    return prepare(text);
  };
  operation();
  db.prepare = prepare;
  return texts.flatMap((text) => {
    const steps = prepare(`EXPLAIN QUERY PLAN ${text}`).all(...Array<null>(countOf(text, '?')).fill(null));
    return (steps as { detail: string }[]).map(({ detail }) => detail);
  });
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

test('the queries a person waits for use their indexes', () => {
  const { db } = openDatabase(temporaryFolder());
  const plans = (operation: () => unknown) => plansOf(db, operation);
  const chat = writers.createChat(db, { title: 't', modelId: null, settings: defaultChatSettings, now: 1 });
  const chatId = chat.id;
  const { answer } = db.transaction(() =>
    writers.addTurn(db, { chatId, text: 'word', modelName: null, now: 1 }),
  )();
  const messageId = answer.id;
  const progress = { messageId, text: 'x', reasoning: '', status: 'answering' } as const;
  const problem = { code: 'internal', what: '', why: '', todo: '' } as const;

  expect({
    listChats: plans(() => readers.listChats(db)),
    getPath: plans(() => readers.getPath(db, { chatId })),
    searchMessages: plans(() => readers.searchMessages(db, { query: 'word', limit: 20 })),
    saveProgress: plans(() => writers.saveProgress(db, progress)),
    interruptUnfinished: plans(() => writers.interruptUnfinished(db, { problem })),
    purgeDeletedChats: plans(() => writers.purgeDeletedChats(db, { before: 0 })),
    getModelByPath: plans(() => readers.getModelByPath(db, { path: '/x' })),
  }).toMatchInlineSnapshot(`
    {
      "getModelByPath": [
        "SEARCH models USING INDEX sqlite_autoindex_models_1 (path=?)",
      ],
      "getPath": [
        "SEARCH chats USING INTEGER PRIMARY KEY (rowid=?)",
        "CO-ROUTINE path",
        "SETUP",
        "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)",
        "RECURSIVE STEP",
        "SCAN path",
        "SEARCH parent USING INTEGER PRIMARY KEY (rowid=?)",
        "SCAN path",
        "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)",
        "USE TEMP B-TREE FOR ORDER BY",
      ],
      "interruptUnfinished": [
        "SCAN messages USING INDEX messages_unfinished",
      ],
      "listChats": [
        "SCAN chats USING INDEX chats_by_update",
      ],
      "purgeDeletedChats": [
        "SEARCH messages USING COVERING INDEX messages_by_parent (chat_id=?)",
        "LIST SUBQUERY 1",
        "SEARCH chats USING COVERING INDEX chats_deleted (deleted_at>? AND deleted_at<?)",
        "SEARCH messages USING COVERING INDEX messages_by_parent (chat_id=? AND parent_id=?)",
        "SEARCH chats USING INTEGER PRIMARY KEY (rowid=?)",
        "SEARCH chats USING COVERING INDEX chats_deleted (deleted_at>? AND deleted_at<?)",
        "SEARCH messages USING COVERING INDEX messages_by_parent (chat_id=?)",
      ],
      "saveProgress": [
        "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)",
      ],
      "searchMessages": [
        "SCAN messages_fts VIRTUAL TABLE INDEX 192:M1",
        "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)",
        "SEARCH chats USING INTEGER PRIMARY KEY (rowid=?)",
      ],
    }
  `);
  closeDatabase(db);
});
