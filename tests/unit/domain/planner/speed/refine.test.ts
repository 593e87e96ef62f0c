import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSpeed } from '../../../../../src-main/domain/planner/speed/decode.ts';
import { modelledSpeed } from '../../../../../src-main/domain/planner/speed/machine-speed.ts';
import { refine, type SpeedObservation } from '../../../../../src-main/domain/planner/speed/refine.ts';
import type { MachineSpeed, SpeedModelInput } from '../../../../../src-main/domain/planner/speed/types.ts';
import { anything, inputs, machines } from './arbitraries.ts';

const machine = modelledSpeed({
  gpus: [],
  cpu: { model: 'Unknown', physicalCores: 4, features: ['AVX2'] },
});

const read = (bytes: number) => ({ format: 'q8' as const, bytes, weights: bytes });

function model(weightsBytes: number): SpeedModelInput {
  const cache = [{ bytesPerPosition: 32_768, window: null }];
  return {
    shares: [{ device: 0, reads: [read(weightsBytes)], layers: 16, cache, stateBytes: 0 }],
    flashAttention: true,
    cacheTypeK: 'f16',
    cacheTypeV: 'f16',
    crossings: 0,
  };
}

/** An answer on a machine that takes `factor` times as long as this one is thought to. */
function answer(factor: number, weightsBytes = 1e9, depth = 512): SpeedObservation {
  const input = model(weightsBytes);
  return { input, depth, tokensPerSecond: decodeSpeed(machine, input, depth).tokensPerSecond / factor };
}

const bandwidth = (of: MachineSpeed) => of.devices[0]?.bandwidthBytesPerSecond ?? 0;

test('after a few answers another model is predicted as fast as it is', () => {
  const refined = refine(machine, [answer(1.7), answer(1.7), answer(1.7)]);
  const expected = answer(1.7, 5e9, 8192).tokensPerSecond;
  expect(decodeSpeed(refined, model(5e9), 8192).tokensPerSecond / expected).toBeCloseTo(1, 2);
  expect(refined.basis).toBe('measured');
});

test('two answers are not enough, and answers as expected change nothing but the basis', () => {
  expect(refine(machine, [answer(3), answer(3)])).toBe(machine);
  expect(bandwidth(refine(machine, [answer(1), answer(1), answer(1)]))).toBeCloseTo(bandwidth(machine), -3);
});

test('no single outlier moves it beyond what the others say', () => {
  const factor = fc.double({ min: 0.5, max: 2, noNaN: true });
  const outlier = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(factor, { minLength: 2, maxLength: 9 }), outlier, (factors, wrong) => {
      const refined = refine(
        machine,
        [...factors, wrong].map((value) => answer(value)),
      );
      const slower = bandwidth(machine) / bandwidth(refined);
      expect(slower).toBeGreaterThanOrEqual(Math.min(...factors) - 0.01);
      expect(slower).toBeLessThanOrEqual(Math.max(...factors) + 0.01);
    }),
    { numRuns: 10_000 },
  );
});

test('the correction is bounded', () => {
  const slower = bandwidth(machine) / bandwidth(refine(machine, [answer(99), answer(98), answer(97)]));
  expect(slower).toBeCloseTo(4, 6);
});

test('answers that two devices shared correct neither', () => {
  const both = modelledSpeed({
    gpus: [{ name: 'NVIDIA GeForce RTX 3060', backend: 'cuda', unified: false }],
    cpu: { model: null, physicalCores: null, features: [] },
  });
  const [share] = model(1e9).shares;
  if (!share) throw new Error('no share');
  const input = {
    ...model(0),
    shares: [
      { ...share, reads: [read(7e9)] },
      { ...share, device: 1 },
    ],
  };
  const observation = { input, depth: 512, tokensPerSecond: 1 };
  expect(refine(both, [observation, observation, observation])).toBe(both);
});

test('no observation makes it throw or a constant no number', () => {
  const observation = fc.record({
    input: inputs(anything),
    depth: fc.double(),
    tokensPerSecond: fc.double(),
  });
  fc.assert(
    fc.property(
      machines(anything),
      fc.array(observation, { maxLength: 6 }),
      inputs(anything),
      (any, seen, input) => {
        const speed = decodeSpeed(refine(any, seen), input, 100).tokensPerSecond;
        expect(Number.isFinite(speed) && speed > 0).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});
