import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardOf } from '../../../../src-main/services/hub/card.ts';

describe('a card', () => {
  it.each([
    ['---\nlicense: mit\n---\n# Model\n', '# Model'],
    ['\uFEFF---\r\nlicense: mit\r\n---\r\n# Model', '# Model'],
    ['--- \n{}\n--- \nText', 'Text'],
    ['---\nnever closed\n# Model', '---\nnever closed\n# Model'],
    ['# Model\n---\nText\n---\n', '# Model\n---\nText\n---'],
    ['a <!-- b -->c<!----> d', 'a c d'],
    ['a <!-- never closed', 'a <!-- never closed'],
    ['', ''],
    ['---\n---\n', ''],
  ])('%j reads %j', (readme, text) => {
    expect(cardOf(readme)).toEqual({ text, isCut: false });
  });

  it('is cut where nobody reads on', () => {
    const { text, isCut } = cardOf('ä'.repeat(500_000));
    expect([text.length, isCut]).toEqual([120_000, true]);
    expect(cardOf('😀'.repeat(200_000)).text.isWellFormed()).toBe(true);
  });

  it('is read in linear time, whatever it holds', () => {
    for (const piece of ['<!--', '---\n', '<!---->', '-->', '\n---']) {
      const started = performance.now();
      cardOf(piece.repeat(500_000));
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });

  it('without front matter or comments stays as it is', () => {
    const plain = fc
      .string({ unit: 'grapheme', maxLength: 200 })
      .filter((text) => !/^---|<!--|\r|^\uFEFF/.test(text));
    fc.assert(
      fc.property(plain, (text) => {
        expect(cardOf(text).text).toBe(text.trim());
      }),
      { numRuns: 2000 },
    );
  });
});
