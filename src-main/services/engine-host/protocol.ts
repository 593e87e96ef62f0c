/**
 * What main and its plain Node children say to each other over the IPC channel (JSON).
 *
 * One entry file serves every role; the first argument of the process names it. The engine holds one loaded
 * model and answers many requests; a probe answers one, or a few that belong together, and ends. A child also beats on file descriptor 4, from a thread
 * of its own, so that a stuck event loop and a stopped process can be told from a long piece of work.
 */
import type { Hardware, Gpu } from '../../contract/hardware.contract.ts';
import type { ChatSettings, StopReason } from '../../contract/chats.contract.ts';
import type { LoadSettings } from '../../contract/plan.contract.ts';
import type { Problem } from '../../contract/problem.ts';

export const childRoles = ['engine', 'probe'] as const;
export type ChildRole = (typeof childRoles)[number];

/** One turn as the chat template gets it. */
export interface PromptMessage {
  role: 'system' | 'user' | 'assistant';
  text: string;
}

export interface GenerateParams {
  /** The system message (if any) and the whole path of the chat; the last one is the person's. */
  messages: PromptMessage[];
  sampling: Pick<ChatSettings, 'temperature' | 'topK' | 'topP' | 'minP' | 'repeatPenalty'>;
  /** With one the answer can be repeated; null draws one. */
  seed: number | null;
  maxTokens: number | null;
  /** An answer that was cut off: it goes on from here, and the result holds all of it. */
  begun?: { text: string; reasoning: string };
}

export interface GenerateResult {
  text: string;
  reasoning: string;
  stopReason: StopReason;
  promptTokens: number;
  reusedTokens: number;
  generatedTokens: number;
  firstTokenMs: number;
  decodeTokensPerSecond: number | null;
  /** Of the prompt's new tokens; null when there were too few to tell. */
  prefillTokensPerSecond: number | null;
  /** Resident memory of the process when the answer was written. */
  processBytes: number;
  gpuFreeBytes: number | null;
  contextUsed: number;
  contextSize: number;
  droppedMessages: number;
  /** Something to tell beside the answer: the model's chat template failed and a plain one was used. */
  note?: Problem;
}

/** Settings as somebody may wish them; what cannot be becomes the next possible. */
export interface LoadWish extends Omit<LoadSettings, 'flashAttention' | 'cacheTypeK' | 'cacheTypeV'> {
  /** `auto`: on where the model can use it. */
  flashAttention: boolean | 'auto';
  /** Any name of a ggml type. */
  cacheTypeK: string;
  cacheTypeV: string;
}

export interface LoadResult {
  loadMs: number;
  /** What the engine really uses, which may differ from what was asked. */
  settings: LoadSettings;
  /** Wishes that could not be met, one sentence each. */
  changes: string[];
  memory: LoadMemory;
}

/** By where it lies: in main memory or on the GPU. */
export interface PlacedBytes {
  cpuBytes: number;
  gpuBytes: number;
}

/** What a loaded model takes. The first three are buffers as llama.cpp allocated them. */
export interface LoadMemory {
  weights: PlacedBytes;
  cache: PlacedBytes;
  compute: PlacedBytes;
  /** Resident memory of the process: before the model, and when it had answered its test token. */
  process: { beforeBytes: number; afterBytes: number };
  /** The same of the GPU's free memory; null without a GPU. */
  gpuFree: { beforeBytes: number; afterBytes: number } | null;
}

export interface SimulateParams {
  path: string;
  candidates: LoadSettings[];
}

export interface SimulatedUse {
  weightsBytes: number;
  /** Cache and compute buffers together: the engine library reports them as one number. */
  contextBytes: number;
}

/** Memory of one candidate, or why it cannot be. `gpu` is null where no GPU can be used. */
export type Simulation = { cpu: SimulatedUse; gpu: SimulatedUse | null } | { impossible: string };

export interface SimulateResult {
  simulations: Simulation[];
  /** As the backend sees it at that moment; null without a GPU. */
  gpuFreeBytes: number | null;
}

/** Everything the engine library can tell of this machine; the rest of the snapshot is read without it. */
export interface ProbeHardwareResult {
  gpus: Gpu[];
  ggmlVariant: Hardware['cpu']['ggmlVariant'];
  /** llama.cpp's own list of CPU features, `AVX2 = 1 | …`; for platforms that do not tell them otherwise. */
  systemInfo: string | null;
  problems: string[];
}

/** One setting of one benchmark model, which exists. */
export interface BenchmarkTask {
  modelPath: string;
  /** All of its layers, or none. */
  onGpu: boolean;
  threads: number;
  batchSize: number;
  flashAttention: boolean;
  /** How many tokens to look back at; a token is timed for each. */
  depths: number[];
  /** The cache that a past conversation is made of. */
  past: { layers: number; headsKv: number; headSize: number };
  /** A file that may be written and deleted. */
  scratchPath: string;
  /** Read as one batch at the first depth; 0 for none. */
  promptTokens: number;
  /** If a token takes longer, the prompt is left out. */
  giveUpSeconds?: number;
  /** As in a chat, instead of the likeliest token. */
  isSampled: boolean;
  /** For the tokens at one depth; the first one and one more are waited for. */
  limitMs: number;
  /** Models of earlier tasks stay open, to be timed again without loading them. */
  keepsOthers?: boolean;
}

export interface BenchmarkTiming {
  /** Of one token at each depth. */
  tokenSeconds: number[];
  /** Of the whole prompt. */
  promptSeconds: number | null;
}

/** Method name → parameters and result. */
export interface ChildMethods {
  // engine
  load: { params: { path: string; settings: LoadWish }; result: LoadResult };
  generate: { params: GenerateParams; result: GenerateResult };
  unload: { params: Record<string, never>; result: null };
  /** Answered while anything else goes on. */
  gpuMemory: { params: Record<string, never>; result: { freeBytes: number | null } };
  // probe
  hardware: { params: Record<string, never>; result: ProbeHardwareResult };
  simulate: { params: SimulateParams; result: SimulateResult };
  benchmark: { params: BenchmarkTask; result: BenchmarkTiming };
}
export type ChildMethod = keyof ChildMethods;

export type ToChild =
  | { type: 'request'; id: number; method: ChildMethod; params: unknown }
  /** Ask the request `id` to end soon; it still answers. */
  | { type: 'cancel'; id: number };

export type FromChild =
  | { type: 'ready' }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'problem'; id: number; problem: Problem }
  /** Progress of a request that is being answered. */
  | { type: 'progress'; id: number; progress: ChildProgress };

export type ChildProgress =
  | { kind: 'load'; fraction: number }
  | { kind: 'prefill'; evaluatedTokens: number; totalTokens: number }
  | { kind: 'text'; text: string; reasoning: string };
