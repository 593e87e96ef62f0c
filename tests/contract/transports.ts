import { createORPCClient } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { RPCHandler } from '@orpc/server/message-port';
import { MessageChannel } from 'node:worker_threads';
import type { contract } from '../../src-main/contract/index.ts';
import type { createRouter } from '../../src-main/router/index.ts';
import { silentLogger } from '../../src-main/services/logging/logger.ts';
import { HttpServer } from '../../src-main/shells/web/http-server.ts';

type Router = ReturnType<typeof createRouter>;
export type NibbleClient = ContractRouterClient<typeof contract>;

export interface Transport {
  client: NibbleClient;
  close: () => Promise<void>;
}

/** Through the web shell's server, with a session, as a window does it. */
async function overHttp(router: Router): Promise<Transport> {
  const server = await HttpServer.start({ router, files: new Map(), port: 0, log: silentLogger });
  const link = new URL(server.newLink());
  const session = await fetch(new URL('/session', link), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: link.hash.slice('#token='.length) }),
  });
  const cookie = session.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const client: NibbleClient = createORPCClient(
    new HttpLink({ url: `${link.origin}/rpc`, headers: { cookie } }),
  );
  return { client, close: () => server.close() };
}

/** Through a MessagePort, as the Electron shell does it. */
function overPort(router: Router): Promise<Transport> {
  const { port1, port2 } = new MessageChannel();
  new RPCHandler(router).upgrade(port1);
  port1.start();
  port2.start();
  const client: NibbleClient = createORPCClient(new PortLink({ port: port2 }));
  const close = () => {
    port1.close();
    port2.close();
    return Promise.resolve();
  };
  return Promise.resolve({ client, close });
}

export const transports = [
  { name: 'HTTP', open: overHttp },
  { name: 'MessagePort', open: overPort },
] as const;
