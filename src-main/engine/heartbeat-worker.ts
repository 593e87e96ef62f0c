/**
 * Writes one JSON line every 500 ms to the pipe that the parent opened as file descriptor 4:
 * `{"mainTicks":…,"progress":…,"cpuMs":…,"majorFaults":…}`. From these the parent tells a stopped process (no lines), a stuck event loop (ticks
 * stand still) and long native work (CPU time grows) apart.
 */
import { fstatSync } from 'node:fs';
// eslint-disable-next-line no-restricted-imports -- writes to the pipe that the parent opened; it connects to nothing
import { Socket } from 'node:net';
import { workerData } from 'node:worker_threads';
import { heartbeatSlots } from './heartbeat-slots.ts';

const HEARTBEAT_FD = 4;
const BEAT_MS = 500;
const counters = workerData as Int32Array;

/** Without a parent's pipe the number may belong to a file of Node's own, which must not be written to. */
function parentOpenedPipe(): boolean {
  try {
    return process.platform === 'win32' || fstatSync(HEARTBEAT_FD).isSocket();
  } catch {
    return false; // EBADF: nothing is open there
  }
}

function beat(pipe: Socket): void {
  // A parent that does not read must not make lines pile up here.
  if (pipe.writableLength > 0) return;
  const { user, system } = process.cpuUsage();
  const line = {
    mainTicks: Atomics.load(counters, heartbeatSlots.mainTicks),
    progress: Atomics.load(counters, heartbeatSlots.progress),
    cpuMs: Math.round((user + system) / 1000),
    // A model that is paged in from a slow disk uses hardly any CPU. Windows counts every fault, which says nothing.
    ...(process.platform !== 'win32' && { majorFaults: process.resourceUsage().majorPageFault }),
  };
  pipe.write(`${JSON.stringify(line)}\n`);
}

if (parentOpenedPipe()) {
  // A socket writes without blocking; `fs.writeSync` to a full pipe would hold this thread, and the process's end, for ever.
  const pipe = new Socket({ fd: HEARTBEAT_FD, readable: false, writable: true });
  const timer = setInterval(() => beat(pipe), BEAT_MS);
  pipe.on('error', () => clearInterval(timer)); // the parent is gone; the closing IPC channel ends this process
  beat(pipe);
}
