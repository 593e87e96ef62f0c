import { unpackBits } from './backends.ts';
import { median } from './numbers.ts';
import {
  weightFormats,
  type AttentionPoint,
  type DeviceSpeed,
  type MachineSpeed,
  type WeightFormat,
  type WeightRead,
} from './types.ts';

/** What a short benchmark found out about one device. Whatever is missing stays as it was modelled. */
export interface DeviceBenchmark {
  /** Tokens of models too large for any cache, each of one format, with nothing to look back at. */
  reads: readonly { read: WeightRead; layers: number; seconds: number }[];
  /** Tokens of models so small that their weights do not count. */
  launches?: readonly { layers: number; seconds: number }[] | undefined;
  /** A token of such a model with a vocabulary of real size, sampled as in a chat. */
  sampling?: { vocabulary: number; layers: number; read: WeightRead; seconds: number } | undefined;
  /** What looking back added to a token: by all heads of all layers together, and the bytes of their cache. */
  attention?: readonly (AttentionPoint & { heads: number; cacheBytes: number })[] | undefined;
  /** Batches of a prompt, by the weights that they are multiplied with. */
  prefills?: readonly { read: WeightRead; tokens: number; seconds: number }[] | undefined;
  /** A prompt of a model that does little but look back: as many products of values, and of weights. */
  attentionPrefill?: { products: number; read: WeightRead; tokens: number; seconds: number } | undefined;
}

const FLOPS_PER_PRODUCT = 2;
/** A benchmark that found more has measured a cache of the CPU, or a clock that stood still. */
const FASTEST_BYTES_PER_SECOND = 2e13;
/** Of a batch's time at least this is its products, whatever reading the weights would take by itself. */
const LEAST_PRODUCT_SHARE = 0.25;

/** The machine with the constants of device `index` as measured. Sampling is the CPU's whatever the device. */
export function calibrateMachine(
  machine: MachineSpeed,
  index: number,
  benchmark: DeviceBenchmark,
): MachineSpeed {
  const device = machine.devices[index];
  if (!device) return machine;
  const calibrated = calibrate(device, benchmark);
  if (calibrated === device) return machine;
  const devices = machine.devices.map((known, position) => (position === index ? calibrated : known));
  const { secondsPerToken } = launchTimes(benchmark);
  const perCandidate = candidateSeconds(calibrated, benchmark);
  return {
    ...machine,
    devices,
    ...(secondsPerToken !== null && { secondsPerToken }),
    ...(perCandidate !== null && { secondsPerCandidate: perCandidate }),
    basis: 'measured',
  };
}

/**
 * Constants of a device as measured. The format that is read fastest stands for the bandwidth; what the others take longer is the cost of unpacking them,
 * so that another mixture of formats, size or depth follows from bytes alone.
 */
export function calibrate(device: DeviceSpeed, benchmark: DeviceBenchmark): DeviceSpeed {
  const { secondsPerLayer } = launchTimes(benchmark);
  const reads = benchmark.reads
    .map(({ read, layers, seconds }) => ({ read, seconds: without(seconds, layers, benchmark) }))
    .filter(({ read, seconds }) => isRate(read.bytes / seconds) && read.weights > 0);
  if (reads.length === 0 && secondsPerLayer === null) return device;
  const measured = { ...device, isMeasured: true, ...(secondsPerLayer !== null && { secondsPerLayer }) };
  if (reads.length === 0) return measured;
  const bandwidth = Math.max(...reads.map(({ read, seconds }) => read.bytes / seconds));
  return {
    ...measured,
    bandwidthBytesPerSecond: bandwidth,
    readEfficiency: 1,
    unpackBits: { ...device.unpackBits, ...unpackingOf(reads, bandwidth) },
    ...lookingBack(device, benchmark, bandwidth),
    ...computing(benchmark, bandwidth),
  };
}

/** Two small models of unequal depth tell the time of a layer from that of a token. */
function launchTimes({ launches = [] }: DeviceBenchmark): {
  secondsPerLayer: number | null;
  secondsPerToken: number | null;
} {
  const [shallow, deep] = launches.toSorted((a, b) => a.layers - b.layers);
  if (!shallow || !deep) return { secondsPerLayer: null, secondsPerToken: null };
  const secondsPerLayer = positive((deep.seconds - shallow.seconds) / (deep.layers - shallow.layers));
  const secondsPerToken =
    secondsPerLayer === null ? null : positive(shallow.seconds - shallow.layers * secondsPerLayer);
  return { secondsPerLayer, secondsPerToken };
}

/** What the weights took of a token; where the rest would be more than half of it, the small models were disturbed. */
function without(seconds: number, layers: number, benchmark: DeviceBenchmark): number {
  const { secondsPerLayer, secondsPerToken } = launchTimes(benchmark);
  const rest = (secondsPerLayer ?? 0) * layers + (secondsPerToken ?? 0);
  return seconds - Math.min(rest, seconds / 2);
}

function candidateSeconds(device: DeviceSpeed, benchmark: DeviceBenchmark): number | null {
  const { sampling } = benchmark;
  if (!sampling) return null;
  const { vocabulary, layers, read, seconds } = sampling;
  return positive(
    (without(seconds, layers, benchmark) - read.bytes / device.bandwidthBytesPerSecond) / vocabulary,
  );
}

function unpackingOf(
  reads: readonly { read: WeightRead; seconds: number }[],
  bandwidth: number,
): Partial<Record<WeightFormat, number>> {
  const measured = new Map<WeightFormat, number>();
  for (const format of weightFormats) {
    const ofFormat = reads.filter(({ read }) => read.format === format);
    if (ofFormat.length === 0) continue;
    // The fastest pass is the one that nothing disturbed.
    const bits = ofFormat.map(({ read, seconds }) => (8 * (seconds * bandwidth - read.bytes)) / read.weights);
    measured.set(format, Math.max(0, Math.min(...bits)));
  }
  // Formats that were not tried cost as much more than modelled as those that were.
  const packed = [...measured].filter(([format]) => format !== 'f16' && format !== 'q8');
  const more = Math.max(0, median(packed.map(([format, bits]) => bits - unpackBits[format])));
  const all = weightFormats.map((format): [WeightFormat, number] => [
    format,
    measured.get(format) ?? unpackBits[format] + (unpackBits[format] > 0 ? more : 0),
  ]);
  return Object.fromEntries(packed.length > 0 ? all : [...measured]);
}

/** CPUs compute with the cache: by heads and depth. GPUs read it: by its bytes. */
function lookingBack(
  { backend }: DeviceSpeed,
  { attention = [] }: DeviceBenchmark,
  bandwidth: number,
): Pick<DeviceSpeed, 'attention' | 'cacheEfficiency'> {
  const usable = attention.filter(
    ({ seconds, heads, depth }) => positive(seconds / heads) !== null && depth >= 1,
  );
  if (backend === 'cpu') {
    const points = usable.map(({ flashAttention, headSize, depth, heads, seconds }): AttentionPoint => ({
      flashAttention,
      headSize,
      depth,
      seconds: seconds / heads,
    }));
    return points.length > 0 ? { attention: points } : {};
  }
  const deepest = usable
    .filter(({ flashAttention }) => flashAttention)
    .toSorted((a, b) => b.cacheBytes - a.cacheBytes)[0];
  const rate = deepest && positive(deepest.cacheBytes / deepest.seconds);
  return rate ? { cacheEfficiency: Math.min(1, rate / bandwidth) } : {};
}

function computing(
  { prefills = [], attentionPrefill }: DeviceBenchmark,
  bandwidth: number,
): Partial<Pick<DeviceSpeed, 'computeFlops' | 'flopsByFormat' | 'attentionFlops'>> {
  const flops = new Map<WeightFormat, number>();
  for (const { read, tokens, seconds } of prefills) {
    const computed = Math.max(seconds - read.bytes / bandwidth, seconds * LEAST_PRODUCT_SHARE);
    const found = positive((FLOPS_PER_PRODUCT * read.weights * tokens) / computed);
    if (found !== null) flops.set(read.format, Math.max(found, flops.get(read.format) ?? 0));
  }
  const usual = median([...flops.values()]);
  const attentionFlops = attentionPrefill && attentionFlopsOf(attentionPrefill, flops, usual);
  return {
    ...(flops.size > 0 && { computeFlops: usual, flopsByFormat: Object.fromEntries(flops) }),
    ...(attentionFlops && { attentionFlops }),
  };
}

/** Without the products of weights, which are known by now. */
function attentionFlopsOf(
  { products, read, tokens, seconds }: NonNullable<DeviceBenchmark['attentionPrefill']>,
  flops: ReadonlyMap<WeightFormat, number>,
  usualFlops: number,
): number | null {
  const weightSeconds =
    (FLOPS_PER_PRODUCT * read.weights * tokens) / (flops.get(read.format) ?? (usualFlops || Infinity));
  const attended = Math.max(seconds - weightSeconds, seconds * LEAST_PRODUCT_SHARE);
  return positive((FLOPS_PER_PRODUCT * products) / attended);
}

function isRate(value: number): boolean {
  return value > 0 && value <= FASTEST_BYTES_PER_SECOND;
}

function positive(value: number): number | null {
  return Number.isFinite(value) && value > 0 ? value : null;
}
