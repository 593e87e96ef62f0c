import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MetadataEntry } from '../../src-main/domain/gguf/writer.ts';
import { baseEntries, baseTensors, baseTokens } from '../fuzz/gguf/base-file.ts';
import { ggufBytes } from './gguf-bytes.ts';

/** A small model that the strict reader takes, of that name; a larger vocabulary is filled up with tokens of no meaning. */
export function modelBytes(
  name: string,
  more: readonly MetadataEntry[] = [],
  vocabulary: number = baseTokens.length,
): Uint8Array {
  const given = new Set(['general.name', ...more.map(({ key }) => key)]);
  const entries = baseEntries.filter(({ key }) => !given.has(key));
  const tensors = baseTensors.map((tensor) => ({
    ...tensor,
    dimensions: tensor.dimensions.map((size) => (size === baseTokens.length ? vocabulary : size)),
  }));
  const own: MetadataEntry = { key: 'general.name', type: 'str', value: name };
  return ggufBytes([...entries.map((entry) => filledUp(entry, vocabulary)), own, ...more], tensors);
}

function filledUp(entry: MetadataEntry, vocabulary: number): MetadataEntry {
  const missing = vocabulary - baseTokens.length;
  const fillers: Record<string, (index: number) => string | number> = {
    'tokenizer.ggml.tokens': (index) => `token number ${index}`,
    'tokenizer.ggml.token_type': () => 1,
    'tokenizer.ggml.scores': () => 0,
  };
  const filler = fillers[entry.key];
  if (filler === undefined || missing <= 0) return entry;
  const more = Array.from({ length: missing }, (_, index) => filler(index));
  return { ...entry, value: [...(entry.value as (string | number)[]), ...more] };
}

export async function writeModel(
  path: string,
  name: string,
  more: readonly MetadataEntry[] = [],
): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, modelBytes(name, more));
  return path;
}

/** Part `part` of `count` of a model. */
export async function writePart(path: string, part: number, count: number): Promise<string> {
  const numbers = { 'split.no': part - 1, 'split.count': count, 'split.tensors.count': baseTensors.length };
  const split = Object.entries(numbers).map(([key, value]): MetadataEntry => ({
    key,
    type: key === 'split.tensors.count' ? 'i32' : 'u16',
    value,
  }));
  const tensors = baseTensors.filter((_, index) => index % count === part - 1);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, ggufBytes(part === 1 ? [...baseEntries, ...split] : split, tensors));
  return path;
}
