import type { Arguments } from '../../arguments.ts';
import type { Core } from '../../core.ts';
import { withLibrary } from '../../library.ts';
import { formatBytes, formatTable, print, printJson } from '../../output.ts';

/** Every model of the library, those of the folders that are looked at included. */
export async function listCommand(args: Arguments, core: Core): Promise<void> {
  const models = await withLibrary(args, core, (library) => library.list());
  if (args.json) return printJson(models);
  const rows = models.map(({ id, name, level, sizeBytes, available, path }) => [
    String(id),
    name,
    level ?? '-',
    available ? formatBytes(sizeBytes) : 'away',
    path,
  ]);
  await print(formatTable(rows));
}
