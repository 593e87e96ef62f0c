import { attentionSeconds } from './attention.ts';
import { backendConstants, cacheByteCost, CPU_BESIDE_GPU, unpackBits } from './backends.ts';
import { quantity, rate } from './numbers.ts';
import type {
  CacheRead,
  DeviceShare,
  DeviceSpeed,
  MachineSpeed,
  SpeedBasis,
  SpeedModelInput,
} from './types.ts';

export interface DecodeSpeed {
  tokensPerSecond: number;
  secondsPerToken: number;
  /** Where the time goes, in the order of the shares. */
  secondsByShare: number[];
  basis: SpeedBasis;
}

const SLOWEST_BANDWIDTH = 1e8;
const LOWEST_EFFICIENCY = 0.01;
/** A token is never free: sampling alone takes longer. */
const SHORTEST_TOKEN_SECONDS = 1e-6;

/**
 * Answering, with `depth` tokens in the context. One token passes through all layers, so the devices work one after another:
 * Σ over devices of bytes / bandwidth + layers × launch time, plus crossings and a fixed cost.
 */
export function decodeSpeed(machine: MachineSpeed, input: SpeedModelInput, depth: number): DecodeSpeed {
  const secondsByShare = input.shares.map((share) => shareSeconds(machine, input, share, depth));
  const secondsPerToken = Math.max(
    SHORTEST_TOKEN_SECONDS,
    secondsByShare.reduce((sum, seconds) => sum + seconds, 0) +
      quantity(input.crossings) * quantity(machine.secondsPerCrossing) +
      fixedSeconds(machine, input),
  );
  return {
    tokensPerSecond: 1 / secondsPerToken,
    secondsPerToken,
    secondsByShare,
    basis: basisOf(machine, input),
  };
}

/** Measured only if every device was that has something to do. */
export function basisOf(machine: MachineSpeed, { shares }: SpeedModelInput): SpeedBasis {
  if (machine.basis !== 'measured') return machine.basis;
  const atWork = shares.filter(({ reads, layers }) => layers > 0 || reads.some(({ bytes }) => bytes > 0));
  return atWork.every(({ device }) => machine.devices[device]?.isMeasured) ? 'measured' : 'modelled';
}

/** Sampling, and handing the token on. */
export function fixedSeconds(machine: MachineSpeed, { vocabulary = 0 }: SpeedModelInput): number {
  return (
    quantity(machine.secondsPerToken) + quantity(vocabulary) * quantity(machine.secondsPerCandidate ?? 0)
  );
}

/** Bytes of cache that a token at `depth` looks at. */
export function cacheBytesAt(share: Pick<DeviceShare, 'cache'>, depth: number): number {
  return share.cache.reduce((sum, read) => sum + cacheBytes(read, depth), 0);
}

function cacheBytes({ bytesPerPosition, window }: CacheRead, depth: number): number {
  const positions = Math.min(quantity(depth), window === null ? Infinity : quantity(window));
  return quantity(bytesPerPosition) * positions;
}

function shareSeconds(
  machine: MachineSpeed,
  input: SpeedModelInput,
  share: DeviceShare,
  depth: number,
): number {
  const device = machine.devices[share.device];
  if (!device) return 0;
  const readRate = weightReadRate(device, input, machine);
  const weightSeconds = (unpackedBytes(device, share) + quantity(share.stateBytes)) / readRate;
  const perCacheByte = cacheCost(device, input) / (readRate * cacheShare(device, input));
  const cacheSeconds = share.cache.reduce(
    (sum, read) =>
      sum +
      (attentionSeconds(device.attention, read, depth, input) ?? cacheBytes(read, depth) * perCacheByte),
    0,
  );
  return weightSeconds + cacheSeconds + quantity(share.layers) * quantity(device.secondsPerLayer);
}

/** Bytes that could be read in the time that reading and unpacking the weights takes. */
function unpackedBytes(device: DeviceSpeed, share: DeviceShare): number {
  const { unpackShare } = backendConstants[device.backend];
  return share.reads.reduce((sum, { format, bytes, weights }) => {
    const bits = device.unpackBits?.[format] ?? unpackBits[format] * unpackShare;
    return sum + quantity(bytes) + (quantity(weights) * quantity(bits)) / 8;
  }, 0);
}

/** Against reading weights. */
function cacheShare(device: DeviceSpeed, input: SpeedModelInput): number {
  if (device.cacheEfficiency !== undefined) {
    return rate(device.cacheEfficiency, LOWEST_EFFICIENCY) / rate(device.readEfficiency, LOWEST_EFFICIENCY);
  }
  const { cacheEfficiency, readEfficiency } = backendConstants[device.backend];
  return (input.flashAttention ? cacheEfficiency.flash : cacheEfficiency.plain) / readEfficiency;
}

function weightReadRate(device: DeviceSpeed, input: SpeedModelInput, machine: MachineSpeed): number {
  const isBesideGpu =
    device.backend === 'cpu' &&
    input.shares.some(
      ({ device: index, reads }) =>
        reads.some(({ bytes }) => quantity(bytes) > 0) &&
        (machine.devices[index]?.backend ?? 'cpu') !== 'cpu',
    );
  return (
    rate(device.bandwidthBytesPerSecond, SLOWEST_BANDWIDTH) *
    rate(device.readEfficiency, LOWEST_EFFICIENCY) *
    (isBesideGpu ? CPU_BESIDE_GPU : 1)
  );
}

/** Keys and values are about the same amount, so their costs are averaged. A measured efficiency has them in it. */
function cacheCost({ backend, cacheEfficiency }: DeviceSpeed, input: SpeedModelInput): number {
  if (cacheEfficiency !== undefined) return 1;
  return (cacheByteCost(backend, input.cacheTypeK) + cacheByteCost(backend, input.cacheTypeV)) / 2;
}

/** Of the experts' weights those that one token needs. Without figures that make sense all of them. */
export function activeShare(used: number, count: number): number {
  return used > 0 && count >= used && Number.isFinite(count) ? used / count : 1;
}
