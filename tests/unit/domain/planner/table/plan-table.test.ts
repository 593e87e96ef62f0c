import { expect, test } from 'vitest';
import type { PlanWishes } from '../../../../../src-main/contract/plan.contract.ts';
import { planTable } from '../../../../../src-main/domain/planner/table/plan-table.ts';
import type { TableModel } from '../../../../../src-main/domain/planner/table/types.ts';
import { tableMachine, tableModel, tableOf, type MachineOptions } from './tables.ts';

function picked(models: readonly TableModel[], machine: MachineOptions, wishes: PlanWishes = {}) {
  const { variants, pick, why } = planTable(models, tableMachine(machine), wishes);
  const variant = pick === null ? null : variants[pick];
  return { variants, pick, variant, why };
}

const llama = tableOf('Llama-3.1-8B');

test.each<[string, MachineOptions, string]>([
  ['a card of 8 GiB', { ramGib: 32, vramGib: 8 }, 'Q5_K_M gpu 33/33 8192 f16'],
  ['a card of 24 GiB', { ramGib: 32, vramGib: 24 }, 'F16 gpu 33/33 32768 f16'],
  ['a laptop with slow memory', { ramGib: 16 }, 'Q4_K_M cpu 0/33 8192 f16'],
  ['fast memory without a GPU', { ramGib: 32, bandwidthBytesPerSecond: 150e9 }, 'Q8_0 cpu 0/33 32768 f16'],
  ['little memory', { ramGib: 5.6 }, 'Q3_K_M cpu 0/33 8192 q4_0'],
  ['hardly any memory', { ramGib: 4.5 }, 'Q2_K cpu 0/33 5120 q4_0'],
])('Llama 3.1 8B: %s', (_, machine, expected) => {
  const { variant } = picked(llama, machine);
  const { label, fits, gpuLayers, totalLayers, contextSize, cacheTypeK } = variant ?? {};
  expect(`${label} ${fits} ${gpuLayers}/${totalLayers} ${contextSize} ${cacheTypeK}`).toBe(expected);
});

test('says what the next better one needs, what the next smaller frees, and what can be changed', () => {
  expect(picked(llama, { ramGib: 32, vramGib: 8 }).why).toMatchInlineSnapshot(
    `"Q5_K_M (5.1 GiB) is the pick: it fits wholly on RTX 4060 with a context of 8,192 tokens and about 44 tokens/s; against the original: hardly any difference. The next better one, Q6_K (6.1 GiB), would give 22 tokens/s instead of 44 tokens/s for a gain that hardly shows: it needs 0.21 GiB more on RTX 4060 to be there as a whole. The next smaller, Q4_K_M (4.2 GiB), would free 0.93 GiB, room for about 7,424 more tokens of context (a small difference). For the better one you can close other programs, which use 0.80 GiB of RTX 4060's memory, or take a context of 4,096 tokens."`,
  );
  expect(picked(llama, { ramGib: 32, vramGib: 6 }).why).toMatchInlineSnapshot(
    `"Q5_K_M (5.1 GiB) is the pick: it runs with 26 of 33 layers on RTX 4060 with a context of 8,192 tokens and about 13 tokens/s; against the original: hardly any difference. The next better one, Q6_K (6.1 GiB), would give 9.1 tokens/s instead of 13 tokens/s for a gain that hardly shows. The next smaller, Q4_K_M (4.2 GiB), would free 0.94 GiB, room for about 7,680 more tokens of context (a small difference). Q3_K_M (3.2 GiB) would have all layers on the GPU, at about 57 tokens/s (a noticeable difference)."`,
  );
  expect(picked(llama, { ramGib: 16 }).why).toMatchInlineSnapshot(
    `"Q4_K_M (4.2 GiB) is the pick: it runs from main memory with a context of 8,192 tokens and about 6.5 tokens/s, which is slow; against the original: a small difference. The next better one, Q5_K_M (5.1 GiB), would give 5.6 tokens/s, less than 8. The next smaller, Q3_K_M (3.2 GiB), would free 4.9 GiB, room for about 40,192 more tokens of context (a noticeable difference). For the better one you can accept slower answers."`,
  );
});

test('refuses with what would serve', () => {
  const { pick, why } = picked(tableOf('Llama-3.1-70B'), { ramGib: 16 });
  expect(pick).toBeNull();
  expect(why).toMatch(
    /^No level fits on this computer\. The one that comes closest, Q2_K .* needs [\d.]+ GiB more\./,
  );
  const fast = picked(llama, { ramGib: 16 }, { minTokensPerSecond: 50 });
  expect(fast.pick).toBeNull();
  expect(fast.why).toMatch(
    /^No level reaches 50 tokens\/s here; the fastest is Q2_K .* about 8\.1 tokens\/s\./,
  );
});

test('keeps what was asked for, or says why not', () => {
  const wishes: PlanWishes = {
    contextSize: 200_000,
    cacheTypeK: 'q4_0',
    cacheTypeV: 'q8_0',
    gpuLayers: 10,
    flashAttention: true,
  };
  const { variant } = picked(
    [tableModel('Qwen2.5-7B', ['Q4_K_M', 'Q4_K'])],
    { ramGib: 64, vramGib: 24 },
    wishes,
  );
  expect(variant).toMatchObject({
    contextSize: 32_768,
    gpuLayers: 10,
    cacheTypeK: 'q8_0',
    cacheTypeV: 'q8_0',
    fits: 'partial',
  });
  expect(variant?.reasons).toEqual(
    expect.arrayContaining([
      'The context holds 32,768 tokens: the model was not trained for the 200,000 that were asked for.',
      'The keys of the cache are q8_0: q4_0 does not work with this model.',
      '10 of 29 layers are on RTX 4060, as asked.',
    ]),
  );
});

test('a quantized cache of values is never chosen without flash attention', () => {
  const { variant } = picked(llama, { ramGib: 64 }, { flashAttention: false, cacheTypeK: 'q8_0' });
  expect(variant).toMatchObject({ flashAttention: false, cacheTypeK: 'q8_0', cacheTypeV: 'f16' });
});

test('the reserve that was asked for stays free', () => {
  const { variant } = picked(llama, { ramGib: 32, vramGib: 8 }, { reserveMib: 3072 });
  for (const { totalBytes, freeBytes } of variant?.memory.devices ?? [])
    expect(totalBytes).toBeLessThanOrEqual(freeBytes - 3072 * 2 ** 20);
});

test('a file that cannot be planned has a row that says why, and the others are planned', () => {
  const [model] = llama.slice(4);
  if (!model) throw new Error('there are seven levels');
  const damaged = new Map([...model.header.metadata]);
  damaged.delete('llama.block_count');
  const unknown = new Map([...model.header.metadata, ['general.architecture', 'grok'] as const]);
  const models = [
    { file: 'cut.gguf', sizeBytes: 10, reason: 'cut.gguf is incomplete.' },
    { ...model, file: 'damaged.gguf', header: { ...model.header, metadata: damaged } },
    { ...model, file: 'grok.gguf', header: { ...model.header, metadata: unknown } },
    model,
  ];
  const { variants, pick } = planTable(models, tableMachine({ ramGib: 32 }), {});
  expect(variants.map(({ fits, reasons }) => [fits, fits === 'no' ? reasons : ''])).toEqual([
    ['no', ['cut.gguf is incomplete.']],
    [
      'no',
      [
        expect.stringContaining(
          'llama.block_count is missing, makes no sense or does not agree with the tensors',
        ),
      ],
    ],
    ['no', [expect.stringContaining('"grok"')]],
    ['cpu', ''],
  ]);
  expect(pick).toBe(3);
});

test('a large model at a low level is preferred to a small one at a high level', () => {
  const models = [tableModel('Llama-3.2-1B', ['F16', 'F16']), tableModel('Llama-3.1-8B', ['Q4_K_M', 'Q4_K'])];
  expect(picked(models, { ramGib: 32, vramGib: 8 }).pick).toBe(1);
});
