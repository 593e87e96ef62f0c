import type { AnswerStats, Chat, Message, MessageStatus } from '../../contract/chats.contract.ts';
import { toProblem, type Problem } from '../../contract/problem.ts';
import type { ChildProgress, GenerateResult } from '../engine-host/protocol.ts';
import type { InferenceService } from '../inference/inference-service.ts';
import type { LibraryService } from '../library/library-service.ts';
import type { LiveHub } from '../live/live-hub.ts';
import type { Logger } from '../logging/logger.ts';
import type { Store } from '../store/store.ts';
import { ProgressWriter } from './progress-writer.ts';
import { buildPrompt } from './prompt.ts';

export interface AnswerRunDependencies {
  store: Store;
  hub: LiveHub;
  inference: InferenceService;
  library: LibraryService;
  log: Logger;
}

/** Problems after which the engine is gone: the text so far is an interrupted answer, not a failed one. */
const engineDeaths: ReadonlySet<Problem['code']> = new Set(['engine.crashed', 'engine.hung']);

/**
 * Writes one answer: from the queued message to its final status. The message object is replaced at every step,
 * so whoever holds `message` always sees a consistent state; it never rejects.
 */
export class AnswerRun {
  readonly chat: Chat;
  readonly #dependencies: AnswerRunDependencies;
  readonly #writer: ProgressWriter<Message>;
  #message: Message;

  constructor(chat: Chat, message: Message, dependencies: AnswerRunDependencies) {
    this.chat = chat;
    this.#message = message;
    this.#dependencies = dependencies;
    const { store, log } = dependencies;
    this.#writer = new ProgressWriter(({ id, text, reasoning, status }) =>
      store.run.saveProgress({ messageId: id, text, reasoning, status }).catch((error: unknown) => {
        // The final save reports the failure to the person; the answer itself goes on.
        log.warn('an answer in progress could not be saved', { reason: String(error) });
      }),
    );
  }

  get message(): Message {
    return this.#message;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { store, inference, library } = this.#dependencies;
    try {
      this.#become({ status: 'answering' });
      const model = await library.resolve(this.chat.modelId);
      await library.touch(model.id);
      this.#become({ modelName: model.name });
      const path = await store.run.getPathTo({ messageId: this.#message.parentId ?? this.#message.id });
      const result = await inference.answer(
        { model, messages: buildPrompt(this.chat.settings, path), settings: this.chat.settings },
        {
          signal,
          onProgress: (progress) => this.#onProgress(progress),
          onStep: (words, { name }) =>
            this.#become({ notes: [...this.#message.notes, words], modelName: name }),
        },
      );
      const status = result.stopReason === 'stopped' ? 'stopped' : 'complete';
      const { text, reasoning } = result;
      const stats = statsOf(result);
      await this.#finish({ status, text, reasoning, stats, problem: null });
      if (stats.decodeTokensPerSecond !== null)
        await library.noteSpeed(model.id, stats.decodeTokensPerSecond);
    } catch (error) {
      await this.#finish(this.#afterFailure(error, signal));
    }
  }

  /** Settles an answer that never began. */
  async stopBeforeStart(): Promise<void> {
    await this.#finish({ status: 'stopped', problem: null });
  }

  #afterFailure(error: unknown, signal: AbortSignal): Partial<Message> & { status: MessageStatus } {
    if (signal.aborted) return { status: 'stopped', problem: null };
    const problem = toProblem(error);
    this.#dependencies.log.warn('an answer failed', { code: problem.code, reason: String(error) });
    return { status: engineDeaths.has(problem.code) ? 'interrupted' : 'failed', problem };
  }

  #onProgress(progress: ChildProgress): void {
    const { id: messageId, chatId } = this.#message;
    switch (progress.kind) {
      case 'text': {
        const { text, reasoning } = progress;
        this.#message = {
          ...this.#message,
          text: this.#message.text + text,
          reasoning: this.#message.reasoning + reasoning,
        };
        this.#dependencies.hub.publish({ type: 'delta', chatId, messageId, text, reasoning });
        this.#writer.update(this.#message);
        return;
      }
      case 'prefill': {
        const { evaluatedTokens, totalTokens } = progress;
        this.#dependencies.hub.publish({ type: 'prefill', chatId, messageId, evaluatedTokens, totalTokens });
        return;
      }
      case 'load':
        // Shown by the engine's own status.
        return;
      default:
        progress satisfies never;
    }
  }

  #become(change: Partial<Message>): void {
    this.#message = { ...this.#message, ...change };
    this.#dependencies.hub.publish({ type: 'message', message: this.#message });
  }

  async #finish(change: Partial<Message> & { status: MessageStatus }): Promise<void> {
    await this.#writer.end();
    const settled = { ...this.#message, ...change };
    const { id: messageId, status, text, reasoning, stats, problem, modelName, notes } = settled;
    try {
      await this.#dependencies.store.run.finishAnswer({
        messageId,
        status,
        text,
        reasoning,
        stats,
        problem,
        modelName,
        notes,
      });
      this.#become(change);
    } catch (error) {
      // The text stays in the window, with the reason why it is not on disk.
      this.#become({ ...change, status: 'failed', problem: toProblem(error) });
    }
  }
}

function statsOf(result: GenerateResult): AnswerStats {
  const {
    text: _text,
    reasoning: _reasoning,
    prefillTokensPerSecond: _prefill,
    processBytes: _process,
    gpuFreeBytes: _gpu,
    ...stats
  } = result;
  return stats;
}
