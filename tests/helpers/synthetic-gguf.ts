/**
 * Makes GGUF files that really load: a shape of any size with random weights, and the built-in model's tokenizer.
 * What such a model says is noise; how much memory and time it takes is that of the real one.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ggmlTypeId } from '../../src-main/domain/gguf/ggml-types.ts';
import { readGgufHeader } from '../../src-main/domain/gguf/read-header.ts';
import type { GgufTensor } from '../../src-main/domain/gguf/types.ts';
import { layOutGguf, type MetadataEntry } from '../../src-main/domain/gguf/writer.ts';
import { FileSource } from '../../src-main/services/library/file-source.ts';
import { randomBlocks } from './gguf-blocks.ts';
import { tensorsOf, type ModelShape, type ShapedTensor } from './gguf-shapes.ts';

export { oneBillionShape, tinyShape, tinyWideShape, type ModelShape } from './gguf-shapes.ts';

export const builtInModelPath = join(import.meta.dirname, '../../resources/models/nibble-tiny-f16.gguf');

export interface SyntheticOptions {
  /** `synthetic-<type>.gguf` unless given. */
  fileName?: string;
  seed?: number;
  version?: 2 | 3;
  /** Type of a matrix by its name, for levels that mix several; the shape's unless given. */
  typeOf?: (tensorName: string) => string;
}

/** Writes a model of the given shape into `folder` and returns its path. */
export async function writeSyntheticGguf(
  folder: string,
  shape: ModelShape,
  options: SyntheticOptions = {},
): Promise<string> {
  const { fileName = `synthetic-${shape.type}.gguf`, seed = 1, version = 3 } = options;
  const typeOf = ({ name, role }: ShapedTensor) =>
    role === 'matrix' ? (options.typeOf?.(name) ?? shape.type) : 'F32';
  const path = join(folder, fileName);
  const shaped = tensorsOf(shape);
  const layout = layOutGguf(
    await syntheticMetadata(shape),
    shaped.map((tensor) => ({ ...tensor, type: ggmlTypeId(typeOf(tensor)) })),
    version,
  );
  await using file = await open(path, 'w');
  await file.write(layout.headerBytes, 0, layout.headerBytes.length, 0);
  const pools = new WeightPools(seed);
  for (const [index, tensor] of layout.tensors.entries()) {
    const known = shaped[index];
    if (known)
      await writeTensor(file, layout.headerBytes.length, tensor, pools.of(known.role, typeOf(known)));
  }
  await file.truncate(layout.fileSizeBytes);
  return path;
}

/** Everything before the tensors; `general.file_type` is left out, since the level is in the name. */
export async function syntheticMetadata(shape: ModelShape): Promise<MetadataEntry[]> {
  const { architecture } = shape;
  const u32 = (key: string, value: number): MetadataEntry => ({
    key: `${architecture}.${key}`,
    type: 'u32',
    value,
  });
  return [
    { key: 'general.architecture', type: 'str', value: architecture },
    { key: 'general.name', type: 'str', value: `Synthetic ${architecture}` },
    u32('context_length', shape.context),
    u32('embedding_length', shape.embeddingLength),
    u32('block_count', shape.layers),
    u32('feed_forward_length', shape.feedForward),
    u32('attention.head_count', shape.heads),
    u32('attention.head_count_kv', shape.headsKv),
    u32('attention.key_length', shape.headSize),
    u32('attention.value_length', shape.headSize),
    u32('rope.dimension_count', shape.headSize),
    { key: `${architecture}.attention.layer_norm_rms_epsilon`, type: 'f32', value: 1e-5 },
    { key: `${architecture}.rope.freq_base`, type: 'f32', value: 500_000 },
    ...(await tokenizerEntries(shape)),
  ];
}

/** The built-in model's tokenizer, padded to the shape's vocabulary with tokens that are never chosen by text. */
export async function tokenizerEntries(
  shape: Pick<ModelShape, 'vocabulary' | 'chatTemplate'>,
): Promise<MetadataEntry[]> {
  const { size } = await stat(builtInModelPath);
  await using source = await FileSource.open(builtInModelPath, size);
  const { metadata, types } = await readGgufHeader(source);
  const entries: MetadataEntry[] = [];
  for (const [key, value] of metadata) {
    const type = types.get(key);
    if (!type || !key.startsWith('tokenizer.')) continue;
    if (key === 'tokenizer.ggml.tokens') {
      entries.push({
        key,
        type,
        value: pad([...(value as Iterable<string>)], shape.vocabulary, (id) => `<|unused_${id}|>`),
      });
    } else if (key === 'tokenizer.ggml.token_type') {
      entries.push({
        key,
        type,
        value: pad([...(value as Iterable<number>)], shape.vocabulary, () => TOKEN_TYPE_UNUSED),
      });
    } else if (key === 'tokenizer.chat_template') {
      entries.push({ key, type, value: shape.chatTemplate ?? (value as string) });
    } else {
      entries.push({ key, type, value: typeof value === 'object' ? [...value] : value });
    }
  }
  return entries;
}

/** `LLAMA_TOKEN_TYPE_UNUSED` */
const TOKEN_TYPE_UNUSED = 5;

function pad<T>(values: readonly T[], length: number, make: (index: number) => T): T[] {
  if (values.length > length) throw new RangeError(`a vocabulary needs at least ${values.length} tokens`);
  return Array.from({ length }, (_, index) => values[index] ?? make(index));
}

class WeightPools {
  readonly #seed: number;
  readonly #norm = new Uint8Array(new Float32Array(256 * 1024).fill(1).buffer);
  readonly #random = new Map<string, Uint8Array>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  of(role: ShapedTensor['role'], type: string): Uint8Array {
    if (role === 'norm') return this.#norm;
    const known = this.#random.get(type);
    const pool = known ?? randomBlocks(type, role === 'bias' ? this.#seed + 1 : this.#seed);
    this.#random.set(type, pool);
    return pool;
  }
}

async function writeTensor(
  file: FileHandle,
  dataOffset: number,
  tensor: GgufTensor,
  pool: Uint8Array,
): Promise<void> {
  for (let written = 0; written < tensor.sizeBytes; written += pool.length) {
    const length = Math.min(pool.length, tensor.sizeBytes - written);
    await file.write(pool, 0, length, dataOffset + tensor.offsetBytes + written);
  }
}
