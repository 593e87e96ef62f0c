import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { trashFile } from '../../../../../src-main/services/library/trash/freedesktop-trash.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'nibble-trash-')));
});
afterEach(() => rm(folder, { recursive: true }));

const places = () => ({ dataHome: join(folder, 'share'), uid: 1000 });
const file = async (name: string, content: string) => {
  await mkdir(join(folder, 'models'), { recursive: true });
  await writeFile(join(folder, 'models', name), content);
  return join(folder, 'models', name);
};

test('a file goes to the home trash with a note of where it was, and comes back', async () => {
  const path = await file('größe 100%.gguf', 'one');
  const { restore } = await trashFile(path, places());
  const info = await readFile(join(folder, 'share/Trash/info/größe 100%.gguf.trashinfo'), 'utf8');
  expect(info).toMatch(
    /^\[Trash Info\]\nPath=\/.*\/models\/gr%C3%B6%C3%9Fe%20100%25\.gguf\nDeletionDate=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\n$/,
  );
  expect(await readdir(join(folder, 'models'))).toEqual([]);
  await rm(join(folder, 'models'), { recursive: true });
  await restore();
  expect(await readFile(path, 'utf8')).toBe('one');
  expect(await readdir(join(folder, 'share/Trash/files'))).toEqual([]);
  expect(await readdir(join(folder, 'share/Trash/info'))).toEqual([]);
});

test('two files of one name do not overwrite each other, and a new file in the old place is kept', async () => {
  const path = await file('a.gguf', 'first');
  const first = await trashFile(path, places());
  await file('a.gguf', 'second');
  await trashFile(path, places());
  expect((await readdir(join(folder, 'share/Trash/files'))).sort()).toEqual(['a.gguf', 'a.gguf.2']);
  await file('a.gguf', 'third');
  await expect(first.restore()).rejects.toThrow('there is another file');
  expect(await readFile(path, 'utf8')).toBe('third');
});

test('a file that is not there leaves nothing in the trash', async () => {
  await expect(trashFile(join(folder, 'missing.gguf'), places())).rejects.toThrow('ENOENT');
});
