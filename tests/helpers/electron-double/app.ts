import type { App } from 'electron';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { double, preventable } from './double.ts';

type Used =
  | 'enableSandbox'
  | 'exit'
  | 'getName'
  | 'getPath'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setPath'
  | 'whenReady';

class AppDouble extends EventEmitter implements Pick<App, Used> {
  readonly commandLine: Pick<App['commandLine'], 'appendSwitch'> = {
    appendSwitch: (name, value = '') => void double.switches.set(name, value),
  };
  readonly #ready = new Promise<void>((resolve) => setImmediate(resolve));

  get isPackaged(): boolean {
    return double.isPackaged;
  }

  getName(): string {
    return 'Nibble';
  }

  setPath(name: string, path: string): void {
    if (!existsSync(path)) throw new Error(`Path '${path}' does not exist`);
    double.paths.set(name, path);
  }

  getPath(name: string): string {
    const path = double.paths.get(name);
    if (path === undefined) throw new Error(`the stand-in knows no path "${name}"`);
    return path;
  }

  enableSandbox(): void {
    double.sandboxed = true;
  }

  requestSingleInstanceLock(): boolean {
    return !double.alreadyRunning;
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  quit(): void {
    for (const window of [...double.windows]) window.close();
    const event = preventable({});
    this.emit('will-quit', event);
    if (!event.defaultPrevented) double.onExit(0);
  }

  exit(code = 0): void {
    for (const window of [...double.windows]) window.destroy();
    double.onExit(code);
  }
}

export const app = new AppDouble();
