import { decodeSpeed } from './decode.ts';
import { median, quantity } from './numbers.ts';
import { prefillSpeed } from './prefill.ts';
import type { DeviceSpeed, MachineSpeed, SpeedModelInput } from './types.ts';

/** One real answer: what ran, how deep the context was on average, how fast it was. */
export interface SpeedObservation {
  input: SpeedModelInput;
  depth: number;
  tokensPerSecond: number;
  /** What was read before it, behind `depth` tokens. */
  prompt?: { tokens: number; depth: number; batchSize: number; tokensPerSecond: number } | undefined;
}

/** Fewer say nothing: with three, one outlier lies outside the two others, and the median is never it. */
const LEAST_OBSERVATIONS = 3;
/** One device must take this share of an answer's time, or the answer tells nothing about it. */
const DOMINANT_SHARE = 0.8;
/** Beyond this the model is wrong, not its constants: another program used the machine, or the prediction was for something else. */
const LARGEST_CORRECTION = 4;
/** Shorter prompts are mostly template and first token. */
const LEAST_PROMPT_TOKENS = 32;

/** Measured time over predicted time. */
interface Ratios {
  decode: number[];
  prefill: number[];
}

/**
 * Constants corrected by what was seen: for each device the median ratio of measured to predicted time of the answers that it dominated.
 * Answers that two devices shared correct neither, since they cannot tell which of them was slow.
 */
export function refine(machine: MachineSpeed, observations: readonly SpeedObservation[]): MachineSpeed {
  const ratios = machine.devices.map((): Ratios => ({ decode: [], prefill: [] }));
  for (const observation of observations) {
    const seen = compare(machine, observation);
    const own = seen && ratios[seen.device];
    if (!own) continue;
    own.decode.push(seen.decode);
    if (seen.prefill !== null) own.prefill.push(seen.prefill);
  }
  const devices = machine.devices.map((device, index) => correct(device, ratios[index]));
  const isChanged = devices.some((device, index) => device !== machine.devices[index]);
  return isChanged ? { ...machine, devices, basis: 'measured' } : machine;
}

function compare(machine: MachineSpeed, observation: SpeedObservation) {
  const { input, depth, tokensPerSecond } = observation;
  if (!Number.isFinite(tokensPerSecond) || tokensPerSecond <= 0) return null;
  const { secondsPerToken, secondsByShare } = decodeSpeed(machine, input, depth);
  const dominant = secondsByShare.findIndex((seconds) => seconds >= DOMINANT_SHARE * secondsPerToken);
  const device = input.shares[dominant]?.device;
  const predicted = secondsByShare[dominant];
  if (device === undefined || !predicted) return null;
  // The rest of the token's time is not the device's.
  const measured = 1 / tokensPerSecond - (secondsPerToken - predicted);
  return { device, decode: measured / predicted, prefill: comparePrompt(machine, observation) };
}

function comparePrompt(machine: MachineSpeed, { input, prompt }: SpeedObservation): number | null {
  if (!prompt || !(prompt.tokens >= LEAST_PROMPT_TOKENS) || !(prompt.tokensPerSecond > 0)) return null;
  const { tokens, depth, batchSize, tokensPerSecond } = prompt;
  const batch = Math.min(tokens, quantity(batchSize));
  // Half of the batches lie before the middle of the prompt, half behind it.
  const middle = quantity(depth) + Math.max(0, tokens - batch) / 2;
  return prefillSpeed(machine, input, batch, middle).tokensPerSecond / tokensPerSecond;
}

function correct(device: DeviceSpeed, ratios: Ratios | undefined): DeviceSpeed {
  const decode = correction(ratios?.decode);
  const prefill = correction(ratios?.prefill);
  if (decode === null && prefill === null) return device;
  return {
    ...device,
    ...slowerDecode(device, decode ?? 1),
    ...slowerPrefill(device, prefill ?? 1),
    isMeasured: true,
  };
}

/** A factor for times, or null where too little was seen. */
function correction(ratios: readonly number[] = []): number | null {
  if (ratios.length < LEAST_OBSERVATIONS) return null;
  return Math.min(LARGEST_CORRECTION, Math.max(1 / LARGEST_CORRECTION, median(ratios)));
}

function slowerDecode(device: DeviceSpeed, factor: number): Partial<DeviceSpeed> {
  const { bandwidthBytesPerSecond, secondsPerLayer, attention } = device;
  return {
    bandwidthBytesPerSecond: quantity(bandwidthBytesPerSecond) / factor,
    secondsPerLayer: quantity(secondsPerLayer) * factor,
    ...(attention && {
      attention: attention.map((point) => ({ ...point, seconds: quantity(point.seconds) * factor })),
    }),
  };
}

function slowerPrefill(device: DeviceSpeed, factor: number): Partial<DeviceSpeed> {
  const { computeFlops, flopsByFormat, attentionFlops } = device;
  return {
    computeFlops: quantity(computeFlops) / factor,
    ...(flopsByFormat && {
      flopsByFormat: Object.fromEntries(
        Object.entries(flopsByFormat).map(([format, flops]) => [format, quantity(flops) / factor]),
      ),
    }),
    ...(attentionFlops !== undefined && { attentionFlops: quantity(attentionFlops) / factor }),
  };
}
