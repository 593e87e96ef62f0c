import { hubModel } from '../hub/hub-models.ts';
import { servedBytes, type ServedFile } from '../hub/served-file.ts';

const MIB = 1024 * 1024;

/** A small model with bytes behind its end that no reader looks at: some `mib` MiB, no two of which are alike. */
export async function servedModel(path: string, mib: number): Promise<ServedFile & { bytes: Buffer }> {
  const model = await hubModel({ path });
  const bytes = Buffer.alloc(Math.max(model.sizeBytes, mib * MIB + 1236));
  bytes.set(await model.read(0, model.sizeBytes));
  // A generator of Marsaglia's: quick, and the same in each run.
  let state = 0x9e37_79b9;
  for (let offset = model.sizeBytes; offset + 4 <= bytes.length; offset += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state | 0, offset);
  }
  return { ...servedBytes(path, bytes), bytes };
}
