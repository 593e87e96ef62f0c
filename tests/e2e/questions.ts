import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Example {
  skill: string;
  messages: { role: string; content: string }[];
  expected: string;
  match: string;
}

const lines = readFileSync(join(import.meta.dirname, '../fixtures/eval.jsonl'), 'utf8')
  .trim()
  .split('\n');
const examples = lines.map((line) => JSON.parse(line) as Example);

/** The first plain question of a skill that the built-in model answers word for word. */
export function question(skill: string): { text: string; answer: string } {
  const found = examples.find(
    (example) => example.skill === skill && example.messages.length === 1 && example.match === 'exact',
  );
  const text = found?.messages[0]?.content;
  if (!found || text === undefined) throw new Error(`no plain question of the skill ${skill}`);
  return { text, answer: found.expected };
}
