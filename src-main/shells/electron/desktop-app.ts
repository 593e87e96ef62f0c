/**
 * The life of the desktop app: one window over one core. The window is asked for first and the core, which loads the
 * services, right after, so that both start at the same time; calls of the page wait in its port.
 */
import { app, Menu, session, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import { toProblem } from '../../contract/problem.ts';
import { programRoot } from '../../services/app-paths.ts';
import type { Core } from '../shared/core.ts';
import { listStaticFiles, readAhead } from '../shared/static-files.ts';
import { serveAppScheme } from './app-protocol.ts';
import type { ElectronFlags } from './command-line.ts';
import { pickFolder, pickModelFile, showFatalProblem, showProblem } from './dialogs.ts';
import { revealFile, trashItem } from './file-manager.ts';
import { systemKeyStore } from './key-store.ts';
import { bringToFront, createMainWindow, goTo, type Place } from './main-window.ts';
import { menuTemplate } from './menu.ts';
import { cancelForeignRequests } from './network.ts';
import { denyPermissions } from './permissions.ts';
import { brokerPorts } from './port-broker.ts';
import { endRunawayPages } from './recovery.ts';
import { WindowStateFile } from './window-state.ts';

/** Children are killed well before; this is for a disk that does not answer. */
const SHUTDOWN_LIMIT_MS = 5_000;

export class DesktopApp {
  readonly #flags: ElectronFlags;
  readonly #windowState = new WindowStateFile(app.getPath('userData'));
  #window: BrowserWindow | null = null;
  #core: Promise<Core> | null = null;
  #ended = false;

  constructor(flags: ElectronFlags) {
    this.#flags = flags;
  }

  /** To be called when the app is ready. */
  start(): void {
    try {
      const files = listStaticFiles(join(programRoot(), 'out', 'renderer'));
      serveAppScheme(files);
      void readAhead(files);
    } catch (error) {
      return this.#fail(error);
    }
    denyPermissions(session.defaultSession);
    cancelForeignRequests(session.defaultSession);
    this.#openWindow();
    this.#core = this.#openCore();
    this.#core.catch(this.#fail);
    brokerPorts(this.#core);
    process.on('uncaughtException', this.#fail);
    this.#setMenu();
    app.on('second-instance', () => this.show());
    app.on('activate', () => this.show());
    app.on('window-all-closed', () => app.quit());
    app.on('will-quit', (event) => {
      if (this.#ended) return;
      event.preventDefault();
      void this.#end();
    });
  }

  show(): void {
    if (this.#window === null) this.#openWindow();
    else bringToFront(this.#window);
  }

  #openWindow(): void {
    const window = createMainWindow(this.#windowState);
    this.#window = window;
    endRunawayPages(window);
    window.once('closed', () => {
      this.#window = null;
    });
  }

  async #openCore(): Promise<Core> {
    const { openCore } = await import('../shared/core.ts');
    return openCore({
      kind: 'electron',
      ...this.#flags,
      ...(app.isPackaged && { resourcesDir: join(process.resourcesPath, 'resources') }),
      pickModelFile: async () => (this.#window === null ? null : pickModelFile(this.#window)),
      pickFolder: async () => (this.#window === null ? null : pickFolder(this.#window)),
      revealFile,
      trashItem,
      sealing: systemKeyStore,
      onSecondInstance: () => this.show(),
    });
  }

  #setMenu(): void {
    const facts = {
      name: app.getName(),
      isMac: process.platform === 'darwin',
      isPackaged: app.isPackaged,
    };
    const template = menuTemplate(facts, {
      goTo: (place) => this.#goTo(place),
      openModel: () => void this.#openModel(),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  #goTo(place: Place): void {
    this.show();
    if (this.#window !== null) goTo(this.#window, place);
  }

  async #openModel(): Promise<void> {
    const window = this.#window;
    if (window === null || this.#core === null) return;
    const path = await pickModelFile(window);
    if (path === null) return;
    try {
      await (await this.#core).openModel(path);
      this.#goTo('#/models');
    } catch (error) {
      await showProblem(window, toProblem(error));
    }
  }

  /** Electron's own answer to a defect would be a stack trace. */
  readonly #fail = (error: unknown): void => {
    process.off('uncaughtException', this.#fail);
    showFatalProblem(toProblem(error));
    app.exit(1);
  };

  async #end(): Promise<void> {
    const limit = setTimeout(() => app.exit(1), SHUTDOWN_LIMIT_MS);
    // A core that did not open has nothing to close.
    const core = await this.#core?.catch(() => null);
    await core?.[Symbol.asyncDispose]();
    clearTimeout(limit);
    process.off('uncaughtException', this.#fail);
    this.#ended = true;
    app.quit();
  }
}
