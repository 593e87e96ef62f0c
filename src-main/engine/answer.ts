import type { Token } from 'node-llama-cpp';
import type { StopReason } from '../contract/chats.contract.ts';
import type { GenerateParams, GenerateResult } from '../services/engine-host/protocol.ts';
import { AnswerSplitter, type AnswerPiece } from './answer-splitter.ts';
import type { BuiltPrompt } from './build-prompt.ts';
import type { RequestContext } from './handlers.ts';
import { bumpProgress } from './heartbeat.ts';
import type { LoadedModel } from './loaded-model.ts';
import { detokenize, turnEndTokens } from './model-text.ts';
import type { WrittenAnswer } from './prompt-tokens.ts';
import { TextProgress } from './text-progress.ts';
import { TokenText } from './token-text.ts';

/** The repeat penalty looks back this far, as in llama.cpp. */
const REPEAT_WINDOW_TOKENS = 64;

/** Fewer say more of the start of a batch than of the speed of reading. */
const LEAST_PREFILL_TOKENS = 32;

/** All of an answer but what its process tells of itself. */
export type AnswerResult = Omit<GenerateResult, 'processBytes' | 'gpuFreeBytes'>;

/** One answer being written. */
export class Answer {
  readonly #loaded: LoadedModel;
  readonly #prompt: BuiltPrompt;
  readonly #params: GenerateParams;
  readonly #signal: AbortSignal;
  readonly #receivedAt: number;
  readonly #progress: TextProgress;
  readonly #tokenText: TokenText;
  readonly #splitter: AnswerSplitter;
  readonly #stopTokens: ReadonlySet<number>;
  /** Without the token that ended the answer. */
  readonly #tokens: number[] = [];
  #raw = '';
  #text = '';
  #reasoning = '';
  #generated = 0;
  #firstTokenAt = 0;
  #lastTokenAt = 0;
  #stopReason: StopReason = 'stopped';

  constructor(
    loaded: LoadedModel,
    prompt: BuiltPrompt,
    params: GenerateParams,
    request: RequestContext,
    receivedAt: number,
  ) {
    const { model } = loaded;
    this.#loaded = loaded;
    this.#prompt = prompt;
    this.#params = params;
    this.#signal = request.signal;
    this.#receivedAt = receivedAt;
    this.#progress = new TextProgress(request.progress);
    this.#tokenText = new TokenText((tokens, before) => detokenize(model, tokens, before));
    this.#splitter = new AnswerSplitter({
      startsInReasoning: prompt.startsInReasoning,
      stopText: prompt.stopText,
    });
    this.#stopTokens = turnEndTokens(model, prompt.turnEnd);
  }

  /** Evaluates the rest of the prompt and writes the answer, token by token. */
  async decode(restOfPrompt: readonly number[]): Promise<void> {
    const { sequence } = this.#loaded;
    const options = { ...this.#samplingOptions(), yieldEogToken: true };
    for await (const token of sequence.evaluate(restOfPrompt as Token[], options)) {
      bumpProgress();
      this.#lastTokenAt = performance.now();
      if (this.#generated++ === 0) this.#firstTokenAt = this.#lastTokenAt;
      const reason = this.#take(token);
      if (reason === null) continue;
      this.#stopReason = reason;
      break;
    }
    this.#takeText(this.#tokenText.end());
    this.#add(this.#splitter.end());
    this.#progress.flush();
  }

  /** Adds a token to the answer; gives the reason when it is the last one. */
  #take(token: number): StopReason | null {
    const { sequence, model } = this.#loaded;
    if (model.isEogToken(token as Token) || this.#stopTokens.has(token)) return 'end';
    this.#tokens.push(token);
    this.#takeText(this.#tokenText.push(token));
    if (this.#splitter.stopped) return 'end';
    if (this.#signal.aborted) return 'stopped';
    const { maxTokens } = this.#params;
    if (maxTokens !== null && this.#generated + this.#prompt.begunTokens >= maxTokens) return 'maxTokens';
    // The binding would shift the context to make room, and the chat would lose its beginning without a word.
    return sequence.nextTokenIndex >= this.#loaded.context.contextSize - 1 ? 'contextFull' : null;
  }

  #takeText(text: string): void {
    this.#raw += text;
    this.#add(this.#splitter.push(text));
  }

  #add(piece: AnswerPiece): void {
    if (piece.text === '' && piece.reasoning === '') return;
    this.#text += piece.text;
    this.#reasoning += piece.reasoning;
    this.#progress.push(piece);
  }

  #samplingOptions() {
    const { sampling, seed } = this.#params;
    const { temperature, topK, topP, minP, repeatPenalty } = sampling;
    const chosen = { temperature, topK, topP, minP, ...(seed !== null && { seed }) };
    if (repeatPenalty === 1) return chosen;
    const recent = () =>
      [
        ...this.#prompt.tokens.slice(-REPEAT_WINDOW_TOKENS),
        ...this.#tokens.slice(-REPEAT_WINDOW_TOKENS),
      ].slice(-REPEAT_WINDOW_TOKENS);
    return {
      ...chosen,
      repeatPenalty: {
        penalty: repeatPenalty,
        maxPunishTokens: REPEAT_WINDOW_TOKENS,
        punishTokens: () => recent() as Token[],
      },
    };
  }

  /** The answer with the tokens that spelled it; null when it is not what the next prompt will hold (reasoning is left out there). */
  written(): WrittenAnswer | null {
    return this.#raw === this.#text ? { text: this.#text, tokens: this.#tokens } : null;
  }

  /** `reusedTokens` of the prompt were in the cache; reading the others began at `startedAt`. */
  result({ reusedTokens, startedAt }: { reusedTokens: number; startedAt: number }): AnswerResult {
    const decodeMs = this.#lastTokenAt - this.#firstTokenAt;
    const newTokens = this.#prompt.tokens.length - reusedTokens;
    const prefillMs = this.#firstTokenAt - startedAt;
    return {
      text: (this.#params.begun?.text ?? '') + this.#text,
      reasoning: (this.#params.begun?.reasoning ?? '') + this.#reasoning,
      stopReason: this.#stopReason,
      promptTokens: this.#prompt.tokens.length,
      reusedTokens,
      generatedTokens: this.#generated + this.#prompt.begunTokens,
      firstTokenMs: Math.max(0, this.#firstTokenAt - this.#receivedAt),
      decodeTokensPerSecond:
        this.#generated > 1 && decodeMs > 0 ? ((this.#generated - 1) * 1000) / decodeMs : null,
      prefillTokensPerSecond:
        newTokens >= LEAST_PREFILL_TOKENS && prefillMs > 0 ? (newTokens * 1000) / prefillMs : null,
      contextUsed: this.#loaded.sequence.nextTokenIndex,
      contextSize: this.#loaded.context.contextSize,
      droppedMessages: this.#prompt.droppedMessages,
      ...(this.#prompt.note === null ? {} : { note: this.#prompt.note }),
    };
  }
}
