import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerReserve,
  firstFitting,
  shortenings,
  withoutOldest,
} from '../../../src-main/engine/prompt-budget.ts';
import type { PromptMessage } from '../../../src-main/services/engine-host/protocol.ts';

const chat: PromptMessage[] = [
  { role: 'system', text: 's' },
  { role: 'user', text: 'q1' },
  { role: 'assistant', text: 'a1' },
  { role: 'user', text: 'q2' },
  { role: 'assistant', text: 'a2' },
  { role: 'user', text: 'q3' },
];

describe('prompt budget', () => {
  it('keeps 512 tokens free for an answer, fewer when it is short or the context small', () => {
    expect(answerReserve(8192, null)).toBe(512);
    expect(answerReserve(8192, 40)).toBe(40);
    expect(answerReserve(1000, null)).toBe(250);
    expect(answerReserve(1000, 100_000)).toBe(250);
  });

  it('drops whole turns, oldest first, and keeps system message and last question', () => {
    expect(shortenings(chat)).toEqual([0, 2, 4]);
    expect(withoutOldest(chat, 2).map(({ text }) => text)).toEqual(['s', 'q2', 'a2', 'q3']);
    expect(withoutOldest(chat, 4).map(({ text }) => text)).toEqual(['s', 'q3']);
  });

  it('finds the first item that fits, in few trials', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(500), fc.nat(520), async (count, fitsFrom) => {
        const items = [...Array(count).keys()];
        let trials = 0;
        const found = await firstFitting(items, async (item) => {
          trials++;
          return item >= fitsFrom ? item : null;
        });
        expect(found).toBe(fitsFrom < count ? fitsFrom : null);
        expect(trials).toBeLessThanOrEqual(Math.ceil(Math.log2(count + 1)) + 2);
      }),
    );
  });
});
