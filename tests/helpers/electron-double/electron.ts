/** The part of the module `electron` that Nibble uses. */
export { app } from './app.ts';
export { BrowserWindowDouble as BrowserWindow } from './browser-window.ts';
export { MessageChannelMain } from './message-ports.ts';
export { protocol, session } from './session.ts';
export { dialog, ipcMain, Menu, nativeTheme, safeStorage, screen, shell } from './system.ts';
