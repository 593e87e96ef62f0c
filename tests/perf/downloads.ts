/**
 * Downloads from a server on this computer: `node tests/perf/downloads.ts [curl] [limited] [memory]`. To reach: 0.9 of the throughput of one curl,
 * checksum and all; three times one connection where the server limits each; 60 MiB of memory above idle for 10 GB.
 */
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { problemError } from '../../src-main/contract/problem.ts';
import { FileTransfer } from '../../src-main/services/downloads/file-transfer.ts';
import { SpeedLimit } from '../../src-main/services/downloads/speed-limit.ts';
import { Egress } from '../../src-main/services/hub/egress/egress.ts';
import { openWebShell } from './web-shell.ts';
import { interleave, median, printFigures, spread } from './measure.ts';

const MIB = 1024 * 1024;
const GB = 1e9;
const SETTLE_MS = 3000;
const PAIRS = Number(process.env['NIBBLE_PAIRS'] ?? 5);
const LIMIT = 12 * MIB;

interface Served {
  endpoint: string;
  commit: string;
  sizeBytes: number;
  sha256: string;
  path: string;
}

async function startServer(
  sizeBytes: number,
  limit?: number,
): Promise<{ served: Served; child: ChildProcess }> {
  const args = [String(sizeBytes), ...(limit === undefined ? [] : [String(limit)])];
  const child = fork(join(import.meta.dirname, 'downloads-server.ts'), args);
  const [served] = (await once(child, 'message')) as [Served];
  return { served, child };
}

const addressOf = ({ endpoint, commit, path }: Served) =>
  new URL(`/owner/Model-GGUF/resolve/${commit}/${path}`, endpoint);

/** Seconds, and processor seconds of this process. */
async function nibble(served: Served, connections: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'nibble-perf-downloads-'));
  const egress = new Egress({ endpoint: new URL(served.endpoint) });
  const transfer = new FileTransfer(
    {
      folder,
      target: join(folder, served.path),
      url: addressOf(served),
      isGiven: false,
      sizeBytes: served.sizeBytes,
      sha256: served.sha256,
      refusal: () => problemError('internal'),
    },
    {
      egress: () => Promise.resolve(egress),
      connections: () => connections,
      limit: new SpeedLimit(() => null),
      patienceScale: 1,
      onBytes: () => undefined,
    },
  );
  const start = performance.now();
  await transfer.run(new AbortController().signal);
  const seconds = (performance.now() - start) / 1000;
  rmSync(folder, { recursive: true });
  return seconds;
}

function curl(served: Served): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'nibble-perf-curl-'));
  const start = performance.now();
  const { status } = spawnSync('curl', ['-sSL', '-o', join(folder, 'file'), addressOf(served).href], {
    stdio: 'inherit',
  });
  const seconds = (performance.now() - start) / 1000;
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error('curl failed');
  return Promise.resolve(seconds);
}

async function againstCurl(): Promise<void> {
  const { served, child } = await startServer(2048 * MIB);
  const runs = await interleave(
    PAIRS,
    () => nibble(served, 4),
    () => curl(served),
  );
  child.kill();
  const speed = (seconds: readonly number[]) => seconds.map((one) => served.sizeBytes / MIB / one);
  printFigures('2 GiB, a server that sends as fast as it can', [
    ['Nibble, 4 connections, synced and verified', `${spread(speed(runs.map(({ a }) => a)), 0, ' MiB/s')}`],
    ['curl, one connection, neither', `${spread(speed(runs.map(({ b }) => b)), 0, ' MiB/s')}`],
    ['ratio (to reach: 0.9)', median(runs.map(({ a, b }) => b / a)).toFixed(2)],
  ]);
}

async function limitedConnections(): Promise<void> {
  const { served, child } = await startServer(192 * MIB, LIMIT);
  const runs = await interleave(
    1,
    () => nibble(served, 4),
    () => nibble(served, 1),
  );
  const against = await interleave(
    1,
    () => nibble(served, 1),
    () => curl(served),
  );
  child.kill();
  printFigures(`192 MiB, a server that gives each connection ${LIMIT / MIB} MiB/s`, [
    ['four connections against one (to reach: 3)', median(runs.map(({ a, b }) => b / a)).toFixed(2)],
    ['one connection against one curl (to reach: 0.9)', median(against.map(({ a, b }) => b / a)).toFixed(2)],
  ]);
}

/** Pages of the process that are in memory; what the system says, not what the process believes. */
function residentBytes(pid: number): number {
  const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return Number(pages) * 4096;
}

/** The built app, as a person runs it. */
async function memory(): Promise<void> {
  const { served, child } = await startServer(10 * GB);
  process.env['HF_ENDPOINT'] = served.endpoint;
  await using shell = await openWebShell();
  const { client, pid } = shell;
  await client.models.list();
  await client.downloads.list();
  await wait(SETTLE_MS);
  const idle = residentBytes(pid);
  let most = idle;
  const start = performance.now();
  const { id } = await client.downloads.start({ source: 'hf:owner/Model-GGUF' });
  for (;;) {
    for (let time = 0; time < 10; time++) {
      await wait(50);
      most = Math.max(most, residentBytes(pid));
    }
    const download = (await client.downloads.list()).find((one) => one.id === id);
    if (download?.state === 'failed' || download?.state === 'paused') throw new Error(download.problem?.why);
    if (download?.state === 'done') break;
  }
  const seconds = (performance.now() - start) / 1000;
  child.kill();
  printFigures('10 GB, generated', [
    ['idle', `${(idle / MIB).toFixed(0)} MiB`],
    ['most while downloading', `${(most / MIB).toFixed(0)} MiB`],
    ['more than idle (to reach: 60)', `${((most - idle) / MIB).toFixed(0)} MiB`],
    ['throughput', `${(served.sizeBytes / MIB / seconds).toFixed(0)} MiB/s`],
  ]);
}

const parts = { curl: againstCurl, limited: limitedConnections, memory };
const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await run();
}
