import { z } from 'zod';
import { warningWords } from './detail-warnings.ts';

const bytes = z.number().int().nonnegative();

/** How much of a group of tensors is of which type, largest first. */
export const tensorGroupSchema = z.object({
  /** What the tensors do: embeddings, attention, feed-forward, experts, … */
  group: z.enum(['embeddings', 'output', 'attention', 'feedForward', 'experts', 'state', 'norms', 'other']),
  tensors: z.number().int().positive(),
  sizeBytes: bytes,
  types: z.array(z.object({ type: z.string(), tensors: z.number().int().positive(), sizeBytes: bytes })),
});
export type TensorGroup = z.infer<typeof tensorGroupSchema>;

export const detailWarningSchema = z.enum(
  Object.keys(warningWords) as [keyof typeof warningWords, ...(keyof typeof warningWords)[]],
);
export type DetailWarning = z.infer<typeof detailWarningSchema>;

/** The header of a model read aloud. What it does not say is null. */
export const modelDetailsSchema = z.object({
  file: z.object({
    path: z.string(),
    files: z.number().int().positive(),
    sizeBytes: bytes,
    ggufVersion: z.number().int(),
    tensors: z.number().int(),
    metadataEntries: z.number().int(),
  }),
  about: z.object({
    name: z.string(),
    family: z.string(),
    architecture: z.string(),
    sizeLabel: z.string().nullable(),
    finetune: z.string().nullable(),
    author: z.string().nullable(),
    quantizedBy: z.string().nullable(),
    licence: z.string().nullable(),
    licenceLink: z.string().nullable(),
    baseModels: z.array(z.string()),
    languages: z.array(z.string()),
  }),
  shape: z.object({
    parameters: z.number().int(),
    layers: z.number().int(),
    embeddingLength: z.number().int(),
    feedForwardLength: z.number().int().nullable(),
    heads: z.number().int().nullable(),
    headsKv: z.number().int(),
    headSizeK: z.number().int(),
    headSizeV: z.number().int(),
    trainedContext: z.number().int(),
    slidingWindow: z.number().int().nullable(),
    tiedEmbeddings: z.boolean(),
    experts: z
      .object({ count: z.number().int(), used: z.number().int(), shared: z.number().int() })
      .nullable(),
  }),
  rope: z.object({
    base: z.number().nullable(),
    dimensions: z.number().int().nullable(),
    scaling: z.string().nullable(),
    scalingFactor: z.number().nullable(),
    originalContext: z.number().int().nullable(),
  }),
  tokenizer: z.object({
    model: z.string(),
    preTokenizer: z.string().nullable(),
    vocabularySize: z.number().int(),
    merges: z.number().int().nullable(),
    beginToken: z.string().nullable(),
    endToken: z.string().nullable(),
    addsBeginToken: z.boolean().nullable(),
  }),
  /** The text of the template, shortened to 16,384 characters. */
  chatTemplate: z.string().nullable(),
  quantization: z.object({
    level: z.string().nullable(),
    bitsPerWeight: z.number(),
    importanceMatrix: z.boolean(),
    groups: z.array(tensorGroupSchema),
  }),
  /** LoRA adapters found in the library that were made for this architecture. */
  adapters: z.array(z.string()),
  warnings: z.array(detailWarningSchema),
});
export type ModelDetails = z.infer<typeof modelDetailsSchema>;
