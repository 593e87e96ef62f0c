/**
 * Published mean KL divergences against F16, all on Wikitext-like text with llama.cpp's own tool.
 * Left out on purpose: localbench's figures for Gemma 4 31B (0.16 at Q8_0). They are from long chats and the 40 most probable tokens,
 * ten times as large for the same file: another scale, never to be mixed with this one.
 */
export interface PublishedLoss {
  level: string;
  imatrix: boolean;
  meanKld: number;
}

export interface PublishedFamily {
  name: string;
  parameters: number;
  source: string;
  losses: readonly PublishedLoss[];
  /** How many times as much the worst known file of a label loses, where `losses` are those of the best. */
  worseFiles?: number;
}

type Row = readonly [level: string, meanKld: number];

const withImatrix = ([level, meanKld]: Row): PublishedLoss => ({ level, imatrix: true, meanKld });
const without = ([level, meanKld]: Row): PublishedLoss => ({ level, imatrix: false, meanKld });

/** The most complete table, and the shape of all others. */
export const llama3: PublishedFamily = {
  name: 'llama-3',
  parameters: 8_030_261_248,
  source: 'llama.cpp tools/perplexity, LLaMA 3 8B',
  losses: [
    ...(
      [
        ['Q4_K_M', 0.028152],
        ['Q4_K_S', 0.031951],
        ['IQ4_NL', 0.035742],
        ['IQ4_XS', 0.036334],
        ['Q3_K_L', 0.073077],
        ['Q3_K_M', 0.084358],
        ['IQ3_M', 0.102534],
        ['IQ3_S', 0.111278],
        ['IQ3_XS', 0.138693],
        ['IQ3_XXS', 0.183625],
        ['Q3_K_S', 0.199821],
        ['IQ2_M', 0.325989],
        ['Q2_K', 0.332223],
        ['Q2_K_S', 0.40336],
        ['IQ2_S', 0.439197],
        ['IQ2_XS', 0.54629],
        ['IQ2_XXS', 0.812022],
        ['IQ1_M', 1.393084],
        ['IQ1_S', 2.254554],
      ] as const
    ).map(withImatrix),
    ...(
      [
        ['Q8_0', 0.001355],
        ['Q6_K', 0.005452],
        ['Q5_K_M', 0.010762],
        ['Q5_K_S', 0.016595],
        ['Q5_1', 0.018045],
        ['Q5_0', 0.022239],
        ['Q4_K_M', 0.031273],
        ['Q4_K_S', 0.043136],
        ['Q4_1', 0.071683],
        ['Q4_0', 0.07194],
        ['Q3_K_L', 0.087176],
        ['Q3_K_M', 0.101913],
        ['Q3_K_S', 0.228217],
        ['Q2_K', 0.445132],
      ] as const
    ).map(without),
  ],
};

const llama2: PublishedFamily = {
  name: 'llama-2',
  parameters: 6_738_415_616,
  source: 'llama.cpp tools/perplexity, LLaMA 2 7B',
  losses: (
    [
      ['Q8_0', 0.000369],
      ['Q6_K', 0.002098],
      ['Q4_K_M', 0.012686],
      ['Q2_K', 0.108903],
    ] as const
  ).map(without),
};

/**
 * KL divergence from a ratio of perplexities. The logarithm of the ratio is the mean loss of probability of the words that came; where the
 * F16 model predicts its text well, that is the divergence: in the LLaMA 3 8B table their quotient is 0.99 to 1.18 for every level below Q6_K.
 */
export function kldOfPerplexities(quantized: number, full: number): number {
  return Math.max(0, Math.log(quantized / full));
}

/** Perplexity of the F16 file, from its quotient to IQ1_S (54.91 %), as the source prints it. */
const GEMMA_2_F16 = 8.789;

const gemma2: PublishedFamily = {
  name: 'gemma-2',
  parameters: 9_241_705_984,
  source: 'ggml-org/llama.cpp#6844, Gemma 2 9B it, from perplexities',
  losses: (
    [
      ['IQ3_XS', 9.2545],
      ['IQ3_XXS', 9.3955],
      ['Q2_K', 9.421],
      ['IQ2_M', 9.7973],
      ['Q2_K_S', 9.9206],
      ['IQ2_S', 10.3671],
      ['IQ2_XS', 10.5628],
      ['IQ2_XXS', 11.269],
      ['IQ1_M', 13.7255],
      ['IQ1_S', 16.0064],
    ] as const
  ).map(([level, perplexity]) => withImatrix([level, kldOfPerplexities(perplexity, GEMMA_2_F16)])),
};

const qwen35: PublishedFamily = {
  name: 'qwen3.5',
  parameters: 8.95e9,
  source: 'r/LocalLLaMA 1rr72lr, Qwen3.5 9B',
  worseFiles: 0.0353 / 0.0087,
  // bartowski's files; those of others are in `uploaderFactors`. Q8_0: 0.000814 to 0.001198, by uploader.
  losses: [
    without(['Q8_0', 0.000988]),
    ...(
      [
        ['Q4_K_M', 0.0087],
        ['Q4_K_S', 0.0108],
        ['IQ4_XS', 0.0127],
      ] as const
    ).map(withImatrix),
  ],
};

/** Its text is far easier than Wikitext, so the same level costs a tenth: no measure for other models. */
const nibbleTiny: PublishedFamily = {
  name: 'nibble-tiny',
  parameters: 7.3e6,
  source: "the built-in model's own measurements",
  losses: (
    [
      ['Q8_0', 0.00007],
      ['Q6_K', 0.00044],
      ['Q5_K_M', 0.00091],
      ['Q4_K_M', 0.00278],
      ['Q4_0', 0.00461],
      ['Q3_K_M', 0.00902],
      ['Q2_K', 0.04115],
    ] as const
  ).map(without),
};

export const families: readonly PublishedFamily[] = [llama3, llama2, gemma2, qwen35, nibbleTiny];
/** Families that say how much an unknown model loses. */
export const naturalFamilies: readonly PublishedFamily[] = [llama3, llama2, gemma2, qwen35];

export interface UploaderFactor {
  family: string;
  uploader: string;
  factor: number;
  source: string;
}

/** The same label from another uploader is another file: Qwen3.5 9B Q4_K_M has 0.0087 from one and 0.0222 from the next, both with an importance matrix. */
export const uploaderFactors: readonly UploaderFactor[] = [
  { family: 'qwen3.5', uploader: 'unsloth', factor: 0.0222 / 0.0087, source: qwen35.source },
  // 0.0353 without a matrix, where bartowski's recipe would have 1.2 times its 0.0087.
  {
    family: 'qwen3.5',
    uploader: 'lmstudio-community',
    factor: 0.0353 / (1.2 * 0.0087),
    source: qwen35.source,
  },
];
