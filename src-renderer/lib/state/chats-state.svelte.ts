import type { ChatSummary } from '$contract/chats.contract.ts';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';
import { plainName } from '../format/visible-text.ts';
import type { Notices } from './notices.svelte.ts';

/** The list of chats, newest first. */
export class ChatsState {
  readonly #client: NibbleClient;
  readonly #notices: Notices;
  #list = $state.raw<readonly ChatSummary[]>([]);
  #loaded = $state(false);

  constructor(client: NibbleClient, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  get list(): readonly ChatSummary[] {
    return this.#list;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  titleOf(chatId: number): string | null {
    const chat = this.#list.find((each) => each.id === chatId);
    return chat ? plainName(chat.title) : null;
  }

  async load(): Promise<void> {
    this.#list = await this.#client.chats.list();
    this.#loaded = true;
  }

  put(chat: ChatSummary): void {
    const others = this.#list.filter((each) => each.id !== chat.id);
    const { id, title, createdAt, updatedAt } = chat;
    this.#list = [...others, { id, title, createdAt, updatedAt }].sort(newestFirst);
  }

  drop(chatId: number): void {
    this.#list = this.#list.filter((each) => each.id !== chatId);
  }

  async rename(chatId: number, title: string): Promise<void> {
    const before = this.#list.find((each) => each.id === chatId);
    const trimmed = title.trim();
    if (!before || trimmed === '' || trimmed === before.title) return;
    this.put({ ...before, title: trimmed });
    try {
      this.put(await this.#client.chats.rename({ chatId, title: trimmed }));
    } catch (error) {
      this.put(before);
      this.#notices.fail(toProblem(error));
    }
  }

  /** Takes the chat off the list at once and offers to bring it back. */
  async delete(chatId: number): Promise<void> {
    const chat = this.#list.find((each) => each.id === chatId);
    if (!chat) return;
    this.drop(chatId);
    try {
      await this.#client.chats.delete({ chatId });
      const title = plainName(chat.title) || 'Chat';
      this.#notices.say(`“${title}” deleted`, { label: 'Undo', run: () => void this.#restore(chatId) });
    } catch (error) {
      this.put(chat);
      this.#notices.fail(toProblem(error));
    }
  }

  async #restore(chatId: number): Promise<void> {
    try {
      this.put(await this.#client.chats.restore({ chatId }));
    } catch (error) {
      this.#notices.fail(toProblem(error));
    }
  }
}

function newestFirst(a: ChatSummary, b: ChatSummary): number {
  return b.updatedAt - a.updatedAt || b.id - a.id;
}
