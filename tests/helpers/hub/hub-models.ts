import { ggmlTypeId } from '../../../src-main/domain/gguf/ggml-types.ts';
import { splitName } from '../../../src-main/domain/gguf/names.ts';
import { layOutGguf, type MetadataEntry } from '../../../src-main/domain/gguf/writer.ts';
import { tensorsOf, tinyShape, type ModelShape } from '../gguf-shapes.ts';
import { syntheticMetadata } from '../synthetic-gguf.ts';
import { servedSparse, type ServedFile } from './served-file.ts';

export interface LargeVocabulary {
  tokens: number;
  merges: number;
  /** Another number, other texts. */
  seed?: number;
}

/** That of Llama 3: some 8 MB of header. */
export const llama3Vocabulary: LargeVocabulary = { tokens: 128_256, merges: 280_147 };

/** As long as a real one: texts of two to five letters, no two alike, and pairs of them. */
export function vocabularyEntries({ tokens, merges, seed = 0 }: LargeVocabulary): MetadataEntry[] {
  const text = (index: number) => `Ġ${((index * 7_919 + seed) % 1_679_616).toString(36)}`;
  const at = (index: number) => text(index % tokens);
  return [
    { key: 'tokenizer.ggml.model', type: 'str', value: 'gpt2' },
    {
      key: 'tokenizer.ggml.tokens',
      type: 'str[]',
      value: Array.from({ length: tokens }, (_, id) => text(id)),
    },
    { key: 'tokenizer.ggml.token_type', type: 'i32[]', value: Array<number>(tokens).fill(1) },
    {
      key: 'tokenizer.ggml.merges',
      type: 'str[]',
      value: Array.from({ length: merges }, (_, rank) => `${at(rank)} ${at(rank * 7 + 3)}`),
    },
    { key: 'tokenizer.ggml.bos_token_id', type: 'u32', value: 1 },
    { key: 'tokenizer.chat_template', type: 'str', value: '{{ messages[0].content }}'.repeat(200) },
  ];
}

export interface HubModelOptions {
  path: string;
  shape?: Partial<ModelShape>;
  vocabulary?: readonly MetadataEntry[];
  /** Entries of this file alone, as `quantize.imatrix.*`. */
  more?: readonly MetadataEntry[];
}

/** A model whose weights are holes; with the built-in tokenizer unless another is given. */
export async function hubModel({
  path,
  shape = {},
  vocabulary,
  more = [],
}: HubModelOptions): Promise<ServedFile> {
  const whole: ModelShape = { ...tinyShape, ...shape };
  const entries = await syntheticMetadata(whole);
  const own = vocabulary
    ? [...entries.filter(({ key }) => !key.startsWith('tokenizer.')), ...vocabulary]
    : entries;
  const { headerBytes, fileSizeBytes } = layOutGguf(
    [...own, ...more],
    tensorsOf(whole).map((tensor) => ({
      ...tensor,
      type: ggmlTypeId(tensor.role === 'matrix' ? whole.type : 'F32'),
    })),
  );
  return servedSparse(path, headerBytes, fileSizeBytes);
}

/** The same in two parts: the first has the metadata and half of the tensors, the second the others. */
export async function splitModel(prefix: string): Promise<ServedFile[]> {
  const tensors = tensorsOf(tinyShape).map((tensor) => ({
    ...tensor,
    type: ggmlTypeId(tensor.role === 'matrix' ? tinyShape.type : 'F32'),
  }));
  const half = tensors.length >> 1;
  const halves = [tensors.slice(0, half), tensors.slice(half)];
  const first = await syntheticMetadata(tinyShape);
  return halves.map((part, index) => {
    const entries: MetadataEntry[] = [
      ...(index === 0 ? first : []),
      { key: 'split.no', type: 'u16', value: index },
      { key: 'split.count', type: 'u16', value: halves.length },
      { key: 'split.tensors.count', type: 'i32', value: tensors.length },
    ];
    const { headerBytes, fileSizeBytes } = layOutGguf(entries, part);
    return servedSparse(splitName(prefix, index + 1, halves.length), headerBytes, fileSizeBytes);
  });
}
