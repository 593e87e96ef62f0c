import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../../src-main/contract/problem.ts';
import { oomKills } from '../../../../src-main/services/engine-host/oom-kills.ts';
import { troubleOf, type EngineFailure } from '../../../../src-main/services/engine-host/trouble.ts';
import { settings } from '../../../helpers/fake-engine/engine-bench.ts';

const exit = (change: Partial<NonNullable<EngineFailure['exit']>>): NonNullable<EngineFailure['exit']> => ({
  cause: 'itself',
  signal: null,
  outOfMemory: false,
  deviceLost: false,
  ...change,
});

function kindOf(change: Partial<EngineFailure>): string | null {
  const failure: EngineFailure = {
    phase: 'loading',
    problem: describeProblem('engine.crashed'),
    settings,
    exit: null,
    ...change,
  };
  const trouble = troubleOf(failure);
  return trouble && `${trouble.kind} ${trouble.device}${trouble.inWeights ? ', weights' : ''}`;
}

const onGpu = { ...settings, gpuLayers: 20 };

describe('while a model is loaded', () => {
  it.each([
    ['killed', exit({ signal: 'SIGKILL' }), 'memory main, weights'],
    ['told of memory', exit({ signal: 'SIGABRT', outOfMemory: true }), 'memory main, weights'],
    ['stopped by the allocator', exit({ signal: 'SIGTRAP' }), 'memory main, weights'],
    ['crashed', exit({ signal: 'SIGSEGV' }), 'crash main, weights'],
    ['hung', exit({ signal: 'SIGKILL', cause: 'hung' }), 'crash main, weights'],
  ])('%s: something lower may do', (_, end, trouble) => {
    expect(kindOf({ exit: end })).toBe(trouble);
  });

  it('a problem that is told is memory only if it says so', () => {
    const problem = describeProblem('engine.outOfMemory');
    expect(kindOf({ problem, phase: 'probing' })).toBe('memory main');
    expect(kindOf({ problem, settings: onGpu })).toBe('memory gpu, weights');
    expect(kindOf({ problem: describeProblem('model.loadFailed') })).toBeNull();
  });

  it('what the kernel kills lacks main memory, what the driver refuses lacks its own', () => {
    const end = (signal: NodeJS.Signals) => exit({ signal, outOfMemory: true });
    expect(kindOf({ settings: onGpu, exit: end('SIGKILL') })).toBe('memory main, weights');
    expect(kindOf({ settings: onGpu, exit: end('SIGABRT') })).toBe('memory gpu, weights');
  });
});

describe('in an answer', () => {
  it('only what is known to be memory or the graphics card counts', () => {
    const phase = 'decode';
    expect(kindOf({ phase, exit: exit({ signal: 'SIGKILL' }) })).toBeNull();
    expect(kindOf({ phase, exit: exit({ signal: 'SIGSEGV' }) })).toBeNull();
    expect(kindOf({ phase, exit: exit({ signal: 'SIGKILL', cause: 'hung' }) })).toBeNull();
    expect(kindOf({ phase, exit: exit({ signal: 'SIGKILL', outOfMemory: true }) })).toBe('memory main');
    expect(kindOf({ phase, settings: onGpu, exit: exit({ signal: 'SIGABRT', deviceLost: true }) })).toBe(
      'crash gpu',
    );
  });
});

it('at the start and between answers settings are not to blame', () => {
  const end = exit({ signal: 'SIGKILL', outOfMemory: true });
  for (const phase of ['starting', 'idle', 'unloading'] as const)
    expect(kindOf({ phase, exit: end })).toBeNull();
});

it.runIf(process.platform === 'linux')('the kernel counts what it ends', () => {
  expect(oomKills()).toBeGreaterThanOrEqual(0);
});
