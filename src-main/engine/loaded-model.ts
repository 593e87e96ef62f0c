import { availableParallelism } from 'node:os';
import type { Llama, LlamaContext, LlamaContextSequence, LlamaModel } from 'node-llama-cpp';
import type { LoadSettings } from '../contract/plan.contract.ts';
import type { LoadResult, LoadWish } from '../services/engine-host/protocol.ts';
import { attentionShape } from './attention-shape.ts';
import { BufferLog } from './buffer-log.ts';
import { ggmlTypeName } from './cache-type.ts';
import type { RequestContext } from './handlers.ts';
import { bumpProgress } from './heartbeat.ts';
import { forgetErrors, loggedErrors } from './library-log.ts';
import { openLlama } from './llama-library.ts';
import { checkLoadSettings } from './load-checks.ts';
import { loadFailure, type LoadStep } from './load-failure.ts';
import { memoryBefore, memoryInUse } from './memory-in-use.ts';
import { possibleSettings } from './possible-settings.ts';

/** A model in memory with its one context and sequence. */
export interface LoadedModel {
  model: LlamaModel;
  context: LlamaContext;
  sequence: LlamaContextSequence;
  result: LoadResult;
  /** Frees sequence, context and model, in this order. */
  dispose(): Promise<void>;
}

/** The canary's seed does not matter at temperature 0; one token proves that evaluation and sampling work. */
const CANARY = { temperature: 0 } as const;

/** Loads a file that the host has checked with the strict reader, then answers one token to prove that it works. */
export async function loadModel(path: string, wish: LoadWish, request: RequestContext): Promise<LoadedModel> {
  checkLoadSettings(wish);
  const startedAt = performance.now();
  const opened: { dispose(): Promise<void> | void }[] = [];
  const dispose = async () => {
    for (const part of opened.splice(0).reverse()) await part.dispose();
  };
  let step: LoadStep = 'library';
  forgetErrors();
  try {
    // No layers on a GPU: leave its driver out of the process, so that a broken one cannot harm it.
    const llama = await openLlama(wish.gpuLayers === 0 ? false : 'auto');
    using bufferLog = await BufferLog.listen(llama);
    const before = await memoryBefore(llama);
    step = 'weights';
    const model = await openWeights(llama, path, wish, request);
    opened.push(model);
    const { settings, changes } = possibleSettings(wish, attentionShape(model));
    step = 'context';
    const context = await openContext(model, settings, request.signal);
    opened.push(context);
    const sequence = context.getSequence();
    opened.push(sequence);
    step = 'canary';
    await runCanary(model, sequence);
    request.signal.throwIfAborted();
    const result = {
      loadMs: performance.now() - startedAt,
      settings: settingsInUse(settings, model, context),
      changes,
      memory: await memoryInUse(model, context, before, bufferLog.cache),
    };
    return { model, context, sequence, result, dispose };
  } catch (error) {
    await dispose();
    if (request.signal.aborted) throw loadFailure('loading was cancelled', 'canary', wish.contextSize);
    throw loadFailure(error, step, wish.contextSize, await loggedErrors());
  }
}

function openWeights(llama: Llama, path: string, wish: LoadWish, request: RequestContext) {
  let reported = 0;
  return llama.loadModel({
    modelPath: path,
    gpuLayers: wish.gpuLayers,
    loadSignal: request.signal,
    onLoadProgress(fraction) {
      bumpProgress();
      if (fraction < 1 && fraction - reported < 0.01) return;
      reported = fraction;
      request.progress({ kind: 'load', fraction });
    },
  });
}

function openContext(model: LlamaModel, settings: LoadSettings, signal: AbortSignal): Promise<LlamaContext> {
  return model.createContext({
    contextSize: settings.contextSize,
    batchSize: Math.min(settings.batchSize, settings.contextSize),
    flashAttention: settings.flashAttention,
    // Marked experimental for the combinations that crash; possibleSettings leaves none of them.
    experimentalKvCacheKeyType: ggmlTypeName(settings.cacheTypeK),
    experimentalKvCacheValueType: ggmlTypeName(settings.cacheTypeV),
    // More threads than cores wait for each other in busy loops: 25 times slower (seen).
    threads: Math.min(settings.threads, availableParallelism()),
    sequences: 1,
    createSignal: signal,
    failedCreationRemedy: false,
  });
}

async function runCanary(model: LlamaModel, sequence: LlamaContextSequence): Promise<void> {
  const token = model.tokens.bos ?? model.tokens.eos ?? model.tokenize('a')[0];
  if (token === undefined) throw new Error('the model has no vocabulary');
  let answered = false;
  for await (const generated of sequence.evaluate([token], { ...CANARY, yieldEogToken: true })) {
    answered = Number.isInteger(generated);
    break;
  }
  if (!answered) throw new Error('the model did not answer a test token');
  await sequence.clearHistory();
  bumpProgress();
}

function settingsInUse(asked: LoadSettings, model: LlamaModel, context: LlamaContext): LoadSettings {
  return {
    ...asked,
    gpuLayers: model.gpuLayers,
    contextSize: context.contextSize,
    batchSize: context.batchSize,
    flashAttention: model.flashAttentionSupported && context.flashAttention === true,
    threads: context.idealThreads,
  };
}
