import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { BenchmarkTask, BenchmarkTiming } from '../../services/engine-host/protocol.ts';
import type { RequestContext } from '../handlers.ts';
import { bumpProgress } from '../heartbeat.ts';
import { openLlama } from '../llama-library.ts';
import { giveLongPast } from './long-past.ts';

const FIRST_TOKEN = 1 as Token;
/** More would only tell the same again. */
const MOST_TOKENS = 64;
/** Room for the tokens of a turn after the past and the prompt. */
const ROOM_TOKENS = 256;
/** As a new chat samples. */
const CHAT_SAMPLING = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05, seed: 1 };
const GREEDY = { temperature: 0 };

interface Opened {
  key: string;
  model: LlamaModel;
  sequences: Map<string, { context: LlamaContext; sequence: LlamaContextSequence }>;
}

let opened: Opened | null = null;

/**
 * Times one setting on one benchmark model. A model and its contexts are kept until another model is asked for, so that settings can be compared
 * in turn, A B C A B C …, and whatever else the machine does meanwhile hits all of them alike.
 */
export async function benchmark(task: BenchmarkTask, { signal }: RequestContext): Promise<BenchmarkTiming> {
  const { sequences, model } = await openModel(task, signal);
  const sequence = await openSequence(sequences, model, task);
  const tokenSeconds: number[] = [];
  let promptSeconds: number | null = null;
  for (const depth of task.depths) {
    signal.throwIfAborted();
    await rewind(sequence, task, depth);
    const seconds = await timeTokens(sequence, task);
    tokenSeconds.push(seconds);
    if (promptSeconds !== null || task.promptTokens === 0) continue;
    // JSON has no infinity: it arrives as null.
    if (seconds > (task.giveUpSeconds ?? Infinity)) continue;
    await rewind(sequence, task, depth);
    promptSeconds = await timePrompt(sequence, task.promptTokens);
  }
  return { tokenSeconds, promptSeconds };
}

async function openModel({ modelPath, onGpu }: BenchmarkTask, signal: AbortSignal): Promise<Opened> {
  const key = `${modelPath}|${onGpu}`;
  if (opened?.key === key) return opened;
  await opened?.model.dispose();
  opened = null;
  const llama = await openLlama(onGpu ? 'auto' : false);
  const gpuLayers = onGpu ? 'max' : 0;
  const model = await llama.loadModel({
    modelPath,
    gpuLayers,
    ignoreMemorySafetyChecks: true,
    loadSignal: signal,
  });
  bumpProgress();
  opened = { key, model, sequences: new Map() };
  return opened;
}

async function openSequence(sequences: Opened['sequences'], model: LlamaModel, task: BenchmarkTask) {
  const { threads, batchSize, flashAttention, depths, promptTokens } = task;
  const contextSize = Math.max(...depths) + promptTokens + ROOM_TOKENS;
  const key = [threads, batchSize, flashAttention, contextSize].join('|');
  const known = sequences.get(key);
  if (known) return known.sequence;
  const context = await model.createContext({
    contextSize,
    batchSize,
    flashAttention,
    threads,
    sequences: 1,
    ignoreMemorySafetyChecks: true,
    failedCreationRemedy: false,
  });
  bumpProgress();
  const sequence = context.getSequence();
  sequences.set(key, { context, sequence });
  return sequence;
}

async function rewind(sequence: LlamaContextSequence, task: BenchmarkTask, tokens: number): Promise<void> {
  if (tokens === 0) return sequence.clearHistory();
  const { past, flashAttention, scratchPath } = task;
  await giveLongPast(sequence, { ...past, flashAttention, tokens }, scratchPath);
  bumpProgress();
}

/**
 * Of one token, the mean of some but the slowest: threads that now and then wait for a core cost an answer all of that, and the middle would not
 * tell. On a machine that is busy or slow of one or two, since those take seconds with too many threads.
 */
async function timeTokens(sequence: LlamaContextSequence, task: BenchmarkTask): Promise<number> {
  const seconds: number[] = [];
  const options = { ...(task.isSampled ? CHAT_SAMPLING : GREEDY), yieldEogToken: true };
  const deadline = performance.now() + task.limitMs;
  // The first token pays for waking the threads and reading the pages.
  let startedAt: number | null = null;
  for await (const _ of sequence.evaluate([FIRST_TOKEN], options)) {
    const now = performance.now();
    if (startedAt !== null) seconds.push((now - startedAt) / 1000);
    bumpProgress();
    if (seconds.length === MOST_TOKENS || (seconds.length > 0 && now >= deadline)) break;
    startedAt = performance.now();
  }
  return meanButSlowest(seconds);
}

async function timePrompt(sequence: LlamaContextSequence, tokens: number): Promise<number> {
  const prompt = new Array<Token>(tokens).fill(FIRST_TOKEN);
  const startedAt = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(prompt);
  bumpProgress();
  return (performance.now() - startedAt) / 1000;
}

function meanButSlowest(values: readonly number[]): number {
  const counted = values.length > 1 ? values.toSorted((a, b) => a - b).slice(0, -1) : values;
  return counted.reduce((sum, value) => sum + value, 0) / counted.length;
}
