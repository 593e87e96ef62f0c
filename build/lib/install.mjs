import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { inRoot, root } from './paths.mjs';
import { run } from './run.mjs';

const stamp = () => inRoot('node_modules', '.nibble-lock-hash');

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex');

/** Whether node_modules holds what package-lock.json asks for. Costs a millisecond. */
export function isInstalled() {
  const finished = inRoot('node_modules', '.package-lock.json'); // npm writes it last
  if (!existsSync(finished)) return false;
  if (existsSync(stamp())) return readFileSync(stamp(), 'utf8') === lockHash();
  return statSync(finished).mtimeMs >= statSync(inRoot('package-lock.json')).mtimeMs;
}

/**
 * Installs the exact packages of package-lock.json. No install script is run: none is needed, and a binary that could
 * not be downloaded must not fail the rest.
 */
export async function install(say) {
  say('Installing what Nibble needs (about a minute, only this once)…');
  const startedAt = Date.now();
  const { command, args, shell } = npm();
  const result = await run(
    command,
    [
      ...args,
      installCommand(),
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--loglevel=error',
    ],
    { cwd: root, shell, env: cleanEnvironment() },
  );
  if (result.code !== 0) {
    throw new Error(
      `Installing failed. Check the network connection and the free disk space, then try again.\n${result.output.trim()}`,
    );
  }
  writeFileSync(stamp(), lockHash());
  say(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

/** `npm ci` starts by deleting everything, which Windows refuses while the Node that runs this lies in there. */
function installCommand() {
  const runsFromInside = process.execPath.startsWith(inRoot('node_modules'));
  return process.platform === 'win32' && runsFromInside ? 'install' : 'ci';
}

function npm() {
  const script = process.env.npm_execpath;
  if (script && /\.c?js$/.test(script) && existsSync(script)) {
    return { command: process.execPath, args: [script], shell: false };
  }
  // npm is a batch file on Windows, which only a shell can start.
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

/** What another npm was told (a silent log level, its own folder, no development packages) is not meant for this one. */
const foreignSettings = new Set([
  'node_env',
  'npm_config_global',
  'npm_config_local_prefix',
  'npm_config_loglevel',
  'npm_config_omit',
  'npm_config_prefix',
]);

function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !foreignSettings.has(name.toLowerCase())),
  );
}
