import { afterAll, describe, expect, it, vi } from 'vitest';
import type { ProblemError } from '../../../src-main/contract/problem.ts';
import {
  ask,
  EngineBench,
  enginePid,
  fakeModel,
  isAlive,
  openChildren,
  settings,
  untilStatus,
} from '../../helpers/fake-engine/engine-bench.ts';

/** What is allowed from a stop to its discovery; a deadlock shows only by ten seconds of silence. */
const FOUND_WITHIN_MS = 10_000;
const DEADLOCK_FOUND_WITHIN_MS = 13_000;

afterAll(() => vi.waitFor(() => expect(openChildren()).toBe(0), { timeout: 10_000 }));

// Each mostly waits: together they take as long as the slowest.
describe.concurrent('a hung engine', () => {
  it.for([
    ['signal=SIGSTOP', FOUND_WITHIN_MS],
    ['spin', FOUND_WITHIN_MS],
    ['hang', DEADLOCK_FOUND_WITHIN_MS],
  ] as const)('by %s is found while it answers, and replaced', async ([orders, withinMs], { expect }) => {
    const bench = new EngineBench();
    const host = bench.start();
    await host.ensureLoaded(fakeModel(), settings);
    const startedAt = performance.now();
    const answer = host.generate(ask(orders), { onProgress: () => undefined });
    const problem = await answer.catch((error: ProblemError) => error.problem);
    expect(performance.now() - startedAt).toBeLessThan(withinMs);
    expect(problem).toMatchObject({
      code: 'engine.hung',
      what: 'The engine stopped responding while writing the answer.',
    });
    await untilStatus(host, ({ state }) => state === 'ready');
    expect(bench.states).toContain('hung');
    await bench.end();
    expect([...bench.pids].filter(isAlive)).toEqual([]);
  });

  it('that was stopped while idle is found soon after the next message', async ({ expect }) => {
    const bench = new EngineBench();
    const host = bench.start();
    await host.ensureLoaded(fakeModel(), settings);
    process.kill(enginePid(host), 'SIGSTOP');
    const answer = host.generate(ask('hello'), { onProgress: () => undefined });
    const problem = await answer.catch((error: ProblemError) => error.problem);
    expect(problem).toMatchObject({ code: 'engine.hung' });
    await bench.end();
    expect([...bench.pids].filter(isAlive)).toEqual([]);
  });

  it('that stops while it loads is found, and loads at the second try', async ({ expect }) => {
    const bench = new EngineBench();
    const host = bench.start();
    const load = host.ensureLoaded(fakeModel('signal=SIGSTOP'), settings);
    const problem = await load.catch((error: ProblemError) => error.problem);
    expect(problem).toMatchObject({
      code: 'engine.hung',
      what: 'The engine stopped responding while loading the model.',
    });
    await host.ensureLoaded(fakeModel(), settings);
    await bench.end();
    expect([...bench.pids].filter(isAlive)).toEqual([]);
  });
});
