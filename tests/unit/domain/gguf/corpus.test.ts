import { expect, test } from 'vitest';
import { ggufLimits } from '../../../../src-main/domain/gguf/limits.ts';
import { baseFile } from '../../../fuzz/gguf/base-file.ts';
import { damagedFiles } from '../../../fuzz/gguf/corpus.ts';
import { knownKillers } from '../../../fuzz/gguf/known-killers.ts';
import { verdictOn } from '../../../fuzz/gguf/verdict.ts';

const MIN_FILES = 2_000;
/** Of the whole run: the reader keeps nothing, so this is what the collector has not taken back yet. */
const MAX_GROWTH_BYTES = 256 * 1024 * 1024;

function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

test('the undamaged file passes', async () => {
  expect(await verdictOn(baseFile())).toBeNull();
});

test('no damaged file crashes, hangs or fills memory', async () => {
  const names = new Set<string>();
  const slow: string[] = [];
  const unclear: string[] = [];
  const rssBefore = process.memoryUsage.rss();
  for (const { name, bytes } of damagedFiles()) {
    names.add(name);
    const startMs = workedMs();
    const problem = await verdictOn(bytes, 'damaged.gguf');
    if (workedMs() - startMs > ggufLimits.parseMs) slow.push(name);
    // A fact that the sentence names and the reader did not give shows as "?".
    if (problem && /(?:^|\s)\?/.test(`${problem.what} ${problem.why}`))
      unclear.push(`${name}: ${problem.why}`);
  }
  expect({ slow, unclear }).toEqual({ slow: [], unclear: [] });
  expect(names.size).toBeGreaterThanOrEqual(MIN_FILES);
  expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(MAX_GROWTH_BYTES);
});

test('the corpus is the same every time, and another one with another seed', () => {
  const names = (seed: number) => [...damagedFiles(seed)].map(({ name }) => name);
  const first = names(1);
  expect(new Set(first).size).toBe(first.length);
  expect(names(1)).toEqual(first);
  expect(names(2)).not.toEqual(first);
});

test.each([...knownKillers()])('refused by a rule: $name', async ({ bytes }) => {
  expect(await verdictOn(bytes)).toMatchObject({ code: 'model.malformed' });
});
