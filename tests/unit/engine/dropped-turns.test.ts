import { describe, expect, it } from 'vitest';
import { DroppedTurns } from '../../../src-main/engine/dropped-turns.ts';
import type { PromptMessage } from '../../../src-main/services/engine-host/protocol.ts';

const chat = (...texts: string[]): PromptMessage[] => [
  { role: 'system', text: 'Be brief.' },
  ...texts.map((text, index): PromptMessage => ({ role: index % 2 ? 'assistant' : 'user', text })),
];

describe('DroppedTurns', () => {
  it('knows a chat that goes on', () => {
    const dropped = new DroppedTurns();
    dropped.remember(chat('a', 'b', 'c'), 2);
    expect(dropped.of(chat('a', 'b', 'c'))).toBe(2);
    expect(dropped.of(chat('a', 'b', 'c', 'd', 'e'))).toBe(2);
  });

  it('takes an edited, a shorter and another chat for new', () => {
    const dropped = new DroppedTurns();
    dropped.remember(chat('a', 'b', 'c'), 2);
    expect(dropped.of(chat('a', 'B', 'c'))).toBe(0);
    expect(dropped.of(chat('a', 'b'))).toBe(0);
    expect(dropped.of(chat('x'))).toBe(0);
  });

  it('forgets once everything fits again', () => {
    const dropped = new DroppedTurns();
    dropped.remember(chat('a', 'b', 'c'), 2);
    dropped.remember(chat('x'), 0);
    expect(dropped.of(chat('a', 'b', 'c'))).toBe(0);
  });
});
