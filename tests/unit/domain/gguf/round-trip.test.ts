import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ggmlTypeId, ggmlTypes } from '../../../../src-main/domain/gguf/ggml-types.ts';
import { readGgufHeader } from '../../../../src-main/domain/gguf/read-header.ts';
import {
  ggufScalarTypes,
  type GgufScalar,
  type GgufScalarType,
} from '../../../../src-main/domain/gguf/types.ts';
import { layOutGguf, type MetadataEntry } from '../../../../src-main/domain/gguf/writer.ts';
import { MemorySource } from '../../../helpers/gguf-bytes.ts';

/** 64-bit integers come back as bigint only beyond 2^53 − 1. */
const integer64 = (min: bigint, max: bigint) =>
  fc
    .bigInt({ min, max })
    .map((value) => (BigInt.asIntN(54, value) === value && value > -(2n ** 53n) ? Number(value) : value));

const scalars: Record<GgufScalarType, fc.Arbitrary<GgufScalar>> = {
  u8: fc.integer({ min: 0, max: 255 }),
  i8: fc.integer({ min: -128, max: 127 }),
  u16: fc.integer({ min: 0, max: 65_535 }),
  i16: fc.integer({ min: -32_768, max: 32_767 }),
  u32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  f32: fc.float(),
  bool: fc.boolean(),
  str: fc.string({ unit: 'grapheme' }),
  u64: integer64(0n, 2n ** 64n - 1n),
  i64: integer64(-(2n ** 63n), 2n ** 63n - 1n),
  f64: fc.double(),
};

const scalarType = fc.constantFrom(...ggufScalarTypes.filter((type) => type !== null));
const entry: fc.Arbitrary<MetadataEntry> = fc
  .tuple(fc.string({ minLength: 1, maxLength: 40 }), scalarType)
  .chain(([key, type]) =>
    fc.oneof(
      scalars[type].map((value): MetadataEntry => ({ key, type, value })),
      fc.array(scalars[type]).map((value): MetadataEntry => ({ key, type: `${type}[]`, value })),
    ),
  );
const entries = fc
  .uniqueArray(entry, { selector: ({ key }) => key, maxLength: 20 })
  .map((list) => list.filter(({ key }) => key !== 'general.alignment'));

const tensor = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 63, unit: 'grapheme-ascii' }),
    type: fc.constantFrom(...ggmlTypes.keys()),
    blocks: fc.integer({ min: 1, max: 3 }),
    others: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  })
  .map(({ name, type, blocks, others }) => ({
    name,
    type,
    dimensions: [blocks * (ggmlTypes.get(type)?.blockElements ?? 1), ...others],
  }));

test('what is written is read: every value type, every tensor type, both versions, any alignment', async () => {
  const files = fc.record({
    entries,
    tensors: fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 10 }),
    version: fc.constantFrom<2 | 3>(2, 3),
    alignment: fc.option(fc.integer({ min: 3, max: 16 }).map((power) => 2 ** power)),
    firstChunkBytes: fc.integer({ min: 1, max: 4096 }),
  });
  await fc.assert(
    fc.asyncProperty(files, async ({ entries, tensors, version, alignment, firstChunkBytes }) => {
      const all: MetadataEntry[] =
        alignment === null
          ? entries
          : [...entries, { key: 'general.alignment', type: 'u32', value: alignment }];
      const layout = layOutGguf(all, tensors, version);
      const source = new MemorySource(layout.headerBytes, 'any.gguf', layout.fileSizeBytes);
      const header = await readGgufHeader(source, { firstChunkBytes });
      expect(header).toEqual({
        version,
        alignment: alignment ?? 32,
        metadata: new Map(all.map(({ key, value }) => [key, value])),
        types: new Map(all.map(({ key, type }) => [key, type])),
        tensors: layout.tensors,
        dataOffsetBytes: layout.headerBytes.length,
        fileSizeBytes: layout.fileSizeBytes,
      });
    }),
    { numRuns: 300 },
  );
});

test('every ggml type by itself', async () => {
  for (const [type, { name, blockElements, blockBytes }] of ggmlTypes) {
    const layout = layOutGguf([], [{ name, type, dimensions: [blockElements * 2, 3] }]);
    const header = await readGgufHeader(new MemorySource(layout.headerBytes, name, layout.fileSizeBytes));
    expect(header.tensors).toEqual([
      { name, type, dimensions: [blockElements * 2, 3], offsetBytes: 0, sizeBytes: blockBytes * 6 },
    ]);
    expect(ggmlTypeId(name)).toBe(type);
  }
  expect(ggmlTypes.size).toBe(35);
});

test('the writer refuses what has no form in a file', () => {
  expect(() => layOutGguf([{ key: 'k', type: 'str', value: '\ud800' }], [])).toThrow(RangeError);
  expect(() => layOutGguf([], [{ name: 't', type: 4, dimensions: [1] }])).toThrow(RangeError);
  expect(() => layOutGguf([{ key: 'general.alignment', type: 'u32', value: 24 }], [])).toThrow(RangeError);
  expect(() => ggmlTypeId('Q4_2')).toThrow(RangeError);
});
