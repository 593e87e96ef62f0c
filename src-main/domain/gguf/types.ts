import type { PackedStrings } from './packed-strings.ts';

/** Scalar types of metadata, in the order of their numbers in the file; 9 is the array. */
export const ggufScalarTypes = [
  'u8',
  'i8',
  'u16',
  'i16',
  'u32',
  'i32',
  'f32',
  'bool',
  'str',
  null,
  'u64',
  'i64',
  'f64',
] as const;
export const GGUF_ARRAY_TYPE = 9;
export type GgufScalarType = NonNullable<(typeof ggufScalarTypes)[number]>;
export type GgufValueType = GgufScalarType | `${GgufScalarType}[]`;

/** A metadata value. 64-bit integers are bigint only where they exceed 2^53 − 1. */
export type GgufScalar = number | bigint | boolean | string;
export type GgufValue = GgufScalar | readonly GgufScalar[];
/** As it comes from a file. Texts and numbers are packed where there are more than `LONGEST_LIST` of them. */
export type HeaderValue = GgufScalar | HeaderArray;
export type HeaderArray = readonly GgufScalar[] | PackedStrings | PackedNumbers;
export type PackedNumbers =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;
/** Longer arrays are vocabularies and merges: all other keys list a few names, or a number for each layer. */
export const LONGEST_LIST = 1024;

export interface GgufTensor {
  name: string;
  /** ggml type number; see `ggml-types.ts`. */
  type: number;
  /** Row length first, as in the file; 1 to 4 of them. */
  dimensions: readonly number[];
  /** From the start of the data section. */
  offsetBytes: number;
  sizeBytes: number;
}

/** A header that passed every check of the strict reader. */
export interface GgufHeader {
  version: 2 | 3;
  alignment: number;
  metadata: ReadonlyMap<string, HeaderValue>;
  /** The type each value of `metadata` has in the file: the engine reads some arrays without looking. */
  types: ReadonlyMap<string, GgufValueType>;
  tensors: readonly GgufTensor[];
  /** Where tensor data begins in the file. */
  dataOffsetBytes: number;
  fileSizeBytes: number;
}

/** Random access to bytes, local or over HTTP. */
export interface ByteSource {
  /** What a person calls it in messages: a path or an address. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Exactly `length` bytes or an error; a short read never passes silently. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** What the rest of Nibble wants to know of a model, taken from a checked header. */
export interface ModelSummary {
  name: string;
  architecture: string;
  /** `Q4_K_M`, … from the file name, else from `general.file_type`; null when neither tells. */
  level: string | null;
  parameters: number;
  /** Bytes of all tensors × 8 / parameters. */
  bitsPerWeight: number;
  weightsBytes: number;
  trainedContext: number;
  layers: number;
  embeddingLength: number;
  /** Per layer; a single number in the file is repeated. */
  headsKv: readonly number[];
  headSizeK: number;
  headSizeV: number;
  vocabularySize: number;
  chatTemplate: string | null;
}
