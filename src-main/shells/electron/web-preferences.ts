import type { WebPreferences } from 'electron';
import { join } from 'node:path';
import { programRoot } from '../../services/app-paths.ts';

/** Said in so many words even where it is Electron's default: defaults have changed before. */
export function webPreferences(isPackaged: boolean): Readonly<WebPreferences> {
  return Object.freeze({
    preload: join(programRoot(), 'out', 'preload', 'preload.cjs'),
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    // Chromium would fetch dictionaries from a server.
    spellcheck: false,
    autoplayPolicy: 'document-user-activation-required',
    devTools: !isPackaged,
  } satisfies WebPreferences);
}
