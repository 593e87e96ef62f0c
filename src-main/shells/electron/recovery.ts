import type { BrowserWindow } from 'electron';

/** A page that dies twice within this time would only die again. */
const AGAIN_MS = 60_000;

/** Loads the page anew when its process died; chats and the answer in progress live in this process. */
export function endRunawayPages(window: BrowserWindow): void {
  let lastAt = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = performance.now();
    if (now - lastAt < AGAIN_MS) return window.destroy();
    lastAt = now;
    window.webContents.reload();
  });
}
