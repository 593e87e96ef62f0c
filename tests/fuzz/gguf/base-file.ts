import { ggmlTypeId } from '../../../src-main/domain/gguf/ggml-types.ts';
import type { MetadataEntry } from '../../../src-main/domain/gguf/writer.ts';
import { ggufBytes } from '../../helpers/gguf-bytes.ts';
import { tensorsOf, type ModelShape } from '../../helpers/gguf-shapes.ts';

/** The smallest model the engine runs: bytes as tokens, one layer. All weights are zero. */
const shape: ModelShape = {
  architecture: 'llama',
  layers: 1,
  embeddingLength: 32,
  heads: 2,
  headsKv: 1,
  headSize: 16,
  feedForward: 64,
  vocabulary: 260,
  context: 512,
  type: 'F16',
};

/** GPT-2's alphabet of bytes: the printable ones stand for themselves, the others follow from U+0100. */
function byteTokens(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(printable ? byte : next++);
  });
}

export const baseTokens = [...byteTokens(), 'he', 'll', '<|start|>', '<|end|>'];

export const baseEntries: readonly MetadataEntry[] = [
  { key: 'general.architecture', type: 'str', value: 'llama' },
  { key: 'general.alignment', type: 'u32', value: 32 },
  { key: 'llama.context_length', type: 'u32', value: shape.context },
  { key: 'llama.embedding_length', type: 'u32', value: shape.embeddingLength },
  { key: 'llama.block_count', type: 'u32', value: shape.layers },
  { key: 'llama.feed_forward_length', type: 'u32', value: shape.feedForward },
  { key: 'llama.attention.head_count', type: 'u32', value: shape.heads },
  { key: 'llama.attention.head_count_kv', type: 'u32', value: shape.headsKv },
  { key: 'llama.attention.key_length', type: 'u32', value: shape.headSize },
  { key: 'llama.attention.value_length', type: 'u32', value: shape.headSize },
  { key: 'llama.attention.layer_norm_rms_epsilon', type: 'f32', value: 1e-5 },
  { key: 'llama.rope.dimension_count', type: 'u32', value: shape.headSize },
  { key: 'llama.rope.freq_base', type: 'f32', value: 10_000 },
  { key: 'llama.rope.scaling.type', type: 'str', value: 'none' },
  { key: 'tokenizer.ggml.model', type: 'str', value: 'gpt2' },
  { key: 'tokenizer.ggml.pre', type: 'str', value: 'qwen2' },
  { key: 'tokenizer.ggml.tokens', type: 'str[]', value: baseTokens },
  { key: 'tokenizer.ggml.token_type', type: 'i32[]', value: baseTokens.map((_, id) => (id < 258 ? 1 : 3)) },
  { key: 'tokenizer.ggml.scores', type: 'f32[]', value: baseTokens.map(() => 0) },
  { key: 'tokenizer.ggml.merges', type: 'str[]', value: ['h e', 'l l'] },
  { key: 'tokenizer.ggml.bos_token_id', type: 'u32', value: 258 },
  { key: 'tokenizer.ggml.eos_token_id', type: 'u32', value: 259 },
  { key: 'tokenizer.ggml.add_bos_token', type: 'bool', value: false },
  {
    key: 'tokenizer.chat_template',
    type: 'str',
    value: '{% for m in messages %}{{ m.content }}{% endfor %}',
  },
];

export const baseTensors = tensorsOf(shape).map(({ name, dimensions, role }) => ({
  name,
  dimensions,
  type: ggmlTypeId(role === 'matrix' ? 'F16' : 'F32'),
}));

export const baseFile = () => ggufBytes(baseEntries, baseTensors);
