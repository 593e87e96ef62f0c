import { describe, expect, test } from 'vitest';
import {
  downloadStates,
  type Download,
  type DownloadState,
} from '../../../../src-main/contract/downloads.contract.ts';
import * as words from '../../../../src-renderer/lib/features/downloads/download-words.ts';
import * as sample from '../../../helpers/fake-downloads.ts';

test('a title leaves out what the level beside it says', () => {
  const titles = [
    ['Llama-3.2-1B-Instruct-Q4_K_M.gguf', 'Q4_K_M'],
    ['qwen3-4b-q8_0.gguf', 'Q8_0'],
    ['gemma.Q4_0.GGUF', 'Q4_0'],
    ['Phi-4-mini.gguf', 'Q5_K_M'],
    ['Phi-4-mini.gguf', null],
    ['Q4_K_M.gguf', 'Q4_K_M'],
    ['.gguf', null],
    ['a\u202Eb\n-F16.gguf', 'F16'],
  ] as const;
  expect(titles.map(([name, level]) => words.titleOf({ name, level }))).toEqual([
    'Llama-3.2-1B-Instruct',
    'qwen3-4b',
    'gemma',
    'Phi-4-mini',
    'Phi-4-mini',
    'Q4_K_M',
    '.gguf',
    'ab',
  ]);
});

test('a source is named by its repository, else by its host', () => {
  expect(
    [sample.running, sample.waiting, { ...sample.running, repository: null }].map(words.originInWords),
  ).toEqual([
    'bartowski/Llama-3.2-1B-Instruct-GGUF',
    'models.example.org',
    'hf:bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M',
  ]);
});

describe('every state has its words', () => {
  const inState = (state: DownloadState): Download => ({ ...sample.running, state, position: 2 });

  test('beside the bar', () => {
    const told = downloadStates.map((state) => [state, words.activityInWords(inState(state))]);
    expect(Object.fromEntries(told)).toEqual({
      queued: 'Place 2 in the queue',
      checking: 'Asking the server',
      downloading: '24.1 MiB/s · 20 s left',
      paused: 'Paused',
      waiting: 'Waiting',
      verifying: 'Comparing the checksum',
      done: 'Downloaded',
      failed: 'Failed',
      cancelled: 'Cancelled',
    });
  });

  test('in a narrow line', () => {
    const told = downloadStates.map((state) => [state, words.briefFigure(inState(state))]);
    expect(Object.fromEntries(told)).toMatchObject({
      queued: 'queued',
      checking: 'asking',
      downloading: '20 s',
      waiting: 'waiting',
      verifying: 'checking',
    });
  });
});

test('what is not known is not told', () => {
  const unsized: Download = { ...sample.running, totalBytes: null, secondsLeft: null };
  const begun: Download = { ...sample.running, receivedBytes: 0, bytesPerSecond: null, secondsLeft: null };
  expect([
    words.shareOf(unsized),
    words.amountInWords(unsized),
    words.briefFigure(unsized),
    words.progressInWords(unsized),
    words.shareOf(begun),
    words.amountInWords(begun),
    words.briefFigure(begun),
    words.progressInWords(begun),
    words.progressInWords({ ...begun, totalBytes: null }),
    words.shareOf({ ...begun, totalBytes: 0 }),
  ]).toEqual([
    null,
    '480 MiB',
    '480 MiB',
    '480 MiB, 24.1 MiB/s',
    0,
    '770 MiB',
    '0 %',
    '770 MiB, Starting',
    'Starting',
    null,
  ]);
});

test('a status bar tells one download in full and counts more', () => {
  expect([[sample.running], [sample.running, sample.split]].map(words.runningInBrief)).toEqual([
    'Download: 20 s',
    '2 downloads',
  ]);
});
