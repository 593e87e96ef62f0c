import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerSplitter, type AnswerSplitterOptions } from '../../../src-main/engine/answer-splitter.ts';

function split(chunks: readonly string[], options: AnswerSplitterOptions = {}) {
  const splitter = new AnswerSplitter(options);
  const pieces = [...chunks.map((chunk) => splitter.push(chunk)), splitter.end()];
  return {
    text: pieces.map(({ text }) => text).join(''),
    reasoning: pieces.map(({ reasoning }) => reasoning).join(''),
    stopped: splitter.stopped,
  };
}

describe('AnswerSplitter', () => {
  it.each([
    ['plain text is the answer', 'Hello <think>no</think>', {}, 'Hello <think>no</think>', ''],
    ['reasoning at the beginning', '<think>\na\n</think>\n\nb', {}, 'b', '\na\n'],
    ['blank space in front of it', ' \n<think>a</think>b', {}, 'b', 'a'],
    ['reasoning that the prompt opened', 'a</think>\nb', { startsInReasoning: true }, 'b', 'a'],
    ['reasoning that never ends', '<think>a</thi', {}, '', 'a</thi'],
    ['the beginning of a marker only', '<thi', {}, '<thi', ''],
    ['blank space of an ordinary answer stays', '\n\na ', {}, '\n\na ', ''],
    ['a stop text', 'yes\n### Question', { stopText: '\n###' }, 'yes', ''],
    ['half a stop text', 'yes\n##', { stopText: '\n###' }, 'yes\n##', ''],
    ['an empty answer', '', {}, '', ''],
  ])('%s', (_, whole, options, text, reasoning) => {
    const { stopped } = split([whole], options);
    expect(split([whole], options)).toEqual({ text, reasoning, stopped });
  });

  it('gives the same however the text is cut', () => {
    const parts = fc.constantFrom(
      '<think>',
      '</think>',
      '<',
      'th',
      'ink>',
      '</',
      '\n',
      '\n###',
      '##',
      'a',
      'é😀',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(parts),
        fc.array(fc.nat(9)),
        fc.boolean(),
        fc.boolean(),
        (texts, cuts, open, stop) => {
          const whole = texts.join('');
          const options = { startsInReasoning: open, stopText: stop ? '\n###' : null };
          expect(split(cutAt(whole, cuts), options)).toEqual(split([whole], options));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('holds back nothing but what may become a marker', () => {
    const splitter = new AnswerSplitter({ stopText: '\n###' });
    expect(splitter.push('a\n')).toEqual({ text: 'a', reasoning: '' });
    expect(splitter.push('b')).toEqual({ text: '\nb', reasoning: '' });
  });
});

function cutAt(text: string, lengths: readonly number[]): string[] {
  const chunks: string[] = [];
  let rest = text;
  for (const length of lengths) {
    chunks.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return [...chunks, rest];
}
