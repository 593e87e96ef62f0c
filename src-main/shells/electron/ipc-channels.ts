/**
 * All there is between the window and this process besides the one MessagePort. Shared with the preload, so it may
 * import nothing.
 */
export const ipcChannels = {
  /** Window → main: asks for the port to the core. */
  connect: 'nibble:connect',
  /** Main → window: carries the port. */
  port: 'nibble:port',
} as const;

/** What the page and the preload say to each other; the page's half is in lib/client/bridge.ts. */
export const pageMessages = { ready: 'nibble:ready', port: 'nibble:port' } as const;
