/** Simulated memory against what a process takes, all pages touched: models of real shapes, cut short. Linux only. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProbe } from '../../src-main/services/engine-host/probe.ts';
import { HardwareService } from '../../src-main/services/hardware/hardware.ts';
import { silentLogger as log } from '../../src-main/services/logging/logger.ts';
import { predict, predictionCases } from '../helpers/memory-prediction.ts';
import { printFigures } from './measure.ts';

const folder = mkdtempSync(join(tmpdir(), 'nibble-memory-'));
try {
  const hardware = await new HardwareService({ runProbe, log }).snapshot({ refresh: false });
  for (const each of predictionCases) {
    const { plannedBytes, measuredBytes, errorBytes, isClose } = await predict(folder, hardware, each);
    const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    const percent = `${((100 * errorBytes) / measuredBytes).toFixed(1)} %`;
    const verdict = isClose ? '' : ', beyond 64 MiB and 2 %';
    printFigures(`${each.model} ${each.type}, ${each.what}`, [
      ['planned by simulation', mib(plannedBytes)],
      ['taken', mib(measuredBytes)],
      ['error', `${mib(errorBytes)} (${percent})${verdict}`],
    ]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
