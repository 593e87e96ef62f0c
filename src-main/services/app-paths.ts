import envPaths from 'env-paths';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

/** Below the resources folder. */
export const BUILT_IN_MODEL = 'models/nibble-tiny-f16.gguf';
/** Below the resources folder. */
export const CATALOGUE = 'catalogue.json';

/** The root of the program: the repository, or the packaged app's folder. Sources and bundles lie at different depths. */
export function programRoot(): string {
  const here = import.meta.dirname;
  const isBundleChunk = basename(here) === 'chunks';
  return join(here, isBundleChunk ? '../../..' : '../..');
}

/** Built-in model, icons and catalogue. A packaged app passes its own (`process.resourcesPath`). */
export function defaultResourcesDir(): string {
  return join(programRoot(), 'resources');
}

/** `--data-dir`, else `NIBBLE_DATA_DIR`, else the platform's usual place; always absolute. */
export function resolveDataDir(flag: string | undefined): string {
  const chosen = flag ?? process.env['NIBBLE_DATA_DIR'];
  return chosen ? resolve(chosen) : envPaths('Nibble', { suffix: '' }).data;
}

/** The token of a person's account on the Hub. */
export function tokenPath(dataDir: string): string {
  return join(dataDir, 'hub-token.json');
}

/** Where downloads go while the person has named no folder. */
export function defaultModelsDir(dataDir: string): string {
  return join(dataDir, 'models');
}

export async function programVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(programRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
