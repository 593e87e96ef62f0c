/**
 * Entry of the plain Node processes that may load native inference code. `argv[2]` names the role; requests come over
 * the IPC channel. Nothing native is loaded before the first request that needs it, and the process ends with its
 * parent: when the channel closes, or on SIGTERM.
 */
import { childRoles, type ChildMethod } from '../services/engine-host/protocol.ts';
import { serveRequests, type HandlerSource } from './child-channel.ts';
import { startHeartbeat } from './heartbeat.ts';

/** Longest wait for native work and the model's memory when the process ends; then it ends the hard way. */
const SHUTDOWN_LIMIT_MS = 2000;

const handlerSource: HandlerSource = {
  load: async () => (await import('./engine-methods.ts')).engineMethods.load,
  generate: async () => (await import('./engine-methods.ts')).engineMethods.generate,
  unload: async () => (await import('./engine-methods.ts')).engineMethods.unload,
  gpuMemory: async () => (await import('./engine-methods.ts')).engineMethods.gpuMemory,
  hardware: async () => (await import('./probe/index.ts')).probeMethods.hardware,
  simulate: async () => (await import('./probe/index.ts')).probeMethods.simulate,
  benchmark: async () => (await import('./probe/index.ts')).probeMethods.benchmark,
};
const methodsOfRole: Record<(typeof childRoles)[number], readonly ChildMethod[]> = {
  engine: ['load', 'generate', 'unload', 'gpuMemory'],
  probe: ['hardware', 'simulate', 'benchmark'],
};

const role = childRoles.find((name) => name === process.argv[2]);
if (role === undefined || process.send === undefined) {
  process.stderr.write('This program is started by Nibble itself: a role and an IPC channel are needed.\n');
  process.exit(2);
}

const channel = serveRequests(handlerSource, methodsOfRole[role]);
let ending = false;

async function shutDown(): Promise<void> {
  if (ending) return;
  ending = true;
  // A native call that never returns would hold a normal exit back for ever.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), SHUTDOWN_LIMIT_MS).unref();
  await channel.close();
  if (role === 'engine') await (await import('./engine-methods.ts')).releaseEngine();
  process.exit(0);
}

process.on('disconnect', () => void shutDown());
process.on('SIGTERM', () => void shutDown());
// Ctrl-C in a terminal reaches the whole group; the parent decides when a child ends.
process.on('SIGINT', () => undefined);

startHeartbeat();
channel.ready();
