import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { servedModel } from '../../helpers/downloads/served-model.ts';
import { HubServer } from '../../helpers/hub/hub-server.ts';
import { runCli, startCli } from './run-cli.ts';

const MIB = 1024 * 1024;
const file = await servedModel('Model-Q8_0.gguf', 20);

let folder: string;
let hub: HubServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-cli-models-'));
  hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file] });
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const download = () =>
  startCli(
    [
      'models',
      'download',
      'hf:owner/Model-GGUF:Q8_0',
      '--models-dir',
      folder,
      '--data-dir',
      folder,
      '--json',
    ],
    undefined,
    { HF_ENDPOINT: hub.endpoint.href },
  );

it('a model is fetched, interrupted, fetched further, and verified', async () => {
  hub.connectionBytesPerSecond = 2 * MIB;
  const interrupted = download();
  while (hub.sentBytes < 8 * MIB) await wait(10);
  interrupted.child.kill('SIGINT');
  expect(await interrupted.finished).toEqual({ ended: 130, stdout: '', stderr: '' });

  hub.connectionBytesPerSecond = null;
  const sent = hub.sentBytes;
  const { ended, stdout, stderr } = await download().finished;
  expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' });
  expect(hub.sentBytes - sent).toBeLessThan(file.sizeBytes - 4 * MIB);
  const path = join(folder, 'owner/Model-GGUF', file.path);
  expect(JSON.parse(stdout)).toEqual({
    source: 'hf:owner/Model-GGUF:Q8_0',
    repository: 'owner/Model-GGUF',
    level: 'Q8_0',
    files: [path],
  });
  expect((await readFile(path)).equals(file.bytes)).toBe(true);
  expect((await readdir(join(folder, 'owner/Model-GGUF'))).toSorted()).toEqual([file.path]);

  const verify = ['models', 'verify', '--models-dir', folder, '--json'];
  const right = await runCli(verify);
  expect(right.ended).toBe(0);
  expect(JSON.parse(right.stdout)).toEqual([{ path, result: 'right', sha256: file.sha256, problem: null }]);
  {
    await using handle = await open(path, 'r+');
    await handle.write(Buffer.from('x'), 0, 1, 15 * MIB);
  }
  const damaged = await runCli(verify);
  expect(damaged.ended).toBe(1);
  expect(JSON.parse(damaged.stdout)).toMatchObject([{ path, result: 'damaged' }]);
  expect(damaged.stderr).toContain('1 of 1 model files are not as they should be');
});

it('a server that is not there is waited for, and a script is told so once', async () => {
  const { child, finished } = startCli([
    'models',
    'download',
    'http://127.0.0.1:9/x.gguf',
    '--models-dir',
    folder,
    '--data-dir',
    folder,
  ]);
  const complaint = '127.0.0.1:9 cannot be reached. It refuses connections. Nibble tries again by itself.';
  // The second attempt fails as the first did.
  setTimeout(() => child.kill('SIGINT'), 4_000);
  expect(await finished).toEqual({ ended: 130, stdout: '', stderr: `nibble: ${complaint}\n` });
});

it('what does not exist has a reason and a hint', async () => {
  const { finished } = startCli(
    ['models', 'download', 'hf:owner/Other-GGUF', '--models-dir', folder, '--data-dir', folder],
    undefined,
    { HF_ENDPOINT: hub.endpoint.href },
  );
  const { ended, stdout, stderr } = await finished;
  expect({ ended, stdout }).toEqual({ ended: 1, stdout: '' });
  expect(stderr).toContain('There is no repository owner/Other-GGUF');
});

it.each([
  [['models'], '"models" needs one of list, show, remove, import, search, download, verify.'],
  [
    ['models', 'burn'],
    '"models" needs one of list, show, remove, import, search, download, verify, not "burn".',
  ],
  [['models', 'download'], '"models download" needs one SOURCE'],
])('%j is wrong usage', async (args, reason) => {
  const { ended, stderr } = await runCli(args);
  expect(ended).toBe(2);
  expect(stderr).toContain(reason);
});

it('an address that is none is refused before anything is asked', async () => {
  const { finished } = startCli([
    'models',
    'download',
    'ftp://x/y.gguf',
    '--models-dir',
    folder,
    '--data-dir',
    folder,
  ]);
  expect((await finished).stderr).toContain('ftp://x/y.gguf is no address of a model.');
  expect(hub.requests).toEqual([]);
});
