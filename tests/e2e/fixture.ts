import { test as base, type BrowserContext, type Page } from '@playwright/test';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchElectron } from './electron-app.ts';
import { findDescendants } from './child-processes.ts';
import { measured } from './measure-machine.ts';
import { PageWatch } from './watch-page.ts';
import { ShellProcess } from './shell-process.ts';

const webShell = join(import.meta.dirname, '../../out/main/web.js');

export interface ShellOption {
  shell: 'web' | 'electron';
  /** Start on an empty data folder; otherwise this machine has been measured, as on every start but a person's first. */
  firstStart: boolean;
  /** Variables that Nibble is started with. */
  environment: Record<string, string>;
}

interface Running {
  page: Page;
  watch: PageWatch;
  pid: number;
  end: () => Promise<void>;
  kill: () => Promise<void>;
}

/** A Nibble with a data folder of its own, and the window of it. */
export class NibbleUnderTest {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'nibble-e2e-'));
  readonly #start: (dataDir: string) => Promise<Running>;
  #running: Running | null = null;

  constructor(start: (dataDir: string) => Promise<Running>, firstStart: boolean) {
    this.#start = start;
    if (!firstStart) cpSync(measured, join(this.dataDir, 'cache'), { recursive: true });
  }

  get page(): Page {
    return this.#now.page;
  }

  get watch(): PageWatch {
    return this.#now.watch;
  }

  /** Process id of the engine that has the model loaded; undefined while there is none. */
  get enginePid(): number | undefined {
    return findDescendants(this.#now.pid, 'engine-child.js engine')[0];
  }

  async start(): Promise<void> {
    this.#running = await this.#start(this.dataDir);
  }

  /** Ends Nibble as a person would, and starts it again on the same data. */
  async restart(): Promise<void> {
    await this.end();
    await this.start();
  }

  async end(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (!running) return;
    running.watch.check();
    await running.end();
  }

  /** Ends it in the middle of whatever it does, and starts it again on the same data. */
  async killAndRestart(): Promise<void> {
    const running = this.#now;
    this.#running = null;
    running.watch.check();
    await running.kill();
    await this.start();
  }

  remove(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  get #now(): Running {
    if (!this.#running) throw new Error('Nibble is not running');
    return this.#running;
  }
}

async function startWeb(
  context: BrowserContext,
  dataDir: string,
  environment: Record<string, string>,
): Promise<Running> {
  const args = ['--port', '0', '--no-open', '--data-dir', dataDir];
  const shell = new ShellProcess(webShell, args, { environment });
  const link = await shell.link();
  const page = await context.newPage();
  const watch = new PageWatch(page);
  await page.goto(link);
  const end = async () => {
    await page.close();
    const code = await shell.end();
    if (code !== 0) throw new Error(`the web shell ended with exit code ${code}.\n${shell.stderr}`);
  };
  const kill = async () => {
    await page.close();
    await shell.kill();
  };
  return { page, watch, pid: shell.pid, end, kill };
}

async function startElectron(dataDir: string, environment: Record<string, string>): Promise<Running> {
  const { app, page } = await launchElectron(dataDir, environment);
  const kill = async () => {
    const exited = once(app.process(), 'exit');
    app.process().kill('SIGKILL');
    await exited;
  };
  return { page, watch: new PageWatch(page), pid: app.process().pid ?? 0, end: () => app.close(), kill };
}

export const test = base.extend<ShellOption & { nibble: NibbleUnderTest }>({
  shell: ['web', { option: true }],
  firstStart: [false, { option: true }],
  environment: [{}, { option: true }],
  nibble: async ({ shell, firstStart, environment, context }, use) => {
    const start = (dataDir: string) =>
      shell === 'web' ? startWeb(context, dataDir, environment) : startElectron(dataDir, environment);
    const nibble = new NibbleUnderTest(start, firstStart);
    await nibble.start();
    await use(nibble);
    await nibble.end();
    nibble.remove();
  },
});

export { expect } from '@playwright/test';
