import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attentionSeconds } from '../../../../../src-main/domain/planner/speed/attention.ts';
import type { AttentionPoint } from '../../../../../src-main/domain/planner/speed/types.ts';

const f16 = { shares: [], flashAttention: true, cacheTypeK: 'f16', cacheTypeV: 'f16', crossings: 0 };
const point = (depth: number, seconds: number, headSize = 64): AttentionPoint => ({
  flashAttention: true,
  headSize,
  depth,
  seconds,
});
const reading = (heads: number, headSize: number, window: number | null = null) => ({
  bytesPerPosition: 1,
  window,
  queries: { heads, headSize },
});
const points = [point(500, 1e-6), point(8000, 31e-6), point(500, 2e-6, 128), point(8000, 62e-6, 128)];

test.each([
  ['close to the beginning', reading(1, 64), 250, 0.5e-6],
  ['between two points', reading(1, 64), 4250, 16e-6],
  ['beyond the last', reading(1, 64), 10_500, 41e-6],
  ['with many heads', reading(100, 64), 8000, 3100e-6],
  ['with heads of a size between', reading(1, 96), 8000, 46.5e-6],
  ['with larger heads', reading(1, 256), 8000, 124e-6],
  ['with a window', reading(1, 64, 500), 8000, 1e-6],
])('looking back %s', (_, read, depth, seconds) => {
  expect(attentionSeconds(points, read, depth, f16)).toBeCloseTo(seconds, 9);
});

test('says nothing without points for this attention, or without heads', () => {
  expect(attentionSeconds(undefined, reading(1, 64), 500, f16)).toBeNull();
  expect(attentionSeconds(points, reading(1, 64), 500, { ...f16, flashAttention: false })).toBeNull();
  expect(attentionSeconds(points, { bytesPerPosition: 1, window: null }, 500, f16)).toBeNull();
});

test('a deeper context is never faster, nor a smaller type of cache', () => {
  const measured = fc.array(
    fc.record({
      flashAttention: fc.constant(true),
      headSize: fc.constantFrom(64, 80, 128),
      depth: fc.integer({ min: -1, max: 32_768 }),
      // A difference of two measurements may be negative.
      seconds: fc.oneof(fc.constantFrom(-1e-6, 0), fc.double({ min: 1e-9, max: 1e-3, noNaN: true })),
    }),
  );
  const depth = fc.nat(200_000);
  fc.assert(
    fc.property(measured, depth, depth, fc.integer({ min: 1, max: 512 }), (known, a, b, headSize) => {
      const at = (tokens: number, cache = f16) =>
        attentionSeconds(known, reading(32, headSize), tokens, cache) ?? 0;
      expect(at(Math.max(a, b)) * (1 + 1e-9)).toBeGreaterThanOrEqual(at(Math.min(a, b)));
      expect(at(a, { ...f16, cacheTypeK: 'q4_0', cacheTypeV: 'q4_0' })).toBeGreaterThanOrEqual(at(a));
    }),
    { numRuns: 10_000 },
  );
});
