import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGgufHeader } from '../../../../../src-main/domain/gguf/read-header.ts';
import type { GgufHeader } from '../../../../../src-main/domain/gguf/types.ts';
import { layOutGguf, type MetadataEntry } from '../../../../../src-main/domain/gguf/writer.ts';
import { outlineHeader, restoreHeader } from '../../../../../src-main/services/hub/headers/header-outline.ts';
import { donorOf } from '../../../../../src-main/services/hub/headers/shared-vocabulary.ts';
import { servedSparse } from '../../../../helpers/hub/served-file.ts';

const vocabulary = (tokens: number): MetadataEntry[] => [
  {
    key: 'tokenizer.ggml.tokens',
    type: 'str[]',
    value: Array.from({ length: tokens }, (_, id) => `token ${id}`),
  },
  { key: 'tokenizer.ggml.token_type', type: 'i32[]', value: Array<number>(tokens).fill(1) },
];
const numbers = (prefix: string, count: number): MetadataEntry[] =>
  Array.from({ length: count }, (_, index) => ({ key: `${prefix}.${index}`, type: 'u32', value: index }));

/** Zero behind `bytes`, as the weights are. */
function read(bytes: Uint8Array, sizeBytes: number): Promise<GgufHeader> {
  return readGgufHeader({ ...servedSparse('x', bytes, sizeBytes), name: 'x' }, { maxChunkBytes: 64 * 1024 });
}

/** A file with an F32 tensor, whose bytes are left out. */
function layOut(before: number, tokens: number, after: number, alignment: number) {
  const entries: MetadataEntry[] = [
    { key: 'general.alignment', type: 'u32', value: alignment },
    ...numbers('before', before),
    ...vocabulary(tokens),
    ...numbers('after', after),
  ];
  const tensors = [{ name: 'token_embd.weight', type: 0, dimensions: [64, 2] }];
  const { headerBytes, fileSizeBytes } = layOutGguf(entries, tensors);
  return { bytes: Buffer.from(headerBytes), fileSizeBytes };
}

describe('the outline of a header', () => {
  it('restored is the header, wherever the vocabulary stands and however tensors are aligned', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(20),
        fc.integer({ min: 30_000, max: 32_000 }),
        fc.nat(20),
        fc.constantFrom(8, 32, 4096, 65_536),
        async (before, tokens, after, alignment) => {
          const { bytes, fileSizeBytes } = layOut(before, tokens, after, alignment);
          const whole = await read(bytes, fileSizeBytes);
          const donor = donorOf(whole, bytes);
          if (!donor) throw new Error('nothing to share');
          const { start, end } = donor.vocabulary;
          const outline = outlineHeader(bytes.subarray(0, start), donor.vocabulary, bytes.subarray(end));
          if (!outline) throw new Error('no outline');
          expect(outline.bytes.length).toBeLessThan(3 * 65_536);
          const header = await read(outline.bytes, fileSizeBytes - outline.removedBytes);
          expect(restoreHeader(header, outline.removedBytes, donor.entries)).toEqual(whole);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('is none of a file with fewer entries than the vocabulary, or with one of them twice', async () => {
    const { bytes, fileSizeBytes } = layOut(1, 30_000, 1, 32);
    const donor = donorOf(await read(bytes, fileSizeBytes), bytes);
    if (!donor) throw new Error('nothing to share');
    const { headerBytes } = layOutGguf([{ key: 'a', type: 'u32', value: 1 }], []);
    expect(outlineHeader(Buffer.from(headerBytes), donor.vocabulary, Buffer.alloc(0))).toBeNull();
    const twice = layOutGguf([{ key: 'nibble.vocabulary', type: 'str', value: '' }, ...vocabulary(3)], []);
    const header = await read(twice.headerBytes, twice.fileSizeBytes);
    expect(restoreHeader(header, 0, donor.entries)).toBeNull();
  });
});
