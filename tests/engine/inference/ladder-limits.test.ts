import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultChatSettings } from '../../../src-main/contract/defaults.ts';
import { ProblemError } from '../../../src-main/contract/problem.ts';
import { runProbe } from '../../../src-main/services/engine-host/probe.ts';
import { entryFile } from '../../../src-main/services/entry-files.ts';
import { HardwareService } from '../../../src-main/services/hardware/hardware.ts';
import { InferenceService } from '../../../src-main/services/inference/inference-service.ts';
import { ModelFileCache } from '../../../src-main/services/library/model-file-cache.ts';
import { silentLogger as log } from '../../../src-main/services/logging/logger.ts';
import { PlannerService } from '../../../src-main/services/planner/planner.ts';
import { MOST_STEPS } from '../../../src-main/domain/ladder/ladder.ts';
import { EngineBench, enginePid } from '../../helpers/fake-engine/engine-bench.ts';
import { tinyWideShape, writeSyntheticGguf } from '../../helpers/synthetic-gguf.ts';

const MIB = 2 ** 20;
const isLong = process.env['NIBBLE_LONG'] !== undefined;
/** What is taken away of the address space that the plan needs. Its cache takes 256 MiB, half of that in 8 bits. */
const MISSING_MIB = isLong ? [-64, 16, 32, 48, 64, 96, 128, 160, 192, 224, 240, 256, 288] : [-64, 160];

let bench: EngineBench;
let folder: string;
beforeEach(() => {
  bench = new EngineBench();
  folder = mkdtempSync(join(tmpdir(), 'nibble-limits-'));
});
afterEach(async () => {
  await bench.end();
  rmSync(folder, { recursive: true, force: true });
});

function addressSpaceOf(pid: number): number {
  return Number(/VmSize:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

test.runIf(process.platform === 'linux')(
  'with every limit of memory the real engine answers on a lower rung, or says that memory ran out',
  async () => {
    const path = await writeSyntheticGguf(folder, {
      ...tinyWideShape,
      layers: 16,
      heads: 8,
      headsKv: 8,
      context: 8192,
    });
    const host = bench.start({ childEntry: entryFile('engine-child') });
    let limit: number | null = null;
    host.onStatus(({ state, pid }) => {
      // The process has started, and nothing of the model is there yet.
      if (state === 'loading' && pid !== null && limit !== null)
        execFileSync('prlimit', [`--pid=${pid}`, `--as=${limit}:unlimited`]);
    });
    const hardware = new HardwareService({ runProbe, log });
    const planner = new PlannerService({ hardware, runProbe, cacheDir: folder, log });
    const inference = new InferenceService({ host, planner, files: new ModelFileCache() });
    const ask = async () => {
      const steps: string[] = [];
      const answer = await inference
        .answer(
          {
            model: { id: null, path, name: 'synthetic' },
            messages: [{ role: 'user', text: 'hello' }],
            settings: { ...defaultChatSettings, maxTokens: 8 },
          },
          {
            signal: new AbortController().signal,
            onProgress: () => undefined,
            onStep: (words) => steps.push(words),
          },
        )
        .catch((error: unknown) => error);
      return { steps, answer };
    };
    expect((await ask()).steps).toEqual([]);
    expect(host.status.settings?.contextSize).toBe(8192);
    const whole = addressSpaceOf(enginePid(host));

    const outcomes: string[] = [];
    for (const missing of MISSING_MIB) {
      await host.unload();
      host.reset();
      inference.forgetSteps();
      limit = whole - missing * MIB;
      const { steps, answer } = await ask();
      expect(steps.length).toBeLessThanOrEqual(MOST_STEPS);
      if (answer instanceof Error) {
        expect(answer).toBeInstanceOf(ProblemError);
        expect((answer as ProblemError).problem.code).toMatch(
          /^engine\.(?:outOfMemory|crashed|startFailed)$/,
        );
        outcomes.push(`refused after ${steps.length} steps`);
      } else outcomes.push(`${steps.length} steps, ${host.status.settings?.contextSize} tokens`);
    }
    console.log(MISSING_MIB.map((missing, index) => `${missing} MiB missing: ${outcomes[index]}`).join('\n'));
    expect(outcomes[0]).toBe('0 steps, 8192 tokens');
    expect(outcomes).toContainEqual(expect.stringMatching(/^[12] steps, (?:8192|4096) tokens$/));
  },
  300_000,
);
