import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../src-main/services/store/store.ts';
import { toFtsQuery } from '../../src-main/services/store/queries/fts-query.ts';
import { createChat, openStore } from './helpers.ts';

async function storeWith(...questions: string[]): Promise<{ store: Store; chatId: number }> {
  const store = openStore();
  const { id: chatId } = await createChat(store);
  for (const text of questions) await store.run.addTurn({ chatId, text, modelName: null, now: 1 });
  return { store, chatId };
}

async function found(store: Store, query: string): Promise<string[]> {
  const hits = await store.run.searchMessages({ query, limit: 20 });
  return hits.map(({ snippet }) => snippet.map(({ text }) => text).join(''));
}

describe('search', () => {
  test('finds messages that hold all words, newest first, with the place', async () => {
    const { store, chatId } = await storeWith('red apples and pears', 'green apples', 'Red, ripe APPLES!');
    expect(await found(store, 'apples red')).toEqual(['Red, ripe APPLES!', 'red apples and pears']);
    const [hit] = await store.run.searchMessages({ query: 'ripe', limit: 1 });
    expect(hit).toEqual({
      messageId: hit?.messageId,
      chatId,
      chatTitle: 'red apples and pears',
      role: 'user',
      createdAt: 1,
      snippet: [
        { text: 'Red, ', isMatch: false },
        { text: 'ripe', isMatch: true },
        { text: ' APPLES!', isMatch: false },
      ],
    });
    expect(await store.run.searchMessages({ query: 'apples', limit: 2 })).toHaveLength(2);
  });

  test('takes the last word as a beginning, and only that one', async () => {
    const { store } = await storeWith('quantized models');
    expect(await found(store, 'models quant')).toHaveLength(1);
    expect(await found(store, 'quant models')).toHaveLength(0);
    expect(await found(store, 'quant ')).toHaveLength(0);
    expect(await found(store, '"quant"')).toHaveLength(0);
  });

  test('finds phrases, and letters without their accents', async () => {
    const { store } = await storeWith('the quick brown fox', 'Crème brûlée');
    expect(await found(store, '"quick brown"')).toHaveLength(1);
    expect(await found(store, '"brown quick"')).toHaveLength(0);
    expect(await found(store, 'creme BRULEE')).toHaveLength(1);
  });

  test('takes operators and punctuation as text', async () => {
    const { store } = await storeWith('a NOT b OR c AND d NEAR e', 'C++ (since 2011): "auto" text:x -y ^z *');
    expect(await found(store, 'NOT b OR')).toHaveLength(1);
    expect(await found(store, 'text:x')).toHaveLength(1);
    expect(await found(store, '(2011) C++ ')).toHaveLength(1);
    expect(await found(store, '* ^ - " ()')).toEqual([]);
    expect(await found(store, '')).toEqual([]);
  });

  test('any input is a query that SQLite accepts', async () => {
    const { store } = await storeWith('something to look through');
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '*', 'AND', 'NEAR(', '^', '{text}', ':', '\0', '-', '+', '\ud800', 'some', "'"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        await store.run.searchMessages({ query: pieces.join(' '), limit: 5 });
      }),
      { numRuns: 500 },
    );
  });

  test('a huge query is cut to what a person could mean', () => {
    expect(toFtsQuery('word '.repeat(100_000))?.split(' AND ')).toHaveLength(32);
  });

  test('an answer is found once it is settled, and its unfinished text never', async () => {
    const store = openStore();
    const { run } = store;
    const { id: chatId } = await createChat(store);
    const { answer } = await run.addTurn({ chatId, text: 'One?', modelName: null, now: 1 });
    const messageId = answer.id;
    await run.saveProgress({ messageId, text: 'half', reasoning: '', status: 'answering' });
    expect(await found(store, 'half')).toEqual([]);
    const settled = { messageId, reasoning: '', stats: null, problem: null };
    await run.finishAnswer({ ...settled, status: 'stopped', text: 'half and more' });
    expect(await found(store, 'half')).toEqual(['half and more']);
    await run.finishAnswer({ ...settled, status: 'complete', text: 'rewritten' });
    expect(await found(store, 'half')).toEqual([]);
    expect(await found(store, 'rewritten')).toEqual(['rewritten']);
  });

  test('deleted chats are not found, restored ones are', async () => {
    const { store, chatId } = await storeWith('needle');
    await store.run.deleteChat({ chatId, now: 2 });
    expect(await found(store, 'needle')).toEqual([]);
    await store.run.restoreChat({ chatId });
    expect(await found(store, 'needle')).toEqual(['needle']);
  });
});
