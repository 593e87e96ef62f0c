import type { Download, RequestRecord } from '../../src-main/contract/downloads.contract.ts';
import { describeProblem } from '../../src-main/contract/problem.ts';
import { largeModel, queuedDownload } from './fake-samples.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

export const running: Download = {
  ...queuedDownload,
  id: 11,
  state: 'downloading',
  folder: '/home/ada/models',
  receivedBytes: 480 * MIB,
  bytesPerSecond: 24.1 * MIB,
  secondsLeft: 12,
  position: null,
};

/** Three files that are one model. */
export const split: Download = {
  ...running,
  id: 12,
  source: 'hf:unsloth/DeepSeek-R1-Distill-Llama-70B-GGUF:Q8_0',
  repository: 'unsloth/DeepSeek-R1-Distill-Llama-70B-GGUF',
  level: 'Q8_0',
  name: 'DeepSeek-R1-Distill-Llama-70B-Q8_0',
  files: [1, 2, 3].map((part) => ({
    name: `DeepSeek-R1-Distill-Llama-70B-Q8_0-0000${part}-of-00003.gguf`,
    path: `/home/ada/models/DeepSeek-R1-Distill-Llama-70B-Q8_0-0000${part}-of-00003.gguf`,
    totalBytes: 24 * GIB,
    receivedBytes: [24, 7, 0][part - 1]! * GIB,
    done: part === 1,
  })),
  totalBytes: 72 * GIB,
  receivedBytes: 31 * GIB,
  bytesPerSecond: 38.7 * MIB,
  secondsLeft: 1085,
};

export const waiting: Download = {
  ...running,
  id: 13,
  source: 'https://models.example.org/ggml/Phi-4-mini-instruct-Q5_K_M.gguf',
  repository: null,
  level: 'Q5_K_M',
  name: 'Phi-4-mini-instruct-Q5_K_M.gguf',
  state: 'waiting',
  totalBytes: 2.7 * GIB,
  receivedBytes: 1.2 * GIB,
  bytesPerSecond: null,
  secondsLeft: null,
  retryAt: Date.now() + 42_000,
  problem: describeProblem('hub.unreachable', {
    host: 'models.example.org',
    reason: 'the connection was refused',
  }),
};

export const verifying: Download = {
  ...running,
  id: 14,
  repository: 'Qwen/Qwen3-4B-GGUF',
  level: 'Q8_0',
  name: 'Qwen3-4B-Q8_0.gguf',
  state: 'verifying',
  totalBytes: 4.2 * GIB,
  receivedBytes: 4.2 * GIB,
  bytesPerSecond: null,
  secondsLeft: null,
};

export const paused: Download = {
  ...running,
  id: 15,
  repository: 'bartowski/gemma-3-12b-it-qat-GGUF',
  level: 'Q4_0',
  name: 'gemma-3-12b-it-qat-Q4_0.gguf',
  state: 'paused',
  totalBytes: 6.5 * GIB,
  receivedBytes: 2.1 * GIB,
  bytesPerSecond: null,
  secondsLeft: null,
};

export const diskFull: Download = {
  ...paused,
  id: 16,
  problem: describeProblem('download.noSpace', {
    path: '/home/ada/models',
    needed: '4.4 GiB',
    free: '1.0 GiB',
  }),
};

export const queued: readonly Download[] = ['Q4_K_M', 'Q6_K', 'Q8_0'].map((level, index) => ({
  ...queuedDownload,
  id: 20 + index,
  source: `hf:bartowski/SmolLM2-1.7B-Instruct-GGUF:${level}`,
  repository: 'bartowski/SmolLM2-1.7B-Instruct-GGUF',
  level,
  name: `SmolLM2-1.7B-Instruct-${level}.gguf`,
  totalBytes: (1 + index / 4) * GIB,
  position: index + 1,
}));

export const failed: Download = {
  ...running,
  id: 30,
  repository: 'meta-llama/Llama-3.3-70B-Instruct-GGUF',
  level: 'Q4_K_M',
  name: 'Llama-3.3-70B-Instruct-Q4_K_M.gguf',
  state: 'failed',
  totalBytes: 39.6 * GIB,
  receivedBytes: 3.1 * GIB,
  bytesPerSecond: null,
  secondsLeft: null,
  finishedAt: Date.now() - 60_000,
  problem: describeProblem('hub.gated', {
    repository: 'meta-llama/Llama-3.3-70B-Instruct-GGUF',
    reason: 'Its owner gives access to people who have accepted conditions',
    page: 'huggingface.co/meta-llama/Llama-3.3-70B-Instruct-GGUF',
  }),
};

export const cancelled: Download = {
  ...paused,
  id: 31,
  name: 'Mistral-Small-3.2-24B-Instruct-Q4_K_M.gguf',
  repository: 'bartowski/Mistral-Small-3.2-24B-Instruct-GGUF',
  level: 'Q4_K_M',
  state: 'cancelled',
  receivedBytes: 0,
  finishedAt: Date.now() - 120_000,
};

export const done: Download = {
  ...running,
  id: 40,
  repository: 'bartowski/Meta-Llama-3.1-8B-Instruct-GGUF',
  level: 'Q4_K_M',
  name: 'Llama-3.1-8B-Instruct-Q4_K_M.gguf',
  state: 'done',
  totalBytes: largeModel.sizeBytes,
  receivedBytes: largeModel.sizeBytes,
  bytesPerSecond: null,
  secondsLeft: null,
  modelId: largeModel.id,
  finishedAt: Date.now() - 3_600_000,
};

/** As a hostile or careless server may call things. */
export const longNamed: Download = {
  ...running,
  id: 50,
  repository: `somebody-with-a-rather-long-name/${'an-even-longer-repository-name-'.repeat(3)}GGUF`,
  name: `${'A-Very-Long-Model-Name-That-Never-Ends-'.repeat(5)}\u202Efgug.Q4_K_M.gguf`,
  totalBytes: null,
  secondsLeft: null,
};

export const everyKind: readonly Download[] = [
  running,
  split,
  waiting,
  verifying,
  paused,
  ...queued,
  failed,
  cancelled,
  done,
  { ...done, id: 41, name: 'Qwen2.5-7B-Instruct-Q6_K.gguf', level: 'Q6_K', repository: null, modelId: null },
];

export function requests(count: number): RequestRecord[] {
  const start = new Date(2026, 10, 25, 14, 5).getTime();
  return Array.from({ length: count }, (_, index) => ({
    startedAt: start + index * 1700,
    host: index % 2 === 0 ? 'huggingface.co' : 'cas-bridge.xethub.hf.co',
    path:
      index % 2 === 0
        ? '/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/067b946cf014b7c697f3654f621d577a3e3afd1c/Llama-3.2-1B-Instruct-Q4_K_M.gguf'
        : '/xet-bridge-us/66f5f5a0/b2eb6b8a2c5b5f0d4d4a3d4f6f2d9b1e',
    status: index % 7 === 6 ? null : index % 2 === 0 ? 302 : 206,
    receivedBytes: index % 7 === 6 ? 0 : index % 2 === 0 ? 1327 : 16 * MIB,
    tookMs: index % 2 === 0 ? 84 : 3120,
  }));
}
