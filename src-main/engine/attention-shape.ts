import type { LlamaModel } from 'node-llama-cpp';
import type { AttentionShape } from './possible-settings.ts';

type Metadata = Readonly<Record<string, unknown>>;

/** Reads the head sizes as llama.cpp does; the file has passed the strict reader, so what is there is a number or a list of them. */
export function attentionShape({ fileInfo, flashAttentionSupported }: LlamaModel): AttentionShape {
  const { embedding_length: embedding, attention } = fileInfo.architectureMetadata as {
    embedding_length?: number;
    attention?: Metadata;
  };
  return {
    headSizesK: headSizes(attention, 'key_length', embedding),
    headSizesV: headSizes(attention, 'value_length', embedding),
    supportsFlashAttention: flashAttentionSupported,
    hasOneCache: typeof attention?.['key_length_mla'] === 'number',
  };
}

function headSizes(attention: Metadata = {}, key: string, embedding: number | undefined): number[] {
  const heads = Math.max(...[attention['head_count'] ?? 0].flat().map(Number), 0);
  if (heads === 0) return [];
  const usual = embedding === undefined ? undefined : Math.floor(embedding / heads);
  const sizes = [attention[key] ?? usual, attention[`${key}_swa`]];
  return sizes.filter((size) => typeof size === 'number');
}
