import type { Arguments } from '../../arguments.ts';
import type { Core } from '../../core.ts';
import { findModel, withLibrary } from '../../library.ts';
import { formatBytes, formatTable, print, printJson } from '../../output.ts';

/** Moves the files of a model to the system's trash. */
export async function removeCommand(args: Arguments, core: Core): Promise<void> {
  const [wanted = ''] = args.sources;
  const removal = await withLibrary(args, core, async (library) => {
    const { id, name } = await findModel(library, wanted);
    const { files, sizeBytes, freedBytes } = await library.removal(id);
    await library.remove(id);
    return { name, files, sizeBytes, freedBytes };
  });
  if (args.json) return printJson(removal);
  await print(formatTable(removal.files.map((file) => [file])));
  await print(`In the trash. Emptying it frees ${formatBytes(removal.freedBytes)}.\n`);
}
