import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProblemError } from '../../../src-main/contract/problem.ts';
import type { EngineHost } from '../../../src-main/services/engine-host/engine-host.ts';
import type { ChildProgress } from '../../../src-main/services/engine-host/protocol.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import {
  ask,
  deadAtStart,
  EngineBench,
  enginePid,
  fakeModel,
  isAlive,
  openChildren,
  settings,
  untilStatus,
} from '../../helpers/fake-engine/engine-bench.ts';

let bench: EngineBench;
let text: string;
beforeEach(() => {
  bench = new EngineBench();
  text = '';
});
afterEach(async () => {
  await bench.end();
  expect([...bench.pids].filter(isAlive)).toEqual([]);
  await expect.poll(openChildren).toBe(0);
});

const onProgress = (progress: ChildProgress) => {
  if (progress.kind === 'text') text += progress.text;
};
const generate = (host: EngineHost, orders: string, signal?: AbortSignal) =>
  host.generate(ask(orders), { onProgress, ...(signal && { signal }) });
/** The problem that a promise rejects with. */
const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it did not fail'),
    (error: ProblemError) => error.problem,
  );

it('goes from absent to ready with the first load, to busy and back with an answer, and to absent', async () => {
  const host = bench.start();
  expect([host.status.state, host.status.pid]).toEqual(['absent', null]);
  expect(await host.ensureLoaded(fakeModel(), settings)).toMatchObject({ loadMs: 1, settings, changes: [] });
  const result = await generate(host, 'hello');
  expect([result.stopReason, text]).toEqual(['end', 'The text so far']);
  await host.unload();
  expect(bench.states).toEqual([
    'starting',
    'loading',
    'probing',
    'ready',
    'busy',
    'ready',
    'evicted',
    'absent',
  ]);
});

it('tells how far loading is, and how much memory the process holds', async () => {
  const host = bench.start();
  const abort = new AbortController();
  const load = host.ensureLoaded(fakeModel('wait'), settings, { signal: abort.signal });
  await expect.poll(() => host.status.loadProgress).toBe(0.75);
  const { processBytes, model } = host.status;
  expect(model?.name).toBe('wait');
  if (process.platform === 'linux') expect(processBytes).toBeGreaterThan(20 * 2 ** 20);
  abort.abort();
  await expect(load).rejects.toBe(abort.signal.reason);
});

it('keeps a loaded model, and replaces it only when its process is gone', async () => {
  const host = bench.start();
  await host.ensureLoaded(fakeModel(), settings);
  const first = enginePid(host);
  await host.ensureLoaded(fakeModel(), { ...settings });
  expect(host.status.pid).toBe(first);

  let wasAlive: boolean | null = null;
  host.onStatus(({ state }) => {
    if (state === 'starting') wasAlive = isAlive(first);
  });
  await host.ensureLoaded(fakeModel(), { ...settings, contextSize: 512 });
  expect([wasAlive, host.status.pid === first, host.status.settings?.contextSize]).toEqual([
    false,
    false,
    512,
  ]);
  await host.ensureLoaded({ ...fakeModel(), identity: 'changed' }, { ...settings, contextSize: 512 });
  expect(bench.pids.size).toBe(3);
});

it('leaves memory after the idle time, and comes back with the next message', async () => {
  const host = bench.start({ idleMs: () => 20 });
  await host.ensureLoaded(fakeModel(), settings);
  await untilStatus(host, ({ state }) => state === 'absent');
  await host.ensureLoaded(fakeModel(), settings);
  expect(bench.states.slice(4, 7)).toEqual(['evicted', 'absent', 'starting']);
});

it('has one timer when it is ready, and none when it is absent', async () => {
  const clock = new FakeClock();
  const host = bench.start({ clock, idleMs: () => 300_000 });
  await host.ensureLoaded(fakeModel(), settings);
  await generate(host, 'hello');
  expect(clock.timerCount).toBe(1);
  clock.advance(300_000);
  await untilStatus(host, ({ state }) => state === 'absent');
  expect(clock.timerCount).toBe(0);
});

it('refuses to unload while an answer is written', async () => {
  const host = bench.start();
  await host.ensureLoaded(fakeModel(), settings);
  const abort = new AbortController();
  const answer = generate(host, 'wait', abort.signal);
  await untilStatus(host, ({ state }) => state === 'busy');
  expect((await problemOf(host.unload())).code).toBe('engine.busy');
  abort.abort();
  expect(await answer).toMatchObject({ stopReason: 'stopped', text: 'The text so far' });
});

it('says so when nothing is loaded', async () => {
  expect((await problemOf(generate(bench.start(), 'hello'))).code).toBe('engine.notLoaded');
});

it('passes on a problem of the model and stays usable', async () => {
  const host = bench.start();
  expect((await problemOf(host.ensureLoaded(fakeModel('refuse'), settings))).code).toBe('model.loadFailed');
  expect([host.status.state, existsSync(join(bench.stateDir, 'loading.json'))]).toEqual(['absent', false]);
  await host.ensureLoaded(fakeModel(), settings);
  expect((await problemOf(generate(host, 'refuse'))).code).toBe('model.loadFailed');
  expect(host.status.state).toBe('ready');
});

it('survives nonsense from the child', async () => {
  const host = bench.start();
  await host.ensureLoaded(fakeModel('garbage'), settings);
  expect((await generate(host, 'garbage')).stopReason).toBe('end');
});

describe('cancelling', () => {
  it.each(['wait', 'hang', 'spin', 'signal=SIGSTOP'])(
    'ends a load within a second although it is told to %s',
    async (orders) => {
      const host = bench.start();
      const abort = new AbortController();
      const load = host.ensureLoaded(fakeModel(orders), settings, { signal: abort.signal });
      await untilStatus(host, ({ state }) => state === 'loading');
      const startedAt = performance.now();
      abort.abort();
      await expect(load).rejects.toBe(abort.signal.reason);
      expect(performance.now() - startedAt).toBeLessThan(1_500);
      expect([host.status.state, host.status.problem]).toEqual(['absent', null]);
      expect(existsSync(join(bench.stateDir, 'loading.json'))).toBe(false);
    },
  );

  it('takes a load that waits for its turn out of the queue', async () => {
    const host = bench.start();
    await host.ensureLoaded(fakeModel(), settings);
    const stopAnswer = new AbortController();
    const answer = generate(host, 'wait', stopAnswer.signal);
    const abort = new AbortController();
    const load = host.ensureLoaded(fakeModel('other'), settings, { signal: abort.signal });
    abort.abort();
    await expect(load).rejects.toBe(abort.signal.reason);
    stopAnswer.abort();
    await answer;
    expect(host.status.model?.name).toBe('tiny');
  });
});

describe('a death', () => {
  it.each([
    ['signal=SIGKILL', /memory ran out \(SIGKILL\)/],
    ['signal=SIGSEGV', /SIGSEGV/],
    ['exit=133', /allocator/],
    ['stderr=failed_to_allocate_buffer signal=SIGABRT', /^Memory ran out/],
  ])('by %s keeps the text and starts the model again', async (orders, why) => {
    const host = bench.start();
    await host.ensureLoaded(fakeModel(), settings);
    const problem = await problemOf(generate(host, orders));
    expect([problem.code, text]).toEqual(['engine.crashed', 'The text so far']);
    expect(problem.what).toBe('The engine stopped while writing the answer.');
    expect(problem.why).toMatch(why);
    await untilStatus(host, ({ state }) => state === 'ready');
    expect((await generate(host, 'hello')).stopReason).toBe('end');
  });

  it('in prefill says so', async () => {
    const host = bench.start();
    await host.ensureLoaded(fakeModel(), settings);
    const problem = await problemOf(generate(host, 'early signal=SIGSEGV'));
    expect(problem.what).toBe('The engine stopped while reading the prompt.');
  });

  it('at the start says that it did not start', async () => {
    const host = bench.start({ childEntry: deadAtStart });
    const problem = await problemOf(host.ensureLoaded(fakeModel(), settings));
    expect([problem.code, problem.why]).toEqual([
      'engine.startFailed',
      'It ended with an error (exit code 127).',
    ]);
  });

  it('of the idle engine is seen at once, and mended by the next message', async () => {
    const host = bench.start();
    await host.ensureLoaded(fakeModel(), settings);
    process.kill(enginePid(host), 'SIGKILL');
    const { problem } = await untilStatus(host, ({ state }) => state === 'crashed');
    expect(problem?.what).toBe('The engine stopped while waiting for the next message.');
    await host.ensureLoaded(fakeModel(), settings);
    expect(host.status.problem).toBeNull();
  });

  it('after the person pressed stop is no problem of theirs', async () => {
    const host = bench.start();
    await host.ensureLoaded(fakeModel(), settings);
    const abort = new AbortController();
    const answer = generate(host, 'wait signal=SIGSEGV', abort.signal);
    await untilStatus(host, ({ state }) => state === 'busy');
    abort.abort();
    await expect(answer).rejects.toBe(abort.signal.reason);
    await untilStatus(host, ({ state }) => state === 'ready');
  });

  it('by a closed channel without an exit is brought to its end', async () => {
    const host = bench.start();
    await host.ensureLoaded(fakeModel(), settings);
    expect((await problemOf(generate(host, 'stubborn disconnect hang'))).code).toBe('engine.crashed');
  });
});

describe('after three deaths in five minutes', () => {
  it('gives up, proposes safer settings, and starts again when told', async () => {
    const host = bench.start();
    const risky = { ...settings, gpuLayers: 4 };
    for (let death = 0; death < 3; death++) {
      await host.ensureLoaded(fakeModel(), risky);
      await problemOf(generate(host, 'signal=SIGSEGV'));
    }
    const { state, problem, saferSettings } = host.status;
    expect([state, problem?.code, saferSettings]).toEqual(['gaveUp', 'engine.gaveUp', settings]);
    expect(problem?.todo).toBe('Set the GPU layers to 0. Then press Start again.');
    expect(problem?.why).toMatch(/^Last time: .*\(SIGSEGV\)\.$/);
    expect((await problemOf(host.ensureLoaded(fakeModel(), risky))).code).toBe('engine.gaveUp');

    host.reset();
    expect([host.status.state, host.status.problem]).toEqual(['absent', null]);
    await host.ensureLoaded(fakeModel(), risky);
    expect((await generate(host, 'hello')).stopReason).toBe('end');
  });

  it('gives up on a model that never loads', async () => {
    const host = bench.start();
    const codes: string[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      codes.push((await problemOf(host.ensureLoaded(fakeModel('signal=SIGABRT'), settings))).code);
    }
    expect(codes).toEqual(['engine.crashed', 'engine.crashed', 'engine.crashed', 'engine.gaveUp']);
  });
});

describe('the sentinel', () => {
  const culprit = fakeModel('signal=SIGABRT');
  const sentinel = () => JSON.parse(readFileSync(join(bench.stateDir, 'loading.json'), 'utf8')) as unknown;

  it('names the culprit, which the next start does not load by itself', async () => {
    await problemOf(bench.start().ensureLoaded(culprit, settings));
    expect(sentinel()).toEqual({
      loading: [{ identity: culprit.identity, name: culprit.name, settings }],
    });
    const next = bench.start();
    const problem = await problemOf(next.ensureLoaded(culprit, settings));
    expect([problem.code, next.status.state]).toEqual(['engine.suspect', 'absent']);
    expect(problem.todo).toBe('Set the context to 1,024 tokens. Or press Load anyway.');
    await next.ensureLoaded(fakeModel(), settings);
    const crashed = await problemOf(next.ensureLoaded(culprit, { ...settings, contextSize: 1_024 }));
    expect(crashed.code).toBe('engine.crashed');
  });

  it('steps aside when told, and forgets after a reset', async () => {
    await problemOf(bench.start().ensureLoaded(culprit, settings));
    const next = bench.start();
    const anyway = next.ensureLoaded(culprit, settings, { evenIfSuspect: true });
    expect((await problemOf(anyway)).code).toBe('engine.crashed');
    next.reset();
    expect((await problemOf(next.ensureLoaded(culprit, settings))).code).toBe('engine.crashed');
  });

  it('is on disk before the engine is told to load', async () => {
    const host = bench.start();
    let wasThere = false;
    host.onStatus(({ state }) => {
      if (state === 'loading') wasThere ||= existsSync(join(bench.stateDir, 'loading.json'));
    });
    await host.ensureLoaded(fakeModel(), settings);
    expect([wasThere, existsSync(join(bench.stateDir, 'loading.json'))]).toEqual([true, false]);
  });
});

it('starts what is asked for after a death, not the model that died', async () => {
  const host = bench.start();
  await host.ensureLoaded(fakeModel(), settings);
  const abort = new AbortController();
  const answer = generate(host, 'wait signal=SIGSEGV', abort.signal);
  const other = host.ensureLoaded(fakeModel('other'), settings);
  abort.abort();
  await expect(answer).rejects.toBe(abort.signal.reason);
  await other;
  // A turn of its own is over when the restart has had the one before it.
  await generate(host, 'hello');
  expect(host.status.model?.name).toBe('other');
});

describe('closing', () => {
  it('ends a running answer, and refuses what comes later', async () => {
    const host = bench.start();
    await host.ensureLoaded(fakeModel('stubborn'), settings);
    const answer = generate(host, 'hang');
    await untilStatus(host, ({ state }) => state === 'busy');
    const rejected = expect(answer).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await host.dispose();
    await rejected;
    await expect(host.ensureLoaded(fakeModel(), settings)).rejects.toThrow('closing');
  });
});
