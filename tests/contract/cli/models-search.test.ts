import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HubServer, type HubRepositoryFixture } from '../../helpers/hub/hub-server.ts';
import { startCli } from './run-cli.ts';

const repository = (
  name: string,
  downloads: number,
  rest: Partial<HubRepositoryFixture> = {},
): HubRepositoryFixture => ({
  id: `owner/${name}-GGUF`,
  files: [],
  licence: 'apache-2.0',
  figures: { downloads, trendingScore: -downloads, gguf: gguf(8.19e9) },
  ...rest,
});
const gguf = (total: number) => ({ total, architecture: 'qwen3', context_length: 40_960 });

let hub: HubServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-cli-search-'));
  hub = await HubServer.start(
    repository('Qwen-Coder', 900),
    repository('Qwen-Chat', 1000, { gated: 'auto' }),
    repository('Llama', 5000),
  );
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const search = (...args: string[]) =>
  startCli(['models', 'search', ...args, '--data-dir', folder], undefined, {
    HF_ENDPOINT: hub.endpoint.href,
  }).finished;

it('tells what a search finds, most downloaded first', async () => {
  expect(await search('qwen', '--sort', 'downloads')).toEqual({
    ended: 0,
    stderr: '',
    stdout: [
      'Repository             Parameters  Downloads  Changed     Licence',
      'owner/Qwen-Chat-GGUF        8.2 B       1000  2026-10-01  apache-2.0  conditions to accept',
      'owner/Qwen-Coder-GGUF       8.2 B        900  2026-10-01  apache-2.0',
      '',
    ].join('\n'),
  });
});

it('takes several words, a limit and an order, and tells all as JSON', async () => {
  const { ended, stdout } = await search('--limit', '1', '--json');
  expect(ended).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ repository: 'owner/Qwen-Coder-GGUF', parameters: 8.19e9 }]);
  expect((await search('qwen', 'coder', 'chat')).stdout).toBe('Nothing found.\n');
});

it('a Hub that refuses ends the search with its reason', async () => {
  hub.fault = (_, response) => {
    response.writeHead(429, { 'retry-after': '7' }).end();
    return true;
  };
  const { ended, stdout, stderr } = await search('qwen');
  hub.fault = null;
  expect({ ended, stdout }).toEqual({ ended: 1, stdout: '' });
  expect(stderr).toContain('7 s');
});
