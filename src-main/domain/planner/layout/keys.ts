import { LONGEST_LIST, type GgufHeader, type GgufScalar, type HeaderArray } from '../../gguf/types.ts';

/** Thrown inside the layout reader alone; `layoutOf` turns it into an answer. */
export class LayoutField extends Error {
  readonly field: string;

  constructor(field: string) {
    super(`${field} is missing or makes no sense`);
    this.field = field;
  }
}

const MAX_VALUE = 2 ** 32 - 1;
/** `LLAMA_MAX_LAYERS` */
const MAX_LAYERS = 512;

/** The metadata of one architecture as whole numbers. */
export class Keys {
  readonly architecture: string;
  /** With those that are not loaded. */
  readonly layers: number;
  readonly #metadata: GgufHeader['metadata'];

  constructor(header: GgufHeader, architecture: string) {
    this.#metadata = header.metadata;
    this.architecture = architecture;
    this.layers = this.integer('block_count');
    if (this.layers < 1 || this.layers > MAX_LAYERS) throw this.bad('block_count');
  }

  bad(name: string): LayoutField {
    return new LayoutField(`${this.architecture}.${name}`);
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  integer(name: string): number;
  integer<T>(name: string, absent: T): number | T;
  integer(name: string, ...absent: unknown[]): unknown {
    const value = this.#value(name);
    if (value === undefined && absent.length > 0) return absent[0];
    return this.#whole(name, typeof value === 'object' ? value.at(0) : value);
  }

  /** One number for every layer; the file may give one for all. */
  perLayer(name: string, absent?: number): number[] {
    const value = this.#value(name);
    if (value === undefined && absent === undefined) throw this.bad(name);
    if (typeof value !== 'object') {
      return Array<number>(this.layers).fill(value === undefined ? (absent ?? 0) : this.#whole(name, value));
    }
    return this.#array(name, value).map((element) => this.#whole(name, element));
  }

  /** Truth for every layer, or undefined if the file gives none. */
  flags(name: string): boolean[] | undefined {
    const value = this.#value(name);
    return typeof value === 'object' ? this.#array(name, value).map(Boolean) : undefined;
  }

  #array(name: string, values: HeaderArray): readonly GgufScalar[] {
    // So many that they were packed are no numbers of layers.
    if (values.length < this.layers || values.length > LONGEST_LIST) throw this.bad(name);
    return [...values].slice(0, this.layers);
  }

  #whole(name: string, value: unknown): number {
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= MAX_VALUE)
      return number;
    throw this.bad(name);
  }

  #value(name: string) {
    return this.#metadata.get(`${this.architecture}.${name}`);
  }
}
