import { MessageChannelMain, type MessagePortMain } from 'electron';
import type { Core } from '../shared/core.ts';
import { handleChecked } from './checked-ipc.ts';
import { ipcChannels } from './ipc-channels.ts';
import { servePort } from './serve-port.ts';

/**
 * Hands a page its port to the core. A page asks once; when it asks again it was loaded anew, and the calls and
 * streams of the page before it end with its port.
 */
export function brokerPorts(core: Promise<Core>): void {
  const open = new Map<number, MessagePortMain>();
  handleChecked(ipcChannels.connect, (frame, { sender }) => {
    open.get(sender.id)?.close();
    const { port1, port2 } = new MessageChannelMain();
    open.set(sender.id, port1);
    port1.once('close', () => {
      if (open.get(sender.id) === port1) open.delete(sender.id);
    });
    frame.postMessage(ipcChannels.port, null, [port2]);
    // What the page sends meanwhile waits in the port. A core that cannot be opened is reported by who opened it.
    core.then(
      ({ router, log }) => servePort(port1, router, log),
      () => port1.close(),
    );
  });
}
