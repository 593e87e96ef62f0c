import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cacheFile, inRoot, nodeBinary } from './paths.mjs';
import { say } from './prepare.mjs';
import { run } from './run.mjs';

const DOWNLOAD_LIMIT_MS = 180_000;
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/** The Electron program, or null where its download is missing. */
export function electronBinary() {
  const folder = inRoot('node_modules', 'electron');
  const pathFile = `${folder}/path.txt`;
  if (!existsSync(pathFile)) return null;
  const binary = `${folder}/dist/${readFileSync(pathFile, 'utf8')}`;
  return existsSync(binary) ? binary : null;
}

/** Downloads Electron (100 MB). A failure is remembered for a day, so that starting without a network stays quick. */
export async function fetchElectron({ evenAfterFailure }) {
  const failed = cacheFile('electron-download-failed');
  if (!evenAfterFailure && existsSync(failed) && Date.now() - statSync(failed).mtimeMs < RETRY_AFTER_MS)
    return null;
  say('Downloading the window for Nibble (Electron, about 100 MB)…');
  const result = await run(nodeBinary(), [inRoot('node_modules', 'electron', 'install.js')], {
    timeoutMs: DOWNLOAD_LIMIT_MS,
  });
  const binary = result.code === 0 ? electronBinary() : null;
  if (binary) rmSync(failed, { force: true });
  else writeFileSync(failed, result.output);
  return binary;
}
