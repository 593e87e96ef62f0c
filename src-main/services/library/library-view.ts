import {
  otherPrograms,
  type Library,
  type ModelFolder,
  type OtherProgram,
  type ProgramPlaces,
} from '../../contract/models.contract.ts';
import type { Store } from '../store/store.ts';
import type { LibraryPlaces } from './places/library-places.ts';
import { programNames } from './programs/usual-folders.ts';
import type { Scanner } from './scanner.ts';

const MAX_REFUSED_SHOWN = 200;

/** Where models are looked for and what was found there, as a window shows it. */
export async function describeLibrary(
  store: Store,
  places: LibraryPlaces,
  scanner: Scanner,
): Promise<Library> {
  const { run } = store;
  const [models, refused, own, added, enabled] = await Promise.all([
    run.listModels({}),
    run.listRefusedFiles({}),
    places.ownFolders(),
    places.addedFolders(),
    places.enabledPrograms(),
  ]);
  const contents = (folders: readonly string[]) => {
    const inside = models.filter(({ folder }) => folder !== null && folders.includes(folder));
    return { models: inside.length, sizeBytes: inside.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  };
  const folder = (path: string, kind: ModelFolder['kind']): ModelFolder => ({
    path,
    kind,
    state: scanner.stateOf(path),
    ...contents([path]),
  });
  const program = async (id: OtherProgram): Promise<ProgramPlaces> => {
    const folders = await places.programFolders(id);
    return {
      program: id,
      name: programNames[id],
      folders,
      enabled: enabled.includes(id),
      ...contents(folders),
    };
  };
  return {
    folders: [
      ...own.map((path) => folder(path, 'own')),
      ...added.filter((path) => !own.includes(path)).map((path) => folder(path, 'added')),
    ],
    programs: await Promise.all(otherPrograms.map(program)),
    refused: refused.slice(0, MAX_REFUSED_SHOWN).map(({ path, sizeBytes, source, problem }) => ({
      path,
      sizeBytes,
      source,
      problem,
    })),
    refusedCount: refused.length,
    scan: scanner.progress,
  };
}
