import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { NibbleClient } from './client.ts';

export function createPortClient(port: MessagePort): NibbleClient {
  const client: NibbleClient = createORPCClient(new RPCLink({ port }));
  port.start();
  return client;
}
