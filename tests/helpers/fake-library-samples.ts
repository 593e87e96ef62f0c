import type { ModelDetails } from '../../src-main/contract/model-details.ts';
import type { Library, Verdict } from '../../src-main/contract/models.contract.ts';
import { describeProblem } from '../../src-main/contract/problem.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

export const verdict: Verdict = {
  modelId: 0,
  fits: 'gpu',
  contextSize: 8192,
  memoryBytes: 6.1 * GIB,
  tokensPerSecond: 52.4,
};

export const library: Library = {
  folders: [
    { path: '/home/ada/models', kind: 'own', state: 'here', models: 1, sizeBytes: 4_920_734_272 },
    { path: '/media/usb', kind: 'added', state: 'away', models: 1, sizeBytes: 4_280_404_000 },
  ],
  programs: [
    {
      program: 'lmStudio',
      name: 'LM Studio',
      folders: ['/home/ada/.lmstudio/models'],
      enabled: false,
      models: 0,
      sizeBytes: 0,
    },
    {
      program: 'ollama',
      name: 'Ollama',
      folders: ['/home/ada/.ollama/models'],
      enabled: true,
      models: 3,
      sizeBytes: 11 * GIB,
    },
    {
      program: 'huggingFace',
      name: 'Hugging Face cache',
      folders: [],
      enabled: false,
      models: 0,
      sizeBytes: 0,
    },
    { program: 'jan', name: 'Jan', folders: [], enabled: false, models: 0, sizeBytes: 0 },
    { program: 'gpt4all', name: 'GPT4All', folders: [], enabled: false, models: 0, sizeBytes: 0 },
    { program: 'llamaCpp', name: 'llama.cpp', folders: [], enabled: false, models: 0, sizeBytes: 0 },
  ],
  refused: [],
  refusedCount: 0,
  scan: null,
};

const brokenPath = '/home/ada/models/half-a-download-Q4_K_M.gguf';
const projectorPath = '/home/ada/models/mmproj-model-f16.gguf';

/** Two files that end in .gguf and are no models. */
export const refused: Library['refused'] = [
  {
    path: brokenPath,
    sizeBytes: 1.3 * GIB,
    source: 'folder',
    problem: describeProblem('model.truncated', {
      path: brokenPath,
      field: 'tensor "blk.12.ffn_down.weight"',
      needed: 4_920_734_272,
      size: 1_395_864_371,
    }),
  },
  {
    path: projectorPath,
    sizeBytes: 851 * MIB,
    source: 'folder',
    problem: describeProblem('model.notText', { path: projectorPath, kind: 'projector for images or sound' }),
  },
];

export const details: ModelDetails = {
  file: {
    path: '/home/ada/models/Llama-3.1-8B-Instruct-Q4_K_M.gguf',
    files: 1,
    sizeBytes: 4_920_734_272,
    ggufVersion: 3,
    tensors: 292,
    metadataEntries: 33,
  },
  about: {
    name: 'Llama 3.1 8B Instruct',
    family: 'Llama',
    architecture: 'llama',
    sizeLabel: '8B',
    finetune: 'Instruct',
    author: 'Meta Llama',
    quantizedBy: 'Unsloth',
    licence: 'llama3.1',
    licenceLink: null,
    baseModels: ['Llama 3.1 8B'],
    languages: ['en', 'de', 'fr'],
  },
  shape: {
    parameters: 8_030_261_312,
    layers: 32,
    embeddingLength: 4096,
    feedForwardLength: 14_336,
    heads: 32,
    headsKv: 8,
    headSizeK: 128,
    headSizeV: 128,
    trainedContext: 131_072,
    slidingWindow: null,
    tiedEmbeddings: false,
    experts: null,
  },
  rope: { base: 500_000, dimensions: 128, scaling: null, scalingFactor: null, originalContext: null },
  tokenizer: {
    model: 'gpt2',
    preTokenizer: 'llama-bpe',
    vocabularySize: 128_256,
    merges: 280_147,
    beginToken: '<|begin_of_text|>',
    endToken: '<|eot_id|>',
    addsBeginToken: null,
  },
  chatTemplate: '{{- bos_token }}\n{%- for message in messages %}{{ message.content }}{%- endfor %}',
  quantization: {
    level: 'Q4_K_M',
    bitsPerWeight: 4.89,
    importanceMatrix: true,
    groups: [
      {
        group: 'feedForward',
        tensors: 96,
        sizeBytes: 3_405_774_848,
        types: [
          { type: 'Q4_K', tensors: 80, sizeBytes: 2_642_411_520 },
          { type: 'Q6_K', tensors: 16, sizeBytes: 763_363_328 },
        ],
      },
      {
        group: 'attention',
        tensors: 128,
        sizeBytes: 792_723_456,
        types: [
          { type: 'Q4_K', tensors: 112, sizeBytes: 736_100_352 },
          { type: 'Q6_K', tensors: 16, sizeBytes: 56_623_104 },
        ],
      },
      {
        group: 'output',
        tensors: 1,
        sizeBytes: 430_940_160,
        types: [{ type: 'Q6_K', tensors: 1, sizeBytes: 430_940_160 }],
      },
      {
        group: 'embeddings',
        tensors: 1,
        sizeBytes: 295_501_824,
        types: [{ type: 'Q4_K', tensors: 1, sizeBytes: 295_501_824 }],
      },
      {
        group: 'norms',
        tensors: 65,
        sizeBytes: 1_064_960,
        types: [{ type: 'F32', tensors: 65, sizeBytes: 1_064_960 }],
      },
    ],
  },
  adapters: [],
  warnings: [],
};
