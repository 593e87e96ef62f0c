import { expect, it } from 'vitest';
import { parseContentRange } from '../../../../src-main/domain/download-plan/content-range.ts';

it('a Content-Range is read', () => {
  expect(parseContentRange('bytes 5-99/1234')).toEqual({ start: 5, last: 99, total: 1234 });
});

it.each([
  null,
  '',
  'bytes 0-9',
  'bytes 0-9/*',
  'bytes */9',
  'bytes=0-9/10',
  'bytes 0-9/10, bytes 0-9/10',
  'bytes 0-9/1e3',
  ' bytes 0-9/10',
  'bytes 0-9/99999999999999999999',
])('%j is none', (header) => {
  expect(parseContentRange(header)).toBeNull();
});
