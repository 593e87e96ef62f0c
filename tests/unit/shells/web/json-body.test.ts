import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nestsTooDeep } from '../../../../src-main/shells/web/json-body.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

it('measures the depth of any JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.boolean(), (value, pretty) => {
      const bytes = new TextEncoder().encode(JSON.stringify(value, null, pretty ? 2 : 0));
      const depth = depthOf(value);
      expect(nestsTooDeep(bytes, depth)).toBe(false);
      if (depth > 0) expect(nestsTooDeep(bytes, depth - 1)).toBe(true);
    }),
  );
});

it('ends for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      expect(typeof nestsTooDeep(bytes)).toBe('boolean');
    }),
  );
});
