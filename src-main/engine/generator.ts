import type { Token } from 'node-llama-cpp';
import type { GenerateParams, GenerateResult } from '../services/engine-host/protocol.ts';
import { Answer } from './answer.ts';
import { buildPrompt, type PromptEnvironment } from './build-prompt.ts';
import { DroppedTurns } from './dropped-turns.ts';
import type { RequestContext } from './handlers.ts';
import { bumpProgress } from './heartbeat.ts';
import type { LoadedModel } from './loaded-model.ts';
import { gpuFreeBytes } from './memory-in-use.ts';
import { tokenize } from './model-text.ts';
import { PromptTokens } from './prompt-tokens.ts';
import type { TemplateRenderer } from './template-renderer.ts';

/**
 * A cancel takes effect between steps: 128 tokens of a 1B model take a slow CPU core under a second, and cost there no more than
 * 512 at once (measured). GPUs want whole batches.
 */
const CPU_PREFILL_STEP_TOKENS = 128;

/**
 * Answers chats with one loaded model. The sequence keeps the last chat's tokens, so that its next turn evaluates only what is new;
 * whatever ends an answer, the sequence holds exactly the tokens that it reports.
 */
export class Generator {
  readonly #loaded: LoadedModel;
  readonly #environment: PromptEnvironment;
  readonly #promptTokens: PromptTokens;
  readonly #stepTokens: number;

  constructor(loaded: LoadedModel, renderer: TemplateRenderer) {
    const { model, context } = loaded;
    this.#loaded = loaded;
    this.#stepTokens =
      model.gpuLayers === 0 ? Math.min(context.batchSize, CPU_PREFILL_STEP_TOKENS) : context.batchSize;
    this.#promptTokens = new PromptTokens((text, special, first) => tokenize(model, text, special, first));
    this.#environment = {
      renderer,
      template: model.fileInfo.metadata.tokenizer.chat_template ?? null,
      bosToken: model.tokens.bosString ?? '',
      eosToken: model.tokens.eosString ?? '',
      knowsChatMl: model.tokenize('<|im_start|>', true).length === 1,
      contextSize: context.contextSize,
      droppedTurns: new DroppedTurns(),
    };
  }

  /** Renders once while the model is loading, so that the first answer finds the template's code compiled. */
  async warmUp(): Promise<void> {
    const probe = { role: 'user', text: 'Hello' } as const;
    await buildPrompt(this.#environment, [probe], 1, this.#promptTokens);
  }

  async generate(params: GenerateParams, request: RequestContext): Promise<GenerateResult> {
    const receivedAt = performance.now();
    const prompt = await buildPrompt(
      this.#environment,
      params.messages,
      params.maxTokens,
      this.#promptTokens,
      params.begun,
    );
    const answer = new Answer(this.#loaded, prompt, params, request, receivedAt);
    try {
      const reusedTokens = await this.#adaptSequence(prompt.tokens);
      const startedAt = performance.now();
      const lastStepTokens =
        isRepeatable(params) || this.#loaded.sequence.needsCheckpoints ? 1 : this.#stepTokens;
      const last = await this.#prefill(prompt.tokens, reusedTokens, lastStepTokens, request);
      if (last !== null) await answer.decode(last);
      this.#promptTokens.remember(prompt.spans, answer.written());
      return {
        ...answer.result({ reusedTokens, startedAt }),
        processBytes: process.memoryUsage.rss(),
        gpuFreeBytes: await gpuFreeBytes(this.#loaded.model.llama),
      };
    } catch (error) {
      // After a failed evaluation nothing is known of the cache.
      await this.#loaded.sequence.clearHistory().catch(reportCleanUp);
      throw error;
    }
  }

  /** Drops what the new prompt does not share with the sequence; gives how many of its tokens need no evaluation. */
  async #adaptSequence(tokens: readonly number[]): Promise<number> {
    const { sequence } = this.#loaded;
    // The last token is always evaluated: its logits choose the first token of the answer. Where a cache cannot be cut (sliding
    // windows, recurrent models) the library empties it, so only `nextTokenIndex` tells what is left.
    await sequence.adaptStateToTokens(tokens.slice(0, -1) as Token[], false);
    return sequence.nextTokenIndex;
  }

  /** Evaluates the prompt but its last step, which is returned for the decode loop; null when cancelled. */
  async #prefill(
    tokens: readonly number[],
    reused: number,
    lastStepTokens: number,
    { signal, progress }: RequestContext,
  ) {
    const { sequence } = this.#loaded;
    const totalTokens = tokens.length - reused;
    let done = reused;
    progress({ kind: 'prefill', evaluatedTokens: 0, totalTokens });
    while (tokens.length - done > lastStepTokens) {
      if (signal.aborted) return null;
      const end = Math.min(done + this.#stepTokens, tokens.length - 1);
      await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(done, end) as Token[]);
      done = end;
      bumpProgress();
      progress({ kind: 'prefill', evaluatedTokens: done - reused, totalTokens });
    }
    // Models whose cache cannot be cut come back to this point when the answer is written anew.
    if (sequence.needsCheckpoints) await sequence.takeCheckpoint();
    return signal.aborted ? null : tokens.slice(done);
  }
}

/**
 * Whether the answer must be the same each time. The kernels for one token and for many differ in the last digits on many
 * processors, which a sampler can turn into other words; so the last token of the prompt is evaluated alone, as it is when
 * the rest of the prompt is in the cache.
 */
function isRepeatable({ seed, sampling }: GenerateParams): boolean {
  return seed !== null || sampling.temperature === 0;
}

function reportCleanUp(error: unknown): void {
  process.stderr.write(`clearing the cache failed: ${String(error)}\n`);
}
