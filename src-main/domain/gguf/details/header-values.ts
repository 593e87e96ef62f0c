import type { HeaderArray, GgufHeader, GgufScalar, HeaderValue } from '../types.ts';

/** Longest text of the header that is shown in a line. */
const MAX_TEXT_LENGTH = 300;

/** Lenient access to what a header says beside what is checked: a value of another type counts as not there. */
export class HeaderValues {
  readonly #metadata: GgufHeader['metadata'];

  constructor(metadata: GgufHeader['metadata']) {
    this.#metadata = metadata;
  }

  value(key: string): HeaderValue | undefined {
    return this.#metadata.get(key);
  }

  text(key: string): string | null {
    const value = this.#metadata.get(key);
    if (typeof value !== 'string') return null;
    return value.slice(0, MAX_TEXT_LENGTH).trim() || null;
  }

  number(key: string): number | null {
    const value = this.#metadata.get(key);
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  }

  /** A whole number; of an array, its largest. */
  integer(key: string): number | null {
    const value = this.#metadata.get(key);
    const numbers = (Array.isArray(value) ? (value as readonly GgufScalar[]) : [value]).filter(
      (each): each is number => Number.isSafeInteger(each),
    );
    return numbers.length > 0 ? numbers.reduce((most, each) => Math.max(most, each)) : null;
  }

  flag(key: string): boolean | null {
    const value = this.#metadata.get(key);
    return typeof value === 'boolean' ? value : null;
  }

  texts(key: string): string[] {
    const value = this.#metadata.get(key);
    // More than a list holds are no texts that anybody reads.
    if (!Array.isArray(value)) return [];
    return (value as readonly GgufScalar[])
      .filter((each): each is string => typeof each === 'string')
      .map((each) => each.slice(0, MAX_TEXT_LENGTH));
  }

  /** Of an array, else null. */
  length(key: string): number | null {
    return this.array(key)?.length ?? null;
  }

  /** An array without a copy of it; null for anything else. */
  array(key: string): HeaderArray | null {
    const value = this.#metadata.get(key);
    return typeof value === 'object' ? value : null;
  }

  hasKeyLike(start: string): boolean {
    return [...this.#metadata.keys()].some((key) => key.startsWith(start));
  }
}
