import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseInline } from '../../../../src-renderer/lib/markdown/inline.ts';

test('code and strong text are marked, everything else stays', () => {
  expect(parseInline('Take `Q4_K_M`, it **fits** * here * and `open')).toEqual([
    { kind: 'text', text: 'Take ' },
    { kind: 'code', text: 'Q4_K_M' },
    { kind: 'text', text: ', it ' },
    { kind: 'strong', text: 'fits' },
    { kind: 'text', text: ' * here * and `open' },
  ]);
});

test('text without marks is one span', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((text) => !/[`*]/.test(text)),
      (text) => {
        expect(parseInline(text)).toEqual([{ kind: 'text', text }]);
      },
    ),
  );
});

test('with the marks put back the source is whole', () => {
  const marks = { text: '', code: '`', strong: '**', link: '' };
  fc.assert(
    fc.property(fc.array(fc.constantFrom('`', '**', '*', 'a', ' ', '\n')), (parts) => {
      const source = parts.join('');
      const whole = parseInline(source).map(({ kind, text }) => marks[kind] + text + marks[kind]);
      expect(whole.join('')).toBe(source);
    }),
  );
});

test('links are made only where they are asked for, and only of plain https addresses', () => {
  const source =
    'See [the page](https://example.org/a), https://example.org/b. Not [x](javascript:alert(1)), [y](http://example.org), ' +
    '[z](https://user:secret@example.org) or [local](./file).';
  expect(parseInline(source)).toHaveLength(1);
  const links = parseInline(source, { links: true }).flatMap((span) =>
    span.kind === 'link' ? [[span.text, span.url.href]] : [],
  );
  expect(links).toEqual([
    ['the page', 'https://example.org/a'],
    ['https://example.org/b', 'https://example.org/b'],
  ]);
});

test('whatever a text holds, links lead to https alone and nothing of the text is lost', () => {
  const piece = fc.constantFrom(
    ...[
      '[',
      ']',
      '(',
      ')',
      'https://',
      'http://',
      'javascript:',
      'a.b/c',
      ' ',
      '\n',
      '`',
      '**',
      '\u202e',
      '\\',
      '@',
      '.',
      '"',
      '<',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const source = pieces.join('');
      for (const span of parseInline(source, { links: true })) {
        expect(source).toContain(span.text);
        if (span.kind === 'link') expect(span.url.protocol).toBe('https:');
      }
    }),
    { numRuns: 5000 },
  );
});
