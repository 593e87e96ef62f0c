import { expect, it } from 'vitest';
import { describeProblem } from '../../../src-main/contract/problem.ts';

it.each([
  ['it refuses connections', 'It refuses connections.'],
  ['the server says: "no"', 'The server says: "no".'],
  ['token_embd.weight has no data', 'token_embd.weight has no data.'],
  ['404 was the answer', '404 was the answer.'],
])('a reason that is the sentence begins as one: %s', (reason, why) => {
  expect(describeProblem('hub.unreachable', { host: 'x', reason }).why).toBe(why);
});

it('a fact that is missing shows as one', () => {
  const { what, why } = describeProblem('hub.unreachable', { host: 'mirror.example' });
  expect([what, why]).toEqual(['mirror.example cannot be reached.', '?.']);
});
