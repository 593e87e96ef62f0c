import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadMessage } from './load-child.ts';

export interface LoadOutcome {
  path: string;
  outcome: 'ran' | 'failed' | 'died' | 'hung';
  /** The library's message, or the signal or code the process ended with. */
  reason: string;
}

/** A load of these tiny files takes about 20 ms. */
const SILENCE_MS = 10_000;

/** Loads every file in child processes; one that dies or hangs costs its own file, and the next child goes on. */
export async function loadAll(paths: readonly string[]): Promise<LoadOutcome[]> {
  const outcomes: LoadOutcome[] = [];
  for (let remaining = paths; remaining.length > 0; remaining = paths.slice(outcomes.length)) {
    outcomes.push(...(await loadUntilDeath(remaining)));
  }
  return outcomes;
}

function loadUntilDeath(paths: readonly string[]): Promise<LoadOutcome[]> {
  return new Promise((resolve, reject) => {
    const outcomes: LoadOutcome[] = [];
    let current: string | null = null;
    let hung = false;
    let lastLines = '';
    const child = fork(join(import.meta.dirname, 'load-child.ts'), [...paths], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Else ggml starts a debugger to print where it was, which takes ten seconds.
      env: { ...process.env, GGML_NO_BACKTRACE: '1' },
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastLines = (lastLines + text).slice(-2_000);
    });
    const onSilence = () => {
      hung = true;
      child.kill('SIGKILL');
    };
    let watchdog = setTimeout(onSilence, SILENCE_MS);
    child.on('message', (message: LoadMessage) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(onSilence, SILENCE_MS);
      current = message.type === 'start' ? message.path : null;
      if (message.type === 'end') outcomes.push(message);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(watchdog);
      if (current === null && outcomes.length < paths.length) {
        reject(new Error(`the loading process ended between two files: ${signal ?? code} ${lastLines}`));
        return;
      }
      if (current !== null) {
        outcomes.push({
          path: current,
          outcome: hung ? 'hung' : 'died',
          reason: `${signal ?? code} ${lastLines}`,
        });
      }
      resolve(outcomes);
    });
  });
}
