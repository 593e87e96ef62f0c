import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenText } from '../../../src-main/engine/token-text.ts';

/** A vocabulary of byte strings, decoded as the engine library does. */
function stream(tokens: readonly Uint8Array[]): string[] {
  const decode = (ids: readonly number[]) =>
    Buffer.concat(ids.map((id) => tokens[id] ?? new Uint8Array())).toString();
  const text = new TokenText(decode);
  return [...tokens.keys()].map((id) => text.push(id)).concat(text.end());
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const tokens: Uint8Array[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const length = lengths[index % lengths.length] ?? 1;
    tokens.push(bytes.subarray(at, at + length));
    at += length;
  }
  return tokens;
}
const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 9 });

describe('TokenText', () => {
  it('spells any text whole, however its bytes are spread over tokens, and never half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), lengths, (text, cuts) => {
        fc.pre(!text.includes('\uFFFD'));
        const pieces = stream(cut(Buffer.from(text), cuts));
        expect(pieces.join('')).toBe(Buffer.from(text).toString());
        expect(pieces.some((piece) => piece.includes('\uFFFD'))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('ends with any bytes, good or bad, without losing text or waiting for ever', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), lengths, (bytes, cuts) => {
        const pieces = stream(cut(bytes, cuts));
        const readable = (text: string) => text.replaceAll('\uFFFD', '');
        expect(readable(pieces.join(''))).toBe(readable(Buffer.from(bytes).toString()));
      }),
      { numRuns: 500 },
    );
  });

  it('does not hold noise back for ever', () => {
    const pieces = stream(Array.from({ length: 300 }, () => Uint8Array.of(0x80)));
    expect(pieces.join('')).toHaveLength(300);
    expect(pieces.at(-1)?.length).toBeLessThan(2);
  });

  it('gives text at once and holds only the character that is not complete', () => {
    const euro = Buffer.from('€');
    expect(
      stream([Buffer.from('a'), Buffer.concat([Buffer.from('b'), euro.subarray(0, 1)]), euro.subarray(1)]),
    ).toEqual(['a', 'b', '€', '']);
  });
});
