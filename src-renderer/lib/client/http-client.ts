import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { NibbleClient } from './client.ts';

/** The session cookie is HttpOnly and same-origin, so the browser adds it by itself. */
export function createHttpClient(): NibbleClient {
  return createORPCClient(new RPCLink({ url: new URL('/rpc', location.href) }));
}
