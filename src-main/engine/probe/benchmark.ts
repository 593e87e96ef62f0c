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

interface OpenSequence {
  setting: string;
  contextSize: number;
  context: LlamaContext;
  sequence: LlamaContextSequence;
}

interface Opened {
  model: LlamaModel;
  sequences: OpenSequence[];
}

const opened = new Map<string, Opened>();

/**
 * Times one setting on one benchmark model. A model and its contexts are kept until another model is asked for, or longer if the task wants that, so
 * that settings and models can be compared in turn, A B C A B C …, and whatever else the machine does meanwhile hits all of them alike.
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

async function openModel(
  { modelPath, onGpu, keepsOthers = false }: BenchmarkTask,
  signal: AbortSignal,
): Promise<Opened> {
  const key = `${modelPath}|${onGpu}`;
  const known = opened.get(key);
  if (known) return known;
  if (!keepsOthers) await closeModels();
  const llama = await openLlama(onGpu ? 'auto' : false);
  const gpuLayers = onGpu ? 'max' : 0;
  const model = await llama.loadModel({
    modelPath,
    gpuLayers,
    ignoreMemorySafetyChecks: true,
    loadSignal: signal,
  });
  bumpProgress();
  const own: Opened = { model, sequences: [] };
  opened.set(key, own);
  return own;
}

async function closeModels(): Promise<void> {
  const models = [...opened.values()].map(({ model }) => model);
  opened.clear();
  for (const model of models) await model.dispose();
}

async function openSequence(sequences: OpenSequence[], model: LlamaModel, task: BenchmarkTask) {
  const { threads, batchSize, flashAttention, depths, promptTokens } = task;
  const contextSize = Math.max(...depths) + promptTokens + ROOM_TOKENS;
  const setting = [threads, batchSize, flashAttention].join('|');
  // A context with room to spare is as fast: only cells that are in use are looked at.
  const known = sequences.find((open) => open.setting === setting && open.contextSize >= contextSize);
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
  sequences.push({ setting, contextSize, context, sequence });
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
