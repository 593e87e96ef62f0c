import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { modelVerdicts } from '../../../src-main/domain/catalogue/verdicts.ts';
import { App } from '../../../src-main/services/app.ts';
import { silentLogger } from '../../../src-main/services/logging/logger.ts';

const cpuMs = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;

test('what fits of the catalogue is worked out beside the thread that answers stream through', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'nibble-verdicts-'));
  const resourcesDir = join(import.meta.dirname, '../../../resources');
  const app = new App({ dataDir, modelsDir: null, resourcesDir, log: silentLogger });
  onTestFinished(async () => {
    await app.dispose();
    await rm(dataDir, { recursive: true });
  });
  const { models } = await app.discover.catalogue();
  const [, machine] = await app.planTable.machineHere();
  // What starts once is not counted.
  const [first] = models;
  if (first) await app.library.catalogueVerdicts(first, machine);

  const [here, all] = [process.threadCpuUsage(), process.cpuUsage()];
  const verdicts = await app.discover.verdicts();
  const hereMs = cpuMs(process.threadCpuUsage(here));
  expect(hereMs).toBeLessThan(cpuMs(process.cpuUsage(all)) / 3);

  expect(verdicts.map(({ id }) => id)).toEqual(models.map(({ id }) => id));
  if (first) expect(verdicts[0]?.verdicts.length).toBe(modelVerdicts(first, machine).verdicts.length);
  const stopped = AbortSignal.abort();
  await expect(app.discover.verdicts(stopped)).rejects.toMatchObject({ name: 'AbortError' });
}, 60_000);
