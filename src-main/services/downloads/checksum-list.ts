import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { underFolderLock } from './download-lock.ts';

const FILE_NAME = '.nibble-checksums.json';

const entrySchema = z.object({ sizeBytes: z.number().int().nonnegative(), sha256: z.string() });
const listSchema = z.record(z.string(), entrySchema);
type ChecksumList = z.infer<typeof listSchema>;

/**
 * The checksums of what was downloaded into a models folder, in the folder itself: they travel with the disk it is on,
 * and serve every Nibble that uses it. Paths are below the folder, with `/`.
 */
export async function keepChecksum(folder: string, path: string, entry: ChecksumList[string]): Promise<void> {
  await underFolderLock(folder, async () => {
    const list = { ...(await readList(folder)), [keyOf(folder, path)]: entry };
    const temporary = join(folder, `${FILE_NAME}.tmp`);
    try {
      await using file = await open(temporary, 'w', 0o600);
      await file.writeFile(JSON.stringify(list, null, 1));
      await file.datasync();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await rename(temporary, join(folder, FILE_NAME));
  });
}

/** Of the folder the file lies in, or the nearest one above that has a list; null where none tells of it. */
export async function checksumOf(path: string): Promise<ChecksumList[string] | null> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const entry = (await readList(folder))[keyOf(folder, path)];
    if (entry) return entry;
    if (dirname(folder) === folder) return null;
  }
}

function keyOf(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

async function readList(folder: string): Promise<ChecksumList> {
  const text = await readFile(join(folder, FILE_NAME), 'utf8').catch(() => '{}');
  try {
    return listSchema.catch({}).parse(JSON.parse(text));
  } catch {
    return {};
  }
}
