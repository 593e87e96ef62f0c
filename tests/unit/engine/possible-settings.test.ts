import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheTypes, kvCacheTypes, loadSettingsSchema } from '../../../src-main/contract/plan.contract.ts';
import { cacheRowBytes } from '../../../src-main/domain/planner/analytic/cache-types.ts';
import { ggmlTypes } from '../../../src-main/domain/gguf/ggml-types.ts';
import { bitsOf, blockOf, isQuantized } from '../../../src-main/engine/cache-type.ts';
import { possibleSettings, type AttentionShape } from '../../../src-main/engine/possible-settings.ts';
import type { LoadWish } from '../../../src-main/services/engine-host/protocol.ts';

const wish: LoadWish = {
  gpuLayers: 0,
  contextSize: 2048,
  flashAttention: true,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 2,
};

const shapeOf = (headSize: number, more: Partial<AttentionShape> = {}): AttentionShape => ({
  headSizesK: [headSize],
  headSizesV: [headSize],
  supportsFlashAttention: true,
  hasOneCache: false,
  ...more,
});

const bothOf = (type: string) => ({ cacheTypeK: type, cacheTypeV: type });

describe('possibleSettings', () => {
  it.each<[string, Partial<LoadWish>, AttentionShape, Partial<LoadWish>, string[]]>([
    ['keeps what works', bothOf('q4_0'), shapeOf(64), bothOf('q4_0'), []],
    ['takes names in capitals', bothOf('Q8_0'), shapeOf(64), bothOf('q8_0'), []],
    ['resolves auto', { flashAttention: 'auto' }, shapeOf(64), { flashAttention: true }, []],
    [
      'stores a block that does not divide the heads with 16 bits',
      bothOf('q8_0'),
      shapeOf(40),
      bothOf('f16'),
      [
        "Keys and values of the cache are f16: q8_0 takes 32 values at a time, and this model's heads have 40.",
      ],
    ],
    [
      'looks at the heads of every kind of layer',
      { cacheTypeK: 'q5_1' },
      shapeOf(64, { headSizesK: [64, 80] }),
      {},
      ["The keys of the cache are f16: q5_1 takes 32 values at a time, and this model's heads have 80."],
    ],
    [
      'goes from a type of weights to the next type of cache',
      { cacheTypeK: 'q6_K', cacheTypeV: 'iq2_xxs' },
      shapeOf(128),
      { cacheTypeK: 'q8_0', cacheTypeV: 'q4_0' },
      [
        'The keys of the cache are q8_0: a cache cannot be q6_k.',
        'The values of the cache are q4_0: a cache cannot be iq2_xxs.',
      ],
    ],
    [
      'keeps flash attention off and the values whole',
      { ...bothOf('q8_0'), flashAttention: false },
      shapeOf(64),
      { cacheTypeK: 'q8_0', flashAttention: false },
      ['The values of the cache are f16: q8_0 needs flash attention, which is off.'],
    ],
    [
      'says that the model cannot use flash attention',
      { cacheTypeV: 'q4_0' },
      shapeOf(64, { supportsFlashAttention: false }),
      { flashAttention: false },
      [
        'Flash attention is off: the engine cannot use it with this model.',
        'The values of the cache are f16: q4_0 needs flash attention, which this model cannot use.',
      ],
    ],
    [
      'makes both alike where there is one cache',
      { cacheTypeV: 'q8_0' },
      shapeOf(64, { hasOneCache: true }),
      {},
      ['Keys and values of the cache are f16: this model keeps both in one.'],
    ],
  ])('%s', (_, change, shape, expected, changes) => {
    expect(possibleSettings({ ...wish, ...change }, shape)).toEqual({
      settings: { ...wish, ...expected },
      changes,
    });
  });

  it.each(['i8', 'q8_1', 'q8_k', 'float', ''])('refuses %s, which is no quantization', (type) => {
    expect(() => possibleSettings({ ...wish, cacheTypeV: type }, shapeOf(64))).toThrow(/Cache of values: “/);
  });

  const wishedType = fc.constantFrom(...kvCacheTypes, 'q6_K', 'q4_K', 'iq2_xxs', 'iq4_xs', 'tq1_0', 'mxfp4');
  const headSize = fc.constantFrom(32, 40, 64, 80, 96, 128, 192, 256, 576, 1, 100);
  const shape = fc.record<AttentionShape>({
    headSizesK: fc.array(headSize, { maxLength: 2 }),
    headSizesV: fc.array(headSize, { maxLength: 2 }),
    supportsFlashAttention: fc.boolean(),
    hasOneCache: fc.boolean(),
  });
  const wishes = fc
    .record({
      flashAttention: fc.constantFrom(true, false, 'auto' as const),
      cacheTypeK: wishedType,
      cacheTypeV: wishedType,
    })
    .map((change): LoadWish => ({ ...wish, ...change }));

  it('gives settings that the engine can use, tells every change, and changes nothing twice', () => {
    fc.assert(
      fc.property(wishes, shape, (wished, shape) => {
        const { settings, changes } = possibleSettings(wished, shape);
        const { cacheTypeK, cacheTypeV, flashAttention } = loadSettingsSchema.parse(settings);
        expect(shape.headSizesK.every((size) => size % blockOf(cacheTypeK) === 0)).toBe(true);
        expect(shape.headSizesV.every((size) => size % blockOf(cacheTypeV) === 0)).toBe(true);
        expect(isQuantized(cacheTypeV) && !flashAttention).toBe(false);
        expect(shape.hasOneCache && cacheTypeK !== cacheTypeV).toBe(false);
        const isAsWished =
          cacheTypeK === wished.cacheTypeK &&
          cacheTypeV === wished.cacheTypeV &&
          (wished.flashAttention === 'auto' || flashAttention === wished.flashAttention);
        expect(changes.length === 0).toBe(isAsWished);
        expect(possibleSettings(settings, shape)).toEqual({ settings, changes: [] });
        // Of the types that people are offered come types that they are offered.
        const areOffered = (...types: string[]) =>
          types.every((type) => cacheTypes.some((it) => it === type));
        expect(areOffered(wished.cacheTypeK, wished.cacheTypeV) && !areOffered(cacheTypeK, cacheTypeV)).toBe(
          false,
        );
        // Never less precise than wished.
        expect(bitsOf(cacheTypeK)).toBeGreaterThanOrEqual(bitsOf(wished.cacheTypeK.toLowerCase()) ?? 99);
        expect(bitsOf(cacheTypeV)).toBeGreaterThanOrEqual(bitsOf(wished.cacheTypeV.toLowerCase()) ?? 99);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('cache types', () => {
  it('take as many bits as the planner counts', () => {
    for (const type of kvCacheTypes) expect(bitsOf(type)).toBe((cacheRowBytes(256, type) * 8) / 256);
  });

  it('and weights as many as their blocks', () => {
    for (const { name, blockBytes, blockElements } of ggmlTypes.values()) {
      const bits = bitsOf(name.toLowerCase());
      if (bits !== null) expect([name, bits]).toEqual([name, (blockBytes * 8) / blockElements]);
    }
  });
});
