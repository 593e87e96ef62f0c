import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PromptMessage } from '../../../src-main/services/engine-host/protocol.ts';
import { ChildClient } from './child-client.ts';

interface EvalItem {
  id: string;
  skill: string;
  messages: { role: PromptMessage['role']; content: string }[];
  expected: string;
  match: 'exact' | 'contains' | 'json';
}

/** Of the 632 held-out questions every twelfth of each of the 26 skills; all in the long form. The card of the model says 93.4 %. */
const EVERY = process.env['NIBBLE_LONG'] === undefined ? 12 : 1;
const MIN_RIGHT_PART = 0.9;

const asked = new Map<string, number>();
const items = readFileSync(join(import.meta.dirname, '../../fixtures/eval.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as EvalItem)
  .filter(({ skill }) => {
    const count = asked.get(skill) ?? 0;
    asked.set(skill, count + 1);
    return count % EVERY === 0;
  });

function isRight({ match, expected }: EvalItem, answer: string): boolean {
  if (match === 'exact') return answer.trim() === expected;
  if (match === 'contains') return answer.includes(expected);
  return canonical(answer) === canonical(expected);
}
function canonical(json: string): string {
  return JSON.stringify(JSON.parse(/^\s*\{.*\}\s*$/s.test(json) ? json : 'null'));
}

describe('questions of the evaluation set at temperature 0', () => {
  let child: ChildClient;
  beforeAll(async () => {
    child = await ChildClient.start();
    await child.load();
  });
  afterAll(() => child[Symbol.asyncDispose]());

  it('get the expected answers', async () => {
    const wrong: string[] = [];
    for (const item of items) {
      const messages = item.messages.map(({ role, content }) => ({ role, text: content }));
      const { text, reasoning, stopReason } = await child.generate(messages).result;
      expect(stopReason).toBe('end');
      const written = reasoning === '' ? text : `<think>${reasoning}</think>\n\n${text}`;
      if (!isRight(item, written)) wrong.push(`${item.id} (${item.skill}): ${written}`);
    }
    expect(asked.size).toBe(26);
    expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(items.length * (1 - MIN_RIGHT_PART));
  });
});
