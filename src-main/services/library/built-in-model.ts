import { realpath, stat } from 'node:fs/promises';
import type { StoredModel } from '../store/queries/models.ts';
import type { Store } from '../store/store.ts';
import { fileFacts } from './model-facts.ts';
import type { ModelFileCache } from './model-file-cache.ts';

export interface BuiltInOptions {
  store: Store;
  files: ModelFileCache;
  builtInPath: string;
}

/** Puts the built-in model into the index, unless it is there as it is on the disk: the first list would wait for the reading. */
export async function noteBuiltInModel({ store, files, builtInPath }: BuiltInOptions): Promise<void> {
  const known = await store.run.getBuiltInModel({});
  if (known !== null && (await isAsKnown(known, builtInPath))) return;
  await store.run.upsertModel({
    ...(await fileFacts(await files.open(builtInPath))),
    builtIn: true,
    source: 'builtIn',
    folder: null,
    origin: null,
    now: Date.now(),
  });
}

/** A row without a key of its file may be that of a Nibble that did not note everything yet. */
async function isAsKnown(known: StoredModel, wanted: string): Promise<boolean> {
  const now = await stat(wanted).catch(() => null);
  const path = await realpath(wanted).catch(() => null);
  const isSame = now?.size === known.sizeBytes && now.mtimeMs === known.mtimeMs;
  return isSame && known.path === path && known.fileKey !== null;
}
