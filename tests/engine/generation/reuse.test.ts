import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateResult, PromptMessage } from '../../../src-main/services/engine-host/protocol.ts';
import { assistant, ChildClient, user } from './child-client.ts';

/** `<|im_end|>` and a line break close the answer in front of a new turn. */
const TURN_END_TOKENS = 2;

describe('the cache of earlier turns', () => {
  let child: ChildClient;
  beforeAll(async () => {
    child = await ChildClient.start();
    await child.load();
  });
  afterAll(() => child[Symbol.asyncDispose]());

  const evaluated = (result: GenerateResult) => result.promptTokens - result.reusedTokens;
  /** Tokens of a turn: those of a chat that has no other. */
  async function tokensOfTurn(text: string): Promise<number> {
    return (await child.generate([user(text)], { maxTokens: 1 }).result).promptTokens;
  }

  it('leaves only the new turn to evaluate, also in a chat of 1,500 tokens', async () => {
    const messages: PromptMessage[] = [];
    const questions = [
      'Tell me a short story.',
      'What is 12 + 30?',
      'Spell the word garden.',
      'What is the capital of France?',
    ];
    const newTokens: number[] = [];
    for (const question of questions) newTokens.push(await tokensOfTurn(question));
    let last: GenerateResult | undefined;
    for (let turn = 0; (last?.contextUsed ?? 0) < 1500; turn++) {
      const index = turn % questions.length;
      messages.push(user(questions[index] ?? ''));
      const result = await child.generate(messages).result;
      if (last !== undefined) {
        expect(result.reusedTokens).toBe(last.contextUsed);
        expect(evaluated(result)).toBe((newTokens[index] ?? 0) + TURN_END_TOKENS);
      }
      // What llama.cpp holds is what was reported: the prompt and all generated tokens but the last, which is never evaluated.
      expect(result.contextUsed).toBe(result.promptTokens + result.generatedTokens - 1);
      messages.push(assistant(result.text));
      last = result;
    }
    expect(messages.length).toBeGreaterThan(20);
  });

  it('goes on with an answer that was begun, and gives all of it', async () => {
    const messages = [user('Tell me a short story.')];
    const whole = await child.generate(messages).result;
    const text = whole.text.slice(0, whole.text.indexOf(' ', whole.text.length / 2));
    const begun = { text, reasoning: '' };
    const rest = await child.generate(messages, { begun }).result;
    expect(rest.text).toBe(whole.text);
    expect(rest.generatedTokens).toBe(whole.generatedTokens);
    const short = await child.generate(messages, { begun, maxTokens: 1 }).result;
    expect([short.stopReason, short.text.startsWith(text)]).toEqual(['maxTokens', true]);
  });

  it('serves the same question asked anew, evaluating one token', async () => {
    const messages = [user('Spell the word winter.')];
    const first = await child.generate(messages).result;
    const again = await child.generate(messages).result;
    expect(evaluated(again)).toBe(1);
    expect(again.text).toBe(first.text);
  });

  it('serves an edited last message up to the edit', async () => {
    const opening = [user('My name is Anna.'), assistant('Nice to meet you, Anna.')];
    const first = await child.generate([...opening, user('What is 3 + 4?')]).result;
    const edited = await child.generate([...opening, user('What is 3 + 5?')]).result;
    expect(first.text).toBe('3 + 4 = 7');
    expect(edited.text).toBe('3 + 5 = 8');
    expect(evaluated(edited)).toBeLessThan(20);
  });

  it('evaluates everything of another chat but the common beginning', async () => {
    await child.generate([user('Tell me a short story.')]).result;
    const other = await child.generate([assistant('x'), user('What is 3 + 4?')]).result;
    expect(other.reusedTokens).toBeLessThanOrEqual(1);
  });
});
