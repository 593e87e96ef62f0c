import { expect, test } from 'vitest';
import { expectedQuality } from '../../../../../src-main/domain/planner/quality/expected-quality.ts';
import { kldOfPerplexities } from '../../../../../src-main/domain/planner/quality/published.ts';
import { llama8b } from './questions.ts';

interface Measurement {
  model: string;
  family: string | null;
  parameters: number;
  level: string;
  bitsPerWeight: number;
  hasImatrix: boolean;
  meanKld: number;
}

/** LLaMA 7B and 13B, from perplexities (llama.cpp's README of 2023; only how the loss falls from one to the other is in the model). */
const llama1 = (
  [
    ['Q3_K_S', 3.6, 6.4571, 5.6033],
    ['Q3_K_M', 4, 6.1503, 5.4498],
    ['Q4_0', 4.6, 6.1565, 5.386],
    ['Q4_1', 5.1, 6.0912, 5.3608],
    ['Q4_K_S', 4.6, 6.0215, 5.3404],
    ['Q4_K_M', 4.9, 5.9601, 5.3002],
    ['Q5_0', 5.6, 5.9862, 5.2856],
    ['Q5_1', 6, 5.9481, 5.2706],
  ] as const
).flatMap(([level, bitsPerWeight, small, large]): Measurement[] => {
  const shared = { family: null, level, bitsPerWeight, hasImatrix: false };
  return [
    { ...shared, model: 'LLaMA 7B', parameters: 6.74e9, meanKld: kldOfPerplexities(small, 5.9066) },
    { ...shared, model: 'LLaMA 13B', parameters: 13.02e9, meanKld: kldOfPerplexities(large, 5.2543) },
  ];
});

const qwen36 = { model: 'Qwen3.6 27B', family: 'qwen3.5', parameters: 27e9, hasImatrix: true };
const qwen1 = { model: 'Qwen 14B', family: null, parameters: 14.2e9, level: 'Q4_K_S', bitsPerWeight: 4.7 };
const others: Measurement[] = [
  // sokann/Qwen3.6-27B-GGUF-5.076bpw, Wikitext-2.
  { ...qwen36, level: 'Q4_K_M', bitsPerWeight: 4.919, meanKld: 0.02469 },
  { ...qwen36, level: 'UD-Q4_K_XL', bitsPerWeight: 5.235, meanKld: 0.020399 },
  { ...qwen36, level: 'Q4_K_L', bitsPerWeight: 5.493, meanKld: 0.02041 },
  // llama.cpp#4856, from perplexities.
  { ...qwen1, hasImatrix: false, meanKld: kldOfPerplexities(7.7758, 7.5941) },
  { ...qwen1, hasImatrix: true, meanKld: kldOfPerplexities(7.7171, 7.5941) },
];
const measurements = [...llama1, ...others];

const answerTo = ({ model: _, meanKld: __, ...known }: Measurement) =>
  expectedQuality({ ...llama8b, ...known });

test.each(measurements)('$model $level lies in the expected interval', (measurement) => {
  const { low, high } = answerTo(measurement);
  expect(measurement.meanKld).toBeGreaterThanOrEqual(low);
  expect(measurement.meanKld).toBeLessThanOrEqual(high);
});

test('models that no figure of the priors is from are expected within a factor of two', () => {
  const factors = measurements
    .map((measurement) => Math.abs(Math.log(answerTo(measurement).meanKld / measurement.meanKld)))
    .toSorted((a, b) => a - b);
  expect(Math.exp(factors[Math.floor(factors.length / 2)] ?? Infinity)).toBeLessThanOrEqual(2);
});
