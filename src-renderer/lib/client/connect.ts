import { ORPCError } from '@orpc/client';
import type { ShellInfo } from '$contract/shell.contract.ts';
import { bridge, receivePort } from './bridge.ts';
import type { NibbleClient } from './client.ts';
import { createHttpClient } from './http-client.ts';
import { openSession, type Refusal } from './session.ts';

export type Connection =
  { kind: 'open'; client: NibbleClient; info: ShellInfo } | { kind: 'refused'; refusal: Refusal };

/** Reaches the core over whatever this shell offers, and asks it who it is. */
export async function connect(): Promise<Connection> {
  if (bridge()) {
    const { createPortClient } = await import('./port-client.ts');
    const client = createPortClient(await receivePort());
    return { kind: 'open', client, info: await client.shell.info() };
  }
  const refusal = await openSession();
  if (refusal) return { kind: 'refused', refusal };
  const client = createHttpClient();
  try {
    return { kind: 'open', client, info: await client.shell.info() };
  } catch (error) {
    const forbidden = error instanceof ORPCError && (error.status === 401 || error.status === 403);
    return { kind: 'refused', refusal: forbidden ? 'noSession' : 'unreachable' };
  }
}
