import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { defaultChatSettings } from '../../src-main/contract/defaults.ts';
import { describeProblem } from '../../src-main/contract/problem.ts';
import { databasePath } from '../../src-main/services/store/database/database-files.ts';
import { createChat, modelFacts, openStore, problemOf, temporaryFolder } from './helpers.ts';

const stats = {
  stopReason: 'end' as const,
  promptTokens: 10,
  reusedTokens: 0,
  generatedTokens: 3,
  firstTokenMs: 12.5,
  decodeTokensPerSecond: 40,
  contextUsed: 13,
  contextSize: 4096,
  droppedMessages: 0,
};
const interrupted = describeProblem('engine.crashed', { phase: 'answering', reason: 'It was killed' });

describe('chats', () => {
  test('are listed by their last change, newest first', async () => {
    const { run } = openStore();
    const first = await run.createChat({ title: 'a', modelId: null, settings: defaultChatSettings, now: 1 });
    const second = await run.createChat({ title: 'b', modelId: null, settings: defaultChatSettings, now: 2 });
    await run.addTurn({ chatId: first.id, text: 'Does this move it up?', modelName: null, now: 3 });
    expect(await run.listChats({})).toEqual([
      { id: first.id, title: 'Does this move it up?', createdAt: 1, updatedAt: 3 },
      { id: second.id, title: 'b', createdAt: 2, updatedAt: 2 },
    ]);
  });

  test('keep title, model and settings', async () => {
    const store = openStore();
    const { run } = store;
    const model = await run.upsertModel(modelFacts);
    const { id: chatId } = await createChat(store);
    const settings = {
      ...defaultChatSettings,
      temperature: 0,
      seed: 42,
      systemPrompt: "it's; DROP TABLE chats",
    };
    await run.renameChat({ chatId, title: 'Mine' });
    await run.setChatModel({ chatId, modelId: model.id });
    await run.setChatSettings({ chatId, settings });
    expect(await run.getChat({ chatId })).toEqual({
      id: chatId,
      title: 'Mine',
      createdAt: 1,
      updatedAt: 1,
      modelId: model.id,
      settings,
    });
  });

  test('the first question names a chat once, and never against the person', async () => {
    const store = openStore();
    const { run } = store;
    const automatic = await createChat(store);
    await run.addTurn({ chatId: automatic.id, text: 'What is **WAL** mode?', modelName: null, now: 2 });
    await run.addTurn({ chatId: automatic.id, text: 'And something else?', modelName: null, now: 3 });
    const named = await createChat(store);
    await run.renameChat({ chatId: named.id, title: 'Mine' });
    await run.addTurn({ chatId: named.id, text: 'What is WAL mode?', modelName: null, now: 2 });
    expect((await run.getChat({ chatId: automatic.id }))?.title).toBe('What is WAL mode?');
    expect((await run.getChat({ chatId: named.id }))?.title).toBe('Mine');
  });

  test('a deleted chat is gone until it is restored', async () => {
    const store = openStore();
    const { run } = store;
    const chat = await createChat(store);
    const chatId = chat.id;
    const { question, answer } = await run.addTurn({ chatId, text: 'Still there?', modelName: null, now: 2 });
    await run.deleteChat({ chatId, now: 3 });
    expect(await run.listChats({})).toEqual([]);
    expect(await run.getChat({ chatId })).toBeNull();
    expect(await run.getPath({ chatId })).toEqual([]);
    const gone = await problemOf(run.addTurn({ chatId, text: 'x', modelName: null, now: 4 }));
    expect(gone.code).toBe('chat.notFound');
    expect(await run.restoreChat({ chatId })).toMatchObject({ id: chatId, title: 'Still there?' });
    expect(await run.getPath({ chatId })).toEqual([question, answer]);
  });

  test('purging removes what was deleted before that time, however long the chat', async () => {
    const store = openStore();
    const { run } = store;
    const [old, recent, kept] = [await createChat(store), await createChat(store), await createChat(store)];
    for (let now = 2; now < 1200; now += 1) {
      // Longer than the 1,000 steps that SQLite lets a cascade take.
      await run.addTurn({ chatId: old.id, text: `Question ${String(now)}`, modelName: null, now });
    }
    await run.deleteChat({ chatId: old.id, now: 2000 });
    await run.deleteChat({ chatId: recent.id, now: 3000 });
    expect(await run.purgeDeletedChats({ before: 3000 })).toBe(1);
    expect((await problemOf(run.restoreChat({ chatId: old.id }))).code).toBe('chat.notFound');
    expect(await run.restoreChat({ chatId: recent.id })).toMatchObject({ id: recent.id });
    expect((await run.listChats({})).map(({ id }) => id).sort()).toEqual([recent.id, kept.id].sort());
    const next = await createChat(store);
    expect(next.id).toBeGreaterThan(kept.id);
  });

  test.each([
    ['renameChat', { chatId: 7, title: 'x' }],
    ['setChatModel', { chatId: 7, modelId: null }],
    ['setChatSettings', { chatId: 7, settings: defaultChatSettings }],
    ['restoreChat', { chatId: 7 }],
    ['addTurn', { chatId: 7, text: 'x', modelName: null, now: 1 }],
    ['addAnswer', { chatId: 7, questionId: 1, modelName: null, now: 1 }],
  ] as const)('%s of a chat that does not exist says so', async (name, args) => {
    const { run } = openStore();
    const call = run[name] as (args: object) => Promise<unknown>;
    expect((await problemOf(call(args))).code).toBe('chat.notFound');
  });
});

describe('messages', () => {
  test('a turn is the question below the leaf and a queued answer', async () => {
    const store = openStore();
    const { run } = store;
    const { id: chatId } = await createChat(store);
    const first = await run.addTurn({ chatId, text: 'One?', modelName: 'tiny', now: 5 });
    const second = await run.addTurn({ chatId, text: 'Two?', modelName: null, now: 6 });
    expect(first.question).toEqual({
      id: first.question.id,
      chatId,
      parentId: null,
      role: 'user',
      text: 'One?',
      reasoning: '',
      status: 'complete',
      problem: null,
      stats: null,
      modelName: null,
      notes: [],
      createdAt: 5,
    });
    expect(first.answer).toMatchObject({ parentId: first.question.id, status: 'queued', modelName: 'tiny' });
    expect(second.question.parentId).toBe(first.answer.id);
    const path = [first.question, first.answer, second.question, second.answer];
    expect(await run.getPath({ chatId })).toEqual(path);
    expect(await run.getPathTo({ messageId: second.question.id })).toEqual(path.slice(0, 3));
    expect(await run.getMessage({ messageId: first.answer.id })).toEqual(first.answer);
    expect(await run.getMessage({ messageId: 999 })).toBeNull();
    expect(await run.getPathTo({ messageId: 999 })).toEqual([]);
  });

  test('another answer is a new branch', async () => {
    const store = openStore();
    const { run } = store;
    const { id: chatId } = await createChat(store);
    const { question, answer } = await run.addTurn({ chatId, text: 'One?', modelName: null, now: 5 });
    const again = await run.addAnswer({ chatId, questionId: question.id, modelName: 'other', now: 6 });
    expect(again).toMatchObject({ parentId: question.id, status: 'queued', modelName: 'other' });
    expect(await run.getPath({ chatId })).toEqual([question, again]);
    const notAQuestion = run.addAnswer({ chatId, questionId: answer.id, modelName: null, now: 7 });
    expect((await problemOf(notAQuestion)).code).toBe('chat.notFound');
  });

  test('an answer grows and is finished', async () => {
    const store = openStore();
    const { run } = store;
    const { id: chatId } = await createChat(store);
    const { answer } = await run.addTurn({ chatId, text: 'One?', modelName: null, now: 5 });
    const messageId = answer.id;
    await run.saveProgress({ messageId, text: 'It', reasoning: 'hm', status: 'answering' });
    expect(await run.getMessage({ messageId })).toMatchObject({
      text: 'It',
      reasoning: 'hm',
      status: 'answering',
    });
    const finished = await run.finishAnswer({
      messageId,
      status: 'complete',
      text: 'It is one.',
      reasoning: 'hmm',
      stats,
      problem: null,
      modelName: 'tiny',
    });
    expect(finished).toEqual({
      ...answer,
      status: 'complete',
      text: 'It is one.',
      reasoning: 'hmm',
      stats,
      modelName: 'tiny',
    });
    await run.saveProgress({ messageId, text: 'late', reasoning: '', status: 'answering' });
    expect(await run.getMessage({ messageId })).toEqual(finished);
  });

  test('what a former run left unfinished is interrupted, with its text', async () => {
    const dataDir = temporaryFolder();
    const before = openStore(dataDir);
    const { id: chatId } = await createChat(before);
    const { question, answer } = await before.run.addTurn({ chatId, text: 'One?', modelName: null, now: 5 });
    await before.run.saveProgress({ messageId: answer.id, text: 'It', reasoning: '', status: 'answering' });
    await before.run.addAnswer({ chatId, questionId: question.id, modelName: null, now: 6 });
    await before.close();
    const { run } = openStore(dataDir);
    expect(await run.interruptUnfinished({ problem: interrupted })).toBe(2);
    expect(await run.interruptUnfinished({ problem: interrupted })).toBe(0);
    expect(await run.getMessage({ messageId: answer.id })).toMatchObject({
      text: 'It',
      status: 'interrupted',
      problem: interrupted,
    });
  });

  test('whose details cannot be read any more keep their text', async () => {
    const dataDir = temporaryFolder();
    const store = openStore(dataDir);
    const { id: chatId } = await createChat(store);
    await store.run.addTurn({ chatId, text: 'One?', modelName: null, now: 5 });
    await store.close();
    const db = new Database(databasePath(dataDir));
    db.exec(`UPDATE chats SET settings = '{"temperature": "hot", "topK": 7';
      UPDATE messages SET stats = '{"promptTokens": 1}', problem = '{"code": "from.theFuture"}', status = 'failed'`);
    db.close();
    const { run } = openStore(dataDir);
    expect((await run.getChat({ chatId }))?.settings).toEqual(defaultChatSettings);
    expect(await run.getPath({ chatId })).toMatchObject([
      { text: 'One?', stats: null, problem: { code: 'internal' } },
      { status: 'failed', stats: null, problem: { code: 'internal' } },
    ]);
  });
});
