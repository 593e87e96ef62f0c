/**
 * The only code that sees both worlds. It gives the page one function and a constant, and passes on one port;
 * `ipcRenderer`, its events and Node stay here.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { ipcChannels, pageMessages } from './ipc-channels.ts';

contextBridge.exposeInMainWorld('nibble', {
  platform: process.platform,
  /** The path of a file that the person dropped; '' for one that a script made. */
  pathForFile: (file: File) => webUtils.getPathForFile(file),
});

window.addEventListener('message', (event) => {
  if (event.source === window && event.data === pageMessages.ready) ipcRenderer.send(ipcChannels.connect);
});

ipcRenderer.on(ipcChannels.port, ({ ports }) => {
  window.postMessage(pageMessages.port, window.origin, ports);
});
