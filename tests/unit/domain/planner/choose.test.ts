import { expect, test } from 'vitest';
import { targetContext } from '../../../../src-main/domain/planner/candidates.ts';
import { explain, reasonsFor } from '../../../../src-main/domain/planner/explain.ts';
import type { Machine, Wish } from '../../../../src-main/domain/planner/types.ts';
import { GIB, llama8b, planOn } from './arbitraries.ts';

function machine(ramGib: number, vramGib?: number): Machine {
  const gpu = vramGib === undefined ? null : { name: 'RTX 4060', unified: false };
  return {
    memory: { totalBytes: ramGib * GIB, availableBytes: ramGib * GIB * 0.9 },
    gpu: gpu && { ...gpu, totalBytes: (vramGib ?? 0) * GIB, freeBytes: (vramGib ?? 0) * GIB * 0.95 },
    cpuFeatures: ['AVX2'],
    threads: 6,
  };
}

/** A processor for which ggml rearranges nothing. */
function noAvx2(ramGib: number): Machine {
  return { ...machine(ramGib), cpuFeatures: ['AVX'] };
}

function settingsOn(where: Machine, wish: Wish = {}, model = llama8b) {
  const choice = planOn(model, where, wish);
  if (!choice?.fits) return 'does not fit';
  const { settings, placement, demand } = choice.candidate;
  return `${placement} ${demand}: ${settings.gpuLayers} layers, ${settings.contextSize} tokens, ${settings.cacheTypeK}`;
}

test.each([
  [
    'a workstation has room for a long context',
    machine(64, 24),
    {},
    'gpu roomy: 33 layers, 32768 tokens, f16',
  ],
  [
    'a card of 8 GiB holds it at the wanted context',
    machine(32, 8),
    {},
    'gpu resident: 33 layers, 8192 tokens, f16',
  ],
  [
    'the cache is quantized where that keeps it on the GPU',
    machine(32, 6.2),
    {},
    'gpu resident: 33 layers, 8192 tokens, q8_0',
  ],
  [
    'a small card gets some of the layers',
    machine(32, 4),
    {},
    'partial resident: 18 layers, 8192 tokens, f16',
  ],
  [
    'a card that is too small is left alone',
    machine(32, 0.4),
    {},
    'cpu resident: 0 layers, 8192 tokens, f16',
  ],
  ['no GPU', machine(16), {}, 'cpu resident: 0 layers, 8192 tokens, f16'],
  ['no GPU, much memory', machine(64), {}, 'cpu roomy: 0 layers, 32768 tokens, f16'],
  ['8 GiB: the cache makes room', machine(7), {}, 'cpu resident: 0 layers, 8192 tokens, q4_0'],
  ['6 GiB: read from disk', noAvx2(6), {}, 'cpu disk: 0 layers, 2048 tokens, f16'],
  ['rearranged weights cannot be read from disk again', machine(6), {}, 'does not fit'],
  [
    'a long context that was asked for is kept at the cost of layers',
    machine(64, 6),
    { contextSize: 60_000 },
    'partial resident: 14 layers, 60000 tokens, f16',
  ],
  [
    'and at the cost of the GPU',
    machine(64, 0.8),
    { contextSize: 60_000 },
    'cpu resident: 0 layers, 60000 tokens, f16',
  ],
  [
    'a wish beyond the training is cut',
    machine(256, 80),
    { contextSize: 10 ** 6 },
    'gpu resident: 33 layers, 131072 tokens, f16',
  ],
  ['a tiny machine', machine(0.5), {}, 'does not fit'],
] as const)('%s', (_, where, wish, expected) => {
  expect(settingsOn(where, wish)).toBe(expected);
});

test('what it says is meant for people', () => {
  const where = machine(32, 6.2);
  const choice = planOn(llama8b, where, {});
  if (!choice) throw new Error('there is a choice');
  const explained = {
    model: llama8b,
    machine: where,
    wish: {},
    choice,
    memoryBasis: 'simulated' as const,
    areThreadsMeasured: true,
  };
  expect(explain(explained)).toMatchInlineSnapshot(
    `"The whole model fits on RTX 4060, where it is fastest. The context holds 8,192 tokens (about 6,100 words), enough for long chats. It takes about 5.4 GiB of RTX 4060 and 0.42 GiB of main memory; the rest stays free for other programs."`,
  );
  expect(reasonsFor(explained)).toMatchInlineSnapshot(`
    [
      "The whole model fits on RTX 4060, where it is fastest.",
      "The context holds 8,192 tokens (about 6,100 words), enough for long chats.",
      "The cache (what the model remembers of the chat) is stored with 8 bits, which makes this context fit; the loss is hardly measurable.",
      "Flash attention is on: it reads prompts faster and needs less memory.",
      "6 threads: the fastest here in a short measurement, fewer where it makes no difference.",
      "The memory was calculated by llama.cpp itself, on this computer.",
    ]
  `);
});

test.each([
  [{}, 131_072, 8192],
  [{}, 2048, 2048],
  [{}, 100, 256],
  [{ contextSize: 1 }, 4096, 256],
  [{ contextSize: 5000.7 }, 4096, 4096],
  [{ contextSize: 3000 }, 4096, 3000],
])('wish %o of a model trained for %i tokens aims for %i', (wish, trainedContext, expected) => {
  expect(targetContext({ trainedContext }, wish)).toBe(expected);
});
