import { PackedStrings } from '../../../domain/gguf/packed-strings.ts';
import type {
  HeaderArray,
  GgufHeader,
  GgufScalar,
  GgufScalarType,
  HeaderValue,
  GgufValueType,
} from '../../../domain/gguf/types.ts';

export interface VocabularyPlace {
  start: number;
  /** Exclusive. */
  end: number;
  /** Of its entries, in order. */
  keys: readonly string[];
}

/** Magic, version, number of tensors, number of entries. */
const FIRST_ENTRY = 4 + 4 + 8 + 8;
/** An array with fewer elements is not worth to be told apart from the small entries around it. */
const LONG_ARRAY = 1024;

const widths: Readonly<Record<Exclude<GgufScalarType, 'str'>, number>> = {
  ...{ u8: 1, i8: 1, bool: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, u64: 8, i64: 8, f64: 8 },
};

/**
 * Where the vocabulary lies in the file that `header` was read from: the entry of the tokens and the long arrays that
 * follow it without a gap (scores, types, merges). The strict reader keeps the order of the entries and accepts valid
 * UTF-8 only, so their places follow from their lengths. Null if there is none.
 */
export function vocabularyPlace({ metadata, types }: GgufHeader): VocabularyPlace | null {
  let offset = FIRST_ENTRY;
  let start: number | null = null;
  const keys: string[] = [];
  for (const [key, value] of metadata) {
    const isLong = typeof value === 'object' && value.length > LONG_ARRAY && key.startsWith('tokenizer.');
    if (start !== null && !isLong) break;
    if (key === 'tokenizer.ggml.tokens' && isLong) start = offset;
    if (start !== null) keys.push(key);
    offset += entryBytes(key, types.get(key), value);
  }
  return start === null ? null : { start, end: offset, keys };
}

function entryBytes(key: string, type: GgufValueType | undefined, value: HeaderValue): number {
  if (type === undefined) throw new RangeError(`${key} has no type`);
  const head = textBytes(key) + 4;
  const scalar = type.replace('[]', '') as GgufScalarType;
  if (typeof value !== 'object') return head + (scalar === 'str' ? textBytes(value) : widths[scalar]);
  return head + 4 + 8 + (scalar === 'str' ? textsBytes(value) : value.length * widths[scalar]);
}

function textsBytes(texts: HeaderArray): number {
  if (texts instanceof PackedStrings) return texts.sizeBytes;
  let bytes = 0;
  for (const text of texts) bytes += textBytes(text);
  return bytes;
}

const textBytes = (text: GgufScalar) => 8 + Buffer.byteLength(String(text));
