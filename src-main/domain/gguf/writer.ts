import { ggmlTypes, tensorBytes } from './ggml-types.ts';
import { ggufLimits } from './limits.ts';
import {
  GGUF_ARRAY_TYPE,
  ggufScalarTypes,
  type GgufScalar,
  type GgufScalarType,
  type GgufTensor,
  type GgufValue,
  type GgufValueType,
} from './types.ts';
import { encodeUtf8 } from './utf8.ts';

export interface MetadataEntry {
  key: string;
  type: GgufValueType;
  value: GgufValue;
}

export type TensorShape = Pick<GgufTensor, 'name' | 'type' | 'dimensions'>;

export interface GgufLayout {
  /** Everything before the data section, padding included. */
  headerBytes: Uint8Array<ArrayBuffer>;
  /** In the order given. Their data follow the header, each padded to the alignment. */
  tensors: GgufTensor[];
  alignment: number;
  fileSizeBytes: number;
}

const padded = (bytes: number, alignment: number) => Math.ceil(bytes / alignment) * alignment;

/**
 * Lays a GGUF file out and writes its header; the caller writes the data, which may be larger than memory. The
 * alignment is that of `general.alignment` among the entries. It writes what it is told: checking is the reader's.
 */
export function layOutGguf(
  entries: readonly MetadataEntry[],
  shapes: readonly TensorShape[],
  version: 2 | 3 = 3,
): GgufLayout {
  const alignment = alignmentOf(entries);
  let dataBytes = 0;
  const tensors = shapes.map((shape) => {
    const type = ggmlTypes.get(shape.type);
    if (!type) throw new RangeError(`there is no ggml type ${shape.type}`);
    const tensor = { ...shape, offsetBytes: dataBytes, sizeBytes: tensorBytes(type, shape.dimensions) };
    dataBytes = padded(dataBytes + tensor.sizeBytes, alignment);
    return tensor;
  });

  const out = new ByteWriter();
  out.bytes(encodeUtf8('GGUF'));
  out.scalar('u32', version);
  out.scalar('u64', tensors.length);
  out.scalar('u64', entries.length);
  for (const entry of entries) writeEntry(out, entry);
  for (const tensor of tensors) writeTensor(out, tensor);
  out.padTo(alignment);
  const headerBytes = out.finish();
  return { headerBytes, tensors, alignment, fileSizeBytes: headerBytes.length + dataBytes };
}

function alignmentOf(entries: readonly MetadataEntry[]): number {
  const value = entries.find(({ key }) => key === 'general.alignment')?.value ?? ggufLimits.alignmentDefault;
  if (typeof value !== 'number' || !Number.isInteger(Math.log2(value))) {
    throw new RangeError(`cannot align to ${String(value)} bytes`);
  }
  return value;
}

function writeEntry(out: ByteWriter, { key, type, value }: MetadataEntry): void {
  out.scalar('str', key);
  const scalarType = type.replace('[]', '') as GgufScalarType;
  const typeNumber = ggufScalarTypes.indexOf(scalarType);
  if (typeof value !== 'object') {
    out.scalar('u32', typeNumber);
    out.scalar(scalarType, value);
    return;
  }
  out.scalar('u32', GGUF_ARRAY_TYPE);
  out.scalar('u32', typeNumber);
  out.scalar('u64', value.length);
  for (const element of value) out.scalar(scalarType, element);
}

function writeTensor(out: ByteWriter, { name, dimensions, type, offsetBytes }: GgufTensor): void {
  out.scalar('str', name);
  out.scalar('u32', dimensions.length);
  for (const dimension of dimensions) out.scalar('u64', dimension);
  out.scalar('u32', type);
  out.scalar('u64', offsetBytes);
}

/** Bytes that grow at the end. */
class ByteWriter {
  #bytes = new Uint8Array(64 * 1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Makes room for `count` bytes and returns where they go. */
  #grow(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return start;
  }

  bytes(bytes: Uint8Array): void {
    const start = this.#grow(bytes.length);
    this.#bytes.set(bytes, start);
  }

  padTo(alignment: number): void {
    this.#grow(padded(this.#length, alignment) - this.#length);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  scalar(type: GgufScalarType, value: GgufScalar): void {
    if (type === 'str') {
      const bytes = encodeUtf8(String(value));
      this.scalar('u64', bytes.length);
      this.bytes(bytes);
      return;
    }
    const { bytes, write } = fixedTypes[type];
    const start = this.#grow(bytes);
    write(this.#view, start, value);
  }
}

interface FixedType {
  bytes: number;
  write: (view: DataView, offset: number, value: GgufScalar) => void;
}

const fixedTypes: Readonly<Record<Exclude<GgufScalarType, 'str'>, FixedType>> = {
  u8: { bytes: 1, write: (view, offset, value) => view.setUint8(offset, Number(value)) },
  i8: { bytes: 1, write: (view, offset, value) => view.setInt8(offset, Number(value)) },
  u16: { bytes: 2, write: (view, offset, value) => view.setUint16(offset, Number(value), true) },
  i16: { bytes: 2, write: (view, offset, value) => view.setInt16(offset, Number(value), true) },
  u32: { bytes: 4, write: (view, offset, value) => view.setUint32(offset, Number(value), true) },
  i32: { bytes: 4, write: (view, offset, value) => view.setInt32(offset, Number(value), true) },
  f32: { bytes: 4, write: (view, offset, value) => view.setFloat32(offset, Number(value), true) },
  bool: { bytes: 1, write: (view, offset, value) => view.setUint8(offset, value ? 1 : 0) },
  u64: { bytes: 8, write: (view, offset, value) => view.setBigUint64(offset, BigInt(value), true) },
  i64: { bytes: 8, write: (view, offset, value) => view.setBigInt64(offset, BigInt(value), true) },
  f64: { bytes: 8, write: (view, offset, value) => view.setFloat64(offset, Number(value), true) },
};
