import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBlocks, reparseFrom, type PlacedBlock } from '../../../../src-renderer/lib/markdown/blocks.ts';

const blocksOf = (source: string) => parseBlocks(source).map(({ block }) => block);

test('the parts of an answer', () => {
  const source = [
    'Two lines',
    'of one paragraph.',
    '',
    '## Head',
    '3. three',
    '   goes on',
    '4. four',
    '- other list',
    '```ts title',
    'const a = 1;',
    '',
    '```',
    '| a | b |',
    '| --- | :-: |',
    '| 1 | 2 |',
    'after',
  ].join('\n');
  expect(blocksOf(source)).toEqual([
    { kind: 'paragraph', text: 'Two lines\nof one paragraph.' },
    { kind: 'heading', text: 'Head' },
    { kind: 'list', ordered: true, start: 3, items: ['three\ngoes on', 'four'] },
    { kind: 'list', ordered: false, start: 1, items: ['other list'] },
    { kind: 'code', language: 'ts title', text: 'const a = 1;\n' },
    { kind: 'table', head: ['a', 'b'], rows: [['1', '2']] },
    { kind: 'paragraph', text: 'after' },
  ]);
});

test('a fence that is not closed yet is code to the end', () => {
  expect(blocksOf('```\n<b>\n\n- x')).toEqual([{ kind: 'code', language: '', text: '<b>\n\n- x' }]);
});

test('a longer fence holds a shorter one', () => {
  expect(blocksOf('````md\n```\nx\n```\n````\ny')).toEqual([
    { kind: 'code', language: 'md', text: '```\nx\n```' },
    { kind: 'paragraph', text: 'y' },
  ]);
});

const pieces = [
  ...['\n', '\n\n', ' ', '  ', '    ', '\t', '\r\n', '\u2028', 'x', 'word', '`', '``', '```', '````', '~~~'],
  ...['```js', '#', '## ', '-', '- ', '* ', '+', '1', '1.', '1. ', '12) ', '|', '| a |', '|-|', '| --- |'],
  ...['**', '<b>', '😀', '\uD83D'],
];
const source = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(''));

test('streamed in any pieces, the blocks are those of the whole text', () => {
  fc.assert(
    fc.property(source, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (text, steps) => {
      let placed: PlacedBlock[] = [];
      let before = '';
      for (let turn = 0; before.length < text.length; turn += 1) {
        const now = text.slice(0, before.length + (steps[turn % steps.length] ?? 1));
        const from = reparseFrom(before, placed);
        placed = [...placed.filter(({ start }) => start < from), ...parseBlocks(now, from)];
        before = now;
      }
      expect(placed).toEqual(parseBlocks(text));
    }),
    { numRuns: 2000 },
  );
});

test('no letter of the text is lost', () => {
  fc.assert(
    fc.property(source, (text) => {
      const letters = (from: string) => from.match(/x|word|😀|<b>/gu) ?? [];
      const shown = blocksOf(text)
        .map(({ kind: _, ...block }) => JSON.stringify(Object.values(block)))
        .join();
      expect(letters(shown)).toEqual(letters(text));
    }),
  );
});

test('an enormous text is parsed in time that grows with its length', () => {
  const hostile = ['|'.repeat(100_000), '`'.repeat(100_000), '#'.repeat(100_000), '- '.repeat(50_000)];
  const started = performance.now();
  for (const text of hostile) parseBlocks(`${text}\n${text}`);
  expect(performance.now() - started).toBeLessThan(2000);
});
