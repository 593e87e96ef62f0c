import { describe, expect, it } from 'vitest';
import { waitSeconds } from '../../../../src-main/services/hub/refusals.ts';

describe('how long a server asks to wait', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['30', null, 30],
    ['0', null, 1],
    ['Thu, 01 Jan 2026 00:02:00 GMT', null, 120],
    ['Wed, 31 Dec 2025 00:00:00 GMT', null, null],
    [null, '"api";r=0;t=55', 55],
    ['soon', '"api";r=0;t=55', 55],
    ['99999999', null, null],
    [null, 'nothing', null],
    [null, null, null],
  ])('Retry-After %j, RateLimit %j: %j seconds', (retryAfter, rateLimit, expected) => {
    expect(waitSeconds(retryAfter, rateLimit, now)).toBe(expected);
  });
});
