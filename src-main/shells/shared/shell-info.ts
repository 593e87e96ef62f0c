import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ShellInfo } from '../../contract/shell.contract.ts';
import { programVersion } from '../../services/app-paths.ts';

export type ShellInfoFacts = Pick<ShellInfo, 'kind' | 'dataDir' | 'modelsDir'>;

/** What the window shows about the program around it. */
export async function readShellInfo(
  facts: ShellInfoFacts,
): Promise<Omit<ShellInfo, 'canPickFile' | 'canReveal'>> {
  const [version, engineVersion] = await Promise.all([programVersion(), readEngineVersion()]);
  return { ...facts, version, engineVersion };
}

/** Read from the package's own files: importing it would load native code into this process. */
async function readEngineVersion(): Promise<string> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('node-llama-cpp')), '..');
  const [{ version }, { release }] = await Promise.all([
    readJson<{ version: string }>(join(folder, 'package.json')),
    readJson<{ release: string }>(join(folder, 'llama', 'binariesGithubRelease.json')),
  ]);
  return `llama.cpp ${release} (node-llama-cpp ${version})`;
}

async function readJson<Value>(path: string): Promise<Value> {
  return JSON.parse(await readFile(path, 'utf8')) as Value;
}
