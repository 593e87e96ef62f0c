import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ggmlTypes, tensorBytes } from '../../../../../src-main/domain/gguf/ggml-types.ts';
import type {
  GgufHeader,
  GgufValue,
  GgufValueType,
  ModelSummary,
} from '../../../../../src-main/domain/gguf/types.ts';
import { headerFromJson, headerToJson } from '../../../../../src-main/services/hub/headers/header-json.ts';

const summary: ModelSummary = {
  ...{
    name: 'Model',
    architecture: 'llama',
    level: 'Q4_0',
    parameters: 1000,
    bitsPerWeight: 4.5,
    weightsBytes: 563,
  },
  ...{ trainedContext: 8192, layers: 2, embeddingLength: 64, headsKv: [2, 2], headSizeK: 32, headSizeV: 32 },
  ...{ vocabularySize: 2048, chatTemplate: null },
};

const value: fc.Arbitrary<[GgufValueType, GgufValue]> = fc.oneof(
  fc.string().map((text): [GgufValueType, GgufValue] => ['str', text]),
  fc.double().map((number): [GgufValueType, GgufValue] => ['f64', Object.is(number, -0) ? 0 : number]),
  fc
    .bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n })
    .map((number): [GgufValueType, GgufValue] => ['u64', number]),
  fc.array(fc.boolean(), { maxLength: 1024 }).map((list): [GgufValueType, GgufValue] => ['bool[]', list]),
);
const tensor = fc
  .record({
    name: fc.string({ minLength: 1 }),
    type: fc.constantFrom(...ggmlTypes.keys()),
    rows: fc.integer({ min: 1, max: 9 }),
    offsetBytes: fc.nat(),
  })
  .map(({ name, type, rows, offsetBytes }) => {
    const ggmlType = ggmlTypes.get(type)!;
    const dimensions = [ggmlType.blockElements, rows];
    return { name, type, dimensions, offsetBytes, sizeBytes: tensorBytes(ggmlType, dimensions) };
  });
const header: fc.Arbitrary<GgufHeader> = fc
  .record({
    entries: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), value),
    tensors: fc.array(tensor),
  })
  .map(({ entries, tensors }) => ({
    ...{ version: 3, alignment: 32, tensors, dataOffsetBytes: 4096, fileSizeBytes: 9999 },
    metadata: new Map(Object.entries(entries).map(([key, [, kept]]) => [key, kept])),
    types: new Map(Object.entries(entries).map(([key, [type]]) => [key, type])),
  }));

describe('a kept header', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(header, (kept) => {
        expect(headerFromJson('key', headerToJson('key', { header: kept, summary }))).toEqual({
          header: kept,
          summary,
        });
      }),
    );
  });

  it('is refused under another key, in another format, and when anything is missing or out of bounds', () => {
    const [sample] = fc.sample(header, { numRuns: 1, seed: 1 });
    if (!sample) throw new Error('no sample');
    const text = headerToJson('key', { header: sample, summary });
    const entry = JSON.parse(text) as { header: object; summary: object };
    const damaged: unknown[] = [
      { ...entry, format: 2 },
      { ...entry, more: 1 },
      { ...entry, summary: { ...entry.summary, layers: 1e9 } },
      { ...entry, summary: { ...entry.summary, layers: undefined } },
      { ...entry, header: { ...entry.header, tensors: [['x', 4, [1], 0]] } },
      { ...entry, header: { ...entry.header, tensors: [['x', 0, [-1], 0]] } },
      { ...entry, header: { ...entry.header, metadata: [['k', 'u128', 1]] } },
      { ...entry, header: { ...entry.header, metadata: [['k', 'u64', { big: '0x10' }]] } },
    ];
    expect(damaged.map((one) => headerFromJson('key', JSON.stringify(one)))).toEqual(damaged.map(() => null));
    expect(headerFromJson('other', text)).toBeNull();
    expect(headerFromJson('key', text.slice(1))).toBeNull();
    expect(headerFromJson('key', text)).not.toBeNull();
  });
});
