import { describe, expect, it } from 'vitest';
import { unreachable } from '../../../../../src-main/services/hub/egress/unreachable.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });

describe('a request that failed on the way', () => {
  it.each([
    [coded('ENOTFOUND'), 'its name is not known: there is no network, or the name is wrong.'],
    [new AggregateError([coded('ECONNREFUSED')]), 'it refuses connections.'],
    [new Error('wrapped', { cause: coded('ECONNRESET') }), 'the connection was cut.'],
    [coded('HPE_INVALID_CONSTANT'), 'what it sends is not HTTP.'],
    [coded('EODD'), 'the connection failed (EODD).'],
    [new Error('no code'), 'the connection failed.'],
  ])('%o says why', (error, expected) => {
    const { problem } = unreachable('huggingface.co', error);
    expect([problem.what, problem.why]).toEqual(['huggingface.co cannot be reached.', expected]);
  });
});
