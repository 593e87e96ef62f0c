import type {
  Dialog,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  OpenDialogOptions,
  SafeStorage,
  Shell,
} from 'electron';
import { EventEmitter } from 'node:events';
import type { BrowserWindowDouble } from './browser-window.ts';
import { double } from './double.ts';

export const dialog = {
  showMessageBox(_window: BrowserWindowDouble, options: MessageBoxOptions) {
    double.messageBoxes.push(options);
    return Promise.resolve({ response: double.pressedButton, checkboxChecked: false });
  },
  showOpenDialog(_window: BrowserWindowDouble, options: OpenDialogOptions) {
    double.openDialogs.push(options);
    const filePaths = double.chosenFile === null ? [] : [double.chosenFile];
    return Promise.resolve({ canceled: double.chosenFile === null, filePaths });
  },
  showErrorBox(title: string, content: string) {
    double.errorBoxes.push({ title, content });
  },
} satisfies Record<keyof Pick<Dialog, 'showErrorBox' | 'showMessageBox' | 'showOpenDialog'>, unknown>;

export const shell: Pick<Shell, 'openExternal' | 'showItemInFolder' | 'trashItem'> = {
  showItemInFolder(path) {
    double.revealed.push(path);
  },
  trashItem(path) {
    double.trashed.push(path);
    return Promise.resolve();
  },
  openExternal(url) {
    double.openedExternally.push(url);
    return Promise.resolve();
  },
};

/** A key that is not the one a reader of the file has: bytes are turned around. */
const turned = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0xa5));

export const safeStorage: Pick<
  SafeStorage,
  'isEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptString' | 'decryptString'
> = {
  isEncryptionAvailable: () => true,
  getSelectedStorageBackend: () => double.keyStore,
  encryptString: (text) => turned(Buffer.from(text)),
  decryptString: (bytes) => turned(bytes).toString(),
};

export const Menu = {
  buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
  setApplicationMenu: (template: MenuItemConstructorOptions[]) => {
    double.menu = template;
  },
};

class NativeThemeDouble extends EventEmitter {
  get shouldUseDarkColors(): boolean {
    return double.darkColors;
  }
}

export const nativeTheme = new NativeThemeDouble();

export const screen = {
  getAllDisplays: () => double.workAreas.map((workArea) => ({ workArea })),
};

export const ipcMain = new EventEmitter();
