import { afterEach, expect, it } from 'vitest';
import { ProblemError } from '../../../src-main/contract/problem.ts';
import { ProbeError, runProbe } from '../../../src-main/services/engine-host/probe.ts';
import { silentLogger } from '../../../src-main/services/logging/logger.ts';
import { deadAtStart, fakeEngine, isAlive, openChildren } from '../../helpers/fake-engine/engine-bench.ts';

const options = { log: silentLogger, childEntry: fakeEngine };
const simulate = (orders: string, more: object = {}) =>
  runProbe('simulate', { path: orders, candidates: [] }, { ...options, ...more });

afterEach(() => expect.poll(openChildren).toBe(0));

it('answers from a process that is gone afterwards', async () => {
  const { ggmlVariant } = await runProbe('hardware', {}, options);
  expect(isAlive(Number(ggmlVariant?.replace('pid ', '')))).toBe(false);
});

it.each([
  ['signal=SIGSEGV', /^A defect in native code.*\(SIGSEGV\)$/],
  ['exit=3', /^It ended with an error \(exit code 3\)$/],
])('says why it could not: %s', async (orders, reason) => {
  const error = await simulate(orders).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProbeError);
  expect((error as ProbeError).reason).toMatch(reason);
});

it.each(['hang', 'spin', 'signal=SIGSTOP', 'stubborn disconnect hang'])(
  'waits no longer than it was told: %s',
  async (orders) => {
    await expect(simulate(orders, { timeoutMs: 1_000 })).rejects.toMatchObject({
      name: 'ProbeError',
      reason: 'It did not answer within 1 s',
    });
  },
);

it('passes on a problem, a failed start and a cancellation', async () => {
  await expect(simulate('refuse')).rejects.toBeInstanceOf(ProblemError);
  await expect(runProbe('hardware', {}, { ...options, childEntry: deadAtStart })).rejects.toMatchObject({
    reason: 'It ended with an error (exit code 127)',
  });
  const abort = new AbortController();
  const probe = simulate('hang', { signal: abort.signal });
  abort.abort();
  await expect(probe).rejects.toBe(abort.signal.reason);
});
