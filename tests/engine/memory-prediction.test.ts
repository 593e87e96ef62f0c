import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hardware } from '../../src-main/contract/hardware.contract.ts';
import { runProbe } from '../../src-main/services/engine-host/probe.ts';
import { HardwareService } from '../../src-main/services/hardware/hardware.ts';
import { silentLogger as log } from '../../src-main/services/logging/logger.ts';
import { predict, predictionCases } from '../helpers/memory-prediction.ts';

/** Rearranged weights are among the tests of the probe. */
const EVERYDAY_CASES = 1;
const cases =
  process.env['NIBBLE_LONG'] === undefined ? predictionCases.slice(0, EVERYDAY_CASES) : predictionCases;

let folder: string;
let hardware: Hardware;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-memory-'));
  hardware = await new HardwareService({ runProbe, log }).snapshot({ refresh: false });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.runIf(process.platform === 'linux')(
  'simulated memory is what the process takes, all pages touched',
  () => {
    test.each(cases.map((each) => [`${each.model} ${each.type}: ${each.what}`, each] as const))(
      '%s, within 64 MiB or 2 %%',
      async (_, each) => {
        expect(await predict(folder, hardware, each)).toMatchObject({ isClose: true });
      },
    );
  },
);
