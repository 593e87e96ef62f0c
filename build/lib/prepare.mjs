import { build, isBuilt } from './build.mjs';
import { install, isInstalled } from './install.mjs';
import { withLock } from './lock.mjs';

/** Progress goes to stderr: stdout belongs to what the person asked for. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Makes sure that packages and, unless `builds` is false, an up-to-date build are there. Two starts at once take turns. */
export async function prepare({ builds = true } = {}) {
  const ready = () => isInstalled() && (!builds || isBuilt());
  if (ready()) return;
  await withLock('setup.lock', async () => {
    if (!isInstalled()) await install(say);
    if (builds && !isBuilt()) await build(say);
  });
}

/** Runs a command's `main` and ends with the exit code it returns; a failure is said in words, without a stack trace. */
export async function endWith(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error.message);
    process.exitCode = error.exitCode ?? 1;
  }
}
