import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutHtml } from '../../../../src-renderer/lib/markdown/without-html.ts';

test.each([
  ['a <b>bold</b> word', 'a bold word'],
  ['one<br>two<br/>three', 'one\ntwo\nthree'],
  ['<a href="https://example.org">here</a>', '[here](https://example.org)'],
  ['<img src="https://example.org/x.png" alt="A chart">', 'A chart'],
  ['![A chart](https://example.org/x.png) below', 'A chart below'],
  ['[![Licence](https://example.org/b.svg)](https://example.org/l)', '[Licence](https://example.org/l)'],
  ['<h2 align="center">Title</h2>', '\n## Title\n'],
  ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ['```\n<b>code</b>\n```', '```\n<b>code</b>\n```'],
  ['a &amp; b&nbsp;c &lt;d&gt;', 'a & b c <d>'],
  ['<script>alert(1)</script>', 'alert(1)'],
])('%j reads %j', (markdown, expected) => {
  expect(withoutHtml(markdown)).toBe(expected);
});

test('is quick, whatever it is given', () => {
  for (const piece of ['<', '<a ', '<a href="', '![', '<h1>', '&amp;', '[]('] as const) {
    const started = performance.now();
    withoutHtml(piece.repeat(40_000));
    expect(performance.now() - started, piece).toBeLessThan(3000);
  }
});

test('text without markup stays as it is', () => {
  const plain = fc.string({ maxLength: 100 }).filter((text) => !/[<&![\n]|^\s{4}|^\s*[`~]/.test(text));
  fc.assert(
    fc.property(plain, (text) => {
      expect(withoutHtml(text)).toBe(text);
    }),
  );
});
