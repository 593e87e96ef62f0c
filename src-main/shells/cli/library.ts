import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Model } from '../../contract/models.contract.ts';
import { problemError } from '../../contract/problem.ts';
import { BUILT_IN_MODEL, defaultModelsDir, defaultResourcesDir } from '../../services/app-paths.ts';
import { LibraryService } from '../../services/library/library-service.ts';
import { systemTrash } from '../../services/library/trash/system-trash.ts';
import { silentLogger } from '../../services/logging/logger.ts';
import { SettingsService } from '../../services/settings/settings.ts';
import { Store } from '../../services/store/store.ts';
import type { Arguments } from './arguments.ts';
import type { Core } from './core.ts';

/**
 * Runs `work` with the library of the data folder, once its index is like the disk. SQLite lets a running Nibble use the same
 * file meanwhile; what is changed here it sees the next time it looks.
 */
export async function withLibrary<Result>(
  { modelsDir: given }: Pick<Arguments, 'modelsDir'>,
  { dataDir, files }: Core,
  work: (library: LibraryService) => Promise<Result>,
): Promise<Result> {
  const store = new Store({ dataDir });
  const modelsDir = given === undefined ? null : resolve(given);
  const library = new LibraryService({
    store,
    settings: new SettingsService(store),
    files,
    builtInPath: join(defaultResourcesDir(), BUILT_IN_MODEL),
    modelsDir,
    defaultFolder: modelsDir ?? defaultModelsDir(dataDir),
    system: { platform: process.platform, env: process.env, home: homedir() },
    trash: systemTrash(null),
    log: silentLogger,
    release: () => Promise.resolve(),
    onModels: () => undefined,
    onLibrary: () => undefined,
  });
  try {
    await library.settled();
    return await work(library);
  } finally {
    await library.dispose();
    await store.close();
  }
}

/** The model that is meant by its number, its path, or its name where only one is called so. */
export async function findModel(library: LibraryService, wanted: string): Promise<Model> {
  const models = await library.list();
  const byNumberOrPath = models.find(({ id, path }) => String(id) === wanted || path === resolve(wanted));
  if (byNumberOrPath) return byNumberOrPath;
  const named = models.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const [only] = named;
  if (only === undefined) throw problemError('model.unknown');
  if (named.length === 1) return only;
  const reason = `${named.length} models are called "${wanted}"; give the number or the path of one`;
  throw problemError('request.invalid', { field: 'MODEL', reason });
}
