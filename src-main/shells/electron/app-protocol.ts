import { protocol } from 'electron';
import { securityHeaders } from '../shared/security-headers.ts';
import type { StaticFiles } from '../shared/static-files.ts';
import { APP_SCHEME, isOwnAddress } from './app-address.ts';

/** Has to happen before the app is ready. No service workers, no streams, no way around the CSP. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the window's files with the same headers as the web shell. */
export function serveAppScheme(files: StaticFiles): void {
  protocol.handle(APP_SCHEME, (request) => answerAppRequest(files, request));
}

export async function answerAppRequest(files: StaticFiles, request: Request): Promise<Response> {
  if (!isOwnAddress(request.url)) return refusal(403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405);
  const file = files.get(new URL(request.url).pathname);
  if (file === undefined) return refusal(404);
  const headers = { ...securityHeaders, 'content-type': file.mediaType, 'cache-control': file.cacheControl };
  return new Response(request.method === 'HEAD' ? null : await file.read(), { headers });
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: securityHeaders });
}
