import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { vi } from 'vitest';
import type { BrowserWindowDouble } from '../helpers/electron-double/browser-window.ts';
import type { double } from '../helpers/electron-double/double.ts';
import type * as electron from '../helpers/electron-double/electron.ts';

export type Double = typeof double;
export type ElectronDouble = typeof electron;

export interface Desktop extends AsyncDisposable {
  dataDir: string;
  double: Double;
  electron: ElectronDouble;
  window: BrowserWindowDouble;
  /** The code that the program ended with. */
  exit: Promise<number>;
}

export interface LaunchOptions {
  browser?: Browser;
  dataDir?: string;
  /** Sets the scene before the program starts. */
  prepare?: (double: Double) => void;
}

/** Runs the real main entry on fresh modules, up to its first window. */
export async function launchDesktop(options: LaunchOptions = {}): Promise<Desktop> {
  const desktop = await runMain(options);
  const window = await vi.waitFor(() => {
    const [first] = desktop.double.windows;
    if (first === undefined) throw new Error('no window yet');
    return first;
  });
  return { ...desktop, window };
}

/** Runs the real main entry, window or not. */
export async function runMain({ browser, dataDir, prepare }: LaunchOptions = {}): Promise<
  Omit<Desktop, 'window'>
> {
  vi.resetModules();
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'nibble-desktop-'));
  const { double: state } = await import('../helpers/electron-double/double.ts');
  const module = await import('../helpers/electron-double/electron.ts');
  state.browser = browser ?? null;
  const { promise: exit, resolve } = Promise.withResolvers<number>();
  state.onExit = resolve;
  prepare?.(state);
  process.argv = [process.execPath, 'main.ts', '--data-dir', folder];
  await import('../../src-main/shells/electron/main.ts');
  return {
    dataDir: folder,
    double: state,
    electron: module,
    exit,
    async [Symbol.asyncDispose]() {
      module.app.quit();
      await exit;
      await Promise.all(state.closing);
      if (dataDir === undefined) rmSync(folder, { recursive: true });
    },
  };
}
