import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MIB = 2 ** 20;
/** So much of the network lies about at most. Collecting what is young takes a fraction of a millisecond. */
const COLLECT_AFTER_BYTES = 4 * MIB;

type Collect = (options: { type: 'minor' }) => void;

let collect: Collect | null = null;
let receivedBytes = 0;

/**
 * Tells that so many bytes came over the network. Each read of a socket is a buffer of 64 KiB that is garbage a moment later, and V8, to
 * which it is a small object, leaves hundreds of them lying before it collects.
 */
export function received(bytes: number): void {
  receivedBytes += bytes;
  if (receivedBytes < COLLECT_AFTER_BYTES) return;
  receivedBytes = 0;
  collect ??= collector();
  collect({ type: 'minor' });
}

function collector(): Collect {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  // What survives such a collection is no reason for a larger young generation.
  setFlagsFromString('--semi-space-growth-factor=1');
  return gc;
}
