import type { AnyRouter } from '@orpc/server';
import { join } from 'node:path';
import type { ShellInfo } from '../../contract/shell.contract.ts';
import { createRouter } from '../../router/index.ts';
import { defaultResourcesDir, resolveDataDir } from '../../services/app-paths.ts';
import { App } from '../../services/app.ts';
import { keepCompiledCode } from '../../services/compile-cache.ts';
import type { Sealing } from '../../services/hub/token-store.ts';
import { acquireInstanceLock } from '../../services/instance-lock/instance-lock.ts';
import { createFileLogger } from '../../services/logging/file-logger.ts';
import type { Logger } from '../../services/logging/logger.ts';
import { readShellInfo } from './shell-info.ts';

export interface CoreOptions {
  kind: ShellInfo['kind'];
  dataDir: string | undefined;
  modelsDir: string | undefined;
  /** Other than the program's own where it is packaged. */
  resourcesDir?: string;
  pickModelFile?: () => Promise<string | null>;
  pickFolder?: () => Promise<string | null>;
  /** Shows a file in the system's file manager. */
  revealFile?: (path: string) => void;
  /** Moves a file to the system's trash. */
  trashItem?: (path: string) => Promise<void>;
  /** The key store of the system, asked for when it is needed. */
  sealing?: () => Sealing | null;
  /** Another Nibble was started with this data folder and has ended for this one. */
  onSecondInstance?: () => void;
}

/** What a shell wraps a window around. */
export interface Core extends AsyncDisposable {
  router: AnyRouter;
  log: Logger;
  /** What `models.open` does, for a menu that is no page. */
  openModel(path: string): Promise<void>;
  /** Tells a second instance, and nobody else, where this one is shown. */
  setAddress(url: string): void;
}

/** Throws `app.alreadyRunning` when another Nibble uses the data folder. */
export async function openCore(options: CoreOptions): Promise<Core> {
  const { kind, resourcesDir = defaultResourcesDir(), onSecondInstance } = options;
  const { pickModelFile, pickFolder, revealFile, trashItem = null, sealing = null } = options;
  const dataDir = resolveDataDir(options.dataDir);
  const modelsDir = options.modelsDir ?? null;
  const log = createFileLogger(join(dataDir, 'logs'));
  await using undo = new AsyncDisposableStack();
  const lock = await acquireInstanceLock(dataDir, onSecondInstance ? { onSecondInstance } : {});
  undo.defer(() => lock.release());
  keepCompiledCode(join(dataDir, 'cache'));
  const app = new App({ dataDir, modelsDir, resourcesDir, sealing, trashItem, log });
  undo.defer(() => app.dispose());
  const info = await readShellInfo({ kind, dataDir, modelsDir });
  const router = createRouter(app, {
    info,
    ...(pickModelFile && { pickModelFile }),
    ...(pickFolder && { pickFolder }),
    ...(revealFile && { revealFile }),
  });
  const opened = undo.move();
  return {
    router,
    log,
    openModel: async (path) => void (await app.library.open(path)),
    setAddress: (url) => lock.setUrl(url),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
