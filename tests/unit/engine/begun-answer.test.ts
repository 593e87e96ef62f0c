import { expect, test } from 'vitest';
import { begunSegments } from '../../../src-main/engine/begun-answer.ts';

const inWords = (text: string, reasoning: string, opened = false) =>
  begunSegments({ text, reasoning }, opened).map((segment) =>
    segment.special ? `[${segment.text}]` : segment.text,
  );

test('an answer goes on where it stopped: in its text, or in its reasoning', () => {
  expect(inWords('Once there', '')).toEqual(['Once there']);
  expect(inWords('', 'Let me')).toEqual(['[<think>]', 'Let me']);
  expect(inWords('Once', 'Let me see')).toEqual(['[<think>]', 'Let me see', '[</think>\n\n]', 'Once']);
});

test('a template that opens the reasoning is not opened twice', () => {
  expect(inWords('', 'Let me', true)).toEqual(['Let me']);
  expect(inWords('Once', '', true)).toEqual(['[</think>\n\n]', 'Once']);
});
