import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';

const root = join(import.meta.dirname, '../..');
const copied = ['build/checks', 'build/tsconfig.base.json', 'package.json', 'electron.vite.config.ts'];

/** A copy of the repository's rules and settings without its sources; `files` takes their place. */
export function plantTree(files: Record<string, string>): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'nibble-planted-'));
  const settings = globSync('{src-main,src-renderer,tests}/**/tsconfig.json', { cwd: root });
  for (const file of [...copied, ...settings])
    cpSync(join(root, file), join(path, file), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'), 'junction');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs an installed tool in `folder` and returns the JSON that it prints, whatever its exit code. */
export function runTool(folder: string, script: string, args: string[]): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout);
}
