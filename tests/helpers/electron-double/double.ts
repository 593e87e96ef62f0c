/**
 * What the stand-in for Electron remembers and what tests tell it to do. Electron's own binary is not everywhere, but
 * the code that drives it has to be tested everywhere: here the module `electron` is replaced, while the
 * main entry, the preload, the page and the browser that shows it are the real ones.
 */
import type { MenuItemConstructorOptions, MessageBoxOptions, OpenDialogOptions, Rectangle } from 'electron';
import type { Browser } from 'playwright';
import type { BrowserWindowDouble } from './browser-window.ts';

export const double = {
  /** Chromium for the windows. Null: windows are made, but show nothing. */
  browser: null as Browser | null,
  isPackaged: false,
  /** Whether another instance already holds the lock. */
  alreadyRunning: false,
  darkColors: false,
  workAreas: [{ x: 0, y: 0, width: 1920, height: 1040 }] as Rectangle[],
  /** The button that is pressed in every message box. */
  pressedButton: 0,
  /** What the open dialog returns; null cancels it. */
  chosenFile: null as string | null,
  /** Called by `app.exit`, and at the end of `app.quit`. */
  onExit: (_code: number): void => undefined,

  windows: [] as BrowserWindowDouble[],
  /** Pages of windows that were closed, on their way out. */
  closing: [] as Promise<unknown>[],
  switches: new Map<string, string>(),
  paths: new Map<string, string>(),
  privilegedSchemes: [] as unknown[],
  sandboxed: false,
  messageBoxes: [] as MessageBoxOptions[],
  openDialogs: [] as OpenDialogOptions[],
  errorBoxes: [] as { title: string; content: string }[],
  openedExternally: [] as string[],
  /** Paths that were shown in the file manager, and those that went to the trash. */
  revealed: [] as string[],
  trashed: [] as string[],
  /** What keeps secrets on this system. */
  keyStore: 'gnome_libsecret' as 'gnome_libsecret' | 'basic_text',
  menu: [] as MenuItemConstructorOptions[],
  /** Requests of pages that Nibble's own handler cancelled, and those that would have gone out. */
  cancelledRequests: [] as string[],
  leakedRequests: [] as string[],
};

/** An event as Electron hands it to listeners that may prevent what is about to happen. */
export function preventable<Facts extends object>(facts: Facts) {
  let prevented = false;
  return {
    ...facts,
    preventDefault: () => {
      prevented = true;
    },
    get defaultPrevented() {
      return prevented;
    },
  };
}
