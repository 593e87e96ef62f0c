import { layOutGguf } from '../../../src-main/domain/gguf/writer.ts';
import { ggufBytes } from '../../helpers/gguf-bytes.ts';
import type { GgufValue, GgufValueType } from '../../../src-main/domain/gguf/types.ts';
import { baseEntries, baseTensors } from './base-file.ts';
import type { DamagedFile } from './damaged-file.ts';
import { fieldsOf, type Field } from './fields.ts';

/** Files that ended or hung the engine library before it was guarded, by what they have. */
export function* knownKillers(): Generator<DamagedFile> {
  yield { name: '200 bytes with a key of 3,000,000,000', bytes: longKey() };
  // llama.cpp #24884
  yield {
    name: 'an empty key',
    bytes: ggufBytes([...baseEntries, { key: '', type: 'u32', value: 1 }], baseTensors),
  };
  // llama-model-loader.cpp: t_meta.ne[dim] >= 1
  yield { name: 'a dimension of 0', bytes: patched('dimension', 0) };
  // The binding's own reader loops over this many.
  yield { name: '4,294,967,295 dimensions', bytes: patched('dimensions', 2 ** 32 - 1) };
  // llama-vocab.cpp: id_to_token.size() == token_to_id.size()
  yield {
    name: 'two tokens with the same text',
    bytes: withTokens((tokens) => tokens.with(1, tokens[0] ?? '')),
  };
  // llama-model.cpp: rope_scaling_type_train, n_layer_all, n_expert
  yield { name: 'a rope scaling that does not exist', bytes: withEntry('llama.rope.scaling.type', 'x') };
  yield { name: '513 layers', bytes: withEntry('llama.block_count', 513) };
  yield { name: '0 layers', bytes: withEntry('llama.block_count', 0) };
  yield { name: '1,025 experts', bytes: withExtra('llama.expert_count', 'u32', 1025) };
  yield { name: 'experts of which none is used', bytes: withExtra('llama.expert_count', 'u32', 8) };
  // llama-model-loader.cpp: t_meta.ne[dim] >= 1, by way of the memory simulation
  yield { name: 'no feed-forward length', bytes: withEntry('llama.feed_forward_length', 0) };
  yield { name: 'no KV heads', bytes: withEntry('llama.attention.head_count_kv', 0) };
  // ggml-cpu/ops.cpp: eps >= 0.0f
  yield { name: 'a negative epsilon', bytes: withEntry('llama.attention.layer_norm_rms_epsilon', -1) };
  yield {
    name: 'an epsilon that is no number',
    bytes: withEntry('llama.attention.layer_norm_rms_epsilon', NaN),
  };
  // gguf.cpp: type_to_gguf_type<T>::value == type
  yield { name: 'a split count of the wrong type', bytes: withExtra('split.count', 'u32', 2) };
  // ggml-backend.cpp: buffer pointer must be aligned
  yield { name: 'data aligned to 8 bytes', bytes: aligned8() };
  // Of one architecture each: n_expert > 0, sections[0] > 0
  yield { name: 'a mixture without experts', bytes: llamaCalled('smallthinker') };
  yield { name: 'a rotary embedding without sections', bytes: llamaCalled('paddleocr') };
  // llama-vocab.cpp, on the first text or while loading: a byte without a token
  yield {
    name: 'a SentencePiece vocabulary without bytes',
    bytes: withEntry('tokenizer.ggml.model', 'llama'),
  };
  yield { name: 'an RWKV vocabulary without a new line', bytes: withEntry('tokenizer.ggml.model', 'rwkv') };
  yield { name: 'no tokenizer', bytes: withEntry('tokenizer.ggml.model', 'none') };
  // Segmentation faults and aborts in ggml-cpu, on the first token
  yield { name: 'an embedding of whole numbers', bytes: withType('token_embd.weight', 26) };
  yield { name: 'weights in a type for intermediate results', bytes: withType('blk.0.attn_q.weight', 9) };
  yield { name: 'a norm in 16 bits', bytes: withType('output_norm.weight', 1) };
}

function longKey(): Uint8Array {
  const bytes = new Uint8Array(200);
  bytes.set(ggufBytes([]).subarray(0, 24));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(16, 1n, true);
  view.setBigUint64(24, 3_000_000_000n, true);
  return bytes;
}

function patched(kind: Field['kind'], value: number): Uint8Array {
  const bytes = ggufBytes(baseEntries, baseTensors);
  const field = fieldsOf(bytes).find((candidate) => candidate.kind === kind);
  if (!field) throw new Error(`the base file has no ${kind}`);
  new DataView(bytes.buffer).setUint32(field.offset, value, true);
  return bytes;
}

function withEntry(key: string, value: GgufValue): Uint8Array {
  return ggufBytes(
    baseEntries.map((entry) => (entry.key === key ? { ...entry, value } : entry)),
    baseTensors,
  );
}

/** The keys and tensors of a small Llama under another name: the engine then asks for what is not there. */
export function llamaCalled(architecture: string): Uint8Array {
  const entries = baseEntries.map(({ key, type, value }) =>
    key === 'general.architecture'
      ? { key, type, value: architecture }
      : { key: key.replace(/^llama\./, `${architecture}.`), type, value },
  );
  return ggufBytes(entries, baseTensors);
}

function withExtra(key: string, type: GgufValueType, value: GgufValue): Uint8Array {
  return ggufBytes([...baseEntries, { key, type, value }], baseTensors);
}

function withType(name: string, type: number): Uint8Array {
  return ggufBytes(
    baseEntries,
    baseTensors.map((tensor) => (tensor.name === name ? { ...tensor, type } : tensor)),
  );
}

/** With a key as long as it takes for the data to begin 8 bytes behind a multiple of 32. */
function aligned8(): Uint8Array {
  const aligned = baseEntries.map((entry) =>
    entry.key === 'general.alignment' ? { ...entry, value: 8 } : entry,
  );
  for (let length = 1; length <= 32; length++) {
    const entries = [...aligned, { key: 'k'.repeat(length), type: 'u8' as const, value: 0 }];
    const { headerBytes } = layOutGguf(entries, baseTensors);
    if (headerBytes.length % 32 === 8) return ggufBytes(entries, baseTensors);
  }
  throw new Error('no length of a key moves the data');
}

function withTokens(change: (tokens: string[]) => string[]): Uint8Array {
  const tokens = baseEntries.find(({ key }) => key === 'tokenizer.ggml.tokens')?.value as string[];
  return withEntry('tokenizer.ggml.tokens', change([...tokens]));
}
