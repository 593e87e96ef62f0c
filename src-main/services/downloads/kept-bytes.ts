import { stat } from 'node:fs/promises';
import { readKept } from './part-file.ts';

/** How much of a file an earlier run has left behind, all of it where it is complete. */
export async function keptBytes(file: {
  path: string;
  sizeBytes: number | null;
  sha256: string | null;
}): Promise<number> {
  const complete = await sizeOf(file.path);
  if (complete !== null && (file.sizeBytes === null || complete === file.sizeBytes)) return complete;
  return (await readKept(file.path, file))?.table.receivedBytes ?? 0;
}

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  );
}
