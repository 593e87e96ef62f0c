import type { AnswerStats, Message, MessageStatus } from '$contract/chats.contract.ts';
import type { Problem } from '$contract/problem.ts';
import { StreamedText } from '../markdown/streamed-text.svelte.ts';

export interface Prefill {
  readonly evaluatedTokens: number;
  readonly totalTokens: number;
}

/** A message on the screen: what the store holds, with text that grows while it is written. */
export class MessageView {
  readonly id: number;
  readonly chatId: number;
  readonly parentId: number | null;
  readonly role: Message['role'];
  readonly text: StreamedText;
  readonly reasoning: StreamedText;
  #message = $state.raw<Message>() as Message;
  #prefill = $state.raw<Prefill | null>(null);
  readonly unfinished = $derived(isUnfinished(this.#message.status));

  constructor(message: Message) {
    this.id = message.id;
    this.chatId = message.chatId;
    this.parentId = message.parentId;
    this.role = message.role;
    this.#message = message;
    this.text = new StreamedText(message.text);
    this.reasoning = new StreamedText(message.reasoning);
  }

  get status(): MessageStatus {
    return this.#message.status;
  }

  get problem(): Problem | null {
    return this.#message.problem;
  }

  get stats(): AnswerStats | null {
    return this.#message.stats;
  }

  /** What was changed while it was made, so that it could be. */
  get notes(): readonly string[] {
    return this.#message.notes;
  }

  get modelName(): string | null {
    return this.#message.modelName;
  }

  /** How much of the prompt has been read; null before and after that. */
  get prefill(): Prefill | null {
    return this.#prefill;
  }

  apply(message: Message): void {
    this.#message = message;
    this.text.replace(message.text);
    this.reasoning.replace(message.reasoning);
    if (!isUnfinished(message.status)) this.#prefill = null;
  }

  append(text: string, reasoning: string): void {
    this.#prefill = null;
    this.text.append(text);
    this.reasoning.append(reasoning);
  }

  reading(prefill: Prefill): void {
    this.#prefill = prefill;
  }
}

export function isUnfinished(status: MessageStatus): boolean {
  return status === 'queued' || status === 'answering';
}
