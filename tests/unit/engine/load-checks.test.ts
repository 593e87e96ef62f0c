import { describe, expect, it } from 'vitest';
import { checkLoadSettings } from '../../../src-main/engine/load-checks.ts';
import { loadFailure } from '../../../src-main/engine/load-failure.ts';
import type { LoadWish } from '../../../src-main/services/engine-host/protocol.ts';

const settings: LoadWish = {
  gpuLayers: 0,
  contextSize: 2048,
  flashAttention: true,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 2,
};

describe('load checks', () => {
  it.each([
    { contextSize: 255 },
    { contextSize: 256.5 },
    { contextSize: Number.NaN },
    { contextSize: 2 ** 30 },
    { batchSize: 0 },
    { threads: 0 },
    { threads: 5000 },
    { gpuLayers: -1 },
  ] satisfies Partial<LoadWish>[])('refuses %o', (change) => {
    expect(() => checkLoadSettings({ ...settings, ...change })).toThrow('That value cannot be used.');
  });

  it('accepts what it does not refuse', () => {
    expect(() => checkLoadSettings(settings)).not.toThrow();
  });
});

describe('loadFailure', () => {
  it.each([
    [new Error('Failed to create context'), 'context', 'engine.outOfMemory'],
    [
      new Error('A model of this size is too large for the available memory'),
      'weights',
      'engine.outOfMemory',
    ],
    [
      new Error("error loading model: unknown model architecture: 'abc'"),
      'weights',
      'model.unknownArchitecture',
    ],
    [new Error('no binary\nstack'), 'library', 'engine.startFailed'],
    ['odd', 'canary', 'model.loadFailed'],
  ] as const)('explains %s', (error, step, code) => {
    const { problem } = loadFailure(error, step, 4096);
    expect(problem.code).toBe(code);
    expect(Object.values(problem).join(' ')).not.toMatch(/\?|\n/);
  });

  it.each([
    [
      'Failed to load model',
      'llama_model_load: error loading model: mmap failed: Cannot allocate memory',
      'memory',
    ],
    [
      'Failed to create context',
      'alloc_tensor_range: failed to allocate CPU buffer of size 1073741824',
      'memory',
    ],
    [
      'Failed to load model.',
      "llama_model_load: error loading model: missing tensor 'blk.0.attn_q.weight'",
      "The engine reported: missing tensor 'blk.0.attn_q.weight'.",
    ],
    [
      'Failed to create context',
      'llama_init_from_model: n_batch and n_ubatch cannot both be zero',
      'The engine reported: n_batch and n_ubatch cannot both be zero.',
    ],
  ])('finds the reason of “%s” in the log', (thrown, line, why) => {
    const { problem } = loadFailure(new Error(thrown), 'context', 4096, [line, 'llama_model_load: failed']);
    expect(problem.code).toBe(why === 'memory' ? 'engine.outOfMemory' : 'model.loadFailed');
    expect(problem.why).toContain(why);
  });
});
