import fc from 'fast-check';
import {
  weightFormats,
  type CacheRead,
  type DeviceShare,
  type DeviceSpeed,
  type MachineSpeed,
  type SpeedModelInput,
  type WeightRead,
} from '../../../../../src-main/domain/planner/speed/types.ts';

/** Quantities as they occur; the suites that ask for anything at all pass `fc.double()`. */
export interface Ranges {
  bytes: fc.Arbitrary<number>;
  rate: fc.Arbitrary<number>;
  seconds: fc.Arbitrary<number>;
}

const format = fc.constantFrom(...weightFormats);
const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });

export const plausible: Ranges = {
  bytes: within(0, 2e11),
  rate: within(1e9, 8e12),
  seconds: within(0, 1e-3),
};
export const anything: Ranges = { bytes: fc.double(), rate: fc.double(), seconds: fc.double() };

export function machines({ rate, seconds }: Ranges): fc.Arbitrary<MachineSpeed> {
  // Absent, or measured.
  const calibrated = {
    unpackBits: fc.dictionary(format, within(0, 20), { maxKeys: 3 }),
    cacheEfficiency: within(0.01, 1),
  };
  const device: fc.Arbitrary<DeviceSpeed> = fc.record(
    {
      name: fc.string(),
      backend: fc.constantFrom('cuda', 'vulkan', 'metal', 'cpu'),
      bandwidthBytesPerSecond: rate,
      readEfficiency: within(0.05, 1),
      secondsPerLayer: seconds,
      computeFlops: rate,
      ...calibrated,
    },
    {
      requiredKeys: [
        'name',
        'backend',
        'bandwidthBytesPerSecond',
        'readEfficiency',
        'secondsPerLayer',
        'computeFlops',
      ],
    },
  );
  return fc.record({
    devices: fc.array(device, { maxLength: 4 }),
    secondsPerToken: seconds,
    secondsPerCrossing: seconds,
    transferBytesPerSecond: rate,
    basis: fc.constantFrom('measured', 'given', 'modelled'),
  });
}

export function inputs({ bytes }: Ranges): fc.Arbitrary<SpeedModelInput> {
  const cache: fc.Arbitrary<CacheRead> = fc.record({
    bytesPerPosition: bytes,
    window: fc.option(fc.integer({ min: -1, max: 1e6 })),
  });
  const read: fc.Arbitrary<WeightRead> = fc.record({ format, bytes, weights: bytes });
  const share: fc.Arbitrary<DeviceShare> = fc.record({
    device: fc.integer({ min: -1, max: 5 }),
    reads: fc.array(read, { maxLength: 3 }),
    layers: fc.integer({ min: -1, max: 200 }),
    cache: fc.array(cache, { maxLength: 3 }),
    stateBytes: bytes,
  });
  return fc.record({
    shares: fc.array(share, { maxLength: 4 }),
    flashAttention: fc.boolean(),
    cacheTypeK: fc.constantFrom('f16', 'q8_0', 'q4_0', 'nonsense'),
    cacheTypeV: fc.constantFrom('f16', 'q8_0', 'q4_0', 'nonsense'),
    crossings: fc.integer({ min: -1, max: 200 }),
  });
}
