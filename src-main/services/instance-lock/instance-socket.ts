/** One question and one answer over a local socket, each a line of JSON. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import type { InstanceAddress } from './instance-address.ts';

const MAX_LINE_CHARS = 4096;
const ANSWER_TIMEOUT_MS = 1000;

const instanceSchema = z.object({ pid: z.number().int().positive(), url: z.string().optional() });
/** What a running instance tells of itself. `url` only where it is shown in a browser. */
export type RunningInstance = z.infer<typeof instanceSchema>;

/** Answers whoever knows the secret; `onAsked` tells what to say. Null where no socket can be made at that path. */
export function listen(path: string, secret: string, onAsked: () => RunningInstance): Promise<Server | null> {
  const { promise, resolve } = Promise.withResolvers<Server | null>();
  const server = createServer((socket) => {
    void answer(socket, secret, onAsked);
  });
  server.on('error', () => resolve(null));
  server.listen(path, () => resolve(server));
  // The lock must not keep a process alive that has nothing else to do.
  server.unref();
  return promise;
}

/** Asks the instance at that address to show itself. Null when it is gone, or does not answer within a second. */
export async function ask({ socket: path, secret }: InstanceAddress): Promise<RunningInstance | null> {
  const socket = connect(path);
  socket.on('connect', () => socket.write(`${secret}\n`));
  const line = await readLine(socket);
  socket.destroy();
  if (line === null) return null;
  try {
    return instanceSchema.parse(JSON.parse(line));
  } catch {
    // Another version may answer differently; that it runs is known without its answer.
    return null;
  }
}

async function answer(socket: Socket, secret: string, onAsked: () => RunningInstance): Promise<void> {
  const line = await readLine(socket);
  if (line === null || !isEqual(line, secret)) {
    socket.destroy();
    return;
  }
  socket.end(`${JSON.stringify(onAsked())}\n`);
}

/** The first line, or null if the other side fails, ends, stays silent or says too much. Never rejects. */
function readLine(socket: Socket): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  let text = '';
  socket.setEncoding('utf8');
  socket.setTimeout(ANSWER_TIMEOUT_MS);
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end >= 0) resolve(text.slice(0, end));
    else if (text.length > MAX_LINE_CHARS) resolve(null);
  });
  socket.on('timeout', () => {
    socket.destroy();
    resolve(null);
  });
  socket.on('error', () => resolve(null));
  socket.on('close', () => resolve(null));
  return promise;
}

function isEqual(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
