import { ipcMain, type IpcMainEvent, type WebFrameMain } from 'electron';
import { isOwnAddress } from './app-address.ts';
import type { ipcChannels } from './ipc-channels.ts';

/** Only the top frame of Nibble's own page may talk to this process. A frame that is gone counts as foreign. */
export function isOwnFrame(frame: WebFrameMain | null): frame is WebFrameMain {
  return frame !== null && !frame.detached && frame.parent === null && isOwnAddress(frame.url);
}

/** The one place where a channel is opened: nothing reaches `listener` from a foreign frame. */
export function handleChecked(
  channel: (typeof ipcChannels)['connect'],
  listener: (frame: WebFrameMain, event: IpcMainEvent) => void,
): void {
  ipcMain.on(channel, (event) => {
    if (isOwnFrame(event.senderFrame)) listener(event.senderFrame, event);
  });
}
