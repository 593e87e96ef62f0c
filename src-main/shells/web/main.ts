/** The web shell as a program: one line when it is ready, a new link for every Enter, a clean end on Ctrl-C. */
import { createInterface } from 'node:readline';
import { toProblem } from '../../contract/problem.ts';
import { AlreadyRunningError } from '../../services/instance-lock/instance-lock.ts';
import { parseWebShellFlags, UsageError, webShellUsage, type WebShellFlags } from './command-line.ts';
import { canOpenBrowser, openBrowser } from './open-browser.ts';
import { startWebShell, type WebShell } from './web-shell.ts';

/** Children are killed well before; this is for a disk that does not answer. */
const SHUTDOWN_LIMIT_MS = 5_000;
/** What a shell reports for a program that Ctrl-C ended: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

async function main(args: string[]): Promise<void> {
  try {
    const flags = parseWebShellFlags(args);
    const shell = await startWebShell(flags);
    endOnSignal(shell);
    invite(shell, flags);
  } catch (error) {
    if (error instanceof UsageError) fail(2, `${error.message}\n\n${webShellUsage}`);
    else failWith(error);
  }
}

function invite(shell: WebShell, { open }: WebShellFlags): void {
  const link = shell.newLink();
  process.stdout.write(`Nibble: ${link}\n`);
  if (open && canOpenBrowser(process.platform, process.env)) openBrowser(link);
  if (!process.stdin.isTTY) return;
  createInterface({ input: process.stdin }).on('line', () => {
    process.stdout.write(`Nibble: ${shell.newLink()}\n`);
  });
}

function endOnSignal(shell: WebShell): void {
  let ending = false;
  const end = () => {
    // A second Ctrl-C means now.
    if (ending) process.exit(EXIT_INTERRUPTED);
    ending = true;
    setTimeout(() => fail(1, 'Nibble did not end in time and was stopped.'), SHUTDOWN_LIMIT_MS).unref();
    shell[Symbol.asyncDispose]().then(() => process.exit(0), failWith);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}

function failWith(error: unknown): void {
  const { code, what, why, todo } = toProblem(error);
  if (code === 'internal') fail(1, `${what} ${why} ${String(error)}`);
  else fail(1, [what, why, todo, addressOfOther(error)].join(' ').trim());
}

/** Where the Nibble that is in the way is shown, as told by itself. */
function addressOfOther(error: unknown): string {
  const url = error instanceof AlreadyRunningError ? error.instance?.url : undefined;
  return url === undefined ? '' : `It is open at ${url}`;
}

function fail(exitCode: number, text: string): void {
  process.stderr.write(`Nibble: ${text}\n`, () => process.exit(exitCode));
}

process.on('uncaughtException', failWith);
await main(process.argv.slice(2));
