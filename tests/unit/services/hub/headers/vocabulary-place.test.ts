import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readGgufHeader } from '../../../../../src-main/domain/gguf/read-header.ts';
import { layOutGguf, type MetadataEntry } from '../../../../../src-main/domain/gguf/writer.ts';
import { vocabularyPlace } from '../../../../../src-main/services/hub/headers/vocabulary-place.ts';

const scalar: fc.Arbitrary<Pick<MetadataEntry, 'type' | 'value'>> = fc.oneof(
  fc
    .string({ unit: 'grapheme' })
    .filter((text) => text.isWellFormed())
    .map((value) => ({ type: 'str' as const, value })),
  fc.constantFrom('u8', 'i16', 'u32', 'f32', 'u64', 'f64').map((type) => ({ type, value: 7 })),
  fc.array(fc.nat(255)).map((value) => ({ type: 'u16[]' as const, value })),
  fc.constant({ type: 'bool' as const, value: true }),
);
const entries = (prefix: string) =>
  fc
    .array(scalar, { maxLength: 5 })
    .map((values) => values.map((value, index) => ({ key: `${prefix}.${index}`, ...value })));

async function headerOf(all: readonly MetadataEntry[]) {
  const { headerBytes } = layOutGguf(all, []);
  const read = (offset: number, length: number) =>
    Promise.resolve(headerBytes.subarray(offset, offset + length));
  return { headerBytes, header: await readGgufHeader({ name: 'x', sizeBytes: headerBytes.length, read }) };
}

it('the vocabulary lies where the writer put it', async () => {
  const token = fc.string({ unit: 'grapheme', maxLength: 3 }).filter((text) => text.isWellFormed());
  await fc.assert(
    fc.asyncProperty(
      entries('before'),
      entries('after'),
      fc.array(token, { minLength: 1 }),
      async (before, after, tokens) => {
        const vocabulary: MetadataEntry[] = [
          {
            key: 'tokenizer.ggml.tokens',
            type: 'str[]',
            value: Array.from({ length: 1500 }, (_, id) => tokens[id % tokens.length] ?? ''),
          },
          { key: 'tokenizer.ggml.token_type', type: 'i32[]', value: Array<number>(1500).fill(1) },
        ];
        const { headerBytes, header } = await headerOf([...before, ...vocabulary, ...after]);
        const place = vocabularyPlace(header);
        const alone = layOutGguf([...before, ...vocabulary], []).headerBytes;
        const start = Buffer.from(headerBytes).indexOf('tokenizer.ggml.tokens') - 8;
        expect(place?.start).toBe(start);
        // The end of a file that ends there, but for its padding.
        const padding = alone.length - (place?.end ?? 0);
        expect(padding).toBeGreaterThanOrEqual(0);
        expect(padding).toBeLessThan(32);
        expect(alone.subarray(place?.end).every((byte) => byte === 0)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

it('a short vocabulary is none worth sharing', async () => {
  const { header } = await headerOf([{ key: 'tokenizer.ggml.tokens', type: 'str[]', value: ['a', 'b'] }]);
  expect(vocabularyPlace(header)).toBeNull();
});
