import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import {
  downloadSchema,
  type Download,
  type DownloadState,
} from '../../../src-main/contract/downloads.contract.ts';
import { defaultDownloadSettings } from '../../../src-main/contract/defaults.ts';
import { App } from '../../../src-main/services/app.ts';
import { defaultResourcesDir } from '../../../src-main/services/app-paths.ts';
import { silentLogger } from '../../../src-main/services/logging/logger.ts';
import { servedModel } from '../../helpers/downloads/served-model.ts';
import { splitModel } from '../../helpers/hub/hub-models.ts';
import { HubServer, TOKEN, type HubRepositoryFixture } from '../../helpers/hub/hub-server.ts';

const MIB = 1024 * 1024;
const small = await servedModel('Model-Q8_0.gguf', 5);
const large = await servedModel('Model-F16.gguf', 12);
const repository: HubRepositoryFixture = { id: 'owner/Model-GGUF', files: [small, large] };

function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'nibble-downloads-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function startHub(...repositories: HubRepositoryFixture[]): Promise<HubServer> {
  const hub = await HubServer.start(...repositories);
  onTestFinished(() => hub[Symbol.asyncDispose]());
  return hub;
}

/** The whole core, with the endpoint as the only setting that is not what a person has. */
async function openApp(hub: HubServer, dataDir = temporaryFolder()): Promise<App> {
  const app = new App({ dataDir, modelsDir: null, resourcesDir: defaultResourcesDir(), log: silentLogger });
  onTestFinished(() => app.dispose());
  await app.settings.set({ downloads: { ...defaultDownloadSettings, endpoint: hub.endpoint.href } });
  return app;
}

/** Every state on the way is one that the contract lets through to a window. */
async function untilState(app: App, id: number, ...states: DownloadState[]): Promise<Download> {
  return vi.waitFor(
    async () => {
      const list = downloadSchema.array().parse(await app.downloads.list());
      const download = list.find((one) => one.id === id);
      if (!download || !states.includes(download.state)) throw new Error(JSON.stringify(download));
      return download;
    },
    { timeout: 15_000, interval: 20 },
  );
}

it('a level of a repository is fetched, checked, and offered to the library', async () => {
  const hub = await startHub(repository);
  const app = await openApp(hub);
  expect(hub.requests).toEqual([]);
  const { id } = await app.downloads.start({ source: 'hf:owner/Model-GGUF:q8_0' });
  const done = await untilState(app, id, 'done', 'failed');
  expect(done).toMatchObject({
    state: 'done',
    source: 'hf:owner/Model-GGUF:q8_0',
    repository: 'owner/Model-GGUF',
    level: 'Q8_0',
    name: 'Model-Q8_0.gguf',
    totalBytes: small.sizeBytes,
    receivedBytes: small.sizeBytes,
    problem: null,
  });
  const [file] = done.files;
  expect(file?.path).toBe(join(app.options.dataDir, 'models/owner/Model-GGUF/Model-Q8_0.gguf'));
  expect(readFileSync(file?.path ?? '').equals(small.bytes)).toBe(true);
  expect((await app.library.list()).find((model) => model.id === done.modelId)?.path).toBe(file?.path);
  expect(app.network.log.records.length).toBe(hub.requests.length);
  expect(JSON.stringify(app.network.log.records)).not.toContain('Signature');
});

it('the parts of a split model are one download', async () => {
  const parts = await splitModel('Split-Q8_0');
  const hub = await startHub({ id: 'owner/Split-GGUF', files: await Promise.all(parts.map(withChecksum)) });
  const app = await openApp(hub);
  const { id } = await app.downloads.start({ source: 'hf:owner/Split-GGUF' });
  const done = await untilState(app, id, 'done', 'failed');
  expect(done).toMatchObject({ state: 'done', name: 'Split-Q8_0.gguf', problem: null });
  expect(done.files.map(({ name, done: isDone }) => [name, isDone])).toEqual([
    ['Split-Q8_0-00001-of-00002.gguf', true],
    ['Split-Q8_0-00002-of-00002.gguf', true],
  ]);
  expect(done.modelId).not.toBeNull();
});

it('of several models one has to be named, by level or by file', async () => {
  const app = await openApp(await startHub(repository));
  const which = await app.downloads.start({ source: 'hf:owner/Model-GGUF' });
  const failed = await untilState(app, which.id, 'failed');
  expect(failed.problem).toMatchObject({ code: 'download.whichLevel', why: 'They are Q8_0, F16.' });
  const named = await app.downloads.start({ source: 'owner/Model-GGUF', path: 'Model-Q8_0.gguf' });
  await untilState(app, named.id, 'done');
});

it('a file at any address is fetched, and its query is told to nobody', async () => {
  const hub = await startHub(repository);
  const app = await openApp(hub);
  const { id } = await app.downloads.start({ source: hub.storageAddress(small) });
  const done = await untilState(app, id, 'done', 'failed');
  expect(done).toMatchObject({ state: 'done', repository: null, totalBytes: small.sizeBytes });
  expect(JSON.stringify(done)).not.toContain('Signature');
  await expect(app.downloads.start({ source: 'http://example.com/x.gguf' })).rejects.toMatchObject({
    problem: { code: 'download.badAddress' },
  });
});

it('a server that is not there is asked again, and when is told', async () => {
  const app = await openApp(await startHub(repository));
  const { id } = await app.downloads.start({ source: 'http://127.0.0.1:9/Model.gguf' });
  const waiting = await untilState(app, id, 'waiting', 'failed');
  expect(waiting).toMatchObject({ state: 'waiting', problem: { code: 'hub.unreachable' } });
  expect(waiting.retryAt).toBeGreaterThan(waiting.addedAt);
  await app.downloads.cancel(id);
});

it('pausing keeps what is here, also for the next Nibble', async () => {
  const hub = await startHub(repository);
  hub.connectionBytesPerSecond = 2 * MIB;
  const dataDir = temporaryFolder();
  const first = await openApp(hub, dataDir);
  const { id } = await first.downloads.start({ source: 'hf:owner/Model-GGUF:F16' });
  await vi.waitFor(
    async () => expect((await first.downloads.list())[0]?.receivedBytes).toBeGreaterThan(3 * MIB),
    { timeout: 15_000 },
  );
  const running = (await first.downloads.list())[0];
  expect(running?.bytesPerSecond).toBeGreaterThan(0);
  expect(first.network.log.records.map(({ tookMs }) => tookMs)).toContain(null);
  expect(running?.secondsLeft).toBeGreaterThan(0);
  const paused = await first.downloads.pause(id);
  expect(paused).toMatchObject({ state: 'paused', bytesPerSecond: null });
  expect(first.network.log.records.map(({ tookMs }) => tookMs)).not.toContain(null);
  expect(paused.receivedBytes).toBeGreaterThan(3 * MIB);
  await first.dispose();

  hub.connectionBytesPerSecond = null;
  hub.requests.length = 0;
  const second = await openApp(hub, dataDir);
  expect(await second.downloads.list()).toMatchObject([
    { state: 'paused', receivedBytes: paused.receivedBytes },
  ]);
  expect(hub.requests).toEqual([]);
  await second.downloads.resume(id);
  const done = await untilState(second, id, 'done', 'failed');
  expect(done.state).toBe('done');
  expect(hub.sentBytes).toBeLessThan(large.sizeBytes - paused.receivedBytes + MIB);
  expect(readFileSync(done.files[0]?.path ?? '').equals(large.bytes)).toBe(true);
});

it('what was under way when Nibble ended goes on when a window asks for the list', async () => {
  const hub = await startHub(repository);
  hub.connectionBytesPerSecond = MIB / 2;
  const dataDir = temporaryFolder();
  const first = await openApp(hub, dataDir);
  const { id } = await first.downloads.start({ source: 'hf:owner/Model-GGUF:F16' });
  await untilState(first, id, 'downloading');
  await first.dispose();
  hub.connectionBytesPerSecond = null;
  const second = await openApp(hub, dataDir);
  expect((await untilState(second, id, 'done')).modelId).not.toBeNull();
});

it('a cancelled download can be taken back, and is gone when it is removed', async () => {
  const hub = await startHub(repository);
  hub.connectionBytesPerSecond = MIB / 2;
  const app = await openApp(hub);
  const { id } = await app.downloads.start({ source: 'hf:owner/Model-GGUF:F16' });
  await vi.waitFor(async () => expect((await app.downloads.list())[0]?.receivedBytes).toBeGreaterThan(MIB), {
    timeout: 15_000,
  });
  const cancelled = await app.downloads.cancel(id);
  expect(cancelled).toMatchObject({ state: 'cancelled' });
  const part = `${cancelled.files[0]?.path}.part`;
  expect(existsSync(part)).toBe(true);
  await app.downloads.resume(id);
  await untilState(app, id, 'downloading');
  await app.downloads.cancel(id);
  await app.downloads.remove(id);
  expect(existsSync(part)).toBe(false);
  expect(await app.downloads.list()).toEqual([]);
  await expect(app.downloads.pause(id)).rejects.toMatchObject({ problem: { code: 'download.notFound' } });
});

it('so many at once as the settings say, in the order of the queue', async () => {
  const repositories = ['a', 'b', 'c', 'd'].map((name) => ({ id: `owner/${name}`, files: [small] }));
  const hub = await startHub(...repositories);
  hub.connectionBytesPerSecond = 2 * MIB;
  const app = await openApp(hub);
  const ids: number[] = [];
  for (const { id } of repositories) ids.push((await app.downloads.start({ source: `hf:${id}` })).id);
  const positions = (await app.downloads.list()).map(({ position }) => position);
  expect(positions).toEqual([null, null, 1, 2]);
  const [a = 0, b = 0, c = 0, d = 0] = ids;
  expect((await app.downloads.reorder([d, c])).map(({ id }) => id)).toEqual([d, c, a, b]);
  expect((await app.downloads.list()).map(({ position }) => position)).toEqual([1, 2, null, null]);
  hub.connectionBytesPerSecond = null;
  for (const id of ids) await untilState(app, id, 'done');
});

it('a gated repository needs a token, which can be set and not be read', async () => {
  const hub = await startHub({ ...repository, gated: 'manual' });
  const app = await openApp(hub);
  const { id } = await app.downloads.start({ source: 'hf:owner/Model-GGUF:Q8_0' });
  expect((await untilState(app, id, 'failed')).problem?.code).toBe('hub.gated');
  await app.network.setToken(` ${TOKEN}\n`);
  const state = await app.network.state();
  expect(state.token).toEqual({ keptIn: 'file', wouldBeKeptIn: 'file' });
  expect(JSON.stringify(state)).not.toContain(TOKEN);
  expect(statSync(join(app.options.dataDir, 'hub-token.json')).mode & 0o777).toBe(0o600);
  await app.downloads.resume(id);
  await untilState(app, id, 'done');
  for (const { server, headers } of hub.requests) {
    if (server === 'storage') expect(headers.authorization).toBeUndefined();
  }
  await app.network.clearToken();
  expect((await app.network.state()).token.keptIn).toBeNull();
});

async function withChecksum(file: Awaited<ReturnType<typeof splitModel>>[number]) {
  const { createHash } = await import('node:crypto');
  const bytes = await file.read(0, file.sizeBytes);
  return { ...file, sha256: createHash('sha256').update(bytes).digest('hex') };
}
