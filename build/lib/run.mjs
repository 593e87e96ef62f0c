import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest output kept of one command; the end is what explains a failure. */
const KEPT_CHARACTERS = 200_000;
/** Time that the last children of an ended command have to end too. */
const LEFTOVER_GRACE_MS = 3_000;

const ownGroups = process.platform !== 'win32';
const running = new Set();

/**
 * Runs a command to its end and returns what it printed: `{ code, output, leftovers }`. A command that cannot be
 * started or that runs longer than `timeoutMs` counts as failed. `leftovers` tells whether processes were left behind
 * (they are ended).
 */
export function run(command, args, { cwd, env, timeoutMs, shell = false } = {}) {
  return new Promise((done) => {
    const options = {
      cwd,
      env,
      shell,
      detached: ownGroups,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    };
    const child = spawn(command, args, options);
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-KEPT_CHARACTERS);
      });
    }
    const timer =
      timeoutMs &&
      setTimeout(() => {
        output += `\nEnded after ${timeoutMs / 1000} s: it took too long.`;
        endGroup(child);
      }, timeoutMs);
    const finish = (code, leftovers) => {
      clearTimeout(timer);
      running.delete(child);
      done({ code, output, leftovers });
    };
    child.on('error', (error) => {
      output += error.message;
      finish(127, false);
    });
    // `exit` and not `close`: a process left behind holds the pipes open.
    child.on('exit', async (code) => {
      const leftovers = ownGroups && !(await groupEnds(child));
      if (leftovers) endGroup(child);
      finish(code ?? 1, leftovers);
    });
  });
}

/** Ends every command that `run` has started, with its children. */
export function endAll() {
  for (const child of running) endGroup(child);
}

function endGroup(child) {
  try {
    if (ownGroups) process.kill(-child.pid, 'SIGKILL');
    else child.kill();
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function groupEnds(child) {
  const until = Date.now() + LEFTOVER_GRACE_MS;
  while (Date.now() < until) {
    try {
      process.kill(-child.pid, 0);
    } catch (error) {
      if (error.code === 'ESRCH') return true;
      throw error;
    }
    await sleep(20);
  }
  return false;
}

/** Nibble ends within two seconds of Ctrl-C. */
const TERMINAL_GRACE_MS = 2_500;

/** Shells report a death by signal as 128 + its number. */
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/**
 * Hands the terminal to a command and returns the exit code to end with. Signals are passed on, but Ctrl-C only if the
 * command goes on: the terminal has sent it to both, and a second one means to end at once.
 */
export function handOver(command, args, { cwd, env } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    const pass = (signal) => {
      const perhapsByTerminal = signal === 'SIGINT' && process.stdin.isTTY;
      if (perhapsByTerminal) setTimeout(() => child.kill(signal), TERMINAL_GRACE_MS).unref();
      else child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    child.on('error', fail);
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      done(code ?? 128 + (signalNumbers[signal] ?? 0));
    });
  });
}
