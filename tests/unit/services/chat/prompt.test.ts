import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultChatSettings } from '../../../../src-main/contract/defaults.ts';
import type { Message } from '../../../../src-main/contract/chats.contract.ts';
import { buildPrompt } from '../../../../src-main/services/chat/prompt.ts';

function turn(role: Message['role'], text: string): Message {
  return {
    id: 1,
    chatId: 1,
    parentId: null,
    role,
    text,
    reasoning: '',
    status: 'complete',
    problem: null,
    stats: null,
    modelName: null,
    notes: [],
    createdAt: 0,
  };
}

describe('buildPrompt', () => {
  it('puts the system message first and leaves out an empty one', () => {
    const path = [turn('user', 'Hello')];
    expect(buildPrompt({ ...defaultChatSettings, systemPrompt: ' Be brief. ' }, path)).toEqual([
      { role: 'system', text: 'Be brief.' },
      { role: 'user', text: 'Hello' },
    ]);
    expect(buildPrompt({ ...defaultChatSettings, systemPrompt: '  ' }, path)).toHaveLength(1);
  });

  it('joins the questions around an answer that never began', () => {
    const path = [turn('user', 'One?'), turn('assistant', ''), turn('user', 'Two?')];
    expect(buildPrompt(defaultChatSettings, path)).toEqual([{ role: 'user', text: 'One?\n\nTwo?' }]);
  });

  it('always alternates roles and keeps every word', () => {
    const anyTurn = fc.tuple(fc.constantFrom('user' as const, 'assistant' as const), fc.string());
    fc.assert(
      fc.property(fc.array(anyTurn), (turns) => {
        const prompt = buildPrompt(
          defaultChatSettings,
          turns.map(([role, text]) => turn(role, text)),
        );
        for (const [index, { role }] of prompt.entries()) expect(role).not.toBe(prompt[index - 1]?.role);
        const words = (texts: string[]) => texts.join('').replaceAll('\n', '');
        expect(words(prompt.map(({ text }) => text))).toBe(words(turns.map(([, text]) => text)));
      }),
    );
  });
});
