import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { ggmlTypeId, ggmlTypes } from '../../src-main/domain/gguf/ggml-types.ts';
import type { GgufHeader } from '../../src-main/domain/gguf/types.ts';
import { layOutGguf, type MetadataEntry } from '../../src-main/domain/gguf/writer.ts';
import type { RealModel, RealTensor, RealValue } from './real-models.ts';
import { tokenizerEntries } from './synthetic-gguf.ts';

/** The ggml type of the matrices, or of each by its name. */
export type MatrixTypes = string | ((name: string) => string);

/** The header of `model` with matrices of `type`, and without a tokenizer. */
export function realHeader(model: RealModel, type: MatrixTypes): GgufHeader {
  const entries = metadataOf(model);
  const layout = layOutGguf(entries, shapesOf(model, type));
  return {
    version: 3,
    alignment: layout.alignment,
    metadata: new Map(entries.map(({ key, value }) => [key, value])),
    types: new Map(entries.map(({ key, type: valueType }) => [key, valueType])),
    tensors: layout.tensors,
    dataOffsetBytes: layout.headerBytes.length,
    fileSizeBytes: layout.fileSizeBytes,
  };
}

/**
 * Writes the header of `model` with the built-in tokenizer into `folder` and makes the file as long as the weights would:
 * it costs no disk, and llama.cpp's simulation takes it. Returns its path.
 */
export async function writeSparseGguf(folder: string, model: RealModel, type: string): Promise<string> {
  const entries = [...metadataOf(model), ...(await tokenizerEntries({ vocabulary: model.vocabulary }))];
  const { headerBytes, fileSizeBytes } = layOutGguf(entries, shapesOf(model, type));
  const path = join(folder, `${model.name}-${type}.gguf`);
  await using file = await open(path, 'w');
  await file.write(headerBytes, 0, headerBytes.length, 0);
  await file.truncate(fileSizeBytes);
  return path;
}

function shapesOf(model: RealModel, type: MatrixTypes) {
  return model.tensors.map(({ name, dimensions, role }) => {
    const wanted = typeof type === 'string' ? type : type(name);
    return {
      name,
      dimensions,
      type: ggmlTypeId(role === 'small' ? 'F32' : typeThatFits(dimensions, wanted)),
    };
  });
}

/** Rows that are no whole number of blocks fall back to F16. */
function typeThatFits(dimensions: RealTensor['dimensions'], type: string): string {
  const { blockElements = 1 } = ggmlTypes.get(ggmlTypeId(type)) ?? {};
  return (dimensions[0] ?? 0) % blockElements === 0 ? type : 'F16';
}

function metadataOf({ architecture, name, keys }: RealModel): MetadataEntry[] {
  return [
    { key: 'general.architecture', type: 'str', value: architecture },
    { key: 'general.name', type: 'str', value: name },
    ...Object.entries(keys).map(([key, value]) => ({ key: `${architecture}.${key}`, ...typed(value) })),
  ];
}

function typed(value: RealValue): Pick<MetadataEntry, 'type' | 'value'> {
  if (typeof value === 'number') return { type: 'u32', value };
  if (Array.isArray(value)) {
    return typeof value[0] === 'boolean' ? { type: 'bool[]', value } : { type: 'i32[]', value };
  }
  return 'f32' in value ? { type: 'f32', value: value.f32 } : value;
}
