import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  benchmarkOf,
  calibrationSteps,
  expectedSeconds,
  middleTiming,
  type CalibrationStep,
  type StepTiming,
} from '../../../../../src-main/domain/planner/benchmark/calibration.ts';
import { tokenRead } from '../../../../../src-main/domain/planner/benchmark/model.ts';
import { calibrateMachine } from '../../../../../src-main/domain/planner/speed/calibrate.ts';
import { decodeSpeed } from '../../../../../src-main/domain/planner/speed/decode.ts';
import { modelledSpeed } from '../../../../../src-main/domain/planner/speed/machine-speed.ts';
import type { MachineSpeed, SpeedModelInput } from '../../../../../src-main/domain/planner/speed/types.ts';

const modelled = modelledSpeed({
  gpus: [{ name: 'NVIDIA GeForce RTX 3060', backend: 'cuda', unified: false }],
  cpu: { model: null, physicalCores: 8, features: ['AVX2'] },
});
const devices = { gpu: 0, cpu: 1 };
const kinds = ['gpu', 'cpu'] as const;

/** What the step's model reads, on one device. */
function inputOf({ shape, flashAttention }: CalibrationStep, device: number): SpeedModelInput {
  const { layers, heads, headsKv, headSize } = shape;
  const cache = [
    {
      bytesPerPosition: 4 * layers * headsKv * headSize,
      window: null,
      queries: { heads: layers * heads, headSize },
    },
  ];
  return {
    shares: [{ device, reads: [tokenRead(shape)], layers, cache, stateBytes: 0 }],
    flashAttention,
    cacheTypeK: 'f16',
    cacheTypeV: 'f16',
    vocabulary: shape.vocabulary,
    crossings: 0,
  };
}

/** Timings as a machine with these constants would have them. */
function timingOn(machine: MachineSpeed, device: number, step: CalibrationStep): StepTiming {
  const input = inputOf(step, device);
  return {
    tokenSeconds: step.depths.map((depth) => decodeSpeed(machine, input, depth).secondsPerToken),
    promptSeconds: step.promptTokens === 0 ? null : step.promptTokens * 1e-3,
  };
}

test.each(kinds)('the steps on a %s find the constants that made their times', (kind) => {
  const device = devices[kind];
  const real: MachineSpeed = {
    ...modelled,
    secondsPerToken: 200e-6,
    devices: modelled.devices.map((known) => ({
      ...known,
      bandwidthBytesPerSecond: known.bandwidthBytesPerSecond / 3,
      secondsPerLayer: known.secondsPerLayer * 2,
    })),
  };
  const results = calibrationSteps(kind).map((step) => ({ step, timing: timingOn(real, device, step) }));
  const calibrated = calibrateMachine(modelled, device, benchmarkOf(results));
  for (const { step, timing } of results.filter(({ step: { kind: of } }) => of === 'read')) {
    const seconds = decodeSpeed(calibrated, inputOf(step, device), 0).secondsPerToken;
    expect(seconds / (timing.tokenSeconds[0] ?? 0)).toBeCloseTo(1, 2);
  }
  expect(calibrated.devices[device]?.isMeasured).toBe(true);
});

test.each(kinds)('a calibration of a %s that ends anywhere gives finite speeds', (kind) => {
  const steps = calibrationSteps(kind);
  const anything = fc.double();
  const timings = fc.array(
    fc.record({
      tokenSeconds: fc.array(anything, { maxLength: 3 }),
      promptSeconds: fc.option(anything),
    }),
    { maxLength: steps.length },
  );
  fc.assert(
    fc.property(timings, (measured) => {
      const results = measured.flatMap((timing, index) => {
        const step = steps[index];
        return step ? [{ step, timing }] : [];
      });
      const machine = calibrateMachine(modelled, devices[kind], benchmarkOf(results));
      for (const step of steps) {
        const { tokensPerSecond } = decodeSpeed(machine, inputOf(step, devices[kind]), 1000);
        expect(Number.isFinite(tokensPerSecond) && tokensPerSecond > 0).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('a slow card is not asked for what it cannot do in time, a fast one for everything', () => {
  const [first, ...others] = calibrationSteps('gpu');
  if (!first) throw new Error('no steps');
  expect(expectedSeconds(first, [])).toBe(0);
  const after = (tokenSeconds: number, promptSeconds: number) => [
    { step: first, timing: { tokenSeconds: [tokenSeconds], promptSeconds } },
  ];
  // llvmpipe: 90 MB/s.
  const slow = others.map((step) => expectedSeconds(step, after(0.4, 2)));
  expect(Math.max(...slow)).toBeGreaterThan(10);
  expect(Math.min(...slow)).toBeLessThan(0.5);
  const fast = others.map((step) => expectedSeconds(step, after(0.0005, 0.001)));
  expect(fast.reduce((sum, seconds) => sum + seconds, 0)).toBeLessThan(6);
});

test('the first steps matter most: the usual format, then what a layer costs', () => {
  for (const kind of kinds) {
    const [first, ...next] = calibrationSteps(kind);
    expect(first).toMatchObject({ kind: 'read', shape: { type: 'Q4_K' } });
    expect(next.slice(0, 2).map((step) => step.kind)).toEqual(['launch', 'launch']);
  }
});

test('of several rounds the middle counts, of what each of them told', () => {
  expect(
    middleTiming([
      { tokenSeconds: [0.9, 5], promptSeconds: null },
      { tokenSeconds: [0.1, 2], promptSeconds: 7 },
      { tokenSeconds: [0.2], promptSeconds: null },
    ]),
  ).toEqual({ tokenSeconds: [0.2, 3.5], promptSeconds: 7 });
  expect(middleTiming([])).toEqual({ tokenSeconds: [], promptSeconds: null });
});
