/**
 * Reads a file that is being fetched from its beginning to its end, part by part, and takes its checksum: in a thread of
 * its own, since SHA-256 takes a second for each gigabyte. A part whose bytes on the disk are not those that came over
 * the network is found here, by its CRC-32, and leaves no trace in the checksum.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import type { FromHashWorker, ToHashWorker } from './hash-protocol.ts';

const CHUNK_BYTES = 512 * 1024;

if (!parentPort) throw new Error('this is a thread of Nibble and is not started by itself');
const port = parentPort;
const { path } = workerData as { path: string };
const file = openSync(path, 'r');
const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
let hash: Hash = createHash('sha256');

port.on('message', (message: ToHashWorker) => {
  if (message.type === 'close') {
    closeSync(file);
    port.close();
    return;
  }
  const { id } = message;
  try {
    if (message.type === 'digest') reply({ id, digest: hash.copy().digest('hex') });
    else reply({ id, good: addPart(message.start, message.length, message.crc) });
  } catch (error) {
    reply({ id, failed: (error as NodeJS.ErrnoException).code ?? String(error) });
  }
});

function reply(answer: FromHashWorker): void {
  port.postMessage(answer);
}

/** False where the part is shorter or another one than it should be. */
function addPart(start: number, length: number, expectedCrc: number | null): boolean {
  const next = hash.copy();
  let crc = 0;
  let done = 0;
  while (done < length) {
    const bytesRead = readSync(file, buffer, 0, Math.min(CHUNK_BYTES, length - done), start + done);
    if (bytesRead === 0) return false;
    const bytes = buffer.subarray(0, bytesRead);
    if (expectedCrc !== null) crc = crc32(bytes, crc);
    next.update(bytes);
    done += bytesRead;
  }
  if (expectedCrc !== null && crc !== expectedCrc) return false;
  hash = next;
  return true;
}
