/** What the Electron preload puts on `window`; absent in the web shell. Keep in step with shells/electron/preload.ts. */
export interface NibbleBridge {
  readonly platform: string;
  /** The path of a dropped file, which web pages are not told. */
  readonly pathForFile: (file: File) => string;
}

declare global {
  interface Window {
    readonly nibble?: NibbleBridge;
  }
}

export function bridge(): NibbleBridge | null {
  return window.nibble ?? null;
}

export const PORT_MESSAGE = 'nibble:port';
/** Sent by the page once it listens, so that a port posted too early is posted again. */
export const READY_MESSAGE = 'nibble:ready';

/** Waits for the preload to hand over the MessagePort to the core. */
export function receivePort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent) => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== PORT_MESSAGE || !port) return;
      window.removeEventListener('message', onMessage);
      resolve(port);
    };
    window.addEventListener('message', onMessage);
    window.postMessage(READY_MESSAGE, window.origin);
  });
}
