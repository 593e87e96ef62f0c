import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TextProgress } from '../../../src-main/engine/text-progress.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

/** Messages a second of a model that writes so many tokens a second; all of its text has to come, in order. */
function messagesAt(tokensPerSecond: number): number {
  const sent: string[] = [];
  const progress = new TextProgress((piece) => {
    if (piece.kind === 'text') sent.push(piece.text);
  });
  const seconds = 4;
  const words = Array.from({ length: seconds * tokensPerSecond }, (_, index) => `${index} `);
  for (const text of words) {
    progress.push({ text, reasoning: '' });
    vi.advanceTimersByTime(1000 / tokensPerSecond);
  }
  progress.flush();
  expect(sent.join('')).toBe(words.join(''));
  return sent.length / seconds;
}

test('text that can be followed comes word by word, and faster text in fewer messages', () => {
  expect(messagesAt(10)).toBe(10);
  expect(messagesAt(25)).toBe(25);
  expect(messagesAt(50)).toBeGreaterThan(24);
  expect(messagesAt(50)).toBeLessThan(32);
  for (const tokensPerSecond of [125, 250, 500]) {
    expect(messagesAt(tokensPerSecond)).toBeGreaterThan(12);
    expect(messagesAt(tokensPerSecond)).toBeLessThan(17);
  }
});
