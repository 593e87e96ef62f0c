/**
 * Decides whether a request comes from Nibble's own window, before anything else looks at it. A page elsewhere
 * can make a browser send requests here, by a form or through a name that resolves to 127.0.0.1 (DNS rebinding, as in
 * CVE-2024-28224): it cannot choose the Host, Origin and Sec-Fetch-Site that the browser adds.
 */
import type { IncomingMessage } from 'node:http';

export interface Refusal {
  status: number;
  reason: string;
}

const allowedFetchSites: ReadonlySet<string | undefined> = new Set([undefined, 'none', 'same-origin']);

/** Null lets the request pass. */
export function refuseForeign(request: IncomingMessage, port: number): Refusal | null {
  const host = onlyHeader(request, 'host');
  if (host === null || !ownHosts(port).includes(host)) return { status: 403, reason: wrongAddress(port) };
  if (!request.url?.startsWith('/')) return { status: 400, reason: 'Only a path may be requested.' };
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`) return { status: 403, reason: otherOrigin };
  const fetchSite = request.headers['sec-fetch-site'];
  if (Array.isArray(fetchSite) || !allowedFetchSites.has(fetchSite)) {
    return { status: 403, reason: otherOrigin };
  }
  if (request.method === 'OPTIONS') return { status: 403, reason: otherOrigin };
  return null;
}

function ownHosts(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
}

/** Node keeps the first of several `Host` headers, so they are counted where they arrived. */
function onlyHeader(request: IncomingMessage, name: string): string | null {
  const values = request.rawHeaders.filter(
    (_, index, raw) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name,
  );
  return values.length === 1 ? (values[0] ?? null) : null;
}

const otherOrigin =
  'Nibble answers only its own window. Paste the link from the terminal into the address bar of the browser.';

function wrongAddress(port: number): string {
  return (
    `Nibble answers only at 127.0.0.1:${port} and localhost:${port}. ` +
    `Through an SSH tunnel, use the same port at both ends: ssh -L ${port}:127.0.0.1:${port} HOST`
  );
}
