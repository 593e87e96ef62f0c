import { malformed } from './malformed.ts';
import type { PackedStrings } from './packed-strings.ts';
import type { GgufHeader, GgufScalar, GgufValueType } from './types.ts';

/** Typed, bounded access to the metadata of one model; what is out of bounds refuses the file. */
export class ModelFacts {
  readonly header: GgufHeader;
  readonly path: string;

  constructor(header: GgufHeader, path: string) {
    this.header = header;
    this.path = path;
  }

  malformed(field: string, reason: string): never {
    throw malformed(this.path, field, reason);
  }

  string(key: string): string | undefined {
    const value = this.header.metadata.get(key);
    if (value === undefined || typeof value === 'string') return value;
    this.malformed(key, 'it has to be a text');
  }

  optionalInteger(key: string, min: number, max: number): number | undefined {
    const value = this.header.metadata.get(key);
    return value === undefined ? undefined : this.#inRange(key, value, min, max);
  }

  integer(key: string, min: number, max: number): number {
    return this.optionalInteger(key, min, max) ?? this.malformed(key, 'it is missing');
  }

  /** One number for every layer, which the file may give once for all of them. */
  perLayer(key: string, layers: number, min: number, max: number): number[] | undefined {
    const value = this.header.metadata.get(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'object') return Array<number>(layers).fill(this.#inRange(key, value, min, max));
    if (value.length !== layers) {
      this.malformed(key, `it has ${value.length} numbers for ${layers} layers`);
    }
    return Array.from<GgufScalar, number>(value, (element) => this.#inRange(key, element, min, max));
  }

  strings(key: string): readonly string[] | PackedStrings | undefined {
    const value = this.header.metadata.get(key);
    if (value === undefined) return undefined;
    this.mustBe(key, 'str[]');
    return value as readonly string[] | PackedStrings;
  }

  /** Refuses the file if `key` is there with a type that is not one of `types`. */
  mustBe(key: string, ...types: GgufValueType[]): void {
    const type = this.header.types.get(key);
    if (type !== undefined && !types.includes(type)) {
      this.malformed(key, `its type is ${type}; it has to be ${types.join(' or ')}`);
    }
  }

  #inRange(key: string, value: unknown, min: number, max: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    if (typeof value === 'number' || typeof value === 'bigint') {
      this.malformed(key, `${value} is not a whole number between ${min} and ${max}`);
    }
    this.malformed(key, 'it has to be a number');
  }
}
