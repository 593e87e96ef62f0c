import { furtherRows } from './further-rows.ts';
import { referenceRows } from './reference-rows.ts';
import type { PublishedRow } from './row.ts';

export interface PublishedPrefill extends Pick<
  PublishedRow,
  'label' | 'set' | 'machine' | 'input' | 'tokensPerSecond'
> {
  batch: number;
  /** llama.cpp before its integer tensor-core kernels (2024) reads prompts at a third of today's speed on NVIDIA's cards. */
  isOld: boolean;
}

const rowOf = (label: string): PublishedRow => {
  const row = [...referenceRows, ...furtherRows].find((candidate) => candidate.label === label);
  if (!row) throw new Error(`no row is called ${label}`);
  return row;
};

function prefill(row: PublishedRow, batch: number, tokensPerSecond: number, isOld = false): PublishedPrefill {
  const { label, set, machine, input } = row;
  return { label: `${label}, batch ${batch}`, set, machine, input, batch, tokensPerSecond, isOld };
}

const prefillOfLevels = [
  ['IQ1_S', 858.88],
  ['IQ1_M', 847.99],
  ['IQ2_XXS', 852.39],
  ['IQ2_XS', 826.99],
  ['IQ2_S', 783.55],
  ['IQ2_M', 787.68],
  ['IQ3_XXS', 813.88],
  ['IQ3_XS', 708.71],
  ['IQ3_S', 798.78],
  ['IQ3_M', 768.7],
  ['IQ4_XS', 771.8],
  ['IQ4_NL', 806.03],
  ['Q2_K_S', 798.91],
  ['Q2_K', 784.45],
  ['Q3_K_S', 752.17],
  ['Q3_K_M', 783.44],
  ['Q3_K_L', 761.17],
  ['Q4_K_S', 818.55],
  ['Q4_K_M', 821.81],
  ['Q5_K_S', 752.52],
  ['Q5_K_M', 758.69],
  ['Q6_K', 812.01],
  ['Q8_0', 865.09],
  ['F16', 923.49],
] as const;

export const prefillRows: readonly PublishedPrefill[] = [
  ...prefillOfLevels.map(([level, speed]) => prefill(rowOf(`Llama 3.1 8B ${level}`), 512, speed)),
  prefill(rowOf('qwen2 7B Q4_K_M tg128'), 512, 7340.2),
  ...(
    [
      [128, 1436.51],
      [256, 1932.43],
      [512, 2254.45],
      [1024, 2498.61],
    ] as const
  ).map(([batch, speed]) => prefill(rowOf('7B Q4_0, 35 GPU layers'), batch, speed, true)),
  prefill(rowOf('Llama 3.1 8B Q4_K_M at 64'), 512, 224.81),
  ...(['10', '20', '30'] as const).map((layers, index) =>
    prefill(rowOf(`7B Q4_0, ${layers} GPU layers`), 512, [373.36, 472.65, 631.87][index] ?? NaN, true),
  ),
];
