import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importModel, type ImportProgress } from '../../../../src-main/services/library/import-model.ts';
import { modelBytes, writeModel, writePart } from '../../../helpers/model-files.ts';

/** Memory as a disk: another device than the temporary folder, where there is one. */
const OTHER_DISK = '/dev/shm';

let folder: string;
let target: string;
const others: string[] = [];
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'nibble-import-')));
  target = join(folder, 'models');
});
afterEach(async () => {
  for (const path of [folder, ...others.splice(0)]) await rm(path, { recursive: true, force: true });
});

async function run(
  path: string,
  signal?: AbortSignal,
): Promise<{ path: string; progress: ImportProgress[] }> {
  const progress: ImportProgress[] = [];
  const moving = importModel(path, target, signal);
  for (;;) {
    const step = await moving.next();
    if (step.done === true) return { path: step.value, progress };
    progress.push(step.value);
  }
}

test('on one disk a file is renamed, a split one with all its parts, and a name that is taken gets a number', async () => {
  await writeModel(join(target, 'a-Q4_0.gguf'), 'There before');
  const path = await writeModel(join(folder, 'a-Q4_0.gguf'), 'Moved');
  expect(await run(path)).toEqual({ path: join(target, 'a-Q4_0 (2).gguf'), progress: [] });
  for (const part of [1, 2]) await writePart(join(folder, `s-0000${part}-of-00002.gguf`), part, 2);
  expect((await run(join(folder, 's-00002-of-00002.gguf'))).path).toBe(join(target, 's-00001-of-00002.gguf'));
  expect((await readdir(target)).sort()).toEqual([
    'a-Q4_0 (2).gguf',
    'a-Q4_0.gguf',
    's-00001-of-00002.gguf',
    's-00002-of-00002.gguf',
  ]);
  expect(await readdir(folder)).toEqual(['models']);
  expect(await run(join(target, 'a-Q4_0.gguf'))).toMatchObject({ path: join(target, 'a-Q4_0.gguf') });
});

test.skipIf(!existsSync(OTHER_DISK))(
  'between disks it is copied, compared, and only then deleted; aborted, the original is all there is',
  async () => {
    const other = await mkdtemp(join(OTHER_DISK, 'nibble-import-'));
    others.push(other);
    const path = await writeModel(join(other, 'a.gguf'), 'From afar');
    const left = AbortSignal.abort();
    await expect(run(path, left)).rejects.toThrow();
    expect(await readdir(target)).toEqual([]);
    expect(existsSync(path)).toBe(true);

    const { path: moved, progress } = await run(path);
    expect(Buffer.compare(await readFile(moved), modelBytes('From afar'))).toBe(0);
    expect(progress.at(-1)?.doneBytes).toBe(progress.at(-1)?.totalBytes);
    expect(await readdir(target)).toEqual(['a.gguf']);
    expect(existsSync(path)).toBe(false);
  },
);

test('what is no model, or only a link to one, stays where it is', async () => {
  const path = join(folder, 'notes.gguf');
  await writeFile(path, 'Dear diary');
  await expect(run(path)).rejects.toMatchObject({ problem: { code: 'model.notGguf' } });
  const model = await writeModel(join(folder, 'deep/a.gguf'), 'Linked');
  const link = join(folder, 'link.gguf');
  await symlink(model, link);
  await expect(run(link)).rejects.toMatchObject({ problem: { code: 'library.importFailed' } });
  expect(existsSync(model)).toBe(true);
  expect(existsSync(target)).toBe(false);
  await mkdir(target);
});
