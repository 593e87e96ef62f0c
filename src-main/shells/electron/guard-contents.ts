import { BrowserWindow, type App, type Event, type WebContents } from 'electron';
import { isOwnAddress } from './app-address.ts';
import { offerExternalLink } from './external-links.ts';

/** Whatever contents are ever made, the window's own or not, stay at Nibble's page and open nothing by themselves. */
export function guardAllContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  app.on('certificate-error', (_event, _contents, _url, _error, _certificate, trust) => trust(false));
  app.on('login', (event) => event.preventDefault());
  app.on('select-client-certificate', (event) => event.preventDefault());
}

export function guardContents(contents: WebContents): void {
  const stay = (event: Event<{ url: string }>) => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  // Frames are not used at all: even Nibble's own page may not be framed.
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwnAddress(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('select-bluetooth-device', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const window = BrowserWindow.fromWebContents(contents);
    if (window !== null) void offerExternalLink(window, url);
    return { action: 'deny' };
  });
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
