import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servedModel } from '../../helpers/downloads/served-model.ts';
import { ModelsFolder, runTransfer } from '../../helpers/downloads/transfers.ts';
import { HubServer } from '../../helpers/hub/hub-server.ts';

const MIB = 1024 * 1024;
const KILLS = process.env['NIBBLE_LONG'] ? 20 : 5;

const file = await servedModel('Model-F16.gguf', 40);
let hub: HubServer;

beforeAll(async () => {
  hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file] });
});
afterAll(() => hub[Symbol.asyncDispose]());

function startChild(folder: ModelsFolder): { child: ChildProcess; told: Promise<string> } {
  const request = {
    endpoint: hub.endpoint.href,
    url: new URL(`/owner/Model-GGUF/resolve/${hub.commit}/${file.path}`, hub.endpoint).href,
    folder: folder.path,
    target: folder.target(file),
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
  };
  const script = join(import.meta.dirname, 'downloading-child.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, told: text(child.stdout) };
}

/** Bytes that had come when it ended. */
async function receivedBy(told: Promise<string>): Promise<number> {
  return Number((await told).trim().split('\n').at(-1));
}

async function untilFetched(bytes: number, child: ChildProcess): Promise<void> {
  while (hub.sentBytes < bytes && child.exitCode === null) await wait(5);
}

describe('a Nibble that is killed', () => {
  it.each(Array.from({ length: KILLS }, (_, index) => index))(
    'goes on where it was, kill %i',
    async (index) => {
      using folder = new ModelsFolder();
      hub.requests.length = 0;
      hub.connectionBytesPerSecond = 12 * MIB;
      const killed = startChild(folder);
      // Spread over the whole file, and anywhere within each stretch.
      await untilFetched(((index + Math.random()) / KILLS) * file.sizeBytes, killed.child);
      killed.child.kill('SIGKILL');
      await once(killed.child, 'exit');
      expect(existsSync(folder.target(file)) && hub.sentBytes < file.sizeBytes).toBe(false);
      hub.connectionBytesPerSecond = null;
      const second = startChild(folder);
      const [code] = (await once(second.child, 'exit')) as [number];
      expect(code).toBe(0);
      expect(folder.read(file)?.equals(file.bytes)).toBe(true);
      expect(folder.files).toEqual([file.path]);
      const received = (await receivedBy(killed.told)) + (await receivedBy(second.told));
      expect(received - file.sizeBytes).toBeLessThanOrEqual(16 * MIB);
    },
  );

  it('does not let another one write the same file while it lives', async () => {
    using folder = new ModelsFolder();
    hub.requests.length = 0;
    hub.connectionBytesPerSecond = MIB;
    const { child } = startChild(folder);
    try {
      await untilFetched(MIB, child);
      expect(await runTransfer({ hub, file, folder })).toContain('download.busy');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    hub.connectionBytesPerSecond = null;
    expect(await runTransfer({ hub, file, folder })).toBe('done');
  });
});

describe('a byte that changed on the disk', () => {
  it.each([0, 0.37, 0.999])(
    'at %f of what was fetched is found, and one part fetched again',
    async (where) => {
      using folder = new ModelsFolder();
      hub.requests.length = 0;
      hub.connectionBytesPerSecond = 12 * MIB;
      const { child } = startChild(folder);
      await untilFetched(0.7 * file.sizeBytes, child);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const flippedAt = Math.floor(where * 12 * MIB);
      {
        await using part = await open(`${folder.target(file)}.part`, 'r+');
        const { buffer } = await part.read(Buffer.alloc(1), 0, 1, flippedAt);
        await part.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, flippedAt);
      }
      hub.connectionBytesPerSecond = null;
      expect(await runTransfer({ hub, file, folder })).toBe('done');
      expect(folder.read(file)?.equals(file.bytes)).toBe(true);
      // What the kill cost, and one part.
      expect(hub.sentBytes - file.sizeBytes).toBeLessThanOrEqual(16 * MIB + 4 * MIB);
    },
  );
});
