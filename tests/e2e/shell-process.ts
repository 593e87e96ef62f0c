import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

const START_LIMIT_MS = 30_000;
const END_LIMIT_MS = 8_000;

/** A program that ends up as the web shell, as a person starts it: in a process of its own. */
export class ShellProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #exited: Promise<number | null>;
  #stdout = '';
  #stderr = '';

  constructor(
    script: string,
    args: string[],
    { cwd, environment }: { cwd?: string; environment?: Record<string, string> } = {},
  ) {
    this.#child = spawn(process.execPath, [script, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd,
      env: { ...process.env, ...environment },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#exited = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the program did not start');
    return pid;
  }

  /** Everything that was printed so far. */
  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The link of the line that says that the page is ready. */
  async link(): Promise<string> {
    const signal = AbortSignal.timeout(START_LIMIT_MS);
    const ended = this.#exited.then(() => 'ended');
    for (;;) {
      const found = /^Nibble: (http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+)\n/.exec(this.#stdout)?.[1];
      if (found) return found;
      const next = await Promise.race([ended, once(this.#child.stdout, 'data', { signal })]);
      if (next === 'ended') throw new Error(`no link was printed.\n${this.#stdout}${this.#stderr}`);
    }
  }

  exit(): Promise<number | null> {
    return this.#exited;
  }

  /** Without time to put anything in order. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Ctrl-C, and the exit code it leads to; null when the program had to be killed. */
  async end(): Promise<number | null> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_LIMIT_MS);
    this.#child.kill('SIGINT');
    const code = await this.#exited;
    clearTimeout(timer);
    return code;
  }
}
