import type { App, Session } from 'electron';
import { isOwnAddress } from './app-address.ts';

/**
 * The window needs no network at all: its files come over the app scheme and everything else over the port.
 * A CSP does not stop DNS prefetch, WebRTC or top-level navigation, so the browser below is cut off as well.
 */
export function cutOffChromium({ commandLine }: Pick<App, 'commandLine'>): void {
  commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  commandLine.appendSwitch('disable-background-networking');
  commandLine.appendSwitch('disable-component-update');
  commandLine.appendSwitch('disable-domain-reliability');
  commandLine.appendSwitch('dns-prefetch-disable');
  commandLine.appendSwitch('no-pings');
  commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp');
}

/** `blob:` and `data:` never leave the page; `devtools:` is there only where developer tools are. */
const localSchemes: ReadonlySet<string | undefined> = new Set(['blob:', 'data:', 'devtools:']);

export function cancelForeignRequests(session: Session): void {
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !isOwnAddress(url) && !localSchemes.has(URL.parse(url)?.protocol) });
  });
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
}
