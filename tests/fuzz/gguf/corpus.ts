/**
 * Damaged GGUF files, the same ones every time: cut at every boundary, absurd numbers in every field, flipped
 * bits, wrong but well-formed metadata, and the files known to have ended engines.
 */
import { textArchitectures } from '../../../src-main/domain/gguf/architectures.ts';
import type { GgufValue, GgufValueType } from '../../../src-main/domain/gguf/types.ts';
import type { MetadataEntry, TensorShape } from '../../../src-main/domain/gguf/writer.ts';
import { randomUint32 } from '../../helpers/gguf-blocks.ts';
import { ggufBytes } from '../../helpers/gguf-bytes.ts';
import { baseEntries, baseFile, baseTensors } from './base-file.ts';
import type { DamagedFile } from './damaged-file.ts';
import { fieldsOf, type Field } from './fields.ts';
import { knownKillers, llamaCalled } from './known-killers.ts';

const BIT_FLIPS = 300;

export function* damagedFiles(seed = 1): Generator<DamagedFile> {
  yield* knownKillers();
  yield* truncations();
  yield* absurdNumbers();
  yield* bitFlips(seed);
  yield* wrongAlignments();
  yield* wrongMetadata();
  yield* wrongTensors();
  yield* otherArchitectures();
  yield* otherTokenizers();
}

function* otherArchitectures(): Generator<DamagedFile> {
  for (const architecture of textArchitectures.filter((name) => name !== 'llama')) {
    yield { name: `a llama called ${architecture}`, bytes: llamaCalled(architecture) };
  }
}

const tokenizerModels = [
  'llama',
  'bert',
  't5',
  'rwkv',
  'plamo2',
  'none',
  'no_vocab',
  'gemma4',
  'test',
  'whitespace',
  'hybriddna',
];
const preTokenizers = [
  'default',
  'llama-bpe',
  'gpt-4o',
  'kimi-k2',
  'deepseek-llm',
  'falcon',
  'tekken',
  'gemma4',
  'nothing',
];

/** The vocabulary of one kind of tokenizer, said to be that of another. */
function* otherTokenizers(): Generator<DamagedFile> {
  const replaced = (key: string, value: string) =>
    baseEntries.map((entry) => (entry.key === key ? { ...entry, value } : entry));
  for (const model of tokenizerModels) {
    const entries = replaced('tokenizer.ggml.model', model);
    yield { name: `tokenizer ${model}`, bytes: ggufBytes(entries, baseTensors) };
    const bare = entries.filter(({ key }) => !/\.(?:scores|token_type|merges|\w+_token_id)$/.test(key));
    yield { name: `tokenizer ${model} with tokens alone`, bytes: ggufBytes(bare, baseTensors) };
  }
  for (const pre of preTokenizers) {
    yield {
      name: `pre-tokenizer ${pre}`,
      bytes: ggufBytes(replaced('tokenizer.ggml.pre', pre), baseTensors),
    };
  }
}

function* truncations(): Generator<DamagedFile> {
  const base = baseFile();
  for (const { kind, of, offset, length } of fieldsOf(base)) {
    yield { name: `cut before ${kind} of ${of} at ${offset}`, bytes: base.slice(0, offset) };
    if (length > 1)
      yield { name: `cut inside ${kind} of ${of} at ${offset}`, bytes: base.slice(0, offset + 1) };
  }
  const dataBytes = base.length - endOfHeader(base);
  for (let part = 0; part < 16; part++) {
    const end = base.length - Math.ceil((dataBytes * (part + 1)) / 16);
    yield { name: `cut to ${end} bytes`, bytes: base.slice(0, end) };
  }
  yield { name: 'cut by one byte', bytes: base.slice(0, -1) };
}

function endOfHeader(bytes: Uint8Array): number {
  const last = fieldsOf(bytes).at(-1);
  return last ? last.offset + last.length : 0;
}

const absurd = [
  0n,
  1n,
  5n,
  255n,
  2n ** 16n,
  2n ** 31n,
  2n ** 32n - 1n,
  3_000_000_000n,
  2n ** 40n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const numericKinds = new Set<Field['kind']>([
  'version',
  'count',
  'length',
  'type',
  'dimensions',
  'dimension',
  'offset',
]);

function* absurdNumbers(): Generator<DamagedFile> {
  const base = baseFile();
  for (const { kind, of, offset, length } of fieldsOf(base)) {
    if (!numericKinds.has(kind)) continue;
    for (const value of absurd) {
      if (value >= 2n ** BigInt(8 * length)) continue;
      const bytes = base.slice();
      const view = new DataView(bytes.buffer);
      if (length === 8) view.setBigUint64(offset, value, true);
      else view.setUint32(offset, Number(value), true);
      if (bytes.every((byte, index) => byte === base[index])) continue;
      yield { name: `${kind} of ${of} at ${offset} is ${value}`, bytes };
    }
  }
}

/** In the header, where every bit matters; one to eight of them. */
function* bitFlips(seed: number): Generator<DamagedFile> {
  const base = baseFile();
  const random = randomUint32(seed);
  const headerBits = endOfHeader(base) * 8;
  for (let file = 0; file < BIT_FLIPS; file++) {
    const bytes = base.slice();
    const bits = Array.from({ length: 1 + (random() % 8) }, () => random() % headerBits);
    for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield { name: `bits flipped, seed ${seed}, file ${file}: ${bits.join(', ')}`, bytes };
  }
}

/** Patched rather than written: the writer lays files out by it. */
function* wrongAlignments(): Generator<DamagedFile> {
  const base = baseFile();
  const field = fieldsOf(base).find(({ kind, of }) => kind === 'value' && of === 'general.alignment');
  if (!field) throw new Error('the base file has no alignment');
  for (const alignment of [0, 1, 4, 8, 24, 33, 64, 4096, 2 ** 17, 2 ** 31, 2 ** 32 - 1]) {
    const bytes = base.slice();
    new DataView(bytes.buffer).setUint32(field.offset, alignment, true);
    yield { name: `alignment of ${alignment}`, bytes };
  }
}

const wrongNumbers: Readonly<Record<string, readonly GgufValue[]>> = {
  u32: [0, 1, 2, 3, 5, 7, 64, 255, 513, 65_535, 2 ** 24 + 1, 2 ** 31, 2 ** 32 - 1],
  f32: [0, -1, 1e-45, 1e38, NaN, Infinity],
  bool: [true],
  str: ['', 'x', 'bert', '{{', '\u0000', 'é'.repeat(300)],
};

/** Well-formed files whose numbers make no sense together: one entry with another value, another type, or missing. */
function* wrongMetadata(): Generator<DamagedFile> {
  const file = (name: string, entries: readonly MetadataEntry[]) => ({
    name,
    bytes: ggufBytes(entries, baseTensors),
  });
  for (const [index, entry] of baseEntries.entries()) {
    yield file(`without ${entry.key}`, baseEntries.toSpliced(index, 1));
    if (entry.key === 'general.alignment') continue;
    for (const [number, { type, value }] of [...variants(entry)].entries()) {
      const shown = Array.isArray(value) ? `${value.length} elements` : String(value);
      const name = `${entry.key} is ${type} ${shown} (${number})`;
      yield file(name, baseEntries.with(index, { ...entry, type, value }));
    }
  }
  for (const entry of extraEntries) {
    yield file(`with ${entry.key} ${entry.type} ${String(entry.value)}`, [...baseEntries, entry]);
  }
}

function* variants({ type, value }: MetadataEntry): Generator<{ type: GgufValueType; value: GgufValue }> {
  for (const other of wrongNumbers[type] ?? []) yield { type, value: other };
  if (typeof value !== 'object') {
    yield { type: 'str', value: 'text' };
    yield { type: 'i32', value: -1 };
    yield { type: 'f64', value: 0.5 };
    yield { type: 'u32[]', value: [1] };
    yield { type: 'u32[]', value: [] };
    return;
  }
  yield { type, value: [] };
  yield { type, value: value.slice(1) };
  yield { type, value: value.slice(0, -1) };
  yield { type, value: [...value, ...value] };
  yield { type: 'u8[]', value: value.map(() => 1) };
  yield { type: 'f64[]', value: value.map(() => 1) };
  yield { type: 'bool[]', value: value.map(() => true) };
  yield { type: 'str[]', value: value.map(() => '') };
  yield { type: 'str[]', value: value.map((_, index) => `${index} ${index}`) };
  yield { type: 'i32[]', value: value.map((_, index) => -index) };
}

const llama = (name: string, value: number): MetadataEntry => ({ key: `llama.${name}`, type: 'u32', value });

const extraEntries: readonly MetadataEntry[] = [
  ...[1, 8, 1025, 2 ** 32 - 1].map((value) => llama('expert_count', value)),
  ...[1, 8].map((value) => llama('expert_used_count', value)),
  ...[1, 2].map((value) => llama('expert_group_count', value)),
  ...[1, 2, 2 ** 32 - 1].map((value) => llama('nextn_predict_layers', value)),
  ...[0, 1, 7, 2 ** 32 - 1].map((value) => llama('attention.sliding_window', value)),
  ...[0, 1, 7, 2 ** 32 - 1].map((value) => llama('vocab_size', value)),
  ...[0, 1, 2, 9].map((value) => llama('pooling_type', value)),
  ...[0, 1, 7].map((value) => llama('embedding_length_out', value)),
  ...[0, 1, 15].map((value) => llama('attention.key_length_swa', value)),
  { key: 'llama.attention.causal', type: 'bool', value: false },
  { key: 'llama.rope.scaling.factor', type: 'f32', value: 0 },
  { key: 'llama.rope.scaling.factor', type: 'f32', value: NaN },
  { key: 'llama.rope.scaling.original_context_length', type: 'u32', value: 0 },
  { key: 'llama.attention.max_alibi_bias', type: 'f32', value: 8 },
  { key: 'tokenizer.ggml.precompiled_charsmap', type: 'u8[]', value: [255, 255, 255, 255] },
  { key: 'tokenizer.ggml.suppress_tokens', type: 'i32[]', value: [-1, 2 ** 31 - 1] },
  { key: 'tokenizer.ggml.unknown_token_id', type: 'u32', value: 2 ** 32 - 1 },
  { key: 'split.count', type: 'u16', value: 2 },
  { key: 'split.count', type: 'u32', value: 2 },
  { key: 'general.quantization_version', type: 'u32', value: 2 ** 32 - 1 },
  { key: 'general.file_type', type: 'u32', value: 2 ** 32 - 1 },
  { key: 'general.type', type: 'str', value: 'adapter' },
];

/** Well-formed files with a tensor missing, renamed, of another shape or type. */
function* wrongTensors(): Generator<DamagedFile> {
  const file = (name: string, tensors: readonly TensorShape[]) => ({
    name,
    bytes: ggufBytes(baseEntries, tensors),
  });
  for (const [index, tensor] of baseTensors.entries()) {
    const { name, dimensions } = tensor;
    const [row = 0, rows = 1] = dimensions;
    yield file(`without tensor ${name}`, baseTensors.toSpliced(index, 1));
    for (const type of [0, 1, 2, 8, 9, 24, 25, 26, 27, 28, 39, 30]) {
      yield file(`tensor ${name} of type ${type}`, baseTensors.with(index, { ...tensor, type }));
    }
    const shapes = [
      [row, 3],
      [rows, row, 1],
      [row, rows, 2],
      [row, rows, 1, 1],
      [row * 2, rows],
      [row, rows + 1],
      [16],
    ];
    for (const other of shapes) {
      yield file(
        `tensor ${name} of shape ${other.join('×')}`,
        baseTensors.with(index, { ...tensor, dimensions: other }),
      );
    }
  }
  for (const name of [
    'output.weight',
    'output.bias',
    'rope_freqs.weight',
    'blk.0.attn_q.bias',
    'blk.7.attn_q.weight',
    'x',
  ]) {
    yield file(`with tensor ${name}`, [...baseTensors, { name, type: 0, dimensions: [32] }]);
    yield file(`with wide tensor ${name}`, [...baseTensors, { name, type: 1, dimensions: [32, 260] }]);
  }
}
