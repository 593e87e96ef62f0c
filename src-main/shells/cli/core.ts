import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultDownloadSettings } from '../../contract/defaults.ts';
import { resolveDataDir, tokenPath } from '../../services/app-paths.ts';
import { keepCompiledCode } from '../../services/compile-cache.ts';
import { EngineHost } from '../../services/engine-host/engine-host.ts';
import { runProbe } from '../../services/engine-host/probe.ts';
import { HardwareService } from '../../services/hardware/hardware.ts';
import { Network } from '../../services/hub/network.ts';
import { TokenStore } from '../../services/hub/token-store.ts';
import { InferenceService } from '../../services/inference/inference-service.ts';
import { ModelFileCache } from '../../services/library/model-file-cache.ts';
import type { Logger } from '../../services/logging/logger.ts';
import { PlannerService } from '../../services/planner/planner.ts';
import { PlanTable } from '../../services/planner/table.ts';

/** The part of the core that a command needs: no database, so it works beside a running Nibble. */
export function createCore(dataDirFlag: string | undefined, log: Logger) {
  const hardware = new HardwareService({ runProbe, log });
  const dataDir = resolveDataDir(dataDirFlag);
  const cacheDir = join(dataDir, 'cache');
  keepCompiledCode(cacheDir);
  const network = new Network({
    settings: () => Promise.resolve(defaultDownloadSettings),
    tokens: new TokenStore(tokenPath(dataDir), null),
  });
  const planner = new PlannerService({ hardware, runProbe, cacheDir, log });
  const planTable = new PlanTable({ hardware, planner, network, cacheDir });
  return { dataDir, network, hardware, planner, planTable, files: new ModelFileCache() };
}
export type Core = ReturnType<typeof createCore>;

/** Runs `work` with an engine that is gone afterwards, with all it left on disk. */
export async function withInference<Result>(
  { planner, files }: Core,
  log: Logger,
  work: (inference: InferenceService) => Promise<Result>,
): Promise<Result> {
  const stateDir = mkdtempSync(join(tmpdir(), 'nibble-'));
  const host = new EngineHost({ stateDir, idleMs: () => 0, log });
  try {
    return await work(new InferenceService({ host, planner, files }));
  } finally {
    await host.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  }
}
