import fc from 'fast-check';
import { isUtf8 } from 'node:buffer';
import { expect, test } from 'vitest';
import { PackedStrings } from '../../../../src-main/domain/gguf/packed-strings.ts';
import { readGgufHeader } from '../../../../src-main/domain/gguf/read-header.ts';
import { indexTokens } from '../../../../src-main/domain/gguf/token-index.ts';
import { LONGEST_LIST } from '../../../../src-main/domain/gguf/types.ts';
import { ggufBytes, MemorySource } from '../../../helpers/gguf-bytes.ts';

/** More texts than a list holds, of every length and script, with twins and empty ones among them. */
const texts = fc
  .array(
    fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.string({ minLength: 120, maxLength: 140 })),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .chain((some) => fc.tuple(fc.constant(some), fc.boolean()))
  .map(([some, fillerFirst]) => {
    const filler = Array.from({ length: LONGEST_LIST + 1 - some.length }, (_, index) => `filler ${index}`);
    return fillerFirst ? [...filler, ...some] : [...some, ...filler];
  });

async function packed(values: readonly string[], firstChunkBytes: number): Promise<PackedStrings> {
  const bytes = ggufBytes([{ key: 'k', type: 'str[]', value: values }]);
  const { metadata } = await readGgufHeader(new MemorySource(bytes), {
    isUtf8,
    firstChunkBytes,
    maxChunkBytes: firstChunkBytes,
  });
  const value = metadata.get('k');
  if (!(value instanceof PackedStrings)) throw new Error('a long array of texts was not packed');
  return value;
}

test('a long array of texts reads like the list it was written from, however its bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 200, max: 40_000 }), async (values, chunkBytes) => {
      const strings = await packed(values, chunkBytes);
      expect([...strings]).toEqual(values);
      expect(values.map((_, index) => strings.at(index))).toEqual(values);
      expect([strings.at(-1), strings.at(values.length)]).toEqual([undefined, undefined]);
      expect(strings.sizeBytes).toBe(values.reduce((sum, text) => sum + 8 + Buffer.byteLength(text), 0));
    }),
    { numRuns: 60 },
  );
});

test('packed tokens are indexed as a list of them', async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (values) => {
      const [bytes, list] = [indexTokens(await packed(values, 10_000)), indexTokens(values)];
      expect(bytes.hasTwins).toBe(list.hasTwins);
      for (const text of [...values.slice(0, 40), 'filler 5', 'not there', '', '[EMPTY_0]', '[EMPTY_1024]'])
        expect(bytes.has(text)).toBe(list.has(text));
    }),
    { numRuns: 60 },
  );
});

test('the name that an empty token gets is taken', async () => {
  const values = Array.from({ length: LONGEST_LIST + 1 }, (_, index) => (index === 7 ? '' : `t${index}`));
  expect(indexTokens(await packed(values, 5000)).hasTwins).toBe(false);
  expect(indexTokens(await packed(values.with(9, '[EMPTY_7]'), 5000)).hasTwins).toBe(true);
  expect(indexTokens(await packed(values.with(9, ''), 5000)).hasTwins).toBe(false);
});

test('invalid UTF-8 is found in short and in long texts, with and without help of the runtime', async () => {
  const values = Array.from({ length: LONGEST_LIST + 1 }, (_, index) => `text ${index}`).with(
    500,
    'é'.repeat(100),
  );
  for (const text of ['text 3', 'é'.repeat(100), `text ${LONGEST_LIST}`]) {
    const bytes = ggufBytes([{ key: 'k', type: 'str[]', value: values }]);
    const at = Buffer.from(bytes.buffer).indexOf(text) + Buffer.byteLength(text) - 1;
    // The first byte of a character whose second one would be a byte of the next length.
    bytes[at] = 0xc3;
    for (const options of [{}, { isUtf8 }]) {
      await expect(readGgufHeader(new MemorySource(bytes), options)).rejects.toMatchObject({
        problem: { why: 'k: the text is not valid UTF-8.' },
      });
    }
  }
});

test('long arrays of numbers are packed, and read the same', async () => {
  const values = Array.from({ length: LONGEST_LIST + 1 }, (_, index) => index - 7);
  for (const type of ['i16[]', 'i32[]', 'f32[]', 'f64[]', 'i64[]'] as const) {
    const bytes = ggufBytes([{ key: 'k', type, value: values }]);
    const { metadata } = await readGgufHeader(new MemorySource(bytes), {
      firstChunkBytes: 301,
      maxChunkBytes: 301,
    });
    const value = metadata.get('k') as Iterable<number>;
    expect([...value]).toEqual(values);
    expect(Array.isArray(value)).toBe(type === 'i64[]');
  }
});
