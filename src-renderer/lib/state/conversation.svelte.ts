import type { Chat, ChatSettings } from '$contract/chats.contract.ts';
import type { Problem } from '$contract/problem.ts';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';
import type { LiveMessages } from './live-messages.svelte.ts';
import type { MessageView } from './message-view.svelte.ts';

/** What a conversation needs from the window around it. */
export interface ConversationHost {
  readonly client: NibbleClient;
  readonly live: LiveMessages;
  readonly newChat: () => { readonly modelId: number | null; readonly settings: ChatSettings | null };
  /** The new chat has been written to the store. */
  readonly created: (chat: Chat) => void;
}

/** One open chat. A new one exists only here until its first message is sent. */
export class Conversation {
  readonly #host: ConversationHost;
  readonly #requestedId: number | null;
  #chat = $state.raw<Chat | null>(null);
  #messages = $state.raw<readonly MessageView[]>([]);
  #loading = $state(false);
  #loadProblem = $state.raw<Problem | null>(null);
  #actionProblem = $state.raw<Problem | null>(null);
  #sending = $state(false);
  #stoppingId = $state<number | null>(null);
  #announcement = $state('');
  /** Choices for a chat that does not exist yet. */
  #newModelId = $state.raw<number | null>(null);
  #newSettings = $state.raw<ChatSettings | null>(null);

  readonly unfinished = $derived(this.#messages.findLast((message) => message.unfinished) ?? null);

  constructor(host: ConversationHost, chatId: number | null) {
    this.#host = host;
    this.#requestedId = chatId;
  }

  get id(): number | null {
    return this.#chat?.id ?? this.#requestedId;
  }

  get chat(): Chat | null {
    return this.#chat;
  }

  get messages(): readonly MessageView[] {
    return this.#messages;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** The chat could not be read. */
  get loadProblem(): Problem | null {
    return this.#loadProblem;
  }

  /** The last thing the person asked for (send, retry, stop, a setting) failed. */
  get actionProblem(): Problem | null {
    return this.#actionProblem;
  }

  get sending(): boolean {
    return this.#sending;
  }

  /** Said once to screen readers. */
  get announcement(): string {
    return this.#announcement;
  }

  get modelId(): number | null {
    return this.#chat ? this.#chat.modelId : (this.#newModelId ?? this.#host.newChat().modelId);
  }

  get settings(): ChatSettings | null {
    return this.#chat ? this.#chat.settings : (this.#newSettings ?? this.#host.newChat().settings);
  }

  async load(): Promise<void> {
    const chatId = this.id;
    if (chatId === null) return;
    this.#loading = true;
    try {
      const { chat, messages } = await this.#host.client.chats.get({ chatId });
      this.#chat = chat;
      this.#messages = messages.map((message) => this.#host.live.viewOf(message));
      this.#loadProblem = null;
    } catch (error) {
      this.#loadProblem = toProblem(error);
    } finally {
      this.#loading = false;
    }
  }

  /** Sends the text and shows question and answer. False when it could not be sent. */
  async send(text: string): Promise<boolean> {
    if (this.#sending) return false;
    this.#sending = true;
    const sent = await this.#attempt(async () => {
      const { id } = this.#chat ?? (await this.#create());
      const { question, answer } = await this.#host.client.chats.send({ chatId: id, text });
      this.show(this.#host.live.viewOf(question));
      this.show(this.#host.live.viewOf(answer));
    });
    this.#sending = false;
    return sent;
  }

  async retry(messageId: number): Promise<void> {
    await this.#attempt(async () => {
      const chatId = this.#existingId();
      this.show(this.#host.live.viewOf(await this.#host.client.chats.retry({ chatId, messageId })));
    });
  }

  /** The answer that was told to stop: before it has begun that can take seconds. */
  get stoppingId(): number | null {
    return this.#stoppingId;
  }

  async stop(): Promise<void> {
    this.#stoppingId = this.unfinished?.id ?? null;
    const told = await this.#attempt(() => this.#host.client.chats.stop({ chatId: this.#existingId() }));
    if (!told) this.#stoppingId = null;
  }

  async setModel(modelId: number): Promise<void> {
    if (!this.#chat) {
      this.#newModelId = modelId;
      return;
    }
    const chatId = this.#chat.id;
    await this.#attempt(async () => {
      this.#chat = await this.#host.client.chats.setModel({ chatId, modelId });
    });
  }

  async setSettings(settings: ChatSettings): Promise<void> {
    if (!this.#chat) {
      this.#newSettings = settings;
      return;
    }
    // Shown at once, so that a second change builds on the first one.
    const before = this.#chat;
    this.#chat = { ...before, settings };
    const saved = await this.#attempt(async () => {
      await this.#host.client.chats.setSettings({ chatId: before.id, settings });
    });
    if (!saved && this.#chat.settings === settings) this.#chat = { ...this.#chat, settings: before.settings };
  }

  dismissProblem(): void {
    this.#actionProblem = null;
  }

  rename(title: string): void {
    if (this.#chat) this.#chat = { ...this.#chat, title };
  }

  /** Puts a message below its parent; what stood there was another branch. */
  show(view: MessageView): void {
    if (this.#messages.some((message) => message.id === view.id)) return;
    const parent = this.#messages.findIndex((message) => message.id === view.parentId);
    this.#messages = [...this.#messages.slice(0, parent + 1), view];
  }

  announce(text: string): void {
    this.#announcement = text;
  }

  async #create(): Promise<Chat> {
    const { modelId } = this;
    const settings = this.#newSettings;
    let chat = await this.#host.client.chats.create(modelId === null ? {} : { modelId });
    if (settings) chat = await this.#host.client.chats.setSettings({ chatId: chat.id, settings });
    this.#chat = chat;
    this.#host.created(chat);
    return chat;
  }

  #existingId(): number {
    const { id } = this;
    if (id === null) throw new Error('a new chat has nothing to stop or repeat');
    return id;
  }

  async #attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      this.#actionProblem = null;
      return true;
    } catch (error) {
      this.#actionProblem = toProblem(error);
      return false;
    }
  }
}
