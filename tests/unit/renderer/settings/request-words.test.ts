import { expect, test } from 'vitest';
import { hasFailed, requestsAsText } from '../../../../src-renderer/lib/features/settings/request-words.ts';

test('the log is copied as a table, in which a server can put no line of its own', () => {
  const request = {
    startedAt: 0,
    host: 'huggingface.co',
    path: '/a',
    status: 200,
    receivedBytes: 5,
    tookMs: 1.6,
  };
  const text = requestsAsText([
    request,
    { ...request, path: '/b\tc\n\u202Ed', status: null },
    { ...request, status: null, receivedBytes: 0, tookMs: null },
  ]);
  expect(text.split('\n').map((line) => line.split('\t'))).toEqual([
    ['started', 'host', 'path', 'status', 'received bytes', 'took ms'],
    ['1970-01-01T00:00:00.000Z', 'huggingface.co', '/a', '200', '5', '2'],
    ['1970-01-01T00:00:00.000Z', 'huggingface.co', '/b c d', 'no answer', '5', '2'],
    ['1970-01-01T00:00:00.000Z', 'huggingface.co', '/a', 'under way', '0', ''],
  ]);
});

test('what is under way has not failed', () => {
  const judged = [
    { status: 200, tookMs: 1 },
    { status: 302, tookMs: 1 },
    { status: 404, tookMs: 1 },
    { status: null, tookMs: 1 },
    { status: null, tookMs: null },
  ].map(hasFailed);
  expect(judged).toEqual([false, false, true, true, false]);
});
