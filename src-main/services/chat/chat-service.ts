import type { Chat, ChatSettings, ChatSummary, Message } from '../../contract/chats.contract.ts';
import type { EngineStatus } from '../../contract/engine.contract.ts';
import type { LiveEvent } from '../../contract/live.contract.ts';
import { describeProblem, problemError } from '../../contract/problem.ts';
import type { SettingsService } from '../settings/settings.ts';
import { AnswerQueue, type AnswerJob } from './answer-queue.ts';
import { AnswerRun, type AnswerRunDependencies } from './answer-run.ts';

export interface ChatServiceDependencies extends AnswerRunDependencies {
  settings: SettingsService;
  /** Called when the queue of answers changed. */
  onQueueChange: () => void;
}

/** A deleted chat can be brought back until the next start of Nibble after this; then it is really gone. */
const UNDO_WINDOW_MS = 24 * 60 * 60 * 1000;

interface Job extends AnswerJob {
  run: AnswerRun;
}

/**
 * Chats and their answers. The person's turn is committed before its answer is queued; from then on the answer does
 * not depend on any window. Answers that are not settled on disk live in `#unsettled`, so a window that opens
 * in the middle of one sees its text.
 */
export class ChatService {
  readonly #dependencies: ChatServiceDependencies;
  readonly #queue: AnswerQueue<Job>;
  readonly #unsettled = new Map<number, AnswerRun>();
  #recovered: Promise<void> | null = null;

  constructor(dependencies: ChatServiceDependencies) {
    this.#dependencies = dependencies;
    this.#queue = new AnswerQueue<Job>(
      async ({ run }, signal) => {
        await run.run(signal);
        this.#settle(run);
      },
      () => dependencies.onQueueChange(),
    );
  }

  get queue(): EngineStatus['queue'] {
    return this.#queue.waiting.map(({ chatId, messageId }) => ({ chatId, messageId }));
  }

  get isAnswering(): boolean {
    return !this.#queue.isIdle;
  }

  /** One event for each answer that is queued or being written. */
  liveMessages(): LiveEvent[] {
    return [...this.#unsettled.values()].map(({ message }) => ({ type: 'message', message }));
  }

  async list(): Promise<ChatSummary[]> {
    const store = await this.#store();
    return store.listChats({});
  }

  async create(modelId: number | null): Promise<Chat> {
    const store = await this.#store();
    const { chatDefaults } = await this.#dependencies.settings.get();
    const chat = await store.createChat({
      title: 'New chat',
      modelId,
      settings: chatDefaults,
      now: Date.now(),
    });
    this.#publish(chat);
    return chat;
  }

  async get(chatId: number): Promise<{ chat: Chat; messages: Message[] }> {
    const chat = await this.#chat(chatId);
    const store = await this.#store();
    const messages = await store.getPath({ chatId });
    return { chat, messages: messages.map((message) => this.#unsettled.get(message.id)?.message ?? message) };
  }

  async rename(chatId: number, title: string): Promise<Chat> {
    return this.#change(chatId, (store) => store.renameChat({ chatId, title }));
  }

  async setModel(chatId: number, modelId: number): Promise<Chat> {
    return this.#change(chatId, (store) => store.setChatModel({ chatId, modelId }));
  }

  async setSettings(chatId: number, settings: ChatSettings): Promise<Chat> {
    return this.#change(chatId, (store) => store.setChatSettings({ chatId, settings }));
  }

  async delete(chatId: number): Promise<void> {
    await this.#chat(chatId);
    await this.stop(chatId);
    const store = await this.#store();
    await store.deleteChat({ chatId, now: Date.now() });
    this.#dependencies.hub.publish({ type: 'chatDeleted', chatId });
  }

  async restore(chatId: number): Promise<Chat> {
    return this.#change(chatId, (store) => store.restoreChat({ chatId }));
  }

  async send(chatId: number, text: string): Promise<{ question: Message; answer: Message }> {
    const chat = await this.#idleChat(chatId);
    const store = await this.#store();
    const turn = await store.addTurn({ chatId, text, modelName: null, now: Date.now() });
    this.#dependencies.hub.publish({ type: 'message', message: turn.question });
    this.#enqueue(chat, turn.answer);
    this.#publish(await this.#chat(chatId));
    return turn;
  }

  async retry(chatId: number, messageId: number): Promise<Message> {
    const chat = await this.#idleChat(chatId);
    const store = await this.#store();
    const old = await store.getMessage({ messageId });
    if (old?.chatId !== chatId || old.role !== 'assistant' || old.parentId === null) {
      throw problemError('request.invalid', { field: 'messageId', reason: 'not an answer of this chat' });
    }
    const questionId = old.parentId;
    const answer = await store.addAnswer({ chatId, questionId, modelName: null, now: Date.now() });
    this.#enqueue(chat, answer);
    return answer;
  }

  async stop(chatId: number): Promise<void> {
    const job = this.#queue.stop(chatId);
    if (job === null) return;
    await job.run.stopBeforeStart();
    this.#settle(job.run);
  }

  async dispose(): Promise<void> {
    for (const { run } of await this.#queue.close()) await run.stopBeforeStart();
  }

  #enqueue(chat: Chat, answer: Message): void {
    const run = new AnswerRun(chat, answer, this.#dependencies);
    this.#unsettled.set(answer.id, run);
    this.#dependencies.hub.publish({ type: 'message', message: answer });
    this.#queue.add({ chatId: chat.id, messageId: answer.id, run });
  }

  /** An answer that could not be saved stays in memory, so that it is not lost from the window. */
  #settle(run: AnswerRun): void {
    const { id, problem } = run.message;
    if (problem?.code.startsWith('store.') !== true) this.#unsettled.delete(id);
  }

  /** The store, once what a former run of Nibble left behind is put in order. */
  async #store() {
    this.#recovered ??= this.#recover().catch((error: unknown) => {
      this.#recovered = null;
      throw error;
    });
    await this.#recovered;
    return this.#dependencies.store.run;
  }

  /** Marks answers that were being written as interrupted, and lets go of chats that were deleted long ago. */
  async #recover(): Promise<void> {
    const { store, log } = this.#dependencies;
    await store.run.interruptUnfinished({ problem: describeProblem('answer.interrupted') });
    store.run.purgeDeletedChats({ before: Date.now() - UNDO_WINDOW_MS }).catch((error: unknown) => {
      log.warn('deleted chats could not be removed', { reason: String(error) });
    });
  }

  async #chat(chatId: number): Promise<Chat> {
    const store = await this.#store();
    const chat = await store.getChat({ chatId });
    if (chat === null) throw problemError('chat.notFound');
    return chat;
  }

  async #idleChat(chatId: number): Promise<Chat> {
    const chat = await this.#chat(chatId);
    if (this.#queue.hasChat(chatId)) throw problemError('chat.busy');
    return chat;
  }

  async #change(
    chatId: number,
    change: (store: AnswerRunDependencies['store']['run']) => Promise<unknown>,
  ): Promise<Chat> {
    await change(await this.#store());
    const chat = await this.#chat(chatId);
    this.#publish(chat);
    return chat;
  }

  #publish({ id, title, createdAt, updatedAt }: Chat): void {
    this.#dependencies.hub.publish({ type: 'chat', chat: { id, title, createdAt, updatedAt } });
  }
}
