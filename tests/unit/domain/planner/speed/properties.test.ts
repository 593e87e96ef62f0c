import fc from 'fast-check';
import { expect, test } from 'vitest';
import { activeShare, decodeSpeed } from '../../../../../src-main/domain/planner/speed/decode.ts';
import { prefillSpeed } from '../../../../../src-main/domain/planner/speed/prefill.ts';
import type {
  DeviceShare,
  DeviceSpeed,
  MachineSpeed,
  SpeedModelInput,
} from '../../../../../src-main/domain/planner/speed/types.ts';
import { anything, inputs, machines, plausible } from './arbitraries.ts';

const RUNS = { numRuns: 10_000 };
/** Sums in another order differ in the last bits. */
const ROUNDING = 1 + 1e-9;

function withDevices(machine: MachineSpeed, change: (device: DeviceSpeed) => DeviceSpeed): MachineSpeed {
  return { ...machine, devices: machine.devices.map(change) };
}

function withShares(input: SpeedModelInput, change: (share: DeviceShare) => DeviceShare): SpeedModelInput {
  return { ...input, shares: input.shares.map(change) };
}

const depth = fc.integer({ min: 0, max: 200_000 });
const batch = fc.integer({ min: 1, max: 4096 });
const more = fc.double({ min: 1, max: 1000, noNaN: true });

function expectNoSlower(
  faster: [MachineSpeed, SpeedModelInput],
  slower: [MachineSpeed, SpeedModelInput],
  tokens: number,
  size: number,
): void {
  const decode = [faster, slower].map(
    ([machine, input]) => decodeSpeed(machine, input, tokens).tokensPerSecond,
  );
  expect((decode[0] ?? 0) * ROUNDING).toBeGreaterThanOrEqual(decode[1] ?? Infinity);
  const prefill = [faster, slower].map(
    ([machine, input]) => prefillSpeed(machine, input, size, tokens).tokensPerSecond,
  );
  expect((prefill[0] ?? 0) * ROUNDING).toBeGreaterThanOrEqual(prefill[1] ?? Infinity);
}

test('more bandwidth is never slower', () => {
  fc.assert(
    fc.property(
      machines(plausible),
      inputs(plausible),
      depth,
      batch,
      more,
      (machine, input, tokens, size, factor) => {
        const faster = withDevices(machine, (device) => ({
          ...device,
          bandwidthBytesPerSecond: device.bandwidthBytesPerSecond * factor,
        }));
        expectNoSlower([faster, input], [machine, input], tokens, size);
      },
    ),
    RUNS,
  );
});

test('more bytes are never faster, of weights or of cache', () => {
  fc.assert(
    fc.property(
      machines(plausible),
      inputs(plausible),
      depth,
      batch,
      more,
      (machine, input, tokens, size, factor) => {
        const heavier = withShares(input, (share) => ({
          ...share,
          reads: share.reads.map((read) => ({ ...read, bytes: read.bytes * factor })),
          cache: share.cache.map((read) => ({ ...read, bytesPerPosition: read.bytesPerPosition * factor })),
        }));
        expectNoSlower([machine, input], [machine, heavier], tokens, size);
      },
    ),
    RUNS,
  );
});

test('a deeper context is never faster', () => {
  fc.assert(
    fc.property(machines(plausible), inputs(plausible), depth, depth, (machine, input, a, b) => {
      const shallow = decodeSpeed(machine, input, Math.min(a, b)).tokensPerSecond;
      const deep = decodeSpeed(machine, input, Math.max(a, b)).tokensPerSecond;
      expect(shallow * ROUNDING).toBeGreaterThanOrEqual(deep);
    }),
    RUNS,
  );
});

test('fewer active experts are never slower', () => {
  const experts = fc.tuple(
    fc.integer({ min: 1, max: 512 }),
    fc.integer({ min: 1, max: 512 }),
    fc.integer({ min: 1, max: 512 }),
  );
  fc.assert(
    fc.property(machines(plausible), inputs(plausible), depth, experts, (machine, input, tokens, numbers) => {
      const [fewer = 1, used = 1, count = 1] = numbers.toSorted((a, b) => a - b);
      const withExperts = (active: number) =>
        withShares(input, (share) => ({
          ...share,
          reads: share.reads.map((read) => ({
            ...read,
            bytes: activeShare(active, count) * read.bytes,
            weights: activeShare(active, count) * read.weights,
          })),
        }));
      const fast = decodeSpeed(machine, withExperts(fewer), tokens).tokensPerSecond;
      const slow = decodeSpeed(machine, withExperts(used), tokens).tokensPerSecond;
      expect(fast * ROUNDING).toBeGreaterThanOrEqual(slow);
    }),
    RUNS,
  );
});

test('no input makes it throw or give anything but a positive number', () => {
  fc.assert(
    fc.property(
      machines(anything),
      inputs(anything),
      fc.double(),
      fc.double(),
      (machine, input, tokens, size) => {
        const results = [
          decodeSpeed(machine, input, tokens).tokensPerSecond,
          prefillSpeed(machine, input, size, tokens).tokensPerSecond,
        ];
        expect(results.every((speed) => Number.isFinite(speed) && speed > 0)).toBe(true);
      },
    ),
    RUNS,
  );
});
