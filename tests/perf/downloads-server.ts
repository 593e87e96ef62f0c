/** The Hub on the loopback with one file that is generated: a small model's header, then zeros up to any size. */
import { createHash } from 'node:crypto';
import { hubModel } from '../helpers/hub/hub-models.ts';
import { HubServer } from '../helpers/hub/hub-server.ts';

const CHUNK_BYTES = 1024 * 1024;

const sizeBytes = Number(process.argv[2]);
const connectionBytesPerSecond = process.argv[3] === undefined ? null : Number(process.argv[3]);

const model = await hubModel({ path: 'Model-F16.gguf' });
const head = Buffer.from(await model.read(0, model.sizeBytes));
const zeros = Buffer.alloc(CHUNK_BYTES);
const read = async (offset: number, length: number): Promise<Uint8Array> => {
  if (offset >= head.length) return zeros.subarray(0, length);
  return Buffer.concat([head.subarray(offset, offset + length), zeros]).subarray(0, length);
};

const hash = createHash('sha256').update(head);
for (let left = sizeBytes - head.length; left > 0; left -= CHUNK_BYTES) {
  hash.update(zeros.subarray(0, Math.min(CHUNK_BYTES, left)));
}
const file = { path: model.path, sizeBytes, sha256: hash.digest('hex'), read };
const hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file] });
hub.connectionBytesPerSecond = connectionBytesPerSecond;
process.send?.({
  endpoint: hub.endpoint.href,
  commit: hub.commit,
  sizeBytes,
  sha256: file.sha256,
  path: file.path,
});
