import { z } from 'zod';
import { popularityShape } from './popularity.ts';

const sizeBytes = z.int().nonnegative();

/** A model's page as the Hub's interface gives it, as far as Nibble reads it; the rest is left unread. */
export const modelInfoSchema = z.object({
  /** Now; a renamed repository still answers to its old name. */
  id: z.string().optional(),
  /** The commit that was looked at. */
  sha: z.string().regex(/^[\da-z]{4,64}$/),
  ...popularityShape,
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      /** Only when asked for with `blobs=true`. */
      size: sizeBytes.nullish(),
      lfs: z
        .object({ sha256: z.string().optional(), oid: z.string().optional(), size: sizeBytes.optional() })
        .nullish(),
    }),
  ),
});
export type ModelInfo = z.infer<typeof modelInfoSchema>;

export const treeSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: sizeBytes,
    lfs: z.object({ oid: z.string(), size: sizeBytes.optional() }).nullish(),
  }),
);

/** A file as listed: not checked yet. */
export interface ListedFile {
  path: string;
  sizeBytes: number;
  /** Of files that Git LFS or Xet hold, as all models are; null for what lies in Git itself. */
  sha256: string | null;
}

/** The files of a page, or null where the server left out how large they are. */
export function filesOfInfo({ siblings }: ModelInfo): ListedFile[] | null {
  const files: ListedFile[] = [];
  for (const { rfilename, size, lfs } of siblings) {
    const sizeBytes = lfs?.size ?? size;
    // Only of models does the size matter, and a mirror may know it of some files only.
    if (typeof sizeBytes !== 'number' && isGguf(rfilename)) return null;
    files.push({ path: rfilename, sizeBytes: sizeBytes ?? 0, sha256: plainSha256(lfs?.sha256 ?? lfs?.oid) });
  }
  return files;
}

export function filesOfTree(entries: z.infer<typeof treeSchema>): ListedFile[] {
  return entries
    .filter(({ type }) => type === 'file')
    .map(({ path, size, lfs }) => ({ path, sizeBytes: lfs?.size ?? size, sha256: plainSha256(lfs?.oid) }));
}

export const isGguf = (path: string) => /\.gguf$/i.test(path);

/** Null for what is no checksum, as for files that lie in Git itself. */
function plainSha256(text: string | undefined): string | null {
  return /^(?:sha256:)?([\da-f]{64})$/.exec(text ?? '')?.[1] ?? null;
}
