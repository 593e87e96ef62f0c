import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { defaultChatSettings } from '../../../src-main/contract/defaults.ts';
import type { runProbe } from '../../../src-main/services/engine-host/probe.ts';
import { HardwareService } from '../../../src-main/services/hardware/hardware.ts';
import { InferenceService } from '../../../src-main/services/inference/inference-service.ts';
import { ModelFileCache } from '../../../src-main/services/library/model-file-cache.ts';
import { silentLogger as log } from '../../../src-main/services/logging/logger.ts';
import { PlannerService } from '../../../src-main/services/planner/planner.ts';
import { builtInModel, EngineBench } from '../../helpers/fake-engine/engine-bench.ts';

test('an answer that is stopped while its settings are worked out ends at once', async () => {
  const bench = new EngineBench();
  const cacheDir = mkdtempSync(join(tmpdir(), 'nibble-stop-'));
  onTestFinished(async () => {
    await bench.end();
    rmSync(cacheDir, { recursive: true });
  });
  const planning = Promise.withResolvers<undefined>();
  const slowProbe: typeof runProbe = () => {
    planning.resolve(undefined);
    return new Promise(() => undefined);
  };
  const hardware = new HardwareService({ runProbe: slowProbe, log });
  const inference = new InferenceService({
    host: bench.start(),
    planner: new PlannerService({ hardware, runProbe: slowProbe, cacheDir, log }),
    files: new ModelFileCache(),
  });

  const stop = new AbortController();
  const answering = inference.answer(
    {
      model: { id: 1, path: builtInModel, name: 'tiny' },
      messages: [{ role: 'user', text: 'hello' }],
      settings: defaultChatSettings,
    },
    { signal: stop.signal, onProgress: () => undefined },
  );
  await planning.promise;
  stop.abort();
  await expect(answering).rejects.toMatchObject({ name: 'AbortError' });
});
