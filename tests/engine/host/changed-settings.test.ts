import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { defaultChatSettings } from '../../../src-main/contract/defaults.ts';
import { HardwareService } from '../../../src-main/services/hardware/hardware.ts';
import { InferenceService } from '../../../src-main/services/inference/inference-service.ts';
import { ModelFileCache } from '../../../src-main/services/library/model-file-cache.ts';
import { silentLogger as log } from '../../../src-main/services/logging/logger.ts';
import { PlannerService } from '../../../src-main/services/planner/planner.ts';
import { builtInModel, EngineBench } from '../../helpers/fake-engine/engine-bench.ts';

it('tells with the first answer, and with the settings, what the engine had to change', async () => {
  const bench = new EngineBench();
  onTestFinished(() => bench.end());
  const path = join(bench.stateDir, 'tiny change=The_cache_is_f16.gguf');
  copyFileSync(builtInModel, path);
  const runProbe = () => Promise.reject(new Error('this machine is not asked'));
  const hardware = new HardwareService({ runProbe, log });
  const planner = new PlannerService({ hardware, runProbe, cacheDir: bench.stateDir, log });
  const inference = new InferenceService({ host: bench.start(), planner, files: new ModelFileCache() });
  const answer = () =>
    inference.answer(
      {
        model: { id: null, path, name: 'tiny' },
        messages: [{ role: 'user', text: 'hello' }],
        settings: defaultChatSettings,
      },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );

  const first = await answer();
  expect(first.note).toMatchObject({ code: 'engine.otherSettings', what: 'The cache is f16' });
  expect(inference.loaded?.plan.reasons.at(-1)).toBe('The cache is f16');
  expect((await answer()).note).toBeUndefined();
});
