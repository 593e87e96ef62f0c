import type { CatalogueLevel, CatalogueModel, ModelShape } from '../../contract/catalogue.ts';
import { ggmlTypeId, ggmlTypes } from '../gguf/ggml-types.ts';
import { parseLevel } from '../gguf/names.ts';
import type { GgufHeader, GgufTensor, GgufValue } from '../gguf/types.ts';
import type { TableModel } from '../planner/table/types.ts';

/**
 * A model of which only the published figures are known, in the form that the planner takes: matrices of the shape's sizes
 * that share the bytes of the file among them. Small tensors and the vocabulary, less than 1 %, count as weights.
 */
export function outlineModel(
  { name, repository, parameters, trainedContext, shape }: CatalogueModel,
  { level, sizeBytes }: CatalogueLevel,
): TableModel {
  const { architecture, layers, embeddingLength, headsKv, headSize, vocabulary } = shape;
  const [uploader = null] = repository.split('/');
  const bitsPerWeight = (sizeBytes * 8) / parameters;
  return {
    file: `${name} ${level}`,
    sizeBytes,
    uploader,
    header: outlineHeader(shape, trainedContext, { type: mainType(level), sizeBytes }),
    summary: {
      name,
      architecture,
      level,
      parameters,
      bitsPerWeight,
      weightsBytes: sizeBytes,
      trainedContext,
      layers,
      embeddingLength,
      headsKv: Array<number>(layers).fill(headsKv),
      headSizeK: headSize,
      headSizeV: headSize,
      vocabularySize: vocabulary,
      chatTemplate: null,
    },
  };
}

/** Weights in the matrices of a shape, without norms and biases: within 1 % of what the publisher counts. */
export function weightsOfShape(shape: ModelShape): number {
  return matricesOf(shape).reduce((sum, { dimensions }) => sum + product(dimensions), 0);
}

function outlineHeader(
  shape: ModelShape,
  trainedContext: number,
  { type, sizeBytes }: { type: number; sizeBytes: number },
): GgufHeader {
  const bytesPerWeight = sizeBytes / weightsOfShape(shape);
  const tensors = matricesOf(shape).map(({ name, dimensions }): GgufTensor => ({
    name,
    type,
    dimensions,
    offsetBytes: 0,
    sizeBytes: Math.round(product(dimensions) * bytesPerWeight),
  }));
  return {
    version: 3,
    alignment: 32,
    metadata: metadataOf(shape, trainedContext),
    types: new Map(),
    tensors,
    dataOffsetBytes: 0,
    fileSizeBytes: sizeBytes,
  };
}

function metadataOf(shape: ModelShape, trainedContext: number): Map<string, GgufValue> {
  const { architecture, layers, embeddingLength, feedForward, heads, headsKv, headSize, recurrent } = shape;
  const keys: Record<string, number | undefined> = {
    context_length: trainedContext,
    block_count: layers,
    embedding_length: embeddingLength,
    feed_forward_length: feedForward,
    'attention.head_count': heads,
    'attention.head_count_kv': headsKv,
    'attention.key_length': headSize,
    'attention.value_length': headSize,
    'attention.sliding_window': shape.slidingWindow,
    expert_count: shape.experts?.count,
    expert_used_count: shape.experts?.used,
    expert_feed_forward_length: shape.experts && feedForward,
    'ssm.inner_size': recurrent?.innerSize,
    'ssm.state_size': recurrent?.stateSize,
    'ssm.group_count': recurrent?.groups,
    'ssm.conv_kernel': recurrent?.kernel,
    full_attention_interval: recurrent?.attendingEvery,
  };
  const metadata = new Map<string, GgufValue>([['general.architecture', architecture]]);
  for (const [key, value] of Object.entries(keys)) {
    if (value !== undefined) metadata.set(`${architecture}.${key}`, value);
  }
  return metadata;
}

interface Matrix {
  name: string;
  dimensions: readonly number[];
}

function matricesOf(shape: ModelShape): Matrix[] {
  const { layers, embeddingLength: embedding, vocabulary, isTied } = shape;
  return [
    { name: 'token_embd.weight', dimensions: [embedding, vocabulary] },
    ...(isTied ? [] : [{ name: 'output.weight', dimensions: [embedding, vocabulary] }]),
    ...Array.from({ length: layers }, (_, layer) =>
      [...mixingOf(shape, layer), ...feedForwardOf(shape)].map(({ name, dimensions }) => ({
        name: `blk.${layer}.${name}.weight`,
        dimensions,
      })),
    ).flat(),
  ];
}

/** Attention, or the state that stands in its place. */
function mixingOf(shape: ModelShape, layer: number): Matrix[] {
  const { embeddingLength: embedding, heads, headsKv, headSize, recurrent } = shape;
  if (recurrent && (layer + 1) % recurrent.attendingEvery !== 0) {
    const { innerSize, stateSize, groups } = recurrent;
    return [
      { name: 'attn_qkv', dimensions: [embedding, 2 * stateSize * groups + innerSize] },
      { name: 'attn_gate', dimensions: [embedding, innerSize] },
      { name: 'ssm_out', dimensions: [innerSize, embedding] },
    ];
  }
  // Beside such layers, queries come with a gate of their size.
  const queries = heads * headSize * (recurrent ? 2 : 1);
  return [
    { name: 'attn_q', dimensions: [embedding, queries] },
    { name: 'attn_k', dimensions: [embedding, headsKv * headSize] },
    { name: 'attn_v', dimensions: [embedding, headsKv * headSize] },
    { name: 'attn_output', dimensions: [heads * headSize, embedding] },
  ];
}

function feedForwardOf({ embeddingLength: embedding, feedForward: width, experts }: ModelShape): Matrix[] {
  const [ending, count] = experts ? ['_exps', [experts.count]] : ['', []];
  return [
    { name: `ffn_gate${ending}`, dimensions: [embedding, width, ...count] },
    { name: `ffn_up${ending}`, dimensions: [embedding, width, ...count] },
    { name: `ffn_down${ending}`, dimensions: [width, embedding, ...count] },
  ];
}

/** The type that most weights of a level have; Q4_K, where every comparison starts, for a level that names none. */
function mainType(level: string): number {
  const base = parseLevel(level)?.base ?? '';
  const candidates = [
    base,
    base.replace(/_(?:S|M|L|XS|XXS|MOE)$/, ''),
    `${base.replace(/_[SML]$/, '')}_S`,
    'Q4_K',
  ];
  const known = candidates.find((name) => typeNames.has(name)) ?? 'Q4_K';
  return ggmlTypeId(known);
}

const typeNames = new Set([...ggmlTypes.values()].map(({ name }) => name));

function product(dimensions: readonly number[]): number {
  return dimensions.reduce((all, dimension) => all * dimension, 1);
}
