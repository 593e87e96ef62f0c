import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineRing, LineSplitter } from '../../../../src-main/services/engine-host/line-buffer.ts';

function split(chunks: Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

it('cuts the same lines however the bytes arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat(200)), (texts, cuts) => {
      const bytes = Buffer.from(texts.join('\n'));
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
      expect(split(chunks)).toEqual(split([bytes]));
    }),
  );
});

it('cuts a line that never ends', () => {
  const chunks = Array.from({ length: 1_000 }, () => Buffer.alloc(1_000, 'x'));
  expect(split([...chunks, Buffer.from('\nnext\n')]).map((line) => line.length)).toEqual([8_192, 4]);
});

it('keeps the newest lines only', () => {
  const ring = new LineRing(3);
  for (let line = 0; line < 100; line++) ring.push(String(line));
  expect(ring.lines()).toEqual(['97', '98', '99']);
});
