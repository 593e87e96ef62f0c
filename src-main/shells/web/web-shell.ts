import { join } from 'node:path';
import { programRoot } from '../../services/app-paths.ts';
import { openCore } from '../shared/core.ts';
import { listStaticFiles, readAhead } from '../shared/static-files.ts';
import type { WebShellFlags } from './command-line.ts';
import { HttpServer } from './http-server.ts';

export interface WebShell extends AsyncDisposable {
  /** A link that opens the window once; the link before it no longer works. */
  newLink(): string;
}

/** Throws a `ProblemError` when the data folder or the port is taken; nothing stays open then. */
export async function startWebShell({ port, dataDir, modelsDir }: WebShellFlags): Promise<WebShell> {
  await using undo = new AsyncDisposableStack();
  const files = listStaticFiles(join(programRoot(), 'out', 'renderer'));
  let tellAddress: (() => void) | null = null;
  const onSecondInstance = () => tellAddress?.();
  const core = undo.use(await openCore({ kind: 'web', dataDir, modelsDir, onSecondInstance }));
  const server = await HttpServer.start({ router: core.router, files, port, log: core.log });
  undo.defer(() => server.close());
  // Whoever starts Nibble a second time is told a link that opens this one.
  tellAddress = () => core.setAddress(server.newLink());
  void readAhead(files);
  const started = undo.move();
  return { newLink: () => server.newLink(), [Symbol.asyncDispose]: () => started.disposeAsync() };
}
