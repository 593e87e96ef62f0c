import type { HeaderCursor, Wants } from './header-cursor.ts';
import { ggufLimits } from './limits.ts';
import { LENGTH_BYTES, PackedStrings } from './packed-strings.ts';
import {
  GGUF_ARRAY_TYPE,
  ggufScalarTypes,
  LONGEST_LIST,
  type HeaderArray,
  type PackedNumbers,
  type GgufScalar,
  type GgufScalarType,
  type HeaderValue,
  type GgufValueType,
} from './types.ts';

interface FixedType {
  bytes: number;
  read: (view: DataView, offset: number) => GgufScalar;
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const narrow = (value: bigint) => (value > MAX_SAFE || value < -MAX_SAFE ? value : Number(value));

/** Bytes of each type that has a fixed width, and how to read one; a bool is checked by its caller. */
const fixedTypes: Readonly<Record<Exclude<GgufScalarType, 'str'>, FixedType>> = {
  u8: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  i8: { bytes: 1, read: (view, offset) => view.getInt8(offset) },
  u16: { bytes: 2, read: (view, offset) => view.getUint16(offset, true) },
  i16: { bytes: 2, read: (view, offset) => view.getInt16(offset, true) },
  u32: { bytes: 4, read: (view, offset) => view.getUint32(offset, true) },
  i32: { bytes: 4, read: (view, offset) => view.getInt32(offset, true) },
  f32: { bytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  bool: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  u64: { bytes: 8, read: (view, offset) => narrow(view.getBigUint64(offset, true)) },
  i64: { bytes: 8, read: (view, offset) => narrow(view.getBigInt64(offset, true)) },
  f64: { bytes: 8, read: (view, offset) => view.getFloat64(offset, true) },
};

export interface TypedValue {
  type: GgufValueType;
  value: HeaderValue;
}

/** The type and value that follow a key. */
export function* readValue(cursor: HeaderCursor, field: string, elementsLeft: number): Wants<TypedValue> {
  const typeNumber = yield* cursor.u32(`type of ${field}`);
  if (typeNumber !== GGUF_ARRAY_TYPE) {
    const type = scalarType(cursor, typeNumber, field);
    const value = yield* readScalar(cursor, type, field);
    return { type, value };
  }
  const elementType = scalarType(cursor, yield* cursor.u32(`element type of ${field}`), field);
  const length = yield* cursor.count(`number of elements of ${field}`, 0, ggufLimits.arrayElements);
  if (length > elementsLeft) {
    cursor.malformed(field, `all arrays together have more than ${ggufLimits.arrayElementsTotal} elements`);
  }
  const value =
    elementType === 'str'
      ? yield* readStrings(cursor, length, field)
      : yield* readNumbers(cursor, elementType, length, field);
  return { type: `${elementType}[]`, value };
}

function scalarType(cursor: HeaderCursor, typeNumber: number, field: string): GgufScalarType {
  if (typeNumber === GGUF_ARRAY_TYPE) cursor.malformed(field, 'an array of arrays is not allowed');
  return ggufScalarTypes[typeNumber] ?? cursor.malformed(field, `value type ${typeNumber} does not exist`);
}

function* readScalar(cursor: HeaderCursor, type: GgufScalarType, field: string): Wants<GgufScalar> {
  if (type === 'str') return yield* cursor.string(field, 0, ggufLimits.stringBytes);
  const [value] = yield* readFixed(cursor, type, 1, field);
  if (value === undefined) throw new Error('a read of one value returned none');
  return value;
}

function* readFixed(
  cursor: HeaderCursor,
  type: Exclude<GgufScalarType, 'str'>,
  length: number,
  field: string,
): Wants<GgufScalar[]> {
  const { bytes, read } = fixedTypes[type];
  cursor.mustHold(length * bytes, field);
  const values: GgufScalar[] = [];
  while (values.length < length) {
    yield* cursor.need(bytes, field);
    const run = Math.min(length - values.length, Math.floor(cursor.unreadBytes / bytes));
    const view = cursor.take(run * bytes);
    for (let index = 0; index < run; index++) values.push(read(view, index * bytes));
  }
  return type === 'bool' ? values.map((value) => toBoolean(cursor, value, field)) : values;
}

function* readNumbers(
  cursor: HeaderCursor,
  type: Exclude<GgufScalarType, 'str'>,
  length: number,
  field: string,
): Wants<HeaderArray> {
  const pack = packedTypes[type];
  if (pack === undefined || length <= LONGEST_LIST) return yield* readFixed(cursor, type, length, field);
  const bytes = new Uint8Array(length * fixedTypes[type].bytes);
  cursor.mustHold(bytes.length, field);
  for (let at = 0; at < bytes.length;) {
    yield* cursor.need(1, field);
    at += cursor.copyTo(bytes.subarray(at));
  }
  return pack(bytes.buffer);
}

/** Numbers that JavaScript's own packed arrays hold as they are in the file; 64-bit integers are narrowed, booleans checked. */
const packedTypes: Partial<Record<GgufScalarType, (bytes: ArrayBuffer) => PackedNumbers>> = {
  u8: (bytes) => new Uint8Array(bytes),
  i8: (bytes) => new Int8Array(bytes),
  u16: (bytes) => new Uint16Array(bytes),
  i16: (bytes) => new Int16Array(bytes),
  u32: (bytes) => new Uint32Array(bytes),
  i32: (bytes) => new Int32Array(bytes),
  f32: (bytes) => new Float32Array(bytes),
  f64: (bytes) => new Float64Array(bytes),
};

function toBoolean(cursor: HeaderCursor, value: GgufScalar, field: string): boolean {
  return value === 1 || (value === 0 ? false : cursor.malformed(field, `${value} is neither true nor false`));
}

function* readStrings(cursor: HeaderCursor, length: number, field: string): Wants<HeaderArray> {
  cursor.mustHold(length * LENGTH_BYTES, field);
  if (length <= LONGEST_LIST) {
    const list: string[] = [];
    while (list.length < length) list.push(yield* cursor.string(field, 0, ggufLimits.stringBytes));
    return list;
  }
  const packed = new PackedStrings(length);
  while (packed.length < length) {
    yield* cursor.wholeString(field, 0, ggufLimits.stringBytes);
    cursor.takeStrings(packed, field, ggufLimits.stringBytes);
  }
  return packed;
}
