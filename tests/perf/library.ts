/** 2,000 models in 50 folders: how long the first look takes, the next one, and the list from the index. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { App } from '../../src-main/services/app.ts';
import { Store } from '../../src-main/services/store/store.ts';
import { modelSchema } from '../../src-main/contract/models.contract.ts';
import { silentLogger } from '../../src-main/services/logging/logger.ts';
import type { MetadataEntry } from '../../src-main/domain/gguf/writer.ts';
import { modelBytes } from '../helpers/model-files.ts';
import { printFigures, spread } from './measure.ts';

const FOLDERS = 50;
const FILES_PER_FOLDER = 40;
const RUNS = 7;
/** The vocabulary of Llama 3: its header takes 7 MiB. Nobody has 2,000 such files, and copies of 60 fit on any disk. */
const LARGE = { tokens: 128_256, merges: 280_147, files: 60 };

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

type Make = (name: string) => Uint8Array;

async function benchmark(name: string, files: number, make: Make): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nibble-library-'));
  const models = join(folder, 'models');
  for (let index = 0; index < files; index++) {
    const below = join(models, `folder ${index % FOLDERS}`);
    await mkdir(below, { recursive: true });
    await writeFile(join(below, `Model-${index}-Q4_K_M.gguf`), make(`Model ${index}`));
  }
  const open = () =>
    new App({
      dataDir: join(folder, 'data'),
      modelsDir: models,
      resourcesDir: join(import.meta.dirname, '../../resources'),
      log: silentLogger,
    });
  const timed = async (work: () => Promise<unknown>) => {
    const [wall, cpu] = [performance.now(), cpuMs()];
    await work();
    return { wallMs: performance.now() - wall, cpuMs: cpuMs() - cpu };
  };

  const first = open();
  const scan = await timed(() => first.library.settled());
  const listed = (await first.library.list()).length;
  const lists: number[] = [];
  for (let run = 0; run < RUNS; run++) lists.push((await timed(() => first.library.list())).wallMs);
  await first.dispose();
  const store = new Store({ dataDir: join(folder, 'data'), log: silentLogger });
  const opened = await timed(() => store.open());
  const indexed = await timed(() => store.run.listModels({}));
  await store.close();
  const second = open();
  const start = await timed(() => second.library.list());
  const answered = z.array(modelSchema);
  const again = await second.library.list();
  const checked = await timed(() => Promise.resolve(answered.parse(again)));
  const rescan = await timed(() => second.library.settled());
  await second.dispose();
  await rm(folder, { recursive: true });

  printFigures(`${files} models in ${FOLDERS} folders, ${name}`, [
    ['first look, headers read', `${scan.wallMs.toFixed(0)} ms (${scan.cpuMs.toFixed(0)} ms CPU)`],
    ['per file', `${(scan.wallMs / files).toFixed(1)} ms (${(scan.cpuMs / files).toFixed(1)} ms CPU)`],
    ['models listed', String(listed - 1)],
    ['list from the index', spread(lists, 1, ' ms')],
    ['list at the next start, all of it', `${start.wallMs.toFixed(0)} ms (${start.cpuMs.toFixed(0)} ms CPU)`],
    ['  of that: database opened', `${opened.wallMs.toFixed(0)} ms (${opened.cpuMs.toFixed(0)} ms CPU)`],
    ['  of that: rows read and sent to main', `${indexed.wallMs.toFixed(0)} ms`],
    ['checked by the contract, on the way out', `${checked.wallMs.toFixed(0)} ms`],
    ['second look, nothing changed', `${rescan.wallMs.toFixed(0)} ms (${rescan.cpuMs.toFixed(0)} ms CPU)`],
  ]);
}

function withLargeVocabulary(): Make {
  const merges: MetadataEntry = {
    key: 'tokenizer.ggml.merges',
    type: 'str[]',
    value: Array.from({ length: LARGE.merges }, (_, index) => `Ġm ${index.toString(36)}`),
  };
  const bytes = modelBytes('Model    ', [merges], LARGE.tokens);
  const at = Buffer.from(bytes.buffer).indexOf('Model    ');
  return (name) => {
    bytes.set(Buffer.from(name.padEnd('Model    '.length)), at);
    return bytes;
  };
}

await benchmark('small vocabulary', FOLDERS * FILES_PER_FOLDER, (name) => modelBytes(name));
await benchmark('the vocabulary of Llama 3', LARGE.files, withLargeVocabulary());
