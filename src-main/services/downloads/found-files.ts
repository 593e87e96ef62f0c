import { z } from 'zod';

const bytes = z.number().int().nonnegative();

/** One file of a download, as the server described it when it was first asked. */
const foundFileSchema = z.object({
  name: z.string(),
  /** Where it will lie. */
  path: z.string(),
  url: z.string(),
  sizeBytes: bytes.nullable(),
  /** Of the whole file, as the Hub tells it (`lfs.oid`); null for files elsewhere. */
  sha256: z.string().nullable(),
});

/** What a download turned out to be. Kept with it: a Nibble that starts again goes on with the same files. */
export const foundSchema = z.object({
  repository: z.string().nullable(),
  level: z.string().nullable(),
  isGated: z.boolean(),
  name: z.string(),
  files: z.array(foundFileSchema).min(1),
});
export type Found = z.infer<typeof foundSchema>;
