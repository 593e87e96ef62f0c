import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { calibrationSteps } from '../../../../src-main/domain/planner/benchmark/calibration.ts';
import { BenchmarkFiles } from '../../../../src-main/services/planner/benchmark-files.ts';
import { openModelFile } from '../../../../src-main/services/library/model-file.ts';

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'nibble-benchmark-'));
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

test('every benchmark model passes the strict reader, is written once, takes hardly any disk and is gone afterwards', async () => {
  {
    await using files = await BenchmarkFiles.open(cacheDir);
    for (const { shape } of (['cpu', 'gpu'] as const).flatMap(calibrationSteps)) {
      const path = await files.model(shape);
      const { summary } = await openModelFile(path);
      expect(summary).toMatchObject({ architecture: 'llama', layers: shape.layers });
      expect(await files.model({ ...shape })).toBe(path);
      const { blocks } = await stat(path);
      if (process.platform === 'linux') expect(blocks * 512).toBeLessThan(20 * 2 ** 20);
    }
  }
  expect(await readdir(cacheDir)).toEqual([]);
});
