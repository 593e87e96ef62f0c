import { rmdir } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { lockDownload } from './download-lock.ts';
import type { Found } from './found-files.ts';
import { discardPart } from './part-file.ts';

/** Deletes what was fetched of files that are not complete, and folders that hold nothing then. Complete files stay. */
export async function discardDownload(folder: string, found: Found | null): Promise<void> {
  for (const { path } of found?.files ?? []) {
    // Another Nibble may be fetching the same file; then it is that one's.
    const release = await lockDownload(folder, path).catch(() => null);
    if (!release) continue;
    await discardPart(path);
    await release();
    for (
      let at = dirname(path);
      relative(folder, at) !== '' && !relative(folder, at).startsWith('..');
      at = dirname(at)
    ) {
      if (
        !(await rmdir(at).then(
          () => true,
          () => false,
        ))
      )
        break;
    }
  }
}
