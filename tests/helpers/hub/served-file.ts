import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';

/** A file as the Hub holds it. */
export interface ServedFile {
  /** Within the repository. */
  path: string;
  sizeBytes: number;
  /** What the Hub calls `lfs.oid`; made up for sparse files, whose gigabytes nobody reads. */
  sha256: string;
  read(offset: number, length: number): Promise<Uint8Array>;
}

export function servedBytes(path: string, bytes: Uint8Array): ServedFile {
  return {
    path,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

/** A file on disk under the name `path`; sparse ones may have any size. */
export async function servedFromDisk(path: string, diskPath: string): Promise<ServedFile> {
  const { size, mtimeMs } = await stat(diskPath);
  return {
    path,
    sizeBytes: size,
    sha256: createHash('sha256').update(`${diskPath} ${mtimeMs}`).digest('hex'),
    read: async (offset, length) => {
      await using file = await open(diskPath, 'r');
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      return bytes.subarray(0, bytesRead);
    },
  };
}

/** Begins with `bytes` and is zero from there to `sizeBytes`. */
export function servedSparse(path: string, bytes: Uint8Array, sizeBytes: number): ServedFile {
  return {
    path,
    sizeBytes,
    sha256: createHash('sha256').update(path).update(bytes).digest('hex'),
    read: (offset, length) => {
      const part = Buffer.alloc(Math.max(0, Math.min(length, sizeBytes - offset)));
      part.set(bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length)));
      return Promise.resolve(part);
    },
  };
}
