import { z } from 'zod';
import { procedure } from './base-contract.ts';
import { catalogueSchema } from './catalogue.ts';
import { isRepositoryId, MAX_SEARCH_LENGTH } from './hub-reference.ts';
import { expectedSpeedSchema, fitsSchema } from './plan.contract.ts';
import { problemSchema } from './problem.ts';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();

/** By what is talked about now, by downloads in the last month, or the latest change first. */
export const searchSorts = ['trend', 'downloads', 'date'] as const;
export const searchSortSchema = z.enum(searchSorts);
export type SearchSort = z.infer<typeof searchSortSchema>;

const popularity = {
  /** In the last 30 days. Null where the Hub does not tell, as with all of these. */
  downloads: count.nullable(),
  likes: count.nullable(),
  /** Milliseconds since 1970. */
  updatedAt: z.number().int().nullable(),
  /** Its short name, as `apache-2.0`. */
  licence: z.string().nullable(),
  /** People have to accept conditions before they may read the files. */
  isGated: z.boolean(),
  parameters: count.nullable(),
  architecture: z.string().nullable(),
  trainedContext: count.nullable(),
  /** `owner/name` of what it was made from. */
  baseModel: z.string().nullable(),
};

/** A repository as a search lists it. */
export const foundRepositorySchema = z.object({
  /** `owner/name` */
  repository: z.string(),
  ...popularity,
});
export type FoundRepository = z.infer<typeof foundRepositorySchema>;

export const searchPageSchema = z.object({
  found: z.array(foundRepositorySchema),
  /** What to ask the next page with; null on the last. */
  next: z.string().nullable(),
});
export type SearchPage = z.infer<typeof searchPageSchema>;

/** What can be downloaded and run as one: a file, or all parts of a split one. */
export const repositoryModelSchema = z.object({
  /** Of the file, or of the first part. */
  path: z.string(),
  /** As the file's name tells it; null where it does not. */
  level: z.string().nullable(),
  /** Of all parts that are there. */
  sizeBytes: bytes,
  parts: count,
  missingParts: count,
});

/** A repository's own page. */
export const repositoryPageSchema = foundRepositorySchema.extend({
  commit: z.string(),
  /** Its page on the Hub. */
  url: z.string(),
  /** Smallest first; none where it holds no GGUF files. */
  models: z.array(repositoryModelSchema),
  /** By name, the models' files among them; of very many the first. */
  files: z.array(z.object({ path: z.string(), sizeBytes: bytes })),
  fileCount: count,
  /** README.md without what stands before its text; null where there is none or it may not be read. */
  card: z.object({ text: z.string(), isCut: z.boolean() }).nullable(),
  /** Why there is no card though there could be one. */
  cardProblem: problemSchema.nullable(),
});
export type RepositoryPage = z.infer<typeof repositoryPageSchema>;

/** What can be expected of one level here, from sizes and figures alone: about right, before a header was read. */
export const catalogueVerdictSchema = z.object({
  level: z.string(),
  fits: fitsSchema,
  neededBytes: bytes,
  contextSize: z.number().int().positive(),
  speed: expectedSpeedSchema,
});
export type CatalogueVerdict = z.infer<typeof catalogueVerdictSchema>;

export const modelVerdictsSchema = z.object({
  /** Of a model of the catalogue. */
  id: z.string(),
  /** One for each of its levels, in their order. */
  verdicts: z.array(catalogueVerdictSchema),
  /** Index of the level to take here; null when none serves. */
  pick: z.number().int().nonnegative().nullable(),
});
export type ModelVerdicts = z.infer<typeof modelVerdictsSchema>;

export const discoverContract = {
  /** The shipped list of models. Asks nobody. */
  catalogue: procedure.output(catalogueSchema),
  /** What to expect of each of them on this computer. Asks nobody either. */
  verdicts: procedure.output(z.array(modelVerdictsSchema)),
  /** Repositories with GGUF files on the Hub, a page at a time. */
  search: procedure
    .input(
      z.object({
        words: z.string().max(MAX_SEARCH_LENGTH).default(''),
        sort: searchSortSchema.default('trend'),
        limit: z.number().int().min(1).max(100).default(30),
        /** `next` of the page before. */
        cursor: z.string().max(4096).optional(),
      }),
    )
    .output(searchPageSchema),
  /** What a repository holds and says of itself. What of it fits is asked of `plan.table`. */
  repository: procedure
    .input(z.object({ repository: z.string().max(200).refine(isRepositoryId, 'it is no owner/name') }))
    .output(repositoryPageSchema),
};
