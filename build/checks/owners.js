/**
 * What only one part of the code may touch (DESIGN.md, section 4). ESLint says it while one types; dependency-cruiser
 * says it again for every way an import can be written.
 */

/** Packages and the folders that alone import them. */
export const packageOwners = {
  electron: ['src-main/shells/electron'],
  'better-sqlite3': ['src-main/services/store'],
  'node-llama-cpp': ['src-main/engine'],
  koffi: ['src-main/engine'],
};

/**
 * Node modules that can reach a network, and the folders that alone import them: those that listen on this computer,
 * and the one way out of it, which knows the hosts it may reach and keeps a list of what it asked for.
 */
export const networkModules = ['http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'dns/promises'];
export const networkOwners = [
  'src-main/shells/web',
  'src-main/services/instance-lock',
  'src-main/services/hub/egress',
];

/** Where `fetch` may be called: the renderer's client, which talks to Nibble's own address. */
export const fetchOwners = ['src-renderer/lib/client'];

/** The one file that opens an IPC channel (after checking the sender), and the preload at the other end. */
export const ipcOwners = ['src-main/shells/electron/checked-ipc.ts', 'src-main/shells/electron/preload.ts'];
