import { resolve } from 'node:path';
import { problemError } from '../../../../contract/problem.ts';
import type { Model } from '../../../../contract/models.contract.ts';
import type { LibraryService } from '../../../../services/library/library-service.ts';
import type { Arguments } from '../../arguments.ts';
import type { Core } from '../../core.ts';
import { withLibrary } from '../../library.ts';
import { formatTable, print, printJson } from '../../output.ts';

/** Remembers where a model lies, or moves it into Nibble's folder. */
export async function importCommand(args: Arguments, core: Core, signal: AbortSignal): Promise<void> {
  const path = resolve(args.sources[0] ?? '');
  const model = await withLibrary(args, core, (library) =>
    args.move === true ? moveIn(library, path, signal) : library.open(path),
  );
  await (args.json ? printJson(model) : print(formatTable([[model.path]])));
}

async function moveIn(library: LibraryService, path: string, signal: AbortSignal): Promise<Model> {
  for await (const event of library.import(path, signal)) if (event.type === 'done') return event.model;
  throw problemError('library.importFailed', { path, reason: 'it was interrupted' });
}
