import { Worker } from 'node:worker_threads';
import { heartbeatSlots } from './heartbeat-slots.ts';
import { workerFile } from './worker-file.ts';

const MAIN_TICK_MS = 250;

const counters = new Int32Array(
  new SharedArrayBuffer(Object.keys(heartbeatSlots).length * Int32Array.BYTES_PER_ELEMENT),
);

/** Says that work goes on: a batch of the prompt, a token, a step of loading. */
export function bumpProgress(): void {
  Atomics.add(counters, heartbeatSlots.progress, 1);
}

/** Starts the thread that reports to the parent. It runs on while the main thread or native code is busy. */
export function startHeartbeat(): void {
  const worker = new Worker(workerFile('heartbeat-worker'), { workerData: counters });
  worker.on('error', (error: Error) => process.stderr.write(`heartbeat stopped: ${error.message}\n`));
  worker.unref();
  setInterval(() => Atomics.add(counters, heartbeatSlots.mainTicks, 1), MAIN_TICK_MS).unref();
}
