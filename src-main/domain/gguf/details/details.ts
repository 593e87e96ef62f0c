import type { ModelDetails } from '../../../contract/model-details.ts';
import { hasImatrix } from '../../planner/quality/identify.ts';
import { familyName } from '../family.ts';
import type { GgufHeader, ModelSummary } from '../types.ts';
import { HeaderValues } from './header-values.ts';
import { tensorGroups } from './tensor-groups.ts';
import { detailWarnings } from './warnings.ts';

const MAX_TEMPLATE_LENGTH = 16_384;
/** Of base models and languages; some merges name hundreds. */
const MAX_NAMES = 20;

/** A model as its file is known. */
export interface DetailedFile {
  path: string;
  files: number;
  sizeBytes: number;
  header: GgufHeader;
  summary: ModelSummary;
}

/** The header in words and figures. `adapters` is left to who knows what other files there are. */
export function modelDetails({
  path,
  files,
  sizeBytes,
  header,
  summary,
}: DetailedFile): Omit<ModelDetails, 'adapters'> {
  const values = new HeaderValues(header.metadata);
  const groups = tensorGroups(header.tensors);
  return {
    file: {
      path,
      files,
      sizeBytes,
      ggufVersion: header.version,
      tensors: header.tensors.length,
      metadataEntries: header.metadata.size,
    },
    about: about(values, summary, path),
    shape: shape(values, header, summary),
    rope: rope(values, summary),
    tokenizer: tokenizer(values, summary),
    chatTemplate: summary.chatTemplate?.slice(0, MAX_TEMPLATE_LENGTH) ?? null,
    quantization: {
      level: summary.level,
      bitsPerWeight: summary.bitsPerWeight,
      importanceMatrix: hasImatrix(header.metadata),
      groups,
    },
    warnings: detailWarnings(header, summary, values, groups),
  };
}

/** The licence that a header names, `other` replaced by the name it gives instead. */
export function licenceOf(values: HeaderValues): string | null {
  const licence = values.text('general.license');
  return licence === null || licence === 'other' ? (values.text('general.license.name') ?? licence) : licence;
}

function about(values: HeaderValues, summary: ModelSummary, path: string): ModelDetails['about'] {
  const baseModels = Array.from(
    { length: Math.min(values.integer('general.base_model.count') ?? 0, MAX_NAMES) },
    (_, index) => values.text(`general.base_model.${index}.name`),
  );
  return {
    name: summary.name,
    family: familyName([summary.name, path], summary.architecture),
    architecture: summary.architecture,
    sizeLabel: values.text('general.size_label'),
    finetune: values.text('general.finetune'),
    author: values.text('general.author') ?? values.text('general.organization'),
    quantizedBy: values.text('general.quantized_by'),
    licence: licenceOf(values),
    licenceLink: values.text('general.license.link'),
    baseModels: baseModels.filter((name): name is string => name !== null),
    languages: values.texts('general.languages').slice(0, MAX_NAMES),
  };
}

function shape(values: HeaderValues, header: GgufHeader, summary: ModelSummary): ModelDetails['shape'] {
  const own = (key: string) => values.integer(`${summary.architecture}.${key}`);
  const experts = own('expert_count') ?? 0;
  return {
    parameters: summary.parameters,
    layers: summary.layers,
    embeddingLength: summary.embeddingLength,
    feedForwardLength: own('feed_forward_length'),
    heads: own('attention.head_count'),
    headsKv: Math.max(...summary.headsKv),
    headSizeK: summary.headSizeK,
    headSizeV: summary.headSizeV,
    trainedContext: summary.trainedContext,
    slidingWindow: own('attention.sliding_window') || null,
    // llama.cpp takes the embeddings for the output where the file has none of its own.
    tiedEmbeddings: !header.tensors.some(({ name }) => name === 'output.weight'),
    experts:
      experts > 0
        ? { count: experts, used: own('expert_used_count') ?? 0, shared: own('expert_shared_count') ?? 0 }
        : null,
  };
}

function rope(values: HeaderValues, { architecture }: ModelSummary): ModelDetails['rope'] {
  const key = (name: string) => `${architecture}.rope.${name}`;
  return {
    base: values.number(key('freq_base')),
    dimensions: values.integer(key('dimension_count')),
    scaling: values.text(key('scaling.type')),
    scalingFactor: values.number(key('scaling.factor')) ?? values.number(key('scale_linear')),
    originalContext: values.integer(key('scaling.original_context_length')),
  };
}

function tokenizer(values: HeaderValues, { vocabularySize }: ModelSummary): ModelDetails['tokenizer'] {
  const key = (name: string) => `tokenizer.ggml.${name}`;
  const tokens = values.array(key('tokens'));
  const token = (name: string) => {
    const id = values.integer(key(name)) ?? -1;
    const text = id < 0 ? undefined : tokens?.at(id);
    return typeof text === 'string' && text !== '' ? text.slice(0, 64) : null;
  };
  return {
    model: values.text(key('model')) ?? 'unknown',
    preTokenizer: values.text(key('pre')),
    vocabularySize,
    merges: values.length(key('merges')),
    beginToken: token('bos_token_id'),
    endToken: token('eot_token_id') ?? token('eos_token_id'),
    addsBeginToken: values.flag(key('add_bos_token')),
  };
}
