import type { AccuracyReport } from '../../src-main/contract/accuracy.contract.ts';
import type { AnswerStats } from '../../src-main/contract/chats.contract.ts';
import type { Download, Network } from '../../src-main/contract/downloads.contract.ts';
import type { EngineStatus } from '../../src-main/contract/engine.contract.ts';
import type { Hardware, Ledger } from '../../src-main/contract/hardware.contract.ts';
import type { Model } from '../../src-main/contract/models.contract.ts';
import type { CacheType, Plan, PlanVariant } from '../../src-main/contract/plan.contract.ts';
import { describeProblem } from '../../src-main/contract/problem.ts';
import { defaultSettings } from '../../src-main/contract/defaults.ts';
import type { ShellInfo } from '../../src-main/contract/shell.contract.ts';
import type { TableRequest } from './fake-client.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

export const settings = defaultSettings;

export const shellInfo: ShellInfo = {
  kind: 'web',
  version: '0.1.0',
  engineVersion: 'llama.cpp v0.5.0 (node-llama-cpp 3.22.1)',
  dataDir: '/home/ada/.local/share/nibble',
  modelsDir: '/home/ada/models',
  canPickFile: false,
  canReveal: false,
};

export const builtInModel: Model = {
  id: 1,
  path: '/opt/nibble/resources/models/nibble-tiny-f16.gguf',
  name: 'Nibble Tiny',
  renamed: false,
  family: 'Nibble',
  architecture: 'llama',
  level: 'F16',
  parameters: 7_346_432,
  bitsPerWeight: 16.1,
  sizeBytes: 14_812_000,
  fileCount: 1,
  trainedContext: 2048,
  hasChatTemplate: true,
  licence: 'mit',
  builtIn: true,
  source: 'builtIn',
  origin: null,
  available: true,
  sameFileAs: [],
  addedAt: 0,
  lastUsedAt: null,
  measuredTokensPerSecond: null,
};

export const largeModel: Model = {
  ...builtInModel,
  id: 2,
  path: '/home/ada/models/Llama-3.1-8B-Instruct-Q4_K_M.gguf',
  name: 'Llama 3.1 8B Instruct',
  family: 'Llama',
  level: 'Q4_K_M',
  parameters: 8_030_261_312,
  bitsPerWeight: 4.89,
  sizeBytes: 4_920_734_272,
  trainedContext: 131_072,
  licence: 'llama3.1',
  builtIn: false,
  source: 'folder',
};

export const missingModel: Model = {
  ...largeModel,
  id: 3,
  path: '/media/usb/qwen3-4b-q8_0.gguf',
  name: 'Qwen3 4B',
  family: 'Qwen',
  architecture: 'qwen3',
  level: 'Q8_0',
  licence: 'apache-2.0',
  available: false,
};

export const queuedDownload: Download = {
  id: 1,
  source: 'hf:bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M',
  repository: 'bartowski/Llama-3.2-1B-Instruct-GGUF',
  level: 'Q4_K_M',
  name: 'Llama-3.2-1B-Instruct-Q4_K_M.gguf',
  state: 'queued',
  files: [],
  totalBytes: 807_694_464,
  receivedBytes: 0,
  bytesPerSecond: null,
  secondsLeft: null,
  retryAt: null,
  problem: null,
  position: 1,
  folder: null,
  modelId: null,
  addedAt: 0,
  finishedAt: null,
};

/** Of the disk with the models. */
export const freeBytes = 120 * GIB;

export const network: Network = {
  endpoint: 'https://huggingface.co/',
  endpointFrom: 'default',
  proxy: null,
  proxyFrom: null,
  token: { keptIn: null, wouldBeKeptIn: 'file' },
};

export const hardware: Hardware = {
  os: { platform: 'linux', name: 'Debian GNU/Linux 12', release: '6.1.0', arch: 'x64' },
  cpu: {
    model: 'AMD Ryzen 7 7840U',
    physicalCores: 8,
    logicalCores: 16,
    features: ['AVX', 'AVX2', 'FMA', 'F16C', 'AVX-512', 'AVX-512 VNNI', 'AVX-512 BF16'],
    ggmlVariant: 'zen4',
  },
  memory: { totalBytes: 32 * GIB, availableBytes: 21 * GIB },
  gpus: [
    {
      name: 'NVIDIA GeForce RTX 4070',
      backend: 'cuda',
      totalBytes: 12 * GIB,
      freeBytes: 10 * GIB,
      unified: false,
    },
  ],
  power: { source: 'mains', batteryPercent: 86 },
  problems: [],
};

export const planVariant: PlanVariant = {
  gpuLayers: 0,
  contextSize: 2048,
  flashAttention: true,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 2,
  file: builtInModel.path,
  label: 'F16',
  bitsPerWeight: 16.1,
  sizeBytes: builtInModel.sizeBytes,
  fits: 'cpu',
  totalLayers: 9,
  memory: {
    devices: [
      {
        name: 'Memory',
        weightsBytes: 14 * MIB,
        kvCacheBytes: 8 * MIB,
        computeBytes: 5 * MIB,
        totalBytes: 27 * MIB,
        freeBytes: 21 * GIB,
      },
    ],
  },
  speed: { decodeTokensPerSecond: 412.6, prefillTokensPerSecond: 5210, basis: 'measured' },
  quality: {
    meanKld: 0,
    low: 0,
    high: 0,
    basis: 'published',
    source: 'the original weights',
    words: 'the same answers',
  },
  reasons: [
    'The context is 2,048 tokens because the model was trained with that many.',
    'The model runs on the CPU: it is so small that a GPU would not be faster.',
    '2 threads were the fastest here in a measurement of one second.',
    'Flash attention makes reading the prompt about a fifth cheaper.',
  ],
};

export const plan: Plan = {
  machine: hardware,
  variants: [planVariant],
  pick: 0,
  why: 'Nibble Tiny fits many times over. It runs on the CPU with 2 threads, which were the fastest here.',
};

type Level = readonly [label: string, bitsPerWeight: number, meanKld: number, words: string];

/** Losses as published for LLaMA 3 8B. */
const levels: readonly Level[] = [
  ['Q2_K', 3.16, 0.33, 'much worse answers'],
  ['Q3_K_M', 4.0, 0.08, 'a noticeable difference'],
  ['IQ4_XS', 4.42, 0.036, 'a small difference'],
  ['Q4_K_M', 4.89, 0.03, 'a small difference'],
  ['Q5_K_M', 5.7, 0.01, 'hardly any difference'],
  ['Q6_K', 6.56, 0.005, 'hardly any difference'],
  ['Q8_0', 8.5, 0.001, 'no noticeable difference'],
  ['F16', 16, 0, 'the same answers'],
];

const LAYERS = 33;
const CACHE_BITS: Record<CacheType, number> = { f16: 16, q8_0: 8.5, q4_0: 4.5 };

/** The levels of an 8B model on a machine, computed roughly: what matters is that every figure follows the wishes. */
export function answerTable({ source, wishes = {}, machine: given }: TableRequest): Plan {
  const machine = given ?? hardware;
  const gpu = machine.gpus[0];
  const contextSize = wishes.contextSize ?? 8192;
  const cacheTypeK = wishes.cacheTypeK ?? 'f16';
  const cacheTypeV = wishes.cacheTypeV ?? 'f16';
  const cacheBytes = (contextSize * 1024 * LAYERS * (CACHE_BITS[cacheTypeK] + CACHE_BITS[cacheTypeV])) / 8;
  const reserveBytes = (wishes.reserveMib ?? 512) * MIB;

  const variants = levels.map(([label, bitsPerWeight, meanKld, words]): PlanVariant => {
    const sizeBytes = Math.round((largeModel.parameters * bitsPerWeight) / 8);
    const layerBytes = (sizeBytes + cacheBytes) / LAYERS;
    const room = gpu ? gpu.freeBytes - reserveBytes - 300 * MIB : 0;
    const most = Math.max(0, Math.min(LAYERS, Math.floor(room / layerBytes)));
    const gpuLayers = Math.min(most, wishes.gpuLayers ?? LAYERS);
    const share = gpuLayers / LAYERS;
    const part = (name: string, freeBytes: number, of: number) => {
      const weightsBytes = Math.round(sizeBytes * of);
      const kvCacheBytes = Math.round(cacheBytes * of);
      const computeBytes = of > 0 ? 300 * MIB : 40 * MIB;
      const totalBytes = weightsBytes + kvCacheBytes + computeBytes;
      return { name, weightsBytes, kvCacheBytes, computeBytes, totalBytes, freeBytes };
    };
    const main = part('Memory', machine.memory.availableBytes, 1 - share);
    const serves = main.totalBytes <= main.freeBytes - reserveBytes;
    const decode = 1e11 / (sizeBytes * (share * 0.2 + (1 - share) * 2));
    return {
      ...planVariant,
      file: `${source.replace(/^hf:|\/[^/]*\.gguf$/g, '')}/Llama-3.1-8B-Instruct-${label}.gguf`,
      label,
      bitsPerWeight,
      sizeBytes,
      contextSize,
      cacheTypeK,
      cacheTypeV,
      gpuLayers,
      totalLayers: LAYERS,
      flashAttention: wishes.flashAttention ?? true,
      threads: 8,
      fits: serves ? (share === 1 ? 'gpu' : share > 0 ? 'partial' : 'cpu') : 'no',
      memory: { devices: gpu ? [part(gpu.name, gpu.freeBytes, share), main] : [main] },
      speed: {
        decodeTokensPerSecond: serves ? decode : null,
        prefillTokensPerSecond: serves ? decode * 24 : null,
        basis: serves ? (given ? 'given' : 'modelled') : 'unknown',
      },
      quality: {
        meanKld,
        low: meanKld * 0.6,
        high: meanKld * 1.7,
        basis: 'published',
        source: 'llama.cpp, LLaMA 3 8B',
        words,
      },
      reasons: [`The context is ${contextSize} tokens.`, `${gpuLayers} of ${LAYERS} layers are on the GPU.`],
    };
  });
  const pick = variants.findLastIndex(({ fits }) => fits === (gpu ? 'gpu' : 'cpu'));
  if (pick === -1)
    return { machine, variants, pick: null, why: 'None of these levels fits. A smaller model would.' };
  const why = `${variants[pick]?.label ?? ''} is the best level that fits with room to spare. The next better one needs 0.9 GiB more; closing other programs that use 1.4 GiB of video memory would make it fit.`;
  return { machine, variants, pick, why };
}

export const idleEngine: EngineStatus = {
  state: 'absent',
  modelId: null,
  modelName: null,
  plan: null,
  loadProgress: null,
  processBytes: null,
  decodeTokensPerSecond: null,
  queue: [],
  problem: null,
  saferProposal: null,
  memoryWarning: null,
};

export const readyEngine: EngineStatus = {
  ...idleEngine,
  state: 'ready',
  modelId: builtInModel.id,
  modelName: builtInModel.name,
  plan: planVariant,
  processBytes: 148 * MIB,
  decodeTokensPerSecond: 412.6,
};

export const stats: AnswerStats = {
  stopReason: 'end',
  promptTokens: 352,
  reusedTokens: 340,
  generatedTokens: 48,
  firstTokenMs: 86,
  decodeTokensPerSecond: 31.4,
  contextUsed: 400,
  contextSize: 2048,
  droppedMessages: 0,
};

export const problems = {
  downloadGone: describeProblem('download.notFound'),
  chatGone: describeProblem('chat.notFound'),
  crashed: describeProblem('engine.crashed', {
    phase: 'writing an answer',
    reason: 'The process was ended with SIGKILL',
  }),
  gaveUp: describeProblem('engine.gaveUp', {
    reason: 'the process ran out of memory',
    proposal: 'Choose a smaller context.',
  }),
  tooLong: describeProblem('chat.tooLong', { needed: '3,120', available: '2,048' }),
  diskFull: describeProblem('store.diskFull', { path: '/home/ada/.local/share/nibble' }),
};

export const noAccuracy: AccuracyReport = {
  rows: [],
  reserves: [
    {
      device: 'Memory',
      bytes: GIB,
      defaultBytes: GIB,
      loads: 0,
      words: '1.0 GiB of main memory stay free. After 3 loads Nibble learns from them how much it has to be.',
    },
  ],
};

/** A model half on the card. */
export const ledger: Ledger = {
  modelName: largeModel.name,
  devices: [
    {
      name: hardware.gpus[0]?.name ?? 'GPU',
      totalBytes: 8 * GIB,
      weightsBytes: 3.2 * GIB,
      kvCacheBytes: 0.8 * GIB,
      computeBytes: 0.3 * GIB,
      othersBytes: 1.1 * GIB,
      freeBytes: 2.6 * GIB,
      note: null,
    },
    {
      name: 'Memory',
      totalBytes: 32 * GIB,
      weightsBytes: 2.1 * GIB,
      kvCacheBytes: 0.4 * GIB,
      computeBytes: 0.2 * GIB,
      othersBytes: 9.3 * GIB,
      freeBytes: 20 * GIB,
      note: null,
    },
  ],
  warning: null,
};

const comparedSettings = {
  gpuLayers: 20,
  contextSize: 8192,
  flashAttention: true,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 8,
} as const;

const compared = (predicted: number, actual: number) => ({
  predicted: predicted * MIB,
  actual: actual * MIB,
});

/** A model that ran well, one whose loads failed at first, and one that was far off. */
export const accuracy: AccuracyReport = {
  rows: [
    {
      modelName: largeModel.name,
      file: 'large.gguf',
      level: largeModel.level,
      settings: comparedSettings,
      loads: 3,
      failures: 0,
      lastLoadedAt: Date.UTC(2026, 4, 4, 12),
      devices: [
        {
          name: hardware.gpus[0]?.name ?? 'GPU',
          total: compared(4403, 4416),
          weights: compared(3277, 3277),
          kvCache: compared(820, 820),
          compute: compared(306, 319),
        },
        {
          name: 'Memory',
          total: compared(2765, 2860),
          weights: compared(2150, 2150),
          kvCache: compared(410, 410),
          compute: compared(205, 300),
        },
      ],
      decode: { predicted: 28, actual: 30.3 },
      prefill: { predicted: 310, actual: 262 },
      answers: 14,
      words:
        'The card is taken as predicted. Main memory: 95 MiB more than predicted (3.4 %). Answers come 8.2 % faster than predicted.',
    },
    {
      modelName: 'Qwen3 30B A3B Instruct with a name that is longer than most',
      file: 'qwen.gguf',
      level: 'Q4_K_M',
      settings: { ...comparedSettings, gpuLayers: 0, cacheTypeK: 'q8_0', cacheTypeV: 'q8_0' },
      loads: 4,
      failures: 2,
      lastLoadedAt: Date.UTC(2026, 4, 2, 12),
      devices: [
        {
          name: 'Memory',
          total: compared(18_500, 20_900),
          weights: compared(17_600, 17_600),
          kvCache: compared(400, 400),
          compute: compared(500, 2900),
        },
      ],
      decode: { predicted: 12, actual: 4.1 },
      prefill: null,
      answers: 2,
      words:
        '2 of 4 loads failed, because the memory was not there. Main memory: 2.3 GiB more than predicted (13 %). Answers come 66 % slower than predicted.',
    },
    {
      modelName: builtInModel.name,
      file: 'nibble-tiny-f16.gguf',
      level: 'F16',
      settings: { ...comparedSettings, gpuLayers: 0, contextSize: 2048 },
      loads: 1,
      failures: 1,
      lastLoadedAt: Date.UTC(2026, 4, 1, 12),
      devices: [],
      decode: null,
      prefill: null,
      answers: 0,
      words: 'The memory was not there: loading failed.',
    },
  ],
  reserves: [
    {
      device: hardware.gpus[0]?.name ?? 'GPU',
      bytes: 256 * MIB,
      defaultBytes: 410 * MIB,
      loads: 12,
      words:
        '256 MiB of the card stay free, learned from 12 loads: less than usual (410 MiB), because the predictions held.',
    },
    {
      device: 'Memory',
      bytes: 5.5 * GIB,
      defaultBytes: 3.2 * GIB,
      loads: 16,
      words:
        '5.5 GiB of main memory stay free, learned from 16 loads: more than usual (3.2 GiB), because models took more than predicted.',
    },
  ],
};
