import { z } from 'zod';

/** What people look for a model for. */
export const purposes = ['everyday', 'reasoning', 'code', 'languages', 'tiny'] as const;
export const purposeSchema = z.enum(purposes);

/**
 * How a model came to be as small as it is. postTraining: its weights were rounded after training; quantizationAware:
 * it was trained knowing that they would be; distilled: it learned from a larger model; pruned: parts of a larger one
 * were taken out; sharedEmbedding: embedding and output are one matrix; experts: only some of its parts work at a time.
 */
export const compressionMethods = [
  'postTraining',
  'quantizationAware',
  'distilled',
  'pruned',
  'sharedEmbedding',
  'experts',
] as const;
export const compressionMethodSchema = z.enum(compressionMethods);

const size = z.number().int().positive();

/** What the memory of a model depends on beside the sizes of its files, as in its published configuration. */
export const modelShapeSchema = z.strictObject({
  /** As GGUF calls it: `llama`, `qwen3moe`. */
  architecture: z.string().regex(/^[a-z][a-z\d-]*$/),
  layers: size,
  embeddingLength: size,
  heads: size,
  headsKv: size,
  headSize: size,
  /** Width of the feed-forward network; of a mixture of experts that of one expert. */
  feedForward: size,
  vocabulary: size,
  /** The output matrix is the token embeddings once more. */
  isTied: z.boolean(),
  experts: z.strictObject({ count: size, used: size }).optional(),
  /** Tokens that layers with a sliding window look back; which layers those are follows from the architecture. */
  slidingWindow: size.optional(),
  /** Layers that keep a state of fixed size instead of a cache; every `attendingEvery`th attends. */
  recurrent: z
    .strictObject({
      innerSize: size,
      stateSize: size,
      groups: size,
      kernel: size,
      attendingEvery: size,
    })
    .optional(),
});
export type ModelShape = z.infer<typeof modelShapeSchema>;

export const catalogueLevelSchema = z.strictObject({
  level: z.string().regex(/^(?:UD-)?[A-Z]{1,5}\d+(?:_[A-Z\d]+)*$/),
  sizeBytes: size,
  /** Published with two or three digits only. */
  isRounded: z.boolean().optional(),
  /** Where the size was published: one of the catalogue's `sources`. */
  source: z.string(),
});
export type CatalogueLevel = z.infer<typeof catalogueLevelSchema>;

export const catalogueModelSchema = z.strictObject({
  id: z.string().regex(/^[a-z\d]+(?:[.-][a-z\d]+)*$/),
  name: z.string().min(1).max(60),
  /** Who trained it. */
  maker: z.string().min(1).max(40),
  /** `owner/name` of the GGUF files on the Hub. */
  repository: z.string(),
  licence: z.string(),
  isGated: z.boolean().optional(),
  /** The main one first. */
  purposes: z.array(purposeSchema).min(1),
  /** What it is good at, one or two sentences. */
  goodAt: z.string().min(20).max(240),
  /** How it was compressed, one or two sentences; `methods` is the same in single words. */
  compressed: z.string().min(20).max(280),
  methods: z.array(compressionMethodSchema).min(1),
  parameters: size,
  /** Of a mixture of experts, those at work for each token. */
  activeParameters: size.optional(),
  trainedContext: size,
  shape: modelShapeSchema,
  /** Smallest first. */
  levels: z.array(catalogueLevelSchema).min(1),
});
export type CatalogueModel = z.infer<typeof catalogueModelSchema>;

export const catalogueSchema = z.strictObject({
  /** When its figures were last looked at. */
  date: z.iso.date(),
  sources: z.record(z.string(), z.string().min(10)),
  models: z.array(catalogueModelSchema).min(1),
});
export type Catalogue = z.infer<typeof catalogueSchema>;
