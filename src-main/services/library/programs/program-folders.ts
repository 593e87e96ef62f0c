import { realpath, stat } from 'node:fs/promises';
import type { OtherProgram } from '../../../contract/models.contract.ts';
import { readPointers } from './program-pointers.ts';
import { pathsOf, usualFolders, type SystemPlaces } from './usual-folders.ts';

/** The folders of a program that are on this computer, each once, links resolved. */
export async function findProgramFolders(program: OtherProgram, system: SystemPlaces): Promise<string[]> {
  const { isAbsolute } = pathsOf(system);
  const found = new Set<string>();
  for (const folder of [...(await readPointers(program, system)), ...usualFolders(program, system)]) {
    if (!isAbsolute(folder) || folder.includes('\0')) continue;
    const path = await realpath(folder).catch(() => null);
    const isFolder = path !== null && (await stat(path).catch(() => null))?.isDirectory();
    if (path !== null && isFolder) found.add(path);
  }
  return [...found];
}
