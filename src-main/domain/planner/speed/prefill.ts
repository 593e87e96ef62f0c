import { backendConstants } from './backends.ts';
import { basisOf, cacheBytesAt, fixedSeconds } from './decode.ts';
import { quantity, rate } from './numbers.ts';
import type { DeviceShare, MachineSpeed, SpeedBasis, SpeedModelInput } from './types.ts';

export interface PrefillSpeed {
  tokensPerSecond: number;
  basis: SpeedBasis;
}

const SLOWEST_FLOPS = 1e8;
const SLOWEST_READ = 1e8;
const SLOWEST_TRANSFER = 1e8;
/** From this batch on llama.cpp copies weights of the CPU's layers to a GPU and multiplies there (`offload_op` of ggml-cuda: 32). */
const GPU_TAKES_OVER_FROM = 32;
const SHORTEST_BATCH_SECONDS = 1e-6;
/** A multiplication and an addition for every weight and token. */
const FLOPS_PER_WEIGHT = 2;

/**
 * Reading a prompt in batches of `batchSize`, with `depth` tokens before it. A batch takes the time of its products plus a part that does
 * not grow with it, so larger batches are faster: pp1024 of tools/llama-bench at batches of 128 to 1024 lies on such a line within 3 %.
 */
export function prefillSpeed(
  machine: MachineSpeed,
  input: SpeedModelInput,
  batchSize: number,
  depth = 0,
): PrefillSpeed {
  const tokens = Math.max(1, quantity(batchSize));
  const gpu = machine.devices.find(({ backend }) => backend !== 'cpu');
  const seconds = input.shares.reduce(
    (sum, share) => sum + batchSeconds(machine, share, tokens, depth, gpu !== undefined),
    fixedSeconds(machine, input) + quantity(input.crossings) * quantity(machine.secondsPerCrossing),
  );
  return {
    tokensPerSecond: tokens / Math.max(SHORTEST_BATCH_SECONDS, seconds),
    basis: basisOf(machine, input),
  };
}

function batchSeconds(
  machine: MachineSpeed,
  share: DeviceShare,
  tokens: number,
  depth: number,
  hasGpu: boolean,
): number {
  const device = machine.devices[share.device];
  if (!device) return 0;
  const bytes = share.reads.reduce(
    (sum, read) => sum + quantity(read.bytes),
    furtherExpertBytes(share, tokens),
  );
  const { prefillOverheadTokens } = backendConstants[device.backend];
  const attention = attendedValues(share, quantity(depth) + tokens / 2);
  const overhead = tokens + prefillOverheadTokens;
  const insideShare = 1 - Math.min(1, quantity(share.outputShare ?? 0));
  const usual = rate(device.computeFlops, SLOWEST_FLOPS);
  const products = share.reads.reduce(
    (sum, { format, weights }) => {
      const own = device.flopsByFormat?.[format];
      return sum + (quantity(weights) * insideShare) / (own === undefined ? usual : rate(own, SLOWEST_FLOPS));
    },
    attention / (device.attentionFlops === undefined ? usual : rate(device.attentionFlops, SLOWEST_FLOPS)),
  );
  const read =
    bytes / (rate(device.bandwidthBytesPerSecond, SLOWEST_READ) * rate(device.readEfficiency, 0.01));
  const compute = FLOPS_PER_WEIGHT * products * overhead + read;
  const launches = quantity(share.layers) * quantity(device.secondsPerLayer);
  if (device.backend !== 'cpu' || !hasGpu || tokens < GPU_TAKES_OVER_FROM) return compute + launches;
  const transfer = bytes / rate(machine.transferBytesPerSecond, SLOWEST_TRANSFER);
  return Math.min(compute, transfer) + launches;
}

/** Beyond those that one token needs: tokens choose their experts independently, about, so that of a large batch every expert gets some. */
function furtherExpertBytes({ experts }: DeviceShare, tokens: number): number {
  if (!experts) return 0;
  const active = Math.min(1, quantity(experts.active));
  return quantity(experts.bytes) * Math.max(0, 1 - (1 - active) ** tokens - active);
}

/** Values of keys and values that a token at `depth` is multiplied with; without its heads known, as many as at 16 bits fit into the bytes it reads. */
function attendedValues(share: DeviceShare, depth: number): number {
  return share.cache.reduce((sum, read) => {
    const { queries, bytesPerPosition } = read;
    const perPosition = queries
      ? 2 * quantity(queries.heads) * quantity(queries.headSize)
      : quantity(bytesPerPosition) / 2;
    const positions = cacheBytesAt({ cache: [{ ...read, bytesPerPosition: 1 }] }, depth);
    return sum + perPosition * positions;
  }, 0);
}
