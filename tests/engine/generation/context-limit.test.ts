import { describe, expect, it } from 'vitest';
import type { PromptMessage } from '../../../src-main/services/engine-host/protocol.ts';
import { assistant, ChildClient, system, user } from './child-client.ts';

const CONTEXT = { contextSize: 256 };

describe('a context that is too small', () => {
  it('drops the oldest turns, keeps the system message and the last question, and says so', async () => {
    await using child = await ChildClient.start();
    await child.load(undefined, CONTEXT);
    const turns = Array.from({ length: 20 }, (_, index): PromptMessage[] => [
      user(`What is ${index} + 3?`),
      assistant(`${index} + 3 = ${index + 3}`),
    ]).flat();
    const messages = [system('Answer in upper case.'), ...turns, user('Name the capital of France.')];
    const result = await child.generate(messages).result;
    expect(result.text).toBe(result.text.toUpperCase());
    expect(result.text).toContain('PARIS');
    expect(result.droppedMessages).toBeGreaterThan(0);
    expect(result.droppedMessages % 2).toBe(0);
    expect(result.contextSize).toBe(256);
    expect(result.promptTokens).toBeLessThanOrEqual(256 - 64);
  });

  it('reuses the cache in a chat that has outgrown it, except where turns are dropped', async () => {
    await using child = await ChildClient.start();
    await child.load(undefined, CONTEXT);
    const messages: PromptMessage[] = [];
    const dropped: number[] = [];
    for (let index = 0; index < 16; index++) {
      messages.push(user(`What is ${index} + 3?`));
      const { text, droppedMessages, reusedTokens, promptTokens } = await child.generate(messages).result;
      const droppedMore = droppedMessages > (dropped.at(-1) ?? 0);
      if (index > 0 && !droppedMore) expect(promptTokens - reusedTokens).toBeLessThan(24);
      dropped.push(droppedMessages);
      messages.push(assistant(text));
    }
    expect(dropped).toEqual(dropped.toSorted((a, b) => a - b));
    // The chat is longer than the context several times over, but its beginning moves only now and then.
    const moves = new Set(dropped).size - 1;
    expect(moves).toBeGreaterThanOrEqual(1);
    expect(moves).toBeLessThanOrEqual(4);
  });

  it('ends an answer when it is full, with what was written', async () => {
    await using child = await ChildClient.start();
    await child.load(undefined, CONTEXT);
    const write = (seed: number) =>
      child.generate([user('Tell me a short story.')], { sampling, seed }).result;
    // Nonsense at a high temperature hardly ever comes to an end by itself.
    const sampling = { temperature: 50, topK: 0, topP: 1, minP: 0, repeatPenalty: 1 };
    let result = await write(1);
    for (let seed = 2; seed < 10 && result.stopReason === 'end'; seed++) result = await write(seed);
    expect(result).toMatchObject({ stopReason: 'contextFull', contextUsed: 255, contextSize: 256 });
    expect(result.text.length).toBeGreaterThan(100);
    const next = await child.generate([user('What is 3 + 4?')]).result;
    expect(next.text).toBe('3 + 4 = 7');
  });

  it('refuses a question that alone is too long, with its length', async () => {
    await using child = await ChildClient.start();
    await child.load(undefined, CONTEXT);
    await expect(child.generate([user('word '.repeat(300))]).result).rejects.toMatchObject({
      problem: {
        code: 'chat.tooLong',
        why: expect.stringMatching(/^It needs \d{3} tokens; the context holds 191\.$/) as string,
      },
    });
    expect((await child.generate([user('What is 3 + 4?')]).result).text).toBe('3 + 4 = 7');
  });
});
