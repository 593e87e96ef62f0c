import { nodeBinary, packageScript, root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { result } from './results.mjs';

const LIMIT_MS = 900_000;

/** Runs a tool that says by its exit code whether all is well. It counts as one test. `notes`: show what it prints. */
export async function check(name, [script, ...args], { notes = false } = {}) {
  const { code, output } = await run(nodeBinary(), [script, ...args], { cwd: root, timeoutMs: LIMIT_MS });
  if (code !== 0) return result({ failed: 1, output: `${name}\n${output.trim()}\n` });
  return result({ passed: 1, notes: notes ? output.trim().split('\n') : [] });
}

/** The command line of an installed package's tool. */
export const tool = (name, ...args) => [packageScript(...[name].flat()), ...args];
