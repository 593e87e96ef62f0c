import type { ModelDetails, TensorGroup } from '$contract/model-details.ts';
import { counted, formatBytes, formatCount, formatParameters } from '../../format/figures.ts';
import { plainName } from '../../format/visible-text.ts';

type Rows = readonly (readonly [label: string, value: string])[];

export const groupNames: Record<TensorGroup['group'], string> = {
  embeddings: 'Embeddings',
  output: 'Output',
  attention: 'Attention',
  feedForward: 'Feed-forward',
  experts: 'Experts',
  state: 'State',
  norms: 'Norms',
  other: 'Other',
};

/** Colours of types in the bar: more bits are darker. Each has its name beside it. */
export function typeShade(type: string): number {
  const bits = /(\d+)/.exec(type)?.[1];
  return Math.min(5, Math.max(1, Math.round((bits === undefined ? 4 : Math.min(Number(bits), 16)) / 2)));
}

/** Bytes by type over all groups, largest first. */
export function typeTotals(groups: readonly TensorGroup[]): { type: string; sizeBytes: number }[] {
  const totals = new Map<string, number>();
  for (const { types } of groups)
    for (const { type, sizeBytes } of types) totals.set(type, (totals.get(type) ?? 0) + sizeBytes);
  return [...totals]
    .map(([type, sizeBytes]) => ({ type, sizeBytes }))
    .sort((a, b) => b.sizeBytes - a.sizeBytes);
}

export function aboutRows({ about, file }: ModelDetails): Rows {
  return present([
    ['Family', about.family],
    ['Architecture', about.architecture],
    ['Size', about.sizeLabel],
    ['Fine-tuned as', about.finetune],
    ['Made from', about.baseModels.join(', ') || null],
    ['By', about.author],
    ['Quantized by', about.quantizedBy],
    ['Languages', about.languages.join(', ') || null],
    ['Licence', about.licence],
    ['Licence text', about.licenceLink],
    ['File', file.path],
    [
      'On the disk',
      `${formatBytes(file.sizeBytes)}${file.files > 1 ? ` in ${counted(file.files, 'file')}` : ''}`,
    ],
    [
      'Format',
      `GGUF ${file.ggufVersion}, ${counted(file.tensors, 'tensor')}, ${counted(file.metadataEntries, 'metadata entry', 'metadata entries')}`,
    ],
  ]);
}

export function shapeRows({ shape, rope, adapters }: ModelDetails): Rows {
  const { heads, headsKv, headSizeK, headSizeV, experts } = shape;
  const headSize =
    headSizeK === headSizeV ? `${headSizeK}` : `${headSizeK} for keys, ${headSizeV} for values`;
  return present([
    ['Parameters', formatParameters(shape.parameters)],
    ['Layers', formatCount(shape.layers)],
    ['Embedding length', formatCount(shape.embeddingLength)],
    ['Feed-forward length', shape.feedForwardLength === null ? null : formatCount(shape.feedForwardLength)],
    [
      'Attention heads',
      heads === null ? null : `${heads}, ${headsKv} for keys and values, each ${headSize} wide`,
    ],
    ['Trained context', `${formatCount(shape.trainedContext)} tokens`],
    ['Sliding window', shape.slidingWindow === null ? null : `${formatCount(shape.slidingWindow)} tokens`],
    ['Embeddings and output', shape.tiedEmbeddings ? 'share their weights' : 'have weights of their own'],
    [
      'Experts',
      experts &&
        `${experts.count}, ${experts.used} used for a token${experts.shared > 0 ? `, ${experts.shared} always` : ''}`,
    ],
    ['Rope', ropeInWords(rope)],
    [
      'Adapters it can take',
      adapters.length > 0 ? adapters.join(', ') : `LoRA for its architecture; none found here`,
    ],
  ]);
}

export function tokenizerRows({ tokenizer }: ModelDetails): Rows {
  return present([
    [
      'Kind',
      tokenizer.preTokenizer ? `${tokenizer.model}, cut as ${tokenizer.preTokenizer}` : tokenizer.model,
    ],
    ['Vocabulary', `${formatCount(tokenizer.vocabularySize)} tokens`],
    ['Merges', tokenizer.merges === null ? null : formatCount(tokenizer.merges)],
    ['First token', tokenizer.beginToken],
    ['Ends an answer', tokenizer.endToken],
  ]);
}

function ropeInWords({
  base,
  dimensions,
  scaling,
  scalingFactor,
  originalContext,
}: ModelDetails['rope']): string | null {
  const parts = [
    base === null ? null : `base ${formatCount(base)}`,
    dimensions === null ? null : counted(dimensions, 'dimension'),
    scaling === null || scaling === 'none'
      ? null
      : `${scaling} scaling${scalingFactor === null ? '' : ` by ${scalingFactor}`}`,
    originalContext === null ? null : `from ${formatCount(originalContext)} tokens`,
  ];
  return parts.filter((part) => part !== null).join(', ') || null;
}

/** Text from a file is shown without what would change how it looks. */
function present(rows: readonly (readonly [label: string, value: string | null])[]): Rows {
  return rows.flatMap(([label, value]) => (value === null ? [] : [[label, plainName(value)] as const]));
}
