import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { contract } from '../../src-main/contract/index.ts';
import { ShellProcess } from '../e2e/shell-process.ts';

const script = join(import.meta.dirname, '../../out/main/web.js');

export interface RunningWebShell extends AsyncDisposable {
  client: ContractRouterClient<typeof contract>;
  pid: number;
  origin: string;
  /** The session, for a page that shares it. */
  cookie: { name: string; value: string };
}

/** The built web shell on an empty data folder, or one that was made ready, without a session. */
export async function startWebShell(
  makeReady?: (dataDir: string) => void,
): Promise<{ shell: ShellProcess; link: string } & AsyncDisposable> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nibble-perf-'));
  makeReady?.(dataDir);
  const shell = new ShellProcess(script, ['--port', '0', '--no-open', '--data-dir', dataDir]);
  const link = await shell.link();
  const end = async () => {
    await shell.end();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { shell, link, [Symbol.asyncDispose]: end };
}

/** The same with a client that has a session, as a window has. */
export async function openWebShell(makeReady?: (dataDir: string) => void): Promise<RunningWebShell> {
  const { shell, link, [Symbol.asyncDispose]: end } = await startWebShell(makeReady);
  const { origin, hash } = new URL(link);
  const session = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: hash.slice('#token='.length) }),
  });
  const [name = '', value = ''] = session.headers.get('set-cookie')?.split(';', 1)[0]?.split('=') ?? [];
  const client: RunningWebShell['client'] = createORPCClient(
    new RPCLink({ url: `${origin}/rpc`, headers: { cookie: `${name}=${value}` } }),
  );
  return { client, pid: shell.pid, origin, cookie: { name, value }, [Symbol.asyncDispose]: end };
}
