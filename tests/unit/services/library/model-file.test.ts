import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProblemError } from '../../../../src-main/contract/problem.ts';
import type { MetadataEntry } from '../../../../src-main/domain/gguf/writer.ts';
import { fileProblem, openModelFile } from '../../../../src-main/services/library/model-file.ts';
import { baseEntries, baseFile, baseTensors } from '../../../fuzz/gguf/base-file.ts';
import { ggufBytes } from '../../../helpers/gguf-bytes.ts';
import { builtInModelPath } from '../../../helpers/synthetic-gguf.ts';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'nibble-model-file-')));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}
const problemOf = (path: string) =>
  openModelFile(path).then(
    () => null,
    (error: unknown) => (error instanceof ProblemError ? error.problem : error),
  );

test('the built-in model passes', async () => {
  const { size, mtimeMs } = await stat(builtInModelPath);
  const model = await openModelFile(builtInModelPath);
  expect(model).toMatchObject({
    path: await realpath(builtInModelPath),
    fileName: 'nibble-tiny-f16.gguf',
    sizeBytes: size,
    mtimeMs,
    summary: { name: 'Nibble Tiny', architecture: 'llama', level: 'F16', parameters: 7_344_384, layers: 8 },
  });
  expect(model.parts).toEqual([model.path]);
});

test('spaces, other letters, links of folders and relative paths lead to one absolute path', async () => {
  const path = await written('Größe 模型 1-F16.gguf', baseFile());
  const linkedFolder = join(folder, 'linked');
  await symlink(folder, linkedFolder);
  for (const given of [path, join(linkedFolder, basename(path)), relative(process.cwd(), path)]) {
    expect(await openModelFile(given)).toMatchObject({ path, fileName: 'Größe 模型 1-F16.gguf' });
  }
});

test('a link to the file keeps its own name, and the level that it tells', async () => {
  await mkdir(join(folder, 'blobs'));
  const blob = await written('blobs/0123abcd', baseFile());
  const link = join(folder, 'Linked-Q5_K_M.gguf');
  await symlink(blob, link);
  expect(await openModelFile(link)).toMatchObject({ path: link, summary: { level: 'Q5_K_M' } });
});

test('what is no readable file is named', async () => {
  const missing = join(folder, 'missing.gguf');
  expect(await problemOf(missing)).toMatchObject({
    code: 'model.notFound',
    what: `There is no file at ${missing}.`,
  });
  expect(await problemOf(folder)).toMatchObject({ code: 'model.isDirectory' });
  expect(await problemOf(join(await written('file.gguf', baseFile()), 'below.gguf'))).toMatchObject({
    code: 'model.notFound',
  });
  expect(await problemOf(await written('empty.gguf', new Uint8Array(0)))).toMatchObject({
    code: 'model.empty',
  });
  expect(await problemOf(await written('text.gguf', new TextEncoder().encode('hello')))).toMatchObject({
    code: 'model.notGguf',
  });
  expect(await problemOf(await written('cut.gguf', baseFile().slice(0, -1)))).toMatchObject({
    code: 'model.truncated',
  });
  expect(await problemOf(await written('vocabulary.gguf', ggufBytes(baseEntries)))).toMatchObject({
    code: 'model.vocabularyOnly',
  });
});

test.skipIf(process.platform === 'win32')(
  'devices and pipes are refused without waiting for them',
  async () => {
    const pipe = join(folder, 'pipe.gguf');
    execFileSync('mkfifo', [pipe]);
    expect(await problemOf(pipe)).toMatchObject({ code: 'model.unreadable' });
    expect(await problemOf('/dev/zero')).toMatchObject({ code: 'model.unreadable' });
  },
);

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('no permission', async () => {
  const path = join(folder, 'secret.gguf');
  await writeFile(path, baseFile(), { mode: 0o000 });
  expect(await problemOf(path)).toMatchObject({ code: 'model.noPermission' });
});

test('what the operating system says becomes a problem, a defect stays one', () => {
  // Root may read everything, so the words for "no permission" are tested here as well.
  const systemError = (code: string) => Object.assign(new Error(code), { code, syscall: 'open' });
  const codeOf = (code: string) => {
    const problem = fileProblem(systemError(code), 'x.gguf');
    return problem instanceof ProblemError ? problem.problem.code : problem;
  };
  expect(['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EIO'].map(codeOf)).toEqual([
    ...['model.noPermission', 'model.noPermission', 'model.notFound', 'model.notFound'],
    ...['model.isDirectory', 'model.unreadable'],
  ]);
  const defect = new TypeError('x is not a function');
  expect(fileProblem(defect, 'x.gguf')).toBe(defect);
});

/** Part `part` of `count` of the base file, with a share of its tensors; the first has all metadata. */
function partBytes(part: number, count: number, changes: Record<string, number> = {}): Uint8Array {
  const numbers: Record<string, number> = {
    'split.no': part - 1,
    'split.count': count,
    'split.tensors.count': baseTensors.length,
    ...changes,
  };
  const split = Object.entries(numbers).map(([key, value]): MetadataEntry => ({
    key,
    type: key === 'split.tensors.count' ? 'i32' : 'u16',
    value,
  }));
  const tensors = baseTensors.filter((_, index) => index % count === part - 1);
  return ggufBytes(part === 1 ? [...baseEntries, ...split] : split, tensors);
}

async function splitModel(name: string, changes: Record<string, number> = {}): Promise<string[]> {
  await mkdir(join(folder, name));
  return Promise.all(
    [1, 2, 3].map((part) =>
      written(`${name}/m-Q8_0-0000${part}-of-00003.gguf`, partBytes(part, 3, part === 2 ? changes : {})),
    ),
  );
}

test('any part of a split model stands for the whole', async () => {
  const parts = await splitModel('whole');
  const whole = await openModelFile(await written('one.gguf', baseFile()));
  for (const part of parts) {
    const model = await openModelFile(part);
    expect(model).toMatchObject({ path: parts[0], parts, fileName: 'm-Q8_0-00001-of-00003.gguf' });
    expect(model.summary).toEqual({ ...whole.summary, name: 'm-Q8_0', level: 'Q8_0' });
    expect(model.header.tensors).toHaveLength(baseTensors.length);
  }
  const sizes = await Promise.all(parts.map(async (part) => (await stat(part)).size));
  expect((await openModelFile(parts[1] ?? '')).sizeBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
});

test('links to all parts make a model, and so does a link of another name to one', async () => {
  const parts = await splitModel('target');
  await mkdir(join(folder, 'links'));
  const links = parts.map((part) => join(folder, 'links', basename(part)));
  for (const [index, link] of links.entries()) await symlink(parts[index] ?? '', link);
  expect(await openModelFile(links[1] ?? '')).toMatchObject({ path: links[0], parts: links });
  const other = join(folder, 'other-name.gguf');
  await symlink(parts[0] ?? '', other);
  expect(await openModelFile(other)).toMatchObject({ path: parts[0], parts });
});

test('a missing part is named', async () => {
  const [first = '', second = ''] = await splitModel('missing');
  await rm(second);
  expect(await problemOf(first)).toMatchObject({
    code: 'model.partMissing',
    what: 'A part of this model is missing: m-Q8_0-00002-of-00003.gguf.',
    why: 'The model is split into 3 files that belong in one folder.',
  });
});

test('parts that do not belong together are refused', async () => {
  const whyOf = async (name: string, changes: Record<string, number>) => {
    const [first = ''] = await splitModel(name, changes);
    return problemOf(first);
  };
  expect(await whyOf('order', { 'split.no': 2 })).toMatchObject({
    why: 'split.no: 2 is not a whole number between 1 and 1.',
  });
  expect(await whyOf('count', { 'split.count': 2 })).toMatchObject({
    why: 'split.count: 2 is not a whole number between 3 and 3.',
  });
  const [first = ''] = await splitModel('tensors');
  await writeFile(first, partBytes(1, 3, { 'split.tensors.count': 99 }));
  expect(await problemOf(first)).toMatchObject({
    why: `split.tensors.count: 99 tensors are announced, the parts hold ${baseTensors.length}.`,
  });
  await writeFile(
    first,
    ggufBytes(
      [
        ...baseEntries,
        ...['split.no', 'split.count'].map((key, index): MetadataEntry => ({
          key,
          type: 'u16',
          value: index * 3,
        })),
      ],
      baseTensors,
    ),
  );
  expect(await problemOf(first)).toMatchObject({
    why: expect.stringContaining('another part of the model has it too'),
  });
});

test('a part under another name is refused, since no one could find the others', async () => {
  const path = await written('renamed.gguf', partBytes(1, 3));
  expect(await problemOf(path)).toMatchObject({
    why: 'file name: a model that is split into 3 files has names such as name-00001-of-00003.gguf.',
  });
  expect(await problemOf(await written('m-00002-of-00003.gguf', partBytes(1, 3)))).toMatchObject({
    why: 'file name: it says part 2, the file itself says 1.',
  });
  expect(await problemOf(await written('m-00001-of-00004.gguf', partBytes(1, 3)))).toMatchObject({
    why: 'file name: it says 4 parts, the file itself says 3.',
  });
});
