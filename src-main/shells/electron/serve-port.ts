/**
 * oRPC over a MessagePortMain. Its own adapter for ports drops the promise of each message, so that one malformed
 * message would end this process as an unhandled rejection. This takes its adapter for sockets that are fed by hand:
 * the same text on the wire, and the promise is ours.
 */
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/bun-ws';
import type { MessagePortMain } from 'electron';
import type { Logger } from '../../services/logging/logger.ts';

/** As over HTTP: the longest message is a million characters, escaped. */
const MAX_MESSAGE_LENGTH = 10_000_000;

export function servePort(port: MessagePortMain, router: AnyRouter, log: Logger): void {
  const handler = new RPCHandler<Record<never, never>>(router);
  const peer = {
    send(message: unknown): number {
      port.postMessage(message);
      return 0;
    },
  };
  port.on('message', ({ data }: { data: unknown }) => {
    // The page uploads nothing, so it has no use for anything but text.
    if (typeof data !== 'string' || data.length > MAX_MESSAGE_LENGTH) return;
    handler.message(peer, data).catch((error: unknown) => {
      log.warn('a message of the page was not understood', { reason: String(error) });
    });
  });
  port.once('close', () => handler.close(peer));
  port.start();
}
