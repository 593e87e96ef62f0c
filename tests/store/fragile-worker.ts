/** Nibble's own store thread, which besides dies when it is asked for the model 666. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', ({ args }: { args?: { modelId?: number } }) => {
  if (args?.modelId === 666) process.exit(3);
});
await import('../../src-main/services/store/store-worker.ts');
