import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cacheTypes,
  planSchema,
  type PlanVariant,
  type PlanWishes,
} from '../../../../../src-main/contract/plan.contract.ts';
import { planTable } from '../../../../../src-main/domain/planner/table/plan-table.ts';
import type { GgufValue } from '../../../../../src-main/domain/gguf/types.ts';
import type { TableModel } from '../../../../../src-main/domain/planner/table/types.ts';
import { files, tableOf, type Files } from './small-models.ts';
import { GIB, levels, tableMachine, type MachineOptions } from './tables.ts';

const RUNS = { numRuns: 10_000 };
/** Sums of losses in another order differ in their last digits. */
const ROUNDING = 1e-9;

interface Planned {
  models: Files;
  options: MachineOptions;
}

/** Models on machines that are about as large, and about as fast as makes a difference. */
const planned: fc.Arbitrary<Planned> = fc
  .record({
    models: files,
    ram: fc.double({ min: 0, max: 4, noNaN: true }),
    vram: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
    unified: fc.boolean(),
    tokensPerSecond: fc.option(fc.double({ min: 1, max: 50, noNaN: true })),
  })
  .map(({ models, ram, vram, unified, tokensPerSecond }) => {
    const size = Math.max(...tableOf(models).map(({ sizeBytes }) => sizeBytes));
    const bandwidth = tokensPerSecond === null ? null : size * tokensPerSecond;
    const gpu =
      vram === null
        ? {}
        : {
            vramGib: 0.3 + (vram * size) / GIB,
            ...(bandwidth && { gpuBandwidthBytesPerSecond: 8 * bandwidth }),
          };
    const options = {
      ramGib: 1 + (ram * size) / GIB,
      unified,
      ...(bandwidth && { bandwidthBytesPerSecond: bandwidth }),
      ...gpu,
    };
    return { models, options };
  });

const wishes: fc.Arbitrary<PlanWishes> = fc
  .record(
    {
      contextSize: fc.integer({ min: 256, max: 300_000 }),
      cacheTypeK: fc.constantFrom(...cacheTypes),
      cacheTypeV: fc.constantFrom(...cacheTypes),
      flashAttention: fc.boolean(),
      gpuLayers: fc.nat(8),
      reserveMib: fc.nat(4096),
      minTokensPerSecond: fc.double({ min: 0, max: 100, noNaN: true }),
    },
    { requiredKeys: [] },
  )
  .map((wish) => wish);

function pickOf({ variants, pick }: Pick<ReturnType<typeof planTable>, 'variants' | 'pick'>) {
  return pick === null ? null : (variants[pick] ?? null);
}

test('what fits leaves the reserve, no cache is known to be bad, and every row is one the contract knows', () => {
  const rows = planSchema.omit({ machine: true });
  fc.assert(
    fc.property(planned, wishes, ({ models, options }, wish) => {
      const machine = tableMachine(options);
      const plan = planTable(tableOf(models), machine, wish);
      expect(rows.safeParse(plan).error).toBeUndefined();
      expect([plan.why, ...plan.variants.flatMap(({ reasons }) => reasons)].join()).not.toMatch(
        /NaN|undefined|Infinity|null/,
      );
      const reserve = (wish.reserveMib ?? 256) * 2 ** 20;
      for (const [index, row] of plan.variants.entries()) {
        expect(isKnownGood(row, tableOf(models)[index])).toBe(true);
        if (row.fits === 'no') continue;
        const total = row.memory.devices.reduce((sum, device) => sum + device.totalBytes, 0);
        for (const { totalBytes, freeBytes } of row.memory.devices)
          expect(totalBytes).toBeLessThanOrEqual(Math.max(0, freeBytes - reserve));
        if (options.unified && machine.gpu)
          expect(total).toBeLessThanOrEqual(machine.memory.availableBytes - reserve);
      }
      const pick = pickOf(plan);
      if (!pick) return;
      expect(pick.fits).not.toBe('no');
      if (wish.minTokensPerSecond !== undefined)
        expect(pick.speed.decodeTokensPerSecond).toBeGreaterThanOrEqual(wish.minTokensPerSecond);
    }),
    RUNS,
  );
});

/** Combinations that llama.cpp refuses, aborts on or answers nonsense with. */
function isKnownGood(row: PlanVariant, model: TableModel | undefined): boolean {
  const { architecture = '', headSizeK = 0, headSizeV = 0 } = model?.summary ?? {};
  const { cacheTypeK, cacheTypeV, flashAttention } = row;
  const suits = (type: string, headSize: number) => type === 'f16' || headSize % 32 === 0;
  return (
    (flashAttention || cacheTypeV === 'f16') &&
    suits(cacheTypeK, headSizeK) &&
    suits(cacheTypeV, headSizeV) &&
    !(cacheTypeK === 'q4_0' && architecture.startsWith('qwen2')) &&
    // CUDA has no kernels for two types; all of these GPUs are CUDA's.
    (cacheTypeK === cacheTypeV || row.memory.devices.length === 1)
  );
}

test('the next better one does not fit, or is refused for a reason that is true', () => {
  // Of two levels that count as equally good, Q8_0 is the cheaper one to compute: it is not refused for a speed that is the same.
  const isNoSlower: [Planned, PlanWishes] = [
    {
      models: {
        name: 'Small-16',
        of: [
          ['Q8_0', 'Q8_0'],
          ['Q5_K_M', 'Q5_K'],
        ],
      },
      options: { ramGib: 8.559256659613716, unified: false, vramGib: 3.6139212714301214 },
    },
    { contextSize: 256, reserveMib: 0 },
  ];
  fc.assert(
    fc.property(planned, wishes, ({ models, options }, wish) => {
      const plan = planTable(tableOf(models), tableMachine(options), wish);
      const pick = pickOf(plan);
      if (!pick) return;
      const better = plan.variants.filter((row) => rankOf(row) < rankOf(pick));
      const sentence = plan.why
        .split(/(?<=\.) (?=[A-Z])/)
        .find((each) => each.startsWith('The next better one'));
      const [, label, refusal = ''] =
        /^The next better one, (\S+) \([^)]+\), (.+)\.$/.exec(sentence ?? '') ?? [];
      const row = better.find((each) => each.label === label);
      expect(row !== undefined).toBe(better.length > 0);
      if (row) expect([plan.why, isTrue(refusal, row, pick, wish)]).toEqual([plan.why, true]);
    }),
    { ...RUNS, examples: [isNoSlower] },
  );
});

/** The levels are listed from the best. */
function rankOf({ label }: PlanVariant): number {
  return levels.findIndex(([name]) => name === label);
}

function isTrue(refusal: string, better: PlanVariant, pick: PlanVariant, wish: PlanWishes): boolean {
  if (refusal.startsWith('does not fit')) return better.fits === 'no';
  if (better.fits === 'no') return false;
  if (refusal.startsWith('would hold only'))
    return better.contextSize < pick.contextSize || pick.contextSize < (wish.contextSize ?? 8192);
  if (refusal.startsWith('fits only with a cache')) return better.cacheTypeK !== 'f16';
  if (refusal.startsWith('fits too')) return rankOf(better) < levels.findIndex(([name]) => name === 'Q6_K');
  const rate = (variant: PlanVariant) => variant.speed.decodeTokensPerSecond ?? 0;
  if (/less than [\d.]+/.test(refusal)) return rate(better) < (wish.minTokensPerSecond ?? 8);
  if (!/for a (?:small gain|gain that hardly shows)/.test(refusal)) return false;
  return refusal.startsWith('would take')
    ? better.sizeBytes > pick.sizeBytes && rate(better) >= 0.9 * rate(pick)
    : /^would give (.+) instead of (?!\1)/.test(refusal) && rate(better) < rate(pick);
}

test('more free memory never gives a lower quality nor a smaller context', () => {
  const free = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(planned, wishes, free, free, ({ models, options }, wish, one, other) => {
      const at = (freeShare: number) =>
        pickOf(planTable(tableOf(models), tableMachine({ ...options, freeShare }), wish));
      const small = at(Math.min(one, other));
      if (!small) return;
      const large = at(Math.max(one, other));
      expect(large?.contextSize).toBeGreaterThanOrEqual(small.contextSize);
      expect(large?.quality.meanKld).toBeLessThanOrEqual((small.quality.meanKld ?? 0) + ROUNDING);
    }),
    RUNS,
  );
});

test('less context never needs more memory', () => {
  const context = fc.integer({ min: 256, max: 131_072 });
  const machine = tableMachine({ ramGib: 10_000, vramGib: 10_000 });
  fc.assert(
    fc.property(files, context, context, fc.nat(8), (models, one, other, gpuLayers) => {
      const bytes = (contextSize: number) =>
        planTable(tableOf(models), machine, { contextSize, gpuLayers }).variants.map(({ memory }) =>
          memory.devices.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
        );
      const [small, large] = [bytes(Math.min(one, other)), bytes(Math.max(one, other))];
      for (const [row, size] of small.entries()) expect(size).toBeLessThanOrEqual(large[row] ?? 0);
    }),
    RUNS,
  );
});

/** What a file may say of itself, and a machine file of a machine. */
const nonsense: fc.Arbitrary<GgufValue | undefined> = fc.oneof(
  fc.constantFrom(undefined, 0, -1, 1.5, 2 ** 32 - 1, 2n ** 63n, Number.NaN, Infinity, '', 'many'),
  fc.nat(1000),
  fc.array(fc.integer({ min: -1, max: 600 }), { maxLength: 8 }),
  fc.array(fc.boolean(), { maxLength: 8 }),
);
const bytes = fc.oneof(fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER), fc.nat(2 ** 31));

function damaged(model: TableModel, changes: readonly [number, GgufValue | undefined][], without: number) {
  const metadata = new Map(model.header.metadata);
  const keys = [...metadata.keys()];
  for (const [index, value] of changes) {
    const key = keys[index % keys.length] ?? '';
    if (value === undefined) metadata.delete(key);
    else metadata.set(key, value);
  }
  const tensors = model.header.tensors.filter((_, index) => index !== without);
  return { ...model, header: { ...model.header, metadata, tensors } };
}

test('no header, no machine and no wish makes it throw, and the files that are whole are planned', () => {
  const changes = fc.array(fc.tuple(fc.nat(40), nonsense), { maxLength: 3 });
  const memory = fc.record({ totalBytes: bytes, availableBytes: bytes });
  const card = fc.record({ totalBytes: bytes, freeBytes: bytes, unified: fc.boolean() });
  fc.assert(
    fc.property(
      files,
      changes,
      fc.nat(200),
      fc.record({ memory, card: fc.option(card) }),
      wishes,
      (models, changed, without, { memory: main, card: own }, wish) => {
        const whole = tableOf(models);
        const machine = tableMachine({ ramGib: 8, ...(own && { vramGib: 8 }) });
        const gpu = own && machine.gpu && { ...machine.gpu, ...own };
        const { variants } = planTable(
          [...whole, ...whole.map((model) => damaged(model, changed, without))],
          { ...machine, memory: main, gpu },
          wish,
        );
        expect(variants.map(({ reasons }) => reasons.length > 0)).not.toContain(false);
        expect(
          variants.slice(0, whole.length).map(({ memory: { devices } }) => devices.length > 0),
        ).not.toContain(false);
      },
    ),
    RUNS,
  );
});
