import type { ByteSource } from '../../src-main/domain/gguf/types.ts';
import { layOutGguf, type MetadataEntry, type TensorShape } from '../../src-main/domain/gguf/writer.ts';

/** A whole file in memory, all weights zero. */
export function ggufBytes(
  entries: readonly MetadataEntry[],
  tensors: readonly TensorShape[] = [],
  version: 2 | 3 = 3,
): Uint8Array<ArrayBuffer> {
  const layout = layOutGguf(entries, tensors, version);
  const bytes = new Uint8Array(layout.fileSizeBytes);
  bytes.set(layout.headerBytes);
  return bytes;
}

/** Bytes in memory as a file, which may be said to be larger than they are. */
export class MemorySource implements ByteSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly #bytes: Uint8Array;
  /** What was asked for, in order. */
  readonly reads: { offset: number; length: number }[] = [];

  constructor(bytes: Uint8Array, name = 'memory.gguf', sizeBytes = bytes.length) {
    this.#bytes = bytes;
    this.name = name;
    this.sizeBytes = sizeBytes;
  }

  /** Zeros where the file is larger than its bytes. */
  read(offset: number, length: number): Promise<Uint8Array> {
    this.reads.push({ offset, length });
    const bytes = new Uint8Array(length);
    bytes.set(this.#bytes.subarray(offset, offset + length));
    return Promise.resolve(bytes);
  }
}
