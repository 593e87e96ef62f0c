import type { DeviceBenchmark } from '../speed/calibrate.ts';
import { median } from '../speed/numbers.ts';
import { LEAST_VOCABULARY, promptRead, tokenRead, withBytes, type BenchmarkShape } from './model.ts';

/** One model of a calibration and what is timed with it. */
export interface CalibrationStep {
  kind: 'read' | 'launch' | 'sampling' | 'attention';
  shape: BenchmarkShape;
  flashAttention: boolean;
  /** Tokens to look back at; the first is always 0. */
  depths: number[];
  promptTokens: number;
  /** For the tokens at one depth. */
  limitMs: number;
}

export interface StepTiming {
  tokenSeconds: readonly number[];
  promptSeconds: number | null;
}

export interface StepResult {
  step: CalibrationStep;
  timing: StepTiming;
}

const LEAST_TOKENS = 3;
const MIB = 2 ** 20;
/**
 * Larger than what processors keep close, and so large that what a token costs besides, which is more than for a tiny model since the weights push
 * everything else out of the caches, hardly counts (0.7 ms of 14); graphics cards need more until reading outweighs the start of their kernels.
 */
const READ_BYTES = { cpu: 192 * MIB, gpu: 512 * MIB };
/** A first look at a graphics card, which may be a slow one. */
const FIRST_READ_BYTES = 32 * MIB;
const FIRST_PROMPT_TOKENS = 8;
/** A batch of a CPU gains next to nothing by being larger. */
const PROMPT_TOKENS = { cpu: 32, gpu: 512 };
/** The last layer computes little of a prompt (`promptRead`). */
const LEAST_LAYERS = 2;
/** Short for processors: what counts there is to come again in later rounds. */
const TOKENS_MS = { cpu: 80, gpu: 150 };

const readShape = {
  width: 2048,
  heads: 32,
  headsKv: 8,
  headSize: 64,
  feedForward: 5632,
  vocabulary: LEAST_VOCABULARY,
};
const launchShape: BenchmarkShape = {
  layers: LEAST_LAYERS,
  width: 64,
  heads: 2,
  headsKv: 1,
  headSize: 32,
  feedForward: 64,
  vocabulary: LEAST_VOCABULARY,
  type: 'F16',
};
const LAUNCH_LAYERS = 26;
const VOCABULARY = 2 ** 16;
/** Hardly any weights, and the heads of a model of 1B, and of one of 8B. */
const attentionShape: BenchmarkShape = {
  layers: 4,
  width: 256,
  heads: 32,
  headsKv: 8,
  headSize: 64,
  feedForward: 256,
  vocabulary: LEAST_VOCABULARY,
  type: 'Q8_0',
};
const wideHeads = { heads: 16, headsKv: 4, headSize: 128 };
/** Close enough to lie in a cache of the processor, and too much for one. */
const DEPTHS = { cpu: [0, 512, 8192], gpu: [0, 16_384] };
const GPU_ATTENTION_LAYERS = 8;
const ATTENTION_PROMPT_TOKENS = 256;

/** In the order of what a prediction gains most by: whoever runs out of time stops anywhere. */
export function calibrationSteps(kind: 'cpu' | 'gpu'): CalibrationStep[] {
  const read = (type: string): CalibrationStep => ({
    kind: 'read',
    shape: withBytes({ ...readShape, type }, READ_BYTES[kind], LEAST_LAYERS),
    flashAttention: true,
    depths: [0],
    promptTokens: PROMPT_TOKENS[kind],
    limitMs: TOKENS_MS[kind],
  });
  const small = (
    step: 'launch' | 'sampling' | 'attention',
    shape: BenchmarkShape,
    more: Partial<CalibrationStep> = {},
  ): CalibrationStep => ({
    kind: step,
    shape,
    flashAttention: true,
    depths: [0],
    promptTokens: 0,
    limitMs: TOKENS_MS[kind] / 2,
    ...more,
  });
  const launches = [LEAST_LAYERS, LAUNCH_LAYERS].map((layers) => small('launch', { ...launchShape, layers }));
  const sampling = small('sampling', { ...launchShape, vocabulary: VOCABULARY });
  const depths = DEPTHS[kind];
  if (kind === 'gpu') {
    const attention = small('attention', { ...attentionShape, layers: GPU_ATTENTION_LAYERS }, { depths });
    const first: CalibrationStep = {
      ...read('Q4_K'),
      shape: withBytes({ ...readShape, type: 'Q4_K' }, FIRST_READ_BYTES, LEAST_LAYERS),
      promptTokens: FIRST_PROMPT_TOKENS,
    };
    return [
      first,
      ...launches,
      read('Q4_K'),
      read('F16'),
      attention,
      read('Q8_0'),
      read('Q6_K'),
      read('Q4_0'),
    ];
  }
  const attention = (heads: Partial<BenchmarkShape>, flashAttention: boolean) =>
    small('attention', { ...attentionShape, ...heads }, { depths, flashAttention });
  return [
    read('Q4_K'),
    ...launches,
    read('Q8_0'),
    read('Q6_K'),
    { ...attention({}, true), promptTokens: ATTENTION_PROMPT_TOKENS },
    read('F16'),
    read('Q4_0'),
    read('Q2_K'),
    sampling,
    attention(wideHeads, true),
    attention({}, false),
    read('Q5_K'),
    read('Q3_K'),
    read('IQ4_XS'),
    attention(wideHeads, false),
  ];
}

/**
 * Seconds that a step will take at the least, by what steps before it took: the first token and two more at each depth, and the prompt.
 * The start of a model is not counted.
 */
export function expectedSeconds(step: CalibrationStep, results: readonly StepResult[]): number {
  const rates = results.flatMap(({ step: { kind, shape, promptTokens }, timing }) => {
    if (kind !== 'read') return [];
    const { bytes, weights } = tokenRead(shape);
    const { tokenSeconds: [seconds = 0] = [], promptSeconds } = timing;
    const prompt = promptSeconds === null ? 0 : (promptRead(shape).weights * promptTokens) / promptSeconds;
    return seconds > 0 ? [{ bytes: bytes / seconds, products: Math.max(weights / seconds, prompt) }] : [];
  });
  if (rates.length === 0) return 0;
  const tokenSeconds = tokenRead(step.shape).bytes / Math.max(...rates.map(({ bytes }) => bytes));
  const products = Math.max(...rates.map((rate) => rate.products));
  const promptSeconds = (promptRead(step.shape).weights * step.promptTokens) / products;
  const timed = Math.max(LEAST_TOKENS * tokenSeconds, step.limitMs / 1000);
  return step.depths.length * timed + promptSeconds;
}

/**
 * The middle of what a step took in several rounds. Machines get faster and slower by a quarter within seconds, more so those that share their processor
 * with others: rounds, in which the steps come in turn, let that hit all of them alike.
 */
export function middleTiming(timings: readonly StepTiming[]): StepTiming {
  const depths = Math.max(0, ...timings.map(({ tokenSeconds }) => tokenSeconds.length));
  const prompts = timings.flatMap(({ promptSeconds }) => promptSeconds ?? []);
  return {
    tokenSeconds: Array.from({ length: depths }, (_, index) =>
      median(timings.flatMap(({ tokenSeconds }) => tokenSeconds[index] ?? [])),
    ),
    promptSeconds: prompts.length === 0 ? null : median(prompts),
  };
}

/** What the timings of some steps say about the device that they ran on. */
export function benchmarkOf(results: readonly StepResult[]): DeviceBenchmark {
  const reads: DeviceBenchmark['reads'][number][] = [];
  const launches: NonNullable<DeviceBenchmark['launches']>[number][] = [];
  const attention: NonNullable<DeviceBenchmark['attention']>[number][] = [];
  const prefills: NonNullable<DeviceBenchmark['prefills']>[number][] = [];
  const benchmark: DeviceBenchmark = { reads, launches, attention, prefills };
  for (const { step, timing } of results) {
    const { shape } = step;
    const { layers, vocabulary } = shape;
    const [seconds, ...deeper] = timing.tokenSeconds;
    if (seconds === undefined || !(seconds > 0)) continue;
    switch (step.kind) {
      case 'read':
        reads.push({ read: tokenRead(shape), layers, seconds });
        if (timing.promptSeconds !== null)
          prefills.push({
            read: promptRead(shape),
            tokens: step.promptTokens,
            seconds: timing.promptSeconds,
          });
        break;
      case 'launch':
        launches.push({ layers, seconds });
        break;
      case 'sampling':
        benchmark.sampling = { vocabulary, layers, read: tokenRead(shape), seconds };
        break;
      case 'attention':
        attention.push(...lookedBack(step, seconds, deeper));
        if (timing.promptSeconds !== null)
          benchmark.attentionPrefill = {
            products: productsOf(shape, step.promptTokens),
            read: promptRead(shape),
            tokens: step.promptTokens,
            seconds: timing.promptSeconds,
          };
        break;
      default:
        step.kind satisfies never;
    }
  }
  return benchmark;
}

function lookedBack(
  { shape, depths, flashAttention }: CalibrationStep,
  shallow: number,
  deeper: readonly number[],
): NonNullable<DeviceBenchmark['attention']>[number][] {
  const { layers, heads, headsKv, headSize } = shape;
  const bytesPerPosition = 2 * layers * headsKv * headSize * F16_BYTES;
  return deeper.map((seconds, index) => {
    const depth = depths[index + 1] ?? 0;
    return {
      flashAttention,
      headSize,
      depth,
      heads: layers * heads,
      cacheBytes: depth * bytesPerPosition,
      seconds: seconds - shallow,
    };
  });
}

const F16_BYTES = 2;

/** Keys and values that the tokens of a prompt are multiplied with: each looks back at half of them on average. */
function productsOf({ layers, heads, headSize }: BenchmarkShape, tokens: number): number {
  return ((2 * layers * heads * headSize * tokens) / 2) * tokens;
}
