/**
 * Headers of a repository on a server that lets every request wait 100 ms: `node tests/perf/remote-header.ts`. Vocabularies are as long as
 * Llama 3's (128,256 tokens, 280,147 merges). To reach: one header in 3 s and 16 MB.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Egress } from '../../src-main/services/hub/egress/egress.ts';
import { HeaderCache } from '../../src-main/services/hub/headers/header-cache.ts';
import { RemoteHeaders } from '../../src-main/services/hub/headers/remote-headers.ts';
import { HubClient } from '../../src-main/services/hub/hub-client.ts';
import { parseHubReference } from '../../src-main/services/hub/reference.ts';
import { hubModel, llama3Vocabulary, vocabularyEntries } from '../helpers/hub/hub-models.ts';
import { HubServer } from '../helpers/hub/hub-server.ts';
import type { ServedFile } from '../helpers/hub/served-file.ts';

const LATENCY_MS = 100;
const LEVELS = 30;

interface Figures {
  ms: number;
  cpuMs: number;
  bytes: number;
  requests: number;
}

async function measure(hub: HubServer, work: () => Promise<unknown>): Promise<Figures> {
  const before = { bytes: hub.sentBytes, requests: hub.requests.length };
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return {
    ms,
    cpuMs: (user + system) / 1000,
    bytes: hub.sentBytes - before.bytes,
    requests: hub.requests.length - before.requests,
  };
}

function print(what: string, { ms, cpuMs, bytes, requests }: Figures): void {
  const cells = [what, requests, (bytes / 1e6).toFixed(1), (ms / 1000).toFixed(2), (cpuMs / 1000).toFixed(2)];
  console.log(`| ${cells.join(' | ')} |`);
}

async function levels(count: number): Promise<ServedFile[]> {
  const vocabulary = vocabularyEntries(llama3Vocabulary);
  const types = ['Q4_0', 'Q5_0', 'Q8_0', 'F16', 'BF16'];
  const made: ServedFile[] = [];
  for (let index = 0; index < count; index++) {
    const type = types[index % types.length] ?? 'F16';
    const shape = { vocabulary: llama3Vocabulary.tokens, layers: 32, type };
    made.push(await hubModel({ path: `Model-${index}-${type}.gguf`, shape, vocabulary }));
  }
  return made;
}

const folder = await mkdtemp(join(tmpdir(), 'nibble-remote-header-'));
await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: await levels(LEVELS) });
hub.latencyMs = LATENCY_MS;
const client = new HubClient(new Egress({ endpoint: hub.endpoint }));
const reference = parseHubReference('hf:owner/Model-GGUF');
const repository = await client.repository(reference);
const [one] = repository.models;
if (!one) throw new Error('no model');

console.log(
  `\nHeaders over HTTP, ${LATENCY_MS} ms before every answer; server and client share the process\n`,
);
console.log('| what | requests | MB | s | s of processor |');
console.log('| --- | ---: | ---: | ---: | ---: |');
print(
  'list of the repository and one header',
  await measure(hub, async () => {
    const { models } = await client.repository(reference);
    const [model] = models;
    if (model) await new RemoteHeaders(client).read(repository, model);
  }),
);
print('one header', await measure(hub, () => new RemoteHeaders(client).read(repository, one)));
const cache = new HeaderCache(join(folder, 'cache'));
print(`${LEVELS} levels`, await measure(hub, () => new RemoteHeaders(client, cache).readAll(repository)));
print(
  `${LEVELS} levels from the cache`,
  await measure(hub, () => new RemoteHeaders(client, cache).readAll(repository)),
);
print(
  `${LEVELS} levels, each in full, one after the other`,
  await measure(hub, async () => {
    for (const model of repository.models) await new RemoteHeaders(client).read(repository, model);
  }),
);
await rm(folder, { recursive: true });
