import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';

const entry = join(import.meta.dirname, '../../../src-main/shells/cli/main.ts');

export interface Finished {
  /** Exit code, or the signal that ended it. */
  ended: number | NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts the command line as a process of its own. */
export function startCli(args: readonly string[], input?: string, environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [entry, ...args], { stdio: 'pipe', env });
  child.stdin.end(input);
  const closed = new Promise<Finished['ended']>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const finished = Promise.all([closed, text(child.stdout), text(child.stderr)]).then(
    ([ended, stdout, stderr]): Finished => ({ ended, stdout, stderr }),
  );
  return { child, finished };
}

export function runCli(args: readonly string[], input?: string): Promise<Finished> {
  return startCli(args, input).finished;
}
