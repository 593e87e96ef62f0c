import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  calibrate,
  calibrateMachine,
  type DeviceBenchmark,
} from '../../../../../src-main/domain/planner/speed/calibrate.ts';
import { decodeSpeed } from '../../../../../src-main/domain/planner/speed/decode.ts';
import { modelledSpeed } from '../../../../../src-main/domain/planner/speed/machine-speed.ts';
import { prefillSpeed } from '../../../../../src-main/domain/planner/speed/prefill.ts';
import {
  weightFormats,
  type MachineSpeed,
  type SpeedModelInput,
  type WeightRead,
} from '../../../../../src-main/domain/planner/speed/types.ts';

const modelled = modelledSpeed({ gpus: [], cpu: { model: null, physicalCores: 2, features: ['AVX2'] } });
const [device] = modelled.devices;
if (!device) throw new Error('no device');
const withDevice = (changed: typeof device): MachineSpeed => ({ ...modelled, devices: [changed] });

/** A computer whose formats cost other than the model thinks. */
const real: MachineSpeed = {
  ...withDevice({
    ...device,
    bandwidthBytesPerSecond: 11e9,
    readEfficiency: 1,
    secondsPerLayer: 90e-6,
    unpackBits: { f16: 0, q8: 1, legacy: 1.5, q2k: 4, q4k: 2, q6k: 3 },
    attention: [512, 8192].flatMap((depth) =>
      [64, 128].map((headSize) => ({
        flashAttention: true,
        headSize,
        depth,
        seconds: headSize * depth * (depth > 512 ? 9e-10 : 6e-10),
      })),
    ),
  }),
  secondsPerToken: 300e-6,
  secondsPerCandidate: 2e-8,
};
const HEADS = 32;

function model(
  reads: readonly WeightRead[],
  layers: number,
  { headSize = 64, vocabulary = 0 } = {},
): SpeedModelInput {
  const queries = { heads: HEADS * layers, headSize };
  const cache = [{ bytesPerPosition: 32_768, window: null, queries }];
  return {
    shares: [{ device: 0, reads, layers, cache, stateBytes: 0 }],
    flashAttention: true,
    cacheTypeK: 'f16',
    cacheTypeV: 'f16',
    vocabulary,
    crossings: 0,
  };
}

const bits = { f16: 16, q8: 8.5, legacy: 4.5, q2k: 2.625, q4k: 4.5, q6k: 6.5625 };
const readOf = (format: keyof typeof bits, weights: number): WeightRead => ({
  format,
  bytes: (weights * bits[format]) / 8,
  weights,
});
const formats = Object.keys(bits) as (keyof typeof bits)[];

const timeOf = (input: SpeedModelInput, depth = 0) => decodeSpeed(real, input, depth).secondsPerToken;

/** What a benchmark of the real computer finds. */
function benchmarkOfReal(): DeviceBenchmark {
  const tiny = { format: 'f16', bytes: 1e5, weights: 5e4 } as const;
  return {
    reads: formats.map((format) => {
      const read = readOf(format, 5e7);
      return { read, layers: 3, seconds: timeOf(model([read], 3)) };
    }),
    launches: [2, 30].map((layers) => ({ layers, seconds: timeOf(model([], layers)) })),
    sampling: {
      vocabulary: 100_000,
      layers: 2,
      read: tiny,
      seconds: timeOf(model([tiny], 2, { vocabulary: 100_000 })),
    },
    attention: [512, 8192].flatMap((depth) =>
      [64, 128].map((headSize) => ({
        flashAttention: true,
        headSize,
        depth,
        heads: 2 * HEADS,
        cacheBytes: depth * 32_768,
        seconds: timeOf(model([], 2, { headSize }), depth) - timeOf(model([], 2, { headSize })),
      })),
    ),
  };
}

test('after one benchmark, models of other sizes, mixtures, heads and depths are predicted as they are', () => {
  const calibrated = calibrateMachine(modelled, 0, benchmarkOfReal());
  expect(calibrated.basis).toBe('measured');
  for (const format of formats) {
    for (const depth of [0, 512, 3000, 8192]) {
      for (const headSize of [64, 96, 128]) {
        const input = model([readOf(format, 9e8), readOf('q6k', 1e8)], 16, { headSize, vocabulary: 128_256 });
        const quotient = decodeSpeed(calibrated, input, depth).secondsPerToken / timeOf(input, depth);
        expect(quotient).toBeCloseTo(1, 6);
      }
    }
  }
});

test('a disturbed pass beside an undisturbed one changes nothing', () => {
  const benchmark = benchmarkOfReal();
  const disturbed = benchmark.reads.map((read) => ({ ...read, seconds: read.seconds * 40 }));
  expect(calibrate(device, { ...benchmark, reads: [...disturbed, ...benchmark.reads] })).toEqual(
    calibrate(device, benchmark),
  );
});

test('what was not measured, or not sensibly, stays modelled', () => {
  expect(calibrateMachine(modelled, 0, { reads: [] })).toBe(modelled);
  expect(calibrateMachine(modelled, 7, benchmarkOfReal())).toBe(modelled);
  const nonsense = { read: readOf('f16', 1e9), layers: 3, seconds: 0 };
  const backwards = [2, 30].map((layers) => ({ layers, seconds: 1 / layers }));
  expect(calibrate(device, { reads: [nonsense], launches: backwards })).toEqual(device);
});

test('formats that were not tried are corrected as much as those that were', () => {
  const { reads } = benchmarkOfReal();
  const known = reads.filter(({ read }) => read.format !== 'q6k');
  const { unpackBits } = calibrate(device, { reads: known });
  expect(unpackBits?.q6k).toBeGreaterThan(0.5);
});

test('a GPU reads its cache by bytes', () => {
  const gpu: typeof device = { ...device, backend: 'cuda' };
  const read = { ...readOf('f16', 1e9), format: 'f16' as const };
  const point = { flashAttention: true, headSize: 64, heads: 32, depth: 16_384 };
  const attention = [{ ...point, cacheBytes: 1e9, seconds: 0.01 }];
  const calibrated = calibrate(gpu, { reads: [{ read, layers: 1, seconds: 0.01 }], attention });
  expect(calibrated.attention).toBeUndefined();
  expect(calibrated.cacheEfficiency).toBeCloseTo(0.5, 6);
});

test('no benchmark makes it throw or a speed no positive number', () => {
  const figure = fc.double();
  const read = fc.record({ format: fc.constantFrom(...weightFormats), bytes: figure, weights: figure });
  const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 4 });
  const point = {
    flashAttention: fc.boolean(),
    headSize: figure,
    depth: figure,
    heads: figure,
    cacheBytes: figure,
  };
  const benchmark = fc.record(
    {
      reads: few(fc.record({ read, layers: figure, seconds: figure })),
      launches: few(fc.record({ layers: figure, seconds: figure })),
      sampling: fc.record({ vocabulary: figure, layers: figure, read, seconds: figure }),
      attention: few(fc.record({ ...point, seconds: figure })),
      prefills: few(fc.record({ read, tokens: figure, seconds: figure })),
      attentionPrefill: fc.record({ products: figure, read, tokens: figure, seconds: figure }),
    },
    { requiredKeys: ['reads'] },
  );
  const backend = fc.constantFrom('cuda', 'vulkan', 'metal', 'cpu');
  fc.assert(
    fc.property(benchmark, backend, fc.nat(100_000), (measured, of, depth) => {
      const machine = calibrateMachine(withDevice({ ...device, backend: of }), 0, measured);
      const input = model([readOf('q4k', 1e9)], 16, { vocabulary: 1000 });
      const speeds = [
        decodeSpeed(machine, input, depth).tokensPerSecond,
        prefillSpeed(machine, input, 512, depth).tokensPerSecond,
      ];
      expect(speeds.every((speed) => Number.isFinite(speed) && speed > 0)).toBe(true);
    }),
    { numRuns: 10_000 },
  );
});
