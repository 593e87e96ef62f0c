import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { baseFile } from '../fuzz/gguf/base-file.ts';
import { damagedFiles } from '../fuzz/gguf/corpus.ts';
import { loadAll } from '../fuzz/gguf/load-all.ts';
import { verdictOn } from '../fuzz/gguf/verdict.ts';
import { architectureTables, type ModelShape } from '../helpers/gguf-shapes.ts';
import { builtInModelPath, tinyShape, tinyWideShape, writeSyntheticGguf } from '../helpers/synthetic-gguf.ts';

/** About 590 files; it took 60 s on two cores that 16 processes waited for, 103 s with 20 of them. */
const CORPUS_TIMEOUT_MS = 180_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-gguf-corpus-'));
});
afterAll(() => rm(folder, { recursive: true }));

test(
  'every damaged file that passes the reader runs or fails cleanly in the engine',
  async () => {
    const names = new Map<string, string>();
    for (const { name, bytes } of damagedFiles()) {
      if ((await verdictOn(bytes)) !== null) continue;
      const path = join(folder, `${names.size}.gguf`);
      await writeFile(path, bytes);
      names.set(path, name);
    }
    const outcomes = await loadAll([...names.keys()]);
    const ended = outcomes.filter(({ outcome }) => outcome === 'died' || outcome === 'hung');
    expect(ended.map(({ path, outcome, reason }) => `${names.get(path)}: ${outcome} ${reason}`)).toEqual([]);
    // Both kinds are there, or the corpus or the engine is not what this test believes.
    expect(outcomes.filter(({ outcome }) => outcome === 'ran').length).toBeGreaterThan(50);
    expect(outcomes.filter(({ outcome }) => outcome === 'failed').length).toBeGreaterThan(50);
  },
  CORPUS_TIMEOUT_MS,
);

test('the runner tells a process that dies from a file that fails', async () => {
  const good = join(folder, 'good.gguf');
  const bad = join(folder, 'bad.gguf');
  const killer = join(folder, 'killer.gguf');
  await writeFile(good, baseFile());
  await writeFile(bad, baseFile().slice(0, 1000));
  const { knownKillers } = await import('../fuzz/gguf/known-killers.ts');
  const norm = [...knownKillers()].find(({ name }) => name === 'a norm in 16 bits');
  await writeFile(killer, norm?.bytes ?? '');
  const outcomes = await loadAll([good, killer, bad, good]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ran', 'died', 'failed', 'ran']);
});

test('models of every architecture and type of the generator run', async () => {
  const shapes: ModelShape[] = [
    ...(Object.keys(architectureTables) as ModelShape['architecture'][]).map((architecture) => ({
      ...tinyShape,
      architecture,
    })),
    ...['F32', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0', 'Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K'].map(
      (type) => ({ ...tinyWideShape, type }),
    ),
    ...['IQ4_NL', 'IQ4_XS', 'TQ1_0', 'TQ2_0'].map((type) => ({ ...tinyWideShape, type })),
  ];
  const paths = await Promise.all(
    shapes.map((shape) =>
      writeSyntheticGguf(folder, shape, { fileName: `${shape.architecture}-${shape.type}.gguf` }),
    ),
  );
  const outcomes = await loadAll([builtInModelPath, ...paths]);
  expect(outcomes.filter(({ outcome }) => outcome !== 'ran')).toEqual([]);
});
