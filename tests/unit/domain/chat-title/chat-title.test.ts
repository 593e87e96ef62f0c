import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatTitle } from '../../../../src-main/domain/chat-title/chat-title.ts';

describe('chatTitle', () => {
  test.each([
    ['What is the capital of France?', 'What is the capital of France?'],
    ['Tell me about the moon. Then about the sun.', 'Tell me about the moon'],
    ['Hi! How do I bake bread? Thanks.', 'Hi! How do I bake bread?'],
    ['Why?', 'Why?'],
    ['# Release notes\n\nWrite them.', 'Release notes'],
    ['\n\n  - **first** point of `three`\n- second', 'first point of three'],
    ['> quoted [link](https://example.com/a_b) here', 'quoted link here'],
    ['```python\nprint("hello world")\n```', 'print("hello world")'],
    ['How much is 2*3*4 in snake_case_name?', 'How much is 2*3*4 in snake_case_name?'],
    ['Is 3.5 larger than example.com says? I doubt it.', 'Is 3.5 larger than example.com says?'],
    ['你好。法国的首都是什么？谢谢', '你好。法国的首都是什么？谢谢'],
    ['👩‍👩‍👧‍👦 family', '👩‍👩‍👧‍👦 family'],
    ['', 'New chat'],
    [' \n\t\u200b', 'New chat'],
    ['```\n```', 'New chat'],
  ])('%j becomes %j', (question, title) => {
    expect(chatTitle(question)).toBe(title);
  });

  test('a long question is cut between words', () => {
    const title = chatTitle(
      'Please explain in detail how the memory of a language model is laid out on disk',
    );
    expect(title).toBe('Please explain in detail how the memory of a language model…');
  });

  test('a long text without spaces is cut between characters', () => {
    expect(chatTitle('x'.repeat(100))).toBe(`${'x'.repeat(59)}…`);
    expect(chatTitle('👍🏽'.repeat(50))).toBe(`${'👍🏽'.repeat(14)}…`);
  });

  test('a title is one short line for any question', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (question) => {
        const title = chatTitle(question);
        expect(title.length).toBeGreaterThan(0);
        expect(title.length).toBeLessThanOrEqual(60);
        expect(title).toBe(title.trim());
        expect(title).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
        expect(title.isWellFormed()).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('markdown soup takes no time', () => {
    fc.assert(
      fc.property(fc.constantFrom('*', '_', '`', '[', '](', '~~', '> ', '**a', '_*'), (mark) => {
        const start = performance.now();
        chatTitle(mark.repeat(1_000_000));
        expect(performance.now() - start).toBeLessThan(1000);
      }),
    );
  });

  test('a plain short sentence is its own title', () => {
    const word = fc.stringMatching(/^[a-z]{3,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 4, maxLength: 6 }), (words) => {
        expect(chatTitle(`${words.join(' ')}? More of it.`)).toBe(`${words.join(' ')}?`);
      }),
    );
  });
});
