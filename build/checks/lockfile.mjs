/**
 * What gets installed is what was chosen: every package has its sha512 and comes from one registry, and every
 * version in package.json is exact. Packages with an install script are named here with the reason why Nibble works
 * without running it, since it is installed with `--ignore-scripts`.
 */
import { readFileSync } from 'node:fs';

const scriptsNotNeeded = {
  'better-sqlite3': 'carries binaries for every platform',
  'node-llama-cpp': 'its binaries are packages of their own',
  electron: 'the window is fetched at the first start, if at all',
  fsevents: 'carries its binary; macOS only',
  koffi: 'carries its binaries',
};

/**
 * Binaries for other systems that could not be had where the lock file was made. They are listed so that `npm ci`
 * accepts the file; npm checks them against the registry's own hash.
 */
const withoutHash = /^@(node-llama-cpp|oxc-parser)\//;

const read = (name) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));
const manifest = read('package.json');
const { packages } = read('package-lock.json');

const problems = [];
for (const group of ['dependencies', 'devDependencies', 'optionalDependencies']) {
  for (const [name, version] of Object.entries(manifest[group] ?? {})) {
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      problems.push(`${name}: ${version} is not an exact version`);
  }
}

const registries = new Set();
for (const [path, entry] of Object.entries(packages)) {
  if (path === '') continue;
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const hashed = /^sha512-/.test(entry.integrity ?? '') || entry.inBundle;
  if (!hashed && !(entry.optional && entry.os && withoutHash.test(name)))
    problems.push(`${path} has no sha512`);
  if (entry.resolved)
    registries.add(URL.canParse(entry.resolved) ? new URL(entry.resolved).origin : entry.resolved);
  if (entry.hasInstallScript && !(name in scriptsNotNeeded))
    problems.push(`${path} wants to run an install script`);
}
if (registries.size > 1)
  problems.push(`packages come from ${registries.size} places: ${[...registries].join(', ')}`);

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
