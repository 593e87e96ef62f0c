import { describe, expect, it } from 'vitest';
import { PromptTokens } from '../../../src-main/engine/prompt-tokens.ts';

const special = (text: string) => ({ text, special: true });
const plain = (text: string) => ({ text, special: false });

/** One token per character; special text is counted from 1000. */
const tokenize = (text: string, isSpecial: boolean) =>
  [...text].map((letter) => (letter.codePointAt(0) ?? 0) + (isSpecial ? 1000 : 0));

describe('PromptTokens', () => {
  const first = [special('<'), plain('hi'), special('>')];

  it('keeps the generated tokens of an answer', () => {
    const prompts = new PromptTokens(tokenize);
    const { spans, tokens } = prompts.read(first);
    prompts.remember(spans, { text: 'yes', tokens: [7, 8] });
    expect(prompts.read([...first, plain('yes'), special('<')]).tokens).toEqual([
      ...tokens,
      7,
      8,
      ...tokenize('<', true),
    ]);
  });

  it('tokenizes anew from the first text that differs', () => {
    const prompts = new PromptTokens(tokenize);
    prompts.remember(prompts.read(first).spans, { text: 'yes', tokens: [7, 8] });
    const edited = [special('<'), plain('ho'), special('>'), plain('yes')];
    expect(prompts.read(edited).tokens).toEqual(
      edited.flatMap(({ text, special }) => tokenize(text, special)),
    );
  });

  it('never takes typed text for special text', () => {
    const prompts = new PromptTokens(tokenize);
    prompts.remember(prompts.read(first).spans, null);
    expect(prompts.read([plain('<'), plain('hi')]).tokens).toEqual(tokenize('<hi', false));
  });
});
