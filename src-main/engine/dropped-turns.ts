import type { PromptMessage } from '../services/engine-host/protocol.ts';

/**
 * Remembers which of a chat's oldest messages were left out. Its next turns leave out the same ones for as long as the rest
 * fits: a prompt that begins elsewhere each time would have to be evaluated from the beginning each time.
 */
export class DroppedTurns {
  #texts: readonly string[] = [];

  /** How many of the oldest messages of this chat were left out last time; 0 for another chat. */
  of(messages: readonly PromptMessage[]): number {
    const texts = conversationOf(messages);
    const isSame =
      this.#texts.length < texts.length && this.#texts.every((text, index) => text === texts[index]);
    return isSame ? this.#texts.length : 0;
  }

  remember(messages: readonly PromptMessage[], dropped: number): void {
    this.#texts = conversationOf(messages).slice(0, dropped);
  }
}

function conversationOf(messages: readonly PromptMessage[]): string[] {
  return messages.flatMap(({ role, text }) => (role === 'system' ? [] : [text]));
}
