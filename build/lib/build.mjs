import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, nodeBinary, packageScript, root } from './paths.mjs';
import { run } from './run.mjs';

const inputs = ['src-main', 'src-renderer', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];
const results = ['out/main/web.js', 'out/main/cli.js', 'out/main/engine-child.js', 'out/renderer/index.html'];
const stamp = () => inRoot('out', '.build-stamp');

/** Whether `out/` was made from the sources as they are now. */
export function isBuilt() {
  if (!existsSync(stamp()) || !results.every((path) => existsSync(inRoot(path)))) return false;
  return readFileSync(stamp(), 'utf8') === sourceHash();
}

export async function build(say) {
  say('Building Nibble…');
  const startedAt = Date.now();
  const hash = sourceHash();
  // A build that is cut short must not look finished.
  rmSync(stamp(), { force: true });
  const result = await run(nodeBinary(), [packageScript('electron-vite'), 'build'], { cwd: root });
  if (result.code !== 0) throw new Error(`Building failed.\n${result.output.trim()}`);
  writeFileSync(stamp(), hash);
  say(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

/** Names and contents of everything the build reads: a few megabytes, 30 ms. */
function sourceHash() {
  const hash = createHash('sha256');
  for (const input of inputs) addToHash(hash, input);
  return hash.digest('hex');
}

function addToHash(hash, path) {
  const full = inRoot(path);
  if (!existsSync(full)) return;
  const entries = path.includes('.') ? null : readdirSync(full, { recursive: true, withFileTypes: true });
  if (!entries) {
    hash.update(`${path}\0`).update(readFileSync(full));
    return;
  }
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  for (const file of files.sort()) hash.update(`${file.slice(root.length)}\0`).update(readFileSync(file));
}
