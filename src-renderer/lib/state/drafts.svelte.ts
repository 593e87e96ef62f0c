import { SvelteMap } from 'svelte/reactivity';

const STORAGE_KEY = 'nibble.drafts';
/** Storage of a page is small; a longer draft lives as long as the window. */
const LONGEST_STORED = 100_000;

/** What was typed and not sent, per chat; `null` is the new chat. Survives a reload of the window. */
export class Drafts {
  readonly #texts = new SvelteMap<number | null, string>(restore());

  get(chatId: number | null): string {
    return this.#texts.get(chatId) ?? '';
  }

  set(chatId: number | null, text: string): void {
    if (text === '') this.#texts.delete(chatId);
    else this.#texts.set(chatId, text);
    const short = [...this.#texts].filter(([, each]) => each.length <= LONGEST_STORED);
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(short));
  }
}

function restore(): [number | null, string][] {
  const stored: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]');
  return Array.isArray(stored) ? (stored as [number | null, string][]) : [];
}
