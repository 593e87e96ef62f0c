import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChildProgress, PromptMessage } from '../../../src-main/services/engine-host/protocol.ts';
import { assistant, builtInModel, ChildClient, tinySettings, user } from './child-client.ts';

const long = process.env['NIBBLE_LONG'] !== undefined;
/** The goal is 1,000; a round takes about 0.3 s on a quiet core. */
const CANCELS = long ? 1000 : 20;
const ROUNDS_LIMIT_MS = long ? 1_200_000 : 60_000;

/** Deterministic numbers for the choice of cancel points (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const chats: PromptMessage[][] = [
  [user('Tell me a short story.')],
  [user('What is 12 + 30?'), assistant('12 + 30 = 42'), user('Spell the word garden.')],
  [
    ...Array.from({ length: 30 }, () => [user('What is 3 + 4?'), assistant('3 + 4 = 7')]).flat(),
    user('Count from 1 to 9.'),
  ],
];

describe('cancelling at any point', () => {
  let child: ChildClient;
  const fresh: string[] = [];
  beforeAll(async () => {
    // A small batch makes the long prompt take several steps.
    const settings = { batchSize: 64 };
    for (const chat of chats) {
      await using reference = await ChildClient.start();
      await reference.load(undefined, settings);
      fresh.push((await reference.generate(chat).result).text);
    }
    child = await ChildClient.start();
    await child.load(undefined, settings);
  });
  afterAll(() => child[Symbol.asyncDispose]());

  it(
    'leaves a sequence whose next greedy answer equals that of a fresh process',
    async () => {
      const random = randomNumbers(20_240_607);
      let stopped = 0;
      for (let round = 0; round < CANCELS; round++) {
        const chat = Math.floor(random() * chats.length);
        let messagesLeft = Math.floor(random() * 12);
        const cancelAtOnce = random() < 0.1;
        const onProgress = (_: ChildProgress) => {
          if (messagesLeft-- === 0) request.cancel();
        };
        const request = child.generate(chats[chat] ?? [], {}, onProgress);
        if (cancelAtOnce) request.cancel();
        const { stopReason, text } = await request.result;
        if (stopReason === 'stopped') stopped++;
        expect(fresh[chat]?.startsWith(text)).toBe(true);
        const check = Math.floor(random() * chats.length);
        expect((await child.generate(chats[check] ?? []).result).text).toBe(fresh[check]);
      }
      expect(stopped).toBeGreaterThan(CANCELS / 4);
    },
    ROUNDS_LIMIT_MS,
  );

  it('works while a model is loading', async () => {
    await using loading = await ChildClient.start();
    const request = loading.request('load', { path: builtInModel, settings: tinySettings });
    request.cancel();
    await expect(request.result).rejects.toMatchObject({ problem: { code: 'model.loadFailed' } });
    await loading.load();
    expect((await loading.generate([user('What is 3 + 4?')]).result).text).toBe('3 + 4 = 7');
  });
});
