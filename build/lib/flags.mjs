import { resolve } from 'node:path';
import { callersFolder } from './paths.mjs';

/** A command line that cannot be understood: exit code 2. */
export class UsageError extends Error {
  exitCode = 2;
}

export const startUsage = `Usage: npm start -- [options]

  --web              open Nibble in the browser, served on this computer only
  --electron         open Nibble in a window of its own, or fail
  --port N           port of the web shell (0 or not given: any free one)
  --no-open          do not open the browser
  --data-dir DIR     where chats and settings are kept
  --models-dir DIR   where models are kept
  --help             show this text

Without --web or --electron, Nibble opens a window where it can and the browser otherwise.`;

/**
 * Reads the options of `npm start`. Folders are meant from where the person stands.
 * @returns {{ help: boolean, shell: 'web' | 'electron' | null, port: number | null, open: boolean, folders: string[] }}
 */
export function parseStartFlags(args) {
  const flags = { help: false, shell: null, port: null, open: true, folders: [] };
  const rest = args.flatMap((arg) => (/^--[a-z-]+=/.test(arg) ? splitAtEqualsSign(arg) : [arg]));
  while (rest.length > 0) {
    const flag = rest.shift();
    if (flag === '--help' || flag === '-h') flags.help = true;
    else if (flag === '--web' || flag === '--electron') chooseShell(flags, flag.slice(2));
    else if (flag === '--no-open') flags.open = false;
    else if (flag === '--port') flags.port = readPort(rest.shift());
    else if (flag === '--data-dir' || flag === '--models-dir')
      flags.folders.push(flag, readFolder(flag, rest.shift()));
    else throw new UsageError(`Unknown option ${flag}.\n\n${startUsage}`);
  }
  if (flags.shell === 'electron' && (flags.port !== null || !flags.open)) {
    throw new UsageError('--port and --no-open belong to the web shell; they do not go with --electron.');
  }
  return flags;
}

function splitAtEqualsSign(arg) {
  const at = arg.indexOf('=');
  return [arg.slice(0, at), arg.slice(at + 1)];
}

function chooseShell(flags, shell) {
  if (flags.shell && flags.shell !== shell) throw new UsageError('Choose one of --web and --electron.');
  flags.shell = shell;
}

function readPort(value) {
  const port = Number(value);
  if (!value || !/^\d+$/.test(value) || port > 65_535) {
    throw new UsageError(`--port needs a number from 0 to 65535${value ? `, not ${value}` : ''}.`);
  }
  return port;
}

function readFolder(flag, value) {
  if (!value || value.startsWith('--')) throw new UsageError(`${flag} needs a folder.`);
  return resolve(callersFolder(), value);
}
