import type { Message } from '$contract/chats.contract.ts';
import { SvelteMap } from 'svelte/reactivity';
import { isUnfinished, MessageView, type Prefill } from './message-view.svelte.ts';

interface Pending {
  text: string[];
  reasoning: string[];
}

/**
 * Answers in progress, of all chats at once. What the live stream says about a message counts more than what a
 * call returned, because the call may have been answered earlier. Deltas are collected and drawn at most once a
 * frame; a hidden window draws none, and catches up when it is shown or the message is complete.
 */
export class LiveMessages {
  readonly #views = new Map<number, MessageView>();
  readonly #unfinished = new SvelteMap<number, { chatId: number; status: Message['status'] }>();
  readonly #pending = new Map<number, Pending>();
  #frame: number | null = null;

  /** The chat whose answer is being written; null when none is. */
  get answeringChatId(): number | null {
    for (const { chatId, status } of this.#unfinished.values()) if (status === 'answering') return chatId;
    return null;
  }

  /** Whether an answer of this chat is being written or waits for its turn. */
  isUnfinished(chatId: number): boolean {
    for (const entry of this.#unfinished.values()) if (entry.chatId === chatId) return true;
    return false;
  }

  /** The view of a message that a call returned. */
  viewOf(message: Message): MessageView {
    const known = this.#views.get(message.id);
    if (known) return known;
    const view = new MessageView(message);
    if (isUnfinished(message.status)) this.#keep(view, message);
    return view;
  }

  /** The view of a message that the live stream told. */
  apply(message: Message): MessageView {
    this.#pending.delete(message.id);
    const known = this.#views.get(message.id);
    const view = known ?? new MessageView(message);
    known?.apply(message);
    this.#keep(view, message);
    return view;
  }

  append(messageId: number, text: string, reasoning: string): void {
    if (!this.#views.has(messageId)) return;
    const pending = this.#pending.get(messageId) ?? { text: [], reasoning: [] };
    pending.text.push(text);
    pending.reasoning.push(reasoning);
    this.#pending.set(messageId, pending);
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  reading(messageId: number, prefill: Prefill): void {
    this.#views.get(messageId)?.reading(prefill);
  }

  /** Forgets finished messages of other chats: the store has them. */
  keepOnly(chatId: number | null): void {
    for (const [id, view] of this.#views) {
      if (view.chatId !== chatId && !this.#unfinished.has(id)) this.#views.delete(id);
    }
  }

  /** Forgets everything: after a lost connection the stream tells again what is in progress. */
  clear(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.#views.clear();
    this.#unfinished.clear();
    this.#pending.clear();
  }

  #keep(view: MessageView, { chatId, status }: Message): void {
    this.#views.set(view.id, view);
    if (isUnfinished(status)) this.#unfinished.set(view.id, { chatId, status });
    else this.#unfinished.delete(view.id);
  }

  #draw(): void {
    this.#frame = null;
    for (const [id, { text, reasoning }] of this.#pending) {
      this.#views.get(id)?.append(text.join(''), reasoning.join(''));
    }
    this.#pending.clear();
  }
}
