import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadSettings } from '../../../../src-main/contract/plan.contract.ts';
import { crashProposal, crashStep } from '../../../../src-main/domain/ladder/crash-step.ts';
import { MOST_STEPS, nextStep, stepInWords } from '../../../../src-main/domain/ladder/ladder.ts';
import { memoryNeedOf } from '../../../../src-main/domain/ladder/memory-need.ts';
import type { MemoryFooting } from '../../../../src-main/domain/ladder/memory-step.ts';
import type { Step, Trouble } from '../../../../src-main/domain/ladder/types.ts';
import { cacheTypeSuits } from '../../../../src-main/domain/planner/cache.ts';
import { supportsFlashAttention } from '../../../../src-main/domain/planner/candidates.ts';
import { realModels } from '../../../helpers/real-models.ts';
import { tableModel } from '../planner/table/tables.ts';

/** Each lays models out by formula dozens of times. */
const RUNS = process.env['NIBBLE_LONG'] === undefined ? 2_000 : 10_000;

const full: LoadSettings = {
  gpuLayers: 33,
  contextSize: 8192,
  flashAttention: true,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 4,
};
const onGpu: Trouble = { kind: 'memory', device: 'gpu', inWeights: false };
const inMain: Trouble = { kind: 'memory', device: 'main', inWeights: false };
const card = { name: 'Card', totalBytes: 2 ** 33, freeBytes: 2 ** 33, unified: false };

function footing(change: Partial<MemoryFooting> = {}, name = 'Llama-3.1-8B', gpu = card): MemoryFooting {
  const { summary, header } = tableModel(name, ['Q4_K_M', 'Q4_K']);
  return {
    settings: full,
    model: summary,
    trouble: onGpu,
    taken: [],
    wishedContext: null,
    smallerLevel: null,
    needOf: memoryNeedOf({ summary, header }, gpu),
    ...change,
  };
}

/** All steps down to the end, as if every one of them failed in the same way. */
function allSteps(from: MemoryFooting): { step: Step; before: LoadSettings }[] {
  const steps: { step: Step; before: LoadSettings }[] = [];
  let now = from;
  for (let step = nextStep(now); step !== null; step = nextStep(now)) {
    steps.push({ step, before: now.settings });
    const settings = step.settings ?? now.settings;
    // Nothing is left on the GPU that could be short of memory there.
    const device = settings.gpuLayers === 0 ? 'main' : now.trouble.device;
    now = { ...now, settings, taken: [...now.taken, step.kind], trouble: { ...now.trouble, device } };
    if (steps.length > 10) throw new Error('the ladder has no end');
  }
  return steps;
}

const kinds = (from: MemoryFooting) => allSteps(from).map(({ step }) => step.kind);

describe('when memory is short', () => {
  test('on the GPU: cache, context, layers, and layers again', () => {
    const steps = allSteps(footing()).map(({ step }) => step);
    expect(steps.map(({ kind }) => kind)).toEqual(['cache', 'context', 'layers', 'layers']);
    expect(steps.at(-1)?.settings).toEqual({
      ...full,
      gpuLayers: 0,
      contextSize: 4096,
      cacheTypeK: 'q8_0',
      cacheTypeV: 'q8_0',
    });
    expect(steps.map(({ proposal }) => proposal)).toEqual([
      'Set the cache to q8_0.',
      'Set the context to 4,096 tokens.',
      'Set the GPU layers to 16.',
      'Set the GPU layers to 0.',
    ]);
  });

  test('in main memory: cache, context, batch, and the next smaller level', () => {
    const settings = { ...full, gpuLayers: 0 };
    const from = footing({ settings, trouble: inMain, smallerLevel: 'Q3_K_M' });
    expect(kinds(from)).toEqual(['cache', 'context', 'batch', 'model']);
    expect(kinds({ ...from, smallerLevel: null })).toEqual(['cache', 'context', 'batch']);
  });

  test('a context that was asked for is lowered last, and it is said', () => {
    const steps = allSteps(
      footing({ settings: { ...full, gpuLayers: 0 }, trouble: inMain, wishedContext: 8192 }),
    );
    const last = steps.at(-1)?.step;
    expect(steps.map(({ step }) => step.kind)).toEqual(['cache', 'batch', 'context']);
    expect(last && stepInWords(inMain, last)).toBe(
      'There was not enough memory in main memory, so the context holds 4,096 tokens instead of the 8,192 that were asked for.',
    );
  });

  test('weights that do not fit are not helped by a smaller context', () => {
    const trouble = { ...inMain, inWeights: true };
    const settings = { ...full, gpuLayers: 0 };
    expect(kinds(footing({ settings, trouble }))).toEqual([]);
    expect(kinds(footing({ settings, trouble, smallerLevel: 'Q2_K' }))).toEqual(['model']);
    expect(kinds(footing({ trouble: { ...onGpu, inWeights: true } }))).toEqual(['layers', 'layers']);
  });

  test('a GPU that shares main memory gains nothing from fewer layers', () => {
    const kindsThere = kinds(footing({}, 'Llama-3.1-8B', { ...card, unified: true }));
    expect(kindsThere).not.toContain('layers');
  });

  test('a cache that has no 8-bit form is left as it is', () => {
    // Gemma 2 cannot use flash attention here, which a quantized cache needs.
    expect(kinds(footing({ settings: { ...full, flashAttention: false } }, 'Gemma-2-9B'))).not.toContain(
      'cache',
    );
  });

  const knownNeeds = new Map<string, MemoryFooting['needOf']>();
  function needs(name: string, unified: boolean): MemoryFooting['needOf'] {
    const { summary, header } = tableModel(name, ['Q4_K_M', 'Q4_K']);
    const known =
      knownNeeds.get(`${name} ${unified}`) ?? memoryNeedOf({ summary, header }, { ...card, unified });
    knownNeeds.set(`${name} ${unified}`, known);
    return known;
  }

  const anyFooting = fc
    .record({
      name: fc.constantFrom(...realModels.map(({ name }) => name)),
      gpuLayers: fc.nat({ max: 60 }),
      contextSize: fc.integer({ min: 256, max: 131_072 }),
      batchSize: fc.constantFrom(32, 128, 512, 2048),
      isQuantized: fc.boolean(),
      unified: fc.boolean(),
      isAsked: fc.boolean(),
      hasSmaller: fc.boolean(),
      inWeights: fc.boolean(),
      device: fc.constantFrom('gpu' as const, 'main' as const),
    })
    .map((given) => {
      const { summary } = tableModel(given.name, ['Q4_K_M', 'Q4_K']);
      const flashAttention = supportsFlashAttention(summary);
      const canQuantize = flashAttention && cacheTypeSuits(summary, 'q8_0') && given.isQuantized;
      const type = canQuantize ? 'q8_0' : 'f16';
      const gpuLayers = Math.min(given.gpuLayers, summary.layers + 1);
      const settings: LoadSettings = {
        gpuLayers,
        contextSize: given.contextSize,
        flashAttention,
        cacheTypeK: type,
        cacheTypeV: type,
        batchSize: Math.min(given.batchSize, given.contextSize),
        threads: 4,
      };
      const device = gpuLayers === 0 ? ('main' as const) : given.device;
      return footing({
        settings,
        model: summary,
        trouble: { kind: 'memory', device, inWeights: given.inWeights },
        wishedContext: given.isAsked ? given.contextSize : null,
        smallerLevel: given.hasSmaller ? 'Q2_K' : null,
        needOf: needs(given.name, given.unified),
      });
    });

  test('the ladder ends after four steps at most; every step needs less where memory is short, and can be loaded', () => {
    fc.assert(
      fc.property(anyFooting, (from) => {
        const steps = allSteps(from);
        expect(steps.length).toBeLessThanOrEqual(MOST_STEPS);
        for (const { step, before } of steps) {
          const { settings } = step;
          if (settings === null) continue;
          const device = before.gpuLayers > 0 && from.trouble.device === 'gpu' ? 'gpuBytes' : 'mainBytes';
          expect(from.needOf(settings)[device]).toBeLessThan(from.needOf(before)[device]);
          expect(settings.cacheTypeK).toBe(settings.cacheTypeV);
          if (settings.cacheTypeV !== 'f16') {
            expect(settings.flashAttention && supportsFlashAttention(from.model)).toBe(true);
            expect(cacheTypeSuits(from.model, 'q8_0')).toBe(true);
          }
          expect(settings.contextSize).toBeGreaterThanOrEqual(Math.min(512, before.contextSize));
          expect(settings.batchSize).toBeLessThanOrEqual(settings.contextSize);
          expect(settings.gpuLayers).toBeLessThanOrEqual(before.gpuLayers);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('after a crash', () => {
  const risky: LoadSettings = { ...full, contextSize: 2048, cacheTypeK: 'q8_0', cacheTypeV: 'q4_0' };

  function proposals(from: LoadSettings): string[] {
    const step = crashStep(from);
    return step?.settings ? [step.proposal, ...proposals(step.settings)] : [crashProposal(from)];
  }

  test('it goes down one rung at a time and ends with another model', () => {
    expect(proposals(risky)).toEqual([
      'Set the GPU layers to 0.',
      'Switch flash attention off and set the cache to f16.',
      'Set the context to 1,024 tokens.',
      'Set the context to 512 tokens.',
      'Choose a smaller model or a lower quantization level.',
    ]);
  });

  test('a plain cache is left out of the words, and a quantized one never stays without flash attention', () => {
    const plain = { ...risky, gpuLayers: 0, cacheTypeK: 'f16', cacheTypeV: 'f16' } as const;
    expect(crashProposal(plain)).toBe('Switch flash attention off.');
    expect(crashProposal({ ...risky, gpuLayers: 0, flashAttention: false })).toBe('Set the cache to f16.');
  });

  test('four steps at most, as for memory', () => {
    const trouble: Trouble = { kind: 'crash', device: 'gpu', inWeights: false };
    const steps = allSteps(footing({ trouble }));
    expect(steps.map(({ step }) => step.kind)).toEqual(['layers', 'flashAttention', 'context', 'context']);
    expect(steps[0] && stepInWords(trouble, steps[0].step)).toBe(
      'The engine stopped, so the model runs on the processor now.',
    );
  });
});
