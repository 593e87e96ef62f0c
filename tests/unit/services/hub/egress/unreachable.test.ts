import { describe, expect, it } from 'vitest';
import { unreachable } from '../../../../../src-main/services/hub/egress/unreachable.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });

describe('a request that failed on the way', () => {
  it.each([
    [coded('ENOTFOUND'), 'Its name is not known: there is no network, or the name is wrong.'],
    [new AggregateError([coded('ECONNREFUSED')]), 'It refuses connections.'],
    [new Error('wrapped', { cause: coded('ECONNRESET') }), 'The connection was cut.'],
    [coded('HPE_INVALID_CONSTANT'), 'What it sends is not HTTP.'],
    [coded('EODD'), 'The connection failed (EODD).'],
    [new Error('no code'), 'The connection failed.'],
  ])('%o says why', (error, expected) => {
    const { problem } = unreachable('huggingface.co', error);
    expect([problem.what, problem.why]).toEqual(['huggingface.co cannot be reached.', expected]);
  });
});
