import { expect, test } from 'vitest';
import { ProblemError } from '../../../../src-main/contract/problem.ts';
import { readGgufHeader } from '../../../../src-main/domain/gguf/read-header.ts';
import { ggufBytes, MemorySource } from '../../../helpers/gguf-bytes.ts';
import { baseEntries, baseFile, baseTensors } from '../../../fuzz/gguf/base-file.ts';

const problemOf = (bytes: Uint8Array) =>
  readGgufHeader(new MemorySource(bytes, 'my model.gguf')).then(
    () => null,
    (error: unknown) => (error instanceof ProblemError ? error.problem : error),
  );
const ascii = (text: string) => new TextEncoder().encode(text);
function patched(offset: number, ...values: number[]): Uint8Array {
  const bytes = ggufBytes([{ key: 'k', type: 'bool', value: true }]);
  bytes.set(values, offset);
  return bytes;
}
const VERSION_AT = 4;
const VALUE_TYPE_AT = 24 + 8 + 1;
const VALUE_AT = VALUE_TYPE_AT + 4;

test('what is no GGUF file says how it begins', async () => {
  expect(await problemOf(new Uint8Array(0))).toMatchObject({
    code: 'model.empty',
    what: 'my model.gguf is empty.',
  });
  expect(await problemOf(ascii('PK'))).toMatchObject({
    code: 'model.notGguf',
    why: 'A GGUF file starts with the letters GGUF; this one starts with "PK".',
  });
  expect(await problemOf(new Uint8Array([0, 1, 255, 10, 5]))).toMatchObject({
    code: 'model.notGguf',
    why: 'A GGUF file starts with the letters GGUF; this one starts with the bytes 00 01 ff 0a.',
  });
  expect(await problemOf(ascii('GGU'))).toMatchObject({ code: 'model.notGguf' });
});

test('other versions and big-endian files are named', async () => {
  expect(await problemOf(patched(VERSION_AT, 1))).toMatchObject({ code: 'model.tooNew' });
  expect(await problemOf(patched(VERSION_AT, 4))).toMatchObject({
    code: 'model.tooNew',
    what: 'my model.gguf uses GGUF version 4.',
  });
  expect(await problemOf(patched(VERSION_AT, 0))).toMatchObject({ code: 'model.malformed' });
  expect(await problemOf(patched(VERSION_AT, 0, 0, 0, 3))).toMatchObject({
    code: 'model.malformed',
    why: 'version: the file is written for big-endian machines, which Nibble does not run on.',
  });
});

test('values are strict', async () => {
  expect(await problemOf(patched(VALUE_AT, 0))).toBeNull();
  expect(await problemOf(patched(VALUE_AT, 2))).toMatchObject({ why: 'k: 2 is neither true nor false.' });
  expect(await problemOf(patched(VALUE_TYPE_AT, 13))).toMatchObject({
    why: 'k: value type 13 does not exist.',
  });

  const nested = ggufBytes([{ key: 'k', type: 'u32[]', value: [0, 0, 0, 0, 0] }]);
  nested[VALUE_AT] = 9;
  expect(await problemOf(nested)).toMatchObject({ why: 'k: an array of arrays is not allowed.' });

  const text = ggufBytes([{ key: 'k', type: 'str', value: 'é' }]);
  text[VALUE_AT + 8] = 0xff;
  expect(await problemOf(text)).toMatchObject({ why: 'k: the text is not valid UTF-8.' });
});

test('a count that cannot fit is refused before anything is set aside for it', async () => {
  const bytes = ggufBytes([{ key: 'k', type: 'f64[]', value: [1, 2] }]);
  new DataView(bytes.buffer).setBigUint64(VALUE_AT + 4, 1_000_000n, true);
  expect(await problemOf(bytes)).toMatchObject({
    code: 'model.truncated',
    why: `k ends at byte ${VALUE_AT + 12 + 8_000_000}, but the file has only ${bytes.length} bytes.`,
  });
});

test('names in a message cannot speak to the terminal', async () => {
  const escape = '\u001b[2Jkey\n';
  const twice = { key: escape, type: 'u8' as const, value: 1 };
  expect(await problemOf(ggufBytes([twice, twice]))).toMatchObject({ why: '[2Jkey: the key is used twice.' });
  const cut = ggufBytes([{ key: escape, type: 'u64', value: 1 }]).slice(0, 24 + 8 + 9 + 4 + 2);
  expect(await problemOf(cut)).toMatchObject({ why: expect.stringMatching(/^\[2Jkey ends at byte \d+/) });
});

test('the header is the same however it is cut into chunks, and no more than it is fetched', async () => {
  const bytes = baseFile();
  const whole = await readGgufHeader(new MemorySource(bytes));
  for (const firstChunkBytes of [1, 7, 64, 1000, 4096]) {
    const source = new MemorySource(bytes);
    expect(await readGgufHeader(source, { firstChunkBytes })).toEqual(whole);
    const fetched = source.reads.reduce((sum, { length }) => sum + length, 0);
    // Chunks double, so at most half of what was fetched lies behind the header.
    expect(fetched).toBeLessThanOrEqual(Math.max(2 * whole.dataOffsetBytes, firstChunkBytes));
  }
  expect(whole.metadata.size).toBe(baseEntries.length);
  expect(whole.tensors.map(({ name }) => name)).toEqual(baseTensors.map(({ name }) => name));
});

test('a source that gives fewer bytes than asked for is not believed', async () => {
  const bytes = baseFile();
  const short = {
    name: 'short.gguf',
    sizeBytes: bytes.length,
    read: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length - 1)),
  };
  await expect(readGgufHeader(short)).rejects.toThrow(/short.gguf is incomplete/);
});

test("a source's own error passes through", async () => {
  const broken = { name: 'x', sizeBytes: 100, read: () => Promise.reject(new Error('the disk is gone')) };
  await expect(readGgufHeader(broken)).rejects.toThrow('the disk is gone');
});
