import { expect, test } from 'vitest';
import {
  answerFigures,
  droppedInWords,
  endingInWords,
} from '../../../../src-renderer/lib/features/chat/answer-figures.ts';
import { answerProgress } from '../../../../src-renderer/lib/features/chat/answer-progress.ts';
import { contextInWords, placeInWords } from '../../../../src-renderer/lib/features/chat/plan-words.ts';
import * as sample from '../../../helpers/fake-samples.ts';

const facts = {
  status: 'queued' as const,
  prefill: null,
  engine: sample.readyEngine,
  queuePlace: 1,
  waitsFor: null,
};

test('what an answer waits for, from the queue to the prompt', () => {
  const engine = (state: 'starting' | 'loading' | 'probing' | 'crashed') => ({
    ...sample.idleEngine,
    state,
    modelName: 'Nibble Tiny',
    loadProgress: state === 'loading' ? 0.5 : null,
  });
  expect([
    answerProgress({ ...facts, waitsFor: { title: 'A story' } }),
    answerProgress({ ...facts, waitsFor: { title: null }, queuePlace: 3 }),
    answerProgress({ ...facts, engine: engine('starting') }),
    answerProgress({ ...facts, engine: engine('loading') }),
    answerProgress({ ...facts, engine: engine('probing') }),
    answerProgress({ ...facts, engine: engine('crashed') }),
    answerProgress({ ...facts, status: 'answering', prefill: { evaluatedTokens: 340, totalTokens: 1200 } }),
    answerProgress({ ...facts, status: 'answering', prefill: { evaluatedTokens: 0, totalTokens: 0 } }),
    answerProgress(facts),
  ]).toEqual([
    { words: 'Waiting for the answer in “A story”', share: null },
    { words: 'Waiting for the answer in another chat, 2 other answers before this one', share: null },
    { words: 'Starting the engine', share: null },
    { words: 'Loading Nibble Tiny', share: 0.5 },
    { words: 'Checking that Nibble Tiny answers', share: null },
    { words: 'The engine stopped; starting it again', share: null },
    { words: 'Reading 340 of 1,200 tokens', share: 340 / 1200 },
    { words: 'Reading the chat', share: null },
    { words: 'Waiting for its turn', share: null },
  ]);
});

test('the line under an answer', () => {
  expect(answerFigures(sample.stats).map(({ text }) => text)).toEqual([
    '31.4 tokens/s',
    '86 ms to first token',
    '400 / 2,048 context',
    '12 new, 340 reused',
  ]);
  const oneToken = answerFigures({ ...sample.stats, decodeTokensPerSecond: null });
  expect(oneToken.map(({ key }) => key)).toEqual(['first', 'context', 'reuse']);
});

test('how an answer ended and what it did not know', () => {
  const ended = (change: Partial<typeof sample.stats>) => endingInWords({ ...sample.stats, ...change });
  expect([
    ended({}),
    ended({ stopReason: 'stopped' }),
    ended({ stopReason: 'maxTokens', generatedTokens: 1 }),
    ended({ stopReason: 'contextFull' }),
    droppedInWords({ ...sample.stats, droppedMessages: 1 }),
    droppedInWords({ ...sample.stats, droppedMessages: 4 }),
    droppedInWords(sample.stats),
  ]).toEqual([
    null,
    'Stopped by you.',
    'Ended at the longest answer set for this chat: 1 token.',
    'Ended because the context is full. A new chat starts with an empty one.',
    'The oldest message was left out of this answer, because the context is full.',
    'The 4 oldest messages were left out of this answer, because the context is full.',
    null,
  ]);
});

test('a plan in one line', () => {
  const plan = { ...sample.planVariant, contextSize: 8192, totalLayers: 33, threads: 4 };
  expect(contextInWords(plan)).toBe('8,192 context');
  expect([0, 20, 33].map((gpuLayers) => placeInWords({ ...plan, gpuLayers }))).toEqual([
    'CPU, 4 threads',
    'GPU 20 of 33 layers, CPU 4 threads',
    'GPU',
  ]);
});
